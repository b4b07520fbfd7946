/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A borrowed run of octets. Nobody frees a WsscBytes; whoever hands one out says how long
 * it stays good.
 */
#ifndef WSSC_BASE_BYTES_H
#define WSSC_BASE_BYTES_H

#include <glib.h>

typedef struct {
    const guint8 *data; /* never NULL where wssc_bytes made it: no octets are "" */
    gsize len;          /* octets */
} WsscBytes;

static inline WsscBytes wssc_bytes(const void *data, gsize len)
{
    /* C has no arithmetic on NULL, not even by nothing. */
    return (WsscBytes){.data = data != NULL ? data : (const void *)"", .len = len};
}

static inline WsscBytes wssc_bytes_of(GBytes *bytes)
{
    gsize len = 0;
    const void *data = g_bytes_get_data(bytes, &len);
    return wssc_bytes(data, len);
}

/* Equal for equal octets, and for others hardly ever: eight octets at a time, for each message has one. No protection
 * against those who look for equal ones. */
guint64 wssc_bytes_hash(WsscBytes octets);

#endif
