/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TCP connection of a capture file, as the quick look over it follows it.
 */
#ifndef WSSC_WATCH_WATCHED_H
#define WSSC_WATCH_WATCHED_H

#include "watch/ahead.h"
#include "watch/beginning.h"
#include "watch/talk.h"

#define WSSC_BOTH_ENDS 3u

typedef struct {
    WsscEnds ends;
    guint32 index;               /* from 1, in the order in which they were met */
    guint32 latest;              /* frame that was its own */
    guint32 first[2], next[2];   /* of each end, while flows is NULL: as in WsscFlow */
    guint8 has_begun, is_untidy; /* bits: the ends. Untidy: without a SYN, or some segment does not follow the one
                                  * before it, or octets were acknowledged that did not come */
    guint8 is_broken;            /* bits: untidy for more than a SYN that is missing, or segments that came late */
    guint8 is_cut;    /* bits: of some segment the capture does not hold all, and one sent again may hold more */
    guint8 has_ended; /* bits: the ends, that said FIN; a reset is both */
    guint8 is_reordered;
    guint8 is_elsewhere; /* what has the same ends was seen inside of something else, too */
    guint8 is_moved;     /* some segment that says something is taken behind others (early.h) */
    guint8 is_resumed;   /* it was put away before, and goes on (gist.h) */
    guint8 is_unkeyed;   /* of TLS: no key log opens it, nor what another connection says */
    WsscFlow *flows;     /* of both ends, once a segment came out of its place; else NULL */
    GArray *early;       /* early.c's: what came before what it answers; else NULL */
    WsscAhead *ahead;    /* what is not told yet, since octets before it are missing; else NULL */
    WsscTalk talk;
    WsscBeginning beginning;
} WsscWatched;

void wssc_watched_free(gpointer watched);

/* Where a segment stands. So small that it goes by register: there is one for each frame. */
typedef struct {
    guint32 missing;  /* octets, of one that is ahead */
    guint8 kind;      /* WsscArrivalKind */
    guint8 is_repeat; /* it brings nothing that did not come before */
} WsscPlace;

/* Follows the segment. */
WsscPlace wssc_watched_take(WsscWatched *watched, const WsscPacket *packet);
/* Where octets are missing, or were. */
void wssc_watched_say_late(WsscWatched *watched, const WsscPacket *packet, WsscPlace place, guint32 frame, gsize *kept);

/* Then tells what is said (talk.h) of it, in the order of the segments' numbers; no repeat. kept: as ahead.h counts. */
static inline void wssc_watched_say(WsscWatched *watched, const WsscPacket *packet, WsscPlace place, guint32 frame,
                                    gsize *kept)
{
    if (watched->ahead == NULL && place.kind != WSSC_ARRIVAL_AHEAD)
        wssc_talk_take(&watched->talk, packet, place.kind, frame);
    else
        wssc_watched_say_late(watched, packet, place, frame, kept);
}

/* It rests (wssc_talk_is_between), and nothing that was said is missing. */
static inline gboolean wssc_watched_is_between(const WsscWatched *watched)
{
    return watched->early == NULL && watched->ahead == NULL && wssc_talk_is_between(&watched->talk);
}

/* The sequence number behind all that came of that end, which has begun. */
guint32 wssc_watched_next(const WsscWatched *watched, guint side);

#endif
