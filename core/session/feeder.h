/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Feeds a session while the caller goes on reading its capture: one thread parses the text messages, another one runs
 * the session. What the session makes of the messages is the same as with wssc_session_feed called at once.
 *
 *     WsscFeeder *feeder = wssc_feeder_new(session);
 *     wssc_feeder_feed(feeder, &unit);      (for each message, in the order of the capture)
 *     ...
 *     wssc_feeder_free(feeder);             (waits until the session has taken everything)
 *     ... wssc_session_...
 *
 * Between _new and _free, or until wssc_feeder_wait returns and nothing more is fed, nobody else may use the session or
 * its keyring. All calls come from one thread. What is under way is bounded: feeding waits when the session is behind.
 */
#ifndef WSSC_SESSION_FEEDER_H
#define WSSC_SESSION_FEEDER_H

#include "session/session.h"

typedef struct WsscFeeder WsscFeeder;

WsscFeeder *wssc_feeder_new(WsscSession *session);
void wssc_feeder_free(WsscFeeder *feeder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscFeeder, wssc_feeder_free)

/* As wssc_session_feed, without its answer: strings are copied, octets referenced, xml is taken over. */
void wssc_feeder_feed(WsscFeeder *feeder, const WsscUnit *unit);
/* As wssc_session_note_status and wssc_session_note_reset, in their place among the messages. */
void wssc_feeder_note_status(WsscFeeder *feeder, guint file, guint32 frame, gint64 time, guint64 stream, guint64 pair,
                             guint http_status);
void wssc_feeder_note_reset(WsscFeeder *feeder, guint file, guint32 frame, gint64 time, guint64 stream,
                            const char *src);
/* As wssc_session_note: strings are copied. */
void wssc_feeder_note(WsscFeeder *feeder, const WsscCarrierNote *note);
/* Returns when the session has taken all that was fed so far. */
void wssc_feeder_wait(WsscFeeder *feeder);

#endif
