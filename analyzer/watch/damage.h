/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that did not become whole, of one direction of a connection: begun, settled as damaged, told at the end.
 */
#ifndef WSSC_WATCH_DAMAGE_H
#define WSSC_WATCH_DAMAGE_H

#include <epan/packet.h>

#include "session/session.h"

/* A message that may never have become whole. */
typedef struct {
    guint32 frame;
    gint64 time;
    gboolean is_response;
    gboolean is_guess; /* told only where the connection carried SOAP at all */
    guint32 octets;    /* of its first frame, or of all up to the last one, or that are missing */
    guint32 last;      /* frame that it goes on to; 0: the first one */
    guint32 gap_frame; /* that shows that they are; or 0 */
    guint32 since;     /* the frame before the gap; 0: not known */
    gint64 since_time; /* ... and its time */
    char *why;         /* NULL while it may still become whole */
} WsscDamage;

WsscDamage *wssc_damage_new(packet_info *pinfo, gboolean is_response);
void wssc_damage_free(gpointer damage);

/* Begins zeroed. */
typedef struct {
    WsscDamage *open;   /* a message that began and is not whole yet; or NULL */
    GPtrArray *settled; /* WsscDamage */
} WsscDamages;

/* Takes the damage over, and why; the damage, borrowed. */
WsscDamage *wssc_damages_settle(WsscDamages *damages, WsscDamage *damage, char *why);
/* So many octets are missing before its frame; perhaps none of a message. Takes the damage over. */
WsscDamage *wssc_damages_settle_missing(WsscDamages *damages, WsscDamage *damage, guint32 octets);
/* The same of the open one; NULL when there is none. */
WsscDamage *wssc_damages_settle_open(WsscDamages *damages, char *why);
/* One of the latest that were settled is of a message that began in that frame or later. */
gboolean wssc_damages_ended_since(const WsscDamages *damages, guint32 frame);
/* It was none. */
void wssc_damages_forget(WsscDamages *damages, WsscDamage *damage);
void wssc_damages_clear(WsscDamages *damages);

/* Where the messages of a direction come from and go to. */
typedef struct {
    WsscSession *session;
    guint file;
    const char *src, *dst;
    guint side; /* of the connection, 0 or 1 */
    gboolean is_tls;
    gboolean has_soap; /* else guesses are not told */
} WsscDamageTarget;

/* There is nothing to tell. */
gboolean wssc_damages_are_none(const WsscDamages *damages);

/* Of a direction all of whose damages are settled (WsscDamage; NULL: there are none): octets are known to be missing.
 */
gboolean wssc_damages_have_gap(const GPtrArray *settled);
/* One of them is of these frames. */
gboolean wssc_damages_is_told(const GPtrArray *settled, guint32 first, guint32 last);

/* Feeds a damaged message for each, one for a frame. */
void wssc_damages_tell(const GPtrArray *settled, const WsscDamageTarget *target);

/* Where nobody knows whether there was a message: a WsscUnreadOctets for each guess. */
void wssc_damages_tell_unread(const GPtrArray *settled, const char *src, const char *dst, GPtrArray *unread);

#endif
