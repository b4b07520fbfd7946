/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Octets of one direction of a connection that no dissector read, though they show that they belong to SOAP: a flipped
 * octet in a head is enough for that.
 */
#ifndef WSSC_WATCH_UNREAD_H
#define WSSC_WATCH_UNREAD_H

#include <epan/packet.h>

#include "base/bytes.h"
#include "watch/strays.h"

typedef enum {
    WSSC_UNREAD_BY_DISSECTORS,
    WSSC_UNREAD_BY_TLS, /* its records do not decrypt, though others of the connection did */
    WSSC_UNREAD_CUT,    /* captured only in part */
    WSSC_UNREAD_GAP,    /* not captured */
    WSSC_UNREAD_ASTRAY, /* where they belong is not known: their frame's head is damaged */
    WSSC_UNREAD_MAX
} WsscUnreadWhy;

typedef struct {
    guint32 first, last; /* frames; 0: none */
    gint64 time;         /* of the first */
    guint64 octets;
    gboolean has_sign; /* of SOAP, HTTP or net.tcp */
    WsscUnreadWhy why;
    gboolean is_framed; /* WebSocket's dissector read the frames, and nobody what is in them */
} WsscUnreadRun;

/* Begins zeroed. */
typedef struct {
    WsscUnreadRun waiting; /* perhaps for octets that are still to come */
    GArray *earlier;       /* WsscUnreadRun that wait, too, each of something else; or NULL */
    WsscUnreadRun lost;    /* the latest run */
    GArray *runs;          /* WsscUnreadRun before it; or NULL */
    WsscUnreadRun framed;  /* by WebSocket, of which nobody knows what it carries, since the latest message */
} WsscUnread;

/* A segment with new octets was dissected; is_passed_over: its dissector could not follow them; is_head_cut: a head of
 * HTTP begins in it and does not end. What waited for it is read when it is. */
void wssc_unread_note(WsscUnread *unread, const packet_info *pinfo, WsscBytes payload, guint32 len,
                      gboolean is_passed_over, gboolean is_head_cut);
/* What waits and what is noted next are not of one message; both may still be read. */
void wssc_unread_part(WsscUnread *unread);
/* A message begins with the frame, which is noted next: what waited is none of its octets. */
void wssc_unread_note_head(WsscUnread *unread);
/* Nothing could be made of them, and why is known. */
void wssc_unread_note_why(WsscUnread *unread, const packet_info *pinfo, guint32 len, WsscUnreadWhy why);
/* A message was read in the frame: what waited belongs to it, and what is lost behind it is another run. */
void wssc_unread_note_message(WsscUnread *unread, const packet_info *pinfo);
/* Nothing waits any more. */
void wssc_unread_finish(WsscUnread *unread);
void wssc_unread_clear(WsscUnread *unread);
/* There are some. */
gboolean wssc_unread_has_any(const WsscUnread *unread);
/* Some of them has a sign, or may prove to have had one. */
gboolean wssc_unread_is_worth_telling(const WsscUnread *unread);
/* ... of SOAP in octets that dissectors could not read. */
gboolean wssc_unread_has_sign(const WsscUnread *unread);
/* After wssc_unread_finish: what WebSocket framed was not read, and is SOAP if that was asked for. */
void wssc_unread_take_framed(WsscUnread *unread, gboolean is_soap);
/* After wssc_unread_finish: WsscUnreadRun, or NULL; the caller's. */
GArray *wssc_unread_steal_runs(WsscUnread *unread);
/* A WsscUnreadOctets; src and dst are copied. */
gpointer wssc_unread_octets_new(const WsscUnreadRun *run, const char *src, const char *dst);
/* One for each of them, where they are real. */
void wssc_unread_tell_strays(const WsscStrays *strays, GPtrArray *unread);
void wssc_unread_octets_free(gpointer octets);

#endif
