/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Heads of IP inside of other octets are found wherever they stand, and what only looks like one leads to nothing.
 */
#include "compat.h"

#include <string.h>

#include <wiretap/wtap.h>

#include "packet.h"

enum { ROOM = 200, TCP = 6, UDP = 17, CLIENT = 50001, SERVER = 80 };

typedef struct {
    guint count;
    WsscPacket last;
} Seen;

static void see(const WsscPacket *packet, gpointer user)
{
    Seen *seen = user;
    seen->count++;
    seen->last = *packet;
}

static Seen look_into(const guint8 *octets, gsize len)
{
    Seen seen = {.count = 0};
    g_autofree guint8 *own = g_memdup2(octets, len); /* of that length alone: nothing may be read behind it */
    wssc_packet_foreach_inside(wssc_bytes(own, len), see, &seen);
    return seen;
}

/* Octets that begin no head. */
static void fill(guint8 octets[ROOM])
{
    memset(octets, 0xFF, ROOM);
}

static gsize put_ports(guint8 *at)
{
    const guint8 ports[] = {CLIENT >> 8, CLIENT & 0xFF, SERVER >> 8, SERVER & 0xFF};
    memcpy(at, ports, sizeof ports);
    return sizeof ports;
}

static gsize put_ip4(guint8 *at, guint8 protocol)
{
    const guint8 head[20] = {0x45, 0, 0, 60, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 192, 0, 2, 1};
    memcpy(at, head, sizeof head);
    return sizeof head + put_ports(at + sizeof head);
}

/* extension: the kind of a header in front of the protocol; -1: none. */
static gsize put_ip6(guint8 *at, int extension, guint8 protocol)
{
    guint8 head[40] = {0x60, 0, 0, 0, 0, 60, extension >= 0 ? (guint8)extension : protocol, 64, 0x20, 1};
    gsize len = sizeof head;
    head[23] = 1;
    head[24] = 0x20;
    head[25] = 2;
    memcpy(at, head, sizeof head);
    if (extension >= 0) {
        memset(at + len, 0, 8);
        at[len] = protocol;
        len += 8;
    }
    return len + put_ports(at + len);
}

static void assert_seen(Seen seen, gsize address_len)
{
    g_assert_cmpuint(seen.count, ==, 1);
    g_assert_cmpuint(seen.last.ends.length[0], ==, address_len);
    g_assert_cmpuint(seen.last.ends.port[seen.last.side], ==, CLIENT);
    g_assert_cmpuint(seen.last.ends.port[!seen.last.side], ==, SERVER);
}

static void test_everywhere(void)
{
    static const int extensions[] = {-1, 0, 43, 44, 60};
    guint8 octets[ROOM];
    for (gsize at = 0; at + 60 < ROOM; at++) {
        fill(octets);
        gsize len = put_ip4(octets + at, TCP);
        assert_seen(look_into(octets, ROOM), 4);
        assert_seen(look_into(octets, at + len), 4);
        g_assert_cmpuint(look_into(octets, at + len - 1).count, ==, 0);
        for (guint i = 0; i < G_N_ELEMENTS(extensions); i++) {
            fill(octets);
            len = put_ip6(octets + at, extensions[i], TCP);
            assert_seen(look_into(octets, ROOM), 16);
            assert_seen(look_into(octets, at + len), 16);
            g_assert_cmpuint(look_into(octets, at + len - 1).count, ==, 0);
        }
    }
}

static void test_others(void)
{
    guint8 octets[ROOM];
    for (gsize at = 0; at + 60 < ROOM; at++) {
        fill(octets);
        put_ip4(octets + at, UDP);
        g_assert_cmpuint(look_into(octets, ROOM).count, ==, 0);
        fill(octets);
        put_ip6(octets + at, -1, UDP);
        g_assert_cmpuint(look_into(octets, ROOM).count, ==, 0);
        fill(octets);
        put_ip6(octets + at, 60, UDP);
        g_assert_cmpuint(look_into(octets, ROOM).count, ==, 0);
    }
}

/* ---- kinds of frames ----------------------------------------------------------------------------------------------
 */

/* Of Ethernet with that type or length, and what follows it. */
static WsscPacketKind kind_of(guint16 type, const guint8 *rest, gsize len)
{
    g_autoptr(GByteArray) frame = g_byte_array_new();
    const guint8 head[14] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, (guint8)(type >> 8), (guint8)type};
    WsscPacket packet;
    g_byte_array_append(frame, head, sizeof head);
    g_byte_array_append(frame, rest, (guint)len);
    return wssc_packet_read(wssc_bytes(frame->data, frame->len), frame->len, WTAP_ENCAP_ETHERNET, &packet);
}

static WsscPacketKind kind_of_ip4(guint8 protocol, guint8 first)
{
    guint8 octets[ROOM] = {0};
    put_ip4(octets, protocol);
    octets[20] = first;
    return kind_of(0x0800, octets, 60);
}

static void test_kinds(void)
{
    static const guint8 tree[] = {0x42, 0x42, 3, 0, 0}, cdp[] = {0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20, 0, 2},
                        ip[] = {0xAA, 0xAA, 3, 0, 0, 0, 8, 0, 0x45}, cut[] = {0xAA, 0xAA, 3, 0, 0, 0x0C, 0x20};
    static const guint16 nothing[] = {0x0806, 0x88CC, 0x8809, 0x8863, 0x888E, 0x88F7},
                         unknown[] = {0x8847, 0x8848, 0x8864, 0x88E5};
    for (guint i = 0; i < G_N_ELEMENTS(nothing); i++)
        g_assert_cmpuint(kind_of(nothing[i], tree, sizeof tree), ==, WSSC_PACKET_NOTHING);
    for (guint i = 0; i < G_N_ELEMENTS(unknown); i++)
        g_assert_cmpuint(kind_of(unknown[i], tree, sizeof tree), ==, WSSC_PACKET_UNKNOWN);
    g_assert_cmpuint(kind_of(38, tree, sizeof tree), ==, WSSC_PACKET_NOTHING);
    g_assert_cmpuint(kind_of(38, cdp, sizeof cdp), ==, WSSC_PACKET_NOTHING);
    g_assert_cmpuint(kind_of(38, cut, sizeof cut), ==, WSSC_PACKET_UNKNOWN);
    g_assert_cmpuint(kind_of(38, ip, sizeof ip), ==, WSSC_PACKET_UNKNOWN);
    g_assert_cmpuint(kind_of_ip4(TCP, 0), ==, WSSC_PACKET_TCP);
    g_assert_cmpuint(kind_of_ip4(UDP, 0), ==, WSSC_PACKET_UDP);
    g_assert_cmpuint(kind_of_ip4(89, 0), ==, WSSC_PACKET_NOTHING);
    g_assert_cmpuint(kind_of_ip4(1, 8), ==, WSSC_PACKET_NOTHING); /* an echo */
    g_assert_cmpuint(kind_of_ip4(1, 3), ==, WSSC_PACKET_QUOTES);  /* nobody can be reached */
    g_assert_cmpuint(kind_of_ip4(50, 0), ==, WSSC_PACKET_QUOTES);
    g_assert_cmpuint(kind_of_ip4(47, 0), ==, WSSC_PACKET_UNKNOWN);  /* GRE */
    g_assert_cmpuint(kind_of_ip4(132, 0), ==, WSSC_PACKET_UNKNOWN); /* SCTP */
}

/* How a packet of TCP over IPv4 is read behind such octets. */
static WsscPacketKind behind(guint16 type, const guint8 *head, gsize len)
{
    guint8 octets[ROOM] = {0};
    memcpy(octets, head, len);
    put_ip4(octets + len, TCP);
    return kind_of(type, octets, len + 60);
}

static void test_links(void)
{
    static const guint8 pppoe[] = {0x11, 0, 0, 7, 0, 62, 0, 0x21}, lcp[] = {0x11, 0, 0, 7, 0, 62, 0xC0, 0x21},
                        ending[] = {0x11, 0xA7, 0, 7, 0, 62, 0, 0x21}, as_ip6[] = {0x11, 0, 0, 7, 0, 62, 0, 0x57};
    static const guint8 label[] = {0, 1, 1, 64}, two[] = {0, 1, 0, 64, 0, 2, 1, 64}, null[] = {0, 0, 1, 64},
                        null6[] = {0, 0, 0x21, 64}, alert[] = {0, 0, 0x11, 64, 0, 1, 1, 64},
                        word[] = {0, 1, 1, 64, 0, 0, 0, 0};
    g_assert_cmpuint(behind(0x8864, pppoe, sizeof pppoe), ==, WSSC_PACKET_TCP);
    g_assert_cmpuint(behind(0x8864, lcp, sizeof lcp), ==, WSSC_PACKET_UNKNOWN);
    g_assert_cmpuint(behind(0x8864, ending, sizeof ending), ==, WSSC_PACKET_UNKNOWN);
    g_assert_cmpuint(behind(0x8864, as_ip6, sizeof as_ip6), ==, WSSC_PACKET_UNKNOWN);
    g_assert_cmpuint(behind(0x8847, label, sizeof label), ==, WSSC_PACKET_TCP);
    g_assert_cmpuint(behind(0x8847, two, sizeof two), ==, WSSC_PACKET_TCP);
    g_assert_cmpuint(behind(0x8847, null, sizeof null), ==, WSSC_PACKET_TCP);
    g_assert_cmpuint(behind(0x8847, null6, sizeof null6), ==, WSSC_PACKET_UNKNOWN);
    g_assert_cmpuint(behind(0x8847, alert, sizeof alert), ==, WSSC_PACKET_UNKNOWN);
    g_assert_cmpuint(behind(0x8847, word, sizeof word), ==, WSSC_PACKET_UNKNOWN); /* a pseudowire's control word */
    g_assert_cmpuint(behind(0x8847, two, 0), ==, WSSC_PACKET_UNKNOWN);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/packet/inside/everywhere", test_everywhere);
    g_test_add_func("/packet/inside/others", test_others);
    g_test_add_func("/packet/kinds", test_kinds);
    g_test_add_func("/packet/links", test_links);
    return g_test_run();
}
