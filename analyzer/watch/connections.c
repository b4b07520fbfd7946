/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/connections.h"

struct WsscConnections {
    GHashTable *by_ends; /* set of WsscWatched, whose ends stand first */
    GPtrArray *in_order; /* WsscWatched, owned */
};

static void free_watched(gpointer data)
{
    WsscWatched *watched = data;
    wssc_talk_clear(&watched->talk);
    g_free(watched->flows);
    g_clear_pointer(&watched->early, g_array_unref);
    g_free(watched);
}

WsscConnections *wssc_connections_new(void)
{
    WsscConnections *connections = g_new0(WsscConnections, 1);
    G_STATIC_ASSERT(G_STRUCT_OFFSET(WsscWatched, ends) == 0);
    connections->by_ends = g_hash_table_new(wssc_ends_hash, wssc_ends_equal);
    connections->in_order = g_ptr_array_new_with_free_func(free_watched);
    return connections;
}

void wssc_connections_free(WsscConnections *connections)
{
    if (connections == NULL)
        return;
    g_hash_table_unref(connections->by_ends);
    g_ptr_array_unref(connections->in_order);
    g_free(connections);
}

WsscWatched *wssc_connections_of(WsscConnections *connections, const WsscEnds *ends)
{
    WsscWatched *watched = g_hash_table_lookup(connections->by_ends, ends);
    if (watched != NULL || connections->in_order->len >= WSSC_MAX_CONNECTIONS)
        return watched;
    watched = g_new0(WsscWatched, 1);
    watched->ends = *ends;
    g_hash_table_add(connections->by_ends, watched);
    g_ptr_array_add(connections->in_order, watched);
    watched->index = connections->in_order->len;
    return watched;
}

guint wssc_connections_count(const WsscConnections *connections)
{
    return connections->in_order->len;
}

WsscWatched *wssc_connections_get(const WsscConnections *connections, guint index)
{
    return connections->in_order->pdata[index - 1];
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
    WsscPlace place = {.is_repeat = FALSE};
    guint8 bit = (guint8)(1u << packet->side);
    gboolean had_begun = (watched->has_begun & bit) != 0;
    watched->is_cut |= packet->is_cut ? bit : 0;
    if (watched->flows == NULL && follow(watched, packet->side, &packet->segment, &place.kind)) {
        watched->is_untidy |= place.kind == WSSC_ARRIVAL_INSIDE ? bit : 0;
        return place;
    }
    if (watched->flows == NULL)
        begin_flows(watched);
    WsscArrival arrival = wssc_flow_take(&watched->flows[packet->side], &packet->segment);
    watched->has_begun |= bit;
    watched->is_reordered |= arrival.is_filling ? 1 : 0;
    /* A SYN on ports that were used before is a beginning, but not that of the connection. */
    if (arrival.kind != WSSC_ARRIVAL_NEXT && (arrival.kind != WSSC_ARRIVAL_SYN || had_begun))
        watched->is_untidy |= bit;
    place.kind = arrival.kind;
    place.is_repeat = arrival.is_repeat && (watched->is_cut & bit) == 0 && !packet->is_reset;
    return place;
}
