/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Exchanges by what carriers know them by: which requests of a connection have no answer yet, and which request a pair
 * is.
 */
#include "session/private.h"

/* A connection, or with pair a request on it and its response. */
typedef struct {
    guint file;
    guint64 stream, pair;
} PairKey;

static PairKey *pair_key_new(guint file, guint64 stream, guint64 pair)
{
    PairKey *key = g_new(PairKey, 1);
    *key = (PairKey){file, stream, pair};
    return key;
}

static guint pair_key_hash(gconstpointer data)
{
    const PairKey *key = data;
    return (g_int64_hash(&key->stream) * 31 + g_int64_hash(&key->pair)) * 31 + key->file;
}

static gboolean pair_key_equal(gconstpointer a, gconstpointer b)
{
    const PairKey *one = a, *other = b;
    return one->stream == other->stream && one->pair == other->pair && one->file == other->file;
}

void wssc_exchange_tables_init(WsscSession *session)
{
    session->by_stream =
        g_hash_table_new_full(pair_key_hash, pair_key_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    session->by_pair = g_hash_table_new_full(pair_key_hash, pair_key_equal, g_free, NULL);
}

WsscOpenExchange *wssc_exchange_of_pair(WsscSession *session, guint file, guint64 stream, guint64 pair)
{
    if (pair == 0)
        return NULL;
    const PairKey key = {file, stream, pair};
    return g_hash_table_lookup(session->by_pair, &key);
}

void wssc_exchange_join_pair(WsscSession *session, WsscOpenExchange *open, const WsscMessage *message)
{
    if (message->pair != 0)
        g_hash_table_replace(session->by_pair, pair_key_new(message->file, message->stream, message->pair), open);
}

/* Set of WsscOpenExchange; or NULL. */
static GHashTable *under_way_on(const WsscSession *session, guint file, guint64 stream)
{
    const PairKey key = {file, stream, 0};
    return g_hash_table_lookup(session->by_stream, &key);
}

void wssc_exchange_set_under_way(WsscSession *session, WsscOpenExchange *open, const WsscMessage *message,
                                 gboolean is_under_way)
{
    GHashTable *set = under_way_on(session, message->file, message->stream);
    if (is_under_way && set == NULL) {
        set = g_hash_table_new(NULL, NULL);
        g_hash_table_insert(session->by_stream, pair_key_new(message->file, message->stream, 0), set);
    }
    if (is_under_way)
        g_hash_table_add(set, open);
    else if (set != NULL)
        g_hash_table_remove(set, open);
    if (set != NULL && g_hash_table_size(set) == 0) {
        const PairKey key = {message->file, message->stream, 0};
        g_hash_table_remove(session->by_stream, &key);
    }
}

WsscOpenExchange *wssc_exchange_only_one_under_way(WsscSession *session, const WsscMessage *message)
{
    GHashTableIter iter;
    gpointer open = NULL;
    GHashTable *set = message->pair == 0 ? under_way_on(session, message->file, message->stream) : NULL;

    if (set == NULL || g_hash_table_size(set) != 1)
        return NULL;
    g_hash_table_iter_init(&iter, set);
    g_hash_table_iter_next(&iter, &open, NULL);
    const WsscMessage *request = ((WsscOpenExchange *)open)->exchange.request;
    return request != NULL && g_strcmp0(request->src, message->dst) == 0 ? open : NULL;
}

GPtrArray *wssc_exchange_list_under_way(const WsscSession *session, guint file, guint64 stream)
{
    GHashTableIter iter;
    gpointer open;
    GPtrArray *list = g_ptr_array_new();
    GHashTable *set = under_way_on(session, file, stream);

    if (set != NULL) {
        g_hash_table_iter_init(&iter, set);
        while (g_hash_table_iter_next(&iter, &open, NULL))
            if (((WsscOpenExchange *)open)->exchange.response == NULL &&
                !((WsscOpenExchange *)open)->exchange.is_ended_by_carrier)
                g_ptr_array_add(list, open);
    }
    return list;
}

GPtrArray *wssc_exchange_under_way(WsscSession *session, guint file, guint64 stream)
{
    GPtrArray *list = wssc_exchange_list_under_way(session, file, stream);
    GHashTable *set = under_way_on(session, file, stream);
    if (set != NULL)
        g_hash_table_remove_all(set);
    return list;
}
