/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/early.h"

#define MAX_WAITING 65536            /* segments at a time, of all connections */
#define MAX_OF_ONE 32                /* ... of one */
#define MAX_FRAMES 1024              /* a segment waits no longer */
#define MAX_AHEAD (4u * 1024 * 1024) /* octets that may be acknowledged beforehand; more is another numbering */

typedef struct {
    guint32 frame;
    guint32 ack, end; /* what has to come, and what whoever has seen this segment acknowledges */
    gboolean is_bare; /* nobody acknowledges it */
    guint side;
} Waiting;

static gboolean is_at_or_behind(guint32 number, guint32 other)
{
    return (gint32)(number - other) >= 0;
}

static void forget(WsscEarly *early, WsscWatched *watched)
{
    if (watched->early == NULL)
        return;
    early->waiting -= watched->early->len;
    g_clear_pointer(&watched->early, g_array_unref);
}

/* Octets are acknowledged that do not come: they are missing, or whatever comes in their place libwireshark takes for
 * sent again. */
static void give_up(WsscEarly *early, WsscWatched *watched)
{
    watched->is_untidy = watched->is_broken = WSSC_BOTH_ENDS;
    wssc_talk_give_up(&watched->talk);
    forget(early, watched);
}

/* Those of the other end whose octets have come. */
static void release(WsscEarly *early, WsscWatched *watched, const WsscPacket *packet, guint32 frame)
{
    guint32 next = wssc_watched_next(watched, packet->side);
    while (watched->early != NULL && watched->early->len > 0) {
        const Waiting *first = &g_array_index(watched->early, Waiting, 0);
        if (first->side == packet->side || !is_at_or_behind(next, first->ack))
            return;
        const WsscMove move = {first->frame, frame};
        if (early->moves == NULL)
            early->moves = g_array_new(FALSE, FALSE, sizeof(WsscMove));
        g_array_append_val(early->moves, move);
        watched->is_moved |= first->is_bare ? 0 : 1;
        g_array_remove_index(watched->early, 0);
        early->waiting--;
    }
    forget(early, watched);
}

/* What waits is given up where octets are lost, since nobody knows whether they were the ones; where whoever speaks has
 * seen the segment already: it says again what was said before; where its own end acknowledges less behind it, so that
 * it is no segment that came too early, but one whose number was damaged; and on ports that are used again. */
static gboolean is_vain(const WsscWatched *watched, const WsscPacket *packet, WsscPlace place, guint32 frame)
{
    const Waiting *first = &g_array_index(watched->early, Waiting, 0);
    if (frame - first->frame > MAX_FRAMES || packet->segment.is_syn || packet->is_reset)
        return TRUE;
    if (first->side == packet->side)
        return packet->has_ack && !is_at_or_behind(packet->ack, first->ack);
    return place.kind == WSSC_ARRIVAL_AHEAD ||
           (packet->has_ack && !first->is_bare && is_at_or_behind(packet->ack, first->end));
}

static gboolean acknowledges(const WsscWatched *watched, const WsscPacket *packet)
{
    return packet->has_ack && (watched->has_begun & 1u << (1 - packet->side)) != 0;
}

static guint32 ahead_of(const WsscWatched *watched, const WsscPacket *packet)
{
    return packet->ack - wssc_watched_next(watched, 1 - packet->side);
}

/* A server's SYN, too, has what it answers in front of it. */
static gboolean is_too_far_ahead(const WsscWatched *watched, const WsscPacket *packet)
{
    gint32 limit = packet->segment.is_syn ? 0 : (gint32)MAX_AHEAD;
    return acknowledges(watched, packet) && (gint32)ahead_of(watched, packet) > limit;
}

static gboolean is_early(const WsscWatched *watched, const WsscPacket *packet)
{
    if (!acknowledges(watched, packet) || packet->segment.is_syn)
        return FALSE;
    /* What an end says behind a segment that waits, waits, too. */
    if (watched->early != NULL && g_array_index(watched->early, Waiting, 0).side == packet->side)
        return TRUE;
    guint32 ahead = ahead_of(watched, packet);
    return ahead > 0 && ahead <= MAX_AHEAD;
}

static void wait_for(WsscEarly *early, WsscWatched *watched, const WsscPacket *packet, guint32 frame)
{
    const WsscSegment *segment = &packet->segment;
    guint32 end = segment->seq + segment->len + (segment->is_fin ? 1 : 0);
    Waiting own = {frame, packet->ack, end, end == segment->seq, packet->side};
    if (early->waiting >= MAX_WAITING || (watched->early != NULL && watched->early->len >= MAX_OF_ONE)) {
        give_up(early, watched);
        return;
    }
    if (watched->early == NULL) {
        watched->early = g_array_new(FALSE, FALSE, sizeof(Waiting));
    } else {
        guint32 before = g_array_index(watched->early, Waiting, watched->early->len - 1).ack;
        own.ack = is_at_or_behind(own.ack, before) ? own.ack : before;
    }
    g_array_append_val(watched->early, own);
    early->waiting++;
}

void wssc_early_take(WsscEarly *early, WsscWatched *watched, const WsscPacket *packet, WsscPlace place, guint32 frame)
{
    if ((watched->early != NULL && is_vain(watched, packet, place, frame)) || is_too_far_ahead(watched, packet))
        give_up(early, watched);
    if (watched->early != NULL)
        release(early, watched, packet, frame);
    if (!place.is_repeat && is_early(watched, packet))
        wait_for(early, watched, packet, frame);
}

void wssc_early_clear(WsscEarly *early)
{
    g_clear_pointer(&early->moves, g_array_unref);
}
