/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A bounded walk over borrowed octets: the one way the binary formats are read. Nothing here
 * reads past the end; a failed read leaves the position where it was. Integers are
 * little-endian, as all of .NET's formats are.
 *
 *     WsscCursor c = wssc_cursor(bytes);
 *     guint8 record;
 *     while (wssc_cursor_u8(&c, &record)) ...
 */
#ifndef WSSC_BASE_CURSOR_H
#define WSSC_BASE_CURSOR_H

#include "base/bytes.h"

typedef struct {
    WsscBytes bytes;
    gsize pos; /* never beyond bytes.len */
} WsscCursor;

typedef enum {
    WSSC_CURSOR_OK,
    WSSC_CURSOR_SHORT, /* the octets end too early */
    WSSC_CURSOR_BAD,   /* no number of this form */
} WsscCursorStatus;

static inline WsscCursor wssc_cursor(WsscBytes bytes)
{
    return (WsscCursor){.bytes = bytes, .pos = 0};
}

static inline gsize wssc_cursor_left(const WsscCursor *cursor)
{
    return cursor->bytes.len - cursor->pos;
}

/* The next octet without stepping past it; -1 at the end. */
static inline int wssc_cursor_peek(const WsscCursor *cursor)
{
    return cursor->pos < cursor->bytes.len ? cursor->bytes.data[cursor->pos] : -1;
}

static inline gboolean wssc_cursor_u8(WsscCursor *cursor, guint8 *ret_value)
{
    if (cursor->pos >= cursor->bytes.len)
        return FALSE;
    *ret_value = cursor->bytes.data[cursor->pos++];
    return TRUE;
}

/* width octets (1 to 8) as one unsigned number. */
gboolean wssc_cursor_uint(WsscCursor *cursor, guint width, guint64 *ret_value);
/* The next len octets, borrowed. */
gboolean wssc_cursor_take(WsscCursor *cursor, gsize len, WsscBytes *ret_bytes);
/* Seven bits an octet, least significant group first, bit 7 for "more", at most five octets and
 * no value above max: MultiByteInt31 of [MC-NBFX] 2.1.2 (max 0x7FFFFFFF) and the record size of
 * [MC-NMF] 2.2.2 (max 0xFFFFFFFF). Longer forms than needed are accepted, as .NET does. */
WsscCursorStatus wssc_cursor_varint(WsscCursor *cursor, guint64 max, guint64 *ret_value);

#endif
