/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a capture need not be dissected: which connections, followed to their end without dissection (talk.h), hold
 * nothing on the ports they are on, and which datagrams.
 */
#ifndef WSSC_WATCH_TRIAGE_H
#define WSSC_WATCH_TRIAGE_H

#include "model/capture.h"
#include "watch/connections.h"
#include "watch/quic.h"

typedef struct {
    GArray *first_frames;  /* guint32: of each TCP connection that is left out, in order */
    GPtrArray *closed_tls; /* WsscClosedTls of those with TLS, in order; owned */
    guint told;            /* connections of which the carrier would have told something */
} WsscTriage;

WsscTriage *wssc_triage_new(void);
void wssc_triage_free(WsscTriage *triage);
/* All are closed: gives those connections that need not be dissected the mark. has_keys: for TLS. After
 * libwireshark's start. */
void wssc_triage_decide(WsscTriage *triage, const WsscConnections *connections, gboolean has_keys, guint8 mark);

/* The ports of a connection lead nowhere else than to net.tcp, where it began so, or to HTTP. After libwireshark's
 * start.
 */
gboolean wssc_triage_is_found(const WsscGist *gist);

/* UDP, by its lower port: a number above 0 for those whose dissectors may lead to nothing of ours, else 0. */
guint wssc_triage_udp_class(const WsscPacket *packet);
/* How many such numbers there are, and whether libwireshark's tables agree. */
#define WSSC_TRIAGE_UDP_CLASSES 8
gboolean wssc_triage_udp_is_nothing(guint number);
/* A datagram that is dissected, and may have to do with others of its ends, or something of ours in it. Else
 * libwireshark may have forgotten all others, unless something goes on inside of it, or it is QUIC's. */
gboolean wssc_triage_udp_is_tied(const WsscPacket *packet);
/* By number of the flow (quic.h), the mark, or 0; the caller's. */
guint8 *wssc_triage_mark_quic(const WsscQuic *quic, gboolean has_keys, guint8 mark);

#endif
