/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Octet offsets for a tree that libxml2 made: the text is read once more beside the tree. It is
 * known to be well formed and without DTD, so a scanner for seven kinds of markup is enough.
 */
#include "xml/span.h"

#include <string.h>

typedef struct {
    WsscXml *xml;
    const WsscDecodedText *text;
    gsize pos;
    xmlNode *parent; /* element whose content is being read; NULL at document level */
    xmlNode *next;   /* node of the tree that comes next */
} Scan;

static guint32 octet(const Scan *scan, gsize pos)
{
    return (guint32)wssc_decoded_text_octet(scan->text, pos);
}

static WsscSpan *new_span(Scan *scan, gsize start, gsize content_start, gsize content_end, gsize end)
{
    WsscSpan *span = wssc_xml_new_span(scan->xml);
    span->start = octet(scan, start);
    span->content_start = octet(scan, content_start);
    span->content_end = octet(scan, content_end);
    span->end = octet(scan, end);
    return span;
}

static gsize find(const Scan *scan, gsize from, const char *what)
{
    gsize len = strlen(what);
    const char *hit =
        from < scan->text->len ? g_strstr_len(scan->text->text + from, (gssize)(scan->text->len - from), what) : NULL;
    return hit != NULL ? (gsize)(hit - scan->text->text) + len : scan->text->len;
}

/* Past the next character of that kind. */
static gsize find_char(const Scan *scan, gsize from, char c)
{
    const char *hit = from < scan->text->len ? memchr(scan->text->text + from, c, scan->text->len - from) : NULL;
    return hit != NULL ? (gsize)(hit - scan->text->text) + 1 : scan->text->len;
}

/* Gives the run [pos, end) to the next node when that is of the type, and steps past it. */
static void give(Scan *scan, xmlElementType type, gsize end, gsize content_start, gsize content_end)
{
    if (scan->next != NULL && scan->next->type == type) {
        scan->next->_private = new_span(scan, scan->pos, content_start, content_end, end);
        scan->next = scan->next->next;
    }
    scan->pos = end;
}

static gboolean is_name_end(char c)
{
    static const gboolean ends[256] = {
        ['='] = TRUE, ['>'] = TRUE, ['/'] = TRUE, [' '] = TRUE, ['\t'] = TRUE, ['\r'] = TRUE, ['\n'] = TRUE};
    return ends[(guchar)c];
}

static void skip_name(Scan *scan)
{
    const char *p = scan->text->text + scan->pos, *end = scan->text->text + scan->text->len;
    while (p < end && !is_name_end(*p))
        p++;
    scan->pos = (gsize)(p - scan->text->text);
}

static gboolean name_matches(const xmlAttr *attr, const char *name, gsize len)
{
    const char *colon = memchr(name, ':', len);
    gsize local_len = colon != NULL ? (gsize)(name + len - colon - 1) : len;
    const char *local = colon != NULL ? colon + 1 : name;
    const char *prefix = attr->ns != NULL ? (const char *)attr->ns->prefix : NULL;
    if (strlen((const char *)attr->name) != local_len || memcmp(attr->name, local, local_len) != 0)
        return FALSE;
    gsize prefix_len = colon != NULL ? (gsize)(colon - name) : 0;
    return prefix == NULL ? colon == NULL : strlen(prefix) == prefix_len && memcmp(prefix, name, prefix_len) == 0;
}

/* attr: where to look first; the tree keeps attributes in the order of the text. Returns where to look for the
 * next one. */
static xmlAttr *read_attribute(Scan *scan, const xmlNode *element, xmlAttr *attr)
{
    const char *t = scan->text->text;
    gsize start = scan->pos, len = scan->text->len;
    skip_name(scan);
    gsize name_len = scan->pos - start;
    while (scan->pos < len && t[scan->pos] != '"' && t[scan->pos] != '\'')
        scan->pos++;
    if (scan->pos >= len)
        return attr;
    char quote = t[scan->pos++];
    gsize value = scan->pos;
    scan->pos = find_char(scan, value, quote);
    gsize value_end = scan->pos - 1;
    if (attr == NULL || !name_matches(attr, t + start, name_len))
        for (attr = element->properties; attr != NULL; attr = attr->next)
            if (attr->_private == NULL && name_matches(attr, t + start, name_len))
                break;
    if (attr == NULL)
        return element->properties;
    attr->_private = new_span(scan, start, value, value_end, scan->pos);
    return attr->next;
}

static gboolean is_declaration(const Scan *scan)
{
    const char *name = scan->text->text + scan->pos;
    gsize left = scan->text->len - scan->pos;
    return left > 5 && memcmp(name, "xmlns", 5) == 0 && (name[5] == ':' || is_name_end(name[5]));
}

/* Namespace declarations are no attributes of the tree. */
static void skip_declaration(Scan *scan)
{
    const char *t = scan->text->text;
    gsize len = scan->text->len;
    skip_name(scan);
    while (scan->pos < len && t[scan->pos] != '"' && t[scan->pos] != '\'')
        scan->pos++;
    const char *close = scan->pos < len ? memchr(t + scan->pos + 1, t[scan->pos], len - scan->pos - 1) : NULL;
    scan->pos = close != NULL ? (gsize)(close - t) + 1 : len;
}

static void read_start_tag(Scan *scan)
{
    const char *t = scan->text->text;
    gsize start = scan->pos, len = scan->text->len;
    xmlNode *element = scan->next;

    if (element == NULL || element->type != XML_ELEMENT_NODE) {
        scan->pos = len; /* tree and text disagree: leave the rest without spans */
        return;
    }
    xmlAttr *attr = element->properties;
    scan->pos++;
    skip_name(scan);
    while (scan->pos < len && t[scan->pos] != '>' && t[scan->pos] != '/') {
        if (g_ascii_isspace(t[scan->pos]))
            scan->pos++;
        else if (is_declaration(scan))
            skip_declaration(scan);
        else
            attr = read_attribute(scan, element, attr);
    }
    gboolean empty = scan->pos < len && t[scan->pos] == '/';
    scan->pos = MIN(scan->pos + (empty ? 2 : 1), len);
    element->_private = new_span(scan, start, scan->pos, scan->pos, scan->pos);
    if (empty) {
        scan->next = element->next;
    } else {
        scan->parent = element;
        scan->next = element->children;
    }
}

static void read_end_tag(Scan *scan)
{
    gsize end = find_char(scan, scan->pos, '>');
    xmlNode *element = scan->parent;
    if (element == NULL) {
        scan->pos = scan->text->len;
        return;
    }
    WsscSpan *span = element->_private;
    span->content_end = octet(scan, scan->pos);
    span->end = octet(scan, end);
    scan->next = element->next;
    scan->parent = element->parent != NULL && element->parent->type == XML_ELEMENT_NODE ? element->parent : NULL;
    scan->pos = end;
}

static gboolean at(const Scan *scan, const char *what)
{
    gsize len = strlen(what);
    return scan->text->len - scan->pos >= len && memcmp(scan->text->text + scan->pos, what, len) == 0;
}

static void read_markup(Scan *scan)
{
    gsize end;
    char kind = scan->pos + 1 < scan->text->len ? scan->text->text[scan->pos + 1] : '\0';
    if (kind == '/') {
        read_end_tag(scan);
    } else if (kind != '!' && kind != '?') {
        read_start_tag(scan);
    } else if (at(scan, "<!--")) {
        end = find(scan, scan->pos + 4, "-->");
        give(scan, XML_COMMENT_NODE, end, scan->pos + 4, end - 3);
    } else if (at(scan, "<![CDATA[")) {
        end = find(scan, scan->pos + 9, "]]>");
        give(scan, XML_CDATA_SECTION_NODE, end, scan->pos + 9, end - 3);
    } else if (at(scan, "<?")) {
        end = find(scan, scan->pos + 2, "?>");
        give(scan, XML_PI_NODE, end, scan->pos + 2, end - 2);
    } else {
        read_start_tag(scan);
    }
}

void wssc_xml_assign_spans(WsscXml *xml, const WsscDecodedText *text)
{
    Scan scan = {.xml = xml, .text = text, .next = xml->doc->children};

    while (scan.pos < text->len) {
        if (text->text[scan.pos] == '<') {
            read_markup(&scan);
            continue;
        }
        const char *markup = memchr(text->text + scan.pos, '<', text->len - scan.pos);
        gsize end = markup != NULL ? (gsize)(markup - text->text) : text->len;
        give(&scan, XML_TEXT_NODE, end, scan.pos, end);
    }
}
