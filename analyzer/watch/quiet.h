/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in a capture nothing is under way that libwireshark would have to remember (segments.h, quiet).
 */
#ifndef WSSC_WATCH_QUIET_H
#define WSSC_WATCH_QUIET_H

#include "watch/connections.h"
#include "watch/numbers.h"

typedef struct {
    const WsscConnections *connections; /* closed */
    const WsscNumbers *noted;           /* of each frame: noted.h */
    const GArray *inside;               /* WsscInside, by frame; or NULL */
    gboolean has_keys;                  /* for TLS */
    gboolean is_in_turn;                /* no frame is moved */
} WsscQuietView;

/* marks: by frame, from 1; of each what is decided otherwise. */
void wssc_quiet_mark(const WsscQuietView *view, GByteArray *marks);

#endif
