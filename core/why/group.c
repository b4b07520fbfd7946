/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The same trouble of the same peers is told once, and what tells most comes first.
 */
#include <string.h>

#include "why/judge.h"

/* Peers are told apart by address; a client has a port of its own for each connection. */
static char *key_of(const WsscTrouble *trouble)
{
    g_autofree char *client = wssc_host_of(trouble->client);
    return g_strdup_printf("%u|%s|%s|%u", (guint)trouble->cause, client != NULL ? client : "",
                           trouble->front != NULL ? trouble->front : "", trouble->detail);
}

/* The one that is surer speaks for both; of equals the first. */
static WsscTrouble *join(WsscTrouble *first, WsscTrouble *second, gboolean is_other_client)
{
    WsscTrouble *kept = second->confidence > first->confidence ? second : first;
    WsscTrouble *gone = kept == first ? second : first;
    guint clients = first->clients + (is_other_client ? second->clients : 0);
    GPtrArray *all = first->occurrences, *more = second->occurrences;
    for (guint i = 0; i < more->len; i++)
        g_ptr_array_add(all, g_memdup2(more->pdata[i], sizeof(WsscOccurrence)));
    kept->clients = clients;
    if (kept == second) {
        second->occurrences = all;
        first->occurrences = more;
    }
    wssc_trouble_free(gone);
    return kept;
}

static gint64 first_time(const WsscTrouble *trouble)
{
    return trouble->time;
}

/* What was left comes after what was refused; then the surer before the less sure, and the earlier before the later,
 * for what comes later often follows from it. */
static int by_weight(gconstpointer a, gconstpointer b)
{
    const WsscTrouble *one = *(WsscTrouble *const *)a, *other = *(WsscTrouble *const *)b;
    gboolean one_left = one->cause == WSSC_CAUSE_NEVER_CANCELLED,
             other_left = other->cause == WSSC_CAUSE_NEVER_CANCELLED;
    if (one_left != other_left)
        return one_left ? 1 : -1;
    if ((one->confidence == WSSC_POSSIBLE) != (other->confidence == WSSC_POSSIBLE))
        return one->confidence == WSSC_POSSIBLE ? 1 : -1;
    if (first_time(one) != first_time(other))
        return first_time(one) < first_time(other) ? -1 : 1;
    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

/* The list's troubles, joined where the key is the same; steals them. */
static GPtrArray *joined(GPtrArray *troubles, char *(*key_of_trouble)(const WsscTrouble *), GHashTable *only)
{
    g_autoptr(GHashTable) of_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *grouped = g_ptr_array_new_with_free_func(wssc_trouble_free);
    for (guint i = 0; i < troubles->len; i++) {
        WsscTrouble *trouble = troubles->pdata[i];
        char *key = key_of_trouble(trouble);
        gpointer at;
        gboolean may_join = only == NULL || g_hash_table_contains(only, key);
        if (may_join && g_hash_table_lookup_extended(of_key, key, NULL, &at)) {
            guint index = GPOINTER_TO_UINT(at);
            grouped->pdata[index] = join(grouped->pdata[index], trouble, only != NULL);
            g_free(key);
        } else {
            g_hash_table_insert(of_key, key, GUINT_TO_POINTER(grouped->len));
            g_ptr_array_add(grouped, trouble);
        }
    }
    return grouped;
}

/* What befalls more clients of a service than these is told once. */
#define MANY_CLIENTS 3

static char *service_key_of(const WsscTrouble *trouble)
{
    return g_strdup_printf("%u|%s|%u", (guint)trouble->cause, trouble->front != NULL ? trouble->front : "",
                           trouble->detail);
}

/* service_key_of of those that too many clients have. */
static GHashTable *shared_keys(const GPtrArray *troubles)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < troubles->len; i++) {
        char *key = service_key_of(troubles->pdata[i]);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key)) + 1;
        if (count > MANY_CLIENTS)
            g_hash_table_add(shared, g_strdup(key));
        g_hash_table_replace(counts, key, GUINT_TO_POINTER(count));
    }
    return shared;
}

GPtrArray *wssc_troubles_group(GPtrArray *troubles)
{
    GPtrArray *of_peers = joined(troubles, key_of, NULL);
    g_autoptr(GHashTable) shared = shared_keys(of_peers);
    GPtrArray *grouped = of_peers;
    if (g_hash_table_size(shared) > 0) {
        grouped = joined(of_peers, service_key_of, shared);
        g_ptr_array_set_free_func(of_peers, NULL);
        g_ptr_array_unref(of_peers);
    }
    g_ptr_array_sort(grouped, by_weight);
    return grouped;
}
