/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How a message travels: what carries it, and in which form its document is.
 */
#ifndef WSSC_BASE_WIRE_H
#define WSSC_BASE_WIRE_H

#include <glib.h>

typedef enum {
#define WSSC_TRANSPORT(ID, name) WSSC_TRANSPORT_##ID,
#include "base/transports.def"
#undef WSSC_TRANSPORT
    WSSC_TRANSPORT_MAX
} WsscTransport;
/* "http", "net.tcp+tls", ...: the stable word of the outputs. */
const char *wssc_transport_name(WsscTransport transport);
/* HTTP with or without TLS: it pairs each request with its response. */
gboolean wssc_transport_is_http(WsscTransport transport);

typedef enum {
    WSSC_ENCODING_TEXT,
    WSSC_ENCODING_MTOM,           /* text with parts of it beside (MTOM, XOP) */
    WSSC_ENCODING_BINARY,         /* .NET binary XML with its static dictionary */
    WSSC_ENCODING_BINARY_SESSION, /* ... and with a string table of the session */
    WSSC_ENCODING_MAX
} WsscEncoding;
/* "text", "mtom", "binary", "binary-session". */
const char *wssc_encoding_name(WsscEncoding encoding);
gboolean wssc_encoding_is_binary(WsscEncoding encoding);

#endif
