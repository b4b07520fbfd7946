/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * multipart/related and XOP: parts, roots, transfer encodings, what stacks do with them, and damage.
 */
#include <string.h>

#include "base/limits.h"
#include "carrier/mime.h"

#define XOP "http://www.w3.org/2004/08/xop/include"
#define TYPE "multipart/related; type=\"application/xop+xml\"; boundary=\"b+1\"; start=\"<r@x>\""

static const char usual[] =
    "ignored before the first boundary\r\n"
    "--b+1\r\n"
    "Content-ID: <1@x>\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    "\001\002--b\r\n\003\r\n"
    "--b+1  \r\n"
    "Content-Type: application/xop+xml;\r\n charset=utf-8\r\nContent-ID: <r@x>\r\n\r\n"
    "<a xmlns:x='" XOP "'><b> <x:Include href='cid:1@x'/></b><x:Include href='cid:none'/></a>\r\n"
    "--b+1--\r\nignored behind the last";

static GBytes *octets(const char *text)
{
    return g_bytes_new(text, strlen(text));
}

static const WsscMimePart *part(const WsscMime *mime, guint i)
{
    return mime->parts->pdata[i];
}

static void assert_content(const WsscMimePart *p, const char *expected, gsize len)
{
    gsize size;
    const void *data = g_bytes_get_data(p->octets, &size);
    g_assert_cmpuint(size, ==, len);
    g_assert_true(size == 0 || memcmp(data, expected, len) == 0);
}

static void test_parameter(void)
{
    static const struct {
        const char *value, *name, *expected;
    } cases[] = {
        {"text/xml; charset=utf-8", "charset", "utf-8"},
        {"text/xml;CHARSET=\"UTF-8\"", "charset", "UTF-8"},
        {"a/b; x=\"one;two\\\"3\"; y=4", "y", "4"},
        {"a/b; x=\"one;two\\\"3\"; y=4", "x", "one;two\"3"},
        {"a/b; xcharset=1", "charset", NULL},
        {"a/b; charset", "charset", NULL},
        {"a/b", "charset", NULL},
        {"a/b; ; boundary = q ;z", "boundary", "q"},
        {"a/b; x=\"never closed", "x", "never closed"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *value = wssc_mime_parameter(cases[i].value, cases[i].name);
        g_assert_cmpstr(value, ==, cases[i].expected);
    }
}

static void test_parts(void)
{
    g_autoptr(GBytes) body = octets(usual);
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscMime) mime = wssc_mime_split(body, TYPE, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(mime->parts->len, ==, 2);
    g_assert_cmpuint(mime->root, ==, 1);
    g_assert_false(mime->is_open);
    g_assert_cmpstr(part(mime, 0)->id, ==, "1@x");
    g_assert_cmpstr(part(mime, 1)->content_type, ==, "application/xop+xml; charset=utf-8");
    assert_content(part(mime, 0), "\001\002--b\r\n\003", 8);
    g_assert_true(strncmp(usual + part(mime, 1)->start, "<a ", 3) == 0);
    g_assert_true(strncmp(usual + part(mime, 1)->end, "\r\n--b+1--", 9) == 0);
}

static void test_xop(void)
{
    g_autoptr(GBytes) body = octets(usual);
    g_autoptr(WsscMime) mime = wssc_mime_split(body, TYPE, NULL);
    g_autoptr(WsscXml) xml = wssc_xml_parse(wssc_mime_root(mime)->octets, NULL, NULL);
    WsscXopResult result;

    wssc_xop_resolve(xml, mime, &result);
    g_assert_cmpuint(result.resolved, ==, 1);
    g_assert_cmpuint(result.missing, ==, 1);
    g_assert_cmpstr(result.first_missing, ==, "cid:none");
    g_assert_false(result.is_too_large);
    xmlNode *b = wssc_xml_first(wssc_xml_root(xml));
    g_autofree char *text = wssc_xml_text(b);
    g_assert_cmpstr(text, ==, " AQItLWINCgM=");
    g_assert_nonnull(wssc_xml_next(b)); /* what could not be resolved stays */
    g_free(result.first_missing);
}

static void test_transfer_encodings(void)
{
    g_autoptr(GBytes) body = octets("--q\nContent-Transfer-Encoding: base64\n\naGVs\nbG8=\n"
                                    "--q\nContent-Transfer-Encoding: Quoted-Printable\n\n=3Ca=20b=\n/=3E=\n\n"
                                    "--q\nContent-Transfer-Encoding: base64\n\n!\n"
                                    "--q\n\n\n--q--");
    g_autoptr(WsscMime) mime = wssc_mime_split(body, "multipart/related;boundary=q", NULL);
    g_assert_cmpuint(mime->parts->len, ==, 4);
    assert_content(part(mime, 0), "hello", 5);
    assert_content(part(mime, 1), "<a b/>", 6);
    assert_content(part(mime, 2), "!", 1); /* no base64: as it stands */
    g_assert_false(part(mime, 2)->is_decoded);
    assert_content(part(mime, 3), "", 0);
}

/* net.tcp's record 04 and Mono over HTTP put the MIME headers into the body. */
static void test_headers_in_body(void)
{
    static const char text[] =
        "MIME-Version: 1.0\r\nContent-Type: multipart/related;type=\"application/xop+xml\";\r\n"
        "\tboundary=\"3a+id=1\";start=\"<two>\"\r\n\r\n--3a+id=1\r\nContent-ID: <one>\r\n\r\n1\r\n"
        "--3a+id=1\r\nContent-ID: <two>\r\n\r\n2\r\n--3a+id=1--\r\n";
    static const char *const types[] = {"multipart/related; type=application/xop+xml", NULL, ""};
    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autoptr(GBytes) body = octets(text);
        g_autoptr(WsscMime) mime = wssc_mime_split(body, types[i], NULL);
        g_assert_nonnull(mime);
        g_assert_cmpuint(mime->root, ==, 1);
        assert_content(wssc_mime_root(mime), "2", 1);
    }
}

static void test_ids(void)
{
    g_autoptr(GBytes) body = octets("--q\r\nContent-ID: <http://tempuri.org/1/63>\r\n\r\nx\r\n"
                                    "--q\r\nContent-Id: plain\r\n\r\ny\r\n--q--\r\n");
    g_autoptr(WsscMime) mime = wssc_mime_split(body, "multipart/related;boundary=q", NULL);
    g_assert_true(wssc_mime_find(mime, "cid:http://tempuri.org/1/63") == part(mime, 0));
    g_assert_true(wssc_mime_find(mime, "cid:http:%2F%2Ftempuri.org%2F1%2F63") == part(mime, 0));
    g_assert_true(wssc_mime_find(mime, "CID:plain") == part(mime, 1));
    g_assert_null(wssc_mime_find(mime, "http://tempuri.org/1/63"));
    g_assert_null(wssc_mime_find(mime, "cid:%zz"));
    g_autoptr(GBytes) twice = octets("--q\r\nContent-ID: <a>\r\n\r\nx\r\n--q\r\nContent-ID: <a>\r\n\r\ny\r\n--q--\r\n");
    g_autoptr(WsscMime) unclear = wssc_mime_split(twice, "multipart/related;boundary=q", NULL);
    g_assert_null(wssc_mime_find(unclear, "cid:a")); /* readers take either */
}

static void test_no_multipart(void)
{
    static const struct {
        const char *body, *type, *reason;
    } cases[] = {
        {"<a/>", "multipart/related", "no boundary"},
        {"<a/>", "multipart/related; boundary=\"\"", "no boundary"},
        {"<a/>", "multipart/related; boundary=q", "does not occur"},
        {"x--q\r\n\r\n1", "multipart/related; boundary=q", "does not occur"},
        {"--q--\r\n", "multipart/related; boundary=q", "no part"},
        {"--qq\r\n\r\n1\r\n", "multipart/related; boundary=q", "does not occur"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) body = octets(cases[i].body);
        g_autoptr(GError) error = NULL;
        g_assert_null(wssc_mime_split(body, cases[i].type, &error));
        g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
        g_assert_nonnull(strstr(error->message, cases[i].reason));
    }
}

static void test_open_end(void)
{
    g_autoptr(GBytes) body = octets("--q\r\n\r\n<a/>");
    g_autoptr(WsscMime) mime = wssc_mime_split(body, "multipart/related; boundary=q", NULL);
    g_assert_true(mime->is_open);
    assert_content(wssc_mime_root(mime), "<a/>", 4);
}

static void test_too_many_parts(void)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < 2 * WSSC_MAX_MIME_PARTS; i++)
        g_string_append(text, "--q\n\n\n");
    g_autoptr(GBytes) body = octets(text->str);
    g_autoptr(WsscMime) mime = wssc_mime_split(body, "multipart/related; boundary=q", NULL);
    g_assert_cmpuint(mime->parts->len, ==, WSSC_MAX_MIME_PARTS);
    g_string_free(text, TRUE);
}

/* Every prefix, and every octet changed, ends cleanly. */
static void test_damage(void)
{
    static const guint8 changes[] = {0, '\n', '-', '"', 0xFF};
    gsize len = strlen(usual);
    for (gsize i = 0; i < len; i++) {
        for (guint c = 0; c <= G_N_ELEMENTS(changes); c++) {
            g_autofree char *copy = g_memdup2(usual, len);
            if (c < G_N_ELEMENTS(changes))
                copy[i] = (char)changes[c];
            g_autoptr(GBytes) body = g_bytes_new(copy, c < G_N_ELEMENTS(changes) ? len : i);
            g_autoptr(WsscMime) mime = wssc_mime_split(body, TYPE, NULL);
            if (mime == NULL)
                continue;
            for (guint p = 0; p < mime->parts->len; p++) {
                g_assert_cmpuint(part(mime, p)->start, <=, part(mime, p)->end);
                g_assert_cmpuint(part(mime, p)->end, <=, g_bytes_get_size(body));
            }
            g_autoptr(WsscXml) xml = wssc_xml_parse(wssc_mime_root(mime)->octets, NULL, NULL);
            WsscXopResult result = {0};
            if (xml != NULL)
                wssc_xop_resolve(xml, mime, &result);
            g_free(result.first_missing);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mime/parameter", test_parameter);
    g_test_add_func("/mime/parts", test_parts);
    g_test_add_func("/mime/xop", test_xop);
    g_test_add_func("/mime/transfer-encodings", test_transfer_encodings);
    g_test_add_func("/mime/headers-in-body", test_headers_in_body);
    g_test_add_func("/mime/ids", test_ids);
    g_test_add_func("/mime/no-multipart", test_no_multipart);
    g_test_add_func("/mime/open-end", test_open_end);
    g_test_add_func("/mime/too-many-parts", test_too_many_parts);
    g_test_add_func("/mime/damage", test_damage);
    return g_test_run();
}
