/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Published XML signatures (README.md says whose), each a case of its own: expected.json has the verdict that the
 * vectors' own documentation and the specification give, and why. Every signature file and every canonical form
 * in the folders must stand in that table.
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "base/text.h"
#include "keys/keyfile.h"
#include "security/c14n.h"
#include "security/ids.h"
#include "security/security.h"

static const char *const folders[] = {"merlin-exc-c14n-one", "merlin-xmldsig-twenty-three", "phaos-xmldsig-three"};

static GBytes *read_octets(const char *name, gpointer user, GError **error)
{
    g_autofree char *path = g_build_filename(WSSC_VECTORS, name, NULL);
    char *data = NULL;
    gsize len = 0;

    (void)user;
    return g_file_get_contents(path, &data, &len, error) ? g_bytes_new_take(data, len) : NULL;
}

static GBytes *octets_of(const char *name)
{
    g_autoptr(GError) error = NULL;
    GBytes *octets = read_octets(name, NULL, &error);
    g_assert_no_error(error);
    return octets;
}

static WsscKeyring *read_keys(const char *name)
{
    g_autoptr(GBytes) octets = octets_of(name);
    g_autoptr(GPtrArray) diagnostics = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    WsscKeyring *ring = wssc_keyring_new();

    wssc_keyfile_parse(wssc_bytes_of(octets), read_octets, NULL, ring, diagnostics);
    for (guint i = 0; i < diagnostics->len; i++) {
        const WsscKeyfileDiagnostic *diagnostic = g_ptr_array_index(diagnostics, i);
        g_test_message("%s:%u: %s", name, diagnostic->line, diagnostic->text);
    }
    g_assert_cmpuint(diagnostics->len, ==, 0);
    return ring;
}

static const char *member(JsonObject *json, const char *name)
{
    return json_object_has_member(json, name) ? json_object_get_string_member(json, name) : NULL;
}

/* The message of a case; without_doctype: what stands from "<!DOCTYPE" to "]>" taken off. */
static GBytes *message_of(JsonObject *entry)
{
    GBytes *octets = octets_of(member(entry, "file"));
    if (!json_object_has_member(entry, "without_doctype"))
        return octets;
    WsscBytes bytes = wssc_bytes_of(octets);
    g_autoptr(GString) text = g_string_new_len((const char *)bytes.data, (gssize)bytes.len);
    const char *start = strstr(text->str, "<!DOCTYPE");
    g_assert_nonnull(start);
    const char *end = strstr(start, "]>");
    g_assert_nonnull(end);
    g_string_erase(text, start - text->str, end + 2 - start);
    g_bytes_unref(octets);
    return g_bytes_new(text->str, text->len);
}

/* ---- canonical forms -------------------------------------------------------------------------------------- */

/* The canonical octets of the n-th reference, from 1. Those that are not run leave none. */
static const char *reference_octets(const WsscSignature *signature, gint64 n)
{
    guint left = 0;
    for (gint64 i = 0; i < n; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        left += reference->digest == WSSC_DIGEST_OK || reference->digest == WSSC_DIGEST_MISMATCH;
    }
    for (guint i = 0; i < signature->steps->len; i++) {
        const WsscStep *step = signature->steps->pdata[i];
        if (g_str_has_prefix(step->title, "Reference ") && --left == 0)
            return step->text;
    }
    return NULL;
}

static const char *signed_info_octets(const WsscSignature *signature)
{
    for (guint i = 0; i < signature->steps->len; i++) {
        const WsscStep *step = signature->steps->pdata[i];
        if (g_str_has_prefix(step->title, "SignedInfo"))
            return step->text;
    }
    return NULL;
}

/* Canonical XML 1.0 of the first element of that name, asked for directly. */
static char *element_octets(const WsscXml *xml, const char *name)
{
    const WsscC14n c14n = {.flags = WSSC_C14N_INCLUSIVE};
    g_autoptr(GByteArray) octets = g_byte_array_new();
    xmlNode *root = wssc_xml_root(xml);
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n)) {
        if (strcmp((const char *)n->name, name) != 0)
            continue;
        g_assert_true(wssc_c14n_write(&c14n, xml->doc, n, NULL, NULL, octets));
        return g_strndup((const char *)octets->data, octets->len);
    }
    return NULL;
}

static void check_canonical(JsonObject *entry, const WsscXml *xml, const WsscSignature *signature)
{
    JsonArray *forms =
        json_object_has_member(entry, "canonical") ? json_object_get_array_member(entry, "canonical") : NULL;
    for (guint i = 0; forms != NULL && i < json_array_get_length(forms); i++) {
        JsonObject *form = json_array_get_object_element(forms, i);
        g_autofree char *element = NULL;
        const char *seen;
        if (json_object_has_member(form, "never"))
            continue; /* made by a transform that is never run: the table says which */
        g_autoptr(GBytes) expected = octets_of(member(form, "file"));
        WsscBytes bytes = wssc_bytes_of(expected);
        g_autofree char *text = g_strndup((const char *)bytes.data, bytes.len);
        if (json_object_has_member(form, "reference")) {
            seen = reference_octets(signature, json_object_get_int_member(form, "reference"));
        } else if (json_object_has_member(form, "element")) {
            seen = element = element_octets(xml, member(form, "element"));
        } else {
            g_assert_true(json_object_get_boolean_member(form, "signed_info"));
            seen = signed_info_octets(signature);
        }
        g_test_message("%s", member(form, "file"));
        g_assert_cmpstr(seen, ==, text);
    }
}

/* ---- a case ------------------------------------------------------------------------------------------------ */

static void check_refused(JsonObject *entry, GBytes *octets)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(wssc_xml_parse(octets, NULL, &error));
    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_DTD);
    g_assert_nonnull(strstr(error->message, member(entry, "reason")));
}

static void check_text(const char *seen, const char *wanted)
{
    if (wanted == NULL) {
        g_assert_cmpstr(seen, ==, NULL);
        return;
    }
    if (seen == NULL || strstr(seen, wanted) == NULL)
        g_test_message("\"%s\" expected in \"%s\"", wanted, seen != NULL ? seen : "(nothing)");
    g_assert_true(seen != NULL && strstr(seen, wanted) != NULL);
}

static void check_references(JsonObject *entry, const WsscSignature *signature)
{
    JsonArray *expected = json_object_get_array_member(entry, "references");
    g_assert_cmpuint(signature->references->len, ==, json_array_get_length(expected));
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        g_test_message("reference %u, %s: %s%s%s", i + 1, reference->uri, wssc_digest_name(reference->digest),
                       reference->reason != NULL ? ", " : "", reference->reason != NULL ? reference->reason : "");
        g_assert_cmpstr(wssc_digest_name(reference->digest), ==, json_array_get_string_element(expected, i));
    }
}

/* The value that fitted must not fit when one bit of it differs: neither a lucky verdict nor one that was not
 * worked for. */
static void check_value_counts(GBytes *octets, JsonObject *entry, const WsscSignature *good)
{
    g_autoptr(WsscKeyring) ring = read_keys(member(entry, "keys"));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
    WsscSecurityOptions options = {0};
    xmlNode *root = wssc_xml_root(xml);
    xmlNode *value = root;
    while (!wssc_xml_is(value, WSSC_NS_FAMILY_DS, "SignatureValue"))
        value = wssc_ids_walk(root, value);
    g_autoptr(GBytes) was = wssc_xml_base64(value);
    WsscBytes bytes = wssc_bytes_of(was);
    g_autofree guint8 *changed = g_memdup2(bytes.data, bytes.len);
    changed[bytes.len - 1] ^= 1;
    g_autofree char *base64 = wssc_base64_encode(wssc_bytes(changed, bytes.len));
    xmlNodeSetContent(value, (const xmlChar *)base64);
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
    const WsscSignature *bad = security->signatures->pdata[0];
    g_test_message("one bit of the value changed: %s (%s)", wssc_verdict_name(bad->verdict), bad->reason);
    g_assert_true(bad->verdict == WSSC_VERDICT_INVALID || bad->verdict == WSSC_VERDICT_NO_KEY);
    g_assert_cmpint(good->verdict, !=, bad->verdict);
}

static void run(gconstpointer data)
{
    JsonObject *entry = (JsonObject *)data;
    const char *verdict = member(entry, "verdict");
    g_autoptr(GBytes) octets = message_of(entry);
    g_autoptr(GError) error = NULL;
    WsscSecurityOptions options = {.want_explain = TRUE, .want_hypotheses = TRUE};

    g_test_message("%s: %s", verdict, member(entry, "why"));
    if (strcmp(verdict, "refused") == 0) {
        check_refused(entry, octets);
        return;
    }
    g_autoptr(WsscKeyring) ring = read_keys(member(entry, "keys"));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
    g_assert_cmpuint(security->signatures->len, ==, 1);
    const WsscSignature *signature = security->signatures->pdata[0];
    g_test_message("seen: %s (%s)", wssc_verdict_name(signature->verdict),
                   signature->reason != NULL ? signature->reason : "no reason");
    check_references(entry, signature);
    g_assert_cmpstr(wssc_verdict_name(signature->verdict), ==, verdict);
    check_text(signature->reason, member(entry, "reason"));
    check_text(signature->certificate, member(entry, "certificate"));
    g_assert_cmpstr(signature->deviation, ==, NULL);
    check_canonical(entry, xml, signature);
    gboolean is_fit = signature->verdict == WSSC_VERDICT_VALID ||
                      (signature->reason != NULL && g_str_has_prefix(signature->reason, "the value fits"));
    if (is_fit) {
        g_assert_true(signature->has_key);
        check_value_counts(octets, entry, signature);
    }
}

/* ---- nothing is left out ------------------------------------------------------------------------------------ */

static void note_files(JsonObject *entry, GHashTable *named)
{
    JsonArray *forms =
        json_object_has_member(entry, "canonical") ? json_object_get_array_member(entry, "canonical") : NULL;
    g_hash_table_add(named, g_strdup(member(entry, "file")));
    for (guint i = 0; forms != NULL && i < json_array_get_length(forms); i++)
        g_hash_table_add(named, g_strdup(member(json_array_get_object_element(forms, i), "file")));
}

static void test_complete(gconstpointer data)
{
    JsonArray *cases = (JsonArray *)data;
    g_autoptr(GHashTable) named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint count = 0;
    for (guint i = 0; i < json_array_get_length(cases); i++)
        note_files(json_array_get_object_element(cases, i), named);
    for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(WSSC_VECTORS, folders[i], NULL);
        GDir *dir = g_dir_open(path, 0, NULL);
        g_assert_nonnull(dir);
        for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
            g_autofree char *file = g_build_filename(folders[i], name, NULL);
            gboolean is_vector =
                (strstr(name, "signature") != NULL && g_str_has_suffix(name, ".xml")) || strstr(name, "c14n-") != NULL;
            if (!is_vector)
                continue;
            count++;
            if (!g_hash_table_contains(named, file))
                g_test_message("%s is not in the table", file);
            g_assert_true(g_hash_table_contains(named, file));
        }
        g_dir_close(dir);
    }
    g_assert_cmpuint(count, >, 70);
}

int main(int argc, char **argv)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    g_test_init(&argc, &argv, NULL);
    if (!json_parser_load_from_file(parser, WSSC_VECTORS "/expected.json", &error))
        g_error("%s", error->message);
    JsonObject *table = json_node_get_object(json_parser_get_root(parser));
    JsonArray *cases = json_object_get_array_member(table, "cases");
    for (guint i = 0; i < json_array_get_length(cases); i++) {
        JsonObject *entry = json_array_get_object_element(cases, i);
        g_autofree char *title = g_strconcat("/xmldsig/", member(entry, "name"), NULL);
        g_test_add_data_func(title, entry, run);
    }
    g_test_add_data_func("/xmldsig/complete", cases, test_complete);
    return g_test_run();
}
