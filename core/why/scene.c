/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "why/scene.h"

#include "base/text.h"

static void free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

/* ---- servers ------------------------------------------------------------------------------------------------ */

static void free_server(gpointer data)
{
    WsscServer *server = data;
    g_ptr_array_unref(server->calls);
    g_ptr_array_unref(server->closings);
    g_array_unref(server->clock);
    g_free(server);
}

static WsscServer *server_of(WsscScene *scene, const char *address)
{
    WsscServer *server = g_hash_table_lookup(scene->servers, address);
    if (server != NULL)
        return server;
    server = g_new0(WsscServer, 1);
    server->address = address;
    server->calls = g_ptr_array_new();
    server->closings = g_ptr_array_new_with_free_func(g_free);
    server->clock = g_array_new(FALSE, FALSE, sizeof(WsscClockSample));
    server->first_use_idle = server->later_use_idle = -1;
    g_hash_table_insert(scene->servers, (gpointer)address, server);
    return server;
}

WsscServer *wssc_scene_server(const WsscScene *scene, const char *address)
{
    return address != NULL ? g_hash_table_lookup(scene->servers, address) : NULL;
}

/* ---- clocks --------------------------------------------------------------------------------------------------- */

static void add_sample(WsscServer *server, gint64 said, guint file, guint32 frame, gint64 time, gboolean is_date)
{
    const WsscClockSample sample = {said - time, file, frame, time, is_date};
    g_array_append_val(server->clock, sample);
}

/* The moment at which an RSTR says its token's life begins is the moment of its issue. */
static gint64 issued_at(const WsscMessage *response)
{
    for (guint i = 0; i < response->soap->trusts->len; i++) {
        const WsscTrust *trust = response->soap->trusts->pdata[i];
        if (trust->is_response && trust->created != WSSC_TIME_NONE && trust->sct != NULL)
            return trust->created;
    }
    return WSSC_TIME_NONE;
}

static void read_clock(WsscServer *server, const WsscMessage *response)
{
    const WsscSecurityHeader *security = response->soap->security;
    gint64 issued = issued_at(response);
    if (response->http_date != 0)
        add_sample(server, response->http_date, response->file, response->frame, response->time, TRUE);
    if (security != NULL && security->created != WSSC_TIME_NONE)
        add_sample(server, security->created, response->file, response->frame, response->time, FALSE);
    else if (issued != WSSC_TIME_NONE)
        add_sample(server, issued, response->file, response->frame, response->time, FALSE);
}

static void read_clocks(WsscScene *scene, const WsscCall *call)
{
    WsscServer *server = server_of(scene, call->server);
    if (call->answer != NULL && call->answer->damage == NULL)
        read_clock(server, call->answer);
    if (call->sign != NULL && call->sign->date != 0)
        add_sample(server, call->sign->date, call->request->file, call->sign->frame, call->sign->time, TRUE);
}

/* ---- by context ------------------------------------------------------------------------------------------------- */

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

/* How long contexts were left alone and were taken all the same. */
static void read_idle(WsscScene *scene, const GPtrArray *calls)
{
    gint64 last = WSSC_TIME_NONE;
    gboolean is_used = FALSE;
    for (guint i = 0; i < calls->len; i++) {
        const WsscCall *call = calls->pdata[i];
        if (call->result != WSSC_CALL_SERVED)
            continue;
        WsscServer *server = server_of(scene, call->server);
        gint64 *longest = is_used ? &server->later_use_idle : &server->first_use_idle;
        gboolean is_use = call->request->is_use;
        if (is_use && last != WSSC_TIME_NONE)
            *longest = MAX(*longest, call->request->time - last);
        is_used |= is_use;
        last = call->answer != NULL ? call->answer->time : call->request->time;
    }
}

static void read_contexts(WsscScene *scene)
{
    GHashTableIter iter;
    gpointer calls;
    for (guint i = 0; i < scene->calls->len; i++) {
        const WsscCall *call = scene->calls->pdata[i];
        WsscServer *server = server_of(scene, call->server);
        if (call->context != NULL)
            add_to(scene->of_context, call->context, call);
        g_ptr_array_add(server->calls, (gpointer)call);
        read_clocks(scene, call);
        if (call->answer != NULL)
            server->slowest = MAX(server->slowest, call->answer->time - call->inner->request->time);
    }
    g_hash_table_iter_init(&iter, scene->of_context);
    while (g_hash_table_iter_next(&iter, NULL, &calls))
        read_idle(scene, calls);
}

/* ---- connections --------------------------------------------------------------------------------------------------
 */

static void read_messages(WsscScene *scene)
{
    const GPtrArray *messages = scene->model->messages;
    gboolean is_answered = FALSE;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        if (message->connection != NULL)
            add_to(scene->of_message_on, message->connection, message);
        is_answered |= message->is_response;
        if (message->damage == NULL)
            continue;
        gint64 *time = g_new(gint64, 1);
        *time = message->time;
        g_hash_table_replace(scene->lossy, g_strconcat(message->src, ">", message->dst, NULL), time);
    }
    scene->is_one_sided = !is_answered;
}

/* By a server that had nothing to answer: what was said last was its own word. */
static void read_closing(WsscScene *scene, const WsscConnection *connection, const WsscSign *sign)
{
    const GPtrArray *messages = wssc_scene_messages_on(scene, connection);
    gint64 last = WSSC_TIME_NONE;
    guint answers = 0;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        if (message->time > sign->time)
            continue;
        last = message->time;
        answers += message->is_response ? 1 : 0;
    }
    if (last == WSSC_TIME_NONE)
        return;
    WsscClosing *closing = g_new0(WsscClosing, 1);
    closing->sign = sign;
    closing->idle = sign->time - last;
    closing->answers = answers;
    g_ptr_array_add(server_of(scene, connection->server)->closings, closing);
}

static gboolean is_end(const WsscSign *sign)
{
    return sign->kind == WSSC_SIGN_FIN || sign->kind == WSSC_SIGN_RESET || sign->kind == WSSC_SIGN_FRAMING_END;
}

static void read_connections(WsscScene *scene)
{
    const GPtrArray *connections = scene->model->connections;
    for (guint c = 0; c < connections->len; c++) {
        const WsscConnection *connection = connections->pdata[c];
        for (guint s = 0; s < connection->signs->len; s++) {
            const WsscSign *sign = connection->signs->pdata[s];
            if (sign->is_from_server)
                scene->is_one_sided = FALSE;
            if (!is_end(sign))
                continue;
            /* Only the first end counts: what comes after it follows from it. */
            if (sign->is_from_server)
                read_closing(scene, connection, sign);
            if (sign->is_from_server || sign->kind != WSSC_SIGN_RESET)
                break;
        }
    }
}

static int by_time(gconstpointer a, gconstpointer b)
{
    const WsscClosing *one = *(WsscClosing *const *)a, *other = *(WsscClosing *const *)b;
    return one->sign->time < other->sign->time ? -1 : one->sign->time > other->sign->time;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------
 */

WsscScene *wssc_scene_new(const WsscModel *model)
{
    WsscScene *scene = g_new0(WsscScene, 1);
    GHashTableIter iter;
    gpointer server;

    scene->model = model;
    scene->calls = g_ptr_array_new_with_free_func(wssc_call_free);
    scene->of_exchange = g_hash_table_new(NULL, NULL);
    scene->of_context = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    scene->of_message_on = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    scene->servers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_server);
    scene->signers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    scene->lossy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    read_messages(scene);
    wssc_calls_read(scene);
    read_contexts(scene);
    wssc_signers_read(scene);
    read_connections(scene);
    g_hash_table_iter_init(&iter, scene->servers);
    while (g_hash_table_iter_next(&iter, NULL, &server))
        g_ptr_array_sort(((WsscServer *)server)->closings, by_time);
    return scene;
}

void wssc_scene_free(WsscScene *scene)
{
    g_hash_table_unref(scene->of_exchange);
    g_hash_table_unref(scene->of_context);
    g_hash_table_unref(scene->of_message_on);
    g_hash_table_unref(scene->servers);
    g_hash_table_unref(scene->signers);
    g_hash_table_unref(scene->lossy);
    g_ptr_array_unref(scene->calls);
    g_free(scene);
}
