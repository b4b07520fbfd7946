/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/connections.h"

#include <string.h>

/* One place of a table with open addressing. */
typedef struct {
    guint32 hash;
    guint32 index; /* of the connection; 0: free */
} Slot;

struct WsscConnections {
    Slot *slots;
    guint32 room;        /* slots; a power of two, at least twice the connections */
    guint64 seed;        /* of the hash: nobody can make connections that meet in one place */
    WsscWatched *latest; /* looked for; or NULL */
    GPtrArray *in_order; /* WsscWatched, owned */
};

static void free_watched(gpointer data)
{
    WsscWatched *watched = data;
    wssc_talk_clear(&watched->talk);
    wssc_beginning_clear(&watched->beginning);
    g_free(watched->flows);
    g_clear_pointer(&watched->early, g_array_unref);
    g_free(watched);
}

WsscConnections *wssc_connections_new(void)
{
    enum { ROOM = 1024 };
    WsscConnections *connections = g_new0(WsscConnections, 1);
    connections->slots = g_new0(Slot, ROOM);
    connections->room = ROOM;
    connections->seed = (guint64)g_random_int() << 32 | g_random_int();
    connections->in_order = g_ptr_array_new_with_free_func(free_watched);
    return connections;
}

void wssc_connections_free(WsscConnections *connections)
{
    if (connections == NULL)
        return;
    g_free(connections->slots);
    g_ptr_array_unref(connections->in_order);
    g_free(connections);
}

static guint32 hash_of(const WsscConnections *connections, const WsscEnds *ends)
{
    G_STATIC_ASSERT(sizeof *ends % sizeof(guint64) == 0);
    guint64 hash = connections->seed, word;
    for (gsize at = 0; at < sizeof *ends; at += sizeof word) {
        memcpy(&word, (const guint8 *)ends + at, sizeof word);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    return (guint32)hash;
}

static void put(WsscConnections *connections, Slot own)
{
    guint32 at = own.hash & (connections->room - 1);
    while (connections->slots[at].index != 0)
        at = (at + 1) & (connections->room - 1);
    connections->slots[at] = own;
}

static void make_room(WsscConnections *connections)
{
    g_autofree Slot *before = connections->slots;
    guint32 count = connections->room;
    connections->room *= 2;
    connections->slots = g_new0(Slot, connections->room);
    for (guint32 i = 0; i < count; i++)
        if (before[i].index != 0)
            put(connections, before[i]);
}

static WsscWatched *add(WsscConnections *connections, const WsscEnds *ends, guint32 hash)
{
    WsscWatched *watched = g_new0(WsscWatched, 1);
    watched->ends = *ends;
    g_ptr_array_add(connections->in_order, watched);
    watched->index = connections->in_order->len;
    if (connections->in_order->len > connections->room / 2)
        make_room(connections);
    put(connections, (Slot){hash, watched->index});
    return watched;
}

/* Word by word, without a call. */
static gboolean is_of(const WsscWatched *watched, const WsscEnds *ends)
{
    guint64 differing = 0, one, other;
    for (gsize at = 0; at < sizeof *ends; at += sizeof one) {
        memcpy(&one, (const guint8 *)&watched->ends + at, sizeof one);
        memcpy(&other, (const guint8 *)ends + at, sizeof other);
        differing |= one ^ other;
    }
    return differing == 0;
}

WsscWatched *wssc_connections_of(WsscConnections *connections, const WsscEnds *ends)
{
    if (connections->latest != NULL && is_of(connections->latest, ends))
        return connections->latest;
    guint32 hash = hash_of(connections, ends), at = hash & (connections->room - 1);
    WsscWatched *watched = NULL;
    for (; watched == NULL && connections->slots[at].index != 0; at = (at + 1) & (connections->room - 1)) {
        WsscWatched *there = connections->in_order->pdata[connections->slots[at].index - 1];
        if (connections->slots[at].hash == hash && is_of(there, ends))
            watched = there;
    }
    if (watched == NULL && connections->in_order->len < WSSC_MAX_CONNECTIONS)
        watched = add(connections, ends, hash);
    connections->latest = watched;
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
