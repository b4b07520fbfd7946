/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TLS ClientHello at the beginning of a TCP segment, and the server name in it.
 */
#ifndef WSSC_WATCH_CLIENT_HELLO_H
#define WSSC_WATCH_CLIENT_HELLO_H

#include "base/bytes.h"

gboolean wssc_client_hello_is(WsscBytes payload);
/* The name of the server_name extension (RFC 6066 section 3), made safe to print; NULL when there is none or it
 * lies beyond the octets given. Caller frees. */
char *wssc_client_hello_server_name(WsscBytes payload);

#endif
