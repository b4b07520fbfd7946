/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tickets that a server of TLS gives in the clear (RFC 5077 section 3.3): the same however its records are cut, and
 * vague where others may read more in them.
 */
#include "watch/tickets.h"

enum { CIPHER = 20, HANDSHAKE = 22, DATA = 23 };

static const guint8 certificate[] = {11, 0, 0, 3, 4, 0, 4}, done[] = {14, 0, 0, 0},
                    ticket[] = {4, 0, 0, 11, 0, 0, 0, 9, 0, 5, 4, 0, 0, 1, 4}, none[] = {4, 0, 0, 6, 0, 0, 0, 9, 0, 0};

static void take(WsscTickets *tickets, guint8 type, const guint8 *octets, gsize len)
{
    wssc_tickets_begin_record(tickets, type);
    wssc_tickets_take(tickets, type, wssc_bytes(octets, len));
}

/* The end of the handshake, hidden. */
static void finish(WsscTickets *tickets)
{
    take(tickets, CIPHER, (const guint8 *)"\1", 1);
    take(tickets, HANDSHAKE, ticket, sizeof ticket);
    take(tickets, DATA, ticket, sizeof ticket);
}

static GByteArray *messages(void)
{
    GByteArray *all = g_byte_array_new();
    g_byte_array_append(all, certificate, sizeof certificate);
    g_byte_array_append(all, done, sizeof done);
    g_byte_array_append(all, ticket, sizeof ticket);
    return all;
}

static void test_cut(void)
{
    g_autoptr(GByteArray) all = messages();
    guint64 wanted = wssc_ticket_hash(wssc_bytes(ticket + WSSC_TICKET_HEAD, sizeof ticket - WSSC_TICKET_HEAD));
    g_assert_cmpuint(wanted, !=, 0);
    for (gsize at = 0; at <= all->len; at++) {
        WsscTickets one = {.got = 0}, two = {.got = 0};
        wssc_tickets_begin_record(&one, HANDSHAKE);
        wssc_tickets_take(&one, HANDSHAKE, wssc_bytes(all->data, at));
        wssc_tickets_take(&one, HANDSHAKE, wssc_bytes(all->data + at, all->len - at));
        take(&two, HANDSHAKE, all->data, at);
        take(&two, HANDSHAKE, all->data + at, all->len - at);
        finish(&one);
        finish(&two);
        g_assert_cmpuint(one.issued, ==, wanted);
        g_assert_cmpuint(two.issued, ==, wanted);
        g_assert_false(wssc_tickets_are_vague(&one));
        g_assert_false(wssc_tickets_are_vague(&two));
    }
}

static void test_none(void)
{
    WsscTickets tickets = {.got = 0};
    take(&tickets, HANDSHAKE, none, sizeof none);
    take(&tickets, HANDSHAKE, done, sizeof done);
    finish(&tickets);
    g_assert_cmpuint(tickets.issued, ==, 0);
    g_assert_false(wssc_tickets_are_vague(&tickets));
}

static void test_vague(void)
{
    static const guint8 longer[] = {4, 0, 0, 11, 0, 0, 0, 9, 0, 6, 4, 0, 0, 1, 4},
                        shorter[] = {4, 0, 0, 11, 0, 0, 0, 9, 0, 2, 4, 0, 0, 1, 4}, small[] = {4, 0, 0, 2, 0, 0};
    WsscTickets two = {.got = 0}, begun = {.got = 0}, anew = {.got = 0};
    const struct {
        const guint8 *octets;
        gsize len;
    } odd[] = {{longer, sizeof longer}, {shorter, sizeof shorter}, {small, sizeof small}};
    for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
        WsscTickets tickets = {.got = 0};
        take(&tickets, HANDSHAKE, odd[i].octets, odd[i].len);
        finish(&tickets);
        g_assert_true(wssc_tickets_are_vague(&tickets));
    }
    take(&two, HANDSHAKE, ticket, sizeof ticket);
    take(&two, HANDSHAKE, ticket, sizeof ticket);
    g_assert_true(wssc_tickets_are_vague(&two));
    take(&begun, HANDSHAKE, ticket, sizeof ticket - 1);
    g_assert_true(wssc_tickets_are_vague(&begun));
    finish(&anew);
    g_assert_false(wssc_tickets_are_vague(&anew));
    take(&anew, HANDSHAKE, done, sizeof done); /* a handshake nobody sees the inside of */
    g_assert_true(wssc_tickets_are_vague(&anew));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tickets/cut", test_cut);
    g_test_add_func("/tickets/none", test_none);
    g_test_add_func("/tickets/vague", test_vague);
    return g_test_run();
}
