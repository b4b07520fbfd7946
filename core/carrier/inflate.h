/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Compressed envelopes of .NET (content types ending in +gzip or +deflate).
 */
#ifndef WSSC_CARRIER_INFLATE_H
#define WSSC_CARRIER_INFLATE_H

#include "base/bytes.h"

typedef enum {
    WSSC_INFLATE_NONE,
    WSSC_INFLATE_GZIP,    /* RFC 1952, any number of members */
    WSSC_INFLATE_DEFLATE, /* RFC 1951 without any header */
    WSSC_INFLATE_ZLIB,    /* RFC 1950, which HTTP calls "deflate" */
    WSSC_INFLATE_BROTLI,  /* RFC 7932 */
    WSSC_INFLATE_ZSTD,    /* RFC 8878, any number of frames */
} WsscInflate;

/* By the end of the content type (parameters may follow). Deflate is RFC 1951 without any header. */
WsscInflate wssc_inflate_kind(const char *content_type);
/* At most WSSC_MAX_MESSAGE_OCTETS come out. NULL with the reason (static) when damaged or larger. */
GBytes *wssc_inflate(WsscInflate kind, WsscBytes octets, const char **ret_reason);
/* At most limit octets come out. What is damaged or larger gives what came out before that, and the reason (static;
 * else NULL). */
GBytes *wssc_inflate_what_can_be(WsscInflate kind, WsscBytes octets, gsize limit, const char **ret_reason);

#endif
