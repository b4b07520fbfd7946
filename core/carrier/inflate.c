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

GBytes *wssc_inflate(WsscInflate kind, WsscBytes octets, const char **ret_reason)
{
    z_stream stream = {.next_in = (Bytef *)octets.data, .avail_in = (uInt)octets.len};
    g_autoptr(GByteArray) out = g_byte_array_new();
    guint8 chunk[16384];
    int status = Z_OK;

    *ret_reason = "the compressed envelope is damaged";
    if (octets.len > WSSC_MAX_MESSAGE_OCTETS ||
        inflateInit2(&stream, kind == WSSC_INFLATE_GZIP ? 16 + MAX_WBITS : -MAX_WBITS) != Z_OK)
        return NULL;
    while (status == Z_OK) {
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        status = inflate(&stream, Z_NO_FLUSH);
        g_byte_array_append(out, chunk, (guint)(sizeof chunk - stream.avail_out));
        if (out->len > WSSC_MAX_MESSAGE_OCTETS) {
            *ret_reason = "the compressed envelope is larger than the limit";
            status = Z_DATA_ERROR;
        }
    }
    inflateEnd(&stream);
    return status == Z_STREAM_END ? g_byte_array_free_to_bytes(g_steal_pointer(&out)) : NULL;
}
