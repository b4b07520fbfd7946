/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "string_tables.h"

#include <string.h>

/* WsscStringTable -> its number. */
static GHashTable *tables; /* of the file */
static GHashTable *kept;   /* of connections that go on in another one */
static gsize made;         /* of all that were made */

static GHashTable *new_map(void)
{
    return g_hash_table_new_full(NULL, NULL, (GDestroyNotify)wssc_string_table_free, NULL);
}

static void start_file(void)
{
    tables = new_map();
    if (kept == NULL)
        kept = new_map();
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
    g_hash_table_insert(tables, table, GSIZE_TO_POINTER(++made));
    return table;
}

guint64 wssc_string_tables_number(const WsscStringTable *table)
{
    return tables != NULL ? GPOINTER_TO_SIZE(g_hash_table_lookup(tables, table)) : 0;
}

static void move(WsscStringTable *table, GHashTable *from, GHashTable *to)
{
    gpointer number = g_hash_table_lookup(from, table);
    if (g_hash_table_steal(from, table))
        g_hash_table_insert(to, table, number);
}

void wssc_string_tables_keep(WsscStringTable *table)
{
    move(table, tables, kept);
}

void wssc_string_tables_take_up(WsscStringTable *table)
{
    move(table, kept, tables);
}

void wssc_string_tables_drop(WsscStringTable *table)
{
    g_hash_table_remove(kept, table);
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
