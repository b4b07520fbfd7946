/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a captured frame carries, without dissecting it: through the link types that Wireshark, tcpdump and their like
 * write, and IPv4 or IPv6.
 */
#ifndef WSSC_PLUGIN_PACKET_H
#define WSSC_PLUGIN_PACKET_H

#include "base/bytes.h"
#include "ends.h"

typedef struct {
    guint32 seq, len; /* len: octets of payload */
    gboolean is_syn, is_fin;
} WsscSegment;

typedef enum {
    WSSC_PACKET_UNKNOWN, /* not understood, or only in part; fragments; other protocols */
    WSSC_PACKET_TCP,
    WSSC_PACKET_UDP,     /* only ends, side, has_options, payload and how many octets of it there were are told */
    WSSC_PACKET_NOTHING, /* of a kind that carries nothing but its own: ARP, echo, neighbours... */
    WSSC_PACKET_QUOTES,  /* has to do with no other but what it may quote: errors of ICMP; ESP */
} WsscPacketKind;

typedef struct {
    WsscEnds ends;
    guint side; /* of the two ends, the one that sends */
    WsscSegment segment;
    guint32 ack;               /* FALSE has_ack: nothing */
    gboolean has_ack, is_bare; /* bare: an ACK and nothing else */
    gboolean is_reset;
    gboolean is_cut;      /* the frame does not hold the whole payload */
    gboolean is_plain;    /* nothing of the whole frame is cut, urgent, or behind options of IP */
    gboolean has_options; /* of IP: whoever looks into them may find other ends */
    gsize at;             /* where TCP's header begins in the frame */
    WsscBytes payload;    /* as far as it was captured; lies in the frame */
} WsscPacket;

/* A frame of that length on the wire, of that link type (Wiretap's). */
WsscPacketKind wssc_packet_read(WsscBytes frame, gsize on_wire, int encapsulation, WsscPacket *ret_packet);

typedef enum {
    WSSC_HEAD_UNKNOWN, /* nothing says whether it is as it was sent */
    WSSC_HEAD_GOOD,    /* its checksum fits */
    WSSC_HEAD_UNFIT,   /* its checksum does not */
    WSSC_HEAD_DAMAGED, /* not so by its checksum alone */
} WsscHeadKind;

/* The head of IP in a frame. */
typedef struct {
    WsscHeadKind kind;
    /* of one that is unfit or damaged: what TCP would carry behind it, and the ends that it names */
    guint32 octets;
    WsscEnds ends;
    guint side;
} WsscHead;

/* Both of a frame. A checksum of zero was left to the network card. A head that is another version than the frame's
 * type says is damaged; one whose checksum fits behind a type that is unknown has a damaged frame around it. */
WsscPacketKind wssc_packet_look(WsscBytes frame, gsize on_wire, int encapsulation, WsscPacket *ret_packet,
                                WsscHead *ret_head);

/* For each TCP header, or beginning of one, that seems to stand behind an IP header anywhere in octets: in a tunnel, in
 * an ICMP error, in a first fragment. Only ends and side are told. */
typedef void (*WsscEachPacket)(const WsscPacket *packet, gpointer user);
void wssc_packet_foreach_inside(WsscBytes octets, WsscEachPacket each, gpointer user);

#endif
