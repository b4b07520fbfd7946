/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection of TLS from its ClientHello on that libwireshark decrypts, followed record by record (RFC 8446 section
 * 5.1): where HTTP inside of it rests, and its handshake, which libwireshark can be shown once more (resume.h).
 */
#ifndef WSSC_WATCH_INNER_H
#define WSSC_WATCH_INNER_H

#include "tls_place.h"

typedef struct WsscInner WsscInner;

WsscInner *wssc_inner_new(void);
void wssc_inner_free(WsscInner *inner);
/* The next segment of one direction, whole. opened: what was decrypted of the records that end in it, WsscTlsOpened;
 * place: where the session is behind it; NULL: not known, or nowhere that it could go on. */
void wssc_inner_take(WsscInner *inner, gboolean is_from_server, WsscBytes octets, const GArray *opened,
                     const WsscTlsPlace *place);
/* No record and no message is under way, each request was answered, and the session could go on at *ret_place, which
 * may be NULL. */
gboolean wssc_inner_is_between(const WsscInner *inner, WsscTlsPlace *ret_place);
/* It may be anything, and is not followed any more. */
gboolean wssc_inner_is_lost(const WsscInner *inner);

/* What the ends said by turns until the first data of an application, in whole records. */
typedef struct {
    gboolean is_from_server;
    GByteArray *octets; /* borrowed */
} WsscInnerTurn;
/* So many octets are kept of the handshake. */
gsize wssc_inner_octets(const WsscInner *inner);
guint wssc_inner_turns(const WsscInner *inner);
WsscInnerTurn wssc_inner_turn(const WsscInner *inner, guint i);

#endif
