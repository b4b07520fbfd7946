/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/ahead.h"

#define MAX_SEGMENTS 256u            /* of a connection */
#define MAX_KEPT (32u * 1024 * 1024) /* octets, of all */
#define OWN_OCTETS 256u              /* of a segment, beside its payload */
#define NOWHERE ((gint32)(1 << 30))  /* so far ahead numbers say nothing */

typedef struct {
    WsscPacket packet;
    GByteArray *payload; /* its own */
} Segment;

struct WsscAhead {
    GArray *segments; /* Segment, by side and number */
    guint32 next[2];  /* of each end, what is to come */
    gboolean has_next[2];
    gsize *kept; /* octets, of all connections */
};

static guint32 end_of(const WsscSegment *segment)
{
    return segment->seq + segment->len + (segment->is_fin ? 1 : 0);
}

static void clear_segment(gpointer data)
{
    g_byte_array_unref(((Segment *)data)->payload);
}

static gsize octets_of(const Segment *segment)
{
    return segment->payload->len + OWN_OCTETS;
}

void wssc_ahead_clear(WsscAhead **ahead)
{
    if (*ahead == NULL)
        return;
    for (guint i = 0; i < (*ahead)->segments->len; i++)
        *(*ahead)->kept -= octets_of(&g_array_index((*ahead)->segments, Segment, i));
    g_array_unref((*ahead)->segments);
    g_clear_pointer(ahead, g_free);
}

static WsscAhead *ahead_new(gsize *kept)
{
    WsscAhead *ahead = g_new0(WsscAhead, 1);
    ahead->kept = kept;
    ahead->segments = g_array_new(FALSE, FALSE, sizeof(Segment));
    g_array_set_clear_func(ahead->segments, clear_segment);
    return ahead;
}

/* FALSE: it overlaps one that is kept, or there is no room. */
static gboolean keep(WsscAhead *ahead, const WsscPacket *packet)
{
    const Segment own = {*packet, g_byte_array_new()};
    guint at = 0;
    g_byte_array_append(own.payload, packet->payload.data, (guint)packet->payload.len);
    for (; at < ahead->segments->len; at++) {
        const WsscPacket *other = &g_array_index(ahead->segments, Segment, at).packet;
        if (other->side == packet->side && (gint32)(other->segment.seq - end_of(&packet->segment)) >= 0)
            break;
        if (other->side == packet->side && (gint32)(packet->segment.seq - end_of(&other->segment)) < 0)
            return g_byte_array_unref(own.payload), FALSE;
    }
    *ahead->kept += octets_of(&own);
    g_array_insert_val(ahead->segments, at, own);
    return ahead->segments->len <= MAX_SEGMENTS && *ahead->kept <= MAX_KEPT;
}

/* Those of that end that are next. */
static void tell_next(WsscAhead *ahead, guint side, WsscTellSegment tell, gpointer user)
{
    for (guint at = 0; at < ahead->segments->len;) {
        Segment *segment = &g_array_index(ahead->segments, Segment, at);
        WsscPacket packet = segment->packet;
        if (packet.side != side || packet.segment.seq != ahead->next[side]) {
            at++;
            continue;
        }
        packet.payload = wssc_bytes(segment->payload->data, segment->payload->len);
        ahead->next[side] = end_of(&packet.segment);
        tell(user, &packet);
        *ahead->kept -= octets_of(segment);
        g_array_remove_index(ahead->segments, at);
        at = 0;
    }
}

static gboolean take(WsscAhead *ahead, const WsscPacket *packet, WsscTellSegment tell, gpointer user)
{
    guint side = packet->side;
    gint32 distance = (gint32)(packet->segment.seq - ahead->next[side]);
    gboolean is_empty = end_of(&packet->segment) == packet->segment.seq;
    if (packet->segment.is_syn || distance > NOWHERE || (distance < 0 && !is_empty))
        return FALSE;
    if (is_empty) {
        tell(user, packet);
        return TRUE;
    }
    if (distance > 0)
        return keep(ahead, packet);
    ahead->next[side] = end_of(&packet->segment);
    tell(user, packet);
    tell_next(ahead, side, tell, user);
    return TRUE;
}

gboolean wssc_ahead_take(WsscAhead **ahead, gsize *kept, const WsscPacket *packet, guint32 expected,
                         WsscTellSegment tell, gpointer user)
{
    guint side = packet->side;
    if (*ahead == NULL)
        *ahead = ahead_new(kept);
    if (!(*ahead)->has_next[side])
        (*ahead)->next[side] = expected;
    (*ahead)->has_next[side] = TRUE;
    gboolean is_good = take(*ahead, packet, tell, user);
    if (!is_good || (*ahead)->segments->len == 0)
        wssc_ahead_clear(ahead);
    return is_good;
}
