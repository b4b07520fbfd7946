/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From an old key to a new one: how long the old one is accepted. By WCF the span begins with the first message under
 * the new key.
 */
#include "base/limits.h"
#include "session/facts.h"

typedef struct Span {
    WsscRollover rollover;        /* first: a WsscRollover * is one of these */
    const WsscMessage *confirmed; /* the first answer under the new key */
    gboolean was_new;
    struct Span *beside; /* another one from the same old key */
} Span;

typedef struct {
    GHashTable *by_before, *by_after; /* WsscInstance -> Span */
} Spans;

/* ---- the pairs of keys ----------------------------------------------------------------------------------- */

static void add_span(const Spans *spans, GPtrArray *list, WsscContext *context, WsscInstance *before,
                     WsscInstance *after)
{
    Span *span = g_new0(Span, 1);
    span->rollover.context = context;
    span->rollover.before = before;
    span->rollover.after = after;
    span->rollover.at_most = WSSC_TIME_NONE;
    span->beside = g_hash_table_lookup(spans->by_before, before);
    g_hash_table_replace(spans->by_before, before, span);
    g_hash_table_replace(spans->by_after, after, span);
    g_ptr_array_add(list, span);
}

/* Those of its renewals, and of keys that are seen in use only: a new one of another name was made somehow. */
static GPtrArray *list_spans(const Spans *spans, WsscContext *context)
{
    GPtrArray *list = g_ptr_array_new();
    g_autoptr(GHashTable) renewed = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < context->renewal_list->len; i++) {
        const WsscRenewal *renewal = context->renewal_list->pdata[i];
        if (renewal->after == NULL || renewal->replaced_by != NULL || !g_hash_table_add(renewed, renewal->after))
            continue;
        if (renewal->outcome == WSSC_RENEWAL_DONE && renewal->before != NULL)
            add_span(spans, list, context, renewal->before, renewal->after);
    }
    for (guint i = 1; i < context->instances->len; i++) {
        WsscInstance *after = context->instances->pdata[i];
        if (after->issued_by == NULL && after->older == NULL && !g_hash_table_contains(renewed, after))
            add_span(spans, list, context, context->instances->pdata[i - 1], after);
    }
    return list;
}

/* ---- uses --------------------------------------------------------------------------------------------------- */

static void take_new_use(Span *span, const WsscTurn *turn)
{
    WsscRollover *rollover = &span->rollover;
    if (rollover->begin == NULL)
        rollover->begin = turn->request;
    if (span->confirmed == NULL)
        span->confirmed = turn->answer;
    span->was_new = TRUE;
    if (rollover->old_answer == NULL && turn->answer != NULL && turn->answer->is_use &&
        turn->answer->instance == rollover->before)
        rollover->old_answer = turn->answer;
}

static void take_old_use(Span *span, const WsscTurn *turn)
{
    WsscRollover *rollover = &span->rollover;
    gint64 age = MAX(turn->request->time - rollover->begin->time, 0);

    if (turn->end == WSSC_TURN_SERVED) {
        rollover->last_accepted = turn->request;
        rollover->at_least = age;
        rollover->first_refused = NULL;
        rollover->at_most = WSSC_TIME_NONE;
    } else if (turn->end != WSSC_TURN_OPEN && rollover->first_refused == NULL) {
        rollover->first_refused = turn->request;
        rollover->at_most = age;
    }
    /* What was sent before the new key was confirmed is on its way, and no change of mind. */
    if (span->was_new && span->confirmed != NULL && wssc_message_is_after(turn->request, span->confirmed))
        rollover->returns++;
    span->was_new = FALSE;
}

static void look_at_uses(const Spans *spans, const WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);
    for (guint i = 0; i < turns->len; i++) {
        const WsscTurn *turn = turns->pdata[i];
        if (!turn->request->is_use || turn->request->instance == NULL)
            continue;
        Span *to = g_hash_table_lookup(spans->by_after, turn->request->instance);
        if (to != NULL)
            take_new_use(to, turn);
        Span *from = g_hash_table_lookup(spans->by_before, turn->request->instance);
        for (guint n = 0; from != NULL && n < WSSC_MAX_SAME_NAME; from = from->beside, n++)
            if (from->rollover.begin != NULL)
                take_old_use(from, turn);
    }
}

static void look_at_context(WsscSession *session, WsscContext *context)
{
    Spans spans = {.by_before = g_hash_table_new(NULL, NULL), .by_after = g_hash_table_new(NULL, NULL)};
    g_autoptr(GPtrArray) list = list_spans(&spans, context);

    look_at_uses(&spans, context);
    for (guint i = 0; i < list->len; i++) {
        WsscRollover *rollover = list->pdata[i];
        if (rollover->begin == NULL) {
            g_free(rollover);
            continue;
        }
        g_ptr_array_add(session->model.rollovers, rollover);
        g_ptr_array_add(context->rollovers, rollover);
    }
    g_hash_table_unref(spans.by_before);
    g_hash_table_unref(spans.by_after);
}

void wssc_facts_rollovers(WsscSession *session)
{
    for (guint i = 0; i < session->model.contexts->len; i++) {
        WsscContext *context = session->model.contexts->pdata[i];
        if (context->instances->len > 1)
            look_at_context(session, context);
    }
}
