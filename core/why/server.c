/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What is known of a server: its clock, what it takes, how many contexts it has pending.
 */
#include "why/scene.h"

/* ---- servers ------------------------------------------------------------------------------------------------ */

void wssc_server_free(gpointer data)
{
    WsscServer *server = data;
    g_ptr_array_unref(server->calls);
    g_ptr_array_unref(server->closings);
    g_array_unref(server->clock);
    g_hash_table_unref(server->algorithms);
    g_free(server);
}

WsscServer *wssc_server_of(WsscScene *scene, const char *address)
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

static void read_clocks(WsscServer *server, const WsscCall *call)
{
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

/* ---- calls --------------------------------------------------------------------------------------------------- */

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

/* How long contexts were left alone and were taken all the same. */
void wssc_server_read_idle(WsscScene *scene, const GPtrArray *calls)
{
    gint64 last = WSSC_TIME_NONE;
    gboolean is_used = FALSE;
    for (guint i = 0; i < calls->len; i++) {
        const WsscCall *call = calls->pdata[i];
        if (call->result != WSSC_CALL_SERVED)
            continue;
        WsscServer *server = wssc_server_of(scene, call->server);
        gint64 *longest = is_used ? &server->later_use_idle : &server->first_use_idle;
        gboolean is_use = call->request->is_use;
        if (is_use && last != WSSC_TIME_NONE)
            *longest = MAX(*longest, call->request->time - last);
        is_used |= is_use;
        last = call->answer != NULL ? call->answer->time : call->request->time;
    }
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

static int by_request(gconstpointer a, gconstpointer b)
{
    const WsscCall *one = *(WsscCall *const *)a, *other = *(WsscCall *const *)b;
    if (one->request->time != other->request->time)
        return one->request->time < other->request->time ? -1 : 1;
    return one->index < other->index ? -1 : one->index > other->index;
}

void wssc_calls_sort(GPtrArray *calls)
{
    g_ptr_array_sort(calls, by_request);
}

void wssc_server_take(WsscScene *scene, const WsscCall *call)
{
    WsscServer *server = wssc_server_of(scene, call->server);
    g_ptr_array_add(server->calls, (gpointer)call);
    read_clocks(server, call);
    read_algorithms(server, call);
    if (call->answer != NULL)
        server->slowest = MAX(server->slowest, call->answer->time - call->inner->request->time);
}

void wssc_server_settle(WsscServer *server)
{
    wssc_calls_sort(server->calls);
    g_array_sort(server->clock, by_sample_time);
    read_pending(server);
}
