/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TCP header of a captured frame, without dissecting it: through the link types that Wireshark, tcpdump and their
 * like write, and IPv4 or IPv6.
 */
#ifndef WSSC_PLUGIN_PACKET_H
#define WSSC_PLUGIN_PACKET_H

#include "ends.h"

typedef struct {
    guint32 seq, len; /* len: octets of payload */
    gboolean is_syn, is_fin;
} WsscSegment;

typedef struct {
    WsscEnds ends;
    guint side; /* of the two ends, the one that sends */
    WsscSegment segment;
    guint32 ack;               /* FALSE has_ack: nothing */
    gboolean has_ack, is_bare; /* bare: an ACK and nothing else */
    gboolean is_reset;
    gboolean is_cut;       /* the frame does not hold the whole payload */
    const guint8 *payload; /* in the frame; NULL when it is cut or there is none */
} WsscPacket;

/* FALSE for what is not TCP, not its first fragment, or of another link type (encapsulation: Wiretap's). */
gboolean wssc_packet_read(const guint8 *data, gsize len, int encapsulation, WsscPacket *ret_packet);

#endif
