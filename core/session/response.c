/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a response does to the context that its exchange is about.
 */
#include <string.h>

#include "session/private.h"

/* ---- faults ---------------------------------------------------------------------------------------------- */

static void end_by_fault(WsscSession *session, WsscMessage *message, WsscContext *context, WsscState state,
                         const char *why)
{
    /* Refused again is no new end. */
    if (wssc_context_is_over(context) || (wssc_context_life(context) == state && context->ended_by != NULL))
        return;
    wssc_context_set_state(session, context, message, state, why);
    context->ended_by = message;
}

static void response_fault(WsscSession *session, WsscMessage *message, WsscContext *context)
{
    const WsscFault *fault = message->soap->fault;
    const WsscOpenExchange *open = (const WsscOpenExchange *)message->exchange;
    g_autofree char *words = wssc_fault_words(fault, wssc_message_is_secured(message));
    g_autofree char *why = g_strdup_printf("fault %s%s%s", fault->code, fault->cause != NULL ? ": " : "",
                                           fault->cause != NULL ? fault->cause : "");

    wssc_context_event(session, context, message, WSSC_EVENT_FAULT, "fault %s", words);
    if (context->identifier == NULL)
        end_by_fault(session, message, context, WSSC_STATE_REFUSED, why);
    else if (fault->effect != WSSC_EFFECT_NONE)
        end_by_fault(session, message, context,
                     fault->effect == WSSC_EFFECT_EXPIRED ? WSSC_STATE_EXPIRED : WSSC_STATE_REFUSED, why);
    else if (wssc_context_life(context) == WSSC_STATE_RENEWING && open->exchange.operation == WSSC_OPERATION_RENEW)
        /* The key is what it was: good, or expired already. */
        wssc_context_set_state(session, context, message,
                               open->state_before == WSSC_STATE_EXPIRED || open->state_before == WSSC_STATE_REFUSED
                                   ? open->state_before
                                   : WSSC_STATE_ACTIVE,
                               "renewal refused");
}

/* ---- issue ----------------------------------------------------------------------------------------------- */

/* Asked for without a name, and known under its name: seen in use before its RSTR could be read, or
 * issued twice. The story goes on there. */
static WsscContext *join_known(WsscExchange *exchange, WsscContext *asked, WsscContext *known)
{
    if (known->bootstrap.count == 0)
        known->bootstrap = asked->bootstrap;
    if (exchange->request != NULL && exchange->request->context == asked) {
        exchange->request->context = known;
        known->messages++;
        asked->messages--;
    }
    if (known->requested_by == NULL)
        known->requested_by = asked->requested_by;
    exchange->context = known;
    return known;
}

static WsscContext *context_issued(WsscSession *session, WsscMessage *message, const WsscTrust *rstr)
{
    WsscExchange *exchange = message->exchange;
    WsscContext *known = wssc_model_context(&session->model, rstr->sct->identifier);
    WsscContext *context = exchange->context;

    /* The exchange began for another name: a renewal answered with a new context. */
    if (context != NULL && context->identifier != NULL && strcmp(context->identifier, rstr->sct->identifier) != 0)
        context = NULL;
    if (context == NULL)
        context = known != NULL ? known : wssc_context_new(session, message, WSSC_STATE_REQUESTED);
    else if (context->identifier == NULL && known != NULL)
        context = join_known(exchange, context, known);
    if (context->identifier == NULL)
        wssc_context_name(session, context, rstr->sct->identifier);
    exchange->context = context;
    return context;
}

static void response_issue(WsscSession *session, WsscMessage *message, const WsscTrust *rstr)
{
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    WsscContext *context = context_issued(session, message, rstr);
    gboolean is_first = context->established_by == NULL;
    gboolean is_new = FALSE;

    wssc_context_attach(context, message);
    if (is_first)
        context->version = rstr->sct->ns;
    WsscInstance *instance = wssc_establish_instance(session, context, open, message, rstr, &is_new);
    message->instance = instance;
    if (!is_first)
        return;
    context->established_by = &open->exchange;
    if (rstr->sct->instance != NULL && open->exchange.request != NULL &&
        open->exchange.operation == WSSC_OPERATION_ISSUE)
        wssc_keyring_name_first(session->keyring, context->identifier);
    g_autofree char *expires = wssc_time_format(instance->expires);
    wssc_context_event(session, context, message, WSSC_EVENT_ISSUE, "issued as %s%s%s", context->identifier,
                       expires != NULL ? ", good until " : "", expires != NULL ? expires : "");
    if (context->state == WSSC_STATE_REQUESTED || context->state == WSSC_STATE_REFUSED)
        wssc_context_set_state(session, context, message, WSSC_STATE_ISSUED, "context issued");
    wssc_context_reveal(session, context, message);
}

/* ---- renew, amend, cancel -------------------------------------------------------------------------------- */

static gboolean names_another(const WsscContext *context, const WsscTrust *rstr)
{
    return rstr->sct != NULL && strcmp(rstr->sct->identifier, context->identifier) != 0;
}

static void response_renew(WsscSession *session, WsscMessage *message, WsscContext *context, const WsscTrust *rstr)
{
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    gboolean is_new = FALSE;

    if (names_another(context, rstr)) {
        wssc_rules_check_other_identifier(&session->rules, context, message, rstr->sct->identifier);
        response_issue(session, message, rstr);
        return;
    }
    WsscInstance *instance = wssc_establish_instance(session, context, open, message, rstr, &is_new);
    message->instance = instance;
    context->renewals++;
    wssc_context_event(session, context, message, WSSC_EVENT_RENEW, "renewed%s%s%s",
                       instance->name != NULL ? ": instance " : "", instance->name != NULL ? instance->name : "",
                       is_new ? "" : ", with the key it had");
    if (wssc_context_is_over(context))
        return;
    context->ended_by = NULL;
    wssc_context_open(context)->is_renewed = TRUE;
    if (!is_new)
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "renewed with the key it had");
    /* A late renewal brings an expired or refused context back. */
    else if (wssc_context_life(context) == WSSC_STATE_EXPIRED || wssc_context_life(context) == WSSC_STATE_REFUSED)
        wssc_context_set_state(session, context, message, WSSC_STATE_RENEWING, "renewed after its end");
}

/* WS-SC 1.4 section 4: claims are added, the key stays. */
static void response_amend(WsscSession *session, WsscMessage *message, WsscContext *context, const WsscTrust *rstr)
{
    gboolean is_new = FALSE;
    wssc_context_event(session, context, message, WSSC_EVENT_AMEND, "amended");
    if (rstr == NULL || context->identifier == NULL || names_another(context, rstr))
        return;
    wssc_establish_instance(session, context, (WsscOpenExchange *)message->exchange, message, rstr, &is_new);
}

static void response_cancel(WsscSession *session, WsscMessage *message, WsscContext *context, const WsscTrust *rstr)
{
    gboolean is_confirmed = rstr == NULL || rstr->is_cancelled;
    wssc_context_event(session, context, message, WSSC_EVENT_CANCEL, "cancelled");
    wssc_rules_check_cancelled(&session->rules, context, message, is_confirmed);
    if (!wssc_context_is_over(context))
        context->ended_by = message;
    wssc_context_set_state(session, context, message, WSSC_STATE_CANCELLED,
                           is_confirmed ? "cancel confirmed" : "cancel answered, though not in so many words");
}

static void response_plain(WsscSession *session, WsscMessage *message, WsscContext *context)
{
    wssc_context_event(session, context, message, WSSC_EVENT_RESPONSE, "%s answers%s%s", message->src,
                       message->soap->action != NULL ? " " : "",
                       message->soap->action != NULL ? message->soap->action : "");
    /* Refused at one server of a farm, served by another: the context lives. */
    if (message->exchange->request != NULL && message->exchange->request->is_use &&
        (wssc_context_life(context) == WSSC_STATE_REFUSED || wssc_context_life(context) == WSSC_STATE_EXPIRED)) {
        context->ended_by = NULL;
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "served again");
    }
}

/* ---- dispatch -------------------------------------------------------------------------------------------- */

static const WsscTrust *issued_sct(const WsscSoap *soap)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response && trust->sct != NULL)
            return trust;
    }
    return NULL;
}

static WsscOperation operation_answered(const WsscMessage *message)
{
    const WsscExchange *exchange = message->exchange;
    /* What was asked for says it best: an answer's own action may be that of another version, or wrong. */
    if (exchange->request != NULL && exchange->operation != WSSC_OPERATION_NONE)
        return exchange->operation;
    return message->soap->operation;
}

static void apply_unreadable(WsscMessage *message, WsscContext *context, WsscOperation operation)
{
    if (!message->soap->body_encrypted || (operation != WSSC_OPERATION_ISSUE && operation != WSSC_OPERATION_RENEW))
        return;
    message->exchange->is_unreadable = TRUE;
    if (operation == WSSC_OPERATION_RENEW && context != NULL) {
        context->renewals++;
        wssc_context_open(context)->is_renewed = TRUE;
    }
}

static void apply_trust_response(WsscSession *session, WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    const WsscTrust *rstr = issued_sct(soap);
    const WsscTrust *first = wssc_naming_first_trust(soap, TRUE);
    WsscContext *context = message->exchange->context;
    WsscOperation operation = operation_answered(message);

    if (rstr != NULL && *rstr->sct->identifier == '\0') {
        wssc_rules_check_issued_without_identifier(&session->rules, context, message);
        return;
    }
    if (operation == WSSC_OPERATION_RENEW && first != NULL && context != NULL && context->identifier != NULL &&
        (rstr != NULL || first->has_lifetime))
        response_renew(session, message, context, rstr != NULL ? rstr : first);
    else if (operation == WSSC_OPERATION_AMEND && context != NULL)
        response_amend(session, message, context, rstr);
    else if (operation == WSSC_OPERATION_CANCEL && context != NULL)
        response_cancel(session, message, context, first);
    else if (rstr != NULL)
        response_issue(session, message, rstr);
    else if (context != NULL)
        response_plain(session, message, context);
    if (rstr == NULL)
        apply_unreadable(message, context, operation);
}

/* Proves itself by a security context, and by no other token. */
static gboolean is_under_context_alone(const WsscMessage *request)
{
    const WsscSecurityHeader *security = request != NULL ? request->soap->security : NULL;
    return security != NULL && security->tokens.count == 1 && security->tokens.list[0] == WSSC_TOKEN_KIND_SCT;
}

void wssc_response_apply(WsscSession *session, WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    WsscContext *context = message->exchange->context;
    WsscNamed named;
    gboolean is_named = wssc_naming_find(session, message, context != NULL ? context->identifier : NULL, &named);

    if (soap->fault != NULL && is_under_context_alone(message->exchange->request))
        wssc_fault_fit_context(message->soap->fault);
    /* An ordinary call is about the context it uses; what asked for a new one has none by then. */
    if (context == NULL && message->exchange->request != NULL && soap->operation == WSSC_OPERATION_NONE)
        context = message->exchange->request->context;
    if (context == NULL && is_named)
        context = wssc_naming_context(session, message, &named);
    if (context != NULL)
        wssc_context_attach(context, message);
    if (is_named && context != NULL && g_strcmp0(named.identifier, context->identifier) == 0)
        wssc_use_apply(session, context, message, &named);
    /* The same answer again, from another hop or in another file, says nothing new. */
    if (message->is_copy)
        return;
    if (soap->fault != NULL) {
        if (context != NULL)
            response_fault(session, message, context);
    } else if (soap->operation != WSSC_OPERATION_NONE || wssc_naming_first_trust(soap, TRUE) != NULL) {
        apply_trust_response(session, message);
    } else if (context != NULL) {
        response_plain(session, message, context);
    }
}

void wssc_response_apply_late(WsscSession *session, WsscMessage *message)
{
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    const WsscTrust *rstr = issued_sct(message->soap);
    WsscContext *context = open->exchange.context;

    if (rstr == NULL || *rstr->sct->identifier == '\0' || !open->exchange.is_unreadable)
        return;
    open->exchange.is_unreadable = FALSE;
    if (operation_answered(message) == WSSC_OPERATION_RENEW && context != NULL && context->identifier != NULL) {
        context->renewals--; /* it was counted unread */
        response_renew(session, message, context, rstr);
    } else {
        response_issue(session, message, rstr);
    }
}
