/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the carrier says without any SOAP message: an HTTP status with another body or none, and a TCP
 * connection that was reset. Both may be all the answer that a request gets. Looked at when a frame is dissected,
 * on the first pass: taps come on the last pass only.
 */
#ifndef WSSC_PLUGIN_CARRIER_WATCH_H
#define WSSC_PLUGIN_CARRIER_WATCH_H

#include "compat.h"

#include "connection.h"

/* While a segment is dissected, on the first pass: whether octets are missing between what its end sent before and its
 * last ones, so many. */
gboolean wssc_carrier_watch_misses(const packet_info *pinfo, const WsscTcpConnection *connection, guint octets);

void wssc_carrier_watch_register(void);
void wssc_carrier_watch_handoff(void);

#endif
