/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every message of the corpus: the verdict on each of its signatures is one of those that the
 * other implementations and the specification allow. One named case a message.
 *
 * The corpus is the one in the source tree, or the folder that WSSC_CORPUS names.
 */
#include <json-glib/json-glib.h>

#include "keys/keyfile.h"
#include "security/security.h"
#include "xml/xml.h"

static const char *folder;

static GBytes *read_octets(const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *data = NULL;
    gsize len = 0;

    return g_file_get_contents(path, &data, &len, error) ? g_bytes_new_take(data, len) : NULL;
}

static GBytes *load_key(const char *path, gpointer user, GError **error)
{
    (void)user;
    return read_octets(path, error);
}

static WsscKeyring *read_keys(const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = read_octets(name, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) diagnostics = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    WsscKeyring *ring = wssc_keyring_new();
    gsize len = 0;
    const void *data = g_bytes_get_data(octets, &len);

    wssc_keyfile_parse(wssc_bytes(data, len), load_key, NULL, ring, diagnostics);
    for (guint i = 0; i < diagnostics->len; i++) {
        const WsscKeyfileDiagnostic *diagnostic = g_ptr_array_index(diagnostics, i);
        g_test_message("%s:%u: %s", name, diagnostic->line, diagnostic->text);
    }
    g_assert_cmpuint(diagnostics->len, ==, 0);
    return ring;
}

static gboolean is_allowed(JsonArray *expect, WsscVerdict verdict)
{
    for (guint i = 0; i < json_array_get_length(expect); i++) {
        const char *name = json_array_get_string_element(expect, i);
        if (g_str_equal(name, wssc_verdict_name(verdict)))
            return TRUE;
        if (g_str_equal(name, "refused") && (verdict == WSSC_VERDICT_INVALID || verdict == WSSC_VERDICT_UNSUPPORTED))
            return TRUE;
    }
    return FALSE;
}

static void tell(const WsscSignature *signature, JsonArray *expect)
{
    g_autoptr(GString) allowed = g_string_new(NULL);
    for (guint i = 0; i < json_array_get_length(expect); i++)
        g_string_append_printf(allowed, " %s", json_array_get_string_element(expect, i));
    g_test_message("signature %u: expected%s, seen %s (%s)", signature->position, allowed->str,
                   wssc_verdict_name(signature->verdict), signature->reason != NULL ? signature->reason : "no reason");
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = g_ptr_array_index(signature->references, i);
        g_test_message("  %s: %s %s", reference->uri != NULL ? reference->uri : "(no URI)",
                       wssc_digest_name(reference->digest), reference->reason != NULL ? reference->reason : "");
    }
}

static void test_message(gconstpointer data)
{
    JsonObject *entry = (JsonObject *)data;
    JsonArray *expected = json_object_get_array_member(entry, "signatures");
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = read_octets(json_object_get_string_member(entry, "file"), &error);
    g_assert_no_error(error);
    g_autoptr(WsscKeyring) ring = read_keys(json_object_get_string_member(entry, "keys"));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, &error);
    g_assert_no_error(error);
    WsscSecurityOptions options = {.frame = 1};
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);

    g_assert_cmpuint(security->signatures->len, ==, json_array_get_length(expected));
    gboolean good = TRUE;
    for (guint i = 0; i < security->signatures->len; i++) {
        const WsscSignature *signature = g_ptr_array_index(security->signatures, i);
        JsonObject *one = json_array_get_object_element(expected, i);
        JsonArray *expect = json_object_get_array_member(one, "expect");
        g_assert_cmpuint(signature->position, ==, i + 1);
        if (is_allowed(expect, signature->verdict))
            continue;
        tell(signature, expect);
        good = FALSE;
    }
    if (!good)
        g_test_fail();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_getenv("WSSC_CORPUS");
    if (folder == NULL)
        folder = WSSC_SOURCE_DIR "/tests/interop/corpus";
    g_autofree char *path = g_build_filename(folder, "index.json", NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    if (!json_parser_load_from_file(parser, path, &error))
        g_error("%s", error->message);
    JsonObject *index = json_node_get_object(json_parser_get_root(parser));
    JsonArray *messages = json_object_get_array_member(index, "messages");
    for (guint i = 0; i < json_array_get_length(messages); i++) {
        JsonObject *entry = json_array_get_object_element(messages, i);
        const char *file = json_object_get_string_member(entry, "file");
        g_autofree char *name = g_strndup(file, strlen(file) - strlen(".xml"));
        g_autofree char *title = g_strconcat("/interop/", name, NULL);
        g_test_add_data_func(title, entry, test_message);
    }
    return g_test_run();
}
