/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/cursor.h"

#define VARINT_OCTETS 5

gboolean wssc_cursor_uint(WsscCursor *cursor, guint width, guint64 *ret_value)
{
    WsscBytes raw;
    guint64 value = 0;

    g_return_val_if_fail(width >= 1 && width <= 8, FALSE);
    if (!wssc_cursor_take(cursor, width, &raw))
        return FALSE;
    for (guint i = width; i > 0; i--)
        value = value << 8 | raw.data[i - 1];
    *ret_value = value;
    return TRUE;
}

gboolean wssc_cursor_take(WsscCursor *cursor, gsize len, WsscBytes *ret_bytes)
{
    if (len > wssc_cursor_left(cursor))
        return FALSE;
    *ret_bytes = wssc_bytes(len > 0 ? cursor->bytes.data + cursor->pos : NULL, len);
    cursor->pos += len;
    return TRUE;
}

WsscCursorStatus wssc_cursor_varint(WsscCursor *cursor, guint64 max, guint64 *ret_value)
{
    guint64 value = 0;

    for (gsize i = 0; i < VARINT_OCTETS; i++) {
        if (i >= wssc_cursor_left(cursor))
            return WSSC_CURSOR_SHORT;
        guint8 octet = cursor->bytes.data[cursor->pos + i];
        value |= (guint64)(octet & 0x7F) << (7 * i);
        if (value > max)
            return WSSC_CURSOR_BAD;
        if ((octet & 0x80) == 0) {
            cursor->pos += i + 1;
            *ret_value = value;
            return WSSC_CURSOR_OK;
        }
    }
    return WSSC_CURSOR_BAD;
}
