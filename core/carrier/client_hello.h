/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A TLS ClientHello (RFC 8446 section 4.1.2) at the beginning of a TCP segment, the server name in it, and what
 * ties it to another.
 */
#ifndef WSSC_CARRIER_CLIENT_HELLO_H
#define WSSC_CARRIER_CLIENT_HELLO_H

#include "base/bytes.h"

#define WSSC_CLIENT_HELLO_HEAD 6 /* octets by which it is known */
gboolean wssc_client_hello_is(WsscBytes payload);
/* The octets of the record that it begins, head included, however many of them are there; 0 when it is none. */
gsize wssc_client_hello_size(WsscBytes payload);
/* The name of the server_name extension (RFC 6066 section 3), in UTF-8 whatever was sent; NULL when there is none or it
 * lies beyond the octets given. Caller frees. */
char *wssc_client_hello_server_name(WsscBytes payload);

/* One that takes more than a segment, put together; begins zeroed. With keys of newer kinds most do. */
typedef struct {
    GByteArray *octets; /* so far; NULL: none is under way */
} WsscHelloPieces;
/* The next octets of its direction: TRUE when a ClientHello begins in them and ends, or does so now. ret_hello: all of
 * it, good until the next call and as long as the payload. */
gboolean wssc_hello_pieces_take(WsscHelloPieces *pieces, WsscBytes payload, WsscBytes *ret_hello);
void wssc_hello_pieces_clear(WsscHelloPieces *pieces);

/* What ties a connection to an earlier one whose secrets it may go on with, up to TLS 1.2: the session's identifier
 * (RFC 5246 section 7.4.1.2), or a ticket (RFC 5077 section 3.2). With TLS 1.3 each connection has secrets of its own.
 */
#define WSSC_CLIENT_RANDOM 32 /* octets */
typedef struct {
    WsscBytes random;  /* RFC 8446 section 4.1.2; empty where the payload ends before; lies in it, as the next do */
    WsscBytes session; /* may be empty */
    WsscBytes ticket;  /* likewise */
} WsscHelloTies;
/* FALSE when the payload begins with no ClientHello, or does not hold all of it. */
gboolean wssc_client_hello_ties(WsscBytes payload, WsscHelloTies *ret_ties);
/* The session's identifier and the cipher suite in a ServerHello (RFC 5246 section 7.4.1.3), likewise. */
gboolean wssc_server_hello_read(WsscBytes payload, WsscBytes *ret_session, guint16 *ret_suite);
/* Suites of TLS 1.3 go with nothing earlier (RFC 8446 appendix B.4). */
gboolean wssc_suite_is_tls13(guint16 suite);

#endif
