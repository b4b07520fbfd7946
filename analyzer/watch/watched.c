/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/watched.h"

void wssc_watched_free(gpointer data)
{
    WsscWatched *watched = data;
    if (watched == NULL)
        return;
    wssc_talk_clear(&watched->talk);
    wssc_ahead_clear(&watched->ahead);
    wssc_beginning_clear(&watched->beginning);
    g_free(watched->flows);
    g_clear_pointer(&watched->early, g_array_unref);
    g_free(watched);
}

/* ---- one segment --------------------------------------------------------------------------------------------------
 */

/* Segments that each follow the one before it need no more than a number. FALSE for all others. */
static gboolean follow(WsscWatched *watched, guint side, const WsscSegment *segment, WsscArrivalKind *ret_kind)
{
    guint8 bit = (guint8)(1u << side);
    gboolean has_begun = (watched->has_begun & bit) != 0;
    guint32 end = segment->seq + segment->len + (segment->is_syn || segment->is_fin ? 1 : 0);
    if (has_begun && (segment->is_syn || segment->seq != watched->next[side]))
        return FALSE;
    *ret_kind = has_begun ? WSSC_ARRIVAL_NEXT : segment->is_syn ? WSSC_ARRIVAL_SYN : WSSC_ARRIVAL_INSIDE;
    if (!has_begun)
        watched->first[side] = segment->seq + (segment->is_syn ? 1 : 0);
    watched->has_begun |= bit;
    watched->next[side] = end;
    return TRUE;
}

static void begin_flows(WsscWatched *watched)
{
    watched->flows = g_new0(WsscFlow, 2);
    for (guint i = 0; i < 2; i++)
        if ((watched->has_begun & 1u << i) != 0)
            watched->flows[i] = (WsscFlow){.is_started = TRUE, .first = watched->first[i], .next = watched->next[i]};
}

guint32 wssc_watched_next(const WsscWatched *watched, guint side)
{
    return watched->flows != NULL ? watched->flows[side].next : watched->next[side];
}

/* Segments that come late, all of whose octets were missing, change nothing but the order. */
static gboolean is_broken(const WsscArrival *arrival, const WsscSegment *segment, gboolean had_begun)
{
    guint32 numbers = segment->len + (segment->is_fin ? 1 : 0);
    switch (arrival->kind) {
    case WSSC_ARRIVAL_NEXT:
        return FALSE;
    case WSSC_ARRIVAL_SYN:
    case WSSC_ARRIVAL_INSIDE:
        return had_begun;
    case WSSC_ARRIVAL_AHEAD:
        return !arrival->is_kept;
    case WSSC_ARRIVAL_BEHIND:
        return arrival->filled != numbers;
    default:
        return TRUE;
    }
}

/* By all that is known of its direction. */
static __attribute__((noinline)) WsscPlace take_in_flow(WsscWatched *watched, const WsscPacket *packet)
{
    const WsscSegment *segment = &packet->segment;
    guint8 bit = (guint8)(1u << packet->side);
    gboolean had_begun = (watched->has_begun & bit) != 0;
    if (watched->flows == NULL)
        begin_flows(watched);
    WsscArrival arrival = wssc_flow_take(&watched->flows[packet->side], segment);
    watched->has_begun |= bit;
    watched->is_reordered |= arrival.is_filling ? 1 : 0;
    gboolean is_repeat = arrival.is_repeat && (watched->is_cut & bit) == 0 && !packet->is_reset;
    const WsscPlace place = {.missing = arrival.missing, .kind = (guint8)arrival.kind, .is_repeat = is_repeat ? 1 : 0};
    /* What nobody dissects, and what only keeps the connection alive. */
    gboolean is_empty = segment->len == 0 && !segment->is_syn && !segment->is_fin && !packet->is_reset;
    if (is_repeat || (arrival.kind == WSSC_ARRIVAL_BEHIND && is_empty))
        return place;
    /* A SYN on ports that were used before is a beginning, but not that of the connection. */
    if (arrival.kind != WSSC_ARRIVAL_NEXT && (arrival.kind != WSSC_ARRIVAL_SYN || had_begun))
        watched->is_untidy |= bit;
    watched->is_broken |= is_broken(&arrival, segment, had_begun) ? bit : 0;
    return place;
}

WsscPlace wssc_watched_take(WsscWatched *watched, const WsscPacket *packet)
{
    const WsscSegment *segment = &packet->segment;
    guint8 bit = (guint8)(1u << packet->side);
    WsscArrivalKind kind;
    watched->is_cut |= packet->is_cut ? bit : 0;
    watched->has_ended |= packet->is_reset ? WSSC_BOTH_ENDS : segment->is_fin ? bit : 0;
    if (watched->flows != NULL || !follow(watched, packet->side, segment, &kind))
        return take_in_flow(watched, packet);
    watched->is_untidy |= kind == WSSC_ARRIVAL_INSIDE ? bit : 0;
    return (WsscPlace){.kind = (guint8)kind};
}

/* ---- what is said -------------------------------------------------------------------------------------------------
 */

typedef struct {
    WsscTalk *talk;
    guint32 frame;
} Saying;

static void say(gpointer user, const WsscPacket *packet)
{
    const Saying *saying = user;
    wssc_talk_take(saying->talk, packet, WSSC_ARRIVAL_NEXT, saying->frame);
}

void wssc_watched_say_late(WsscWatched *watched, const WsscPacket *packet, WsscPlace place, guint32 frame, gsize *kept)
{
    WsscTalk *talk = &watched->talk;
    Saying saying = {talk, frame};
    if (talk->kind == WSSC_TALK_STRANGE || watched->is_broken != 0) {
        wssc_ahead_clear(&watched->ahead);
        wssc_talk_take(talk, packet, place.kind, frame);
        return;
    }
    talk->is_late = 1;
    /* An acknowledgement of who has said more: what was it is not there. */
    gboolean is_blank = place.kind == WSSC_ARRIVAL_AHEAD && packet->segment.len == 0 && !packet->segment.is_fin;
    if ((is_blank && !packet->is_reset) ||
        !wssc_ahead_take(&watched->ahead, kept, packet, packet->segment.seq - place.missing, say, &saying))
        wssc_talk_give_up(talk);
}
