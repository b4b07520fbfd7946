/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Octets of one direction of a connection that no dissector read, though they show that they belong to SOAP: a flipped
 * octet in a head is enough for that.
 */
#ifndef WSSC_WATCH_UNREAD_H
#define WSSC_WATCH_UNREAD_H

#include <epan/packet.h>

#include "base/bytes.h"

typedef struct {
    guint32 first, last; /* frames; 0: none */
    gint64 time;         /* of the first */
    guint64 octets;
    gboolean has_sign; /* of SOAP, HTTP or net.tcp */
} WsscUnreadRun;

/* Begins zeroed. */
typedef struct {
    WsscUnreadRun waiting; /* perhaps for octets that are still to come */
    WsscUnreadRun lost;
} WsscUnread;

/* A segment with new octets was dissected; is_passed_over: its dissector could not follow them. What waited for it is
 * read when it is. */
void wssc_unread_note(WsscUnread *unread, const packet_info *pinfo, WsscBytes payload, guint32 len,
                      gboolean is_passed_over);
/* All of it; nothing waits any more. */
WsscUnreadRun wssc_unread_all(const WsscUnread *unread);

#endif
