/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is read once from its beginning to its end, by large blocks, through a window of bounded size.
 */
#ifndef WSSC_WATCH_WINDOW_H
#define WSSC_WATCH_WINDOW_H

#include <glib.h>

#define WSSC_WINDOW_BLOCK (256u * 1024) /* octets read at a time: what stays in a processor's cache */
#define WSSC_WINDOW_MOST (384u * 1024)  /* ... that may be wanted at once */

typedef struct {
    int file;
    guint8 *octets;   /* WSSC_WINDOW_BLOCK + WSSC_WINDOW_MOST */
    gsize begin, end; /* of what is there and was not passed yet */
    gint64 place;     /* of begin, in the file */
    gboolean has_failed;
} WsscWindow;

/* FALSE: the file cannot be read. */
gboolean wssc_window_open(WsscWindow *window, const char *path);
void wssc_window_close(WsscWindow *window);
/* Reads on. */
void wssc_window_fill(WsscWindow *window, gsize wanted);

/* How many octets are there from the window's begin on: at least as many as wanted (WSSC_WINDOW_MOST at most), or all
 * that the file has, or none when it could not be read. */
static inline gsize wssc_window_want(WsscWindow *window, gsize wanted)
{
    if (window->end - window->begin < wanted)
        wssc_window_fill(window, wanted);
    return window->end - window->begin;
}

/* Octets that are there. Until more are wanted. */
static inline const guint8 *wssc_window_octets(const WsscWindow *window)
{
    return window->octets + window->begin;
}

static inline void wssc_window_pass(WsscWindow *window, gsize count)
{
    window->begin += count;
    window->place += (gint64)count;
}

#endif
