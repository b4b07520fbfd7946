/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that libwireshark was made to forget: what it is shown before they go on.
 */
#include <string.h>

#include <wiretap/wtap.h>

#include "watch/resume.h"

enum { SYN = 2, RST = 4, PSH = 8, ACK = 16, AT_SOURCE = 29, AT_TARGET = 33, AT_TCP = 34, SIZE = 64 };
enum { CLIENT, SERVER };

typedef struct {
    WsscResume *resume;
    guint8 frame[SIZE];
    gsize len;
    const char *payload; /* NULL: zeros */
} Play;

static guint32 number_at(const guint8 *at)
{
    return (guint32)at[0] << 24 | (guint32)at[1] << 16 | (guint32)at[2] << 8 | at[3];
}

static void put(guint8 *at, guint32 number)
{
    for (guint i = 0; i < 4; i++)
        at[i] = (guint8)(number >> (24 - 8 * i));
}

/* Ethernet, IPv4 and TCP between 10.0.0.1:1024 and 10.0.0.2:80, with so many octets. TRUE: it is to be taken up again.
 */
static gboolean take(Play *play, guint side, guint8 flags, guint32 seq, guint32 ack, gsize len,
                     WsscResumed *ret_resumed)
{
    static const guint8 head[] = {0,    0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 8,  0, /* Ethernet */
                                  0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 0, 10, 0, 0, 0};
    guint8 *frame = play->frame, *tcp = frame + AT_TCP;
    memset(frame, 0, SIZE);
    memcpy(frame, head, sizeof head);
    frame[17] = (guint8)(40 + len);
    frame[AT_SOURCE] = side == CLIENT ? 1 : 2;
    frame[AT_TARGET] = side == CLIENT ? 2 : 1;
    tcp[side == CLIENT ? 0 : 2] = 4; /* 1024 */
    tcp[side == CLIENT ? 3 : 1] = 80;
    put(tcp + 4, seq);
    put(tcp + 8, ack);
    tcp[12] = 0x50;
    tcp[13] = flags;
    if (play->payload != NULL)
        memcpy(tcp + 20, play->payload, MIN(len, strlen(play->payload)));
    play->len = AT_TCP + 20 + len;
    return wssc_resume_is_due(play->resume, wssc_bytes(frame, play->len), play->len, WTAP_ENCAP_ETHERNET, ret_resumed);
}

static void took(Play *play, guint64 stream, gboolean is_http, gboolean is_last)
{
    const WsscTook what = {.stream = stream, .is_http = is_http, .is_last = is_last};
    wssc_resume_took(play->resume, &what);
}

static gboolean play_on(Play *play, guint side, guint8 flags, guint32 seq, guint32 ack, gsize len)
{
    WsscResumed resumed;
    gboolean is_due = take(play, side, flags, seq, ack, len, &resumed);
    took(play, flags == SYN ? 7 : 0, len > 0, FALSE);
    return is_due;
}

static Play begin(guint32 client, guint32 server)
{
    Play play = {.resume = wssc_resume_new()};
    g_assert_false(play_on(&play, CLIENT, SYN, client, 0, 0));
    g_assert_false(play_on(&play, SERVER, SYN | ACK, server, client + 1, 0));
    g_assert_false(play_on(&play, CLIENT, ACK, client + 1, server + 1, 5));
    g_assert_false(play_on(&play, SERVER, ACK, server + 1, client + 6, 9));
    return play;
}

static void test_once(void)
{
    Play play = begin(100, G_MAXUINT32 - 3); /* its numbers begin again at 0 */
    WsscResumed resumed;
    g_assert_false(play_on(&play, CLIENT, ACK, 106, 7, 3));
    wssc_resume_forget(play.resume);
    /* Late, so it says less than is known. */
    g_assert_true(take(&play, SERVER, ACK, 2, 106, 0, &resumed));
    g_assert_cmpuint(resumed.stream, ==, 7);
    g_assert_true(resumed.is_http);
    g_assert_true(resumed.is_answer_due);
    const guint8 *first = resumed.hellos[0].octets->data, *second = resumed.hellos[1].octets->data;
    g_assert_cmpuint(resumed.hellos[0].octets->len, ==, AT_TCP + 20);
    g_assert_cmpuint(first[AT_TCP + 13], ==, SYN);
    g_assert_cmpuint(number_at(first + AT_TCP + 4), ==, 108);
    g_assert_cmpuint(first[AT_SOURCE], ==, 1);
    g_assert_cmpuint(second[AT_TCP + 13], ==, SYN | ACK);
    g_assert_cmpuint(number_at(second + AT_TCP + 4), ==, 5);
    g_assert_cmpuint(number_at(second + AT_TCP + 8), ==, 109);
    g_assert_cmpuint(second[AT_SOURCE], ==, 2);
    took(&play, 0, FALSE, FALSE);
    g_assert_false(play_on(&play, CLIENT, ACK, 109, 6, 4));
    wssc_resume_forget(play.resume);
    g_assert_true(play_on(&play, CLIENT, ACK, 113, 6, 1));
    g_assert_false(play_on(&play, SERVER, ACK, 6, 114, 1));
    wssc_resume_forget(play.resume);
    g_assert_true(take(&play, CLIENT, ACK, 114, 7, 0, &resumed));
    g_assert_false(resumed.is_answer_due);
    wssc_resume_free(play.resume);
}

static void test_over(void)
{
    WsscEnds ends = {0};
    WsscResumed resumed;
    wssc_ends_put(&ends, 0, "\x0a\0\0\1", 4, 1024);
    wssc_ends_put(&ends, 1, "\x0a\0\0\2", 4, 80);
    Play play = begin(1, 2);
    g_assert_true(wssc_resume_knows(play.resume, &ends));
    wssc_resume_forget(play.resume);
    g_assert_false(play_on(&play, CLIENT, SYN, 9000, 0, 0)); /* another one, on the same ports */
    g_assert_false(take(&play, SERVER, RST | ACK, 3, 9001, 0, &resumed));
    took(&play, 0, FALSE, TRUE);
    g_assert_false(wssc_resume_knows(play.resume, &ends));
    wssc_resume_free(play.resume);
}

/* Without both of its SYNs a connection is not known to begin. */
static void test_joined_late(void)
{
    Play play = {.resume = wssc_resume_new()};
    g_assert_false(play_on(&play, SERVER, SYN | ACK, 2, 2, 0));
    g_assert_false(play_on(&play, CLIENT, ACK, 2, 3, 5));
    wssc_resume_forget(play.resume);
    g_assert_false(play_on(&play, CLIENT, ACK, 7, 3, 5));
    wssc_resume_free(play.resume);
}

/* What is shown of one whose SYNs nobody saw: both ends' headers, without payload, where they are. */
static void test_joined(void)
{
    Play play = {.resume = wssc_resume_new(), .payload = "GET /"};
    WsscResumed resumed;
    g_assert_false(take(&play, CLIENT, PSH | ACK, G_MAXUINT32 - 1, 40, 5, &resumed));
    took(&play, 7, TRUE, FALSE);
    wssc_resume_forget(play.resume);
    g_assert_true(take(&play, SERVER, PSH | ACK, 40, 3, 9, &resumed));
    took(&play, 0, TRUE, FALSE);
    g_assert_cmpuint(resumed.stream, ==, 7);
    g_assert_cmpuint(resumed.server, ==, 80);
    g_assert_true(resumed.is_answer_due);
    g_assert_null(resumed.hellos[1].octets); /* it was not heard before */
    const guint8 *first = resumed.hellos[0].octets->data;
    g_assert_cmpuint(resumed.hellos[0].octets->len, ==, AT_TCP + 20);
    g_assert_cmpuint(resumed.hellos[0].on_wire, ==, AT_TCP + 20);
    g_assert_cmpuint(first[17], ==, 40); /* of IP, in all */
    g_assert_cmpuint(first[AT_TCP + 13], ==, ACK);
    g_assert_cmpuint(number_at(first + AT_TCP + 4), ==, 3);
    g_assert_cmpuint(number_at(first + AT_TCP + 8), ==, 40);
    wssc_resume_forget(play.resume);
    g_assert_true(take(&play, CLIENT, PSH | ACK, 3, 49, 2, &resumed));
    first = resumed.hellos[0].octets->data;
    const guint8 *second = resumed.hellos[1].octets->data;
    g_assert_cmpuint(first[AT_SOURCE], ==, 1);
    g_assert_cmpuint(number_at(first + AT_TCP + 8), ==, 49);
    g_assert_cmpuint(second[AT_SOURCE], ==, 2);
    g_assert_cmpuint(number_at(second + AT_TCP + 4), ==, 49);
    g_assert_cmpuint(number_at(second + AT_TCP + 8), ==, 3);
    g_assert_false(resumed.is_answer_due);
    wssc_resume_free(play.resume);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/resume/once", test_once);
    g_test_add_func("/resume/over", test_over);
    g_test_add_func("/resume/joined-late", test_joined_late);
    g_test_add_func("/resume/joined", test_joined);
    return g_test_run();
}
