/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Octets that TCP's dissector keeps back (internal to plugin/). Where one more segment was asked for, and the end of
 * what is being put together is sent again before that comes, Wireshark 4.4 hands over one octet of the segment, and
 * the rest only with the next one, if there is one: what ends there (the last chunk of a body) comes late or never.
 */
#ifndef WSSC_PLUGIN_TCP_WHOLE_H
#define WSSC_PLUGIN_TCP_WHOLE_H

#include "compat.h"

struct tcpinfo;

void wssc_tcp_whole_register(void);
/* tvb, as TCP handed it over, or a buffer of its own with what was kept back of the frame's segment behind it. NULL:
 * these octets were in one already. The same on every visit. */
tvbuff_t *wssc_tcp_whole(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp);
/* After its dissection: what was asked for tells what may be kept back of the next segment. */
void wssc_tcp_note(packet_info *pinfo);

#endif
