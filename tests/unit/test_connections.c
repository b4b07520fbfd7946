/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the quick look over a capture keeps of connections: the same of those that were followed to the end of the
 * capture and of those that were put away before.
 */
#include <string.h>

#include "watch/connections.h"

typedef struct {
    WsscConnections *connections;
    guint32 frame;
    gsize kept; /* as ahead.h counts */
} Play;

static WsscPacket packet_of(guint number, gboolean is_server)
{
    guint8 client[4] = {10, 0, (guint8)(number / 256), (guint8)number};
    static const guint8 server[4] = {192, 168, 1, 1};
    WsscPacket packet = {.side = is_server ? 1 : 0, .is_plain = TRUE};
    wssc_ends_put(&packet.ends, 0, client, sizeof client, 50000);
    wssc_ends_put(&packet.ends, 1, server, sizeof server, 8081);
    return packet;
}

static void take(Play *play, const WsscPacket *packet)
{
    WsscWatched *watched = wssc_connections_of(play->connections, &packet->ends, ++play->frame);
    g_assert_nonnull(watched);
    WsscPlace place = wssc_watched_take(watched, packet);
    if (!place.is_repeat)
        wssc_watched_say(watched, packet, place, play->frame, &play->kept);
    if (packet->segment.len > 0)
        wssc_beginning_take(&watched->beginning, packet->side, packet->payload, TRUE);
}

static void say_hello(Play *play, guint number)
{
    WsscPacket client = packet_of(number, FALSE), server = packet_of(number, TRUE);
    client.segment = (WsscSegment){.seq = 1000, .is_syn = TRUE};
    server.segment = (WsscSegment){.seq = 5000, .is_syn = TRUE};
    server.has_ack = TRUE;
    server.ack = 1001;
    take(play, &client);
    take(play, &server);
}

static void say(Play *play, guint number, guint32 seq, const char *text)
{
    WsscPacket packet = packet_of(number, FALSE);
    packet.payload = wssc_bytes(text, strlen(text));
    packet.segment = (WsscSegment){.seq = seq, .len = (guint32)packet.payload.len};
    packet.has_ack = TRUE;
    packet.ack = 5001;
    take(play, &packet);
}

static void reset(Play *play, guint number)
{
    WsscPacket packet = packet_of(number, TRUE);
    packet.segment = (WsscSegment){.seq = 5001};
    packet.is_reset = packet.has_ack = TRUE;
    take(play, &packet);
}

static void assert_same(const WsscConnections *one, const WsscConnections *other)
{
    g_assert_cmpuint(wssc_connections_count(one), ==, wssc_connections_count(other));
    for (guint i = 1; i <= wssc_connections_count(one); i++) {
        const WsscGist *a = wssc_connections_get(one, i), *b = wssc_connections_get(other, i);
        g_assert_cmpuint(a->first_frame, ==, b->first_frame);
        g_assert_cmpuint(a->client, ==, b->client);
        g_assert_cmpuint(a->server, ==, b->server);
        g_assert_cmpuint(a->bits, ==, b->bits);
        g_assert_cmpuint(a->kind, ==, b->kind);
    }
}

static Play played(guint most)
{
    enum { MANY = 3000 };
    static const char *const texts[] = {"\1\2 in binary", "in text", NULL};
    Play play = {.connections = wssc_connections_new(most, 0)};
    for (guint number = 0; number < MANY; number++) {
        const char *text = texts[number % G_N_ELEMENTS(texts)];
        say_hello(&play, number);
        if (text != NULL)
            say(&play, number, 1001, text);
        reset(&play, number);
    }
    wssc_connections_close(play.connections, FALSE, NULL);
    return play;
}

static void test_put_away(void)
{
    Play all = played(10000), few = played(4);
    assert_same(all.connections, few.connections);
    const guint kinds[] = {WSSC_TALK_BINARY, WSSC_TALK_STRANGE, WSSC_TALK_NONE};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_assert_cmpuint(wssc_connections_get(few.connections, i + 1)->kind, ==, kinds[i]);
    g_assert_cmphex(wssc_connections_get(few.connections, 1)->bits & WSSC_GIST_RESUMED, ==, 0);
    wssc_connections_free(all.connections);
    wssc_connections_free(few.connections);
}

/* What goes on is the same connection, and may be anything. */
static void test_goes_on(void)
{
    Play play = {.connections = wssc_connections_new(2, 0)};
    for (guint number = 0; number < 10; number++) {
        say_hello(&play, number);
        say(&play, number, 1001, "\1\2 in binary");
        reset(&play, number);
    }
    say(&play, 3, 1013, "HTTP/1.1 200 OK\r\n\r\n");
    wssc_connections_close(play.connections, TRUE, NULL);
    g_assert_cmpuint(wssc_connections_count(play.connections), ==, 10);
    for (guint i = 1; i <= 10; i++) {
        const WsscGist *gist = wssc_connections_get(play.connections, i);
        gboolean is_it = i == 4;
        g_assert_cmpuint(gist->kind, ==, is_it ? WSSC_TALK_STRANGE : WSSC_TALK_BINARY);
        g_assert_true(((gist->bits & WSSC_GIST_UNTIDY) != 0) == is_it);
        g_assert_true(((gist->bits & WSSC_GIST_RESUMABLE) == 0) == is_it);
        g_assert_cmphex(gist->bits & WSSC_GIST_ALONE_KEYED, ==, 0); /* binary, or not known */
    }
    wssc_connections_free(play.connections);
}

/* Where all are under way, one that was followed may be anything, but nothing is left unknown. */
static void test_too_many(void)
{
    Play play = {.connections = wssc_connections_new(1, 0)};
    say_hello(&play, 1);
    say_hello(&play, 2);
    say(&play, 1, 1001, "\1\2 in binary");
    wssc_connections_close(play.connections, FALSE, NULL);
    g_assert_cmpuint(wssc_connections_count(play.connections), ==, 2);
    g_assert_cmpuint(wssc_connections_get(play.connections, 1)->kind, ==, WSSC_TALK_STRANGE);
    g_assert_cmpuint(wssc_connections_get(play.connections, 2)->kind, ==, WSSC_TALK_NONE);
    wssc_connections_free(play.connections);
}

/* Of one that was refused before, what refuses it again is told all the same. */
static void test_refused(void)
{
    Play play = {.connections = wssc_connections_new(2, 0)};
    WsscPacket syn = packet_of(1, FALSE), refusal = packet_of(1, TRUE);
    syn.segment = (WsscSegment){.seq = 1000, .is_syn = TRUE};
    refusal.is_reset = refusal.has_ack = TRUE;
    take(&play, &syn);
    for (guint number = 10; number < 20; number++) {
        say_hello(&play, number);
        reset(&play, number);
    }
    take(&play, &refusal);
    wssc_connections_close(play.connections, FALSE, NULL);
    const WsscGist *gist = wssc_connections_get(play.connections, 1);
    g_assert_cmphex(gist->bits & (WSSC_GIST_REFUSED | WSSC_GIST_RESUMED), ==, WSSC_GIST_REFUSED | WSSC_GIST_RESUMED);
    g_assert_cmpuint(gist->server, ==, 8081);
    wssc_connections_free(play.connections);
}

static const WsscWatched *watched_of(Play *play, guint number)
{
    const WsscPacket packet = packet_of(number, FALSE);
    return wssc_connections_of(play->connections, &packet.ends, play->frame);
}

/* What was missing came: all is known of the connection, but it is not left out, for libwireshark may see it in another
 * way. What does not come may have been anything. */
static void test_late(void)
{
    Play play = {.connections = wssc_connections_new(10, 0)};
    for (guint number = 1; number <= 5; number++)
        say_hello(&play, number);
    say(&play, 1, 1001, "\1\2 in binary");
    say(&play, 1, 1013, "\1\2 in binary");
    say(&play, 2, 1013, "\1\2 in binary");
    g_assert_false(wssc_watched_is_between(watched_of(&play, 2)));
    g_assert_nonnull(watched_of(&play, 2)->ahead);
    say(&play, 2, 1001, "\1\2 in binary");
    g_assert_null(watched_of(&play, 2)->ahead);
    g_assert_cmpuint(play.kept, ==, 0);
    g_assert_cmpuint(watched_of(&play, 2)->talk.kind, ==, WSSC_TALK_BINARY);
    say(&play, 3, 1001, "\1\2 in binary");
    say(&play, 3, 1025, "\1\2 in binary");
    say(&play, 4, 1013, ""); /* it has said more than came */
    g_assert_cmpuint(watched_of(&play, 4)->talk.kind, ==, WSSC_TALK_STRANGE);
    say(&play, 5, 1001, "\1\2 in binary");
    say(&play, 5, 1001, "\1\2 in binary, and more");
    wssc_connections_close(play.connections, FALSE, NULL);
    g_assert_cmpuint(wssc_connections_get(play.connections, 1)->kind, ==, WSSC_TALK_BINARY);
    for (guint number = 2; number <= 3; number++)
        g_assert_cmpuint(wssc_connections_get(play.connections, number)->kind, ==, WSSC_TALK_STRANGE);
    g_assert_cmphex(wssc_connections_get(play.connections, 2)->bits & WSSC_GIST_RESUMABLE, !=, 0);
    g_assert_cmphex(wssc_connections_get(play.connections, 5)->bits & WSSC_GIST_RESUMABLE, ==, 0);
    wssc_connections_free(play.connections);
}

/* ---- tickets ------------------------------------------------------------------------------------------------------
 */

static void say_octets(Play *play, guint number, gboolean is_server, const GByteArray *octets)
{
    WsscPacket packet = packet_of(number, is_server);
    packet.payload = wssc_bytes(octets->data, octets->len);
    packet.segment = (WsscSegment){.seq = is_server ? 5001 : 1001, .len = octets->len};
    packet.has_ack = TRUE;
    packet.ack = is_server ? 1001 : 5001;
    take(play, &packet);
}

/* A ClientHello (RFC 5246 section 7.4.1.2) whose random is made of that octet, with a ticket of one octet; 0: none. */
static void ask(Play *play, guint number, guint8 random, guint8 ticket)
{
    const guint8 head[] = {22, 3, 1, 0, 0, 1, 0, 0, 0, 3, 3}, suites[] = {0, 0, 2, 0xc0, 0x2f, 1, 0};
    const guint8 offered[] = {0, 5, 0, 35, 0, 1, ticket}, none[] = {0, 4, 0, 35, 0, 0};
    g_autoptr(GByteArray) octets = g_byte_array_new();
    g_byte_array_append(octets, head, sizeof head);
    for (guint i = 0; i < WSSC_CLIENT_RANDOM; i++)
        g_byte_array_append(octets, &random, 1);
    g_byte_array_append(octets, suites, sizeof suites);
    g_byte_array_append(octets, ticket != 0 ? offered : none, ticket != 0 ? sizeof offered : sizeof none);
    octets->data[4] = (guint8)(octets->len - 5);
    octets->data[8] = (guint8)(octets->len - 9);
    say_octets(play, number, FALSE, octets);
}

/* A ServerHello, a ticket of one octet (RFC 5077 section 3.3), and the end of the handshake. */
static void give(Play *play, guint number, guint8 ticket)
{
    const guint8 hello[] = {22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3}, random[WSSC_CLIENT_RANDOM] = {0};
    const guint8 rest[] = {0, 0xc0, 0x2f, 0, 22, 3, 3, 0, 11, 4, 0, 0, 7, 0, 0, 0, 9, 0, 1, ticket};
    const guint8 end[] = {20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 4, 9, 9, 9, 9};
    g_autoptr(GByteArray) octets = g_byte_array_new();
    g_byte_array_append(octets, hello, sizeof hello);
    g_byte_array_append(octets, random, sizeof random);
    g_byte_array_append(octets, rest, sizeof rest);
    g_byte_array_append(octets, end, sizeof end);
    say_octets(play, number, TRUE, octets);
}

/* There are secrets for the first. The second goes on with it, the third with the second, the fourth with nobody's. */
static void test_tickets(void)
{
    static const struct {
        guint8 asked, given;
        gboolean is_closed;
    } all[] = {{0, 1, FALSE}, {1, 2, FALSE}, {2, 3, FALSE}, {7, 8, TRUE}};
    const guint count = G_N_ELEMENTS(all);
    static const char line[] = "CLIENT_RANDOM 0101010101010101010101010101010101010101010101010101010101010101 00\n";
    for (guint is_backward = 0; is_backward < 2; is_backward++) {
        Play play = {.connections = wssc_connections_new(10, 0)};
        WsscKeyLog *log = wssc_key_log_new();
        g_assert_true(wssc_key_log_add(log, wssc_bytes(line, strlen(line))));
        for (guint i = 0; i < count; i++) {
            guint nth = is_backward ? count - 1 - i : i;
            say_hello(&play, nth);
            ask(&play, nth, (guint8)(nth + 1), all[nth].asked);
            give(&play, nth, all[nth].given);
        }
        wssc_connections_close(play.connections, TRUE, log);
        for (guint i = 0; i < count; i++) {
            gboolean is_closed = (wssc_connections_get(play.connections, i + 1)->bits & WSSC_GIST_UNKEYED) != 0;
            g_assert_cmpint(is_closed, ==, all[is_backward ? count - 1 - i : i].is_closed);
        }
        wssc_key_log_free(log);
        wssc_connections_free(play.connections);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connections/put-away", test_put_away);
    g_test_add_func("/connections/goes-on", test_goes_on);
    g_test_add_func("/connections/too-many", test_too_many);
    g_test_add_func("/connections/refused", test_refused);
    g_test_add_func("/connections/late", test_late);
    g_test_add_func("/connections/tickets", test_tickets);
    return g_test_run();
}
