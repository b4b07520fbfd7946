/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The rules that findings come from. Each rule is a small function over one message, one exchange
 * or one use; findings.def says what each id means.
 */
#include <string.h>

#include "session/private.h"
#include "keys/derive.h"
#include "soap/action.h"

/* Clocks of healthy machines differ by seconds; five minutes is what receivers forgive. */
#define SKEW_LIMIT (5 * 60 * G_USEC_PER_SEC)
/* WCF accepts the old key for five minutes after a rollover. */
#define ROLLOVER_LIMIT (5 * 60 * G_USEC_PER_SEC)

WsscFinding *wssc_rules_raise(WsscSession *session, WsscFindingId id, WsscMessage *message, WsscContext *context,
                              const char *format, ...)
{
    WsscFinding *finding = g_new0(WsscFinding, 1);
    va_list args;

    finding->id = id;
    finding->severity = wssc_finding_info(id)->severity;
    finding->file = message->file;
    finding->frame = message->frame;
    finding->time = message->time;
    finding->context = context != NULL ? context->identifier : NULL;
    va_start(args, format);
    finding->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(session->findings, finding);
    g_ptr_array_add(message->findings, finding);
    if (context != NULL)
        g_ptr_array_add(context->findings, finding);
    return finding;
}

void wssc_rules_retract(WsscSession *session, WsscFindingId id, WsscMessage *message)
{
    for (guint i = message->findings->len; i > 0; i--) {
        WsscFinding *finding = message->findings->pdata[i - 1];
        if (finding->id != id)
            continue;
        g_ptr_array_remove_index(message->findings, i - 1);
        if (message->context != NULL)
            g_ptr_array_remove(message->context->findings, finding);
        g_ptr_array_remove(session->findings, finding);
    }
}

/* ---- one message ---------------------------------------------------------------------------------- */

static void check_scts(WsscSession *session, WsscMessage *message)
{
    const GPtrArray *scts = message->soap->security->scts;
    const WsscSct *first = scts->len > 0 ? scts->pdata[0] : NULL;
    for (guint i = 0; i < scts->len; i++) {
        const WsscSct *sct = scts->pdata[i];
        if (*sct->identifier == '\0')
            wssc_rules_raise(session, WSSC_FINDING_SCT_WITHOUT_IDENTIFIER, message, message->context,
                             "the security header's token has no Identifier");
        /* A renewal may carry the bootstrap's token beside its own, and both may be contexts. */
        if (message->soap->operation != WSSC_OPERATION_RENEW &&
            (strcmp(sct->identifier, first->identifier) != 0 || g_strcmp0(sct->instance, first->instance) != 0))
            wssc_rules_raise(session, WSSC_FINDING_TWO_SCTS, message, message->context, "%s stands beside %s",
                             sct->identifier, first->identifier);
    }
}

static void check_derived_keys(WsscSession *session, WsscMessage *message)
{
    const GPtrArray *keys = message->soap->security->derived_keys;
    for (guint i = 0; i < keys->len; i++) {
        const WsscDerivedKey *key = keys->pdata[i];
        const char *id = key->id != NULL ? key->id : "without id";
        if (key->generation != -1 && key->offset != -1)
            wssc_rules_raise(session, WSSC_FINDING_DERIVED_GENERATION_AND_OFFSET, message, message->context,
                             "derived key %s", id);
        if (key->generation == -2 || key->offset == -2 || key->length == -2)
            wssc_rules_raise(session, WSSC_FINDING_DERIVED_NUMBER, message, message->context, "derived key %s", id);
        if (!key->has_nonce)
            wssc_rules_raise(session, WSSC_FINDING_DERIVED_WITHOUT_NONCE, message, message->context, "derived key %s",
                             id);
    }
}

static void check_timestamp(WsscSession *session, WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    if (security->timestamps > 1)
        wssc_rules_raise(session, WSSC_FINDING_TWO_TIMESTAMPS, message, message->context, "%u timestamps",
                         security->timestamps);
    if (security->created != WSSC_TIME_NONE && security->expires != WSSC_TIME_NONE &&
        security->created > security->expires)
        wssc_rules_raise(session, WSSC_FINDING_TIMESTAMP_INVERTED, message, message->context,
                         "the timestamp's Created is after its Expires");
    else if (security->expires != WSSC_TIME_NONE && message->time > security->expires)
        wssc_rules_raise(session, WSSC_FINDING_MESSAGE_EXPIRED, message, message->context,
                         "captured %.0f s after the timestamp's Expires",
                         (double)(message->time - security->expires) / G_USEC_PER_SEC);
    if (security->created != WSSC_TIME_NONE && ABS(security->created - message->time) > SKEW_LIMIT)
        wssc_rules_raise(session, WSSC_FINDING_CLOCK_SKEW, message, message->context,
                         "the sender's clock is %.0f s %s the capture's",
                         (double)ABS(security->created - message->time) / G_USEC_PER_SEC,
                         security->created > message->time ? "ahead of" : "behind");
}

/* Version numbers of WS-Trust and WS-SecureConversation that belong together. */
static WsscNs sc_of_trust(WsscNs trust)
{
    return trust == WSSC_NS_WST_200404   ? WSSC_NS_WSC_200404
           : trust == WSSC_NS_WST_200502 ? WSSC_NS_WSC_200502
                                         : WSSC_NS_WSC_200512;
}

static void check_trust(WsscSession *session, WsscMessage *message, const WsscTrust *trust)
{
    static const struct {
        WsscOperation operation;
        const char *target;
    } targets[] = {
        {WSSC_OPERATION_RENEW, "RenewTarget"},
        {WSSC_OPERATION_CANCEL, "CancelTarget"},
        {WSSC_OPERATION_VALIDATE, "ValidateTarget"},
    };
    WsscOperation operation = wssc_request_type_parse(trust->request_type);
    WsscAction action;
    gboolean has_action = wssc_action_parse(message->soap->action, &action);

    for (guint i = 0; !trust->is_response && i < G_N_ELEMENTS(targets); i++)
        if (targets[i].operation == operation && trust->target == NULL)
            wssc_rules_raise(session, WSSC_FINDING_TARGET_MISSING, message, message->context, "the request has no %s",
                             targets[i].target);
    if (trust->sct != NULL && trust->sct->ns != sc_of_trust(trust->ns))
        wssc_rules_raise(session, WSSC_FINDING_MIXED_VERSIONS, message, message->context,
                         "WS-Trust %s issues a token of WS-SecureConversation %s", wssc_ns_version(trust->ns),
                         wssc_ns_version(trust->sct->ns));
    if (has_action && trust->is_response != action.is_response && !message->soap->is_negotiation)
        wssc_rules_raise(session, WSSC_FINDING_ACTION_MISMATCH, message, message->context,
                         "%s in the body under the action %s", trust->is_response ? "a response" : "a request",
                         message->soap->action);
    /* Amending is an Issue by its RequestType (WS-SC 1.4 section 4). */
    if (has_action && !trust->is_response && operation != WSSC_OPERATION_NONE && operation != action.operation &&
        !(operation == WSSC_OPERATION_ISSUE && action.operation == WSSC_OPERATION_AMEND))
        wssc_rules_raise(session, WSSC_FINDING_ACTION_MISMATCH, message, message->context,
                         "RequestType says %s, the action %s", wssc_operation_name(operation),
                         wssc_operation_name(action.operation));
}

/* Key material of a request that anybody can read. That of a response is judged with the key. */
static void check_clear_entropy(WsscSession *session, WsscMessage *message, const WsscTrust *trust)
{
    gboolean was_encrypted = message->security != NULL && message->security->opened != NULL;
    if (!trust->is_response && trust->entropy.kind == WSSC_SECRET_BINARY && !message->is_protected && !was_encrypted &&
        message->soap->is_sct_operation)
        wssc_rules_raise(session, WSSC_FINDING_CLEAR_SECRET, message, message->context,
                         "the requestor's entropy can be read by anybody on the way");
}

static void check_transport(WsscSession *session, WsscMessage *message)
{
    WsscContext *context = message->context;
    if (context == NULL || message->is_protected)
        return;
    if (context->is_unprotected_told)
        return;
    context->is_unprotected_told = TRUE;
    wssc_rules_raise(session, WSSC_FINDING_UNPROTECTED_CONTEXT, message, context,
                     "carried over %s: only the message's own security protects it", message->transport);
}

void wssc_rules_check_message(WsscSession *session, WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    if (soap->security != NULL) {
        check_scts(session, message);
        check_derived_keys(session, message);
        check_timestamp(session, message);
    }
    for (guint i = 0; i < soap->trusts->len; i++) {
        check_trust(session, message, soap->trusts->pdata[i]);
        check_clear_entropy(session, message, soap->trusts->pdata[i]);
    }
    check_transport(session, message);
}

/* ---- request and response ------------------------------------------------------------------------- */

static const WsscTrust *final_rstr(const WsscSoap *soap)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response && !trust->is_authenticator_only)
            return trust;
    }
    return NULL;
}

static void check_response(WsscSession *session, WsscOpenExchange *open, WsscMessage *response, const WsscTrust *rstr)
{
    WsscContext *context = response->context;
    if (open->request_context != NULL && g_strcmp0(open->request_context, rstr->context) != 0)
        wssc_rules_raise(session, WSSC_FINDING_CONTEXT_MISMATCH, response, context,
                         "the request's Context is %s, the response's %s", open->request_context,
                         rstr->context != NULL ? rstr->context : "missing");
    if (open->request_token_type != NULL && rstr->token_type != NULL &&
        strcmp(open->request_token_type, rstr->token_type) != 0)
        wssc_rules_raise(session, WSSC_FINDING_TOKEN_TYPE_CHANGED, response, context, "asked for %s, given %s",
                         open->request_token_type, rstr->token_type);
    if (rstr->ns == WSSC_NS_WST_200512 && !response->soap->is_collection &&
        response->soap->operation == WSSC_OPERATION_ISSUE && rstr->requested_token != NULL)
        wssc_rules_raise(session, WSSC_FINDING_BARE_RSTR, response, context,
                         "WS-Trust 1.3 wants a collection around the final response");
}

void wssc_rules_check_exchange(WsscSession *session, WsscOpenExchange *open, WsscMessage *response)
{
    const WsscFault *fault = response->soap->fault;
    const WsscTrust *rstr = final_rstr(response->soap);

    if (open->exchange.request == NULL) {
        if (response->context != NULL || response->soap->trusts->len > 0)
            wssc_rules_raise(session, WSSC_FINDING_UNSOLICITED_RESPONSE, response, response->context,
                             "the request is not in the capture");
        return;
    }
    if (fault != NULL && !response->is_copy &&
        (open->exchange.operation != WSSC_OPERATION_NONE || response->context != NULL))
        wssc_rules_raise(session, WSSC_FINDING_FAULT_RESPONSE, response, response->context,
                         "%s in frame %u was answered with %s%s%s",
                         open->exchange.operation != WSSC_OPERATION_NONE ? wssc_operation_name(open->exchange.operation)
                                                                         : "the call",
                         open->exchange.request->frame, fault->code, fault->cause != NULL ? ": " : "",
                         fault->cause != NULL ? fault->cause : "");
    if (rstr != NULL)
        check_response(session, open, response, rstr);
}

/* ---- a use of a context ---------------------------------------------------------------------------- */

static void check_instance_age(WsscSession *session, WsscContext *context, WsscMessage *message,
                               const WsscInstance *instance)
{
    const WsscInstance *last = context->instances->pdata[context->instances->len - 1];
    gint64 now = message->time + wssc_context_clock_offset(context);

    if (instance->issued_by == NULL)
        return;
    if (instance->expires != WSSC_TIME_NONE && now > instance->expires &&
        message->soap->operation != WSSC_OPERATION_RENEW && message->soap->operation != WSSC_OPERATION_CANCEL) {
        g_autofree char *expires = wssc_time_format(instance->expires);
        wssc_rules_raise(session, WSSC_FINDING_USE_AFTER_EXPIRY, message, context, "used %.0f s after it expired (%s)",
                         (double)(now - instance->expires) / G_USEC_PER_SEC, expires);
    }
    if (instance->created != WSSC_TIME_NONE && now + SKEW_LIMIT < instance->created)
        wssc_rules_raise(session, WSSC_FINDING_USE_BEFORE_CREATED, message, context,
                         "used before the lifetime's Created");
    if (instance != last && last->issued_by != NULL && last->first_use != NULL &&
        message->time > last->first_use->time + ROLLOVER_LIMIT)
        wssc_rules_raise(session, WSSC_FINDING_OLD_INSTANCE_USED, message, context,
                         "the key was rolled over in frame %u", last->first_use->frame);
}

static gboolean is_cancel(const WsscMessage *message)
{
    return message != NULL && message->exchange != NULL && message->exchange->operation == WSSC_OPERATION_CANCEL;
}

void wssc_rules_check_use(WsscSession *session, WsscContext *context, WsscMessage *message,
                          const WsscInstance *instance)
{
    if (is_cancel(context->ended_by) && !wssc_exchange_is_response(message) &&
        wssc_message_is_after(message, context->ended_by))
        wssc_rules_raise(session, WSSC_FINDING_USE_AFTER_CANCEL, message, context, "it was cancelled in frame %u",
                         context->ended_by->frame);
    check_instance_age(session, context, message, instance);
}

/* ---- verdicts ---------------------------------------------------------------------------------------- */

static void check_signature(WsscSession *session, WsscMessage *message, const WsscSignature *signature)
{
    if (signature->verdict == WSSC_VERDICT_INVALID)
        wssc_rules_raise(session, WSSC_FINDING_SIGNATURE_INVALID, message, message->context, "%s",
                         signature->reason != NULL ? signature->reason : "the value does not fit");
    if (signature->verdict == WSSC_VERDICT_VALID && signature->deviation != NULL)
        wssc_rules_raise(session, WSSC_FINDING_SIGNATURE_DEVIATION, message, message->context, "%s: %s",
                         signature->deviation, wssc_deviation_title(signature->deviation));
}

void wssc_rules_check_security(WsscSession *session, WsscMessage *message)
{
    const WsscSecurity *security = message->security;
    if (security == NULL)
        return;
    for (guint i = 0; i < security->signatures->len; i++)
        check_signature(session, message, security->signatures->pdata[i]);
    for (guint i = 0; i < security->notes->len; i++) {
        const WsscSecurityNote *note = security->notes->pdata[i];
        WsscFindingId id;
        if (wssc_finding_from_name(note->id, &id))
            wssc_rules_raise(session, id, message, message->context, "%s", note->text);
    }
    for (guint i = 0; i < security->decryptions->len; i++) {
        const WsscDecryption *decryption = security->decryptions->pdata[i];
        if (decryption->result == WSSC_DECRYPTION_FAILED)
            wssc_rules_raise(session, WSSC_FINDING_DECRYPTION_FAILED, message, message->context, "%s: %s",
                             decryption->element, decryption->reason != NULL ? decryption->reason : "no reason known");
    }
}

/* ---- the end ------------------------------------------------------------------------------------------ */

/* An ordinary message on a carrier without pairs may be one-way; one that asks for something is not. */
static gboolean expects_response(const WsscExchange *exchange)
{
    const WsscMessage *request = exchange->request;
    if (exchange->operation != WSSC_OPERATION_NONE)
        return TRUE;
    return request->context != NULL && (request->pair != 0 || request->soap->reply_to != NULL);
}

static void raise_no_response(WsscSession *session, const WsscOpenExchange *open)
{
    const WsscExchange *exchange = &open->exchange;
    g_autofree char *reset =
        open->reset_frame != 0 ? g_strdup_printf(": the connection was reset in frame %u", open->reset_frame) : NULL;
    wssc_rules_raise(session, WSSC_FINDING_NO_RESPONSE, exchange->request, exchange->context,
                     "%s has no response in the capture%s",
                     exchange->operation != WSSC_OPERATION_NONE ? wssc_operation_name(exchange->operation) : "the call",
                     reset != NULL ? reset : "");
}

/* A negotiation that stops half way: the last word was the requestor's, or the issuer gave no token. */
static void check_negotiation(WsscSession *session, WsscOpenExchange *open)
{
    WsscExchange *exchange = &open->exchange;
    if (exchange->legs == NULL || strcmp(exchange->outcome, "pending") != 0)
        return;
    WsscMessage *last = exchange->legs->pdata[exchange->legs->len - 1];
    exchange->outcome = wssc_exchange_is_response(last) ? "incomplete" : "no-response";
    if (!wssc_exchange_is_response(last) && !open->is_ended_by_carrier)
        wssc_rules_raise(session, WSSC_FINDING_NO_RESPONSE, last, exchange->context,
                         "the negotiation stops here: no response in the capture");
}

static void check_before_issue(WsscSession *session, WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->issued_by == NULL || instance->first_use == NULL)
            continue;
        /* Order of frames says nothing across files. */
        if (instance->first_use->file == instance->issued_by->file &&
            instance->first_use->index < instance->issued_by->index)
            wssc_rules_raise(session, WSSC_FINDING_USE_BEFORE_ISSUE, instance->first_use, context,
                             "it was issued in frame %u only", instance->issued_by->frame);
    }
}

void wssc_rules_finish(WsscSession *session)
{
    for (guint i = 0; i < session->exchanges->len; i++) {
        WsscOpenExchange *open = session->exchanges->pdata[i];
        WsscExchange *exchange = &open->exchange;
        check_negotiation(session, open);
        if (exchange->response != NULL || exchange->request == NULL || open->is_ended_by_carrier)
            continue;
        exchange->outcome = open->reset_frame != 0 ? "reset" : "no-response";
        /* Answered on another connection: the request was sent again. */
        WsscOpenExchange *original = exchange->copy_of != NULL ? (WsscOpenExchange *)exchange->copy_of : open;
        if (expects_response(exchange) && !original->is_answered)
            raise_no_response(session, open);
    }
    for (guint i = 0; i < session->contexts->len; i++)
        check_before_issue(session, session->contexts->pdata[i]);
}
