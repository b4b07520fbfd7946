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
    g_hash_table_unref(server->algorithms);
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
    server->algorithms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
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

static int by_sample_time(gconstpointer a, gconstpointer b)
{
    const WsscClockSample *one = a, *other = b;
    return one->time < other->time ? -1 : one->time > other->time;
}

static const WsscClockSample *sample_at(const WsscServer *server, guint index)
{
    return &g_array_index(server->clock, WsscClockSample, index);
}

/* The number of samples up to that time. */
static guint samples_until(const WsscServer *server, gint64 time)
{
    guint low = 0, high = server->clock->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (sample_at(server, middle)->time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of two of one frame the one to the fraction of a second, which comes second. */
const WsscClockSample *wssc_server_clock(const WsscServer *server, gint64 time)
{
    if (server == NULL || server->clock->len == 0)
        return NULL;
    guint count = samples_until(server, time);
    const WsscClockSample *before = count > 0 ? sample_at(server, count - 1) : NULL;
    if (count == server->clock->len)
        return before;
    const WsscClockSample *after = sample_at(server, samples_until(server, sample_at(server, count)->time) - 1);
    return before == NULL || after->time - time < time - before->time ? after : before;
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

char *wssc_algorithms_of(const WsscMessage *message)
{
    const WsscSecurity *security = message->security;
    if (security == NULL || security->signatures->len == 0)
        return NULL;
    const WsscSignature *signature = security->signatures->pdata[0];
    const WsscSignedReference *reference = signature->references->len > 0 ? signature->references->pdata[0] : NULL;
    const char *digest = reference != NULL ? reference->digest_algorithm : NULL;
    return g_strdup_printf("%s %s", signature->algorithm != NULL ? signature->algorithm : "?",
                           digest != NULL ? digest : "?");
}

static void read_algorithms(WsscServer *server, const WsscCall *call)
{
    char *key = call->result == WSSC_CALL_SERVED && call->request->is_use ? wssc_algorithms_of(call->request) : NULL;
    if (key != NULL && !g_hash_table_contains(server->algorithms, key))
        g_hash_table_insert(server->algorithms, key, (gpointer)call);
    else
        g_free(key);
}

/* How many contexts are issued and not used when each call comes; the calls of one server are in order. */
static void read_pending(const WsscServer *server)
{
    g_autoptr(GHashTable) pending = g_hash_table_new(NULL, NULL);
    GQueue issues = G_QUEUE_INIT; /* WsscCall, some of them used meanwhile */
    for (guint i = 0; i < server->calls->len; i++) {
        WsscCall *call = server->calls->pdata[i];
        WsscCall *oldest = g_queue_peek_head(&issues);
        for (; oldest != NULL && g_hash_table_lookup(pending, oldest->context) != oldest;
             oldest = g_queue_peek_head(&issues))
            g_queue_pop_head(&issues);
        call->pending = g_hash_table_size(pending);
        call->first_pending = oldest;
        if (call->context == NULL || call->result != WSSC_CALL_SERVED)
            continue;
        if (call->outer->operation != WSSC_OPERATION_ISSUE) {
            g_hash_table_remove(pending, call->context);
        } else if (!g_hash_table_contains(pending, call->context)) {
            g_hash_table_insert(pending, (gpointer)call->context, call);
            g_queue_push_tail(&issues, call);
        }
    }
    g_queue_clear(&issues);
}

guint wssc_calls_from(const GPtrArray *calls, gint64 time)
{
    guint low = 0, high = calls->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (((const WsscCall *)calls->pdata[middle])->request->time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int by_request(gconstpointer a, gconstpointer b)
{
    const WsscCall *one = *(WsscCall *const *)a, *other = *(WsscCall *const *)b;
    if (one->request->time != other->request->time)
        return one->request->time < other->request->time ? -1 : 1;
    return one->index < other->index ? -1 : one->index > other->index;
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
        read_algorithms(server, call);
        if (call->answer != NULL)
            server->slowest = MAX(server->slowest, call->answer->time - call->inner->request->time);
    }
    g_hash_table_iter_init(&iter, scene->of_context);
    while (g_hash_table_iter_next(&iter, NULL, &calls)) {
        g_ptr_array_sort(calls, by_request);
        read_neighbours(scene, calls);
        read_idle(scene, calls);
    }
}

/* ---- connections --------------------------------------------------------------------------------------------------
 */

static gint64 *time_copy(gint64 time)
{
    return g_memdup2(&time, sizeof time);
}

static void read_messages(WsscScene *scene)
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

/* A server that closes a connection right after its answer does so by habit, unless it kept it before. */
#define HABIT (50 * G_USEC_PER_SEC / 1000)

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
    closing->is_habit = closing->idle < HABIT && answers < 2;
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

gint64 wssc_scene_unasked_on(const WsscScene *scene, const WsscConnection *connection)
{
    const gint64 *time = connection != NULL ? g_hash_table_lookup(scene->unasked, connection) : NULL;
    return time != NULL ? *time : G_MININT64;
}

guint wssc_server_closings_from(const WsscServer *server, gint64 time)
{
    guint low = 0, high = server->closings->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (((const WsscClosing *)server->closings->pdata[middle])->sign->time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* In order of time: two ends of a window that moves on. */
static void count_around(const WsscServer *server)
{
    guint first = 0, last = 0, count = 0;
    for (guint i = 0; i < server->closings->len; i++) {
        WsscClosing *middle = server->closings->pdata[i];
        const WsscClosing *closing;
        for (; last < server->closings->len; last++) {
            closing = server->closings->pdata[last];
            if (closing->sign->time - middle->sign->time > G_USEC_PER_SEC)
                break;
            count += closing->is_habit ? 0 : 1;
        }
        for (; first < i; first++) {
            closing = server->closings->pdata[first];
            if (middle->sign->time - closing->sign->time <= G_USEC_PER_SEC)
                break;
            count -= closing->is_habit ? 0 : 1;
        }
        middle->around = count;
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
    scene->held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scene->unasked = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    scene->lossy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    read_messages(scene);
    wssc_calls_read(scene);
    read_contexts(scene);
    wssc_signers_read(scene);
    read_connections(scene);
    g_hash_table_iter_init(&iter, scene->servers);
    while (g_hash_table_iter_next(&iter, NULL, &server)) {
        g_ptr_array_sort(((WsscServer *)server)->calls, by_request);
        g_ptr_array_sort(((WsscServer *)server)->closings, by_time);
        g_array_sort(((WsscServer *)server)->clock, by_sample_time);
        count_around(server);
        read_pending(server);
    }
    return scene;
}

void wssc_scene_free(WsscScene *scene)
{
    g_hash_table_unref(scene->of_exchange);
    g_hash_table_unref(scene->of_context);
    g_hash_table_unref(scene->of_message_on);
    g_hash_table_unref(scene->servers);
    g_hash_table_unref(scene->signers);
    g_hash_table_unref(scene->held);
    g_hash_table_unref(scene->unasked);
    g_hash_table_unref(scene->lossy);
    g_ptr_array_unref(scene->calls);
    g_free(scene);
}
