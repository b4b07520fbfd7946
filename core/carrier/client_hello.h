/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A TLS ClientHello (RFC 8446 section 4.1.2) at the beginning of a TCP segment, and the server name in it.
 */
#ifndef WSSC_CARRIER_CLIENT_HELLO_H
#define WSSC_CARRIER_CLIENT_HELLO_H

#include "base/bytes.h"

gboolean wssc_client_hello_is(WsscBytes payload);
/* The octets of the record that it begins, head included, however many of them are there; 0 when it is none. */
gsize wssc_client_hello_size(WsscBytes payload);
/* The name of the server_name extension (RFC 6066 section 3), in UTF-8 whatever was sent; NULL when there is none or it
 * lies beyond the octets given. Caller frees. */
char *wssc_client_hello_server_name(WsscBytes payload);

#endif
