/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Everything a session saw, as events: the schema is docs/events.md, version WSSC_EVENTS_VERSION. They are written as
 * they become final:
 *
 *     WsscEvents *events = wssc_events_new(writer, wssc_session_model(session), FALSE);
 *     wssc_session_tell_settled(session, wssc_events_take, events);        (messages, while the capture is read)
 *     wssc_events_put_capture(events, &capture);                           (after each file)
 *     wssc_session_finish(...);
 *     wssc_events_finish(events);                                          (what is left)
 */
#ifndef WSSC_REPORT_EVENTS_H
#define WSSC_REPORT_EVENTS_H

#include "model/capture.h"
#include "model/model.h"
#include "report/in_order.h"
#include "report/writer.h"

#define WSSC_EVENTS_VERSION 2

/* The members of all events, NULL-terminated: columns of CSV. */
extern const char *const wssc_event_members[];

typedef struct WsscEvents WsscEvents;

/* writer and model are borrowed. Secrets only with emit_keys. */
WsscEvents *wssc_events_new(WsscWriter *writer, const WsscModel *model, gboolean emit_keys);
void wssc_events_free(WsscEvents *events);
/* A message that is settled (model/message.h): it is written, with its signatures and decryptions, as soon as all
 * before it are. events: a WsscEvents. */
void wssc_events_take(gpointer events, const WsscMessage *message);
/* on_put is called for each message that was written. */
void wssc_events_tell_put(WsscEvents *events, WsscPutMessage on_put, gpointer user);
/* What was read of one file, and what was not. */
void wssc_events_put_capture(WsscEvents *events, const WsscCapture *capture);
/* After wssc_session_finish: the messages that are not written yet, in their order, then what connections told,
 * exchanges, keys, transitions and findings. */
void wssc_events_finish(WsscEvents *events);

#endif
