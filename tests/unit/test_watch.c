/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of packets without dissecting them: heads of IP that were damaged (packet.c, strays.c), segments that
 * stand before what they answer (early.c), records of TLS by their heads (records.c).
 */
#include <string.h>

#include <wiretap/wtap.h>

#include "watch/watched.h"
#include "watch/early.h"
#include "watch/records.h"
#include "watch/strays.h"

/* ---- heads of IP --------------------------------------------------------------------------------------------------
 */

/* The header of RFC 1071's usual example (checksum B861), before a TCP header of twenty octets and eleven more. */
static const guint8 whole_frame[] = {
    0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x08, 0x00, /* Ethernet */
    0x45, 0x00, 0x00, 0x33, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0xb8, 0x9f, 0xc0, 0xa8,
    0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7, /* IPv4 */
    0x04, 0x00, 0x1f, 0x90, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x50, 0x18,
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, /* TCP, 1024 to 8080 */
    'h',  'e',  'l',  'l',  'o',  ' ',  'w',  'o',  'r',  'l',  'd',
};
enum {
    AT_TYPE = 12,
    AT_IP = 14,
    AT_TOTAL = AT_IP + 2,
    AT_PROTOCOL = AT_IP + 9,
    AT_SUM = AT_IP + 10,
    AT_TO = AT_IP + 16
};

/* By plain arithmetic, apart from the code under test. */
static guint16 sum_of(const guint8 *header)
{
    guint32 sum = 0;
    for (guint i = 0; i < 20; i += 2)
        sum += i == 10 ? 0 : (guint32)(header[i] * 256 + header[i + 1]);
    while (sum > 0xFFFF)
        sum = sum % 0x10000 + sum / 0x10000;
    return (guint16)(0xFFFF - sum);
}

static WsscHead head_of(WsscBytes frame, gsize on_wire, int encapsulation)
{
    WsscPacket packet;
    WsscHead head;
    wssc_packet_look(frame, on_wire, encapsulation, &packet, &head);
    return head;
}

static WsscHead head_with(guint at, guint8 octet, gboolean is_summed)
{
    guint8 frame[sizeof whole_frame];
    memcpy(frame, whole_frame, sizeof frame);
    guint16 sum = sum_of(frame + AT_IP);
    frame[AT_SUM] = (guint8)(sum / 256);
    frame[AT_SUM + 1] = (guint8)(sum % 256);
    frame[at] = octet;
    if (is_summed) {
        sum = sum_of(frame + AT_IP);
        frame[AT_SUM] = (guint8)(sum / 256);
        frame[AT_SUM + 1] = (guint8)(sum % 256);
    }
    return head_of(wssc_bytes(frame, sizeof frame), sizeof frame, WTAP_ENCAP_ETHERNET);
}

/* Every octet of the header counts, and none behind it does. */
static void test_heads(void)
{
    for (guint at = AT_IP; at < sizeof whole_frame; at++) {
        WsscHead head = head_with(at, whole_frame[at] ^ 0x20, FALSE);
        gboolean is_header = at < AT_IP + 20;
        g_assert_cmpint(head.kind, ==, at == AT_IP ? WSSC_HEAD_DAMAGED : is_header ? WSSC_HEAD_UNFIT : WSSC_HEAD_GOOD);
        if (is_header)
            g_assert_cmpuint(head.octets, ==, 11);
    }
    WsscHead head = head_with(AT_TO, 99, FALSE);
    g_assert_cmpuint(head.ends.port[head.side], ==, 1024);
    g_assert_cmpuint(head.ends.port[!head.side], ==, 8080);
    g_assert_cmpuint(head.ends.address[!head.side][0], ==, 99);
    g_assert_cmpint(head_with(AT_TO, 99, TRUE).kind, ==, WSSC_HEAD_GOOD);
}

static void test_other_heads(void)
{
    guint8 frame[sizeof whole_frame];
    memcpy(frame, whole_frame, sizeof frame);
    frame[AT_SUM] = frame[AT_SUM + 1] = 0; /* left to the network card */
    const WsscBytes octets = wssc_bytes(frame, sizeof frame);
    g_assert_cmpint(head_of(octets, sizeof frame, WTAP_ENCAP_ETHERNET).kind, ==, WSSC_HEAD_UNKNOWN);
    g_assert_cmpint(head_of(octets, sizeof frame, WTAP_ENCAP_LAPB).kind, ==, WSSC_HEAD_UNKNOWN);
    g_assert_cmpint(head_with(AT_TYPE, 0x69, FALSE).kind, ==, WSSC_HEAD_DAMAGED); /* its checksum fits all the same */
    frame[AT_TYPE] = 0x69;
    g_assert_cmpint(head_of(octets, sizeof frame, WTAP_ENCAP_ETHERNET).kind, ==, WSSC_HEAD_UNKNOWN);
    frame[AT_TYPE] = 0x86;
    frame[AT_TYPE + 1] = 0xDD;
    g_assert_cmpint(head_of(octets, sizeof frame, WTAP_ENCAP_ETHERNET).kind, ==, WSSC_HEAD_DAMAGED);
    for (gsize len = 0; len < sizeof frame; len++) { /* cut anywhere, nothing beyond it is looked at */
        g_autofree guint8 *cut = g_memdup2(whole_frame, len);
        WsscHead head = head_of(wssc_bytes(cut, len), sizeof frame, WTAP_ENCAP_ETHERNET);
        g_assert_true(len >= AT_IP + 20 || head.kind == WSSC_HEAD_UNKNOWN);
    }
}

static void test_strays(void)
{
    WsscHead good = {.kind = WSSC_HEAD_GOOD}, unfit = {.kind = WSSC_HEAD_UNFIT, .octets = 7};
    WsscStrays strays = {.good = 0};
    for (guint32 frame = 1; frame <= 10; frame++)
        wssc_strays_take(&strays, &unfit, TRUE, frame, 0);
    g_assert_false(wssc_strays_are_real(&strays)); /* nobody computed them */
    g_assert_null(strays.frames);
    for (guint32 frame = 11; frame <= 20; frame++)
        wssc_strays_take(&strays, &good, FALSE, frame, 0);
    g_assert_true(wssc_strays_are_real(&strays));
    for (guint32 frame = 21; frame <= 1020; frame++)
        wssc_strays_take(&strays, &unfit, FALSE, frame, frame);
    g_assert_false(wssc_strays_are_real(&strays));
    g_assert_cmpuint(strays.frames->len, ==, 256);
    const WsscStray *last = &g_array_index(strays.frames, WsscStray, 255);
    g_assert_cmpuint(last->first, ==, 276);
    g_assert_cmpuint(last->last, ==, 1020);
    g_assert_cmpuint(last->octets, ==, 7 * 745);
    unfit.kind = WSSC_HEAD_DAMAGED;
    wssc_strays_take(&strays, &unfit, FALSE, 1021, 0);
    g_assert_true(wssc_strays_are_real(&strays));
    wssc_strays_clear(&strays);
}

/* ---- segments before what they answer --------------------------------------------------------------------------- */

typedef struct {
    WsscEarly early;
    WsscWatched watched;
    guint32 frame;
} Play;

static void play(Play *play, guint side, guint32 seq, guint32 len, guint32 ack)
{
    const WsscPacket packet = {
        .side = side, .segment = {.seq = seq, .len = len}, .ack = ack, .has_ack = ack != 0, .is_bare = len == 0};
    WsscPlace place = wssc_watched_take(&play->watched, &packet);
    wssc_early_take(&play->early, &play->watched, &packet, place, ++play->frame);
}

static void end(Play *play)
{
    wssc_early_clear(&play->early);
    g_clear_pointer(&play->watched.early, g_array_unref);
    g_free(play->watched.flows);
}

static void assert_move(const Play *play, guint index, guint32 frame, guint32 behind)
{
    g_assert_nonnull(play->early.moves);
    g_assert_cmpuint(play->early.moves->len, >, index);
    const WsscMove *move = &g_array_index(play->early.moves, WsscMove, index);
    g_assert_cmpuint(move->frame, ==, frame);
    g_assert_cmpuint(move->behind, ==, behind);
}

static void begin(Play *own)
{
    play(own, 0, 1000, 10, 5000); /* frame 1 */
    play(own, 1, 5000, 10, 1010);
    g_assert_null(own->early.moves);
}

static void test_early(void)
{
    Play own = {.frame = 0};
    begin(&own);
    play(&own, 1, 5010, 20, 1110); /* answers what comes only with frame 5, and so does what is said behind it */
    play(&own, 1, 5030, 20, 1110);
    play(&own, 0, 1010, 100, 5010);
    assert_move(&own, 0, 3, 5);
    assert_move(&own, 1, 4, 5);
    g_assert_cmpuint(own.early.moves->len, ==, 2);
    g_assert_cmpuint(own.early.waiting, ==, 0);
    end(&own);
}

/* In two pieces: it waits for the last of them. */
static void test_early_in_pieces(void)
{
    Play own = {.frame = 0};
    begin(&own);
    play(&own, 1, 5010, 20, 1110);
    play(&own, 0, 1010, 50, 5010);
    g_assert_null(own.early.moves);
    play(&own, 0, 1060, 50, 5010);
    assert_move(&own, 0, 3, 5);
    end(&own);
}

static void test_vain(void)
{
    Play lost = {.frame = 0}, seen = {.frame = 0}, far = {.frame = 0}, late = {.frame = 0};
    begin(&lost);
    play(&lost, 1, 5010, 20, 1110);
    play(&lost, 0, 1200, 10, 5030); /* octets are missing before it: perhaps just those */
    play(&lost, 0, 1010, 100, 5010);
    g_assert_null(lost.early.moves);
    end(&lost);
    begin(&seen);
    play(&seen, 1, 5010, 20, 1110);
    play(&seen, 0, 1010, 100, 5030); /* whoever says this has seen the segment: it is no answer to it */
    g_assert_null(seen.early.moves);
    end(&seen);
    begin(&far);
    play(&far, 1, 5010, 20, 1010 + 8 * 1024 * 1024); /* another numbering */
    g_assert_cmpuint(far.early.waiting, ==, 0);
    end(&far);
    begin(&late);
    play(&late, 1, 5010, 20, 1110);
    late.frame += 2000;
    play(&late, 0, 1010, 100, 5010);
    g_assert_null(late.early.moves);
    g_assert_cmpuint(late.early.waiting, ==, 0);
    end(&late);
}

/* No end makes more of its segments wait than is kept of one connection. */
static void test_early_bounded(void)
{
    Play own = {.frame = 0};
    begin(&own);
    for (guint32 i = 0; i < 1000; i++) {
        play(&own, 1, 5010 + i, 1, 2000);
        g_assert_cmpuint(own.early.waiting, <=, 32);
    }
    end(&own);
}

/* ---- records of TLS ------------------------------------------------------------------------------------------- */

static void test_records(void)
{
    guint8 octets[400] = {
        22, 3, 1, 0, 95, 1, [100] = 23, 3, 3, 0, 195, [300] = 21, 3, 3, 0, 19, [324] = 23, 3, 3, 0, 71};
    /* In pieces of any size: two records of data end, and one alert and a handshake do not count. */
    for (gsize piece = 1; piece < sizeof octets; piece++) {
        WsscRecords records = {.left = 0};
        guint ended = 0, begun = 0;
        for (gsize at = 0; at < sizeof octets; at += piece) {
            WsscRecordsSeen seen =
                wssc_records_follow(&records, wssc_bytes(octets + at, MIN(piece, sizeof octets - at)));
            ended += seen.ended;
            begun += seen.is_begun ? 1 : 0;
            g_assert_false(seen.is_astray);
        }
        g_assert_cmpuint(ended, ==, 2);
        g_assert_cmpuint(begun, <=, 2);
        g_assert_cmpuint(records.left, ==, 0);
    }
}

/* What is no record where one has to begin: known from a hello on, and only where that came whole. */
static void test_records_astray(void)
{
    guint8 octets[100] = {22, 3, 1, 0, 45, 1, [50] = 23, 3, 3, 0, 45};
    for (gsize changed = 50; changed < 55; changed++) {
        for (gsize piece = 6; piece <= sizeof octets; piece++) {
            WsscRecords records = {.left = 0};
            guint8 kept = octets[changed];
            guint astray = 0;
            octets[changed] = 99;
            for (gsize at = 0; at < sizeof octets; at += piece)
                astray +=
                    wssc_records_follow(&records, wssc_bytes(octets + at, MIN(piece, sizeof octets - at))).is_astray;
            octets[changed] = kept;
            gboolean is_plausible = changed == 52 || changed == 54; /* the minor version, a few octets more */
            g_assert_true(is_plausible ? astray == 0 : astray > 0);
        }
    }
    WsscRecords records = {.left = 0};
    for (gsize at = 3; at < sizeof octets; at += 20) /* no beginning was seen */
        g_assert_false(wssc_records_follow(&records, wssc_bytes(octets + at, MIN(20, sizeof octets - at))).is_astray);
}

static void test_small_records(void)
{
    guint8 octets[64] = {23, 3, 3, 0, 59};
    WsscRecords records = {.left = 0};
    g_assert_cmpuint(wssc_records_follow(&records, wssc_bytes(octets, sizeof octets)).ended, ==, 0);
    octets[4] = 80; /* goes on, and is not small then */
    WsscRecordsSeen seen = wssc_records_follow(&records, wssc_bytes(octets, sizeof octets));
    g_assert_true(seen.is_begun && seen.ended == 0);
    g_assert_cmpuint(records.left, ==, 21);
    g_assert_cmpuint(wssc_records_follow(&records, wssc_bytes(octets + 5, 21)).ended, ==, 1);
    octets[0] = 99; /* no record */
    seen = wssc_records_follow(&records, wssc_bytes(octets, sizeof octets));
    g_assert_true(!seen.is_begun && seen.ended == 0 && records.left == 0);
}

static void test_application_data(void)
{
    guint8 octets[32] = {23, 3, 3, 0, 27};
    g_assert_true(wssc_records_is_application_data(wssc_bytes(octets, 32)));
    g_assert_true(wssc_records_is_application_data(wssc_bytes(octets, 10))); /* goes on */
    g_assert_false(wssc_records_is_application_data(wssc_bytes(octets, 4)));
    octets[4] = 20; /* what is behind it begins no record */
    g_assert_false(wssc_records_is_application_data(wssc_bytes(octets, 32)));
    octets[25] = 21;
    g_assert_true(wssc_records_is_application_data(wssc_bytes(octets, 32)));
    octets[3] = 0x60; /* larger than any record (RFC 5246 section 6.2.3) */
    g_assert_false(wssc_records_is_application_data(wssc_bytes(octets, 32)));
    octets[3] = 0;
    octets[2] = 5;
    g_assert_false(wssc_records_is_application_data(wssc_bytes(octets, 32)));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/watch/heads", test_heads);
    g_test_add_func("/watch/other-heads", test_other_heads);
    g_test_add_func("/watch/strays", test_strays);
    g_test_add_func("/watch/early", test_early);
    g_test_add_func("/watch/early-in-pieces", test_early_in_pieces);
    g_test_add_func("/watch/vain", test_vain);
    g_test_add_func("/watch/early-bounded", test_early_bounded);
    g_test_add_func("/watch/records", test_records);
    g_test_add_func("/watch/records-astray", test_records_astray);
    g_test_add_func("/watch/small-records", test_small_records);
    g_test_add_func("/watch/application-data", test_application_data);
    return g_test_run();
}
