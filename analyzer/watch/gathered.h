/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames of a capture that are to be dissected, side by side in a file in memory: Wiretap reads 128 KB wherever it
 * jumps to, for one frame.
 */
#ifndef WSSC_WATCH_GATHERED_H
#define WSSC_WATCH_GATHERED_H

#include "watch/numbers.h"

struct wtap;

#define WSSC_GATHERED_MOST (32u * 1024 * 1024) /* octets; more are read where they lie */

/* path: of the capture that wth has open, which plain.h has read to its end. apart: of each frame, the octets from
 * where the one before it lies. end: where the last one ends. marks: of each; unwanted: bits of those that are not.
 * NULL: they are not gathered. Else the file, whose frames lie as apart says now, as far as they are wanted. */
struct wtap *wssc_gather(const char *path, struct wtap *wth, WsscNumbers *apart, gint64 end, const guint8 *marks,
                         guint8 unwanted);

#endif
