/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a worker tells at its end: of its connections what is told only when all of the capture was read.
 */
#ifndef WSSC_WORKERS_ENDING_H
#define WSSC_WORKERS_ENDING_H

#include "model/capture.h"
#include "watch/lost.h"
#include "workers/record.h"

/* Of one worker, or of all. */
typedef struct {
    WsscLostLog *lost;
    GPtrArray *closed_tls; /* WsscClosedTls */
    guint tls_sessions;
    guint32 cut_tls_frames;
} WsscEnding;

void wssc_ending_put(WsscRecordWriter *writer, guint64 key, const WsscEnding *ending);
/* Of the kinds that record.h gives to this: adds it. FALSE when the record is bad. */
gboolean wssc_ending_get(WsscRecord *record, WsscEnding *ending);

#endif
