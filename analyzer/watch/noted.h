/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is noted of each frame during the quick look over a capture, in one number.
 */
#ifndef WSSC_WATCH_NOTED_H
#define WSSC_WATCH_NOTED_H

#include "watch/triage.h"

/* One of these, with a class of UDP added, or with a connection's index above WSSC_NOTED_FLAGS bits, or with the number
 * of a flow of QUIC. Loose: what has to do with no other frame, but for what is inside, or by its ends. */
enum {
    WSSC_NOTED_DISSECTED,
    WSSC_NOTED_NOTHING,
    WSSC_NOTED_UDP,
    WSSC_NOTED_LOOSE = WSSC_NOTED_UDP + WSSC_TRIAGE_UDP_CLASSES,
    WSSC_NOTED_CONNECTIONS = 16
};
#define WSSC_NOTED_QUIC 0x80000000u
enum {
    WSSC_NOTED_IDLE = 1,    /* a bare acknowledgement in its place */
    WSSC_NOTED_REPEAT = 2,  /* nothing that did not come before */
    WSSC_NOTED_AT_REST = 4, /* behind it nothing is under way on the connection */
    WSSC_NOTED_FLAGS = 3,
};
G_STATIC_ASSERT((guint64)WSSC_CONNECTIONS_MOST << (WSSC_NOTED_FLAGS + 1) < WSSC_NOTED_QUIC);

/* The connection's index; 0: of none. */
static inline guint32 wssc_noted_index(guint32 noted)
{
    return noted >= WSSC_NOTED_CONNECTIONS && (noted & WSSC_NOTED_QUIC) == 0
               ? (noted - WSSC_NOTED_CONNECTIONS) >> WSSC_NOTED_FLAGS
               : 0;
}

/* A connection that seems to go on inside of a frame; or datagrams' ends, as if they were one. */
typedef struct {
    guint32 frame, index;
} WsscInside;

#endif
