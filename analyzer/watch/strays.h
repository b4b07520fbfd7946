/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames whose heads were damaged on the way, so that what they carry is read as something else or not at all: a
 * flipped octet in IPv4's header is shown by its checksum (RFC 791 section 3.1).
 */
#ifndef WSSC_WATCH_STRAYS_H
#define WSSC_WATCH_STRAYS_H

#include "packet.h"

/* Begins zeroed. */
typedef struct {
    guint64 good, bad; /* heads, by their checksum */
    gboolean is_sure;  /* one is damaged whatever checksums say */
    GArray *frames;    /* WsscStray; or NULL */
} WsscStrays;

typedef struct {
    WsscEnds ends; /* as the damaged head says */
    guint side;
    guint32 first, last; /* frames */
    guint64 octets;
    gint64 time; /* of the first */
} WsscStray;

/* A frame; is_placed: its octets stand where they belong all the same. */
void wssc_strays_take(WsscStrays *strays, const WsscHead *head, gboolean is_placed, guint32 frame, gint64 time);
/* Heads of the capture are damaged: not so where all that speaks for it is that most checksums do not fit, which nobody
 * computed then. */
gboolean wssc_strays_are_real(const WsscStrays *strays);
void wssc_strays_clear(WsscStrays *strays);

#endif
