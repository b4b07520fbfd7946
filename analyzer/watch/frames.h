/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All records of a capture in their order, as the quick look over it wants them: read by plain.h as far as that goes,
 * and by Wiretap from there on.
 */
#ifndef WSSC_WATCH_FRAMES_H
#define WSSC_WATCH_FRAMES_H

#include "base/bytes.h"

struct wtap;

typedef struct {
    gboolean is_packet;
    gint64 place; /* in the file: where Wiretap finds it */
    /* of a packet: */
    gint64 time;       /* as in core */
    gsize on_wire;     /* octets */
    int encapsulation; /* Wiretap's */
    WsscBytes octets;  /* until the next is asked for */
} WsscSeenFrame;

typedef struct WsscFrames WsscFrames;

/* wth: the same file, from whose beginning Wiretap reads on; borrowed. */
WsscFrames *wssc_frames_new(const char *path, struct wtap *wth);
/* FALSE: there are no more. ret_err, ret_info: Wiretap's, why; 0 at the file's end. Caller frees ret_info. */
gboolean wssc_frames_next(WsscFrames *frames, WsscSeenFrame *ret_frame, int *ret_err, char **ret_info);
/* After the last: none of them was read by Wiretap, and the last one ends there. */
gboolean wssc_frames_were_plain(const WsscFrames *frames, gint64 *ret_end);
void wssc_frames_free(WsscFrames *frames);

#endif
