/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments that a capture holds before what they answer: they acknowledge octets of the other end that come only behind
 * them (RFC 9293 section 3.4). Two frames of opposite directions that were swapped on their way into the file make such
 * ones. Where those octets do come, the segment belongs behind them; a bare acknowledgement, too, since libwireshark
 * takes what was acknowledged already for sent again.
 */
#ifndef WSSC_WATCH_EARLY_H
#define WSSC_WATCH_EARLY_H

#include "watch/watched.h"

/* The frame is to be taken behind the other one. */
typedef struct {
    guint32 frame, behind;
} WsscMove;

/* Begins zeroed. */
typedef struct {
    guint waiting; /* segments, of all connections: bounded */
    GArray *moves; /* WsscMove, by "behind", or NULL: none */
} WsscEarly;

/* Each segment of the connection, once wssc_watched_take has said where it stands. */
void wssc_early_take(WsscEarly *early, WsscWatched *watched, const WsscPacket *packet, WsscPlace place, guint32 frame);
void wssc_early_clear(WsscEarly *early);

#endif
