/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/flow.h"

#define MAX_LATE 65536      /* octets within which a SYN is one that comes late */
#define MAX_AHEAD (1 << 20) /* ... that are taken to be missing at the word of one segment */

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
        arrival->filled += (has_after ? end : gap->end) - (has_before ? start : gap->start);
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

/* From far ahead: believed when a second one goes on from there. Until then what comes in its place is in its place. */
static gboolean is_believed(WsscFlow *flow, const WsscSegment *segment, guint32 end)
{
    gboolean goes_on = flow->has_jump && segment->seq != flow->jump && segment->seq - flow->jump_end <= MAX_AHEAD;
    if (!goes_on && !(flow->has_jump && segment->seq == flow->jump)) {
        flow->jump = segment->seq;
        flow->jump_end = end;
    }
    flow->has_jump = !goes_on;
    return goes_on;
}

static void go_ahead(WsscFlow *flow, const WsscSegment *segment, guint32 end, WsscArrival *arrival)
{
    guint32 start = segment->seq, missing = start - flow->next;
    arrival->kind = WSSC_ARRIVAL_AHEAD;
    if (missing > MAX_AHEAD && !is_believed(flow, segment, end)) {
        arrival->is_new = segment->len > 0;
        return;
    }
    if (missing > MAX_AHEAD)
        start = flow->jump;
    arrival->missing = start - flow->next;
    arrival->is_kept = flow->gap_count < WSSC_FLOW_GAPS;
    if (arrival->is_kept)
        flow->gaps[flow->gap_count++] = (WsscGap){flow->next, start, NULL};
    else
        flow->is_vague = TRUE;
    arrival->is_new = segment->len > 0;
    flow->next = end;
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
        go_ahead(flow, segment, end, &arrival);
        return arrival;
    }
    if (ahead < 0) {
        arrival.kind = WSSC_ARRIVAL_BEHIND;
        fill_gaps(flow, segment->seq, end, &arrival);
        /* Where the first one was out of its place; less than two octets keep the connection alive. */
        arrival.is_new |= (gint32)(segment->seq - flow->first) < 0 && segment->len > 1;
        arrival.is_repeat = segment->len > 0 && !arrival.is_new && !flow->is_vague &&
                            (gint32)(segment->seq - flow->first) >= 0 && (gint32)(end - flow->next) <= 0;
    }
    arrival.is_new |= is_beyond;
    if ((gint32)(end - flow->next) > 0)
        flow->next = end;
    return arrival;
}
