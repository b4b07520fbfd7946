/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection of TLS and what was decrypted of it. Each segment stands behind three octets: who sends it, its length,
 * and how many records were decrypted, which follow it, each behind its type and its length.
 */
#include "fuzz.h"
#include "watch/inner.h"

enum { RECORD_HEAD = 5, MOST_OPENED = 4 };

static WsscBytes cut(WsscBytes *input, gsize len)
{
    gsize taken = MIN(len, input->len);
    WsscBytes piece = wssc_bytes(input->data, taken);
    *input = wssc_bytes(input->data + taken, input->len - taken);
    return piece;
}

static guint8 next(WsscBytes *input)
{
    WsscBytes one = cut(input, 1);
    return one.len > 0 ? one.data[0] : 0;
}

/* Turns are whole records, one end's after the other's. */
static void check_turns(const WsscInner *inner)
{
    gsize octets = 0;
    for (guint i = 0; i < wssc_inner_turns(inner); i++) {
        WsscInnerTurn turn = wssc_inner_turn(inner, i);
        FUZZ_ASSERT(i == 0 || turn.is_from_server != wssc_inner_turn(inner, i - 1).is_from_server);
        gsize at = 0;
        while (at + RECORD_HEAD <= turn.octets->len)
            at += RECORD_HEAD + ((gsize)turn.octets->data[at + 3] << 8 | turn.octets->data[at + 4]);
        FUZZ_ASSERT(at == turn.octets->len && at > 0);
        octets += at;
    }
    FUZZ_ASSERT(octets == wssc_inner_octets(inner));
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscBytes input = wssc_bytes(data, size);
    WsscInner *inner = wssc_inner_new();
    GArray *opened = g_array_new(FALSE, FALSE, sizeof(WsscTlsOpened));
    WsscTlsPlace place = {.keys = 1};
    while (input.len > 0) {
        gboolean was_lost = wssc_inner_is_lost(inner), is_from_server = next(&input) % 2 == 1;
        gsize len = next(&input);
        guint count = next(&input) % MOST_OPENED;
        g_autoptr(GBytes) segment = fuzz_octets(cut(&input, len));
        g_array_set_size(opened, 0);
        for (guint i = 0; i < count; i++) {
            WsscTlsOpened one = {.type = next(&input)};
            one.octets = cut(&input, next(&input));
            g_array_append_val(opened, one);
        }
        place.next[is_from_server ? 1 : 0] += count;
        wssc_inner_take(inner, is_from_server, wssc_bytes_of(segment), opened, count > 0 ? &place : NULL);
        FUZZ_ASSERT(!was_lost || wssc_inner_is_lost(inner));
        FUZZ_ASSERT(!wssc_inner_is_lost(inner) || !wssc_inner_is_between(inner, NULL));
        check_turns(inner);
    }
    g_array_unref(opened);
    wssc_inner_free(inner);
    return 0;
}
