/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/inflate.h"

#include <brotli/decode.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

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

/* Adds what came out, as far as the limit lets it. FALSE when that is reached. */
static gboolean take(GByteArray *out, const guint8 *chunk, gsize got, gsize limit)
{
    g_byte_array_append(out, chunk, (guint)MIN(got, limit - out->len));
    return got == 0 || out->len < limit;
}

typedef enum { ENDED, DAMAGED, TOO_LARGE } End;

static End inflate_zlib(WsscInflate kind, WsscBytes octets, gsize limit, GByteArray *out)
{
    z_stream stream = {.next_in = (Bytef *)octets.data, .avail_in = (uInt)MIN(octets.len, G_MAXUINT)};
    guint8 chunk[16384];
    int status = Z_OK;
    gboolean has_room = TRUE;

    if (inflateInit2(&stream, window_bits(kind)) != Z_OK)
        return DAMAGED;
    while (status == Z_OK && has_room) {
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        status = inflate(&stream, Z_NO_FLUSH);
        has_room = take(out, chunk, sizeof chunk - stream.avail_out, limit);
        if (status == Z_STREAM_END && begins_member(kind, &stream))
            status = inflateReset(&stream);
    }
    inflateEnd(&stream);
    return !has_room ? TOO_LARGE : status == Z_STREAM_END ? ENDED : DAMAGED;
}

static End inflate_brotli(WsscBytes octets, gsize limit, GByteArray *out)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    const guint8 *next = octets.data;
    gsize left = octets.len;
    guint8 chunk[16384];
    gboolean has_room = TRUE;

    while (state != NULL && has_room && result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        guint8 *into = chunk;
        gsize room = sizeof chunk;
        result = BrotliDecoderDecompressStream(state, &left, &next, &room, &into, NULL);
        has_room = take(out, chunk, sizeof chunk - room, limit);
    }
    if (state != NULL)
        BrotliDecoderDestroyInstance(state);
    return !has_room ? TOO_LARGE : result == BROTLI_DECODER_RESULT_SUCCESS ? ENDED : DAMAGED;
}

#define MAX_ZSTD_WINDOW 23 /* 8 MB: what HTTP allows a sender (RFC 9659) */

static End inflate_zstd(WsscBytes octets, gsize limit, GByteArray *out)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_inBuffer in = {octets.data, octets.len, 0};
    guint8 chunk[16384];
    gsize status = 1; /* 0: a frame has ended */
    gboolean has_room = TRUE, is_full = FALSE;

    if (stream == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, MAX_ZSTD_WINDOW)))
        in.pos = in.size;
    while (has_room && (in.pos < in.size || (is_full && status != 0)) && !ZSTD_isError(status)) {
        ZSTD_outBuffer into = {chunk, sizeof chunk, 0};
        status = ZSTD_decompressStream(stream, &into, &in);
        is_full = into.pos == into.size;
        has_room = take(out, chunk, into.pos, limit);
    }
    ZSTD_freeDStream(stream);
    return !has_room ? TOO_LARGE : status == 0 ? ENDED : DAMAGED;
}

GBytes *wssc_inflate_what_can_be(WsscInflate kind, WsscBytes octets, gsize limit, const char **ret_reason)
{
    static const char *const reasons[] = {NULL, "the compressed octets are damaged or cut",
                                          "what comes out of the compressed octets is larger than the limit"};
    GByteArray *out = g_byte_array_new();
    End end = kind == WSSC_INFLATE_BROTLI ? inflate_brotli(octets, limit, out)
              : kind == WSSC_INFLATE_ZSTD ? inflate_zstd(octets, limit, out)
                                          : inflate_zlib(kind, octets, limit, out);
    *ret_reason = reasons[end];
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
