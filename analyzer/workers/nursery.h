/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that forks workers: it is forked itself before there are threads, and does nothing else, so that each
 * worker begins with libwireshark as it was then, however late it begins.
 */
#ifndef WSSC_WORKERS_NURSERY_H
#define WSSC_WORKERS_NURSERY_H

#include "workers/idle.h"
#include "workers/work.h"

typedef struct {
    GPid process;
    int control;
    GHashTable *workers; /* share -> process */
} WsscNursery;

/* FALSE when it cannot be begun. No other thread may run. */
gboolean wssc_nursery_begin(const WsscWork *work, WsscNursery *ret_nursery, GError **error);
/* A worker for the share; the descriptor to read its records from, or -1: it cannot be had. */
int wssc_nursery_fork(WsscNursery *nursery, guint share);
/* Whether the share's worker, or where none was forked yet the nursery, did nothing for longer than patience seconds:
 * then it is killed, the nursery with all workers. To be asked about once a second while nothing comes from the worker;
 * idle: see idle.h. */
gboolean wssc_nursery_kill_idle(WsscNursery *nursery, guint share, WsscIdle *idle, guint patience);
/* With all workers that are still there. */
void wssc_nursery_end(WsscNursery *nursery, guint patience);

#endif
