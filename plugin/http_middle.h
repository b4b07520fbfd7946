/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments from the middle of a message of HTTP whose beginning the capture does not have (internal to plugin/). HTTP's
 * dissector takes them for a first line that is not whole, asks for more, and gets the next message with them: none
 * of that direction is read then.
 */
#ifndef WSSC_PLUGIN_HTTP_MIDDLE_H
#define WSSC_PLUGIN_HTTP_MIDDLE_H

#include "compat.h"

#include "base/bytes.h"

/* A segment, or what was put together of several, on a connection of TCP that may be HTTP's: TRUE when it is to be
 * taken as it is, and nothing asked for behind it. The same on every visit. */
gboolean wssc_http_middle_is(packet_info *pinfo, WsscBytes octets);

/* A message begins in that direction. */
void wssc_http_middle_end(packet_info *pinfo);

void wssc_http_middle_register(void);
void wssc_http_middle_handoff(void);

#endif
