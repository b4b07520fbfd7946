/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Binary XML whose string table is not known: placeholders stand in, a finding tells, and no verdict is made of them.
 */
#include <string.h>

#include "carrier/envelope.h"
#include "nbfx/nbfx.h"
#include "session/session.h"

/* [MC-NBFX] records of an envelope: static ids for SOAP's own names, session ids 1 and 3 for the body's. */
static const char with_ids[] = "\x56\x02\x0B\x01s\x04"      /* <s:Envelope xmlns:s="..."> */
                               "\x56\x0E"                   /* <s:Body> */
                               "\x42\x01\x0A\x03\x99\x02hi" /* <(1) xmlns="(3)">hi</(1)> */
                               "\x01\x01";
static const char table_of_two[] = "\x0C\x03"
                                   "Say"
                                   "\x07"
                                   "urn:app";

typedef struct {
    WsscSession *session;
    WsscStringTable *strings;
    const WsscMessage *message;
} Run;

static Run feed(const char *octets, gsize len, const char *content_type, gboolean is_midstream)
{
    Run run = {.session = wssc_session_new(), .strings = wssc_string_table_new()};
    g_autoptr(GBytes) bytes = g_bytes_new(octets, len);
    g_autoptr(GError) error = NULL;
    WsscEnvelope envelope;

    if (is_midstream)
        wssc_string_table_mark_unknown(run.strings, "the capture begins inside the session");
    g_assert_true(wssc_envelope_read(bytes, content_type, NULL, run.strings, &envelope, &error));
    g_assert_no_error(error);
    wssc_session_add_file(run.session, "f");
    WsscUnit unit = {.frame = 1,
                     .src = "192.0.2.1:5000",
                     .dst = "192.0.2.2:808",
                     .transport = WSSC_TRANSPORT_NETTCP,
                     .encoding = envelope.encoding,
                     .direction = WSSC_DIRECTION_REQUEST,
                     .stream = 1,
                     .content_type = content_type,
                     .octets = envelope.octets,
                     .xml = envelope.xml};
    run.message = wssc_session_feed(run.session, &unit);
    g_bytes_unref(envelope.octets);
    wssc_xml_unref(envelope.xml);
    wssc_session_finish(run.session, 0);
    return run;
}

static guint count(const Run *run)
{
    const GPtrArray *findings = wssc_session_findings(run->session);
    guint n = 0;
    for (guint i = 0; i < findings->len; i++)
        n += ((const WsscFinding *)findings->pdata[i])->id == WSSC_FINDING_UNKNOWN_STRING;
    return n;
}

static void clear(Run *run)
{
    wssc_session_free(run->session);
    wssc_string_table_free(run->strings);
}

static void test_raised(void)
{
    char octets[64] = {0}; /* an empty table before the envelope */
    memcpy(octets + 1, with_ids, sizeof with_ids - 1);
    Run run = feed(octets, sizeof with_ids, "application/soap+msbinsession1", TRUE);
    g_assert_nonnull(run.message);
    g_assert_cmpint(run.message->encoding, ==, WSSC_ENCODING_BINARY_SESSION);
    g_assert_cmpuint(count(&run), ==, 1);
    const WsscFinding *finding = run.message->findings->pdata[0];
    g_assert_cmpstr(finding->text, ==, "2 dictionary ids have no string here, the first is 1");
    clear(&run);
}

/* Strings that come late have an unknown place in a table whose beginning is not known: they stand for no id. */
static void test_late_strings_are_not_guessed(void)
{
    g_autoptr(GString) octets = g_string_new_len(table_of_two, sizeof table_of_two - 1);
    g_string_append_len(octets, with_ids, sizeof with_ids - 1);
    Run run = feed(octets->str, octets->len, "application/soap+msbinsession1", TRUE);
    g_assert_cmpuint(count(&run), ==, 1);
    clear(&run);
}

static void test_not_raised(void)
{
    g_autoptr(GString) octets = g_string_new_len(table_of_two, sizeof table_of_two - 1);
    g_string_append_len(octets, with_ids, sizeof with_ids - 1);
    Run run = feed(octets->str, octets->len, "application/soap+msbinsession1", FALSE);
    g_assert_nonnull(run.message);
    g_assert_cmpuint(count(&run), ==, 0);
    clear(&run);
}

/* Without a table nothing says "session", whatever the carrier's kind. */
static void test_encoding_is_that_of_the_octets(void)
{
    static const char no_ids[] = "\x56\x02\x0B\x01s\x04\x56\x0E\x40\x01"
                                 "a\x01\x01\x01";
    Run run = feed(no_ids, sizeof no_ids - 1, "application/soap+msbin1", FALSE);
    g_assert_cmpint(run.message->encoding, ==, WSSC_ENCODING_BINARY);
    g_assert_cmpuint(count(&run), ==, 0);
    clear(&run);
}

static void test_tree(void)
{
    WsscNbfxOptions options = {.static_dictionary = TRUE};
    g_autoptr(GBytes) octets = g_bytes_new_static(with_ids, sizeof with_ids - 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = wssc_nbfx_to_xml(octets, 0, &options, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(xml->unknown_ids->len, ==, 2);
    g_assert_cmpuint(g_array_index(xml->unknown_ids, guint32, 0), ==, 1);
    g_assert_cmpuint(g_array_index(xml->unknown_ids, guint32, 1), ==, 3);
    xmlNode *body = wssc_xml_child(wssc_xml_root(xml), WSSC_NS_FAMILY_SOAP, "Body");
    xmlNode *say = wssc_xml_first(body);
    g_assert_cmpstr((const char *)say->name, ==, "unknown-id-1");
    g_assert_cmpstr((const char *)say->ns->href, ==, "urn:unknown-id-3");
    g_autofree char *text = wssc_xml_text(say);
    g_assert_cmpstr(text, ==, "hi");
    g_autoptr(WsscXml) copy = wssc_xml_copy(xml);
    g_assert_true(copy->unknown_ids == xml->unknown_ids);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unknown-strings/tree", test_tree);
    g_test_add_func("/unknown-strings/raised", test_raised);
    g_test_add_func("/unknown-strings/not-raised", test_not_raised);
    g_test_add_func("/unknown-strings/late-strings-are-not-guessed", test_late_strings_are_not_guessed);
    g_test_add_func("/unknown-strings/encoding-is-that-of-the-octets", test_encoding_is_that_of_the_octets);
    return g_test_run();
}
