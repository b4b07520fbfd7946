/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/signs.h"

#include <string.h>

/* A part of each word of unread.c, all of one length: "Envelope" and both namespaces' ends, "application/soap",
 * "text/xml", "net.tcp://", "HTTP/1.", "HTTP/2." and how an envelope of SOAP 1.2 begins in binary XML. */
static const char parts[][WSSC_SIGN_LEN + 1] = {
    "nvelop", "n/soap", "xt/xml", "tcp://", "TTP/1.", "TTP/2.", "V\x02\x0B\x01s\x04"};

/* How far a window of that length may be moved on when it ends with two octets (Wu and Manber 1994), by their hash. */
#define HASH_BITS 12
static guint8 shifts[1 << HASH_BITS];

static inline guint hash(guint8 one, guint8 other)
{
    return ((guint)one << 4 ^ other) & ((1 << HASH_BITS) - 1);
}

static gpointer fill(gpointer user G_GNUC_UNUSED)
{
    memset(shifts, WSSC_SIGN_LEN - 1, sizeof shifts);
    for (guint p = 0; p < G_N_ELEMENTS(parts); p++)
        for (guint i = 1; i < WSSC_SIGN_LEN; i++) {
            guint8 *shift = &shifts[hash((guint8)parts[p][i - 1], (guint8)parts[p][i])];
            *shift = (guint8)MIN(*shift, WSSC_SIGN_LEN - 1 - i);
        }
    return NULL;
}

static gboolean is_part(const guint8 *octets)
{
    for (guint p = 0; p < G_N_ELEMENTS(parts); p++)
        if (memcmp(octets, parts[p], WSSC_SIGN_LEN) == 0)
            return TRUE;
    return FALSE;
}

static gboolean find(const guint8 *octets, gsize len)
{
    for (gsize last = WSSC_SIGN_LEN - 1; last < len;) {
        guint shift = shifts[hash(octets[last - 1], octets[last])];
        if (shift == 0 && is_part(octets + last - (WSSC_SIGN_LEN - 1)))
            return TRUE;
        last += MAX(shift, 1);
    }
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
