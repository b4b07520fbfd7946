/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/window.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

gboolean wssc_window_open(WsscWindow *window, const char *path)
{
    *window = (WsscWindow){.file = g_open(path, O_RDONLY | O_CLOEXEC, 0)};
    if (window->file < 0)
        return FALSE;
    posix_fadvise(window->file, 0, 0, POSIX_FADV_SEQUENTIAL); /* should it fail, it is only slower */
    window->octets = g_malloc(WSSC_WINDOW_BLOCK + WSSC_WINDOW_MOST);
    return TRUE;
}

void wssc_window_close(WsscWindow *window)
{
    if (window->file >= 0)
        close(window->file);
    window->file = -1;
    g_clear_pointer(&window->octets, g_free);
}

/* 0: the end, or a failure. */
static gsize read_block(WsscWindow *window, gsize count)
{
    gint64 from = window->place + (gint64)(window->end - window->begin);
    gssize got;
    do
        got = pread(window->file, window->octets + window->end, count, from);
    while (got < 0 && errno == EINTR);
    window->has_failed |= got < 0;
    return got > 0 ? (gsize)got : 0;
}

void wssc_window_fill(WsscWindow *window, gsize wanted)
{
    gsize there = window->end - window->begin, got = 1;
    memmove(window->octets, window->octets + window->begin, there);
    window->begin = 0;
    window->end = there;
    while (got > 0 && window->end < MIN(wanted, WSSC_WINDOW_MOST)) {
        got = read_block(window, WSSC_WINDOW_BLOCK);
        window->end += got;
    }
    if (window->has_failed)
        window->end = 0;
}
