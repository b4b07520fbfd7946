/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which connections are dissected together where several processes share the work. Connections that begin in the same
 * stretch of the capture, a generation, are dealt out to as many shares as there are processes: such a share ends with
 * the last of its connections, and what was kept of them goes with it. Connections that outlive their generation by far
 * have shares that last; whatever is not known to be alone (beginning.h) is in one share, the first. Connections that
 * keep libwireshark from forgetting for long, since they never rest or could not be taken up again (quiet.h), have
 * shares of their own beside these, so that they keep nothing but each other.
 */
#ifndef WSSC_WATCH_SHARING_H
#define WSSC_WATCH_SHARING_H

#include <glib.h>

#include "watch/quiet.h"

/* What is wanted. */
typedef struct {
    guint jobs;              /* processes at a time; 0: nothing is shared; 1: what would be kept too long else is */
    gboolean is_asked_for;   /* else only where there is enough to do */
    guint remembered;        /* frames between which libwireshark is made to forget; a generation is some times that */
    gboolean has_keys;       /* for TLS */
    gboolean has_key_pipe;   /* they come by a pipe: they can be read but once */
    gboolean can_forget;     /* libwireshark is made to forget what is over or rests */
    gboolean has_vague_ends; /* segments that libwireshark may take for another connection's: WsscPacket.has_options */
} WsscSharing;

/* From frame to frame, those that are dissected. */
typedef struct {
    guint32 frame;
    guint32 connection; /* index; 0: none, or libwireshark may take others for it */
    guint32 octets;
    WsscQuietState behind; /* as of connection */
} WsscSharedFrame;
typedef gboolean (*WsscNextShared)(gpointer user, WsscSharedFrame *frame); /* FALSE: there is none; begins zeroed */

typedef struct {
    guint32 first, last; /* frames */
    gboolean is_lasting; /* it is no generation's */
} WsscShareSpan;

typedef struct {
    GArray *of_connection; /* guint16, by index: which share; 0: the first */
    GArray *spans;         /* WsscShareSpan: by share; first 0: it is empty */
} WsscShares;

/* NULL: all is better dissected in one process, or has to be. After libwireshark's start. */
WsscShares *wssc_shares_new(const WsscConnections *connections, const WsscSharing *wanted, WsscNextShared next,
                            gpointer user);
void wssc_shares_free(WsscShares *shares);
/* With keys for TLS: no connection that is dissected has to do with what another one tells of them. */
gboolean wssc_shares_none_tells(const WsscConnections *connections);
#endif
