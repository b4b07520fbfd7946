/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TCP header of a captured frame, without dissecting it: through the link types that Wireshark, tcpdump and their
 * like write, and IPv4 or IPv6.
 */
#ifndef WSSC_WATCH_PACKET_H
#define WSSC_WATCH_PACKET_H

#include "watch/ends.h"
#include "watch/flow.h"

typedef struct {
    WsscEnds ends;
    guint side; /* of the two ends, the one that sends */
    WsscSegment segment;
    guint32 ack;               /* FALSE has_ack: nothing */
    gboolean has_ack, is_bare; /* bare: an ACK and nothing else */
} WsscPacket;

/* FALSE for what is not TCP, not its first fragment, or of another link type (encapsulation: Wiretap's). */
gboolean wssc_packet_read(const guint8 *data, gsize len, int encapsulation, WsscPacket *ret_packet);

#endif
