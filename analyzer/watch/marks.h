/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the quick look over a capture tells of its frames: segments.h says what each of these means.
 */
#ifndef WSSC_WATCH_MARKS_H
#define WSSC_WATCH_MARKS_H

enum {
    WSSC_SEGMENTS_REORDERED = 1,
    WSSC_SEGMENTS_IDLE = 2,
    WSSC_SEGMENTS_REPEATED = 4,
    WSSC_SEGMENTS_LEFT_OUT = 8,
    WSSC_SEGMENTS_QUIET = 16,
    WSSC_SEGMENTS_MOVED = 32, /* beside others */
    WSSC_SEGMENTS_LAST = 64,  /* of those of its connection that are dissected; where quiet is told */
    WSSC_SEGMENTS_PASSED_OVER = WSSC_SEGMENTS_IDLE | WSSC_SEGMENTS_REPEATED | WSSC_SEGMENTS_LEFT_OUT,
};

#endif
