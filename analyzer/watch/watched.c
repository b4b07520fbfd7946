/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/watched.h"

void wssc_watched_free(gpointer data)
{
    WsscWatched *watched = data;
    if (watched == NULL)
        return;
    wssc_talk_clear(&watched->talk);
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

WsscPlace wssc_watched_take(WsscWatched *watched, const WsscPacket *packet)
{
    const WsscSegment *segment = &packet->segment;
    WsscPlace place = {.is_repeat = FALSE};
    guint8 bit = (guint8)(1u << packet->side);
    gboolean had_begun = (watched->has_begun & bit) != 0;
    watched->is_cut |= packet->is_cut ? bit : 0;
    watched->has_ended |= packet->is_reset ? WSSC_BOTH_ENDS : segment->is_fin ? bit : 0;
    if (watched->flows == NULL && follow(watched, packet->side, segment, &place.kind)) {
        watched->is_untidy |= place.kind == WSSC_ARRIVAL_INSIDE ? bit : 0;
        return place;
    }
    if (watched->flows == NULL)
        begin_flows(watched);
    WsscArrival arrival = wssc_flow_take(&watched->flows[packet->side], segment);
    watched->has_begun |= bit;
    watched->is_reordered |= arrival.is_filling ? 1 : 0;
    place.kind = arrival.kind;
    place.is_repeat = arrival.is_repeat && (watched->is_cut & bit) == 0 && !packet->is_reset;
    /* What nobody dissects, and what only keeps the connection alive. */
    gboolean is_empty = segment->len == 0 && !segment->is_syn && !segment->is_fin && !packet->is_reset;
    if (place.is_repeat || (arrival.kind == WSSC_ARRIVAL_BEHIND && is_empty))
        return place;
    /* A SYN on ports that were used before is a beginning, but not that of the connection. */
    if (arrival.kind != WSSC_ARRIVAL_NEXT && (arrival.kind != WSSC_ARRIVAL_SYN || had_begun))
        watched->is_untidy |= bit;
    if (arrival.kind != WSSC_ARRIVAL_NEXT && (had_begun || arrival.kind != WSSC_ARRIVAL_INSIDE))
        watched->has_gap |= had_begun || arrival.kind != WSSC_ARRIVAL_SYN ? bit : 0;
    return place;
}
