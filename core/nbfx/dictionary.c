/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "nbfx/dictionary.h"

#include <string.h>

#include "base/limits.h"
#include "nbfx/value.h"

static const char *const nbfs_strings[] = {
#define WSSC_NBFS(string) string,
#include "nbfx/nbfs_strings.def"
#undef WSSC_NBFS
};

struct WsscStringTable {
    GPtrArray *strings;
    gsize octets;
    const char *unknown_reason;
};

const char *wssc_nbfs_string(guint32 id)
{
    if (id % 2 != 0 || id / 2 >= G_N_ELEMENTS(nbfs_strings))
        return NULL;
    return nbfs_strings[id / 2];
}

WsscStringTable *wssc_string_table_new(void)
{
    WsscStringTable *table = g_new0(WsscStringTable, 1);
    table->strings = g_ptr_array_new_with_free_func(g_free);
    return table;
}

void wssc_string_table_free(WsscStringTable *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->strings);
    g_free(table);
}

void wssc_string_table_mark_unknown(WsscStringTable *table, const char *reason)
{
    if (table->unknown_reason == NULL)
        table->unknown_reason = reason;
}

const char *wssc_string_table_unknown_reason(const WsscStringTable *table)
{
    return table->unknown_reason;
}

guint wssc_string_table_count(const WsscStringTable *table)
{
    return table->strings->len;
}

const char *wssc_string_table_nth(const WsscStringTable *table, guint i)
{
    return i < table->strings->len ? g_ptr_array_index(table->strings, i) : NULL;
}

gboolean wssc_string_table_add(WsscStringTable *table, WsscBytes string)
{
    if (table->unknown_reason != NULL)
        return TRUE;
    g_autoptr(GString) text = g_string_sized_new(string.len);
    wssc_value_utf8(text, string);
    /* An empty string costs memory as well, so every one counts its length field too. */
    gsize octets = text->len + 1;
    if (octets > WSSC_MAX_STRING_TABLE_OCTETS - table->octets) {
        wssc_string_table_mark_unknown(table, "the session's string table outgrew the limit");
        return FALSE;
    }
    table->octets += octets;
    g_ptr_array_add(table->strings, g_strdup(text->str));
    return TRUE;
}

void wssc_string_table_truncate(WsscStringTable *table, guint count)
{
    while (table->strings->len > count) {
        const char *last = g_ptr_array_index(table->strings, table->strings->len - 1);
        table->octets -= strlen(last) + 1;
        g_ptr_array_set_size(table->strings, (gint)table->strings->len - 1);
    }
}

static const char *check_strings(WsscBytes body)
{
    WsscCursor cursor = wssc_cursor(body);
    WsscBytes string;
    guint64 len;

    while (wssc_cursor_left(&cursor) > 0) {
        if (wssc_cursor_varint(&cursor, G_MAXINT32, &len) != WSSC_CURSOR_OK ||
            !wssc_cursor_take(&cursor, (gsize)len, &string))
            return "a string of the table runs past the table's size";
    }
    return NULL;
}

gboolean wssc_string_table_read(WsscStringTable *table, WsscCursor *cursor, const char **ret_reason)
{
    WsscCursor ahead = *cursor;
    WsscBytes body, string;
    guint64 size, len;

    *ret_reason = NULL;
    if (wssc_cursor_varint(&ahead, G_MAXINT32, &size) != WSSC_CURSOR_OK)
        *ret_reason = "the size of the string table is no number";
    else if (!wssc_cursor_take(&ahead, (gsize)size, &body))
        *ret_reason = "the string table runs past the end of the message";
    else
        *ret_reason = check_strings(body);
    if (*ret_reason != NULL)
        return FALSE;
    *cursor = ahead;
    WsscCursor strings = wssc_cursor(body);
    while (table != NULL && wssc_cursor_varint(&strings, G_MAXINT32, &len) == WSSC_CURSOR_OK &&
           wssc_cursor_take(&strings, (gsize)len, &string)) {
        if (!wssc_string_table_add(table, string))
            break;
    }
    return TRUE;
}
