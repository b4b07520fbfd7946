/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From exchanges to calls: which of them are legs of one way, which are the same message sent again, and what became of
 * each.
 */
#include <string.h>

#include "why/scene.h"

/* Clocks of two capture points differ; so much is forgiven between two files. */
#define FILE_SLACK (2 * G_USEC_PER_SEC)

void wssc_call_free(gpointer data)
{
    WsscCall *call = data;
    if (call->legs != NULL)
        g_ptr_array_unref(call->legs);
    g_free(call);
}

char *wssc_host_of(const char *address)
{
    const char *colon = address != NULL ? strrchr(address, ':') : NULL;
    return colon != NULL ? g_strndup(address, (gsize)(colon - address)) : g_strdup(address);
}

/* ---- answers ------------------------------------------------------------------------------------------------- */

gboolean wssc_call_expects_answer(const WsscExchange *exchange)
{
    const WsscMessage *request = exchange->request;
    if (exchange->operation != WSSC_OPERATION_NONE || request->pair != 0)
        return TRUE;
    const char *reply_to = request->soap->reply_to;
    return reply_to != NULL && !g_str_has_suffix(reply_to, "/none");
}

/* 202 and 204 say that the message was taken and no answer comes; so does 200 without a body. */
static gboolean is_plain_receipt(const WsscSign *sign)
{
    return sign->value == 202 || sign->value == 204 || (sign->value == 200 && sign->media == NULL);
}

static gboolean is_lossy(const WsscScene *scene, const WsscMessage *request)
{
    g_autofree char *way = g_strconcat(request->dst, ">", request->src, NULL);
    const gint64 *time = g_hash_table_lookup(scene->lossy, way);
    return time != NULL && *time >= request->time;
}

static WsscCallResult result_of_sign(const WsscExchange *exchange, const WsscSign *sign)
{
    switch (sign->kind) {
    case WSSC_SIGN_STATUS:
        if (!is_plain_receipt(sign))
            return WSSC_CALL_STATUS;
        return exchange->operation == WSSC_OPERATION_NONE ? WSSC_CALL_UNKNOWN : WSSC_CALL_SILENT;
    case WSSC_SIGN_RESET:
    case WSSC_SIGN_REFUSED:
        return WSSC_CALL_RESET;
    default:
        return WSSC_CALL_CLOSED;
    }
}

static WsscCallResult result_of(const WsscScene *scene, const WsscExchange *exchange)
{
    const WsscMessage *response = exchange->response;
    if (response != NULL)
        return response->damage != NULL        ? WSSC_CALL_UNKNOWN
               : response->soap->fault != NULL ? WSSC_CALL_FAULT
                                               : WSSC_CALL_SERVED;
    if (exchange->request->damage != NULL || is_lossy(scene, exchange->request))
        return WSSC_CALL_UNKNOWN;
    if (exchange->ended_by != NULL && exchange->ended_by->kind == WSSC_SIGN_STATUS)
        return result_of_sign(exchange, exchange->ended_by);
    if (!wssc_call_expects_answer(exchange))
        return WSSC_CALL_UNKNOWN;
    return exchange->ended_by != NULL ? result_of_sign(exchange, exchange->ended_by) : WSSC_CALL_SILENT;
}

/* ---- legs ------------------------------------------------------------------------------------------------------ */

static gint64 end_of(const WsscExchange *exchange)
{
    return exchange->response != NULL   ? exchange->response->time
           : exchange->ended_by != NULL ? exchange->ended_by->time
                                        : G_MAXINT64;
}

/* Passed on while the first leg waits for its answer; or seen at a second place, whose clock may differ. */
static gboolean is_leg_of(const WsscCall *call, const WsscExchange *copy)
{
    const WsscMessage *first = call->request, *again = copy->request;
    gboolean is_same_way = g_strcmp0(first->dst, again->dst) == 0 && g_strcmp0(first->src, again->src) == 0;
    if (first->file != again->file)
        return ABS(first->time - again->time) <= FILE_SLACK ||
               (!is_same_way && again->time >= first->time && again->time <= end_of(call->outer));
    if (g_strcmp0(first->dst, again->dst) == 0)
        return FALSE; /* sent there again */
    return again->time >= first->time && again->time <= end_of(call->outer);
}

static void add_leg(WsscCall *call, const WsscExchange *leg)
{
    if (call->legs == NULL) {
        call->legs = g_ptr_array_new();
        g_ptr_array_add(call->legs, (gpointer)call->outer);
    }
    g_ptr_array_add(call->legs, (gpointer)leg);
}

/* The leg on which the answer first shows: what the others say is passed on from there. */
static void settle_legs(const WsscScene *scene, WsscCall *call)
{
    WsscCallResult outer = result_of(scene, call->outer);
    call->inner = call->outer;
    call->result = outer;
    for (guint i = 1; call->legs != NULL && i < call->legs->len; i++) {
        const WsscExchange *leg = call->legs->pdata[i];
        WsscCallResult result = result_of(scene, leg);
        gboolean is_better =
            result == outer || outer == WSSC_CALL_UNKNOWN || (outer == WSSC_CALL_SILENT && result != WSSC_CALL_UNKNOWN);
        if (!is_better || end_of(leg) > end_of(call->inner))
            continue;
        call->inner = leg;
        call->result = result;
    }
    call->answer = call->inner->response;
    call->sign = call->answer == NULL ? call->inner->ended_by : NULL;
    call->server = call->inner->request->dst;
}

/* ---- all of them ------------------------------------------------------------------------------------------------ */

static WsscCall *new_call(WsscScene *scene, const WsscExchange *exchange, const WsscCall *again_of)
{
    WsscCall *call = g_new0(WsscCall, 1);
    call->index = scene->calls->len;
    call->outer = call->inner = exchange;
    call->request = exchange->request;
    call->client = exchange->request->src;
    call->server = exchange->request->dst;
    call->again_of = again_of;
    g_ptr_array_add(scene->calls, call);
    return call;
}

/* latest: the first exchange with a message -> the call that its latest copy began. */
static void take(WsscScene *scene, const WsscExchange *exchange, GHashTable *latest)
{
    const WsscExchange *root = exchange->copy_of != NULL ? exchange->copy_of : exchange;
    WsscCall *call = g_hash_table_lookup(latest, root);
    if (call != NULL && is_leg_of(call, exchange)) {
        add_leg(call, exchange);
    } else {
        WsscCall *before = call;
        call = new_call(scene, exchange, before);
        if (before != NULL)
            before->next_try = call;
        g_hash_table_insert(latest, (gpointer)root, call);
    }
    g_hash_table_insert(scene->of_exchange, (gpointer)exchange, call);
}

void wssc_calls_read(WsscScene *scene)
{
    g_autoptr(GHashTable) latest = g_hash_table_new(NULL, NULL);
    const GPtrArray *exchanges = scene->model->exchanges;
    for (guint i = 0; i < exchanges->len; i++) {
        const WsscExchange *exchange = exchanges->pdata[i];
        if (exchange->request != NULL)
            take(scene, exchange, latest);
    }
    for (guint i = 0; i < scene->calls->len; i++) {
        WsscCall *call = scene->calls->pdata[i];
        settle_legs(scene, call);
        call->context = call->outer->context != NULL ? call->outer->context : call->request->context;
        if (call->context == NULL)
            call->context = call->inner->context;
    }
}
