/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/inflate.h"

#include <string.h>
#include <zlib.h>

#include "base/limits.h"

WsscInflate wssc_inflate_kind(const char *content_type)
{
    gsize len = content_type != NULL ? strcspn(content_type, "; ") : 0;
    g_autofree char *type = content_type != NULL ? g_strndup(content_type, len) : g_strdup("");
    return g_str_has_suffix(type, "+gzip")      ? WSSC_INFLATE_GZIP
           : g_str_has_suffix(type, "+deflate") ? WSSC_INFLATE_DEFLATE
                                                : WSSC_INFLATE_NONE;
}

static int window_bits(WsscInflate kind)
{
    return kind == WSSC_INFLATE_GZIP ? 16 + MAX_WBITS : kind == WSSC_INFLATE_ZLIB ? MAX_WBITS : -MAX_WBITS;
}

/* gzip may hold several members, one behind the other (RFC 1952 section 2.2). */
static gboolean begins_member(WsscInflate kind, const z_stream *stream)
{
    return kind == WSSC_INFLATE_GZIP && stream->avail_in > 2 && stream->next_in[0] == 0x1F &&
           stream->next_in[1] == 0x8B;
}

GBytes *wssc_inflate_what_can_be(WsscInflate kind, WsscBytes octets, gsize limit, const char **ret_reason)
{
    z_stream stream = {.next_in = (Bytef *)octets.data, .avail_in = (uInt)MIN(octets.len, G_MAXUINT)};
    GByteArray *out = g_byte_array_new();
    guint8 chunk[16384];
    int status = Z_OK;

    *ret_reason = "the compressed octets are damaged or cut";
    if (inflateInit2(&stream, window_bits(kind)) != Z_OK)
        return g_byte_array_free_to_bytes(out);
    while (status == Z_OK) {
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        status = inflate(&stream, Z_NO_FLUSH);
        gsize got = sizeof chunk - stream.avail_out;
        g_byte_array_append(out, chunk, (guint)MIN(got, limit - out->len));
        if (got > 0 && out->len >= limit) {
            *ret_reason = "what comes out of the compressed octets is larger than the limit";
            status = Z_DATA_ERROR;
        }
        if (status == Z_STREAM_END && begins_member(kind, &stream))
            status = inflateReset(&stream);
    }
    inflateEnd(&stream);
    if (status == Z_STREAM_END)
        *ret_reason = NULL;
    return g_byte_array_free_to_bytes(out);
}

GBytes *wssc_inflate(WsscInflate kind, WsscBytes octets, const char **ret_reason)
{
    const char *reason = NULL;
    if (octets.len > WSSC_MAX_MESSAGE_OCTETS) {
        *ret_reason = "the compressed envelope is larger than the limit";
        return NULL;
    }
    GBytes *out = wssc_inflate_what_can_be(kind, octets, WSSC_MAX_MESSAGE_OCTETS, &reason);
    if (reason == NULL)
        return out;
    *ret_reason = g_bytes_get_size(out) >= WSSC_MAX_MESSAGE_OCTETS ? "the compressed envelope is larger than the limit"
                                                                   : "the compressed envelope is damaged";
    g_bytes_unref(out);
    return NULL;
}
