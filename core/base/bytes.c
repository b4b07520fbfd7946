/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/bytes.h"

#include <string.h>

static guint64 mix(guint64 sum, const guint8 *octets, gsize len)
{
    guint64 eight = 0;
    memcpy(&eight, octets, len);
    sum = (sum ^ eight) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15); /* 2^64 by the golden ratio */
    return sum ^ sum >> 32;
}

guint64 wssc_bytes_hash(WsscBytes octets)
{
    const gsize step = sizeof(guint64);
    guint64 sum = octets.len;
    for (; octets.len >= step; octets.data += step, octets.len -= step)
        sum = mix(sum, octets.data, step);
    return mix(sum, octets.data, octets.len);
}
