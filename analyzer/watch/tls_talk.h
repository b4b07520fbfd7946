/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection of TLS from its ClientHello on, followed record by record (RFC 8446 section 5.1), for which there are no
 * keys: what libwireshark would find of it, and that nothing of it tells anything (core/session/uneventful.c).
 */
#ifndef WSSC_WATCH_TLS_TALK_H
#define WSSC_WATCH_TLS_TALK_H

#include "watch/tickets.h"

typedef struct WsscTlsTalk WsscTlsTalk;

/* Octets begin as a ClientHello does. */
gboolean wssc_tls_talk_begins(WsscBytes octets);
/* With the segment that begins it, which is yet to be taken. */
WsscTlsTalk *wssc_tls_talk_new(void);
void wssc_tls_talk_free(WsscTlsTalk *talk);
/* The next segment of one direction, whole. FALSE when it cannot be followed any more, or tells something. */
gboolean wssc_tls_talk_take(WsscTlsTalk *talk, gboolean is_from_server, WsscBytes octets);
/* One end says no more, or drops the connection; what that segment brings was taken. FALSE when that tells something.
 */
gboolean wssc_tls_talk_end(WsscTlsTalk *talk, gboolean is_from_server);
/* No record is under way in either direction, the server chose a suite that hides what is said, and whoever looks at
 * one segment only takes none for what it is not. */
gboolean wssc_tls_talk_is_even(const WsscTlsTalk *talk);
/* No record is, and both ends have sent data, the server last. */
gboolean wssc_tls_talk_is_between(const WsscTlsTalk *talk);
/* That the server gave so far. Borrowed. */
const WsscTickets *wssc_tls_talk_tickets(const WsscTlsTalk *talk);
/* That the client asks for, made safe to print; NULL when it is not said. Borrowed. */
const char *wssc_tls_talk_server_name(const WsscTlsTalk *talk);

#endif
