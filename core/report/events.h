/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Everything a session saw, as events: the schema is docs/events.md, version WSSC_EVENTS_VERSION.
 */
#ifndef WSSC_REPORT_EVENTS_H
#define WSSC_REPORT_EVENTS_H

#include "model/capture.h"
#include "model/model.h"
#include "report/writer.h"

#define WSSC_EVENTS_VERSION 1

/* The members of all events, NULL-terminated: columns of CSV. */
extern const char *const wssc_event_members[];

/* What was read of one file, and what was not. */
void wssc_events_put_capture(WsscWriter *writer, const WsscCapture *capture);
/* Messages with their signatures and decryptions, then exchanges, keys, transitions and findings. Secrets
 * only with emit_keys. */
void wssc_events_put_model(WsscWriter *writer, const WsscModel *model, gboolean emit_keys);

#endif
