/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames of a capture as Wiretap would give them, for the quick look over it, read without Wiretap: that makes a
 * record of many parts for each and copies its octets twice, which takes as long as all that is done with them here.
 * Only what most captures are is read so: uncompressed pcap (2.4, in any order of octets, micro- or nanoseconds), and
 * pcapng of one section whose interfaces stand in front of the frames; link types that need no header of their own.
 * Whatever is otherwise, or damaged, is left to Wiretap.
 *
 * The file may be changed while it is read: it is read by blocks (a mapping of a file that is cut would end the
 * process), and nothing of one is looked at twice.
 */
#ifndef WSSC_WATCH_PLAIN_H
#define WSSC_WATCH_PLAIN_H

#include "base/bytes.h"

typedef struct {
    gint64 place; /* in the file: where Wiretap finds it */
    gint64 seconds;
    guint32 nanoseconds;
    guint32 on_wire;   /* octets */
    int encapsulation; /* Wiretap's */
    WsscBytes octets;  /* until the next frame is asked for */
} WsscPlainFrame;

typedef enum {
    WSSC_PLAIN_FRAME,
    WSSC_PLAIN_END,    /* of the file, behind a whole frame */
    WSSC_PLAIN_STRANGE /* what comes is not read here */
} WsscPlainResult;

typedef struct WsscPlain WsscPlain;
struct wtap;

/* wth: the same file, opened by Wiretap, which tells what it is and which interfaces it has; nothing is read from it.
 * NULL: none of it is read here. */
WsscPlain *wssc_plain_open(const char *path, struct wtap *wth);
/* After anything but a frame no more may be asked for. */
WsscPlainResult wssc_plain_next(WsscPlain *plain, WsscPlainFrame *ret_frame);
/* Behind the frame that was given last. */
gint64 wssc_plain_place(const WsscPlain *plain);
void wssc_plain_free(WsscPlain *plain);

#endif
