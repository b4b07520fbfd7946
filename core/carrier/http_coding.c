/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/http_coding.h"

#include <string.h>

#include "base/limits.h"
#include "carrier/inflate.h"

#define MAX_CHUNK_DIGITS 8
#define MAX_CODINGS 4 /* one over the other */

/* ---- chunks ----------------------------------------------------------------------------------------------------- */

/* The next line without its end; FALSE when it is not all there. */
static gboolean next_line(WsscBytes octets, gsize *at, WsscBytes *ret_line)
{
    const guint8 *end = *at < octets.len ? memchr(octets.data + *at, '\n', octets.len - *at) : NULL;
    if (end == NULL)
        return FALSE;
    gsize len = (gsize)(end - octets.data) - *at;
    *ret_line = wssc_bytes(octets.data + *at, len > 0 && end[-1] == '\r' ? len - 1 : len);
    *at += len + 1;
    return TRUE;
}

/* "1a3;extension": FALSE when the line is no size. */
static gboolean chunk_size(WsscBytes line, gsize *ret_size)
{
    gsize at = 0, size = 0;
    for (; at < line.len && at <= MAX_CHUNK_DIGITS && g_ascii_isxdigit((char)line.data[at]); at++)
        size = size << 4 | (gsize)g_ascii_xdigit_value((char)line.data[at]);
    *ret_size = size;
    return at > 0 && at <= MAX_CHUNK_DIGITS && (at == line.len || memchr("; \t", line.data[at], 3) != NULL);
}

static WsscChunks end_of_chunks(WsscBytes octets, gsize at, gsize *ret_len)
{
    WsscBytes line;
    while (next_line(octets, &at, &line)) {
        if (line.len == 0) {
            *ret_len = at;
            return WSSC_CHUNKS_DONE;
        }
    }
    *ret_len = octets.len;
    return WSSC_CHUNKS_MORE;
}

WsscChunks wssc_http_chunks(WsscBytes octets, GByteArray *join, gsize *ret_len)
{
    gsize at = 0, size, total = 0;
    WsscBytes line;
    *ret_len = 0;
    while (next_line(octets, &at, &line)) {
        if (!chunk_size(line, &size) || total + size > WSSC_MAX_MESSAGE_OCTETS)
            return WSSC_CHUNKS_BAD;
        if (size == 0)
            return end_of_chunks(octets, at, ret_len);
        if (size > octets.len - at)
            return WSSC_CHUNKS_MORE;
        if (join != NULL)
            g_byte_array_append(join, octets.data + at, (guint)size);
        total += size;
        at += size;
        if (next_line(octets, &at, &line) && line.len > 0)
            return WSSC_CHUNKS_BAD;
    }
    return WSSC_CHUNKS_MORE;
}

/* ---- codings ---------------------------------------------------------------------------------------------------- */

static gboolean is_zlib(WsscBytes octets)
{
    return octets.len > 1 && (octets.data[0] & 0x0F) == 8 && (octets.data[0] << 8 | octets.data[1]) % 31 == 0;
}

/* "deflate" is RFC 1950; some send RFC 1951 without its header. */
static WsscInflate kind_of(const char *name, WsscBytes octets)
{
    static const struct {
        const char *name;
        WsscInflate kind;
    } kinds[] = {{"gzip", WSSC_INFLATE_GZIP}, {"x-gzip", WSSC_INFLATE_GZIP}, {"deflate", WSSC_INFLATE_ZLIB},
                 {"br", WSSC_INFLATE_BROTLI}, {"zstd", WSSC_INFLATE_ZSTD},   {"x-deflate", WSSC_INFLATE_ZLIB}};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_ascii_strcasecmp(kinds[i].name, name) == 0)
            return kinds[i].kind == WSSC_INFLATE_ZLIB && !is_zlib(octets) ? WSSC_INFLATE_DEFLATE : kinds[i].kind;
    return WSSC_INFLATE_NONE;
}

static GBytes *undo(const char *name, GBytes *octets, char **ret_reason)
{
    const char *reason = NULL;
    WsscInflate kind = kind_of(name, wssc_bytes_of(octets));
    if (kind == WSSC_INFLATE_NONE) {
        *ret_reason = g_strdup_printf("Content-Encoding %s is not read", name);
        return NULL;
    }
    GBytes *out = wssc_inflate_what_can_be(kind, wssc_bytes_of(octets), WSSC_MAX_MESSAGE_OCTETS, &reason);
    if (reason == NULL)
        return out;
    gboolean is_large = g_bytes_get_size(out) >= WSSC_MAX_MESSAGE_OCTETS;
    g_bytes_unref(out);
    *ret_reason = is_large ? g_strdup_printf("Content-Encoding %s: more than %u octets come out, the limit", name,
                                             WSSC_MAX_MESSAGE_OCTETS)
                           : g_strdup_printf("Content-Encoding %s: %s", name, reason);
    return NULL;
}

GBytes *wssc_http_decode(const char *coding, gsize coding_len, WsscBytes octets, char **ret_reason)
{
    g_autofree char *text = g_strndup(coding, coding_len);
    g_auto(GStrv) names = g_strsplit(text, ",", MAX_CODINGS + 1);
    GBytes *out = g_bytes_new(octets.data, octets.len);
    guint count = g_strv_length(names);

    *ret_reason = count > MAX_CODINGS ? g_strdup("Content-Encoding names too many codings") : NULL;
    for (guint i = count; *ret_reason == NULL && i > 0; i--) {
        char *name = g_strstrip(names[i - 1]);
        if (*name == '\0' || g_ascii_strcasecmp(name, "identity") == 0)
            continue;
        for (char *p = name; *p != '\0'; p++)
            *p = g_ascii_isgraph(*p) ? *p : '?';
        GBytes *plain = undo(name, out, ret_reason);
        g_bytes_unref(out);
        out = plain;
    }
    if (*ret_reason != NULL)
        g_clear_pointer(&out, g_bytes_unref);
    return out;
}
