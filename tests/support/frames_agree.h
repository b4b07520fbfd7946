/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the analyzer's own reading of a capture (analyzer/watch/frames.h, plain.h) gives what Wiretap gives.
 */
#ifndef WSSC_TESTS_FRAMES_AGREE_H
#define WSSC_TESTS_FRAMES_AGREE_H

#include <glib.h>

typedef struct {
    guint frames;      /* Wiretap's */
    guint plain;       /* ... of them those that were read without it */
    gboolean is_plain; /* all of the file was */
} WsscFramesSeen;

/* Before the first. */
void frames_agree_init(void);
/* NULL: they agree, or Wiretap does not open the file. Else what is different; caller frees. */
char *frames_agree(const char *path, WsscFramesSeen *ret_seen);

#endif
