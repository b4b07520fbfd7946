/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#define _GNU_SOURCE
#include "exports/lines.h"

#include <string.h>

#include "exports/reader.h"

#define MAX_PREFIX 512
#define MAX_FILL 16 /* blanks before a number */

/* ---- prefixes ---------------------------------------------------------------------------------------------------- */

/* Octets of a number at at, with what fills it up before: "[ 9]" stands where "[10]" does. 0 when there is none. */
static gsize number_at(WsscBytes text, gsize at)
{
    gsize p = at;
    while (p < text.len && p - at < MAX_FILL && text.data[p] == ' ')
        p++;
    gsize first = p;
    while (p < text.len && g_ascii_isdigit((char)text.data[p]))
        p++;
    return p > first ? p - at : 0;
}

/* Base64 and names have none of these, so a prefix ends behind one. "<" is the message's. */
static gboolean ends_prefix(guint8 c)
{
    return wssc_is_xml_space((char)c) || strchr("|:;,]})>\"'", c) != NULL;
}

/* How much of prefix and line is alike, but for its numbers. */
static void alike(WsscBytes prefix, WsscBytes line, gsize *ret_prefix, gsize *ret_line)
{
    gsize p = 0, l = 0;
    while (p < prefix.len && l < line.len) {
        gsize many = number_at(prefix, p), as_many = number_at(line, l);
        if (many > 0 && as_many > 0) {
            p += many;
            l += as_many;
        } else if (prefix.data[p] == line.data[l] && !g_ascii_isdigit((char)prefix.data[p])) {
            p++;
            l++;
        } else {
            break;
        }
    }
    *ret_prefix = p;
    *ret_line = l;
}

static WsscBytes trim(WsscBytes text)
{
    while (text.len > 0 && wssc_is_xml_space((char)text.data[text.len - 1]))
        text.len--;
    return text;
}

/* The beginning of prefix that line has as well, as a prefix; of no octets when there is none. */
static WsscBytes common(WsscBytes prefix, WsscBytes line, gsize *ret_line)
{
    gsize in_prefix, in_line;
    alike(prefix, line, &in_prefix, &in_line);
    *ret_line = in_line;
    if (in_prefix == prefix.len)
        return prefix;
    if (in_line == line.len && in_prefix == trim(prefix).len) /* an empty line, its last blank cut off */
        return prefix;
    while (in_prefix > 0 && !ends_prefix(prefix.data[in_prefix - 1]))
        in_prefix--;
    WsscBytes shorter = wssc_bytes(prefix.data, in_prefix);
    return trim(shorter).len > 0 ? shorter : wssc_bytes(NULL, 0);
}

/* From the beginning of the line to at. */
static WsscBytes head_of(WsscBytes text, gsize at)
{
    const guint8 *newline = at > 0 ? memrchr(text.data, '\n', at) : NULL;
    gsize from = newline != NULL ? (gsize)(newline - text.data) + 1 : 0;
    return wssc_bytes(text.data + from, at - from);
}

/* ---- what a line says -------------------------------------------------------------------------------------------- */

static gboolean is_wire_prefix(WsscBytes prefix)
{
    const char *end = (const char *)prefix.data + prefix.len;
    return prefix.len >= 4 && (memcmp(end - 4, ">> \"", 4) == 0 || memcmp(end - 4, "<< \"", 4) == 0);
}

gboolean wssc_lines_is_wire(WsscBytes text, gsize open)
{
    return is_wire_prefix(head_of(text, open));
}

/* HttpClient's wire log: "[\r]", "[\n]" and "[0xc3]" for octets that do not show, quotes around a line. */
static void put_wire(GString *out, WsscBytes line)
{
    if (line.len > 0 && line.data[line.len - 1] == '"')
        line.len--;
    for (gsize at = 0; at < line.len; at++) {
        const char *p = (const char *)line.data + at;
        gsize left = line.len - at;
        if (left >= 4 && (memcmp(p, "[\\r]", 4) == 0 || memcmp(p, "[\\n]", 4) == 0)) {
            g_string_append_c(out, p[2] == 'r' ? '\r' : '\n');
            at += 3;
        } else if (left >= 6 && memcmp(p, "[0x", 3) == 0 && g_ascii_isxdigit(p[3]) && g_ascii_isxdigit(p[4]) &&
                   p[5] == ']') {
            g_string_append_c(out, (char)(g_ascii_xdigit_value(p[3]) << 4 | g_ascii_xdigit_value(p[4])));
            at += 5;
        } else {
            g_string_append_c(out, *p);
        }
    }
}

/* Kubernetes' form of container logs: "TIME stdout P CONTENT", where P says that the line goes on in the next one and F
 * that it does not (kubernetes/design-proposals, CRI logging). */
static gboolean is_engine_prefix(WsscBytes prefix)
{
    prefix = trim(prefix);
    return (prefix.len > 7 && memcmp(prefix.data + prefix.len - 7, " stdout", 7) == 0) ||
           (prefix.len > 7 && memcmp(prefix.data + prefix.len - 7, " stderr", 7) == 0);
}

static gboolean take_mark(WsscBytes *line, gboolean *ret_goes_on)
{
    if (line->len < 2 || (line->data[0] != 'P' && line->data[0] != 'F') || line->data[1] != ' ')
        return FALSE;
    *ret_goes_on = line->data[0] == 'P';
    *line = wssc_bytes(line->data + 2, line->len - 2);
    return TRUE;
}

static void put_line(GString *out, WsscBytes prefix, WsscBytes line, gboolean is_first)
{
    gboolean goes_on = FALSE;
    if (line.len > 0 && line.data[line.len - 1] == '\r')
        line.len--;
    if (is_wire_prefix(prefix)) {
        put_wire(out, line);
        return;
    }
    if (!is_first && is_engine_prefix(prefix))
        take_mark(&line, &goes_on);
    g_string_append_len(out, (const char *)line.data, (gssize)line.len);
    if (!goes_on)
        g_string_append_c(out, '\n');
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

typedef struct {
    WsscBytes text, prefix;
    gsize open, end; /* of the last line put */
    const char *last;
    gsize *budget;
    GString *out;
} Join;

/* The first line's mark stands in what it has before the message. */
static gboolean begins_divided(const Join *join)
{
    WsscBytes head = head_of(join->text, join->open);
    WsscBytes mark = wssc_bytes(head.data + join->prefix.len, head.len - join->prefix.len);
    gboolean goes_on = FALSE;
    return is_engine_prefix(join->prefix) && take_mark(&mark, &goes_on) && goes_on;
}

typedef enum { JOIN_DONE, JOIN_AGAIN, JOIN_NOT } Joined;

/* All lines with the prefix as it is known so far; it may become shorter on the way. */
static Joined join_lines(Join *join)
{
    gsize at = join->open, searched = 0, skip = 0, len = strlen(join->last);
    g_string_truncate(join->out, 0);
    for (guint count = 0; at<join->text.len && * join->budget> 0; count++) {
        const guint8 *newline = memchr(join->text.data + at, '\n', join->text.len - at);
        gsize end = newline != NULL ? (gsize)(newline - join->text.data) : join->text.len;
        WsscBytes line = wssc_bytes(join->text.data + at, end - at);
        *join->budget -= MIN(*join->budget, line.len + 1);
        if (count > 0) {
            WsscBytes shared = common(join->prefix, line, &skip);
            gboolean is_same = shared.len == join->prefix.len;
            join->prefix = shared;
            if (!is_same)
                return shared.len > 0 ? JOIN_AGAIN : JOIN_NOT;
        }
        put_line(join->out, join->prefix, wssc_bytes(line.data + skip, line.len - skip), count == 0);
        if (count == 0 && begins_divided(join) && join->out->len > 0)
            g_string_truncate(join->out, join->out->len - 1);
        join->end = end;
        if (memmem(join->out->str + searched, join->out->len - searched, join->last, len) != NULL)
            return count > 0 || is_wire_prefix(join->prefix) ? JOIN_DONE : JOIN_NOT;
        searched = join->out->len > len ? join->out->len - len : 0;
        at = MIN(end + 1, join->text.len);
    }
    return JOIN_NOT;
}

GString *wssc_lines_join(WsscBytes text, gsize open, const char *last, gsize *budget, gsize *ret_end)
{
    Join join = {.text = text, .prefix = head_of(text, open), .open = open, .last = last, .budget = budget};
    Joined joined = JOIN_AGAIN;
    if (join.prefix.len > MAX_PREFIX || trim(join.prefix).len == 0)
        return NULL;
    join.out = g_string_new(NULL);
    while (joined == JOIN_AGAIN)
        joined = join_lines(&join);
    *ret_end = join.end;
    if (joined == JOIN_DONE)
        return join.out;
    g_string_free(join.out, TRUE);
    return NULL;
}
