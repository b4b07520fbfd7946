/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes from one worker: records, as they are, and how far it is.
 */
#ifndef WSSC_WORKERS_INFLOW_H
#define WSSC_WORKERS_INFLOW_H

#include "watch/sharing.h"
#include "workers/idle.h"
#include "workers/record.h"

/* Octets that wait, beyond which nothing is read that nobody waits for. */
#define WSSC_INFLOW_OCTETS (4u * 1024 * 1024)

typedef struct {
    guint share;
    const WsscShareSpan *span;
    int from;           /* descriptor; -1: nothing comes any more */
    GByteArray *octets; /* that came; from "at" on they wait */
    gsize at;
    guint64 passed;     /* key up to which all has come that will */
    gboolean is_done;   /* it said so */
    WsscIdle idle;      /* while nothing comes */
    gboolean is_stuck;  /* it did nothing for so long that nobody waits for it any more */
    GHashTable *tables; /* finds.h */
    GArray *numbers[2]; /* guint64: of its connections of TCP, and of others, in the order in which it met them */
} WsscInflow;

WsscInflow *wssc_inflow_new(guint share, const WsscShareSpan *span, int from);
void wssc_inflow_free(gpointer inflow);

/* Reads what is there, without waiting where it is not blocked. */
void wssc_inflow_read(WsscInflow *inflow);
gboolean wssc_inflow_is_full(const WsscInflow *inflow);
/* The next record, which stays; FALSE: it is not all there. Marks are passed over. */
gboolean wssc_inflow_peek(WsscInflow *inflow, WsscRecord *ret_record);
/* It was taken. */
void wssc_inflow_drop(WsscInflow *inflow, const WsscRecord *record);
/* Nothing is read any more; what came stays. */
void wssc_inflow_stop(WsscInflow *inflow);
/* Nothing is read any more, and what came is of no use: the worker sent what cannot be read. */
void wssc_inflow_give_up(WsscInflow *inflow);
/* Nothing waits, and nothing comes. */
gboolean wssc_inflow_is_over(WsscInflow *inflow);

#endif
