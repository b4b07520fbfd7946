/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every message that another implementation encrypted: opened with its key, what comes out is what went in; with a
 * wrong key, or with its EncryptedKey damaged, nothing comes out. One named case a message.
 */
#include <json-glib/json-glib.h>
#include <openssl/evp.h>
#include <string.h>

#include "keys/keyfile.h"
#include "security/security.h"
#include "xml/xml.h"

#define FOLDER WSSC_SOURCE_DIR "/tests/interop/encrypted"

static EVP_PKEY *other_key;

static GBytes *read_octets(const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(FOLDER, name, NULL);
    char *data = NULL;
    gsize len = 0;
    return g_file_get_contents(path, &data, &len, error) ? g_bytes_new_take(data, len) : NULL;
}

static GBytes *load_key(const char *path, gpointer user G_GNUC_UNUSED, GError **error)
{
    return read_octets(path, error);
}

static WsscKeyring *read_keys(const char *file)
{
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(".xml"));
    g_autofree char *name = g_strconcat(stem, ".keys", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = read_octets(name, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) diagnostics = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    WsscKeyring *ring = wssc_keyring_new();
    gsize len = 0;
    const void *data = g_bytes_get_data(octets, &len);
    g_assert_cmpuint(wssc_keyfile_parse(wssc_bytes(data, len), load_key, NULL, ring, diagnostics), ==, 1);
    g_assert_cmpuint(diagnostics->len, ==, 0);
    return ring;
}

static WsscSecurity *process(GBytes *octets, WsscKeyring *ring)
{
    const WsscSecurityOptions options = {.frame = 1};
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    return wssc_security_process(xml, verifier, &options);
}

static void tell(const WsscSecurity *security)
{
    for (guint i = 0; i < security->decryptions->len; i++) {
        const WsscDecryption *decryption = security->decryptions->pdata[i];
        g_test_message("%s: %s (%s)", decryption->element, wssc_decryption_result_name(decryption->result),
                       decryption->reason != NULL ? decryption->reason : "-");
    }
}

static const GBytes *plaintext_of(const WsscSecurity *security)
{
    tell(security);
    for (guint i = 0; i < security->decryptions->len; i++) {
        const WsscDecryption *decryption = security->decryptions->pdata[i];
        if (strcmp(decryption->element, "EncryptedData") == 0)
            return decryption->plaintext;
    }
    return NULL;
}

static void test_opened(gconstpointer data)
{
    JsonObject *entry = (JsonObject *)data;
    const char *file = json_object_get_string_member(entry, "file");
    const char *expected = json_object_get_string_member(entry, "plaintext");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = read_octets(file, &error);
    g_assert_no_error(error);
    g_autoptr(WsscKeyring) ring = read_keys(file);
    g_autoptr(WsscSecurity) security = process(octets, ring);
    const GBytes *plain = plaintext_of(security);
    g_assert_nonnull(plain);
    gsize len = 0;
    const void *seen = g_bytes_get_data((GBytes *)plain, &len);
    g_assert_cmpmem(seen, (int)len, expected, (int)strlen(expected));
}

/* Another private key, another secret under the same name. */
static void test_wrong_key(gconstpointer data)
{
    const char *file = json_object_get_string_member((JsonObject *)data, "file");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = read_octets(file, &error);
    g_assert_no_error(error);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    static const gsize lengths[] = {16, 24, 32};
    wssc_keyring_add_private_key(ring, other_key, NULL, (WsscKeyOrigin){0});
    for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autoptr(WsscSecret) secret = wssc_secret_new_blank(lengths[i]);
        wssc_keyring_add_key_name(ring, "kek", secret, (WsscKeyOrigin){0});
    }
    g_autoptr(WsscSecurity) security = process(octets, ring);
    g_assert_null(plaintext_of(security));
    for (guint i = 0; i < security->decryptions->len; i++) {
        const WsscDecryption *decryption = security->decryptions->pdata[i];
        g_assert_cmpint(decryption->result, !=, WSSC_DECRYPTION_DECRYPTED);
    }
}

/* One character of the wrapped key. */
static void test_damaged_key(gconstpointer data)
{
    const char *file = json_object_get_string_member((JsonObject *)data, "file");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = read_octets(file, &error);
    g_assert_no_error(error);
    gsize len = 0;
    const char *text = g_bytes_get_data(octets, &len);
    g_autofree char *changed = g_strndup(text, len);
    char *value = strstr(changed, "CipherValue>");
    g_assert_nonnull(value);
    value += strlen("CipherValue>") + 20;
    *value = *value == 'A' ? 'B' : 'A';
    g_autoptr(GBytes) bad = g_bytes_new(changed, len);
    g_autoptr(WsscKeyring) ring = read_keys(file);
    g_autoptr(WsscSecurity) security = process(bad, ring);
    g_assert_null(plaintext_of(security));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    if (!json_parser_load_from_file(parser, FOLDER "/index.json", &error))
        g_error("%s", error->message);
    JsonArray *messages = json_node_get_array(json_parser_get_root(parser));
    other_key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    for (guint i = 0; i < json_array_get_length(messages); i++) {
        JsonObject *entry = json_array_get_object_element(messages, i);
        const char *file = json_object_get_string_member(entry, "file");
        g_autofree char *name = g_strndup(file, strlen(file) - strlen(".xml"));
        g_autofree char *opened = g_strconcat("/encrypted/", name, "/opened", NULL);
        g_autofree char *wrong = g_strconcat("/encrypted/", name, "/wrong-key", NULL);
        g_autofree char *damaged = g_strconcat("/encrypted/", name, "/damaged-key", NULL);
        g_test_add_data_func(opened, entry, test_opened);
        g_test_add_data_func(wrong, entry, test_wrong_key);
        g_test_add_data_func(damaged, entry, test_damaged_key);
    }
    int status = g_test_run();
    EVP_PKEY_free(other_key);
    return status;
}
