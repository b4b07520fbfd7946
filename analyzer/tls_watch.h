/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which TLS connections stayed closed to us.
 */
#ifndef WSSC_ANALYZER_TLS_WATCH_H
#define WSSC_ANALYZER_TLS_WATCH_H

#include <epan/packet.h>

typedef struct WsscTlsWatch WsscTlsWatch;

WsscTlsWatch *wssc_tls_watch_new(void);
/* After each dissected frame. */
void wssc_tls_watch_frame(WsscTlsWatch *watch, packet_info *pinfo);
/* Appends a WsscClosedTls for each connection that gave no decrypted data, and frees the watch. */
void wssc_tls_watch_finish(WsscTlsWatch *watch, GPtrArray *closed);

#endif
