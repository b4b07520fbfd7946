/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "rules/rules.h"
#include "soap/action.h"

static void check_scts(const WsscRules *rules, const WsscMessage *message)
{
    const WsscPoolList *scts = message->soap->security->scts;
    const WsscSct *first = scts->len > 0 ? scts->pdata[0] : NULL;
    for (guint i = 0; i < scts->len; i++) {
        const WsscSct *sct = scts->pdata[i];
        if (*sct->identifier == '\0')
            wssc_rules_raise(rules, WSSC_FINDING_SCT_WITHOUT_IDENTIFIER, message, message->context,
                             "the security header's token has no Identifier");
        /* A renewal may carry the bootstrap's token beside its own, and both may be contexts. */
        if (message->soap->operation != WSSC_OPERATION_RENEW &&
            (strcmp(sct->identifier, first->identifier) != 0 || g_strcmp0(sct->instance, first->instance) != 0))
            wssc_rules_raise(rules, WSSC_FINDING_TWO_SCTS, message, message->context, "%s stands beside %s",
                             sct->identifier, first->identifier);
    }
}

static void check_derived_keys(const WsscRules *rules, const WsscMessage *message)
{
    const WsscPoolList *keys = message->soap->security->derived_keys;
    for (guint i = 0; i < keys->len; i++) {
        const WsscDerivedKey *key = keys->pdata[i];
        const char *id = key->id != NULL ? key->id : "without id";
        if (key->generation != -1 && key->offset != -1)
            wssc_rules_raise(rules, WSSC_FINDING_DERIVED_GENERATION_AND_OFFSET, message, message->context,
                             "derived key %s", id);
        if (key->generation == -2 || key->offset == -2 || key->length == -2)
            wssc_rules_raise(rules, WSSC_FINDING_DERIVED_NUMBER, message, message->context, "derived key %s", id);
        if (!key->has_nonce)
            wssc_rules_raise(rules, WSSC_FINDING_DERIVED_WITHOUT_NONCE, message, message->context, "derived key %s",
                             id);
    }
}

static void check_timestamp(const WsscRules *rules, const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    if (security->timestamps > 1)
        wssc_rules_raise(rules, WSSC_FINDING_TWO_TIMESTAMPS, message, message->context, "%u timestamps",
                         security->timestamps);
    if (security->created != WSSC_TIME_NONE && security->expires != WSSC_TIME_NONE &&
        security->created > security->expires)
        wssc_rules_raise(rules, WSSC_FINDING_TIMESTAMP_INVERTED, message, message->context,
                         "the timestamp's Created is after its Expires");
    else if (security->expires != WSSC_TIME_NONE && message->time > security->expires)
        wssc_rules_raise(rules, WSSC_FINDING_MESSAGE_EXPIRED, message, message->context,
                         "captured " WSSC_SECONDS " after the timestamp's Expires",
                         wssc_rules_seconds(message->time - security->expires));
    if (security->created != WSSC_TIME_NONE &&
        ABS(security->created - message->time) > wssc_bounds_usec(&rules->bounds, WSSC_BOUND_SKEW))
        wssc_rules_raise(rules, WSSC_FINDING_CLOCK_SKEW, message, message->context,
                         "the sender's clock is " WSSC_SECONDS " %s the capture's",
                         wssc_rules_seconds(security->created - message->time),
                         security->created > message->time ? "ahead of" : "behind");
}

/* Version numbers of WS-Trust and WS-SecureConversation that belong together. */
static WsscNs sc_of_trust(WsscNs trust)
{
    return trust == WSSC_NS_WST_200404   ? WSSC_NS_WSC_200404
           : trust == WSSC_NS_WST_200502 ? WSSC_NS_WSC_200502
                                         : WSSC_NS_WSC_200512;
}

static void check_trust(const WsscRules *rules, const WsscMessage *message, const WsscTrust *trust)
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
            wssc_rules_raise(rules, WSSC_FINDING_TARGET_MISSING, message, message->context, "the request has no %s",
                             targets[i].target);
    if (trust->sct != NULL && trust->sct->ns != sc_of_trust(trust->ns))
        wssc_rules_raise(rules, WSSC_FINDING_MIXED_VERSIONS, message, message->context,
                         "WS-Trust %s issues a token of WS-SecureConversation %s", wssc_ns_version(trust->ns),
                         wssc_ns_version(trust->sct->ns));
    if (has_action && trust->is_response != action.is_response && !message->soap->is_negotiation)
        wssc_rules_raise(rules, WSSC_FINDING_ACTION_MISMATCH, message, message->context,
                         "%s in the body under the action %s", trust->is_response ? "a response" : "a request",
                         message->soap->action);
    /* Amending is an Issue by its RequestType (WS-SC 1.4 section 4). */
    if (has_action && !trust->is_response && operation != WSSC_OPERATION_NONE && operation != action.operation &&
        !(operation == WSSC_OPERATION_ISSUE && action.operation == WSSC_OPERATION_AMEND))
        wssc_rules_raise(rules, WSSC_FINDING_ACTION_MISMATCH, message, message->context,
                         "RequestType says %s, the action %s", wssc_operation_name(operation),
                         wssc_operation_name(action.operation));
}

/* Key material of a request that anybody can read. That of a response is judged with the key. */
static void check_clear_entropy(const WsscRules *rules, const WsscMessage *message, const WsscTrust *trust)
{
    gboolean was_encrypted = message->security != NULL && message->security->opened != NULL;
    if (!trust->is_response && trust->entropy.kind == WSSC_SECRET_BINARY && !message->is_protected && !was_encrypted &&
        message->soap->is_sct_operation)
        wssc_rules_raise(rules, WSSC_FINDING_CLEAR_SECRET, message, message->context,
                         "the requestor's entropy can be read by anybody on the way");
}

/* A key that stands in the header as a token. */
static void check_clear_token(const WsscRules *rules, const WsscMessage *message)
{
    gboolean was_encrypted = message->security != NULL && message->security->opened != NULL;
    if (message->soap->security->has_binary_secret && !message->is_protected && !was_encrypted)
        wssc_rules_raise(
            rules, WSSC_FINDING_CLEAR_SECRET, message, message->context,
            "the security header carries a key itself (BinarySecret): anybody on the way can sign with it");
}

static void check_transport(const WsscRules *rules, const WsscMessage *message)
{
    const WsscContext *context = message->context;
    if (context == NULL || context->first_unprotected != message)
        return;
    wssc_rules_raise(rules, WSSC_FINDING_UNPROTECTED_CONTEXT, message, context,
                     "carried over %s: only the message's own security protects it",
                     wssc_transport_name(message->transport));
}

/* A receiver that goes by the head reads an envelope without its end, and takes the rest for another message. */
static void check_length(const WsscRules *rules, const WsscMessage *message)
{
    if (message->announced > 0)
        wssc_rules_raise(rules, WSSC_FINDING_LENGTH_TOO_SHORT, message, NULL,
                         "Content-Length says %" G_GSIZE_FORMAT " octets, the envelope has %u", message->announced,
                         message->length);
}

void wssc_rules_check_limit(const WsscRules *rules, const WsscMessage *message, const WsscContext *context,
                            WsscLimitId id)
{
    g_autofree char *words = wssc_limit_words(id, rules->limits.value[id]);
    wssc_rules_raise(rules, WSSC_FINDING_LIMIT_REACHED, message, context, "%s", words);
}

static void check_limits(const WsscRules *rules, const WsscMessage *message)
{
    for (int id = 0; id < WSSC_LIMIT_MAX; id++)
        if (wssc_limit_set_has(&message->soap->limits_met, (WsscLimitId)id))
            wssc_rules_check_limit(rules, message, message->context, (WsscLimitId)id);
}

/* Who checks a signature and who acts on the message may take different ones. */
static void check_twice(const WsscRules *rules, const WsscMessage *message)
{
    for (guint i = 0; i < message->soap->twice->len; i++) {
        const WsscTwice *twice = message->soap->twice->pdata[i];
        wssc_rules_raise(rules, WSSC_FINDING_TWO_READINGS, message, message->context,
                         "more than one %s in the %s: receivers differ in which they take", twice->what, twice->where);
    }
}

void wssc_rules_check_message(const WsscRules *rules, const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    check_length(rules, message);
    if (soap->security != NULL) {
        check_scts(rules, message);
        check_derived_keys(rules, message);
        check_timestamp(rules, message);
        check_clear_token(rules, message);
    }
    for (guint i = 0; i < soap->trusts->len; i++) {
        check_trust(rules, message, soap->trusts->pdata[i]);
        check_clear_entropy(rules, message, soap->trusts->pdata[i]);
    }
    check_transport(rules, message);
    check_limits(rules, message);
    check_twice(rules, message);
}

void wssc_rules_check_damage(const WsscRules *rules, const WsscMessage *message, gboolean is_malformed)
{
    wssc_rules_raise(rules, is_malformed ? WSSC_FINDING_MALFORMED_XML : WSSC_FINDING_DAMAGED_MESSAGE, message, NULL,
                     "%s", message->damage);
}

void wssc_rules_check_tree(const WsscRules *rules, const WsscMessage *message, const WsscXml *xml)
{
    if (xml->encoding_note != NULL)
        wssc_rules_raise(rules, WSSC_FINDING_ODD_ENCODING, message, message->context, "%s", xml->encoding_note);
    if (xml->undeclared != NULL)
        wssc_rules_raise(rules, WSSC_FINDING_MALFORMED_XML, message, message->context, "%s", xml->undeclared);
    if (xml->unknown_ids != NULL)
        wssc_rules_raise(rules, WSSC_FINDING_UNKNOWN_STRING, message, message->context,
                         "%u dictionary ids have no string here, the first is %u", xml->unknown_ids->len,
                         g_array_index(xml->unknown_ids, guint32, 0));
}
