/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the carrier says without any SOAP message: an HTTP status with another body or none, and a TCP
 * connection that was reset. Both may be all the answer that a request gets. Looked at when a frame is dissected,
 * on the first pass: taps come on the last pass only.
 */
#ifndef WSSC_PLUGIN_CARRIER_WATCH_H
#define WSSC_PLUGIN_CARRIER_WATCH_H

void wssc_carrier_watch_register(void);
void wssc_carrier_watch_handoff(void);

#endif
