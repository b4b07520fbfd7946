/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames that are taken behind others (early.h), while a pass goes over their file.
 */
#ifndef WSSC_WATCH_HELD_H
#define WSSC_WATCH_HELD_H

#include "watch/segments.h"

typedef struct WsscHeld WsscHeld;

/* moves: wssc_segments_moves; borrowed. */
WsscHeld *wssc_held_new(const GArray *moves);
void wssc_held_free(WsscHeld *held);
/* A frame that is marked as moved, in its turn. */
void wssc_held_put(WsscHeld *held, guint32 frame, gint64 place);
/* How many wait. */
guint wssc_held_count(const WsscHeld *held);
/* The next one that belongs behind a frame up to that number, which waits no longer; FALSE: there is none. */
gboolean wssc_held_next(WsscHeld *held, guint32 number, WsscFramePlace *ret_at);

#endif
