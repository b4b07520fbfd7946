/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One direction of a TCP connection, followed by its sequence numbers (RFC 9293 section 3.4): what came, what is
 * missing, what came late. The one place that counts them.
 */
#ifndef WSSC_WATCH_FLOW_H
#define WSSC_WATCH_FLOW_H

#include <glib.h>

#include "packet.h"

#define WSSC_FLOW_GAPS 16 /* missing at a time; of more nothing is kept */

/* Octets that did not come yet. */
typedef struct {
    guint32 start, end; /* sequence numbers, [start, end) */
    gpointer note;      /* the caller's; a gap that is filled in its middle becomes two with the same */
} WsscGap;

/* Begins zeroed. */
typedef struct {
    gboolean is_started;
    gboolean is_vague; /* more was missing at a time than is kept: what came is not known any more */
    guint32 first;     /* sequence number of the first octet that is known of */
    guint32 next;      /* sequence number behind all that came */
    WsscGap gaps[WSSC_FLOW_GAPS];
    guint gap_count;
    gboolean has_jump; /* a segment came from far ahead, and none that goes on from there: its number may be damaged */
    guint32 jump, jump_end;
} WsscFlow;

typedef enum {
    WSSC_ARRIVAL_SYN,    /* a connection begins, perhaps on ports that were used before */
    WSSC_ARRIVAL_INSIDE, /* the first segment of a connection whose beginning was not seen */
    WSSC_ARRIVAL_NEXT,
    WSSC_ARRIVAL_AHEAD,    /* octets before it are missing: the last of the gaps, where it was kept */
    WSSC_ARRIVAL_BEHIND,   /* begins before what came last: sent again, late, or to keep the connection alive */
    WSSC_ARRIVAL_LATE_SYN, /* of the connection as it is known */
} WsscArrivalKind;

typedef struct {
    WsscArrivalKind kind;
    gboolean is_new;     /* it brings octets that did not come yet */
    gboolean is_filling; /* ... some of them in gaps */
    gboolean is_repeat;  /* all of its octets, and a FIN, came before: whoever receives it has them */
    guint32 filled;      /* how many of its numbers were missing */
    guint32 missing;     /* octets, of one that is ahead */
    gboolean is_kept;    /* ... which are the last of the gaps */
    gpointer closed[WSSC_FLOW_GAPS];
    guint closed_count; /* notes of gaps that are filled now */
} WsscArrival;

WsscArrival wssc_flow_take(WsscFlow *flow, const WsscSegment *segment);

#endif
