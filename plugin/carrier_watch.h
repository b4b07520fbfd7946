/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the carrier says without any SOAP message: an HTTP status with another body or none, and a TCP
 * connection that was reset. Both may be all the answer that a request gets. Looked at when a frame is dissected,
 * on the first pass: taps come on the last pass only.
 */
#ifndef WSSC_PLUGIN_CARRIER_WATCH_H
#define WSSC_PLUGIN_CARRIER_WATCH_H

#include "compat.h"

/* The frame's connection goes on with TLS whose handshake was shown again (tls_place.h): who spoke last, and that both
 * ends have sent data, is as it was. */
void wssc_carrier_watch_go_on(packet_info *pinfo);

void wssc_carrier_watch_register(void);
void wssc_carrier_watch_handoff(void);

#endif
