/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The end of the capture: how each context ended, and which of them were told twice.
 */
#include <string.h>

#include "session/private.h"

/* Asked for and answered in words we cannot read: where the context itself shows up as observed at the
 * same issuer, the nameless one would only tell the same twice. */
static gboolean is_unreadable_duplicate(WsscContext *context, GHashTable *observed_issuers)
{
    if (context->identifier != NULL || context->state == WSSC_STATE_REFUSED)
        return FALSE;
    const WsscOpenExchange *open = (const WsscOpenExchange *)context->requested_by;
    if (open != NULL && open->exchange.context == context) {
        if (!open->exchange.is_unreadable)
            return FALSE;
        context->state = WSSC_STATE_OBSERVED;
        wssc_context_open(context)->is_observed = TRUE;
        wssc_context_open(context)->life = WSSC_STATE_ACTIVE;
        return g_hash_table_contains(observed_issuers, context->issuer);
    }
    /* Its exchange was handed to the context it turned out to be. */
    return context->messages == 0;
}

/* Issuers of contexts that are in use though their establishment could not be read. */
static GHashTable *observed_issuers(const WsscSession *session)
{
    GHashTable *issuers = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < session->model.contexts->len; i++) {
        const WsscContext *context = session->model.contexts->pdata[i];
        if (context->identifier != NULL && wssc_context_is_observed(context) && context->established_by == NULL)
            g_hash_table_add(issuers, (gpointer)context->issuer);
    }
    return issuers;
}

/* What pointed to contexts that are dropped points nowhere. */
static void forget_contexts(WsscSession *session, GHashTable *dropped)
{
    guint kept = 0;
    for (guint m = 0; m < session->model.messages->len; m++) {
        WsscMessage *message = session->model.messages->pdata[m];
        if (message->context == NULL || !g_hash_table_contains(dropped, message->context))
            continue;
        message->context = NULL;
        message->instance = NULL;
    }
    for (guint e = 0; e < session->model.exchanges->len; e++) {
        WsscExchange *exchange = session->model.exchanges->pdata[e];
        if (exchange->context != NULL && g_hash_table_contains(dropped, exchange->context))
            exchange->context = NULL;
    }
    for (guint e = 0; e < session->model.events->len; e++) {
        WsscEvent *event = session->model.events->pdata[e];
        if (!g_hash_table_contains(dropped, event->context)) {
            session->model.events->pdata[kept++] = event;
            continue;
        }
        wssc_context_event_free(event);
    }
    session->model.events->len = kept;
}

static void drop_duplicates(WsscSession *session)
{
    g_autoptr(GHashTable) issuers = observed_issuers(session);
    g_autoptr(GHashTable) dropped = g_hash_table_new_full(NULL, NULL, wssc_context_free, NULL);
    guint kept = 0;
    for (guint i = 0; i < session->model.contexts->len; i++) {
        WsscContext *context = session->model.contexts->pdata[i];
        if (is_unreadable_duplicate(context, issuers)) {
            g_hash_table_add(dropped, context);
            continue;
        }
        session->model.contexts->pdata[kept++] = context;
        context->index = kept;
    }
    session->model.contexts->len = kept; /* the slots behind are moved or freed */
    if (g_hash_table_size(dropped) > 0)
        forget_contexts(session, dropped);
}

/* By file and frame; what no message says comes last. The sort is stable: events of one frame keep their order. */
static int by_place(gconstpointer a, gconstpointer b)
{
    const WsscEvent *left = *(WsscEvent *const *)a;
    const WsscEvent *right = *(WsscEvent *const *)b;
    guint left_file = left->message != NULL ? left->message->file : G_MAXUINT;
    guint right_file = right->message != NULL ? right->message->file : G_MAXUINT;
    if (left_file != right_file)
        return left_file < right_file ? -1 : 1;
    return left->frame < right->frame ? -1 : left->frame > right->frame;
}

gint64 wssc_context_end_of_life(const WsscContext *context)
{
    gint64 expires = WSSC_TIME_NONE;
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        expires = MAX(expires, instance->expires);
    }
    return expires != WSSC_TIME_NONE ? expires - context->clock_offset : WSSC_TIME_NONE;
}

/* Keys of one name are told apart by signatures, and those may have been settled late. */
static void count_uses_again(WsscContext *context)
{
    gboolean has_same_name = FALSE;
    for (guint i = 0; i < context->instances->len; i++)
        has_same_name |= ((const WsscInstance *)context->instances->pdata[i])->older != NULL;
    if (!has_same_name || wssc_context_open(context)->last_use == NULL)
        return;
    for (guint i = 0; i < context->instances->len; i++) {
        WsscInstance *instance = context->instances->pdata[i];
        instance->first_use = instance->last_use = NULL;
    }
    for (WsscMessage *use = wssc_context_open(context)->last_use; use != NULL; use = use->prev_use) {
        use->instance->first_use = use;
        if (use->instance->last_use == NULL)
            use->instance->last_use = use;
    }
}

static void end_context(WsscSession *session, WsscContext *context, gint64 end_time)
{
    gint64 expires = wssc_context_end_of_life(context);
    if (context->state > WSSC_STATE_ROLLOVER && context->state != WSSC_STATE_OBSERVED)
        return;
    if (expires != WSSC_TIME_NONE && expires <= end_time) {
        wssc_context_set_state(session, context, NULL, WSSC_STATE_EXPIRED, "its lifetime ended before the capture")
            ->time = expires;
    } else if (!wssc_context_is_observed(context)) {
        wssc_context_set_state(session, context, NULL, WSSC_STATE_ABANDONED, "the capture ends before any end is seen");
    }
}

void wssc_ending_apply(WsscSession *session, gint64 end_time)
{
    drop_duplicates(session);
    session->model.end = end_time;
    for (guint i = 0; i < session->model.contexts->len; i++) {
        WsscContext *context = session->model.contexts->pdata[i];
        for (guint k = 0; k < context->instances->len; k++)
            wssc_establish_from_keyring(session, context, context->instances->pdata[k]);
        count_uses_again(context);
        end_context(session, context, end_time);
        /* A new instance is a renewal (WS-SC 1.4 section 5), whether its exchange could be read or not. */
        if (wssc_context_is_observed(context) && context->instances->len > context->renewals + 1)
            context->renewals = context->instances->len - 1;
        g_ptr_array_sort(context->events, by_place);
    }
    g_ptr_array_sort(session->model.events, by_place);
}
