/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What characters are, and which octets are some.
 */
#include <string.h>

#include "exports/reader.h"

gboolean wssc_is_xml_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Characters and nothing else: no control character but those of layout and terminals' colours, and UTF-8 or an
 * eight-bit encoding that people write words with. No binary form of XML is that: each has lengths and record types. */
gboolean wssc_octets_are_text(WsscBytes octets)
{
    for (gsize i = 0; i < octets.len; i++) {
        guint8 c = octets.data[i];
        if ((c < ' ' && memchr("\t\n\v\f\r\b\x1B", c, 7) == NULL) || c == 0x7F)
            return FALSE;
    }
    if (octets.len == 0 || g_utf8_validate((const char *)octets.data, (gssize)octets.len, NULL))
        return octets.len > 0;
    gsize high = 0;
    for (gsize i = 0; i < octets.len; i++)
        high += octets.data[i] >= 0x80 ? 1 : 0;
    return high <= octets.len / 3;
}

/* ---- UTF-16 ---------------------------------------------------------------------------------------------------- */

static gunichar unit(WsscBytes octets, gsize at, gboolean is_big)
{
    return is_big ? (gunichar)(octets.data[at] << 8 | octets.data[at + 1])
                  : (gunichar)(octets.data[at + 1] << 8 | octets.data[at]);
}

GBytes *wssc_text_from_utf16(GBytes *octets)
{
    WsscBytes all = wssc_bytes_of(octets);
    if (all.len < 4)
        return NULL;
    gboolean has_mark = unit(all, 0, TRUE) == 0xFEFF || unit(all, 0, FALSE) == 0xFEFF;
    gboolean is_big = has_mark ? unit(all, 0, TRUE) == 0xFEFF : all.data[0] == 0;
    gboolean is_plain = g_ascii_isprint(all.data[is_big]) && all.data[!is_big] == 0 &&
                        g_ascii_isprint(all.data[2 + is_big]) && all.data[2 + !is_big] == 0;
    if (!has_mark && !is_plain)
        return NULL;
    GString *out = g_string_sized_new(all.len / 2);
    for (gsize at = has_mark ? 2 : 0; at + 1 < all.len; at += 2) {
        gunichar c = unit(all, at, is_big);
        gunichar low = c >= 0xD800 && c < 0xDC00 && at + 3 < all.len ? unit(all, at + 2, is_big) : 0;
        if (low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            at += 2;
        }
        g_string_append_unichar(out, g_unichar_validate(c) ? c : 0xFFFD);
    }
    return g_string_free_to_bytes(out);
}
