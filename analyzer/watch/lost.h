/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What loss.h found of connections by the end of their frames, kept until the whole file was read: some of it is told
 * only when all connections are known, and all of it in their order.
 */
#ifndef WSSC_WATCH_LOST_H
#define WSSC_WATCH_LOST_H

#include "watch/damage.h"
#include "watch/unread.h"

/* Of one direction. */
typedef struct {
    GPtrArray *damages; /* WsscDamage, settled; or NULL */
    GArray *runs;       /* WsscUnreadRun; or NULL */
} WsscLostSide;

/* Of one connection. */
typedef struct {
    guint32 first_frame; /* by which connections are in order */
    char *sources[2];    /* "address:port" */
    gboolean has_syn, is_tls, has_decrypted;
    gboolean has_soap;
    gboolean may_have_soap; /* nothing in it was read that says so, and nothing that says otherwise */
    WsscLostSide sides[2];
} WsscLost;

WsscLost *wssc_lost_new(void);
void wssc_lost_free(gpointer lost);

/* Of one file. */
typedef struct {
    gboolean is_damaged; /* heads of its frames are (strays.h): what a connection lost is told where nobody knows what
                            it carried */
    GHashTable *ends;    /* set of "address:port" that spoke SOAP; owned */
    GPtrArray *connections; /* WsscLost, those of which there may be something to tell; owned */
} WsscLostLog;

WsscLostLog *wssc_lost_log_new(gboolean is_damaged);
void wssc_lost_log_free(WsscLostLog *log);
/* Feeds a damaged message for each that did not become whole, and appends a WsscUnreadOctets for each direction of a
 * connection whose octets nobody read and nothing is told of. */
void wssc_lost_log_tell(WsscLostLog *log, WsscSession *session, guint file, GPtrArray *unread);

#endif
