/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Everything a session saw, as events: the schema is docs/events.md, version WSSC_EVENTS_VERSION.
 */
#ifndef WSSC_REPORT_EVENTS_H
#define WSSC_REPORT_EVENTS_H

#include <json-glib/json-glib.h>

#include "session/session.h"

#define WSSC_EVENTS_VERSION 1

/* What was read of one file, and what was not. closed_tls: objects client, server, first_frame, last_frame;
 * a reference of its own is taken. */
void wssc_events_add_capture(JsonArray *events, const char *file, guint32 frames, gint64 first_time, gint64 last_time,
                             const char *damage, JsonArray *closed_tls);
/* Messages with their signatures and decryptions, then exchanges, keys, transitions and findings. Secrets
 * only with emit_keys. */
void wssc_events_add_session(JsonArray *events, const WsscSession *session, gboolean emit_keys);

#endif
