/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/flow.h"

#define MAX_LATE 65536 /* octets within which a SYN is one that comes late */

static gboolean has_gap_of(const WsscFlow *flow, gconstpointer note)
{
    for (guint i = 0; i < flow->gap_count; i++)
        if (flow->gaps[i].note == note)
            return TRUE;
    return FALSE;
}

static void close_gap(WsscFlow *flow, guint index, WsscArrival *arrival)
{
    gpointer note = flow->gaps[index].note;
    flow->gaps[index] = flow->gaps[--flow->gap_count];
    if (note != NULL && !has_gap_of(flow, note))
        arrival->closed[arrival->closed_count++] = note;
}

/* The segment holds start to end. From the last gap on: a closed one gives its place to the last. */
static void fill_gaps(WsscFlow *flow, guint32 start, guint32 end, WsscArrival *arrival)
{
    if (start == end)
        return;
    for (guint i = flow->gap_count; i > 0; i--) {
        WsscGap *gap = &flow->gaps[i - 1];
        if ((gint32)(start - gap->end) >= 0 || (gint32)(end - gap->start) <= 0)
            continue;
        gboolean has_before = (gint32)(start - gap->start) > 0, has_after = (gint32)(gap->end - end) > 0;
        arrival->is_filling = arrival->is_new = TRUE;
        if (!has_before && !has_after) {
            close_gap(flow, i - 1, arrival);
            continue;
        }
        if (has_before && has_after && flow->gap_count < WSSC_FLOW_GAPS)
            flow->gaps[flow->gap_count++] = (WsscGap){end, gap->end, gap->note};
        else if (has_before && has_after)
            flow->is_vague = TRUE;
        if (has_before)
            gap->end = start;
        else
            gap->start = end;
    }
}

static WsscArrival take_syn(WsscFlow *flow, const WsscSegment *segment)
{
    if (flow->is_started && flow->next - (segment->seq + 1) < MAX_LATE)
        return (WsscArrival){.kind = WSSC_ARRIVAL_LATE_SYN};
    *flow = (WsscFlow){.is_started = TRUE, .first = segment->seq + 1, .next = segment->seq + 1 + segment->len};
    return (WsscArrival){.kind = WSSC_ARRIVAL_SYN, .is_new = segment->len > 0};
}

WsscArrival wssc_flow_take(WsscFlow *flow, const WsscSegment *segment)
{
    guint32 end = segment->seq + segment->len + (segment->is_fin ? 1 : 0);
    WsscArrival arrival = {.kind = WSSC_ARRIVAL_NEXT};
    if (segment->is_syn)
        return take_syn(flow, segment);
    if (!flow->is_started) {
        flow->is_started = TRUE;
        flow->first = segment->seq;
        flow->next = end;
        return (WsscArrival){.kind = WSSC_ARRIVAL_INSIDE, .is_new = segment->len > 0};
    }
    gint32 ahead = (gint32)(segment->seq - flow->next);
    gboolean is_beyond = segment->len > 0 && (gint32)(segment->seq + segment->len - flow->next) > 0;
    if (ahead > 0) {
        arrival.kind = WSSC_ARRIVAL_AHEAD;
        arrival.missing = (guint32)ahead;
        arrival.is_kept = flow->gap_count < WSSC_FLOW_GAPS;
        if (arrival.is_kept)
            flow->gaps[flow->gap_count++] = (WsscGap){flow->next, segment->seq, NULL};
        else
            flow->is_vague = TRUE;
    } else if (ahead < 0) {
        arrival.kind = WSSC_ARRIVAL_BEHIND;
        fill_gaps(flow, segment->seq, end, &arrival);
        arrival.is_repeat = segment->len > 0 && !arrival.is_new && !flow->is_vague &&
                            (gint32)(segment->seq - flow->first) >= 0 && (gint32)(end - flow->next) <= 0;
    }
    arrival.is_new |= is_beyond;
    if ((gint32)(end - flow->next) > 0)
        flow->next = end;
    return arrival;
}
