/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "nettcp_rest.h"

#include <epan/conversation.h>

#include "dissect.h"
#include "live.h"
#include "string_tables.h"

static GHashTable *links; /* WsscEnds -> WsscLink of the file's */
static GHashTable *kept;  /* WsscEnds -> WsscLink whose texts and tables are its own */
static gboolean is_forgetting;

/* ---- copies -------------------------------------------------------------------------------------------------- */

/* scope NULL: g_malloc's. */
static WsscLink *copy_of(wmem_allocator_t *scope, const WsscLink *link)
{
    WsscLink *copy = wmem_memdup(scope, link, sizeof *link);
    copy_address_wmem(scope, &copy->client, &link->client);
    copy->content_type = wmem_strdup(scope, link->content_type);
    copy->host = wmem_strdup(scope, link->host);
    copy->target = wmem_strdup(scope, link->target);
    return copy;
}

static void free_copy(WsscLink *copy)
{
    free_address_wmem(NULL, &copy->client);
    g_free((char *)copy->content_type);
    g_free((char *)copy->host);
    g_free((char *)copy->target);
    g_free(copy);
}

static void drop(gpointer data)
{
    WsscLink *link = data;
    for (guint i = 0; i < G_N_ELEMENTS(link->sides); i++)
        wssc_string_tables_drop(link->sides[i].strings);
    free_copy(link);
}

/* ---- keeping ------------------------------------------------------------------------------------------------- */

void wssc_nettcp_rest_note(WsscLink *link, const packet_info *pinfo)
{
    WsscEnds ends;
    wssc_dissect_ends(pinfo, &ends);
    g_hash_table_insert(links, g_memdup2(&ends, sizeof ends), link);
}

static void keep(const WsscEnds *ends, const WsscLink *link)
{
    WsscLink *copy = copy_of(NULL, link);
    for (guint i = 0; i < G_N_ELEMENTS(copy->sides); i++)
        wssc_string_tables_keep(copy->sides[i].strings);
    g_hash_table_insert(kept, g_memdup2(ends, sizeof *ends), copy);
}

void wssc_dissect_keep(WsscGoesOn goes_on, gconstpointer user)
{
    GHashTableIter iter;
    gpointer ends, link;
    is_forgetting = TRUE;
    for (g_hash_table_iter_init(&iter, links); g_hash_table_iter_next(&iter, &ends, &link);)
        if (goes_on(user, ends))
            keep(ends, link);
}

/* ---- taking up ----------------------------------------------------------------------------------------------- */

void wssc_dissect_take_up(packet_info *pinfo)
{
    WsscEnds ends;
    conversation_t *conversation = pinfo->ptype == PT_TCP ? wssc_live_conversation(pinfo) : NULL;
    wssc_dissect_ends(pinfo, &ends);
    WsscLink *before = conversation != NULL ? g_hash_table_lookup(kept, &ends) : NULL;
    if (before == NULL)
        return;
    WsscLink *link = copy_of(wmem_file_scope(), before);
    for (guint i = 0; i < G_N_ELEMENTS(link->sides); i++) {
        wssc_string_tables_take_up(link->sides[i].strings);
        link->sides[i].has_next = FALSE; /* TCP's dissector counts anew; a connection with a hole is not forgotten */
    }
    conversation_add_proto_data(conversation, proto_nettcp, link);
    conversation_set_dissector(conversation, find_dissector("nettcp"));
    wssc_nettcp_rest_note(link, pinfo);
    g_hash_table_remove(kept, &ends);
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static GHashTable *new_map(GDestroyNotify free_link)
{
    return g_hash_table_new_full(wssc_ends_hash, wssc_ends_equal, g_free, free_link);
}

static void begin(void)
{
    links = new_map(NULL);
    if (!is_forgetting)
        g_clear_pointer(&kept, g_hash_table_unref);
    if (kept == NULL)
        kept = new_map(drop);
    is_forgetting = FALSE;
}

static void end(void)
{
    g_clear_pointer(&links, g_hash_table_unref);
}

void wssc_nettcp_rest_register(void)
{
    register_init_routine(begin);
    register_cleanup_routine(end);
}
