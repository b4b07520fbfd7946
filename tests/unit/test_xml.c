/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "xml/xml.h"

static WsscXml *parse(const char *text, gssize len, const char *charset, GError **error)
{
    g_autoptr(GBytes) octets = g_bytes_new(text, len < 0 ? strlen(text) : (gsize)len);
    return wssc_xml_parse(octets, charset, error);
}

static void check_span(const WsscXml *xml, const void *node, const char *whole, const char *content)
{
    const WsscSpan *span = wssc_xml_span(node);
    const char *data = g_bytes_get_data(xml->octets, NULL);
    g_assert_nonnull(span);
    g_autofree char *seen = g_strndup(data + span->start, span->end - span->start);
    g_autofree char *inner = g_strndup(data + span->content_start, span->content_end - span->content_start);
    g_assert_cmpstr(seen, ==, whole);
    g_assert_cmpstr(inner, ==, content);
}

static void test_spans(void)
{
    g_autoptr(WsscXml) xml = parse("<?xml version='1.0'?>\n<!--c--><a x = '1' p:y=\"&lt;>\" "
                                   "xmlns:p='u'>t<b/><![CDATA[<]]>&amp;z<?pi d?><c >q</c ></a >",
                                   -1, NULL, NULL);
    g_assert_nonnull(xml);
    xmlNode *a = wssc_xml_root(xml);
    xmlNode *b = wssc_xml_first(a);
    xmlNode *c = wssc_xml_next(b);
    check_span(xml, b, "<b/>", "");
    check_span(xml, c, "<c >q</c >", "q");
    check_span(xml, wssc_xml_attr(a, WSSC_NS_FAMILY_NONE, "x"), "x = '1'", "1");
    check_span(xml, a->properties->next, "p:y=\"&lt;>\"", "&lt;>");
    check_span(xml, a->children, "t", "t");
    g_assert_cmpuint(wssc_xml_span(a)->start, ==, 30);
    g_assert_cmpuint(wssc_xml_span(a)->end, ==, g_bytes_get_size(xml->octets));
}

static void test_utf16(void)
{
    const char *text = "<a k=\"\xC3\xA9\">\xF0\x9F\x98\x80<b>x</b></a>";
    gsize written = 0;
    g_autofree char *wide = g_convert(text, -1, "UTF-16LE", "UTF-8", NULL, &written, NULL);
    g_autoptr(WsscXml) xml = parse(wide, (gssize)written, "utf-8", NULL);
    g_assert_nonnull(xml);
    g_assert_cmpstr(xml->encoding, ==, "UTF-16LE");
    g_assert_nonnull(xml->encoding_note);
    const WsscSpan *span = wssc_xml_span(wssc_xml_first(wssc_xml_root(xml)));
    g_assert_cmpuint(span->start, ==, 2 * 11);
    g_assert_cmpuint(span->content_start, ==, 2 * 14);
    g_assert_cmpuint(span->end, ==, 2 * 19);
}

static void test_encodings(void)
{
    g_autoptr(WsscXml) latin = parse("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9<b/></a>", -1, NULL, NULL);
    g_assert_nonnull(latin);
    g_autofree char *text = wssc_xml_text(wssc_xml_root(latin));
    g_assert_cmpstr(text, ==, "\xC3\xA9");
    check_span(latin, wssc_xml_first(wssc_xml_root(latin)), "<b/>", "");

    g_autoptr(WsscXml) wrong = parse("<?xml version='1.0' encoding='utf-16'?><a/>", -1, NULL, NULL);
    g_assert_nonnull(wrong);
    g_assert_nonnull(wrong->encoding_note);

    g_autoptr(WsscXml) carrier = parse("<a>\xE9</a>", -1, "windows-1252", NULL);
    g_assert_nonnull(carrier);
    g_assert_cmpstr(carrier->encoding, ==, "windows-1252");

    g_autoptr(GError) error = NULL;
    g_assert_null(parse("<a>\xFF\xFE\xFD</a>", -1, NULL, &error));
    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_ENCODING);
    g_assert_nonnull(strstr(error->message, "octet 3"));
}

/* The octets of a span, brought back to UTF-8. */
static char *octets_of(const WsscXml *xml, guint32 from, guint32 to, const char *charset)
{
    const char *data = g_bytes_get_data(xml->octets, NULL);
    char *text = g_convert(data + from, to - from, "UTF-8", charset, NULL, NULL, NULL);
    g_assert_nonnull(text);
    return text;
}

static void check_places(const WsscXml *xml, const xmlNode *node, const char *charset, guint *places)
{
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        const WsscSpan *span = wssc_xml_span(node);
        g_autofree char *whole = octets_of(xml, span->start, span->end, charset);
        g_autofree char *start = g_strdup_printf(
            "<%s%s%s", node->ns != NULL && node->ns->prefix != NULL ? (const char *)node->ns->prefix : "",
            node->ns != NULL && node->ns->prefix != NULL ? ":" : "", (const char *)node->name);
        g_assert_true(g_str_has_prefix(whole, start));
        g_assert_true(g_str_has_suffix(whole, ">"));
        for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
            const WsscSpan *place = wssc_xml_span(attr);
            g_autofree char *value = octets_of(xml, place->content_start, place->content_end, charset);
            g_autofree char *named = octets_of(xml, place->start, place->content_start, charset);
            g_assert_cmpstr(value, ==, (const char *)attr->children->content);
            g_assert_nonnull(strstr(named, (const char *)attr->name));
            *places += 1;
        }
        *places += 1;
        check_places(xml, node->children, charset, places);
    }
}

/* Every element and attribute is found again in the octets, in every charset, with and without a mark, with
 * characters of several octets and CR LF before it. */
static void test_places(void)
{
    static const struct {
        const char *charset, *mark, *text;
        gsize mark_len;
    } cases[] = {
        {"UTF-8", "", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 0},
        {"UTF-8", "\xEF\xBB\xBF", "\xC3\xA4\xE2\x82\xAC", 3},
        {"UTF-16LE", "", "\xC3\xA4\xF0\x9F\x98\x80", 0},
        {"UTF-16LE", "\xFF\xFE", "\xE2\x82\xAC", 2},
        {"UTF-16BE", "", "\xC3\xA4\xF0\x9F\x98\x80", 0},
        {"UTF-16BE", "\xFE\xFF", "\xE2\x82\xAC", 2},
        {"ISO-8859-1", "", "\xC3\xA4\xC3\xBF", 0},
        {"WINDOWS-1252", "", "\xE2\x82\xAC\xC3\xA4", 0},
        {"SHIFT_JIS", "", "\xE6\x97\xA5\xE6\x9C\xAC", 0},
        {"GB18030", "", "\xE6\x97\xA5\xF0\x9F\x98\x80", 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *t = cases[i].text;
        g_autofree char *text =
            g_strdup_printf("\r\n<!-- %s --><p:a\r\n xmlns:p='urn:p' xmlns = 'urn:d' x='%s' p:y=\"%s\">%s\r\n<b "
                            "k='%s'/><![CDATA[%s<b>]]><p:c p:x='1'\tx='2'>%s</p:c></p:a>",
                            t, t, t, t, t, t, t);
        gsize len = 0;
        g_autofree char *coded = g_convert(text, -1, cases[i].charset, "UTF-8", NULL, &len, NULL);
        g_assert_nonnull(coded);
        g_autoptr(GString) whole = g_string_new_len(cases[i].mark, (gssize)cases[i].mark_len);
        g_string_append_len(whole, coded, (gssize)len);
        g_autoptr(GError) error = NULL;
        g_autoptr(WsscXml) xml = parse(whole->str, (gssize)whole->len, cases[i].charset, &error);
        g_assert_no_error(error);
        guint places = 0;
        check_places(xml, wssc_xml_root(xml), cases[i].charset, &places);
        g_assert_cmpuint(places, ==, 3 + 5);
    }
}

static void check_note(const char *text, gssize len, const char *charset, const char *encoding, gboolean is_odd)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = parse(text, len, charset, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(xml->encoding, ==, encoding);
    g_assert_cmpint(xml->encoding_note != NULL, ==, is_odd);
    g_assert_true(xml->encoding_note == NULL || g_utf8_validate(xml->encoding_note, -1, NULL));
}

/* What carrier, declaration and octets say of the encoding. */
static void test_contradictions(void)
{
    check_note("<?xml version='1.0' encoding='utf-8'?><a/>", -1, "utf-8", "UTF-8", FALSE);
    check_note("<?xml version='1.0' encoding='utf-8'?><a/>", -1, "us-ascii", "UTF-8", FALSE);
    check_note("<?xml version='1.0' encoding='utf-8'?><a>\xC3\xA4</a>", -1, "iso-8859-1", "UTF-8", TRUE);
    check_note("<?xml version='1.0' encoding='utf-16'?><a/>", -1, "utf-8", "UTF-8", TRUE);
    check_note("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-16'?><a/>", -1, NULL, "UTF-8", TRUE);
    check_note("<a/>", -1, "utf-16", "UTF-8", TRUE);
    check_note("<?xml version='1.0' encoding='utf-8'?><a>\xC3\xA4</a>", -1, "latin\xFF", "UTF-8", TRUE);
    check_note("<\0a\0/\0>\0", 8, "utf-16", "UTF-16LE", FALSE);
    check_note("<\0a\0/\0>\0", 8, NULL, "UTF-16LE", FALSE);
    check_note("<\0a\0/\0>\0", 8, "utf-16be", "UTF-16LE", TRUE);
    check_note("<\0a\0/\0>\0", 8, "utf-8", "UTF-16LE", TRUE);
    check_note("\n\0<\0a\0/\0>\0", 10, "utf-16", "UTF-16LE", FALSE);
    const char *declared = "<?xml version='1.0' encoding='utf-8'?><a/>";
    gsize len = 0;
    g_autofree char *wide = g_convert(declared, -1, "UTF-16BE", "UTF-8", NULL, &len, NULL);
    check_note(wide, (gssize)len, NULL, "UTF-16BE", TRUE);
}

static void check_no_text(const char *text, gssize len, const char *charset, const char *where)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(parse(text, len, charset, &error));
    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_ENCODING);
    g_assert_nonnull(strstr(error->message, where));
    g_assert_true(g_utf8_validate(error->message, -1, NULL)); /* whatever a charset is called */
}

static void test_no_text(void)
{
    check_no_text("<\0a\0>\0\x00\xD8<\0/\0a\0>\0", 16, NULL, "octet 6"); /* half a pair */
    check_no_text("<\0a\0>\0\x00\xDC<\0/\0a\0>\0", 16, NULL, "octet 6");
    check_no_text("<\0a\0/\0>\0\n", 9, NULL, "octet 8"); /* half a unit */
    check_no_text("<\0\0\0a\0\0\0", 8, NULL, "UTF-32");
    check_no_text("\xEF\xBB\xBF<a>\xFF</a>", -1, NULL, "octet 6");
    check_no_text("<a>\xE6\x97</a>", -1, "shift_jis-or-so", "octet 3");
    check_no_text("<a>\xE9</a>", -1, "ISO-8859-1//IGNORE", "octet 3"); /* a wish to the converter, no charset */
    check_no_text("<a>\xE9</a>", -1, "latin\xFF", "octet 3");
    check_no_text("<?xml version='1.0' encoding='ut\xFF-8'?><a/>", -1, NULL, "octet 32");
}

/* libxml2 cuts a long message anywhere, also within a character. */
static void test_long_name(void)
{
    for (guint shift = 0; shift < 2; shift++) {
        g_autoptr(GString) text = g_string_new(shift == 0 ? "<a" : "<ab");
        g_autoptr(GError) error = NULL;
        for (guint i = 0; i < 40000; i++)
            g_string_append(text, "\xC3\xA4");
        g_string_append(text, "></c>");
        g_assert_null(parse(text->str, (gssize)text->len, NULL, &error));
        g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    }
}

/* An attachment inside the text; and what would keep a parser busy for hours is refused at once. */
static void test_large(void)
{
    g_autoptr(GString) text = g_string_new("<a>");
    for (guint i = 0; i < 11 * 1024; i++)
        g_string_append_printf(text, "%01023u\n", i);
    g_string_append(text, "<b/></a>");
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = parse(text->str, (gssize)text->len, NULL, &error);
    g_assert_no_error(error);
    check_span(xml, wssc_xml_first(wssc_xml_root(xml)), "<b/>", "");

    g_string_assign(text, "<a ");
    for (guint i = 0; i < 400000; i++)
        g_string_append_printf(text, "a%u='' ", i);
    g_string_append(text, "/>");
    g_assert_null(parse(text->str, (gssize)text->len, NULL, &error));
    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_LIMIT);
    g_clear_error(&error);

    /* Quotes elsewhere than in tags are no attributes; depth is counted down again. */
    g_string_assign(text, "<a><!-- <x ");
    for (guint i = 0; i < 3000; i++)
        g_string_append(text, "'' ");
    g_string_append(text, "--><![CDATA[<x ");
    for (guint i = 0; i < 3000; i++)
        g_string_append(text, "\"\" ");
    g_string_append(text, "]]>");
    for (guint i = 0; i < 3000; i++)
        g_string_append(text, "<b c='>/'>''</b><d/>");
    g_string_append(text, "</a>");
    g_autoptr(WsscXml) calm = parse(text->str, (gssize)text->len, NULL, &error);
    g_assert_no_error(error);
    g_assert_nonnull(calm);
}

static void check_refused(const char *text, int code)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(parse(text, -1, NULL, &error));
    g_assert_error(error, WSSC_XML_ERROR, code);
}

static void test_hostile(void)
{
    check_refused("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", WSSC_XML_ERROR_DTD);
    check_refused("<!DOCTYPE a><a/>", WSSC_XML_ERROR_DTD);
    check_refused("<a><b></a>", WSSC_XML_ERROR_MALFORMED);
    check_refused("<a>&x;</a>", WSSC_XML_ERROR_MALFORMED);
    check_refused("", WSSC_XML_ERROR_MALFORMED);
    check_refused("<a/><b/>", WSSC_XML_ERROR_MALFORMED);

    GString *deep = g_string_new(NULL);
    for (int i = 0; i <= WSSC_MAX_XML_DEPTH; i++)
        g_string_append(deep, "<a>");
    check_refused(deep->str, WSSC_XML_ERROR_LIMIT);
    g_string_assign(deep, "<a ");
    for (int i = 0; i <= WSSC_MAX_XML_ATTRIBUTES; i++)
        g_string_append_printf(deep, "a%d='' ", i);
    g_string_append(deep, "/>");
    check_refused(deep->str, WSSC_XML_ERROR_LIMIT);
    g_string_free(deep, TRUE);
}

/* Every prefix and every one-octet change of a document ends cleanly, with spans inside the octets. */
static void check_spans_inside(const xmlNode *node, gsize len)
{
    for (; node != NULL; node = node->next) {
        const WsscSpan *span = wssc_xml_span(node);
        if (span != NULL)
            g_assert_true(span->start <= span->content_start && span->content_start <= span->content_end &&
                          span->content_end <= span->end && span->end <= len);
        if (node->type == XML_ELEMENT_NODE)
            check_spans_inside(node->children, len);
    }
}

/* An open tag of many attributes or declarations. */
static GString *open_tag(const char *attribute, guint first, guint count)
{
    GString *text = g_string_new("<a");
    for (guint i = first; i < first + count; i++)
        g_string_append_printf(text, " %s%06u='urn:%06u'", attribute, i, i);
    g_string_append_c(text, '>');
    return text;
}

/* What libxml2 would be slow at is refused before it begins: attributes of one tag, declarations in scope. */
static void test_large_tags(void)
{
    g_autoptr(GString) few = open_tag("p", 0, WSSC_MAX_XML_ATTRIBUTES);
    g_autoptr(GString) many = open_tag("p", 0, WSSC_MAX_XML_ATTRIBUTES + 1);
    g_autoptr(GString) half = open_tag("xmlns:p", 0, WSSC_MAX_XML_NAMESPACES / 2);
    g_autoptr(GString) rest = open_tag("xmlns:q", 0, WSSC_MAX_XML_NAMESPACES / 2);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    g_string_printf(text, "%s</a>", few->str);
    g_autoptr(WsscXml) xml = parse(text->str, -1, NULL, &error);
    g_assert_no_error(error);
    g_assert_null(wssc_xml_parse_fragment(wssc_xml_root(xml), wssc_bytes(many->str, many->len), &error));
    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_LIMIT);
    /* Beside each other, and behind markup in comments that is none, they are not in scope together. */
    g_string_printf(text, "<r><!-- %s -->%s</a>%s%s</a></a></r>", half->str, half->str, half->str, rest->str);
    g_autoptr(WsscXml) full = parse(text->str, -1, NULL, NULL);
    g_assert_nonnull(full);
    g_string_printf(text, "<r xmlns:one='urn:more'>%s%s</a></a></r>", half->str, rest->str);
    check_refused(text->str, WSSC_XML_ERROR_LIMIT);
}

static void test_damaged(void)
{
    const char *text = "<e:a xmlns:e='u' e:i=\"1\"><!-- x --><b>t&#65;</b><![CDATA[q]]><c/></e:a>";
    gsize len = strlen(text);
    for (gsize i = 0; i < len; i++) {
        g_autoptr(WsscXml) cut = parse(text, (gssize)i, NULL, NULL);
        g_assert_null(cut);
        for (int c = 1; c < 256; c += 7) {
            g_autofree char *copy = g_strdup(text);
            copy[i] = (char)c;
            g_autoptr(WsscXml) xml = parse(copy, (gssize)len, NULL, NULL);
            if (xml != NULL)
                check_spans_inside(xml->doc->children, len);
        }
    }
}

static void test_fragment(void)
{
    g_autoptr(WsscXml) xml = parse("<a xmlns:p='u'><b/></a>", -1, NULL, NULL);
    xmlNode *b = wssc_xml_first(wssc_xml_root(xml));
    g_autoptr(GError) error = NULL;
    const char *text = "t<p:c/>";
    xmlNode *list = wssc_xml_parse_fragment(b, wssc_bytes(text, strlen(text)), &error);
    g_assert_no_error(error);
    g_assert_cmpstr((const char *)list->next->ns->href, ==, "u");
    xmlFreeNodeList(list);
    g_assert_null(wssc_xml_parse_fragment(b, wssc_bytes("<x>", 3), &error));
    g_assert_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED);
}

static void test_text(void)
{
    g_autoptr(GBytes) octets = wssc_base64_decode(" AQ\nID BA == ", 13);
    g_assert_nonnull(octets);
    g_assert_cmpuint(g_bytes_get_size(octets), ==, 4);
    g_assert_null(wssc_base64_decode("A", 1));
    g_assert_null(wssc_base64_decode("A=BC", 4));
    g_assert_null(wssc_base64_decode("AQ=I", 4));
    g_assert_null(wssc_base64_decode("A*==", 4));
    g_assert_cmpint(wssc_time_parse("1970-01-01T00:00:01.5Z"), ==, 1500000);
    g_assert_cmpint(wssc_time_parse(" 2000-03-01T00:00:00+01:00 "), ==, 951865200000000);
    g_assert_cmpint(wssc_time_parse("2000-03-01"), ==, WSSC_TIME_NONE);
    g_assert_cmpint(wssc_time_parse("2000-13-01T00:00:00Z"), ==, WSSC_TIME_NONE);
    static const char *const none[] = {"2026-02-29", "2026-02-31", "2026-04-31", "2026-06-31",
                                       "2026-09-31", "2026-11-31", "1900-02-29", "2000-02-30",
                                       "2026-00-10", "2026-01-00", "2026-12-32", "0000-01-01"};
    for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
        g_autofree char *time = g_strconcat(none[i], "T00:00:00Z", NULL);
        g_assert_cmpint(wssc_time_parse(time), ==, WSSC_TIME_NONE);
    }
    g_assert_cmpint(wssc_time_parse("2024-02-29T00:00:00Z"), ==, 1709164800000000);
    g_assert_cmpint(wssc_time_parse("2000-02-29T24:00:00Z"), ==, 951868800000000);
    g_assert_cmpint(wssc_time_parse("2026-12-31T23:59:59Z"), ==, 1798761599000000);
    g_autofree char *text = wssc_time_format(951865200123456);
    g_assert_cmpstr(text, ==, "2000-02-29T23:00:00.123456Z");
}

static void test_without_spans(void)
{
    static const char text[] = "<a b='1'><c>text</c></a>";
    g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
    g_autoptr(WsscXml) xml = wssc_xml_parse_without_spans(octets, NULL, NULL);
    const xmlNode *root = wssc_xml_root(xml);
    const WsscSpan *span = wssc_xml_span(wssc_xml_first(root));
    g_assert_nonnull(span);
    g_assert_true(span->start == 0 && span->end == 0 && span->flags == 0);
    g_assert_null(wssc_xml_span(root->properties));
    g_autoptr(WsscXml) copy = wssc_xml_copy(xml);
    g_assert_null(wssc_xml_span(wssc_xml_root(copy)));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/without_spans", test_without_spans);
    g_test_add_func("/xml/spans", test_spans);
    g_test_add_func("/xml/utf16", test_utf16);
    g_test_add_func("/xml/encodings", test_encodings);
    g_test_add_func("/xml/places", test_places);
    g_test_add_func("/xml/contradictions", test_contradictions);
    g_test_add_func("/xml/no-text", test_no_text);
    g_test_add_func("/xml/long-name", test_long_name);
    g_test_add_func("/xml/large", test_large);
    g_test_add_func("/xml/hostile", test_hostile);
    g_test_add_func("/xml/large-tags", test_large_tags);
    g_test_add_func("/xml/damaged", test_damaged);
    g_test_add_func("/xml/fragment", test_fragment);
    g_test_add_func("/base/text", test_text);
    return g_test_run();
}
