/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Services: the load of contexts that each had over time, and the servers that stood behind one context.
 */
#include <string.h>

#include "base/limits.h"
#include "session/facts.h"

/* ---- services ------------------------------------------------------------------------------------------ */

static WsscService *service_of(WsscSession *session, GHashTable *by_address, const char *address)
{
    WsscService *service = g_hash_table_lookup(by_address, address);
    if (service != NULL)
        return service;
    service = g_new0(WsscService, 1);
    service->address = g_strdup(address);
    service->contexts = g_ptr_array_new();
    service->pending.time = service->active.time = WSSC_TIME_NONE;
    g_ptr_array_add(session->model.services, service);
    g_hash_table_insert(by_address, service->address, service);
    return service;
}

static WsscMessage *first_use(const WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);
    for (guint i = 0; i < turns->len; i++) {
        const WsscTurn *turn = turns->pdata[i];
        if (turn->request->is_use)
            return turn->request;
    }
    return NULL;
}

static WsscMessage *last_use(const WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);
    for (guint i = turns->len; i > 0; i--) {
        const WsscTurn *turn = turns->pdata[i - 1];
        if (turn->request->is_use)
            return turn->request;
    }
    return NULL;
}

static void count(WsscService *service, const WsscContext *context)
{
    if (context->established_by != NULL) {
        service->issued++;
        service->never_used += first_use(context) == NULL;
    } else if (context->state == WSSC_STATE_REFUSED) {
        service->refused++;
    } else if (context->requested_by != NULL) {
        service->unanswered++;
    }
}

/* ---- load ------------------------------------------------------------------------------------------------ */

typedef struct {
    gint64 time;
    int by;               /* +1 or -1 */
    WsscMessage *message; /* that makes it one more */
} Change;

/* By time; at one moment what ends is gone first. */
static int by_time(gconstpointer a, gconstpointer b)
{
    const Change *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return left->by - right->by;
}

static void add_span(GArray *changes, WsscMessage *from, gint64 to)
{
    const Change begin = {from->time, 1, from};
    const Change end = {to, -1, NULL};
    g_array_append_val(changes, begin);
    if (to != WSSC_TIME_NONE && to > from->time)
        g_array_append_val(changes, end);
    else if (to != WSSC_TIME_NONE)
        g_array_set_size(changes, changes->len - 1); /* no time at all */
}

static void find_peak(GArray *changes, WsscPeak *peak)
{
    guint now = 0;
    g_array_sort(changes, by_time);
    for (guint i = 0; i < changes->len; i++) {
        const Change *change = &g_array_index(changes, Change, i);
        now += (guint)change->by;
        if (change->by > 0 && now > peak->count) {
            peak->count = now;
            peak->time = change->time;
            peak->reached = change->message;
        }
    }
}

/* What is known of its beginning: its RSTR, else the first message of it. */
static WsscMessage *beginning(const WsscContext *context)
{
    if (context->established_by != NULL && context->established_by->response != NULL)
        return context->established_by->response;
    const GPtrArray *turns = wssc_turns(context);
    return context->identifier != NULL && turns->len > 0 ? ((const WsscTurn *)turns->pdata[0])->request : NULL;
}

static void find_peaks(WsscService *service)
{
    g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(Change));
    g_autoptr(GArray) active = g_array_new(FALSE, FALSE, sizeof(Change));
    for (guint i = 0; i < service->contexts->len; i++) {
        const WsscContext *context = service->contexts->pdata[i];
        WsscMessage *begin = beginning(context);
        if (begin == NULL)
            continue;
        gint64 end = context->end < WSSC_END_CLOSED ? context->end_time : WSSC_TIME_NONE;
        const WsscMessage *used = first_use(context);
        add_span(active, begin, end);
        if (context->established_by != NULL)
            add_span(pending, begin, used != NULL ? used->time : end);
    }
    find_peak(pending, &service->pending);
    find_peak(active, &service->active);
}

/* ---- replaced --------------------------------------------------------------------------------------------- */

/* The latest context of each requestor's host: its place there is taken by the next one. */
static void count_replaced(WsscService *service)
{
    g_autoptr(GHashTable) latest = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < service->contexts->len; i++) {
        const WsscContext *context = service->contexts->pdata[i];
        const char *port = context->requestor != NULL ? strrchr(context->requestor, ':') : NULL;
        if (context->established_by == NULL || context->established_by->response == NULL || port == NULL)
            continue;
        char *host = g_strndup(context->requestor, (gsize)(port - context->requestor));
        const WsscMessage *issued = context->established_by->response;
        const WsscContext *before = g_hash_table_lookup(latest, host);
        const WsscMessage *last = before != NULL ? last_use(before) : NULL;
        /* A negotiated context that protects the request for the next one is part of its making. */
        if (context->requested_by != NULL && context->requested_by->request != NULL &&
            context->requested_by->request->context == before)
            before = NULL;
        if (before != NULL && (before->end_time == WSSC_TIME_NONE || before->end_time > issued->time) && last != NULL &&
            wssc_message_is_after(issued, last))
            service->replaced++;
        g_hash_table_replace(latest, host, (gpointer)context);
    }
}

/* ---- servers of one context -------------------------------------------------------------------------------- */

static WsscServed *server_of(WsscContext *context, const char *address, guint most)
{
    for (guint i = 0; i < context->servers->len; i++) {
        WsscServed *served = context->servers->pdata[i];
        if (g_strcmp0(served->address, address) == 0)
            return served;
    }
    if (context->servers->len >= most)
        return NULL;
    WsscServed *served = g_new0(WsscServed, 1);
    served->address = g_strdup(address);
    served->is_issuer = context->established_by != NULL && g_strcmp0(address, context->issuing_server) == 0;
    g_ptr_array_add(context->servers, served);
    return served;
}

/* The receiver does not know the context. */
static gboolean is_lost_by(const WsscTurn *turn)
{
    const WsscFault *fault = turn->answer != NULL ? turn->answer->soap->fault : NULL;
    return fault != NULL && fault->effect == WSSC_EFFECT_REFUSED;
}

static void list_servers(WsscSession *session, WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);
    g_autoptr(GHashTable) lost =
        g_hash_table_new(NULL, NULL); /* WsscServed -> the fault since which nothing was served */
    for (guint i = 0; i < turns->len; i++) {
        const WsscTurn *turn = turns->pdata[i];
        WsscServed *served = server_of(context, turn->server, session->rules.limits.value[WSSC_LIMIT_SERVERS]);
        if (served == NULL) {
            wssc_context_tell_limit(session, context, turn->request, WSSC_LIMIT_SERVERS);
            continue;
        }
        if (turn->end == WSSC_TURN_SERVED) {
            served->accepted++;
            if (served->refused_between == NULL && turn->request->is_use)
                served->refused_between = g_hash_table_lookup(lost, served);
            served->first_accepted = served->first_accepted != NULL ? served->first_accepted : turn->request;
        } else if (turn->end == WSSC_TURN_REFUSED) {
            served->refused++;
            served->first_refused = served->first_refused != NULL ? served->first_refused : turn->request;
            if (served->first_accepted != NULL && is_lost_by(turn))
                g_hash_table_replace(lost, served, turn->answer);
        }
    }
}

/* ---- lost together ------------------------------------------------------------------------------------------ */

/* A context that a server had served and then does not know any more. */
typedef struct {
    gint64 time;
    WsscMessage *fault;
    const WsscContext *context;
} Loss;

static int by_loss(gconstpointer a, gconstpointer b)
{
    const Loss *left = a, *right = b;
    return left->time < right->time ? -1 : left->time > right->time;
}

/* The fault that says so first, with no use served there after it; NULL when it never was, or is not lost. */
static WsscMessage *find_loss(const WsscService *service, const WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);
    const char *served_by = NULL;
    WsscMessage *loss = NULL;
    for (guint t = 0; t < turns->len; t++) {
        const WsscTurn *turn = turns->pdata[t];
        if (!turn->request->is_use || g_strcmp0(turn->request->dst, service->address) != 0)
            continue;
        if (turn->end == WSSC_TURN_SERVED) {
            served_by = turn->server;
            loss = NULL;
        } else if (loss == NULL && served_by != NULL && g_str_equal(served_by, turn->server) && is_lost_by(turn)) {
            loss = turn->answer;
        }
    }
    return loss;
}

static void list_losses(const WsscService *service, GArray *losses)
{
    for (guint i = 0; i < service->contexts->len; i++) {
        const WsscContext *context = service->contexts->pdata[i];
        WsscMessage *fault = find_loss(service, context);
        const Loss loss = {fault != NULL ? fault->time : 0, fault, context};
        if (fault != NULL)
            g_array_append_val(losses, loss);
    }
}

/* The most of them within the bound "together". */
static void find_lost_together(const WsscSession *session, WsscService *service)
{
    g_autoptr(GArray) losses = g_array_new(FALSE, FALSE, sizeof(Loss));
    gint64 span = wssc_bounds_usec(&session->rules.bounds, WSSC_BOUND_TOGETHER);
    guint from = 0;

    list_losses(service, losses);
    g_array_sort(losses, by_loss);
    for (guint i = 0; i < losses->len; i++) {
        while (g_array_index(losses, Loss, i).time - g_array_index(losses, Loss, from).time > span)
            from++;
        if (i - from + 1 > service->lost_together) {
            service->lost_together = i - from + 1;
            service->first_lost = g_array_index(losses, Loss, from).fault;
        }
    }
}

void wssc_facts_services(WsscSession *session)
{
    g_autoptr(GHashTable) by_address = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < session->model.contexts->len; i++) {
        WsscContext *context = session->model.contexts->pdata[i];
        if (context->issuer == NULL)
            continue;
        WsscService *service = service_of(session, by_address, context->issuer);
        g_ptr_array_add(service->contexts, context);
        count(service, context);
        list_servers(session, context);
    }
    for (guint i = 0; i < session->model.services->len; i++) {
        WsscService *service = session->model.services->pdata[i];
        find_peaks(service);
        count_replaced(service);
        find_lost_together(session, service);
    }
}
