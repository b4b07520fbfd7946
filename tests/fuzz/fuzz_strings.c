/* SPDX-License-Identifier: GPL-2.0-or-later */
/* String tables of one direction, message after message. */
#include "fuzz.h"

#include "nbfx/dictionary.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data, size));
    g_autoptr(WsscStringTable) table = wssc_string_table_new();
    WsscCursor cursor = wssc_cursor(wssc_bytes_of(octets));
    const char *reason = NULL;
    guint before;

    do {
        gsize pos = cursor.pos;
        before = wssc_string_table_count(table);
        if (!wssc_string_table_read(table, &cursor, &reason)) {
            FUZZ_ASSERT(reason != NULL && cursor.pos == pos && wssc_string_table_count(table) == before);
            break;
        }
        FUZZ_ASSERT(cursor.pos > pos);
    } while (wssc_cursor_left(&cursor) > 0);
    for (guint i = 0; i < wssc_string_table_count(table); i++)
        FUZZ_ASSERT(g_utf8_validate(wssc_string_table_nth(table, i), -1, NULL));
    wssc_string_table_truncate(table, before / 2);
    FUZZ_ASSERT(wssc_string_table_count(table) <= before || before == 0);
    return 0;
}
