/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Heads of HTTP that lead to nothing of ours, remembered: with a body in chunks TCP's dissector hands the same head
 * over with each segment, and to compare it takes a tenth of reading it (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_HTTP_PLAIN_H
#define WSSC_PLUGIN_HTTP_PLAIN_H

#include "compat.h"

#include "base/bytes.h"

/* Whether the octets begin with the one that was noted last of this frame's ports. */
gboolean wssc_http_plain_is(const packet_info *pinfo, WsscBytes octets);
void wssc_http_plain_note(const packet_info *pinfo, WsscBytes head);

void wssc_http_plain_register(void);

#endif
