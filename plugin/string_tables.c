/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "string_tables.h"

#include <string.h>

static GHashTable *tables; /* set of those of the file */

static void start_file(void)
{
    tables = g_hash_table_new_full(NULL, NULL, (GDestroyNotify)wssc_string_table_free, NULL);
}

static void end_file(void)
{
    g_clear_pointer(&tables, g_hash_table_unref);
}

void wssc_string_tables_register(void)
{
    register_init_routine(start_file);
    register_cleanup_routine(end_file);
}

WsscStringTable *wssc_string_tables_new(void)
{
    WsscStringTable *table = wssc_string_table_new();
    g_hash_table_add(tables, table);
    return table;
}

gboolean wssc_string_tables_are_lasting(const WsscStringTable *table)
{
    return tables != NULL && g_hash_table_contains(tables, table);
}

static WsscBool free_table(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *table)
{
    wssc_string_table_free(table);
    return FALSE;
}

WsscStringTable *wssc_string_tables_fresh(packet_info *pinfo)
{
    WsscStringTable *table = wssc_string_table_new();
    wmem_register_callback(pinfo->pool, free_table, table);
    return table;
}

WsscStringTable *wssc_string_tables_then(packet_info *pinfo, WsscStringTable *table, guint count)
{
    if (!pinfo->fd->visited)
        return table;
    WsscStringTable *copy = wssc_string_tables_fresh(pinfo);
    for (guint i = 0; i < count; i++) {
        const char *text = wssc_string_table_nth(table, i);
        wssc_string_table_add(copy, wssc_bytes(text, strlen(text)));
    }
    const char *reason = wssc_string_table_unknown_reason(table);
    if (reason != NULL)
        wssc_string_table_mark_unknown(copy, reason);
    return copy;
}
