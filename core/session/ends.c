/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How each context ended, and what came after.
 */
#include "session/facts.h"

static WsscEnd end_by_fault(const WsscContext *context)
{
    const WsscFault *fault = context->ended_by != NULL ? context->ended_by->soap->fault : NULL;
    return fault != NULL && fault->effect == WSSC_EFFECT_ABORTED ? WSSC_END_ABORTED : WSSC_END_REFUSED;
}

/* Asked for, and never answered: the requestor took it as done. */
static const WsscTurn *unanswered_cancel(const WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);
    for (guint i = turns->len; i > 0; i--) {
        const WsscTurn *turn = turns->pdata[i - 1];
        if (turn->exchange->operation == WSSC_OPERATION_CANCEL)
            return turn->answer == NULL && turn->end != WSSC_TURN_SERVED ? turn : NULL;
    }
    return NULL;
}

/* The connection of its last message is over, and nothing of the context came after: the sign; or NULL. */
static const WsscSign *closing(const WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);
    const WsscTurn *last = turns->len > 0 ? turns->pdata[turns->len - 1] : NULL;
    const WsscConnection *connection = last != NULL ? last->request->connection : NULL;
    gint64 last_time = last == NULL ? 0 : last->end_time != WSSC_TIME_NONE ? last->end_time : last->request->time;

    for (guint i = 0; connection != NULL && i < connection->signs->len; i++) {
        const WsscSign *sign = connection->signs->pdata[i];
        if (sign->time >= last_time &&
            (sign->kind == WSSC_SIGN_FIN || sign->kind == WSSC_SIGN_RESET || sign->kind == WSSC_SIGN_FRAMING_END))
            return sign;
    }
    return NULL;
}

static void settle_open_end(const WsscSession *session, WsscContext *context)
{
    const WsscTurn *cancel = unanswered_cancel(context);
    const WsscSign *sign = cancel == NULL ? closing(context) : NULL;
    context->end = cancel != NULL ? WSSC_END_CANCEL_UNANSWERED : sign != NULL ? WSSC_END_CLOSED : WSSC_END_CAPTURE;
    context->end_time = cancel != NULL ? cancel->request->time : sign != NULL ? sign->time : session->model.end;
}

static void settle_end(const WsscSession *session, WsscContext *context)
{
    gint64 expires = wssc_context_end_of_life(context);
    gboolean is_told = context->ended_by != NULL;

    if (context->identifier == NULL)
        return;
    switch (context->state) {
    case WSSC_STATE_CANCELLED:
        context->end = WSSC_END_CANCELLED;
        break;
    case WSSC_STATE_EXPIRED:
        context->end = WSSC_END_EXPIRED;
        break;
    case WSSC_STATE_REFUSED:
        context->end = end_by_fault(context);
        break;
    default:
        settle_open_end(session, context);
        return;
    }
    context->end_time = is_told ? context->ended_by->time : expires;
}

static void count_after(WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);
    if (context->end_time == WSSC_TIME_NONE || context->end > WSSC_END_ABORTED)
        return;
    for (guint i = turns->len; i > 0; i--) {
        const WsscTurn *turn = turns->pdata[i - 1];
        gboolean is_after = context->ended_by != NULL ? wssc_message_is_after(turn->request, context->ended_by)
                                                      : turn->request->time > context->end_time;
        if (!is_after)
            break;
        if (!turn->request->is_use)
            continue;
        context->uses_after_end++;
        context->first_after_end = turn->request;
    }
}

void wssc_facts_ends(WsscSession *session)
{
    for (guint i = 0; i < session->model.contexts->len; i++) {
        WsscContext *context = session->model.contexts->pdata[i];
        settle_end(session, context);
        count_after(context);
    }
}
