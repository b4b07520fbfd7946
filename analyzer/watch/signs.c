/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/signs.h"

#include <string.h>

/* A part of each word of unread.c, all of one length: "Envelope" and both namespaces' ends, "application/soap",
 * "text/xml", "net.tcp://", "HTTP/1.", "HTTP/2." and how an envelope of SOAP 1.2 begins in binary XML. */
static const char parts[][WSSC_SIGN_LEN + 1] = {
    "nvelop", "n/soap", "xt/xml", "tcp://", "TTP/1.", "TTP/2.", "V\x02\x0B\x01s\x04"};

/* Of the pairs of octets that begin at every STRIDE-th, one lies within each window of that length. What pairs the
 * parts have is known by a hash: nearly all of a stream is passed over by one look for each of its pairs, none of which
 * waits for another. */
enum { STRIDE = WSSC_SIGN_LEN - 1, AT_ONCE = 8, HASH_BITS = 12 };
static guint8 is_pair[1 << HASH_BITS];

static inline guint hash(const guint8 *pair)
{
    guint16 both;
    memcpy(&both, pair, sizeof both);
    return (both * 0x9E3779B1u) >> (32 - HASH_BITS);
}

static void fill_wide(void);

static gpointer fill(gpointer user G_GNUC_UNUSED)
{
    fill_wide();
    for (guint p = 0; p < G_N_ELEMENTS(parts); p++)
        for (guint i = 0; i < STRIDE; i++)
            is_pair[hash((const guint8 *)parts[p] + i)] = 1;
    return NULL;
}

/* Some part with its pair there. */
static gboolean is_sign(const guint8 *octets, gsize len, gsize at)
{
    for (gsize back = 0; back <= MIN(at, STRIDE - 1); back++)
        for (guint p = 0; at - back + WSSC_SIGN_LEN <= len && p < G_N_ELEMENTS(parts); p++)
            if (memcmp(octets + at - back, parts[p], WSSC_SIGN_LEN) == 0)
                return TRUE;
    return FALSE;
}

/* Whether any of the next AT_ONCE is one: written out, for compilers that unroll nothing. */
static inline guint8 has_pair(const guint8 *at)
{
#define PAIR(number) is_pair[hash(at + (number)*STRIDE)]
    G_STATIC_ASSERT(AT_ONCE == 8);
    return PAIR(0) | PAIR(1) | PAIR(2) | PAIR(3) | PAIR(4) | PAIR(5) | PAIR(6) | PAIR(7);
#undef PAIR
}

static gboolean find_from(const guint8 *octets, gsize len, gsize at)
{
    for (; at + AT_ONCE * STRIDE < len; at += AT_ONCE * STRIDE) {
        guint8 any = has_pair(octets + at);
        for (gsize i = 0; any != 0 && i < AT_ONCE; i++)
            if (is_pair[hash(octets + at + i * STRIDE)] != 0 && is_sign(octets, len, at + i * STRIDE))
                return TRUE;
    }
    for (; at + 1 < len; at += STRIDE)
        if (is_pair[hash(octets + at)] != 0 && is_sign(octets, len, at))
            return TRUE;
    return FALSE;
}

/* ---- the same with wide registers ---------------------------------------------------------------------------------
 */

#if defined(__x86_64__) && defined(__GNUC__) && !defined(WSSC_SIGNS_NARROW)

#include <immintrin.h>

/* Whether a part begins is looked at for 32 octets at a time by its first two. The halves of each are looked up in
 * tables with a bit for each part: what is left of all four are the parts that may begin there. No part has an octet
 * above 127, for which these look-ups give nothing. */
enum { WIDE = 32, HALVES = 16 };
static guint8 low[2][WIDE], high[2][WIDE]; /* each table twice: one for each half of a register */
static gboolean has_wide;

static void fill_wide(void)
{
    G_STATIC_ASSERT(G_N_ELEMENTS(parts) <= 8);
    for (guint p = 0; p < G_N_ELEMENTS(parts); p++)
        for (guint i = 0; i < 2; i++)
            for (guint half = 0; half < WIDE; half += HALVES) {
                guint8 octet = (guint8)parts[p][i], bit = (guint8)(1u << p);
                low[i][half + (octet & 15)] |= bit;
                high[i][half + (octet >> 4)] |= bit;
            }
    has_wide = __builtin_cpu_supports("avx2") != 0;
}

static gboolean begins_at_any(const guint8 *octets, gsize len, gsize at, guint32 places)
{
    for (; places != 0; places &= places - 1) {
        gsize place = at + (gsize)__builtin_ctz(places);
        for (guint p = 0; place + WSSC_SIGN_LEN <= len && p < G_N_ELEMENTS(parts); p++)
            if (memcmp(octets + place, parts[p], WSSC_SIGN_LEN) == 0)
                return TRUE;
    }
    return FALSE;
}

/* ret_at: how far it came. */
__attribute__((target("avx2"))) static gboolean find_wide(const guint8 *octets, gsize len, gsize *ret_at)
{
    const __m256i low0 = _mm256_loadu_si256((const __m256i *)low[0]),
                  low1 = _mm256_loadu_si256((const __m256i *)low[1]);
    const __m256i high0 = _mm256_loadu_si256((const __m256i *)high[0]),
                  high1 = _mm256_loadu_si256((const __m256i *)high[1]);
    const __m256i halves = _mm256_set1_epi8(15), none = _mm256_setzero_si256();
    gsize at = 0;
    for (; at + WIDE + 1 <= len; at += WIDE) {
        __m256i one = _mm256_loadu_si256((const __m256i *)(octets + at));
        __m256i next = _mm256_loadu_si256((const __m256i *)(octets + at + 1));
        __m256i first =
            _mm256_and_si256(_mm256_shuffle_epi8(low0, one),
                             _mm256_shuffle_epi8(high0, _mm256_and_si256(_mm256_srli_epi16(one, 4), halves)));
        __m256i second =
            _mm256_and_si256(_mm256_shuffle_epi8(low1, next),
                             _mm256_shuffle_epi8(high1, _mm256_and_si256(_mm256_srli_epi16(next, 4), halves)));
        if (_mm256_testz_si256(first, second))
            continue;
        __m256i empty = _mm256_cmpeq_epi8(_mm256_and_si256(first, second), none);
        if (begins_at_any(octets, len, at, ~(guint32)_mm256_movemask_epi8(empty)))
            return TRUE;
    }
    *ret_at = at;
    return FALSE;
}

static gboolean find(const guint8 *octets, gsize len)
{
    gsize at = 0;
    return (has_wide && find_wide(octets, len, &at)) || find_from(octets, len, at);
}

#else

static void fill_wide(void)
{
}

static gboolean find(const guint8 *octets, gsize len)
{
    return find_from(octets, len, 0);
}

#endif

/* ---- a stream -----------------------------------------------------------------------------------------------------
 */

gboolean wssc_signs_follow(WsscSignTail *tail, WsscBytes octets)
{
    static GOnce once = G_ONCE_INIT;
    guint8 seam[2 * (WSSC_SIGN_LEN - 1)];
    gsize after = MIN(octets.len, WSSC_SIGN_LEN - 1), len = tail->len + after;

    g_once(&once, fill, NULL);
    memcpy(seam, tail->octets, tail->len);
    memcpy(seam + tail->len, octets.data, after);
    if ((tail->len > 0 && find_from(seam, len, 0)) || find(octets.data, octets.len))
        return TRUE;
    gsize kept = MIN(len, sizeof tail->octets);
    memcpy(tail->octets, octets.len >= kept ? octets.data + octets.len - kept : seam + len - kept, kept);
    tail->len = (guint8)kept;
    return FALSE;
}
