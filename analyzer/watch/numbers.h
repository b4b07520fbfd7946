/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A number for each frame of a capture: an array that grows, and costs next to nothing a number.
 */
#ifndef WSSC_WATCH_NUMBERS_H
#define WSSC_WATCH_NUMBERS_H

#include <glib.h>

/* Begins zeroed. */
typedef struct {
    guint32 *at;
    guint len, room;
} WsscNumbers;

/* Room for so many, which costs nothing before they come. */
static inline void wssc_numbers_expect(WsscNumbers *numbers, gsize count)
{
    enum { MOST = 1 << 26 };
    numbers->room = (guint)MIN(count, MOST);
    numbers->at = g_new(guint32, numbers->room);
}

static inline void wssc_numbers_add(WsscNumbers *numbers, guint32 number)
{
    enum { LEAST = 1024 };
    if (G_UNLIKELY(numbers->len == numbers->room)) {
        numbers->room = MAX(numbers->room * 2, LEAST);
        numbers->at = g_renew(guint32, numbers->at, numbers->room);
    }
    numbers->at[numbers->len++] = number;
}

static inline void wssc_numbers_clear(WsscNumbers *numbers)
{
    g_free(numbers->at);
    *numbers = (WsscNumbers){.len = 0};
}

#endif
