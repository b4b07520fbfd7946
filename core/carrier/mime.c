/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/mime.h"

#define _GNU_SOURCE
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* ---- header fields ------------------------------------------------------------------------- */

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A quoted string (RFC 822: a backslash takes the next character as it is) or a bare token. */
static char *read_value(const char **at)
{
    GString *out = g_string_new(NULL);
    const char *p = *at;

    if (*p == '"') {
        for (p++; *p != '\0' && *p != '"'; p++) {
            if (*p == '\\' && p[1] != '\0')
                p++;
            g_string_append_c(out, *p);
        }
        if (*p == '"')
            p++;
    } else {
        while (*p != '\0' && *p != ';' && !is_blank(*p))
            g_string_append_c(out, *p++);
    }
    *at = p;
    return g_string_free(out, FALSE);
}

char *wssc_mime_parameter(const char *value, const char *name)
{
    gsize len = strlen(name);
    const char *p = value != NULL ? strchr(value, ';') : NULL;

    while (p != NULL && *p == ';') {
        p++;
        while (is_blank(*p))
            p++;
        const char *begin = p;
        while (*p != '\0' && *p != '=' && *p != ';')
            p++;
        if (*p != '=')
            continue;
        gsize found = (gsize)(p - begin);
        while (found > 0 && is_blank(begin[found - 1]))
            found--;
        p++;
        while (is_blank(*p))
            p++;
        g_autofree char *text = read_value(&p);
        if (found == len && g_ascii_strncasecmp(begin, name, len) == 0)
            return g_steal_pointer(&text);
        while (*p != '\0' && *p != ';')
            p++;
    }
    return NULL;
}

/* The value of a field in a block of headers, folded lines joined; NULL when absent. */
static char *header(const char *block, const char *name)
{
    gsize len = strlen(name);

    for (const char *line = block; line != NULL && *line != '\0';) {
        const char *next = strchr(line, '\n');
        if (g_ascii_strncasecmp(line, name, len) == 0 && line[len] == ':') {
            GString *value = g_string_new(NULL);
            const char *p = line + len + 1;
            while (*p != '\0' && !(*p == '\n' && p[1] != ' ' && p[1] != '\t')) {
                if (*p != '\r' && *p != '\n')
                    g_string_append_c(value, *p);
                p++;
            }
            char *stripped = wssc_strip(value->str);
            g_string_free(value, TRUE);
            return stripped;
        }
        line = next != NULL ? next + 1 : NULL;
    }
    return NULL;
}

/* A block of header lines at "start", ended by an empty line: its text, and where the content begins.
 * NULL when no empty line comes within the bound. An empty line at once is a block without fields. */
static char *read_headers(WsscBytes body, gsize start, gsize *ret_content)
{
    gsize bound = MIN(body.len, start + WSSC_MAX_MIME_HEADER_OCTETS);
    gsize line = start;

    for (gsize i = start; i < bound; i++) {
        if (body.data[i] != '\n')
            continue;
        gsize end = i > line && body.data[i - 1] == '\r' ? i - 1 : i;
        if (end == line) {
            char *text = g_strndup((const char *)body.data + start, line - start);
            *ret_content = i + 1;
            return text;
        }
        line = i + 1;
    }
    return NULL;
}

/* ---- transfer encodings ------------------------------------------------------------------------ */

static GBytes *quoted_printable(WsscBytes text)
{
    GByteArray *out = g_byte_array_sized_new((guint)MIN(text.len, G_MAXUINT));

    for (gsize i = 0; i < text.len; i++) {
        guint8 octet = text.data[i];
        if (octet == '=' && i + 2 < text.len && text.data[i + 1] == '\r' && text.data[i + 2] == '\n') {
            i += 2;
            continue;
        }
        if (octet == '=' && i + 1 < text.len && text.data[i + 1] == '\n') {
            i++;
            continue;
        }
        if (octet == '=' && i + 2 < text.len && g_ascii_isxdigit(text.data[i + 1]) &&
            g_ascii_isxdigit(text.data[i + 2])) {
            octet = (guint8)(g_ascii_xdigit_value((char)text.data[i + 1]) << 4 |
                             g_ascii_xdigit_value((char)text.data[i + 2]));
            i += 2;
        }
        g_byte_array_append(out, &octet, 1);
    }
    return g_byte_array_free_to_bytes(out);
}

/* Binary, 8bit, 7bit and names that nobody knows: as it stands. */
GBytes *wssc_mime_decode(const char *encoding, WsscBytes content)
{
    if (encoding != NULL && g_ascii_strcasecmp(encoding, "base64") == 0)
        return wssc_base64_decode((const char *)content.data, content.len);
    if (encoding != NULL && g_ascii_strcasecmp(encoding, "quoted-printable") == 0)
        return quoted_printable(content);
    return NULL;
}

static void decode_part(WsscMimePart *part, GBytes *body)
{
    WsscBytes all = wssc_bytes_of(body);
    WsscBytes content = wssc_bytes(all.data + part->start, part->end - part->start);
    part->octets = wssc_mime_decode(part->transfer_encoding, content);
    part->is_decoded = part->octets != NULL;
    if (part->octets == NULL)
        part->octets = g_bytes_new_from_bytes(body, part->start, content.len);
}

/* ---- parts ---------------------------------------------------------------------------------------- */

static void part_free(gpointer data)
{
    WsscMimePart *part = data;
    g_free(part->id);
    g_free(part->content_type);
    g_free(part->transfer_encoding);
    g_free(part->headers);
    g_clear_pointer(&part->octets, g_bytes_unref);
    g_free(part);
}

void wssc_mime_free(WsscMime *mime)
{
    if (mime == NULL)
        return;
    g_ptr_array_unref(mime->parts);
    g_free(mime);
}

typedef struct {
    gsize line;    /* where the delimiter's line break begins: the part before ends here */
    gsize after;   /* the first octet behind its line */
    gboolean last; /* "--" follows the boundary */
} Delimiter;

/* The next line that is "--boundary"; "from" begins a line. */
static gboolean next_delimiter(WsscBytes body, gsize from, const char *boundary, Delimiter *ret)
{
    gsize len = strlen(boundary);
    const guint8 *line_end = NULL;

    for (gsize at = from; body.len - at >= len; at = (gsize)(line_end - body.data) + 1) {
        gsize end = at + len;
        line_end = memchr(body.data + at, '\n', body.len - at);
        if (memcmp(body.data + at, boundary, len) != 0) {
            if (line_end == NULL)
                return FALSE;
            continue;
        }
        ret->last = body.len - end >= 2 && body.data[end] == '-' && body.data[end + 1] == '-';
        if (ret->last)
            end += 2;
        while (end < body.len && (body.data[end] == ' ' || body.data[end] == '\t'))
            end++;
        if (end < body.len && body.data[end] == '\r')
            end++;
        if (end < body.len && body.data[end] != '\n' && !ret->last) {
            if (line_end == NULL)
                return FALSE;
            continue; /* another boundary that only begins like ours */
        }
        ret->after = MIN(end + 1, body.len);
        ret->line = at;
        if (ret->line > 0) /* the line break in front belongs to the delimiter */
            ret->line -= ret->line > 1 && body.data[at - 2] == '\r' ? 2 : 1;
        return TRUE;
    }
    return FALSE;
}

static void add_part(WsscMime *mime, GBytes *body, gsize start, gsize end)
{
    gsize content = start;
    g_autofree char *headers = read_headers(wssc_bytes_of(body), start, &content);
    WsscMimePart *part = g_new0(WsscMimePart, 1);

    if (headers != NULL && content <= end) {
        g_autofree char *id = header(headers, "Content-ID");
        gsize len = id != NULL ? strlen(id) : 0;
        if (len >= 2 && id[0] == '<' && id[len - 1] == '>')
            part->id = g_strndup(id + 1, len - 2);
        else
            part->id = g_steal_pointer(&id);
        part->content_type = header(headers, "Content-Type");
        part->transfer_encoding = header(headers, "Content-Transfer-Encoding");
        part->headers = g_strdup(headers);
    }
    part->start = MIN(content, end);
    part->end = end;
    decode_part(part, body);
    g_ptr_array_add(mime->parts, part);
}

static char *boundary_of(GBytes *body, const char *content_type, gsize *ret_from, char **ret_type)
{
    char *boundary = wssc_mime_parameter(content_type, "boundary");

    *ret_type = g_strdup(content_type);
    *ret_from = 0;
    if (boundary == NULL || *boundary == '\0') {
        gsize content = 0;
        g_autofree char *headers = read_headers(wssc_bytes_of(body), 0, &content);
        g_autofree char *inner = headers != NULL ? header(headers, "Content-Type") : NULL;
        g_clear_pointer(&boundary, g_free);
        boundary = wssc_mime_parameter(inner, "boundary");
        if (boundary != NULL) {
            g_free(*ret_type);
            *ret_type = g_steal_pointer(&inner);
            *ret_from = content;
        }
    }
    if (boundary == NULL || *boundary == '\0') {
        g_clear_pointer(&boundary, g_free);
        return NULL;
    }
    char *delimiter = g_strconcat("--", boundary, NULL);
    g_free(boundary);
    return delimiter;
}

/* RFC 2387 3.2: the part that "start" names, else the first one. */
static guint find_root(const WsscMime *mime, const char *content_type)
{
    g_autofree char *start = wssc_mime_parameter(content_type, "start");
    gsize len = start != NULL ? strlen(start) : 0;
    g_autofree char *id =
        len >= 2 && start[0] == '<' && start[len - 1] == '>' ? g_strndup(start + 1, len - 2) : g_strdup(start);

    for (guint i = 0; id != NULL && i < mime->parts->len; i++) {
        const WsscMimePart *part = mime->parts->pdata[i];
        if (g_strcmp0(part->id, id) == 0)
            return i;
    }
    return 0;
}

WsscMime *wssc_mime_split(GBytes *body, const char *content_type, GError **error)
{
    g_autofree char *type = NULL;
    gsize from;
    g_autofree char *boundary = boundary_of(body, content_type, &from, &type);
    WsscBytes octets = wssc_bytes_of(body);
    Delimiter here, next;

    if (boundary == NULL || !next_delimiter(octets, from, boundary, &here)) {
        g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "multipart: %s",
                    boundary == NULL ? "no boundary is given" : "its boundary does not occur");
        return NULL;
    }
    g_autoptr(WsscMime) mime = g_new0(WsscMime, 1);
    mime->parts = g_ptr_array_new_with_free_func(part_free);
    while (!here.last && !mime->is_open && mime->parts->len < WSSC_MAX_MIME_PARTS) {
        /* An empty part: its end delimiter's line break is the one of the delimiter before. */
        mime->is_open = !next_delimiter(octets, here.after, boundary, &next);
        gsize end = mime->is_open ? octets.len : MAX(next.line, here.after);
        add_part(mime, body, here.after, end);
        if (!mime->is_open)
            here = next;
    }
    if (mime->parts->len == 0) {
        g_set_error_literal(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "multipart: it has no part");
        return NULL;
    }
    mime->root = find_root(mime, type);
    return g_steal_pointer(&mime);
}

const WsscMimePart *wssc_mime_root(const WsscMime *mime)
{
    return mime->parts->pdata[mime->root];
}

static gboolean is_named(const WsscMimePart *part, const char *href, const char *id)
{
    return part->id != NULL && (g_strcmp0(part->id, id) == 0 || strcmp(part->id, href + 4) == 0);
}

const WsscMimePart *wssc_mime_find(const WsscMime *mime, const char *href)
{
    const WsscMimePart *found = NULL;
    if (g_ascii_strncasecmp(href, "cid:", 4) != 0)
        return NULL;
    g_autofree char *id = g_uri_unescape_string(href + 4, NULL);
    for (guint i = 0; i < mime->parts->len; i++) {
        const WsscMimePart *part = mime->parts->pdata[i];
        if (!is_named(part, href, id))
            continue;
        if (found != NULL)
            return NULL;
        found = part;
    }
    return found;
}

/* ---- XOP -------------------------------------------------------------------------------------------- */

typedef struct {
    WsscXml *xml;
    const WsscMime *mime;
    WsscXopResult *result;
    gsize left; /* characters that may still be put in */
} Resolving;

static void resolve_one(Resolving *resolving, xmlNode *include)
{
    WsscXopResult *result = resolving->result;
    g_autofree char *href = wssc_xml_attr_value(include, WSSC_NS_FAMILY_NONE, "href");
    const WsscMimePart *part = href != NULL ? wssc_mime_find(resolving->mime, href) : NULL;

    if (part == NULL) {
        if (result->missing++ == 0)
            result->first_missing = g_strdup(href != NULL ? href : "");
        return;
    }
    gsize size = g_bytes_get_size(part->octets);
    if (size / 3 >= resolving->left / 4) {
        result->is_too_large = TRUE;
        return;
    }
    g_autofree char *text = wssc_base64_encode(wssc_bytes_of(part->octets));
    resolving->left -= strlen(text);
    xmlNode *node = xmlNewDocText(include->doc, (const xmlChar *)text);
    wssc_xml_replace_include(resolving->xml, include, node);
    result->resolved++;
}

/* Depth is bounded by WSSC_MAX_XML_DEPTH. */
static void resolve_below(Resolving *resolving, xmlNode *parent)
{
    xmlNode *next;
    for (xmlNode *child = wssc_xml_first(parent); child != NULL; child = next) {
        next = wssc_xml_next(child);
        if (wssc_xml_is(child, WSSC_NS_FAMILY_XOP, "Include"))
            resolve_one(resolving, child);
        else
            resolve_below(resolving, child);
    }
}

/* A part stands for itself once, as base64 (XOP section 3.2); one that is named again and again would make much of
 * little. */
static gsize most_text(const WsscMime *mime)
{
    gsize size = 0;
    for (guint i = 0; i < mime->parts->len; i++)
        size += g_bytes_get_size(((const WsscMimePart *)mime->parts->pdata[i])->octets);
    return MIN(WSSC_MAX_BINARY_TEXT_OCTETS, 2 * size + WSSC_MAX_BINARY_FREE_OCTETS);
}

void wssc_xop_resolve(WsscXml *xml, const WsscMime *mime, WsscXopResult *ret_result)
{
    Resolving resolving = {xml, mime, ret_result, most_text(mime)};
    *ret_result = (WsscXopResult){0};
    wssc_xml_note_change(xml);
    if (wssc_xml_root(xml) != NULL)
        resolve_below(&resolving, wssc_xml_root(xml));
}
