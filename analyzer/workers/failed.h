/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is lost with a worker that ended before it was done.
 */
#ifndef WSSC_WORKERS_FAILED_H
#define WSSC_WORKERS_FAILED_H

#include "watch/segments.h"
#include "workers/inflow.h"

/* Appends a WsscUnreadOctets for each direction of the connections whose frames it did not tell of. */
void wssc_failed_note(const WsscSegments *segments, const WsscInflow *inflow, GPtrArray *failed);

#endif
