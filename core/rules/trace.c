/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/trace.h"

#include <string.h>

#include "base/text.h"

static void free_trace(gpointer data)
{
    WsscTrace *trace = data;
    g_ptr_array_unref(trace->messages);
    g_ptr_array_unref(trace->grants);
    g_free(trace);
}

static WsscTrace *trace_new(const WsscContext *context)
{
    WsscTrace *trace = g_new0(WsscTrace, 1);
    trace->context = context;
    trace->messages = g_ptr_array_new();
    trace->grants = g_ptr_array_new_with_free_func(g_free);
    return trace;
}

/* ---- one exchange ------------------------------------------------------------------------------------------- */

static const WsscTrust *trust_of(const WsscMessage *message, gboolean is_response)
{
    const WsscPoolList *trusts = message != NULL ? message->soap->trusts : NULL;
    const WsscTrust *first = NULL;
    for (guint i = 0; trusts != NULL && i < trusts->len; i++) {
        const WsscTrust *trust = trusts->pdata[i];
        if (trust->is_response != is_response)
            continue;
        if (!is_response || trust->sct != NULL)
            return trust;
        if (first == NULL)
            first = trust;
    }
    return first;
}

static gboolean is_refused(const WsscExchange *exchange)
{
    const WsscMessage *response = exchange->response;
    if (response != NULL)
        return response->soap->fault != NULL;
    return exchange->reset_frame != 0 || exchange->outcome == WSSC_OUTCOME_FAULT;
}

static WsscGrantOutcome outcome_of(const WsscGrant *grant)
{
    if (grant->response != NULL ? grant->fault != NULL : is_refused(grant->exchange))
        return WSSC_GRANT_REFUSED;
    if (grant->response == NULL)
        return WSSC_GRANT_UNANSWERED;
    if (grant->rstr != NULL && (grant->rstr->sct != NULL || grant->operation == WSSC_OPERATION_RENEW))
        return WSSC_GRANT_ISSUED;
    return WSSC_GRANT_UNREADABLE;
}

/* The key that was issued; where the answer is a relayed copy, that of its name. */
static const WsscInstance *instance_of(const WsscTrace *trace, const WsscGrant *grant)
{
    if (grant->outcome != WSSC_GRANT_ISSUED)
        return NULL;
    if (grant->response->instance != NULL)
        return grant->response->instance;
    return grant->rstr->sct != NULL ? wssc_context_instance(trace->context, grant->rstr->sct->instance) : NULL;
}

static void add_grant(WsscTrace *trace, const WsscExchange *exchange, const WsscMessage *response)
{
    WsscGrant *grant = g_new0(WsscGrant, 1);
    grant->exchange = exchange;
    grant->operation = exchange->operation;
    grant->request = exchange->request;
    grant->response = response;
    grant->rst = trust_of(exchange->request, FALSE);
    grant->rstr = trust_of(response, TRUE);
    grant->fault = response != NULL ? response->soap->fault : NULL;
    grant->asked = exchange->request != NULL ? exchange->request->time : WSSC_TIME_NONE;
    grant->answered = response != NULL ? response->time : WSSC_TIME_NONE;
    grant->outcome = outcome_of(grant);
    grant->instance = instance_of(trace, grant);
    g_ptr_array_add(trace->grants, grant);
}

/* Relayed on another leg: there the answer may have come first, and only there it is no copy. */
static void note_answer(GHashTable *answers, const WsscExchange *exchange)
{
    if (exchange->copy_of != NULL && exchange->response != NULL && !exchange->response->is_copy)
        g_hash_table_insert(answers, (gpointer)exchange->copy_of, (gpointer)exchange->response);
}

static void add_exchange(GHashTable *by_context, GHashTable *answers, const WsscExchange *exchange)
{
    WsscTrace *trace = exchange->context != NULL ? g_hash_table_lookup(by_context, exchange->context) : NULL;
    const WsscMessage *answer = g_hash_table_lookup(answers, exchange);
    if (trace == NULL || exchange->copy_of != NULL)
        return;
    if (exchange->operation == WSSC_OPERATION_ISSUE || exchange->operation == WSSC_OPERATION_RENEW)
        add_grant(trace, exchange,
                  answer != NULL && (exchange->response == NULL || exchange->response->is_copy) ? answer
                                                                                                : exchange->response);
    else if (exchange->operation == WSSC_OPERATION_CANCEL && trace->cancel == NULL && exchange->request != NULL)
        trace->cancel = exchange;
}

/* ---- requests whose answers hide the context ----------------------------------------------------------------- */

static char *between(const char *requestor, const char *issuer)
{
    const char *colon = strrchr(requestor, ':');
    return g_strdup_printf("%.*s %s", (int)(colon != NULL ? colon - requestor : (gssize)strlen(requestor)), requestor,
                           issuer);
}

/* The latest hidden request before the context was first seen is taken as its own. */
static void find_requests_before(const WsscModel *model, GPtrArray *traces)
{
    g_autoptr(GHashTable) hidden =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < model->exchanges->len; i++) {
        const WsscExchange *exchange = model->exchanges->pdata[i];
        const WsscMessage *request = exchange->request;
        if (exchange->operation != WSSC_OPERATION_ISSUE || !exchange->is_unreadable || exchange->context != NULL ||
            exchange->copy_of != NULL || request == NULL || !request->soap->is_sct_operation)
            continue;
        g_autofree char *key = between(request->src, request->dst);
        GPtrArray *list = g_hash_table_lookup(hidden, key);
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(hidden, g_steal_pointer(&key), list);
        }
        g_ptr_array_add(list, (gpointer)exchange);
    }
    for (guint i = 0; i < traces->len && g_hash_table_size(hidden) > 0; i++) {
        WsscTrace *trace = traces->pdata[i];
        g_autofree char *key = between(trace->context->requestor, trace->context->issuer);
        const GPtrArray *list = trace->grants->len == 0 ? g_hash_table_lookup(hidden, key) : NULL;
        const WsscMessage *first = trace->messages->len > 0 ? trace->messages->pdata[0] : NULL;
        for (guint k = list != NULL && first != NULL ? list->len : 0; k > 0 && trace->before == NULL; k--) {
            const WsscExchange *exchange = list->pdata[k - 1];
            if (exchange->request->time <= first->time)
                trace->before = exchange;
        }
    }
}

/* ---- all of them ---------------------------------------------------------------------------------------------- */

static int by_time(gconstpointer a, gconstpointer b)
{
    const WsscMessage *left = *(const WsscMessage *const *)a;
    const WsscMessage *right = *(const WsscMessage *const *)b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static gint64 time_of(const WsscGrant *grant)
{
    return grant->asked != WSSC_TIME_NONE ? grant->asked : grant->answered;
}

static int grants_by_time(gconstpointer a, gconstpointer b)
{
    const WsscGrant *left = *(const WsscGrant *const *)a;
    const WsscGrant *right = *(const WsscGrant *const *)b;
    if (time_of(left) != time_of(right))
        return time_of(left) < time_of(right) ? -1 : 1;
    return left->exchange->index < right->exchange->index ? -1 : left->exchange->index > right->exchange->index;
}

GPtrArray *wssc_traces_new(const WsscModel *model)
{
    GPtrArray *traces = g_ptr_array_new_with_free_func(free_trace);
    g_autoptr(GHashTable) by_context = g_hash_table_new(NULL, NULL), answers = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < model->contexts->len; i++) {
        WsscTrace *trace = trace_new(model->contexts->pdata[i]);
        g_ptr_array_add(traces, trace);
        g_hash_table_insert(by_context, model->contexts->pdata[i], trace);
    }
    for (guint i = 0; i < model->exchanges->len; i++)
        note_answer(answers, model->exchanges->pdata[i]);
    for (guint i = 0; i < model->exchanges->len; i++)
        add_exchange(by_context, answers, model->exchanges->pdata[i]);
    for (guint i = 0; i < model->messages->len; i++) {
        const WsscMessage *message = model->messages->pdata[i];
        WsscTrace *trace = message->context != NULL ? g_hash_table_lookup(by_context, message->context) : NULL;
        if (trace != NULL && !message->is_copy && message->damage == NULL)
            g_ptr_array_add(trace->messages, (gpointer)message);
        else if (trace != NULL && message->is_copy && message->is_protected)
            trace->secured = message;
    }
    for (guint i = 0; i < traces->len; i++) {
        const WsscTrace *trace = traces->pdata[i];
        g_ptr_array_sort(trace->messages, by_time);
        g_ptr_array_sort(trace->grants, grants_by_time);
    }
    find_requests_before(model, traces);
    return traces;
}

/* ---- questions ----------------------------------------------------------------------------------------------- */

const WsscGrant *wssc_trace_first(const WsscTrace *trace)
{
    for (guint i = 0; i < trace->grants->len; i++) {
        const WsscGrant *grant = trace->grants->pdata[i];
        if (grant->operation == WSSC_OPERATION_ISSUE)
            return grant;
    }
    return trace->grants->len > 0 ? trace->grants->pdata[0] : NULL;
}

gboolean wssc_trace_is_call(const WsscMessage *message)
{
    return message->is_use && !message->is_response && message->soap->operation == WSSC_OPERATION_NONE;
}

gboolean wssc_trace_is_refused(const WsscMessage *request)
{
    return request->exchange != NULL && request->exchange->request == request && is_refused(request->exchange);
}

gboolean wssc_trace_is_served(const WsscMessage *request)
{
    const WsscExchange *exchange = request->exchange;
    return exchange != NULL && exchange->request == request && !is_refused(exchange) &&
           (exchange->response != NULL || exchange->outcome == WSSC_OUTCOME_DONE);
}
