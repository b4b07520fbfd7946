/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which flows of datagrams are known to be QUIC: those that begin as it does, on its port, as long as nothing else is
 * in them.
 */
#include "compat.h"

#include <string.h>

#include "watch/quic.h"

enum { CLIENT = 50001, SERVER = 443, SIZE = 1250 };

/* Octets of the client's first packet (RFC 9000 section 17.2.2). */
static void begin(guint8 octets[SIZE])
{
    static const guint8 head[] = {0xC3, 0, 0, 0, 1, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0x44, 0xD0};
    memset(octets, 0xAA, SIZE);
    memcpy(octets, head, sizeof head);
}

static guint32 say(WsscQuic *quic, guint16 from, guint16 to, const void *octets, gsize len)
{
    WsscPacket packet = {.payload = wssc_bytes(octets, len)};
    const guint8 address[4] = {10, 0, 0, 1};
    packet.side = from > to ? 1 : 0;
    packet.segment.len = (guint32)len;
    wssc_ends_put(&packet.ends, packet.side, address, sizeof address, from);
    wssc_ends_put(&packet.ends, !packet.side, address, sizeof address, to);
    return wssc_quic_take(quic, &packet);
}

static gboolean is_followed(const WsscQuic *quic)
{
    guint16 port;
    gboolean is = wssc_quic_is_followed(quic, 1, &port);
    g_assert_cmpuint(port, ==, CLIENT);
    return is;
}

static void test_begins(void)
{
    guint8 octets[SIZE];
    WsscQuic *quic = wssc_quic_new();
    begin(octets);
    g_assert_cmpuint(say(quic, CLIENT, SERVER, octets, SIZE), ==, 1);
    g_assert_cmpuint(say(quic, SERVER, CLIENT, "\x4A\1\2\3", 4), ==, 1);
    g_assert_cmpuint(say(quic, CLIENT + 1, SERVER, octets, SIZE), ==, 2);
    g_assert_cmpuint(say(quic, CLIENT, SERVER, "\x5A\1\2\3", 4), ==, 1);
    g_assert_true(is_followed(quic));
    wssc_quic_free(quic);
}

/* Version 2 writes its types otherwise (RFC 9369 section 3.2). */
static void test_second_version(void)
{
    guint8 octets[SIZE];
    WsscQuic *quic = wssc_quic_new();
    begin(octets);
    memcpy(octets + 1, "\x6B\x33\x43\xCF", 4);
    g_assert_cmpuint(say(quic, CLIENT, SERVER, octets, SIZE), ==, 0);
    octets[0] = 0xD3;
    g_assert_cmpuint(say(quic, CLIENT + 1, SERVER, octets, SIZE), ==, 2);
    wssc_quic_free(quic);
}

/* Whatever the first datagram is not stays so: the flow is dissected from its first one on. */
static void test_begins_otherwise(void)
{
    static const struct {
        guint at, octet;
    } changes[] = {{0, 0x43}, {0, 0x83}, {0, 0xF3}, {4, 9}, {5, 7}, {5, 21}, {14, 21}};
    guint8 octets[SIZE], good[SIZE];
    begin(good);
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        WsscQuic *quic = wssc_quic_new();
        begin(octets);
        octets[changes[i].at] = (guint8)changes[i].octet;
        g_assert_cmpuint(say(quic, CLIENT, SERVER, octets, SIZE), ==, 0);
        g_assert_cmpuint(say(quic, CLIENT, SERVER, good, SIZE), ==, 0);
        g_assert_false(is_followed(quic));
        wssc_quic_free(quic);
    }
    WsscQuic *quic = wssc_quic_new();
    g_assert_cmpuint(say(quic, CLIENT, SERVER, good, 1199), ==, 0);     /* too small */
    g_assert_cmpuint(say(quic, SERVER, CLIENT + 1, good, SIZE), ==, 0); /* from the server */
    g_assert_cmpuint(say(quic, CLIENT, SERVER + 1, good, SIZE), ==, 0); /* on another port */
    g_assert_cmpuint(say(quic, SERVER, SERVER, good, SIZE), ==, 0);
    g_assert_cmpuint(say(quic, CLIENT + 2, SERVER, good, 20), ==, 0); /* cut */
    wssc_quic_free(quic);
}

/* What is none of it is found on the flow after all. */
static void test_goes_on_otherwise(void)
{
    static const char *const others[] = {"", "\x0A\1\2\3", "POST / HTTP/1.1\r\n", "ZZ<s:Envelope xmlns"};
    guint8 octets[SIZE];
    begin(octets);
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        WsscQuic *quic = wssc_quic_new();
        g_assert_cmpuint(say(quic, CLIENT, SERVER, octets, SIZE), ==, 1);
        g_assert_true(is_followed(quic));
        g_assert_cmpuint(say(quic, SERVER, CLIENT, others[i], strlen(others[i])), ==, 1);
        g_assert_false(is_followed(quic));
        g_assert_cmpuint(say(quic, CLIENT, SERVER, octets, SIZE), ==, 0);
        wssc_quic_free(quic);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quic/begins", test_begins);
    g_test_add_func("/quic/second-version", test_second_version);
    g_test_add_func("/quic/begins-otherwise", test_begins_otherwise);
    g_test_add_func("/quic/goes-on-otherwise", test_goes_on_otherwise);
    return g_test_run();
}
