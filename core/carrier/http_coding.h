/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Bodies of HTTP messages as they are sent: chunks (RFC 9112 section 7.1) and content codings (RFC 9110 section 8.4).
 */
#ifndef WSSC_CARRIER_HTTP_CODING_H
#define WSSC_CARRIER_HTTP_CODING_H

#include "base/bytes.h"

typedef enum {
    WSSC_CHUNKS_DONE, /* with the last one and its trailer */
    WSSC_CHUNKS_MORE, /* as far as the octets go */
    WSSC_CHUNKS_BAD,
} WsscChunks;

/* ret_len: octets that the chunks take, when DONE; not 0 where
 * only the end of the trailer is to come. join: where their content is added; or NULL. */
WsscChunks wssc_http_chunks(WsscBytes octets, GByteArray *join, gsize *ret_len);

/* coding: the value of Content-Encoding; several are undone from the last one on. NULL with the reason (caller frees)
 * when one is not known, the octets are damaged, or more than WSSC_MAX_MESSAGE_OCTETS come out. */
GBytes *wssc_http_decode(const char *coding, gsize coding_len, WsscBytes octets, char **ret_reason);

#endif
