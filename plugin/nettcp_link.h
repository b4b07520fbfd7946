/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a connection that carries net.tcp (internal to plugin/): its session's encoding, string tables and
 * upgrade. Changed on the first pass only; what a later visit needs is kept with the frame.
 */
#ifndef WSSC_PLUGIN_NETTCP_LINK_H
#define WSSC_PLUGIN_NETTCP_LINK_H

#include "compat.h"

#include <epan/dissectors/packet-tcp.h>

#include "model/connection.h"
#include "nbfx/dictionary.h"

extern int proto_nettcp;

typedef enum { WSSC_UPGRADE_NONE, WSSC_UPGRADE_TLS, WSSC_UPGRADE_NEGOTIATE, WSSC_UPGRADE_OTHER } WsscUpgrade;

/* How far the upgrade of a session has come. */
typedef struct {
    WsscUpgrade upgrade;  /* asked for */
    gboolean is_accepted; /* the server said yes: what follows is not ours to frame */
    gboolean is_done[2];  /* NegotiateStream: HandshakeDone seen from client, server */
    gboolean is_clear;    /* NegotiateStream that protects nothing: our records follow as they are */
} WsscPhase;

/* A record that is passed over. */
typedef struct {
    guint64 left;          /* octets of it, or of one of its chunks */
    gboolean is_in_chunks; /* others follow */
    guint64 size;          /* of the next chunk, as far as it came */
    guint size_octets;
} WsscSkip;

typedef struct {
    WsscStringTable *strings; /* of this direction and session */
    WsscSkip skip;
    gboolean is_lost; /* where its next record begins is not known */
    gboolean has_next;
    guint32 next; /* TCP sequence number behind what was seen of it */
} WsscSide;

typedef struct {
    gboolean has_preamble; /* its beginning was seen */
    address client;
    guint32 client_port;
    const char *content_type;  /* of the session's encoding; wmem file scope or static */
    const char *host, *target; /* of the preamble's Via ([MC-NMF] 2.2.3.3); wmem file scope; or NULL */
    WsscPhase phase;
    WsscSide sides[2]; /* client, server */
} WsscLink;

/* Keys of a frame's data. */
enum { WSSC_NETTCP_RECORDS, WSSC_NETTCP_PHASE }; /* in the packet's pool */
enum { WSSC_NETTCP_SEEN_PHASE };                 /* as long as the file; a record's number from 1 is its own */

/* Of the frame's connection; made where there is none: then its beginning is not in the capture. */
WsscLink *wssc_link_of(packet_info *pinfo);
/* The n-th session on one connection, under an upgrade (first pass only): a conversation of its own from this frame on,
 * so that TLS begins anew, and a stream of its own. What TCP knows of the connection goes on: a segment of the session
 * before that is sent again is known as such. */
void wssc_link_begin_conversation(packet_info *pinfo, dissector_handle_t nettcp);
/* A preamble begins: no encoding, no upgrade, empty tables. */
void wssc_link_start_session(WsscLink *link, packet_info *pinfo);
WsscUpgrade wssc_link_upgrade_named(const char *name);
void wssc_link_take_via(WsscLink *link, const char *via);
/* From here on its strings are not known. */
void wssc_link_lose_way(WsscSide *side, const char *why);
gboolean wssc_link_is_from_client(const WsscLink *link, const packet_info *pinfo);
/* Tells octets that are missing before a segment's. */
void wssc_link_watch_gaps(WsscLink *link, const packet_info *pinfo, const struct tcpinfo *tcp);

/* The end of a session, and why a service ends one (first pass only). text: a fault's URI, or NULL. */
void wssc_link_note(const WsscLink *link, packet_info *pinfo, WsscSignKind kind, const char *text);

/* How far the upgrade is at this point of the frame: the same on every visit, in whatever order frames are visited. */
WsscPhase *wssc_link_phase(packet_info *pinfo);
void wssc_link_set_phase(packet_info *pinfo, WsscPhase phase);

#endif
