/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A progress bar on standard error.
 */
#ifndef WSSC_ANALYZER_PROGRESS_H
#define WSSC_ANALYZER_PROGRESS_H

#include <glib.h>

typedef struct WsscProgress WsscProgress;

/* total in octets; not shown: every call does nothing. */
WsscProgress *wssc_progress_new(gboolean is_shown, const char *what, gint64 total);
void wssc_progress_at(WsscProgress *progress, gint64 done, guint32 frames);
/* Clears the line. */
void wssc_progress_free(WsscProgress *progress);

#endif
