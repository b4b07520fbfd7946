/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a session's string table ends and the document begins, whatever the table's size looks like.
 */
#include <string.h>

#include "carrier/envelope.h"

#define SESSION "application/soap+msbinsession1"

/* The name of the root, which is the session's first string, after a table of one string. */
static void read_with_table(guint string_len)
{
    /* <NAME/> with the name by id 1, the session's first string: a short dictionary element and its end */
    static const guint8 document[] = {0x42, 0x01, 0x01};
    g_autoptr(GByteArray) octets = g_byte_array_new();
    g_autofree char *name = g_strnfill(string_len, 'n');
    guint8 head[] = {(guint8)(string_len + 1), (guint8)string_len};
    g_autoptr(WsscStringTable) session = wssc_string_table_new();
    g_autoptr(GError) error = NULL;
    WsscEnvelope envelope = {0};

    g_byte_array_append(octets, head, sizeof head);
    g_byte_array_append(octets, (const guint8 *)name, string_len);
    g_byte_array_append(octets, document, sizeof document);
    g_autoptr(GBytes) bytes = g_bytes_new(octets->data, octets->len);
    g_assert_true(wssc_envelope_read(bytes, SESSION, NULL, session, &envelope, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(wssc_string_table_count(session), ==, 1);
    g_assert_cmpuint(envelope.document, ==, string_len + 2);
    g_assert_cmpint(envelope.encoding, ==, WSSC_ENCODING_BINARY_SESSION);
    g_assert_cmpstr((const char *)xmlDocGetRootElement(envelope.xml->doc)->name, ==, name);
    wssc_xml_unref(envelope.xml);
    g_bytes_unref(envelope.octets);
}

/* Sizes that are white space, "<" and the octets of elements among them. */
static void test_table_sizes(void)
{
    for (guint len = 1; len < 126; len++)
        read_with_table(len);
}

static void assert_text(const char *text, gsize len, guint strings)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, len);
    g_autoptr(WsscStringTable) session = wssc_string_table_new();
    g_autoptr(GError) error = NULL;
    WsscEnvelope envelope = {0};

    g_assert_true(wssc_envelope_read(bytes, SESSION, NULL, session, &envelope, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(wssc_string_table_count(session), ==, strings);
    g_assert_cmpint(envelope.encoding, ==, WSSC_ENCODING_TEXT);
    g_assert_cmpstr((const char *)xmlDocGetRootElement(envelope.xml->doc)->name, ==, "a");
    wssc_xml_unref(envelope.xml);
    g_bytes_unref(envelope.octets);
}

/* A media type is whatever octets the other side sent. */
static void test_odd_type(void)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("<a/>", 4);
    g_autoptr(GError) error = NULL;
    WsscEnvelope envelope = {0};

    g_assert_true(wssc_envelope_read(bytes, "application/soap+msbin1; x=\xFF", NULL, NULL, &envelope, &error));
    g_assert_no_error(error);
    g_assert_nonnull(strstr(envelope.xml->encoding_note, "msbin1"));
    g_assert_true(g_utf8_validate(envelope.xml->encoding_note, -1, NULL));
    wssc_xml_unref(envelope.xml);
    g_bytes_unref(envelope.octets);
}

static void test_text_in_session(void)
{
    static const char *const plain[] = {"<a/>", "\n <a/>", " \t\r\n<a></a>", "\xEF\xBB\xBF<a/>"};
    for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
        assert_text(plain[i], strlen(plain[i]), 0);
    assert_text("\0\0<\0a\0/\0>" + 1, 8, 0);
    assert_text("\0<a/>", 5, 0);
    assert_text("\004\003xyz<a/>", 9, 1);
}

/* A table whose string runs past it is told as that, and the direction's ids are unknown from there. */
static void test_damaged_table(void)
{
    static const char damaged[] = "\n\x7Fxyzxyzxyz\x42\x01\x01";
    g_autoptr(GBytes) bytes = g_bytes_new(damaged, sizeof damaged - 1);
    g_autoptr(WsscStringTable) session = wssc_string_table_new();
    g_autoptr(GError) error = NULL;
    WsscEnvelope envelope = {0};

    g_assert_false(wssc_envelope_read(bytes, SESSION, NULL, session, &envelope, &error));
    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
    g_assert_nonnull(strstr(error->message, "string table"));
    g_assert_nonnull(wssc_string_table_unknown_reason(session));
    g_clear_pointer(&envelope.xml, wssc_xml_unref);
    g_bytes_unref(envelope.octets);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/envelope/table-sizes", test_table_sizes);
    g_test_add_func("/envelope/text-in-session", test_text_in_session);
    g_test_add_func("/envelope/damaged-table", test_damaged_table);
    g_test_add_func("/envelope/odd-type", test_odd_type);
    return g_test_run();
}
