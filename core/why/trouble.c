/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Every refusal, failure and loss of a capture. What goes right is no case, and neither is what the capture cannot
 * tell: octets that were lost, one direction alone, a request at the very end.
 */
#include <string.h>

#include "why/judge.h"
#include "why/platform.h"

static void free_case(gpointer data)
{
    WsscCase *own = data;
    if (own->others != NULL)
        g_ptr_array_unref(own->others);
    g_free(own);
}

static WsscCase *new_case(GPtrArray *cases, const WsscScene *scene, WsscRefusal refusal)
{
    WsscCase *own = g_new0(WsscCase, 1);
    own->scene = scene;
    own->refusal = refusal;
    g_ptr_array_add(cases, own);
    return own;
}

static void complete(WsscCase *own)
{
    wssc_case_complete(own);
    own->stack = wssc_platform_of(own->server, own->fault);
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

/* The same message, sent once more and served: the first try was a challenge, or a connection that was gone. */
static gboolean is_made_good(const WsscCall *call)
{
    gboolean is_passing = call->result == WSSC_CALL_RESET || call->result == WSSC_CALL_CLOSED ||
                          call->result == WSSC_CALL_SILENT ||
                          (call->result == WSSC_CALL_STATUS &&
                           (call->sign->value == 401 || call->sign->value == 407 || call->sign->value / 100 == 3));
    guint tries = 0;
    for (const WsscCall *later = call->next_try; is_passing && later != NULL && tries < WSSC_FAR;
         later = later->next_try, tries++)
        if (later->result == WSSC_CALL_SERVED)
            return TRUE;
    return FALSE;
}

/* An answer whose request is not known came on the connection after it: it may be this one's. */
static gboolean may_be_answered(const WsscScene *scene, const WsscCall *call)
{
    return wssc_scene_unasked_on(scene, call->request->connection) >= call->request->time;
}

/* So soon before the end of the capture that the answer may still have come. */
#define PATIENCE (1 * G_USEC_PER_SEC)

static gboolean is_cut_short(const WsscScene *scene, const WsscCall *call)
{
    const WsscServer *server = wssc_scene_server(scene, call->server);
    gint64 patience = MAX(PATIENCE, server != NULL ? 3 * server->slowest : 0);
    return scene->model->end - call->inner->request->time < patience;
}

static gboolean is_trouble(const WsscScene *scene, const WsscCall *call)
{
    switch (call->result) {
    case WSSC_CALL_SERVED:
    case WSSC_CALL_UNKNOWN:
        return FALSE;
    case WSSC_CALL_SILENT:
        return !scene->is_one_sided && !is_cut_short(scene, call) && !may_be_answered(scene, call) &&
               !is_made_good(call);
    case WSSC_CALL_STATUS:
        /* XML of another kind may be an answer that is not SOAP by intent. */
        return !is_made_good(call) &&
               !(call->sign->value < 300 && call->sign->media != NULL && strstr(call->sign->media, "xml") != NULL);
    default:
        return !is_made_good(call);
    }
}

static WsscRefusal refusal_of(const WsscCall *call)
{
    switch (call->result) {
    case WSSC_CALL_FAULT:
        return wssc_refusal_of_fault(call->answer->soap->fault);
    case WSSC_CALL_STATUS:
        return WSSC_REFUSAL_STATUS;
    case WSSC_CALL_RESET:
        return call->sign->is_from_server ? WSSC_REFUSAL_RESET : WSSC_REFUSAL_SILENT;
    case WSSC_CALL_CLOSED:
        return call->sign->kind == WSSC_SIGN_FRAMING_FAULT ? WSSC_REFUSAL_FRAMING
               : call->sign->kind == WSSC_SIGN_TLS_ALERT   ? WSSC_REFUSAL_TLS
                                                           : WSSC_REFUSAL_CLOSED;
    default:
        return WSSC_REFUSAL_SILENT;
    }
}

static void find_calls(const WsscScene *scene, GPtrArray *cases)
{
    for (guint i = 0; i < scene->calls->len; i++) {
        const WsscCall *call = scene->calls->pdata[i];
        if (!is_trouble(scene, call))
            continue;
        WsscCase *own = new_case(cases, scene, refusal_of(call));
        own->call = call;
        complete(own);
    }
}

/* ---- connections ------------------------------------------------------------------------------------------------ */

static WsscCase *case_of_sign(const WsscScene *scene, GPtrArray *cases, WsscRefusal refusal, const WsscSign *sign)
{
    WsscCase *own = new_case(cases, scene, refusal);
    own->connection = sign->connection;
    own->sign = sign;
    own->file = sign->connection->file;
    own->frame = sign->frame;
    own->time = sign->time;
    own->client = sign->connection->client;
    own->service = sign->connection->server;
    return own;
}

static gboolean is_ending(const WsscSign *sign)
{
    return sign->kind == WSSC_SIGN_FIN || sign->kind == WSSC_SIGN_RESET;
}

/* A handshake that did not come to an end. One that is broken off without a word counts only where the server is one of
 * ours, or there is nothing else in the capture. */
static const WsscSign *failed_handshake(const WsscScene *scene, const WsscConnection *connection)
{
    for (guint i = 0; i < connection->signs->len; i++) {
        const WsscSign *sign = connection->signs->pdata[i];
        if (sign->kind == WSSC_SIGN_TLS_ALERT)
            return sign;
        if (!is_ending(sign))
            continue;
        gboolean is_ours = wssc_scene_server(scene, connection->server) != NULL || scene->calls->len == 0;
        gboolean is_broken = sign->phase == WSSC_TLS_HELLO || sign->phase == WSSC_TLS_ANSWERED;
        return is_ours && is_broken ? sign : NULL;
    }
    return NULL;
}

/* TLS that stayed closed, and a client that spoke last when the server ended it. */
static const WsscSign *unanswered_end(const WsscConnection *connection)
{
    for (guint i = 0; i < connection->signs->len; i++) {
        const WsscSign *sign = connection->signs->pdata[i];
        if (is_ending(sign))
            return sign->is_from_server && sign->is_answer_due && sign->phase == WSSC_TLS_DONE ? sign : NULL;
    }
    return NULL;
}

static const WsscSign *framing_fault(const WsscConnection *connection)
{
    const WsscSign *sign = wssc_connection_sign(connection, WSSC_SIGN_FRAMING_FAULT, TRUE);
    return sign;
}

/* The one contexts of a framed session live and die with: not cancelled, and not heard of again. */
static const WsscContext *orphan_on(const WsscScene *scene, const WsscConnection *connection, gint64 time)
{
    const GPtrArray *messages = wssc_scene_messages_on(scene, connection);
    const WsscMessage *last = messages->len > 0 ? messages->pdata[messages->len - 1] : NULL;
    const WsscContext *context = last != NULL ? last->context : NULL;
    if (context == NULL || !g_str_has_prefix(wssc_transport_name(last->transport), "net.tcp") || last->time > time)
        return NULL;
    const GPtrArray *calls = wssc_scene_calls_of(scene, context);
    for (guint i = 0; i < calls->len; i++) {
        const WsscCall *call = calls->pdata[i];
        if (call->result != WSSC_CALL_SERVED || call->outer->operation == WSSC_OPERATION_CANCEL ||
            call->request->time > time)
            return NULL;
    }
    return context;
}

static const WsscSign *first_end(const WsscConnection *connection)
{
    for (guint i = 0; i < connection->signs->len; i++) {
        const WsscSign *sign = connection->signs->pdata[i];
        if (is_ending(sign) || sign->kind == WSSC_SIGN_FRAMING_END)
            return sign;
    }
    return NULL;
}

static void find_ended_session(const WsscScene *scene, GPtrArray *cases, const WsscConnection *connection)
{
    const WsscSign *end = first_end(connection);
    if (end == NULL || !end->is_from_server)
        return;
    const WsscContext *context = orphan_on(scene, connection, end->time);
    if (context == NULL)
        return;
    WsscCase *own = case_of_sign(scene, cases, WSSC_REFUSAL_ENDED, end);
    own->context = context;
    complete(own);
}

static void find_connections(const WsscScene *scene, GPtrArray *cases)
{
    const GPtrArray *connections = scene->model->connections;
    g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < cases->len; i++)
        g_hash_table_add(told, (gpointer)((const WsscCase *)cases->pdata[i])->sign);
    for (guint i = 0; i < connections->len; i++) {
        const WsscConnection *connection = connections->pdata[i];
        const WsscSign *sign = connection->messages == 0 ? failed_handshake(scene, connection) : NULL;
        WsscRefusal refusal = WSSC_REFUSAL_TLS;
        if (sign == NULL) {
            sign = framing_fault(connection);
            refusal = WSSC_REFUSAL_FRAMING;
        }
        if (sign == NULL && connection->messages == 0) {
            sign = unanswered_end(connection);
            refusal = sign != NULL && sign->kind == WSSC_SIGN_RESET ? WSSC_REFUSAL_RESET : WSSC_REFUSAL_CLOSED;
        }
        if (sign == NULL)
            find_ended_session(scene, cases, connection);
        else if (!g_hash_table_contains(told, sign))
            complete(case_of_sign(scene, cases, refusal, sign));
    }
}

/* ---- nobody listens --------------------------------------------------------------------------------------------- */

/* Another capture has other hosts. */
static char *port_of(const WsscConnection *connection)
{
    const char *colon = strrchr(connection->server, ':');
    return g_strdup_printf("%u%s", connection->file, colon != NULL ? colon : connection->server);
}

/* Only where the capture holds no message at all: else another address of the same host answered, or it is nothing of
 * ours. */
static void find_refused(const WsscScene *scene, GPtrArray *cases)
{
    const GPtrArray *connections = scene->model->connections;
    g_autoptr(GHashTable) open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (scene->model->messages->len > 0)
        return;
    for (guint i = 0; i < connections->len; i++) {
        const WsscConnection *connection = connections->pdata[i];
        if (wssc_connection_sign(connection, WSSC_SIGN_REFUSED, TRUE) == NULL && connection->server != NULL)
            g_hash_table_add(open, port_of(connection));
    }
    for (guint i = 0; i < connections->len; i++) {
        const WsscConnection *connection = connections->pdata[i];
        const WsscSign *sign = wssc_connection_sign(connection, WSSC_SIGN_REFUSED, TRUE);
        g_autofree char *port = sign != NULL && connection->server != NULL ? port_of(connection) : NULL;
        if (port != NULL && !g_hash_table_contains(open, port))
            complete(case_of_sign(scene, cases, WSSC_REFUSAL_REFUSED, sign));
    }
}

/* ---- contexts --------------------------------------------------------------------------------------------------- */

/* The end, by the client, of the last connection that the context was seen on; NULL where it may go on. */
static const WsscSign *left_by_client(const WsscScene *scene, const WsscContext *context)
{
    const GPtrArray *calls = wssc_scene_calls_of(scene, context);
    const WsscSign *last = NULL;
    for (guint i = 0; i < calls->len; i++) {
        const WsscCall *call = calls->pdata[i];
        const WsscConnection *connection = call->request->connection;
        const WsscSign *end = connection != NULL ? first_end(connection) : NULL;
        if (call->result != WSSC_CALL_SERVED || call->outer->operation == WSSC_OPERATION_CANCEL || end == NULL)
            return NULL;
        if (last == NULL || end->time > last->time)
            last = end;
    }
    return last != NULL && !last->is_from_server ? last : NULL;
}

static const WsscCall *issue_of(const WsscScene *scene, const WsscContext *context)
{
    const GPtrArray *calls = wssc_scene_calls_of(scene, context);
    const WsscCall *first = calls->len > 0 ? calls->pdata[0] : NULL;
    return first != NULL && first->outer->operation == WSSC_OPERATION_ISSUE && first->result == WSSC_CALL_SERVED ? first
                                                                                                                 : NULL;
}

static gboolean is_used(const WsscScene *scene, const WsscContext *context)
{
    const GPtrArray *calls = wssc_scene_calls_of(scene, context);
    for (guint i = 0; i < calls->len; i++)
        if (((const WsscCall *)calls->pdata[i])->request->is_use)
            return TRUE;
    return FALSE;
}

#define AT_ONCE (2 * G_USEC_PER_SEC)

/* Given up within moments of its issue, and the key came about in another way than the request offers. */
static gboolean find_unused(const WsscScene *scene, GPtrArray *cases, const WsscContext *context)
{
    const WsscCall *issue = issue_of(scene, context);
    const WsscSign *end = issue != NULL && !is_used(scene, context) ? left_by_client(scene, context) : NULL;
    if (end == NULL || end->time - issue->answer->time > AT_ONCE || context->instances->len == 0)
        return FALSE;
    WsscEntropyMode mode = ((const WsscInstance *)context->instances->pdata[0])->entropy_mode;
    gboolean has_entropy = issue->outer->asked.has_entropy;
    if (mode == WSSC_ENTROPY_UNKNOWN || mode == (has_entropy ? WSSC_ENTROPY_COMBINED : WSSC_ENTROPY_SERVER))
        return FALSE;
    WsscCase *own = new_case(cases, scene, WSSC_REFUSAL_UNUSED);
    own->call = issue;
    complete(own);
    own->sign = end;
    own->frame = end->frame;
    own->time = end->time;
    return TRUE;
}

/* One is nothing: clients may be killed. */
#define FEW 2

static void find_left(const WsscScene *scene, GPtrArray *cases)
{
    const GPtrArray *contexts = scene->model->contexts;
    g_autoptr(GHashTable) of_service = g_hash_table_new(g_str_hash, g_str_equal);
    guint first = cases->len;
    for (guint i = 0; i < contexts->len; i++) {
        const WsscContext *context = contexts->pdata[i];
        const WsscSign *end = left_by_client(scene, context);
        if (end == NULL || context->identifier == NULL || find_unused(scene, cases, context))
            continue;
        WsscCase *own = g_hash_table_lookup(of_service, end->connection->server);
        if (own == NULL) {
            own = case_of_sign(scene, cases, WSSC_REFUSAL_LEFT, end);
            own->context = context;
            own->others = g_ptr_array_new_with_free_func(g_free);
            g_hash_table_insert(of_service, (gpointer)end->connection->server, own);
            continue;
        }
        WsscOccurrence *more = g_new0(WsscOccurrence, 1);
        *more = (WsscOccurrence){end->connection->file, end->frame, 0, context};
        g_ptr_array_add(own->others, more);
    }
    for (guint i = cases->len; i > first; i--) {
        WsscCase *own = cases->pdata[i - 1];
        if (own->refusal != WSSC_REFUSAL_LEFT)
            continue;
        if (own->others->len + 1 < FEW)
            g_ptr_array_remove_index(cases, i - 1);
        else
            complete(own);
    }
}

GPtrArray *wssc_cases_find(const WsscScene *scene)
{
    GPtrArray *cases = g_ptr_array_new_with_free_func(free_case);
    find_calls(scene, cases);
    find_connections(scene, cases);
    find_refused(scene, cases);
    find_left(scene, cases);
    return cases;
}
