/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ends.h"

#include <string.h>

void wssc_ends_put(WsscEnds *ends, guint side, const void *address, gsize length, guint16 port)
{
    length = MIN(length, WSSC_MAX_ADDRESS);
    if (length > 0)
        memcpy(ends->address[side], address, length);
    ends->length[side] = (guint16)length;
    ends->port[side] = port;
}

guint wssc_ends_hash(gconstpointer ends)
{
    guint hash = 0;
    for (const guint8 *p = ends; p < (const guint8 *)ends + sizeof(WsscEnds); p += sizeof(guint32)) {
        guint32 word;
        memcpy(&word, p, sizeof word);
        hash = (hash ^ word) * 0x9E3779B1u;
        hash ^= hash >> 15;
    }
    return hash;
}

gboolean wssc_ends_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(WsscEnds)) == 0;
}
