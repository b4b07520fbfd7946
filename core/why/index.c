/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Calls by context, messages by connection, and what stands before and behind each.
 */
#include "why/scene.h"

static void add_to(GHashTable *table, gconstpointer key, gconstpointer thing)
{
    GPtrArray *list = g_hash_table_lookup(table, key);
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(table, (gpointer)key, list);
    }
    g_ptr_array_add(list, (gpointer)thing);
}

static const GPtrArray *empty_list(void)
{
    static GPtrArray nothing; /* never written */
    return &nothing;
}

const GPtrArray *wssc_scene_calls_of(const WsscScene *scene, const WsscContext *context)
{
    const GPtrArray *list = context != NULL ? g_hash_table_lookup(scene->of_context, context) : NULL;
    return list != NULL ? list : empty_list();
}

const GPtrArray *wssc_scene_messages_on(const WsscScene *scene, const WsscConnection *connection)
{
    const GPtrArray *list = connection != NULL ? g_hash_table_lookup(scene->of_message_on, connection) : NULL;
    return list != NULL ? list : empty_list();
}

static char *held_key(const WsscContext *context, const char *server)
{
    return g_strdup_printf("%u|%s", context->index, server);
}

gboolean wssc_scene_held(const WsscScene *scene, const WsscContext *context, const char *server)
{
    g_autofree char *key = held_key(context, server);
    return g_hash_table_contains(scene->held, key);
}

/* Of one context, by time. */
static void read_neighbours(WsscScene *scene, const GPtrArray *calls)
{
    const WsscCall *good = NULL;
    for (guint i = 0; i < calls->len; i++) {
        WsscCall *call = calls->pdata[i];
        call->last_good = good;
        if (call->result != WSSC_CALL_SERVED)
            continue;
        good = call;
        g_hash_table_add(scene->held, held_key(call->context, call->server));
    }
    good = NULL;
    for (guint i = calls->len; i > 0; i--) {
        WsscCall *call = calls->pdata[i - 1];
        call->next_good = good;
        if (call->result == WSSC_CALL_SERVED && call->request->is_use)
            good = call;
    }
}

void wssc_index_read_calls(WsscScene *scene)
{
    GHashTableIter iter;
    gpointer calls;
    for (guint i = 0; i < scene->calls->len; i++) {
        const WsscCall *call = scene->calls->pdata[i];
        if (call->context != NULL)
            add_to(scene->of_context, call->context, call);
        wssc_server_take(scene, call);
    }
    g_hash_table_iter_init(&iter, scene->of_context);
    while (g_hash_table_iter_next(&iter, NULL, &calls)) {
        wssc_calls_sort(calls);
        read_neighbours(scene, calls);
        wssc_server_read_idle(scene, calls);
    }
}

static gint64 *time_copy(gint64 time)
{
    return g_memdup2(&time, sizeof time);
}

void wssc_index_read_messages(WsscScene *scene)
{
    const GPtrArray *messages = scene->model->messages;
    gboolean is_answered = FALSE;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        if (message->connection != NULL)
            add_to(scene->of_message_on, message->connection, message);
        is_answered |= message->is_response;
        if (message->is_response && message->connection != NULL && message->exchange != NULL &&
            message->exchange->request == NULL)
            g_hash_table_replace(scene->unasked, (gpointer)message->connection, time_copy(message->time));
        if (message->damage != NULL)
            g_hash_table_replace(scene->lossy, g_strconcat(message->src, ">", message->dst, NULL),
                                 time_copy(message->time));
    }
    scene->is_one_sided = !is_answered;
}

gint64 wssc_scene_unasked_on(const WsscScene *scene, const WsscConnection *connection)
{
    const gint64 *time = connection != NULL ? g_hash_table_lookup(scene->unasked, connection) : NULL;
    return time != NULL ? *time : G_MININT64;
}
