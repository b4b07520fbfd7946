/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS that is decrypted, followed record by record: where it rests, what its handshake was, and what ends that.
 */
#include <string.h>

#include "watch/inner.h"

enum { CIPHER = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23, TICKET = 4, KEY_UPDATE = 24, CERTIFICATE_REQUEST = 13 };
enum { CLIENT, SERVER };
#define ASKED "GET / HTTP/1.1\r\n\r\n"
#define TOLD "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok"

typedef struct {
    WsscInner *inner;
    GByteArray *segment;
    GArray *opened;
    WsscTlsPlace place;
} Play;

static Play begin(void)
{
    return (Play){.inner = wssc_inner_new(),
                  .segment = g_byte_array_new(),
                  .opened = g_array_new(FALSE, FALSE, sizeof(WsscTlsOpened))};
}

static void end(Play *play)
{
    wssc_inner_free(play->inner);
    g_byte_array_unref(play->segment);
    g_array_unref(play->opened);
}

/* A record of so many octets, all its type. */
static void put(Play *play, guint8 type, guint len)
{
    const guint8 head[] = {type, 3, 3, (guint8)(len >> 8), (guint8)len};
    g_byte_array_append(play->segment, head, sizeof head);
    for (guint i = 0; i < len; i++)
        g_byte_array_append(play->segment, &type, 1);
}

/* One whose content is that, as TLS 1.3 has it or, with the type on it, TLS 1.2. */
static void hide(Play *play, guint8 outer, guint8 type, const char *content)
{
    const WsscTlsOpened one = {type, wssc_bytes(content, strlen(content))};
    put(play, outer, (guint)strlen(content) + 16);
    g_array_append_val(play->opened, one);
}

static void say_part(Play *play, guint side, guint from, guint len, gboolean is_end)
{
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(WsscTlsOpened));
    play->place.next[side] += play->opened->len;
    wssc_inner_take(play->inner, side == SERVER, wssc_bytes(play->segment->data + from, len),
                    is_end ? play->opened : none, is_end && play->opened->len > 0 ? &play->place : NULL);
}

static void say(Play *play, guint side)
{
    say_part(play, side, 0, play->segment->len, TRUE);
    g_byte_array_set_size(play->segment, 0);
    g_array_set_size(play->opened, 0);
}

static void shake_hands(Play *play)
{
    put(play, HANDSHAKE, 200);
    say(play, CLIENT);
    put(play, HANDSHAKE, 90);
    put(play, CIPHER, 1);
    hide(play, DATA, HANDSHAKE, "encrypted extensions, a certificate");
    say(play, SERVER);
    put(play, CIPHER, 1);
    hide(play, DATA, HANDSHAKE, "finished");
}

static void exchange(Play *play)
{
    hide(play, DATA, DATA, ASKED);
    say(play, CLIENT);
    hide(play, DATA, DATA, TOLD);
    say(play, SERVER);
}

static gboolean rests(const Play *play)
{
    return wssc_inner_is_between(play->inner, NULL);
}

static void test_rests(void)
{
    Play play = begin();
    WsscTlsPlace place;
    shake_hands(&play);
    g_assert_false(rests(&play));
    hide(&play, DATA, DATA, ASKED); /* behind the end of the handshake, in one segment */
    say(&play, CLIENT);
    g_assert_false(rests(&play));
    hide(&play, DATA, DATA, TOLD);
    say_part(&play, SERVER, 0, 9, FALSE);
    g_assert_false(rests(&play));
    g_byte_array_remove_range(play.segment, 0, 9);
    say(&play, SERVER);
    g_assert_true(wssc_inner_is_between(play.inner, &place));
    g_assert_cmpuint(place.next[CLIENT], ==, play.place.next[CLIENT]);
    g_assert_cmpuint(place.next[SERVER], ==, play.place.next[SERVER]);
    exchange(&play);
    g_assert_true(rests(&play));
    end(&play);
}

/* Whole records, without what an application said. */
static void test_handshake(void)
{
    Play play = begin();
    shake_hands(&play);
    hide(&play, DATA, DATA, ASKED);
    say(&play, CLIENT);
    g_assert_cmpuint(wssc_inner_turns(play.inner), ==, 3);
    const WsscInnerTurn server = wssc_inner_turn(play.inner, 1), client = wssc_inner_turn(play.inner, 2);
    g_assert_true(server.is_from_server);
    g_assert_false(client.is_from_server);
    g_assert_cmpuint(client.octets->len, ==, 5 + 1 + 5 + strlen("finished") + 16);
    hide(&play, DATA, HANDSHAKE, "\4 a ticket");
    hide(&play, DATA, DATA, TOLD);
    say(&play, SERVER);
    g_assert_cmpuint(wssc_inner_turns(play.inner), ==, 4);
    g_assert_cmpuint(wssc_inner_turn(play.inner, 3).octets->len, ==, 5 + strlen("\4 a ticket") + 16);
    exchange(&play);
    g_assert_cmpuint(wssc_inner_turns(play.inner), ==, 4);
    end(&play);
}

/* What comes behind two exchanges: whether it rests after one more. */
static gboolean rests_behind(guint side, guint8 outer, guint8 type, guint8 first)
{
    const char content[] = {(char)first, ' ', 'm', 'o', 'r', 'e', 0};
    Play play = begin();
    shake_hands(&play);
    say(&play, CLIENT);
    exchange(&play);
    exchange(&play);
    g_assert_true(rests(&play));
    if (type != 0)
        hide(&play, outer, type, content);
    else
        put(&play, outer, 20);
    say(&play, side);
    exchange(&play);
    gboolean does_rest = rests(&play);
    g_assert_true(does_rest != wssc_inner_is_lost(play.inner));
    end(&play);
    return does_rest;
}

static void test_later(void)
{
    g_assert_true(rests_behind(SERVER, DATA, HANDSHAKE, TICKET));
    g_assert_false(rests_behind(CLIENT, DATA, HANDSHAKE, TICKET));
    g_assert_false(rests_behind(SERVER, DATA, HANDSHAKE, KEY_UPDATE));
    g_assert_false(rests_behind(CLIENT, DATA, HANDSHAKE, KEY_UPDATE));
    g_assert_false(rests_behind(SERVER, DATA, HANDSHAKE, CERTIFICATE_REQUEST));
    g_assert_false(rests_behind(SERVER, HANDSHAKE, HANDSHAKE, TICKET)); /* TLS 1.2 begins anew */
    g_assert_false(rests_behind(SERVER, DATA, ALERT, 1));
    g_assert_false(rests_behind(CLIENT, DATA, DATA, 'x')); /* no HTTP */
    g_assert_false(rests_behind(CLIENT, DATA, 0, 0));      /* not decrypted */
    g_assert_false(rests_behind(CLIENT, HANDSHAKE, 0, 0));
    g_assert_false(rests_behind(CLIENT, 99, 0, 0)); /* no record */
}

/* More of a handshake than would be worth keeping. */
static void test_bounds(void)
{
    enum { MOST_TURNS = 64, LARGE = 12000 };
    Play many = begin(), large = begin();
    for (guint turn = 0; turn < MOST_TURNS; turn++) {
        put(&many, HANDSHAKE, 4);
        say(&many, turn % 2);
        g_assert_false(wssc_inner_is_lost(many.inner));
    }
    put(&many, HANDSHAKE, 4);
    say(&many, CLIENT);
    g_assert_true(wssc_inner_is_lost(many.inner));
    for (guint i = 0; i < 4; i++) {
        g_assert_false(wssc_inner_is_lost(large.inner));
        put(&large, HANDSHAKE, LARGE);
        say(&large, CLIENT);
    }
    g_assert_true(wssc_inner_is_lost(large.inner));
    end(&many);
    end(&large);
}

/* A ticket and new keys in one record. */
static void test_other_keys(void)
{
    Play play = begin();
    shake_hands(&play);
    say(&play, CLIENT);
    exchange(&play);
    g_assert_true(rests(&play));
    play.place.keys++;
    exchange(&play);
    g_assert_false(rests(&play));
    end(&play);
}

/* CBC before TLS 1.1. */
static void test_chained(void)
{
    for (guint8 minor = 1; minor <= 3; minor++) {
        Play play = begin();
        play.place.is_chained = TRUE;
        shake_hands(&play);
        say(&play, CLIENT);
        hide(&play, DATA, DATA, ASKED);
        play.segment->data[2] = minor;
        say(&play, CLIENT);
        hide(&play, DATA, DATA, TOLD);
        play.segment->data[2] = minor;
        say(&play, SERVER);
        g_assert_cmpint(rests(&play), ==, minor > 1);
        end(&play);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inner/rests", test_rests);
    g_test_add_func("/inner/handshake", test_handshake);
    g_test_add_func("/inner/later", test_later);
    g_test_add_func("/inner/bounds", test_bounds);
    g_test_add_func("/inner/other-keys", test_other_keys);
    g_test_add_func("/inner/chained", test_chained);
    return g_test_run();
}
