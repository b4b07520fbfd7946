/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a message does to its context: which context it speaks of, its use, and what requests ask for. A
 * context is found by its identifier alone, never by the connection: clients reconnect, balancers spread
 * requests.
 */
#include <string.h>

#include "base/limits.h"
#include "session/private.h"
#include "soap/action.h"

/* ---- which context does a message speak of ------------------------------------------------------- */

static WsscNamed named_by_sct(const WsscSct *sct)
{
    return (WsscNamed){sct->identifier, sct->instance, sct->ns};
}

static gboolean is_named_by(WsscSession *session, const WsscReference *ref, WsscNamed *ret_named)
{
    if (ref == NULL)
        return FALSE;
    if (ref->sct != NULL) {
        *ret_named = named_by_sct(ref->sct);
        return TRUE;
    }
    if (ref->kind == WSSC_STR_URI && *ref->value != '\0' &&
        (wssc_is_sct_type(ref->value_type) || wssc_is_sct_type(ref->token_type) ||
         g_hash_table_contains(session->model.by_identifier, ref->value))) {
        *ret_named = (WsscNamed){ref->value, ref->instance, WSSC_NS_NONE};
        return TRUE;
    }
    return FALSE;
}

/* The context a message uses: an SCT in its header, else a reference by identifier. With several that of
 * "preferred", which may be NULL. */
gboolean wssc_lifecycle_find_named(WsscSession *session, const WsscSoap *soap, const char *preferred,
                                   WsscNamed *ret_named)
{
    const WsscSecurityHeader *security = soap->security;
    gboolean is_found = FALSE;
    WsscNamed named;

    for (guint i = 0; security != NULL && i < security->scts->len; i++) {
        named = named_by_sct(security->scts->pdata[i]);
        if (!is_found || g_strcmp0(named.identifier, preferred) == 0)
            *ret_named = named;
        is_found = TRUE;
        if (g_strcmp0(named.identifier, preferred) == 0)
            return TRUE;
    }
    if (is_found && preferred == NULL)
        return TRUE;
    for (guint i = 0; security != NULL && i < security->references->len; i++) {
        if (!is_named_by(session, security->references->pdata[i], &named))
            continue;
        if (!is_found || g_strcmp0(named.identifier, preferred) == 0)
            *ret_named = named;
        is_found = TRUE;
        if (preferred == NULL || g_strcmp0(named.identifier, preferred) == 0)
            return TRUE;
    }
    return is_found;
}

/* "#id" of an SCT that stands in the header; the only one there where ids say nothing. */
static gboolean find_local(const WsscSoap *soap, const char *id, WsscNamed *ret_named)
{
    const GPtrArray *scts = soap->security != NULL ? soap->security->scts : NULL;
    for (guint i = 0; scts != NULL && i < scts->len; i++) {
        const WsscSct *sct = scts->pdata[i];
        if (g_strcmp0(sct->id, id) == 0 || (scts->len == 1 && sct->id == NULL)) {
            *ret_named = named_by_sct(sct);
            return TRUE;
        }
    }
    return FALSE;
}

/* The context that a request to renew, cancel or validate is about. */
static gboolean find_target(WsscSession *session, const WsscSoap *soap, WsscNamed *ret_named)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response || trust->target == NULL)
            continue;
        if (is_named_by(session, trust->target, ret_named))
            return TRUE;
        if (trust->target->kind == WSSC_STR_LOCAL && find_local(soap, trust->target->value, ret_named))
            return TRUE;
    }
    return FALSE;
}

WsscContext *wssc_lifecycle_context_of(WsscSession *session, WsscMessage *message, const WsscNamed *named)
{
    WsscContext *context = wssc_model_context(&session->model, named->identifier);
    if (context == NULL) {
        context = wssc_context_new(session, message, WSSC_STATE_OBSERVED);
        wssc_context_name(session, context, named->identifier);
        wssc_context_event(session, context, message, WSSC_EVENT_OBSERVED,
                           "in use; its establishment is not in the capture or not readable");
    }
    if (context->version == WSSC_NS_NONE)
        context->version = named->version;
    return context;
}

/* ---- use ------------------------------------------------------------------------------------------- */

/* Of several keys with one name the one that a valid signature was made with. */
static WsscInstance *proven_instance(const WsscContext *context, const WsscMessage *message, WsscInstance *latest)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint s = 0; signatures != NULL && latest->older != NULL && s < signatures->len; s++) {
        const WsscSignature *signature = signatures->pdata[s];
        if (signature->verdict == WSSC_VERDICT_VALID && g_strcmp0(signature->context, context->identifier) == 0 &&
            g_strcmp0(signature->instance, latest->name) == 0)
            return wssc_context_instance_of(context, signature);
    }
    return latest;
}

static WsscInstance *instance_of(WsscSession *session, WsscContext *context, WsscMessage *message,
                                 const WsscNamed *named)
{
    WsscInstance *instance = wssc_context_instance(context, named->instance);
    /* A first key with a name of its own may be used without it and the reverse: a context with a
     * single key has no doubt. */
    if (instance == NULL && context->instances->len == 1 && named->instance == NULL)
        instance = context->instances->pdata[0];
    if (instance != NULL)
        return proven_instance(context, message, instance);
    if (named->instance != NULL && context->state != WSSC_STATE_OBSERVED && context->instances->len > 0)
        wssc_rules_check_unknown_instance(&session->rules, context, message, named->instance);
    instance = wssc_context_add_instance(context, named->instance);
    instance->key_missing = "its establishment is not in the capture or not readable";
    wssc_establish_from_keyring(session, context, instance);
    return instance;
}

static void link_use(WsscContext *context, WsscMessage *message)
{
    message->prev_use = context->last_use;
    if (context->last_use != NULL)
        context->last_use->next_use = message;
    context->last_use = message;
}

static void note_rollover(WsscSession *session, WsscContext *context, WsscMessage *message,
                          const WsscInstance *instance)
{
    const WsscInstance *last = context->instances->pdata[context->instances->len - 1];
    if (instance != last)
        return;
    if (context->life == WSSC_STATE_RENEWING && context->is_renewed)
        wssc_context_set_state(session, context, message, WSSC_STATE_ROLLOVER, "first message under the new instance");
    else if (context->life == WSSC_STATE_ROLLOVER)
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "the new instance is in use");
}

void wssc_lifecycle_use(WsscSession *session, WsscContext *context, WsscMessage *message, const WsscNamed *named)
{
    WsscInstance *instance = instance_of(session, context, message, named);

    message->is_use = TRUE;
    message->instance = instance;
    link_use(context, message);
    if (instance->first_use == NULL)
        instance->first_use = message;
    instance->last_use = message;
    if (context->life == WSSC_STATE_ISSUED)
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "first use");
    note_rollover(session, context, message, instance);
    wssc_rules_check_use(&session->rules, context, message, instance);
}

/* ---- requests ---------------------------------------------------------------------------------------- */

const WsscTrust *wssc_lifecycle_first_trust(const WsscSoap *soap, gboolean is_response)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response == is_response)
            return trust;
    }
    return NULL;
}

static void copy_bootstrap(WsscContext *context, const WsscMessage *message)
{
    if (context->bootstrap.count == 0 && message->soap->security != NULL)
        context->bootstrap = message->soap->security->tokens;
}

static WsscNs version_asked(const WsscMessage *message)
{
    WsscAction action;
    const WsscTrust *rst = wssc_lifecycle_first_trust(message->soap, FALSE);
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
    open->state_before = original != NULL ? original->state_before : context->life;
    /* Asked for and answered already: by another hop, or in another file. */
    if (open->exchange.is_answered || (original != NULL && original->exchange.is_answered))
        return;
    if (operation != WSSC_OPERATION_RENEW || wssc_context_is_over(context))
        return;
    context->is_renewed = FALSE;
    wssc_context_set_state(session, context, message, WSSC_STATE_RENEWING, "renewal requested");
}

static void request_leg(WsscSession *session, WsscMessage *message)
{
    WsscContext *context = message->exchange->context;
    if (context == NULL)
        return;
    wssc_context_attach(context, message);
    wssc_context_event(session, context, message, WSSC_EVENT_NEGOTIATION, "%s goes on with the negotiation",
                       message->src);
}

/* Operations that are about a context that is there already. */
static gboolean is_about_context(const WsscSoap *soap, gboolean is_targeted)
{
    const WsscTrust *rst = wssc_lifecycle_first_trust(soap, FALSE);
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
static void apply_request(WsscSession *session, WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    const WsscTrust *rst = wssc_lifecycle_first_trust(soap, FALSE);
    WsscNamed named, target;
    gboolean is_targeted = find_target(session, soap, &target);
    gboolean is_named = wssc_lifecycle_find_named(session, soap, is_targeted ? target.identifier : NULL, &named);
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
    WsscContext *context = is_about && is_targeted ? wssc_lifecycle_context_of(session, message, &target)
                           : is_named              ? wssc_lifecycle_context_of(session, message, &named)
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
    wssc_lifecycle_use(session, context, message, &named);
    const char *name = wssc_message_instance_name(message);
    if (!is_about)
        wssc_context_event(session, context, message, WSSC_EVENT_USE, "%s calls %s%s%s%s", message->src,
                           soap->action != NULL ? soap->action : "(no action)", name != NULL ? " under instance " : "",
                           name != NULL ? name : "", message->is_copy ? " (the same message again)" : "");
}

void wssc_lifecycle_apply(WsscSession *session, WsscMessage *message)
{
    if (message->is_response)
        wssc_response_apply(session, message);
    else
        apply_request(session, message);
}

void wssc_lifecycle_apply_late(WsscSession *session, WsscMessage *message)
{
    const WsscTrust *rst = wssc_lifecycle_first_trust(message->soap, FALSE);
    if (message->is_response)
        wssc_response_apply_late(session, message);
    else if (rst != NULL)
        wssc_establish_request(session, (WsscOpenExchange *)message->exchange, rst);
    if (message->is_use && message->instance != NULL)
        message->instance = proven_instance(message->context, message,
                                            wssc_context_instance(message->context, message->instance->name));
}
