/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/tickets.h"

#include <string.h>

enum { RECORD_CIPHER = 20, RECORD_HANDSHAKE = 22 };
enum { NEW_SESSION_TICKET = 4, MESSAGE_HEAD = 4 };

static guint64 hash_more(guint64 hash, WsscBytes octets)
{
    for (gsize i = 0; i < octets.len; i++)
        hash = (hash ^ octets.data[i]) * 0x100000001b3u; /* FNV-1a */
    return hash;
}

#define HASH_BEGIN 0xcbf29ce484222325u

guint64 wssc_ticket_hash(WsscBytes ticket)
{
    return ticket.len > 0 ? hash_more(HASH_BEGIN, ticket) | 1 : 0;
}

void wssc_tickets_begin_record(WsscTickets *tickets, guint8 type)
{
    tickets->is_ciphered |= type == RECORD_CIPHER;
    tickets->hidden += tickets->is_ciphered && type == RECORD_HANDSHAKE ? 1 : 0;
}

/* ---- messages of the handshake ------------------------------------------------------------------------------------
 */

static gboolean is_ticket(const WsscTickets *tickets)
{
    return tickets->head[0] == NEW_SESSION_TICKET;
}

static void begin_ticket(WsscTickets *tickets)
{
    guint len = (guint)tickets->head[WSSC_TICKET_HEAD - 2] << 8 | tickets->head[WSSC_TICKET_HEAD - 1];
    guint rest = WSSC_TICKET_HEAD - MESSAGE_HEAD;
    /* One whose lengths do not fit is read in another way by others. */
    tickets->is_odd |= tickets->issued != 0 || tickets->left != rest + len;
    tickets->left -= MIN(tickets->left, rest);
    tickets->ticket_left = MIN(len, tickets->left);
    tickets->left -= tickets->ticket_left;
    tickets->hash = HASH_BEGIN;
    if (tickets->ticket_left == 0)
        tickets->got = 0;
}

/* One octet of a head. */
static void take_head(WsscTickets *tickets, guint8 octet)
{
    tickets->head[tickets->got++] = octet;
    if (tickets->got == MESSAGE_HEAD) {
        tickets->left = (guint)tickets->head[1] << 16 | (guint)tickets->head[2] << 8 | tickets->head[3];
        gboolean has_more = is_ticket(tickets) && tickets->left >= WSSC_TICKET_HEAD - MESSAGE_HEAD;
        tickets->is_odd |= is_ticket(tickets) && !has_more;
        if (!has_more)
            tickets->got = 0;
    } else if (tickets->got == WSSC_TICKET_HEAD) {
        begin_ticket(tickets);
    }
}

static gsize take_ticket(WsscTickets *tickets, WsscBytes octets)
{
    gsize taken = MIN(octets.len, tickets->ticket_left);
    tickets->hash = hash_more(tickets->hash, wssc_bytes(octets.data, taken));
    tickets->ticket_left -= (guint)taken;
    if (tickets->ticket_left == 0) {
        tickets->issued = tickets->hash | 1;
        tickets->got = 0;
    }
    return taken;
}

static gsize take_part(WsscTickets *tickets, WsscBytes octets)
{
    if (tickets->ticket_left > 0)
        return take_ticket(tickets, octets);
    if (tickets->left > 0 && tickets->got == 0) {
        gsize taken = MIN(octets.len, tickets->left);
        tickets->left -= (guint)taken;
        return taken;
    }
    take_head(tickets, octets.data[0]);
    return 1;
}

void wssc_tickets_take(WsscTickets *tickets, guint8 type, WsscBytes octets)
{
    if (type != RECORD_HANDSHAKE || tickets->is_ciphered)
        return;
    while (octets.len > 0) {
        gsize taken = take_part(tickets, octets);
        octets = wssc_bytes(octets.data + taken, octets.len - taken);
    }
}

gboolean wssc_tickets_are_vague(const WsscTickets *tickets)
{
    return tickets->is_odd || tickets->hidden > 1 || (!tickets->is_ciphered && tickets->got > 0);
}
