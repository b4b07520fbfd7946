/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What requests ask for.
 */
#include <string.h>

#include "session/private.h"
#include "soap/action.h"

static void copy_bootstrap(WsscContext *context, const WsscMessage *message)
{
    if (context->bootstrap.count == 0 && message->soap->security != NULL)
        context->bootstrap = message->soap->security->tokens;
}

/* What the ends of a negotiation prove themselves by; each leg may say more. */
static void add_exchanged(WsscContext *context, const WsscMessage *message)
{
    for (guint i = 0; i < message->soap->trusts->len; i++) {
        const WsscTrust *trust = message->soap->trusts->pdata[i];
        for (guint k = 0; k < trust->exchanged.count; k++)
            if (!wssc_token_kinds_have(&context->bootstrap, trust->exchanged.list[k]))
                context->bootstrap.list[context->bootstrap.count++] = trust->exchanged.list[k];
    }
}

static WsscNs version_asked(const WsscMessage *message)
{
    WsscAction action;
    const WsscTrust *rst = wssc_naming_first_trust(message->soap, FALSE);
    WsscNs trust = rst != NULL ? rst->ns : WSSC_NS_NONE;
    if (wssc_action_parse(message->soap->action, &action))
        trust = action.trust;
    return trust == WSSC_NS_WST_200404   ? WSSC_NS_WSC_200404
           : trust == WSSC_NS_WST_200502 ? WSSC_NS_WSC_200502
                                         : WSSC_NS_WSC_200512;
}

/* The context that the exchange is about: made here unless a copy of the request or an early response
 * did so. */
static void request_issue(WsscSession *session, WsscMessage *message)
{
    WsscExchange *exchange = message->exchange;
    if (exchange->context == NULL && exchange->copy_of != NULL)
        exchange->context = exchange->copy_of->context;
    if (exchange->context == NULL) {
        exchange->context = wssc_context_new(session, message, WSSC_STATE_REQUESTED);
        exchange->context->version = version_asked(message);
    }
    WsscContext *context = exchange->context;
    if (context->requested_by == NULL)
        context->requested_by = exchange;
    copy_bootstrap(context, message);
    add_exchanged(context, message);
    const char *user = message->soap->security != NULL ? message->soap->security->username : NULL;
    wssc_context_event(session, context, message, WSSC_EVENT_REQUEST, "%s asks %s for a context%s%s%s", message->src,
                       message->dst, user != NULL ? " as user " : "", user != NULL ? user : "",
                       message->is_copy ? " (the same request again)" : "");
}

static WsscEventKind event_of(WsscOperation operation)
{
    switch (operation) {
    case WSSC_OPERATION_AMEND:
        return WSSC_EVENT_AMEND;
    case WSSC_OPERATION_RENEW:
        return WSSC_EVENT_RENEW;
    case WSSC_OPERATION_CANCEL:
        return WSSC_EVENT_CANCEL;
    default:
        return WSSC_EVENT_VALIDATE;
    }
}

/* What can be asked of a context that lives. */
static void request_on_context(WsscSession *session, WsscMessage *message, WsscContext *context, const char *instance)
{
    WsscOperation operation = message->soap->operation;
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    WsscOpenExchange *original = (WsscOpenExchange *)open->exchange.copy_of;

    wssc_context_event(session, context, message, event_of(operation), "%s asks %s to %s it%s", message->src,
                       message->dst, wssc_operation_name(operation),
                       message->is_copy ? " (the same request again)" : "");
    g_free(open->exchange.asked.instance);
    open->exchange.asked.instance = g_strdup(instance);
    open->state_before = original != NULL ? original->state_before : wssc_context_life(context);
    /* Asked for and answered already: by another hop, or in another file. */
    if (open->exchange.is_answered || (original != NULL && original->exchange.is_answered))
        return;
    if (operation != WSSC_OPERATION_RENEW || wssc_context_is_over(context))
        return;
    wssc_context_open(context)->is_renewed = FALSE;
    wssc_context_set_state(session, context, message, WSSC_STATE_RENEWING, "renewal requested");
}

static void request_leg(WsscSession *session, WsscMessage *message)
{
    WsscContext *context = message->exchange->context;
    if (context == NULL)
        return;
    wssc_context_attach(context, message);
    add_exchanged(context, message);
    const WsscTrust *rst = wssc_naming_first_trust(message->soap, FALSE);
    if (rst != NULL)
        wssc_establish_request(session, (WsscOpenExchange *)message->exchange, rst);
    wssc_context_event(session, context, message, WSSC_EVENT_NEGOTIATION, "%s goes on with the negotiation",
                       message->src);
}

/* Operations that are about a context that is there already. */
static gboolean is_about_context(const WsscSoap *soap, gboolean is_targeted)
{
    const WsscTrust *rst = wssc_naming_first_trust(soap, FALSE);
    switch (soap->operation) {
    case WSSC_OPERATION_AMEND:
        return TRUE;
    case WSSC_OPERATION_RENEW:
    case WSSC_OPERATION_CANCEL:
    case WSSC_OPERATION_VALIDATE:
        /* Without a readable target the action has to say that a context is meant. */
        return is_targeted || (soap->is_sct_operation && (rst == NULL || rst->target == NULL));
    default:
        return FALSE;
    }
}

/* A context may be asked for under another one: WCF's negotiation (SPNEGO, TLSNEGO) gives a context that
 * protects the request for the session's own. The message uses the first and begins the second. */
void wssc_request_apply(WsscSession *session, WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    const WsscTrust *rst = wssc_naming_first_trust(soap, FALSE);
    WsscNamed named, target;
    gboolean is_targeted = wssc_naming_find_target(session, soap, &target);
    gboolean is_named = wssc_naming_find(session, message, is_targeted ? target.identifier : NULL, &named);
    gboolean is_issue = soap->operation == WSSC_OPERATION_ISSUE && soap->is_sct_operation && !is_targeted;
    gboolean is_about = is_about_context(soap, is_targeted);

    if (open->exchange.request != message) {
        request_leg(session, message);
        return;
    }
    if (is_issue)
        request_issue(session, message);
    if (rst != NULL)
        wssc_establish_request(session, open, rst);
    /* CXF renews over TLS with the bootstrap token alone: then only the target says which. */
    WsscContext *context = is_about && is_targeted ? wssc_naming_context(session, message, &target)
                           : is_named              ? wssc_naming_context(session, message, &named)
                                                   : open->exchange.context;
    if (context == NULL)
        return;
    wssc_context_attach(context, message);
    if (is_about)
        request_on_context(session, message, context,
                           is_targeted && (target.instance != NULL || !is_named) ? target.instance
                           : is_named                                            ? named.instance
                                                                                 : NULL);
    if (!is_named || strcmp(named.identifier, context->identifier) != 0)
        return;
    wssc_use_apply(session, context, message, &named);
    const char *name = wssc_message_instance_name(message);
    if (!is_about)
        wssc_context_event(session, context, message, WSSC_EVENT_USE, "%s calls %s%s%s%s", message->src,
                           soap->action != NULL ? soap->action : "(no action)", name != NULL ? " under instance " : "",
                           name != NULL ? name : "", message->is_copy ? " (the same message again)" : "");
}

void wssc_request_apply_late(WsscSession *session, WsscMessage *message)
{
    const WsscTrust *rst = wssc_naming_first_trust(message->soap, FALSE);
    if (rst != NULL)
        wssc_establish_request(session, (WsscOpenExchange *)message->exchange, rst);
}
