/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the carrier says without any SOAP message: an HTTP status with another body or none, and a TCP
 * connection that was reset. Both may be all the answer that a request gets.
 */
#ifndef WSSC_PLUGIN_CARRIER_WATCH_H
#define WSSC_PLUGIN_CARRIER_WATCH_H

/* Listens to TCP and HTTP; call it once, from a handoff routine. */
void wssc_carrier_watch_start(void);

#endif
