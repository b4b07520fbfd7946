/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "watch/flow.h"

static WsscArrival take(WsscFlow *flow, guint32 seq, guint32 len)
{
    const WsscSegment segment = {.seq = seq, .len = len};
    return wssc_flow_take(flow, &segment);
}

static void test_kinds(void)
{
    WsscFlow flow = {0};
    const WsscSegment syn = {.seq = 0xFFFFFFF0u, .is_syn = TRUE}, again = {.seq = 0x12345678, .is_syn = TRUE};
    g_assert_cmpint(wssc_flow_take(&flow, &syn).kind, ==, WSSC_ARRIVAL_SYN);
    g_assert_cmpint(wssc_flow_take(&flow, &syn).kind, ==, WSSC_ARRIVAL_LATE_SYN);
    WsscArrival arrival = take(&flow, 0xFFFFFFF1u, 32); /* past the end of the numbers */
    g_assert_cmpint(arrival.kind, ==, WSSC_ARRIVAL_NEXT);
    g_assert_true(arrival.is_new);
    g_assert_cmpuint(flow.next, ==, 0x11);
    arrival = take(&flow, 0xFFFFFFF1u, 32); /* sent again */
    g_assert_cmpint(arrival.kind, ==, WSSC_ARRIVAL_BEHIND);
    g_assert_false(arrival.is_new);
    arrival = take(&flow, 0x10, 1); /* keeps the connection alive */
    g_assert_cmpint(arrival.kind, ==, WSSC_ARRIVAL_BEHIND);
    g_assert_false(arrival.is_new);
    arrival = take(&flow, 0x10, 5); /* half of it is new */
    g_assert_cmpint(arrival.kind, ==, WSSC_ARRIVAL_BEHIND);
    g_assert_true(arrival.is_new);
    arrival = take(&flow, 0x20, 0); /* an acknowledgement shows a gap, too */
    g_assert_cmpint(arrival.kind, ==, WSSC_ARRIVAL_AHEAD);
    g_assert_cmpuint(arrival.missing, ==, 0x20 - 0x15);
    g_assert_true(arrival.is_kept);
    g_assert_false(arrival.is_new);
    const WsscSegment fin = {.seq = 0x20, .len = 2, .is_fin = TRUE};
    g_assert_true(wssc_flow_take(&flow, &fin).is_new);
    g_assert_cmpuint(flow.next, ==, 0x23);
    g_assert_false(wssc_flow_take(&flow, &fin).is_new);
    g_assert_cmpuint(flow.next, ==, 0x23);
    g_assert_cmpuint(flow.gap_count, ==, 1);
    g_assert_cmpint(wssc_flow_take(&flow, &again).kind, ==, WSSC_ARRIVAL_SYN); /* the ports are used again */
    g_assert_cmpuint(flow.gap_count, ==, 0);
}

static void test_inside(void)
{
    WsscFlow flow = {0};
    g_assert_cmpint(take(&flow, 5000, 10).kind, ==, WSSC_ARRIVAL_INSIDE);
    g_assert_cmpint(take(&flow, 5010, 0).kind, ==, WSSC_ARRIVAL_NEXT);
}

/* What came before the first octet that is known of, or while more was missing than is kept, is no repeat. */
static void test_no_repeats(void)
{
    WsscFlow flow = {0};
    take(&flow, 5000, 10);
    g_assert_false(take(&flow, 4990, 10).is_repeat);
    g_assert_false(take(&flow, 4995, 10).is_repeat);
    g_assert_true(take(&flow, 5000, 10).is_repeat);
    g_assert_false(take(&flow, 5000, 0).is_repeat);
    const WsscSegment last = {.seq = 5000, .len = 10, .is_fin = TRUE};
    g_assert_false(wssc_flow_take(&flow, &last).is_repeat); /* the FIN is new */
    g_assert_true(wssc_flow_take(&flow, &last).is_repeat);
    for (guint i = 0; i <= WSSC_FLOW_GAPS; i++)
        take(&flow, 6000 + i * 20, 10);
    g_assert_true(flow.is_vague);
    g_assert_false(take(&flow, 5000, 10).is_repeat);
}

/* A gap that is filled from its middle is closed with its last piece, and by its one note. */
static void test_notes(void)
{
    WsscFlow flow = {0};
    char first[] = "first", second[] = "second";
    take(&flow, 0, 10);
    take(&flow, 40, 10);
    flow.gaps[flow.gap_count - 1].note = first;
    take(&flow, 60, 10);
    flow.gaps[flow.gap_count - 1].note = second;
    WsscArrival arrival = take(&flow, 20, 10);
    g_assert_true(arrival.is_filling && arrival.is_new && arrival.closed_count == 0);
    g_assert_cmpuint(flow.gap_count, ==, 3);
    arrival = take(&flow, 10, 10);
    g_assert_true(arrival.is_filling && arrival.closed_count == 0);
    arrival = take(&flow, 25, 40); /* what is left of the first, and half of the second */
    g_assert_cmpuint(arrival.closed_count, ==, 2);
    g_assert_cmpuint(flow.gap_count, ==, 0);
    g_assert_cmpuint(flow.next, ==, 70);
}

/* Against a plain list of the octets that came. */
static void test_against_a_list(void)
{
    enum { OCTETS = 400, SEGMENTS = 300 };
    for (guint round = 0; round < 200; round++) {
        WsscFlow flow = {0};
        gboolean came[OCTETS + 64] = {FALSE};
        guint base = round % 2 == 0 ? 0xFFFFFF80u : 1000, next = 0;
        take(&flow, base, 0);
        for (guint i = 0; i < SEGMENTS; i++) {
            guint start = (guint)g_test_rand_int_range(0, OCTETS), len = (guint)g_test_rand_int_range(0, 64);
            guint missing = 0, fresh = 0;
            if (flow.gap_count > WSSC_FLOW_GAPS - 3)
                start = 0; /* stay where every gap is kept */
            if (flow.gap_count > WSSC_FLOW_GAPS - 3)
                len = next;
            WsscArrival arrival = take(&flow, base + start, len);
            for (guint at = start; at < start + len; at++) {
                fresh += !came[at];
                came[at] = TRUE;
            }
            g_assert_cmpint(arrival.kind, ==,
                            start > next   ? WSSC_ARRIVAL_AHEAD
                            : start < next ? WSSC_ARRIVAL_BEHIND
                                           : WSSC_ARRIVAL_NEXT);
            g_assert_cmpint(arrival.is_new, ==, fresh > 0);
            g_assert_cmpint(arrival.is_repeat, ==, start < next && len > 0 && fresh == 0);
            next = MAX(next, start + len);
            for (guint at = 0; at < next; at++)
                missing += !came[at];
            guint kept = 0;
            for (guint g = 0; g < flow.gap_count; g++) {
                kept += flow.gaps[g].end - flow.gaps[g].start;
                g_assert_false(came[flow.gaps[g].start - base] || came[flow.gaps[g].end - base - 1]);
            }
            g_assert_cmpuint(kept, ==, missing);
            g_assert_cmpuint(flow.next, ==, base + next);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flow/kinds", test_kinds);
    g_test_add_func("/flow/inside", test_inside);
    g_test_add_func("/flow/no-repeats", test_no_repeats);
    g_test_add_func("/flow/notes", test_notes);
    g_test_add_func("/flow/against-a-list", test_against_a_list);
    return g_test_run();
}
