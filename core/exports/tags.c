/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#define _GNU_SOURCE
#include "exports/tags.h"

#include <string.h>

#include "base/text.h"
#include "exports/reader.h"

static gboolean ends_name(guint8 c)
{
    return wssc_is_xml_space((char)c) || c == '>' || c == '/' || c == '=' || c == '<' || c == '"' || c == '\'';
}

static gboolean begins_at(WsscBytes text, gsize at, const char *word)
{
    gsize len = strlen(word);
    return text.len - at >= len && memcmp(text.data + at, word, len) == 0;
}

/* Behind the next occurrence of word; the end of the text where there is none. */
static gsize behind(WsscBytes text, gsize from, const char *word)
{
    const guint8 *found = from < text.len ? memmem(text.data + from, text.len - from, word, strlen(word)) : NULL;
    return found != NULL ? (gsize)(found - text.data) + strlen(word) : text.len;
}

/* Behind the ">" of a tag, quotes respected; text.len when it does not end. */
static gsize tag_end(WsscBytes text, gsize at)
{
    char quote = '\0';
    for (; at < text.len; at++) {
        char c = (char)text.data[at];
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return at + 1;
        else if (c == '<')
            return at; /* no tag after all */
    }
    return text.len;
}

/* An internal subset may hold ">" (a Burp export's does). */
static gsize doctype_end(WsscBytes text, gsize at)
{
    guint depth = 0;
    for (; at < text.len; at++) {
        char c = (char)text.data[at];
        if (c == '[')
            depth++;
        else if (c == ']' && depth > 0)
            depth--;
        else if (c == '>' && depth == 0)
            return at + 1;
    }
    return text.len;
}

/* Behind a comment, an instruction or a document type; at itself for anything else. */
static gsize pass_over(WsscBytes text, gsize at)
{
    if (begins_at(text, at, "<!--"))
        return behind(text, at + 4, "-->");
    if (begins_at(text, at, "<?"))
        return behind(text, at + 2, "?>");
    if (begins_at(text, at, "<!DOCTYPE"))
        return doctype_end(text, at);
    return at;
}

static void read_name(WsscBytes text, gsize at, WsscTag *tag)
{
    gsize end = at, colon = at;
    for (; end < text.len && !ends_name(text.data[end]); end++)
        if (text.data[end] == ':')
            colon = end + 1;
    tag->qname = wssc_bytes(text.data + at, end - at);
    tag->name = wssc_bytes(text.data + colon, end - colon);
}

static gboolean read_tag(WsscTags *tags, WsscTag *tag)
{
    WsscBytes text = tags->text;
    gboolean is_end = begins_at(text, tags->at, "</");
    gsize name = tags->at + (is_end ? 2 : 1);
    gsize end = tag_end(text, name);

    read_name(text, name, tag);
    if (tag->qname.len == 0 || end <= name || text.data[end - 1] != '>')
        return FALSE;
    gsize inner = end - 1;
    gboolean is_empty = !is_end && text.data[inner - 1] == '/';
    gsize from = (gsize)(tag->qname.data - text.data) + tag->qname.len;
    inner -= is_empty ? 1 : 0;
    tag->kind = is_end ? WSSC_TAG_END : is_empty ? WSSC_TAG_EMPTY : WSSC_TAG_START;
    tag->rest = wssc_bytes(text.data + from, inner > from ? inner - from : 0);
    tag->end = end;
    return TRUE;
}

static void read_run(WsscTags *tags, WsscTag *tag)
{
    WsscBytes text = tags->text;
    const guint8 *next = memchr(text.data + tags->at + 1, '<', text.len - tags->at - 1);
    tag->kind = WSSC_TAG_TEXT;
    tag->end = next != NULL ? (gsize)(next - text.data) : text.len;
    tag->rest = wssc_bytes(text.data + tags->at, tag->end - tags->at);
}

gboolean wssc_tags_next(WsscTags *tags, WsscTag *ret_tag)
{
    WsscBytes text = tags->text;
    gsize passed;

    while (tags->at < text.len && (passed = pass_over(text, tags->at)) > tags->at)
        tags->at = passed;
    if (tags->at >= text.len)
        return FALSE;
    *ret_tag = (WsscTag){.start = tags->at};
    if (begins_at(text, tags->at, "<![CDATA[")) {
        gsize from = tags->at + 9, end = behind(text, from, "]]>");
        gsize close = end >= from + 3 && memcmp(text.data + end - 3, "]]>", 3) == 0 ? end - 3 : end;
        ret_tag->kind = WSSC_TAG_CDATA;
        ret_tag->rest = wssc_bytes(text.data + from, close - from);
        ret_tag->end = end;
    } else if (text.data[tags->at] != '<' || !read_tag(tags, ret_tag)) {
        read_run(tags, ret_tag);
    }
    tags->at = ret_tag->end;
    return TRUE;
}

gboolean wssc_tag_is(const WsscTag *tag, const char *name)
{
    return tag->name.len == strlen(name) && memcmp(tag->name.data, name, tag->name.len) == 0;
}

/* ---- attributes ------------------------------------------------------------------------------------------------- */

static void step(WsscBytes *rest, gsize by)
{
    *rest = wssc_bytes(rest->data + by, rest->len - by);
}

gboolean wssc_tag_next_attribute(WsscBytes *rest, WsscBytes *ret_name, WsscBytes *ret_value)
{
    gsize at = 0;
    while (at < rest->len && ends_name(rest->data[at]))
        at++;
    step(rest, at);
    for (at = 0; at < rest->len && !ends_name(rest->data[at]);)
        at++;
    *ret_name = wssc_bytes(rest->data, at);
    while (at < rest->len && wssc_is_xml_space((char)rest->data[at]))
        at++;
    if (ret_name->len == 0 || at >= rest->len || rest->data[at] != '=')
        return FALSE;
    for (at++; at < rest->len && wssc_is_xml_space((char)rest->data[at]);)
        at++;
    if (at >= rest->len || (rest->data[at] != '"' && rest->data[at] != '\''))
        return FALSE;
    const guint8 *close = memchr(rest->data + at + 1, rest->data[at], rest->len - at - 1);
    if (close == NULL)
        return FALSE;
    *ret_value = wssc_bytes(rest->data + at + 1, (gsize)(close - rest->data) - at - 1);
    step(rest, (gsize)(close - rest->data) + 1);
    return TRUE;
}

char *wssc_tag_attribute(const WsscTag *tag, const char *name)
{
    gsize len = strlen(name);
    WsscBytes rest = tag->rest, found, value;
    if (tag->kind != WSSC_TAG_START && tag->kind != WSSC_TAG_EMPTY)
        return NULL;
    while (wssc_tag_next_attribute(&rest, &found, &value)) {
        const guint8 *colon = memchr(found.data, ':', found.len);
        gsize skip = colon != NULL ? (gsize)(colon - found.data) + 1 : 0;
        if (found.len - skip == len && memcmp(found.data + skip, name, len) == 0)
            return g_string_free(wssc_entities_resolve(value), FALSE);
    }
    return NULL;
}

char *wssc_tags_text(WsscTags *tags)
{
    g_autoptr(GString) text = g_string_new(NULL);
    WsscTags ahead = *tags;
    WsscTag tag;
    while (wssc_tags_next(&ahead, &tag) && (tag.kind == WSSC_TAG_TEXT || tag.kind == WSSC_TAG_CDATA)) {
        *tags = ahead;
        if (tag.kind == WSSC_TAG_CDATA) {
            g_string_append_len(text, (const char *)tag.rest.data, (gssize)tag.rest.len);
            continue;
        }
        g_autoptr(GString) resolved = wssc_entities_resolve(tag.rest);
        g_string_append_len(text, resolved->str, (gssize)resolved->len);
    }
    char *stripped = wssc_strip(text->str);
    if (*stripped == '\0')
        g_clear_pointer(&stripped, g_free);
    return stripped;
}

/* ---- references ------------------------------------------------------------------------------------------------- */

/* The character of "&...;" at the beginning of text; 0 when none stands there. */
static gunichar reference(const char *text, gsize len, gsize *ret_len)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"lt;", '<'}, {"gt;", '>'}, {"amp;", '&'}, {"quot;", '"'}, {"apos;", '\''}};
    for (guint i = 0; i < G_N_ELEMENTS(entities); i++) {
        gsize size = strlen(entities[i].name);
        *ret_len = 1 + size;
        if (len > size && memcmp(text + 1, entities[i].name, size) == 0)
            return (gunichar)entities[i].c;
    }
    if (len < 4 || text[1] != '#')
        return 0;
    gboolean is_hex = text[2] == 'x' || text[2] == 'X';
    gunichar value = 0;
    gsize at = is_hex ? 3 : 2, first = at;
    for (; at < len && at < first + 8 && (is_hex ? g_ascii_isxdigit(text[at]) : g_ascii_isdigit(text[at])); at++)
        value = value * (is_hex ? 16 : 10) + (gunichar)g_ascii_xdigit_value(text[at]);
    *ret_len = at + 1;
    return at > first && at < len && text[at] == ';' && g_unichar_validate(value) ? value : 0;
}

GString *wssc_entities_resolve(WsscBytes text)
{
    GString *out = g_string_sized_new(text.len);
    for (gsize at = 0; at < text.len;) {
        const char *p = (const char *)text.data + at;
        const char *next = memchr(p, '&', text.len - at);
        gsize plain = next != NULL ? (gsize)(next - p) : text.len - at, len = 1;
        g_string_append_len(out, p, (gssize)plain);
        at += plain;
        if (next == NULL)
            break;
        gunichar c = reference(next, text.len - at, &len);
        if (c != 0) {
            g_string_append_unichar(out, c);
            at += len;
        } else {
            g_string_append_c(out, '&');
            at++;
        }
    }
    return out;
}
