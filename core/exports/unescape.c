/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "exports/unescape.h"

#include <string.h>

#include "exports/tags.h"

const char *wssc_escape_name(WsscEscape layer)
{
    static const char *const names[WSSC_ESCAPE_MAX] = {NULL, "HTML escapes", "JSON escapes", "doubled quotes",
                                                       "percent escapes"};
    return names[layer];
}

/* ---- where the string ends ------------------------------------------------------------------------------------ */

static gsize backslash_end(WsscBytes text)
{
    for (gsize at = 0; at < text.len; at++) {
        if (text.data[at] == '\\')
            at++;
        else if (text.data[at] == '"')
            return at;
    }
    return text.len;
}

static gsize doubled_end(WsscBytes text)
{
    for (gsize at = 0; at < text.len; at++) {
        if (text.data[at] != '"')
            continue;
        if (at + 1 >= text.len || text.data[at + 1] != '"')
            return at;
        at++;
    }
    return text.len;
}

static gsize percent_end(WsscBytes text)
{
    gsize at = 0;
    while (at < text.len && text.data[at] > ' ' && strchr("<>\"'&", text.data[at]) == NULL)
        at++;
    return at;
}

/* Text that has only its quotes escaped goes on behind "<". */
static gsize entity_end(WsscBytes text)
{
    const guint8 *tag = text.data[0] != '<' ? memchr(text.data, '<', text.len) : NULL;
    return tag != NULL ? (gsize)(tag - text.data) : text.len;
}

/* ---- what it says ----------------------------------------------------------------------------------------------- */

/* count hexadecimal digits; -1 when they are not there. */
static gint32 hex(WsscBytes text, gsize at, guint count)
{
    gint32 value = 0;
    if (text.len < count || at > text.len - count)
        return -1;
    for (guint i = 0; i < count; i++) {
        int digit = g_ascii_xdigit_value((char)text.data[at + i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* Behind "\u": one character, of two units where they are a pair. Returns the octets taken. */
static gsize put_unit(GByteArray *out, WsscBytes text, gsize at)
{
    char utf8[6];
    gint32 unit = hex(text, at, 4);
    gsize taken = 4;
    if (unit < 0)
        return 0;
    gunichar c = (gunichar)unit;
    if (c >= 0xD800 && c < 0xDC00 && at + 6 <= text.len && text.data[at + 4] == '\\' && text.data[at + 5] == 'u') {
        gint32 low = hex(text, at + 6, 4);
        if (low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + ((gunichar)low - 0xDC00);
            taken = 10;
        }
    }
    if (!g_unichar_validate(c))
        c = 0xFFFD;
    g_byte_array_append(out, (const guint8 *)utf8, (guint)g_unichar_to_utf8(c, utf8));
    return taken;
}

/* One escape, from its backslash on. Returns the octets taken; what is no escape stays. */
static gsize put_escape(GByteArray *out, WsscBytes text, gsize at)
{
    static const char names[] = "\"\\/'bfnrt", values[] = "\"\\/'\b\f\n\r\t";
    guint8 c = at + 1 < text.len ? text.data[at + 1] : '\0';
    const char *name = c != '\0' ? strchr(names, c) : NULL;
    gsize taken;
    if (name != NULL) {
        g_byte_array_append(out, (const guint8 *)&values[name - names], 1);
        return 2;
    }
    if ((c == 'u' || c == 'U') && (taken = put_unit(out, text, at + 2)) > 0)
        return 2 + taken;
    gint32 octet = c == 'x' ? hex(text, at + 2, 2) : -1;
    if (octet >= 0) {
        guint8 value = (guint8)octet;
        g_byte_array_append(out, &value, 1);
        return 4;
    }
    g_byte_array_append(out, (const guint8 *)"\\", 1);
    return 1;
}

static GBytes *undo_backslash(WsscBytes text)
{
    GByteArray *out = g_byte_array_sized_new((guint)text.len);
    for (gsize at = 0; at < text.len;) {
        const guint8 *p = text.data + at;
        const guint8 *next = memchr(p, '\\', text.len - at);
        gsize plain = next != NULL ? (gsize)(next - p) : text.len - at;
        g_byte_array_append(out, p, (guint)plain);
        at += plain;
        if (next != NULL)
            at += put_escape(out, text, at);
    }
    return g_byte_array_free_to_bytes(out);
}

static GBytes *undo_doubled(WsscBytes text)
{
    GByteArray *out = g_byte_array_sized_new((guint)text.len);
    for (gsize at = 0; at < text.len; at++) {
        g_byte_array_append(out, text.data + at, 1);
        if (text.data[at] == '"')
            at++;
    }
    return g_byte_array_free_to_bytes(out);
}

/* A form writes blanks as "+" and "+" as "%2B"; who writes blanks as "%20" may leave "+" alone. */
static GBytes *undo_percent(WsscBytes text)
{
    gboolean is_form = g_strstr_len((const char *)text.data, (gssize)text.len, "%20") == NULL;
    GByteArray *out = g_byte_array_sized_new((guint)text.len);
    for (gsize at = 0; at < text.len; at++) {
        guint8 c = text.data[at];
        gint32 octet = c == '%' ? hex(text, at + 1, 2) : -1;
        if (octet >= 0) {
            c = (guint8)octet;
            at += 2;
        } else if (c == '+' && is_form) {
            c = ' ';
        }
        g_byte_array_append(out, &c, 1);
    }
    return g_byte_array_free_to_bytes(out);
}

GBytes *wssc_escape_undo(WsscEscape layer, WsscBytes text, gsize *ret_len)
{
    gsize len = layer == WSSC_ESCAPE_BACKSLASH ? backslash_end(text)
                : layer == WSSC_ESCAPE_DOUBLED ? doubled_end(text)
                : layer == WSSC_ESCAPE_PERCENT ? percent_end(text)
                                               : entity_end(text);
    WsscBytes string = wssc_bytes(text.data, MIN(len, text.len));
    *ret_len = string.len;
    switch (layer) {
    case WSSC_ESCAPE_BACKSLASH:
        return undo_backslash(string);
    case WSSC_ESCAPE_DOUBLED:
        return undo_doubled(string);
    case WSSC_ESCAPE_PERCENT:
        return undo_percent(string);
    default:
        return g_string_free_to_bytes(wssc_entities_resolve(string));
    }
}
