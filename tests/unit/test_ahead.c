/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Segments that come in any order are told in that of their numbers; what overlaps, or is too much, is given up.
 */
#include <string.h>

#include "watch/ahead.h"

enum { COUNT = 5, SIZE = 3, ENDS = 2 };

/* By end: the first number, near where numbers begin anew. */
static const guint32 starts[ENDS] = {1000, 0xfffffffb};
static const char *const texts[ENDS] = {"abcdefghijklmno", "ABCDEFGHIJKLMNO"};

typedef struct {
    GString *told[ENDS];
    guint empty;
} Heard;

static void hear(gpointer user, const WsscPacket *packet)
{
    Heard *heard = user;
    heard->empty += packet->segment.len == 0 ? 1 : 0;
    g_string_append_len(heard->told[packet->side], (const char *)packet->payload.data, (gssize)packet->payload.len);
}

static WsscPacket packet_of(guint side, guint nth, guint len)
{
    return (WsscPacket){.side = side,
                        .segment = {.seq = starts[side] + nth * SIZE, .len = len},
                        .payload = wssc_bytes(texts[side] + nth * SIZE, len)};
}

static void play(const guint *order)
{
    WsscAhead *ahead = NULL;
    Heard heard = {.told = {g_string_new(NULL), g_string_new(NULL)}};
    gsize kept = 0;
    for (guint i = 0; i < COUNT; i++) {
        for (guint side = 0; side < ENDS; side++) {
            WsscPacket packet = packet_of(side, order[side == 0 ? i : COUNT - 1 - i], SIZE);
            g_assert_true(
                wssc_ahead_take(&ahead, &kept, &packet, starts[side] + (guint32)heard.told[side]->len, hear, &heard));
        }
        g_assert_true((ahead == NULL) == (kept == 0));
    }
    g_assert_null(ahead);
    for (guint side = 0; side < ENDS; side++) {
        g_assert_cmpstr(heard.told[side]->str, ==, texts[side]);
        g_string_free(heard.told[side], TRUE);
    }
}

static void permute(guint *order, guint at)
{
    if (at == COUNT)
        play(order);
    for (guint i = at; i < COUNT; i++) {
        guint kept = order[at];
        order[at] = order[i];
        order[i] = kept;
        permute(order, at + 1);
        order[i] = order[at];
        order[at] = kept;
    }
}

static void test_orders(void)
{
    guint order[COUNT] = {0, 1, 2, 3, 4};
    permute(order, 0);
}

/* Acknowledgements and what keeps a connection alive are told at once. */
static void test_empty(void)
{
    WsscAhead *ahead = NULL;
    Heard heard = {.told = {g_string_new(NULL), g_string_new(NULL)}};
    gsize kept = 0;
    WsscPacket later = packet_of(0, 1, SIZE), bare = packet_of(0, 2, 0), other = packet_of(1, 0, 0);
    g_assert_true(wssc_ahead_take(&ahead, &kept, &later, starts[0], hear, &heard));
    g_assert_true(wssc_ahead_take(&ahead, &kept, &bare, 0, hear, &heard));
    g_assert_true(wssc_ahead_take(&ahead, &kept, &other, starts[1], hear, &heard));
    g_assert_cmpuint(heard.empty, ==, 2);
    g_assert_cmpuint(kept, >=, SIZE);
    wssc_ahead_clear(&ahead);
    g_assert_cmpuint(kept, ==, 0);
    for (guint side = 0; side < ENDS; side++)
        g_string_free(heard.told[side], TRUE);
}

static void refuse(const WsscPacket *first, const WsscPacket *second)
{
    WsscAhead *ahead = NULL;
    Heard heard = {.told = {g_string_new(NULL), g_string_new(NULL)}};
    gsize kept = 0;
    g_assert_true(wssc_ahead_take(&ahead, &kept, first, starts[0], hear, &heard));
    g_assert_false(wssc_ahead_take(&ahead, &kept, second, starts[0], hear, &heard));
    g_assert_null(ahead);
    g_assert_cmpuint(kept, ==, 0);
    for (guint side = 0; side < ENDS; side++)
        g_string_free(heard.told[side], TRUE);
}

static void test_refused(void)
{
    WsscPacket later = packet_of(0, 1, SIZE), wider = packet_of(0, 1, SIZE + 1), syn = packet_of(0, 0, 0),
               before = packet_of(0, 0, SIZE), inside = packet_of(0, 1, 1);
    before.segment.seq--;
    inside.segment.seq++;
    syn.segment.is_syn = TRUE;
    refuse(&later, &wider);
    refuse(&wider, &inside);
    refuse(&later, &before);
    refuse(&later, &syn);
}

static void test_bound(void)
{
    enum { MANY = 1000 };
    WsscAhead *ahead = NULL;
    gsize kept = 0;
    guint count = 0;
    gboolean is_good = TRUE;
    for (; count < MANY && is_good; count++) {
        WsscPacket packet = packet_of(0, 0, 1);
        packet.segment.seq += 1 + 2 * count;
        is_good = wssc_ahead_take(&ahead, &kept, &packet, starts[0], hear, NULL);
    }
    g_assert_false(is_good);
    g_assert_cmpuint(count, <, MANY);
    g_assert_null(ahead);
    g_assert_cmpuint(kept, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ahead/orders", test_orders);
    g_test_add_func("/ahead/empty", test_empty);
    g_test_add_func("/ahead/refused", test_refused);
    g_test_add_func("/ahead/bound", test_bound);
    return g_test_run();
}
