/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <stdio.h>

#define BAR_WIDTH 30
#define INTERVAL (G_USEC_PER_SEC / 10)

struct WsscProgress {
    char *what;
    gint64 total, next;
    gboolean is_drawn;
};

WsscProgress *wssc_progress_new(gboolean is_shown, const char *what, gint64 total)
{
    if (!is_shown || total <= 0)
        return NULL;
    WsscProgress *progress = g_new0(WsscProgress, 1);
    progress->what = g_path_get_basename(what);
    progress->total = total;
    /* Short files need no bar. */
    progress->next = g_get_monotonic_time() + 3 * INTERVAL;
    return progress;
}

void wssc_progress_at(WsscProgress *progress, gint64 done, guint32 frames)
{
    if (progress == NULL || (frames & 255) != 0 || g_get_monotonic_time() < progress->next)
        return;
    int filled = (int)(BAR_WIDTH * CLAMP((double)done / (double)progress->total, 0, 1));
    progress->next = g_get_monotonic_time() + INTERVAL;
    progress->is_drawn = TRUE;
    fprintf(stderr, "\r%s [%.*s%*s] %3d %% %u frames", progress->what, filled, "##############################",
            BAR_WIDTH - filled, "", filled * 100 / BAR_WIDTH, frames);
    fflush(stderr);
}

void wssc_progress_free(WsscProgress *progress)
{
    if (progress == NULL)
        return;
    if (progress->is_drawn)
        fprintf(stderr, "\r\033[K");
    g_free(progress->what);
    g_free(progress);
}
