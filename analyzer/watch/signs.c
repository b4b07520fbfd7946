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

static gpointer fill(gpointer user G_GNUC_UNUSED)
{
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

static gboolean find(const guint8 *octets, gsize len)
{
    gsize at = 0;
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

gboolean wssc_signs_follow(WsscSignTail *tail, WsscBytes octets)
{
    static GOnce once = G_ONCE_INIT;
    guint8 seam[2 * (WSSC_SIGN_LEN - 1)];
    gsize after = MIN(octets.len, WSSC_SIGN_LEN - 1), len = tail->len + after;

    g_once(&once, fill, NULL);
    memcpy(seam, tail->octets, tail->len);
    memcpy(seam + tail->len, octets.data, after);
    if (find(seam, len) || find(octets.data, octets.len))
        return TRUE;
    gsize kept = MIN(len, sizeof tail->octets);
    memcpy(tail->octets, octets.len >= kept ? octets.data + octets.len - kept : seam + len - kept, kept);
    tail->len = (guint8)kept;
    return FALSE;
}
