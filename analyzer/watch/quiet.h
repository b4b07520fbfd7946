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
    GByteArray *resumable;              /* by index: that connection could be taken up again where it rests */
} WsscQuietView;

/* Which connections are resumable. */
void wssc_quiet_begin(WsscQuietView *view);
void wssc_quiet_end(WsscQuietView *view);

/* What is behind a frame, of its connection. */
typedef enum {
    WSSC_QUIET_UNDER_WAY,
    WSSC_QUIET_AT_REST, /* and can be taken up again */
    WSSC_QUIET_CLOSED,  /* of TLS: that is told by who decrypts it (resume.h) */
    WSSC_QUIET_LOOSE,   /* it has to do with no other frame */
} WsscQuietState;
WsscQuietState wssc_quiet_behind(const WsscQuietView *view, guint32 frame);
/* The frame holds something of a connection that is inside of something else, and goes on. at: begins zeroed, for all
 * frames, which are asked for in order. */
gboolean wssc_quiet_has_inside(const WsscQuietView *view, guint32 frame, guint *at);

/* What is dissected apart from the rest is quiet by itself. */
typedef struct {
    const GArray *of_connection; /* guint16, by index: which share; NULL: there is but one */
    guint count;                 /* of shares */
    gboolean is_first_open;      /* the first is never quiet */
} WsscQuietShares;

/* marks: by frame, from 1; of each what is decided otherwise. */
void wssc_quiet_mark(const WsscQuietView *view, const WsscQuietShares *shares, GByteArray *marks);

#endif
