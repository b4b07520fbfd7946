/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a connection as its frames are dissected, and what of it is told at the end (loss.h).
 */
#ifndef WSSC_WATCH_TALKED_H
#define WSSC_WATCH_TALKED_H

#include "watch/flow.h"
#include "watch/lost.h"
#include "watch/records.h"

#define WSSC_TALKED_MAX_ACKNOWLEDGED (4u * 1024 * 1024) /* octets that were not seen; more is another numbering */

/* One direction of a connection. */
typedef struct {
    WsscFlow flow;      /* the notes of its gaps: the damage that tells of them, or NULL */
    guint32 last_frame; /* with octets */
    gint64 last_time;
    WsscDamages damages;
    /* TLS: records, as far as they can be followed, and runs of them that nothing came of */
    WsscRecords records;
    WsscDamage *record;  /* where a record began that is not whole yet */
    WsscDamage *burst;   /* where this side began to speak, after octets were missing */
    guint32 blind_since; /* frame from which TLS cannot be opened; 0: it can */
    WsscUnread unread;
    guint32 acked;            /* by the other end: the sequence number behind what it has */
    WsscDamage *acknowledged; /* where it said so, if that was not captured; or NULL */
} WsscSide;

typedef struct {
    WsscSide sides[2]; /* see is_second */
    char *sources[2];  /* where they come from */
    guint bodies;      /* that came whole */
    gboolean has_syn, is_tls, has_decrypted;
    gboolean is_nettcp;   /* so it carries SOAP, even where none could be read */
    gboolean has_head;    /* ... or by a head of HTTP */
    gboolean is_framed;   /* HTTP/2 or WebSocket: what it carries is not known before it is read */
    gboolean has_other;   /* messages of HTTP that are none of SOAP */
    gboolean offers_soap; /* the client asked for a WebSocket that carries it */
    WsscSide *last;       /* who spoke last */
    guint32 first_frame;
} WsscTalked;

/* A run of records that cannot be opened is over: it is told as a message, unless it is too small for one. */
void wssc_side_end_burst(WsscSide *side);

void wssc_talked_free(gpointer talked);
/* Nothing would be told of it, whatever else comes. any_octets: what nobody read counts even without a sign of SOAP. */
gboolean wssc_talked_is_done(const WsscTalked *talked, gboolean any_octets);

/* When its frames have ended: what waited for octets that never came is unread, and who spoke SOAP is added to ends, a
 * set of "address:port". */
void wssc_talked_end(WsscTalked *talked, GHashTable *ends);
/* Behind that: what there is to tell of it; NULL: nothing. Takes its contents over; the caller's. */
WsscLost *wssc_talked_lost(WsscTalked *talked);

#endif
