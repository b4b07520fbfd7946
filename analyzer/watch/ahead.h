/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments of one connection that came before others of their direction, told in the order of their numbers (RFC 9293
 * section 3.4) once those have come. A bounded number is kept, with their octets.
 */
#ifndef WSSC_WATCH_AHEAD_H
#define WSSC_WATCH_AHEAD_H

#include "packet.h"

typedef struct WsscAhead WsscAhead;

/* The next segment in its order. Its payload is good until the return; it may be the one that is taken. */
typedef void (*WsscTellSegment)(gpointer user, const WsscPacket *packet);

/* The next segment that arrives. *ahead: NULL as long as nothing is missing, and again when all were told. kept: octets
 * that are kept of all connections together, which are bounded; borrowed. expected: the number that was to come of that
 * end, when none of its segments was taken yet. FALSE: it holds some of what came before, or more would have to be
 * kept: nothing is told any more. */
gboolean wssc_ahead_take(WsscAhead **ahead, gsize *kept, const WsscPacket *packet, guint32 expected,
                         WsscTellSegment tell, gpointer user);
void wssc_ahead_clear(WsscAhead **ahead);

#endif
