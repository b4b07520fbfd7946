/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which connections the quick look over a capture follows to their end, and which it leaves to dissection.
 */
#include "watch/talk.h"

#include <string.h>

#include "watch/signs.h"

enum { CLIENT, SERVER };

typedef struct {
    WsscTalk talk;
    guint32 frame;
} Play;

static void put(Play *play, guint side, const void *octets, gsize len, WsscArrivalKind arrival)
{
    const WsscPacket packet = {.side = side,
                               .segment = {.len = (guint32)len},
                               .has_ack = TRUE,
                               .is_plain = TRUE,
                               .ends = {.port = {50000, 80}},
                               .payload = wssc_bytes(octets, len)};
    wssc_talk_take(&play->talk, &packet, arrival, ++play->frame);
}

static void say(Play *play, guint side, const char *text)
{
    put(play, side, text, strlen(text), WSSC_ARRIVAL_NEXT);
}

static void flag(Play *play, guint side, gboolean has_ack, gboolean is_syn, gboolean is_fin, gboolean is_reset)
{
    const WsscPacket packet = {.side = side,
                               .segment = {.is_syn = is_syn, .is_fin = is_fin},
                               .has_ack = has_ack,
                               .is_plain = TRUE,
                               .is_reset = is_reset,
                               .ends = {.port = {50000, 80}}};
    wssc_talk_take(&play->talk, &packet, is_syn ? WSSC_ARRIVAL_SYN : WSSC_ARRIVAL_NEXT, ++play->frame);
}

static Play begin(void)
{
    Play play = {.frame = 0};
    flag(&play, CLIENT, FALSE, TRUE, FALSE, FALSE);
    flag(&play, SERVER, TRUE, TRUE, FALSE, FALSE);
    return play;
}

static void check(Play *play, WsscTalkKind kind)
{
    wssc_talk_finish(&play->talk);
    g_assert_cmpuint(play->talk.kind, ==, kind);
    wssc_talk_clear(&play->talk);
}

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define ANSWER "HTTP/1.1 200 OK\r\nContent-Type: "

static void test_http(void)
{
    static const struct {
        const char *answer[4];
        WsscTalkKind kind;
    } cases[] = {
        {{ANSWER "text/html; charset=utf-8\r\nContent-Length: 4\r\n\r\nabcd"}, WSSC_TALK_HTTP},
        {{ANSWER "image/png\r\nContent-Length: 4\r\n", "\r\nab", "cd"}, WSSC_TALK_HTTP},
        {{ANSWER "image/png\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r", "\n1\r\nc\r\n0\r\n", "\r\n"},
         WSSC_TALK_HTTP},
        {{"HTTP/1.1 304 Not Modified\r\n\r\n"}, WSSC_TALK_HTTP},
        {{ANSWER "image/png\r\nContent-Length: 5\r\n\r\nabcd"}, WSSC_TALK_STRANGE},
        {{ANSWER "image/png\r\nContent-Length: 3\r\n\r\nabcd"}, WSSC_TALK_STRANGE},
        {{ANSWER "image/png\r\n\r\nabcd"}, WSSC_TALK_STRANGE},
        {{ANSWER "text/xml\r\nContent-Length: 4\r\n\r\nabcd"}, WSSC_TALK_STRANGE},
        {{ANSWER "image/png\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\nabcd"}, WSSC_TALK_STRANGE},
        {{ANSWER "image/png\r\nContent-Length: 4\r\nUpgrade: h2c\r\n\r\nabcd"}, WSSC_TALK_STRANGE},
        {{ANSWER "multipart/mixed; boundary=b\r\nContent-Length: 4\r\n\r\nabcd"}, WSSC_TALK_STRANGE},
        {{ANSWER "text/html\r\nContent-Length: 12\r\n\r\n<s:Env", "elope>"}, WSSC_TALK_STRANGE},
        {{ANSWER "text/html\nContent-Length: 4\r\n\r\nabcd"}, WSSC_TALK_STRANGE},
        {{"HTTP/1.1 100 Continue\r\n\r\n"}, WSSC_TALK_STRANGE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Play play = begin();
        say(&play, CLIENT, GET);
        for (guint part = 0; part < 4 && cases[i].answer[part] != NULL; part++)
            say(&play, SERVER, cases[i].answer[part]);
        g_test_message("%s", cases[i].answer[0]);
        check(&play, cases[i].kind);
    }
}

static void test_turns(void)
{
    Play play = begin();
    say(&play, CLIENT, GET);
    say(&play, CLIENT, GET);
    check(&play, WSSC_TALK_STRANGE);
    play = begin();
    say(&play, CLIENT, GET GET);
    check(&play, WSSC_TALK_STRANGE);
    play = begin();
    say(&play, CLIENT, GET);
    say(&play, SERVER, ANSWER "image/png\r\nContent-Length: 1\r\n\r\na");
    say(&play, CLIENT, "POST / HTTP/1.1\r\nContent-Type: application/soap+xml\r\nContent-Length: 1\r\n\r\na");
    check(&play, WSSC_TALK_STRANGE);
    play = begin();
    put(&play, CLIENT, GET, strlen(GET), WSSC_ARRIVAL_AHEAD);
    check(&play, WSSC_TALK_STRANGE);
}

#define POST(type, length) "POST / HTTP/1.1\r\nContent-Type: " type "\r\nContent-Length: " length "\r\n\r\n"

/* Ours is followed as far as it goes, and known to rest between its messages. */
static void test_rest(void)
{
    static const struct {
        guint side;
        const char *octets;
        gboolean rests;
    } said[] = {
        {CLIENT, POST("application/soap+xml", "2") "a", FALSE},
        {CLIENT, "b", FALSE},
        {SERVER, ANSWER "application/soap+xml\r\nContent-Length: 3\r\n\r\nab", FALSE},
        {SERVER, "c", TRUE},
        {CLIENT, POST("text/xml", "1"), FALSE},
        {SERVER, "HTTP/1.1 100 Continue\r\n\r\n", FALSE},
        {CLIENT, "a", FALSE},
        {SERVER, "HTTP/1.1 100 Continue\r\n\r\n", FALSE},
        {SERVER, ANSWER "text/xml\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", FALSE},
        {SERVER, "\r\n", TRUE},
        {CLIENT, GET, FALSE},
    };
    Play play = begin();
    g_assert_true(wssc_talk_is_between(&play.talk));
    for (guint i = 0; i < G_N_ELEMENTS(said); i++) {
        say(&play, said[i].side, said[i].octets);
        g_test_message("%u", i);
        g_assert_cmpuint(play.talk.kind, ==, WSSC_TALK_HTTP);
        g_assert_cmpint(wssc_talk_is_between(&play.talk), ==, said[i].rests);
    }
    check(&play, WSSC_TALK_STRANGE);
    play = begin();
    say(&play, CLIENT, GET);
    say(&play, SERVER, "HTTP/1.1 204 No Content\r\n\r\n");
    g_assert_true(wssc_talk_is_between(&play.talk));
    flag(&play, CLIENT, TRUE, FALSE, TRUE, FALSE);
    g_assert_false(wssc_talk_is_between(&play.talk));
    check(&play, WSSC_TALK_HTTP);
    play = begin();
    say(&play, CLIENT, POST("text/xml", "9"));
    say(&play, SERVER, ANSWER "text/xml\r\nContent-Length: 0\r\n\r\n"); /* before the request is whole */
    g_assert_false(wssc_talk_is_between(&play.talk));
    check(&play, WSSC_TALK_STRANGE);
}

#define PREAMBLE "\0\1\0\1\2\2\x0dnet.tcp://a/b\3\3\x0c"

typedef struct {
    guint side;
    const char *octets;
    gsize len;
} Said;

/* Two sessions; behind the last octet of each, from the first acknowledgement on, the connection rests. */
static const Said sessions[] = {
    {CLIENT, PREAMBLE, sizeof PREAMBLE - 1},
    {SERVER, "\x0b", 1},
    {CLIENT, "\6\2ab", 4},
    {CLIENT, "\6\0", 2},
    {SERVER, "\5\3abc\1d\0", 8},
    {CLIENT, "\5\0", 2},
    {SERVER, "\6\x81\0a", 4},
    {SERVER, "\7", 1},
    {CLIENT, "\6\1a", 3},
    {CLIENT, "\7", 1},
    {CLIENT, PREAMBLE, sizeof PREAMBLE - 1},
    {SERVER, "\x0b", 1},
    {SERVER, "\6\1a", 3},
};

static gboolean is_preamble(const Said *said)
{
    return said->octets[0] == 0;
}

/* Cut at each octet of each piece, but for the first segment, which is to show what it is. */
static void test_nettcp(void)
{
    enum { SHOWN = 17 };
    for (guint cut_piece = 0; cut_piece < G_N_ELEMENTS(sessions); cut_piece++)
        for (gsize cut = cut_piece == 0 ? SHOWN : 1; cut < sessions[cut_piece].len; cut++) {
            Play play = begin();
            for (guint i = 0; i < G_N_ELEMENTS(sessions); i++) {
                const Said *own = &sessions[i];
                gsize first = i == cut_piece ? cut : own->len;
                put(&play, own->side, own->octets, first, WSSC_ARRIVAL_NEXT);
                g_assert_cmpint(wssc_talk_is_between(&play.talk), ==, first == own->len && !is_preamble(own));
                if (first < own->len)
                    put(&play, own->side, own->octets + first, own->len - first, WSSC_ARRIVAL_NEXT);
                g_assert_cmpuint(play.talk.kind, ==, WSSC_TALK_NETTCP);
                g_assert_cmpint(wssc_talk_is_between(&play.talk), ==, !is_preamble(own));
            }
            flag(&play, CLIENT, TRUE, FALSE, TRUE, FALSE);
            g_assert_false(wssc_talk_is_between(&play.talk));
            check(&play, WSSC_TALK_STRANGE);
            g_assert_true(play.talk.is_nettcp);
        }
}

/* Octet by octet, and all of an end's at once. */
static void test_nettcp_pieces(void)
{
    Play play = begin();
    put(&play, CLIENT, sessions[0].octets, sessions[0].len, WSSC_ARRIVAL_NEXT);
    for (guint i = 1; i < G_N_ELEMENTS(sessions); i++)
        for (gsize at = 0; at < sessions[i].len; at++)
            put(&play, sessions[i].side, sessions[i].octets + at, 1, WSSC_ARRIVAL_NEXT);
    g_assert_true(wssc_talk_is_between(&play.talk));
    check(&play, WSSC_TALK_STRANGE);
    play = begin();
    put(&play, CLIENT, PREAMBLE, sizeof PREAMBLE - 1, WSSC_ARRIVAL_NEXT);
    put(&play, SERVER, "\x0b\6\1a\6\1b\7", 8, WSSC_ARRIVAL_NEXT);
    put(&play, CLIENT, "\6\1a\7" PREAMBLE, 4 + sizeof PREAMBLE - 1, WSSC_ARRIVAL_NEXT);
    g_assert_cmpuint(play.talk.kind, ==, WSSC_TALK_NETTCP);
    put(&play, SERVER, "\x0b", 1, WSSC_ARRIVAL_NEXT);
    g_assert_true(wssc_talk_is_between(&play.talk));
    check(&play, WSSC_TALK_STRANGE);
}

/* What comes behind the preamble and, where that is not the first, its acknowledgement. */
static void test_nettcp_strange(void)
{
#define PIECE(side, octets)                                                                                            \
    {                                                                                                                  \
        side, octets, sizeof(octets) - 1                                                                               \
    }
    static const Said cases[] = {
        PIECE(SERVER, "\6\1a"),                         /* not acknowledged */
        PIECE(CLIENT, "\6\1a"),                         /* likewise */
        PIECE(SERVER, "\x0b\x0b"),                      /* twice */
        PIECE(SERVER, "\x0b\x08\1a"),                   /* a fault */
        PIECE(SERVER, "\x0b\x0a"),                      /* an upgrade that nobody asked for */
        PIECE(SERVER, "\x0b\7\6"),                      /* behind the end */
        PIECE(SERVER, "\x0b\7" PREAMBLE),               /* not the client's */
        PIECE(SERVER, "\x0b\6\x80\x80\x80\x80\x80"),    /* no number */
        PIECE(SERVER, "\x0b\6\xff\xff\xff\xff\x7f"),    /* beyond the limit */
        PIECE(SERVER, "\x0b\5\1a\xff\xff\xff\xff\x07"), /* likewise, a chunk */
        PIECE(SERVER, "\x0b\x20"),
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Play play = begin();
        g_test_message("%u", i);
        put(&play, CLIENT, PREAMBLE, sizeof PREAMBLE - 1, WSSC_ARRIVAL_NEXT);
        g_assert_cmpuint(play.talk.kind, ==, WSSC_TALK_NETTCP);
        put(&play, cases[i].side, cases[i].octets, cases[i].len, WSSC_ARRIVAL_NEXT);
        g_assert_cmpuint(play.talk.kind, ==, WSSC_TALK_STRANGE);
        wssc_talk_clear(&play.talk);
    }
    static const Said preambles[] = {
        PIECE(CLIENT, "\0\1\0\1\3\2\x0dnet.tcp://a/b\3\3\x0c"), /* one way only */
        PIECE(CLIENT, "\0\1\0\1\2\2\x0dnet.tcp://a/b\3\x09"),   /* an encoding that is not known */
        PIECE(CLIENT, "\0\1\0\1\2\2\x0dnet.tcp://a/b\3\3\x09"), /* an upgrade */
        PIECE(CLIENT, "\0\1\0\1\2\2\x0dhttp.tcp://a/\3\3\x0c"),
        PIECE(CLIENT, "\0\1\0\1\2\2\x0dnet."), /* it is too short to be known by */
        PIECE(SERVER, PREAMBLE),
    };
    for (guint i = 0; i < G_N_ELEMENTS(preambles); i++) {
        Play play = begin();
        g_test_message("preamble %u", i);
        put(&play, preambles[i].side, preambles[i].octets, preambles[i].len, WSSC_ARRIVAL_NEXT);
        g_assert_cmpuint(play.talk.kind, ==, WSSC_TALK_STRANGE);
        wssc_talk_clear(&play.talk);
    }
    /* A second session before the first has ended on both ends. */
    Play play = begin();
    put(&play, CLIENT, PREAMBLE, sizeof PREAMBLE - 1, WSSC_ARRIVAL_NEXT);
    put(&play, SERVER, "\x0b", 1, WSSC_ARRIVAL_NEXT);
    put(&play, CLIENT, "\7", 1, WSSC_ARRIVAL_NEXT);
    g_assert_cmpuint(play.talk.kind, ==, WSSC_TALK_NETTCP);
    put(&play, CLIENT, PREAMBLE, sizeof PREAMBLE - 1, WSSC_ARRIVAL_NEXT);
    check(&play, WSSC_TALK_STRANGE);
}

static void test_beginnings(void)
{
    Play play = begin();
    flag(&play, CLIENT, TRUE, FALSE, TRUE, FALSE);
    g_assert_true(wssc_talk_is_told(&play.talk));
    check(&play, WSSC_TALK_NONE);
    play = begin();
    say(&play, SERVER, "SSH-2.0-a\r\n");
    say(&play, CLIENT, "SSH-2.0-b\r\n");
    check(&play, WSSC_TALK_SSH);
    play = begin();
    say(&play, CLIENT, "\x01\x02\x03\x04");
    say(&play, SERVER, "\x04\x03\x02\x01");
    check(&play, WSSC_TALK_BINARY);
    play = begin();
    say(&play, CLIENT, "\x01\x02\x03\x04");
    say(&play, SERVER, "220 a\r\n");
    check(&play, WSSC_TALK_STRANGE);
    /* A ClientHello of SSL 2 begins with a high bit (RFC 5246 appendix E.2); a length of 259 octets does not. */
    play = begin();
    say(&play, CLIENT, "\x01\x02\x03\x04");
    say(&play, SERVER, "\x04\x03\x02\x01");
    put(&play, CLIENT, "\x00\x00\x01\x03", 4, WSSC_ARRIVAL_NEXT);
    check(&play, WSSC_TALK_BINARY);
    play = begin();
    say(&play, CLIENT, "\x01\x02\x03\x04");
    say(&play, SERVER, "\x04\x03\x02\x01");
    put(&play, CLIENT, "\x80\x2e\x01\x03\x01", 5, WSSC_ARRIVAL_NEXT);
    check(&play, WSSC_TALK_STRANGE);
    play = (Play){.frame = 0};
    put(&play, CLIENT, GET, strlen(GET), WSSC_ARRIVAL_INSIDE);
    check(&play, WSSC_TALK_STRANGE);
    play = (Play){.frame = 0};
    flag(&play, CLIENT, FALSE, TRUE, FALSE, FALSE);
    flag(&play, SERVER, TRUE, FALSE, FALSE, TRUE);
    g_assert_true(play.talk.is_refused);
    check(&play, WSSC_TALK_STRANGE);
}

/* Every word at every place, in one piece and in two. */
static void test_signs(void)
{
    static const char *const words[] = {"Envelope", "/soap/envelope", "/soap-envelope", "application/soap",
                                        "text/xml", "net.tcp://",     "HTTP/1.",        "V\x02\x0B\x01s\x04"};
    char octets[64];
    for (guint w = 0; w < G_N_ELEMENTS(words); w++)
        for (gsize at = 0; at + strlen(words[w]) <= sizeof octets; at++)
            for (gsize cut = 0; cut <= sizeof octets; cut++) {
                WsscSignTail tail = {.len = 0};
                memset(octets, 'p', sizeof octets);
                memcpy(octets + at, words[w], strlen(words[w]));
                gboolean is_found = wssc_signs_follow(&tail, wssc_bytes(octets, cut)) ||
                                    wssc_signs_follow(&tail, wssc_bytes(octets + cut, sizeof octets - cut));
                g_assert_true(is_found);
            }
    WsscSignTail tail = {.len = 0};
    memset(octets, 'p', sizeof octets);
    g_assert_false(wssc_signs_follow(&tail, wssc_bytes(octets, sizeof octets)));
}

/* Against a search that looks at every octet. */
static gboolean has_sign(const guint8 *octets, gsize len)
{
    static const char *const words[] = {
        "nvelop", "n/soap", "xt/xml", "tcp://", "TTP/1.", "TTP/2.", "V\x02\x0B\x01s\x04"};
    for (gsize i = 0; i + WSSC_SIGN_LEN <= len; i++)
        for (guint w = 0; w < G_N_ELEMENTS(words); w++)
            if (memcmp(octets + i, words[w], WSSC_SIGN_LEN) == 0)
                return TRUE;
    return FALSE;
}

static void test_signs_everywhere(void)
{
    static const char letters[] = "nvelop/sxtmc:TP1.V\x02\x0B\x01s\x04";
    guint8 octets[200];
    guint found = 0;
    for (guint round = 0; round < 20000; round++) {
        WsscSignTail tail = {.len = 0};
        gsize len = (gsize)g_test_rand_int_range(WSSC_SIGN_LEN, sizeof octets);
        gboolean has_found = FALSE;
        for (gsize i = 0; i < len; i++)
            octets[i] = (guint8)letters[g_test_rand_int_range(0, sizeof letters - 1)];
        if (round % 2 == 0)
            memcpy(octets + g_test_rand_int_range(0, (gint32)(len - WSSC_SIGN_LEN + 1)), "TTP/2.", WSSC_SIGN_LEN);
        for (gsize at = 0, part; at < len; at += part) {
            part = (gsize)g_test_rand_int_range(1, 90);
            part = MIN(part, len - at);
            has_found |= wssc_signs_follow(&tail, wssc_bytes(octets + at, part));
        }
        g_assert_cmpint(has_found, ==, has_sign(octets, len));
        found += has_found ? 1 : 0;
    }
    g_assert_cmpuint(found, >=, 10000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/talk/http", test_http);
    g_test_add_func("/talk/turns", test_turns);
    g_test_add_func("/talk/rest", test_rest);
    g_test_add_func("/talk/nettcp", test_nettcp);
    g_test_add_func("/talk/nettcp-pieces", test_nettcp_pieces);
    g_test_add_func("/talk/nettcp-strange", test_nettcp_strange);
    g_test_add_func("/talk/beginnings", test_beginnings);
    g_test_add_func("/talk/signs", test_signs);
    g_test_add_func("/talk/signs-everywhere", test_signs_everywhere);
    return g_test_run();
}
