/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/held.h"

#include "watch/early.h"

struct WsscHeld {
    const GArray *moves; /* WsscMove, or NULL */
    guint next;          /* of them */
    GArray *frames;      /* WsscFramePlace */
};

WsscHeld *wssc_held_new(const GArray *moves)
{
    WsscHeld *held = g_new0(WsscHeld, 1);
    held->moves = moves;
    held->frames = g_array_new(FALSE, FALSE, sizeof(WsscFramePlace));
    return held;
}

void wssc_held_free(WsscHeld *held)
{
    g_array_unref(held->frames);
    g_free(held);
}

void wssc_held_put(WsscHeld *held, guint32 frame, gint64 place)
{
    const WsscFramePlace at = {frame, place};
    g_array_append_val(held->frames, at);
}

guint wssc_held_count(const WsscHeld *held)
{
    return held->frames->len;
}

static gboolean take(WsscHeld *held, guint32 frame, WsscFramePlace *ret_at)
{
    for (guint i = 0; i < held->frames->len; i++) {
        *ret_at = g_array_index(held->frames, WsscFramePlace, i);
        if (ret_at->frame == frame) {
            g_array_remove_index(held->frames, i);
            return TRUE;
        }
    }
    return FALSE;
}

gboolean wssc_held_next(WsscHeld *held, guint32 number, WsscFramePlace *ret_at)
{
    while (held->moves != NULL && held->next < held->moves->len) {
        const WsscMove *move = &g_array_index(held->moves, WsscMove, held->next);
        if (move->behind > number)
            return FALSE;
        held->next++;
        if (take(held, move->frame, ret_at))
            return TRUE;
    }
    return FALSE;
}
