/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures read by the analyzer itself (plain.c, frames.c): the same frames as Wiretap gives, of whole files and of
 * damaged ones.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include "compat.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wiretap/wtap.h>

#include "frames_agree.h"
#include "watch/frames.h"
#include "watch/gathered.h"
#include "watch/plain.h"

/* ---- files made here ----------------------------------------------------------------------------------------------
 */

typedef struct {
    GByteArray *octets;
    gboolean is_big;
} Out;

static void put(Out *out, guint64 value, guint size)
{
    for (guint i = 0; i < size; i++) {
        guint8 octet = (guint8)(value >> 8 * (out->is_big ? size - 1 - i : i));
        g_byte_array_append(out->octets, &octet, 1);
    }
}

static void put_filler(Out *out, guint size, guint8 octet)
{
    for (guint i = 0; i < size; i++)
        g_byte_array_append(out->octets, &octet, 1);
}

enum { FRAMES = 5 };
static const guint sizes[FRAMES] = {60, 0, 1514, 61, 3};
static const guint32 seconds[FRAMES] = {1700000000, 1700000000, 1700000001, 1, 4000000000u};
static const guint32 parts[FRAMES] = {0, 999999, 123456, 7, 1};

static GByteArray *make_pcap(gboolean is_big, gboolean is_nano, guint link)
{
    Out out = {g_byte_array_new(), is_big};
    put(&out, is_nano ? 0xa1b23c4d : 0xa1b2c3d4, 4);
    put(&out, 2, 2);
    put(&out, 4, 2);
    put(&out, 0, 8);
    put(&out, 262144, 4);
    put(&out, link, 4);
    for (guint i = 0; i < FRAMES; i++) {
        put(&out, seconds[i], 4);
        put(&out, parts[i], 4);
        put(&out, sizes[i], 4);
        put(&out, sizes[i] + i, 4);
        put_filler(&out, sizes[i], (guint8)('a' + i));
    }
    return out.octets;
}

static void put_option(Out *out, guint code, guint size)
{
    put(out, code, 2);
    put(out, size, 2);
    put_filler(out, (size + 3) / 4 * 4, 'o');
}

/* Two interfaces, of micro- and of nanoseconds; comments and flags; numbers of an interface at the end. */
static GByteArray *make_pcapng(gboolean is_big)
{
    Out out = {g_byte_array_new(), is_big};
    put(&out, 0x0A0D0D0A, 4);
    put(&out, 28, 4);
    put(&out, 0x1A2B3C4D, 4);
    put(&out, 1, 2);
    put(&out, 0, 2);
    put(&out, G_MAXUINT64, 8);
    put(&out, 28, 4);
    for (guint i = 0; i < 2; i++) {
        guint total = i == 0 ? 20 : 32;
        put(&out, 1, 4);
        put(&out, total, 4);
        put(&out, 1, 2);
        put(&out, 0, 2);
        put(&out, 262144, 4);
        if (i == 1) {
            put(&out, 9, 2); /* if_tsresol */
            put(&out, 1, 2);
            put_filler(&out, 1, 9);
            put_filler(&out, 3, 0);
            put(&out, 0, 4);
        }
        put(&out, total, 4);
    }
    for (guint i = 0; i < FRAMES; i++) {
        guint padded = (sizes[i] + 3) / 4 * 4, options = i == 2 ? 4 + 8 + 4 + 4 + 4 : 0;
        guint64 time = (guint64)seconds[i] * (i % 2 == 1 ? 1000000000u : 1000000u) + parts[i];
        put(&out, 6, 4);
        put(&out, 32 + padded + options, 4);
        put(&out, i % 2, 4);
        put(&out, time >> 32, 4);
        put(&out, time & 0xFFFFFFFF, 4);
        put(&out, sizes[i], 4);
        put(&out, sizes[i] + i, 4);
        put_filler(&out, sizes[i], (guint8)('a' + i));
        put_filler(&out, padded - sizes[i], 0);
        if (options > 0) {
            put_option(&out, 1, 5);
            put_option(&out, 2, 4);
            put(&out, 0, 4);
        }
        put(&out, 32 + padded + options, 4);
    }
    put(&out, 5, 4);
    put(&out, 40, 4);
    put(&out, 1, 4);
    put(&out, 0, 8);
    put_option(&out, 4, 8);
    put(&out, 0, 4);
    put(&out, 40, 4);
    return out.octets;
}

/* ---- files in memory ------------------------------------------------------------------------------------------------
 */

static int file = -1;

static const char *path_of(const guint8 *octets, gsize len)
{
    static char path[64];
    if (file < 0)
        file = memfd_create("capture", MFD_CLOEXEC);
    g_assert_cmpint(ftruncate(file, 0), ==, 0);
    g_assert_cmpint(pwrite(file, octets, len, 0), ==, (gssize)len);
    g_snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

static WsscFramesSeen check(const guint8 *octets, gsize len)
{
    WsscFramesSeen seen;
    g_autofree char *different = frames_agree(path_of(octets, len), &seen);
    g_assert_cmpstr(different, ==, NULL);
    return seen;
}

/* Cut nearly everywhere, and with each octet of heads changed in one of two ways. */
static void check_damaged(const GByteArray *whole)
{
    g_autofree guint8 *octets = g_memdup2(whole->data, whole->len);
    for (gsize len = 0; len < whole->len; len += len < 140 || len + 80 > whole->len ? 1 : 53)
        check(octets, len);
    for (gsize at = 0; at < whole->len; at++) {
        guint8 change = at % 2 == 0 ? 0x04 : 0xff;
        if (at > 300 && at + 200 < whole->len)
            continue; /* octets of the longest frame */
        octets[at] ^= change;
        check(octets, whole->len);
        octets[at] ^= change;
    }
}

static void check_made(GByteArray *whole)
{
    WsscFramesSeen seen = check(whole->data, whole->len);
    g_assert_cmpuint(seen.frames, ==, FRAMES);
    g_assert_cmpuint(seen.plain, ==, FRAMES);
    g_assert_true(seen.is_plain);
    check_damaged(whole);
    g_byte_array_unref(whole);
}

static void test_pcap(void)
{
    for (guint i = 0; i < 4; i++)
        check_made(make_pcap((i & 1) != 0, (i & 2) != 0, 1));
}

static void test_pcapng(void)
{
    check_made(make_pcapng(FALSE));
    check_made(make_pcapng(TRUE));
}

/* Raw IP, BSD's loopback, both of Linux' cooked ones; and one with a header of its own (ATM), which is Wiretap's. */
static void test_links(void)
{
    static const guint links[] = {101, 0, 108, 113, 276, 123};
    for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
        GByteArray *whole = make_pcap(FALSE, FALSE, links[i]);
        WsscFramesSeen seen = check(whole->data, whole->len);
        g_assert_cmpuint(seen.plain, ==, links[i] != 123 ? FRAMES : 0);
        g_byte_array_unref(whole);
    }
}

/* More than the window holds, in frames of all sizes; what comes behind a strange one is Wiretap's. */
static void test_long(void)
{
    Out out = {g_byte_array_new(), FALSE};
    GByteArray *head = make_pcap(FALSE, FALSE, 1);
    g_byte_array_append(out.octets, head->data, 24);
    g_byte_array_unref(head);
    for (guint i = 0; i < 600; i++) {
        guint size = i * 7919 % 65536 * (i % 50 == 0 ? 4 : 1) % 262145;
        put(&out, i, 4);
        put(&out, i == 500 ? 1000000 : i, 4);
        put(&out, size, 4);
        put(&out, size, 4);
        put_filler(&out, size, (guint8)i);
    }
    WsscFramesSeen seen = check(out.octets->data, out.octets->len);
    g_assert_cmpuint(seen.frames, ==, 600);
    g_assert_cmpuint(seen.plain, ==, 500);
    g_byte_array_unref(out.octets);
}

/* While a file is read it becomes shorter: no octet is given that is not there. */
static void test_shrinking(void)
{
    GByteArray *frames = make_pcap(FALSE, FALSE, 1), *whole = g_byte_array_new();
    g_byte_array_append(whole, frames->data, frames->len);
    while (whole->len < 1000 * 1000) /* beyond the window */
        g_byte_array_append(whole, frames->data + 24, frames->len - 24);
    g_byte_array_unref(frames);
    const char *path = path_of(whole->data, whole->len);
    int err = 0;
    char *info = NULL;
    guint count = 0;
    WsscPlainFrame frame;
    WsscPlainResult result;
    wtap *wth = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, FALSE);
    WsscPlain *plain = wssc_plain_open(path, wth);
    g_assert_nonnull(plain);
    while ((result = wssc_plain_next(plain, &frame)) == WSSC_PLAIN_FRAME)
        if (++count == 2)
            g_assert_cmpint(ftruncate(file, 100), ==, 0);
    g_assert_true(result == WSSC_PLAIN_STRANGE);
    g_assert_cmpuint(count, <, 1000);
    wssc_plain_free(plain);
    wtap_close(wth);
    g_byte_array_unref(whole);
}

/* ---- some of the frames, gathered
 * ------------------------------------------------------------------------------------ */

static GByteArray *read_at(wtap *wth, gint64 place)
{
    wtap_rec rec;
    Buffer buffer;
    int err = 0;
    char *info = NULL;
    GByteArray *octets = g_byte_array_new();
    wssc_record_init(&rec);
    ws_buffer_init(&buffer, 1514);
    g_assert_true(wssc_wtap_read_at(wth, place, &rec, &buffer, &err, &info));
    g_byte_array_append(octets, (const guint8 *)&rec.ts, sizeof rec.ts);
    g_byte_array_append(octets, (const guint8 *)&rec.rec_header.packet_header.len, sizeof(guint32));
    g_byte_array_append(octets, wssc_record_data(&rec, &buffer), rec.rec_header.packet_header.caplen);
    wtap_rec_cleanup(&rec);
    ws_buffer_free(&buffer);
    return octets;
}

/* Every choice of the frames. */
static void check_gathered(GByteArray *whole)
{
    const char *path = path_of(whole->data, whole->len);
    int err = 0;
    char *info = NULL;
    wtap *wth = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, TRUE);
    for (guint choice = 0; choice < 1u << FRAMES; choice++) {
        WsscFrames *frames = wssc_frames_new(path, wth);
        WsscSeenFrame frame;
        WsscNumbers apart = {.len = 0};
        gint64 before = 0, end, place = 0, there = 0;
        guint8 marks[FRAMES];
        guint32 before_it[FRAMES];
        while (wssc_frames_next(frames, &frame, &err, &info)) {
            wssc_numbers_add(&apart, (guint32)(frame.place - before));
            before = frame.place;
        }
        g_assert_true(wssc_frames_were_plain(frames, &end));
        g_assert_cmpuint(apart.len, ==, FRAMES);
        for (guint i = 0; i < FRAMES; i++)
            marks[i] = (choice & 1u << i) != 0 ? 1 : 2;
        memcpy(before_it, apart.at, sizeof before_it);
        wtap *own = wssc_gather(path, wth, &apart, end, marks, 2);
        g_assert_nonnull(own);
        for (guint i = 0; i < FRAMES; i++) {
            place += before_it[i];
            there += apart.at[i];
            if (marks[i] != 1)
                continue;
            g_autoptr(GByteArray) one = read_at(wth, place);
            g_autoptr(GByteArray) other = read_at(own, there);
            g_assert_cmpmem(one->data, one->len, other->data, other->len);
        }
        wtap_close(own);
        wssc_numbers_clear(&apart);
        wssc_frames_free(frames);
    }
    wtap_close(wth);
    g_byte_array_unref(whole);
}

static void test_gathered(void)
{
    check_gathered(make_pcap(FALSE, FALSE, 1));
    check_gathered(make_pcap(TRUE, TRUE, 101));
    check_gathered(make_pcapng(FALSE));
    check_gathered(make_pcapng(TRUE));
}

/* ---- captures of others --------------------------------------------------------------------------------------------
 */

typedef struct {
    guint captures, plain;
} Count;

static void check_folder(const char *path, Count *count)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        if (g_file_test(inner, G_FILE_TEST_IS_DIR)) {
            check_folder(inner, count);
        } else if (strstr(name, ".pcap") != NULL) {
            WsscFramesSeen seen;
            g_autofree char *different = frames_agree(inner, &seen);
            if (different != NULL)
                g_error("%s: %s", inner, different);
            count->captures++;
            count->plain += seen.is_plain ? 1 : 0;
        }
    }
    if (dir != NULL)
        g_dir_close(dir);
}

static void test_captures(void)
{
    Count count = {0, 0};
    check_folder(WSSC_SOURCE_DIR "/tests/data", &count);
    check_folder(WSSC_SOURCE_DIR "/captures", &count);
    g_test_message("%u of %u captures are read without Wiretap", count.plain, count.captures);
    g_assert_cmpuint(count.captures, >, 200);
    g_assert_cmpuint(count.plain, >, count.captures / 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    frames_agree_init();
    g_test_add_func("/frames/pcap", test_pcap);
    g_test_add_func("/frames/pcapng", test_pcapng);
    g_test_add_func("/frames/links", test_links);
    g_test_add_func("/frames/long", test_long);
    g_test_add_func("/frames/shrinking", test_shrinking);
    g_test_add_func("/frames/gathered", test_gathered);
    g_test_add_func("/frames/captures", test_captures);
    return g_test_run();
}
