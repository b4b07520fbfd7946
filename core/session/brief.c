/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where only rows of contexts are wanted (WsscSessionOptions.only_rows): of a message whose exchange is over stays
 * where it stood and what it belongs to; while it waits for keys also what it takes to read it again. Its verdicts are
 * counted before they go. So do ordinary calls that were not answered before as
 * many messages as the limit kept-messages came behind them: where only one direction was captured, none ever is.
 * Where rows of verdicts are wanted, too (wants_verdicts), a message goes once its own were shown.
 * Whatever is not of the usual kind is kept whole: damage, faults, negotiations, answers that could not be opened,
 * tokens that are passed on.
 */
#include "session/facts.h"
#include "session/private.h"

/* Every verdict is by a key of a context that is known, or of none. */
static gboolean can_be_counted(const WsscSession *session, const WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        if (signature->context != NULL && wssc_model_context(&session->model, signature->context) == NULL)
            return FALSE;
    }
    return TRUE;
}

/* Nobody tries again to read what did not open. */
static gboolean is_closed_for_good(const WsscExchange *exchange)
{
    return exchange->is_unreadable && exchange->request != NULL && exchange->request->waiting == NULL &&
           exchange->response != NULL && exchange->response->waiting == NULL;
}

static gboolean is_over(const WsscExchange *exchange)
{
    if (exchange != NULL && ((const WsscOpenExchange *)exchange)->is_given_up)
        return TRUE;
    return exchange != NULL && exchange->outcome == WSSC_OUTCOME_DONE && exchange->legs == NULL &&
           (is_closed_for_good(exchange) ||
            (!exchange->is_unreadable && (exchange->context == NULL || exchange->context->identifier != NULL)));
}

/* Only its issue gives a context its name. */
static gboolean is_named(const WsscMessage *message)
{
    return message->context == NULL || message->context->identifier != NULL || is_closed_for_good(message->exchange);
}

/* What the answer does may rest on what was asked. */
static gboolean is_answer_let_go(const WsscMessage *message)
{
    const WsscExchange *exchange = message->exchange;
    return exchange->request != message || exchange->response == NULL || exchange->response->is_brief;
}

static gboolean is_final(const WsscMessage *message)
{
    return message->is_judged || message->security == NULL;
}

/* A verdict on the answer may rest on what was asked (whose.c). */
static gboolean is_shown(const WsscMessage *message)
{
    const WsscMessage *response = message->exchange != NULL ? message->exchange->response : NULL;
    return message->is_shown && is_final(message) && (response == NULL || is_final(response));
}

static gboolean can_go(WsscSession *session, const WsscMessage *message)
{
    return !message->is_brief && (!session->options.wants_verdicts || is_shown(message)) && message->damage == NULL &&
           is_over(message->exchange) && is_named(message) && is_answer_let_go(message) &&
           message->soap->fault == NULL && !message->soap->is_negotiation && can_be_counted(session, message) &&
           !wssc_facts_is_about_token(session, message);
}

/* What tells whether the key that an answer brings is its server's. */
static void note_ends(WsscSession *session, const WsscMessage *message)
{
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    if (!session->options.wants_verdicts)
        return;
    if (message->exchange->request == message)
        open->to = wssc_session_keep(session, wssc_issuer_to(message));
    else
        open->is_proven = wssc_issuer_is_protected(message);
}

static void let_go(WsscSession *session, WsscMessage *message)
{
    if (!can_go(session, message))
        return;
    wssc_sizes_note(session, message);
    note_ends(session, message);
    if (message->exchange->is_unreadable && message->exchange->response == message)
        ((WsscOpenExchange *)message->exchange)->closed = g_strdup(wssc_missing_reason(message));
    gboolean waits = message->security != NULL && message->security->waits && message->waiting != NULL;
    GArray *counted = waits ? g_array_new(FALSE, FALSE, sizeof(WsscCounted)) : NULL;
    wssc_verdicts_count(session, message, counted);
    if (waits)
        message->waiting->counted = counted;
    wssc_soap_free(message->soap);
    g_clear_pointer(&message->security, wssc_security_free);
    message->soap = wssc_session_no_soap(session);
    message->is_brief = TRUE;
}

void wssc_brief_undo(WsscMessage *message)
{
    GArray *counted = message->waiting != NULL ? g_steal_pointer(&message->waiting->counted) : NULL;
    if (!message->is_brief)
        return;
    for (guint i = 0; counted != NULL && i < counted->len; i++) {
        const WsscCounted *one = &g_array_index(counted, WsscCounted, i);
        one->context->verdicts[one->verdict]--;
    }
    g_clear_pointer(&counted, g_array_unref);
    message->soap = NULL;
    message->is_brief = FALSE;
}

void wssc_brief_let_go(WsscSession *session, WsscMessage *message)
{
    WsscMessage *request = message->exchange != NULL ? message->exchange->request : NULL;
    if (!session->options.only_rows)
        return;
    let_go(session, message);
    if (request != NULL && request != message)
        let_go(session, request);
}

static gboolean is_call_without_answer(const WsscMessage *message)
{
    const WsscExchange *exchange = message->exchange;
    return exchange != NULL && exchange->request == message && exchange->response == NULL && exchange->legs == NULL &&
           exchange->operation == WSSC_OPERATION_NONE && exchange->outcome == WSSC_OUTCOME_PENDING &&
           exchange->ended_by == NULL;
}

static gboolean is_given_up(const WsscSession *session, const WsscMessage *message)
{
    return is_call_without_answer(message) &&
           message->index + session->rules.limits.value[WSSC_LIMIT_KEPT_MESSAGES] < session->messages_fed;
}

void wssc_brief_let_go_more(WsscSession *session)
{
    const GPtrArray *messages = session->model.messages;
    for (guint i = 0; i < messages->len; i++) {
        WsscMessage *message = messages->pdata[i];
        gboolean is_vain = is_given_up(session, message);
        if (is_vain)
            ((WsscOpenExchange *)message->exchange)->is_given_up = TRUE;
        if (is_vain || message->is_shown)
            let_go(session, message);
    }
}

void wssc_brief_forget_findings(WsscSession *session)
{
    if (session->options.only_rows)
        g_ptr_array_set_size(session->model.findings, 0);
}
