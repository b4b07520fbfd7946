/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a server of TLS up to 1.2 gives its client to go on with the session on another connection: tickets (RFC 5077
 * section 3.3), which it says in the clear before its ChangeCipherSpec.
 */
#ifndef WSSC_WATCH_TICKETS_H
#define WSSC_WATCH_TICKETS_H

#include "base/bytes.h"

#define WSSC_TICKET_HEAD 10u /* octets before a ticket: of the handshake's message, its lifetime and its length */

/* Begins zeroed. */
typedef struct {
    guint8 head[WSSC_TICKET_HEAD];
    guint got;         /* octets of it */
    guint left;        /* octets of the message under way that are passed over */
    guint ticket_left; /* ... of its ticket */
    guint64 hash;      /* ... of its octets so far */
    guint64 issued;    /* by wssc_ticket_hash; 0: none */
    guint hidden;      /* records of a handshake behind ChangeCipherSpec: its end is one */
    gboolean is_ciphered, is_odd;
} WsscTickets;

/* Of a ticket; never 0, unless it is empty. */
guint64 wssc_ticket_hash(WsscBytes ticket);
/* The next record of the server begins, of that type (RFC 5246 section 6.2.1). */
void wssc_tickets_begin_record(WsscTickets *tickets, guint8 type);
/* The next octets of that record. */
void wssc_tickets_take(WsscTickets *tickets, guint8 type, WsscBytes octets);
/* The server may have given tickets that are not known. */
gboolean wssc_tickets_are_vague(const WsscTickets *tickets);

#endif
