/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

static void check_instance_age(const WsscRules *rules, const WsscContext *context, const WsscMessage *message,
                               const WsscInstance *instance)
{
    const WsscInstance *last = context->instances->pdata[context->instances->len - 1];
    gint64 now = message->time + context->clock_offset;

    if (instance->issued_by == NULL)
        return;
    if (instance->expires != WSSC_TIME_NONE && now > instance->expires &&
        message->soap->operation != WSSC_OPERATION_RENEW && message->soap->operation != WSSC_OPERATION_CANCEL) {
        g_autofree char *expires = wssc_time_format(instance->expires);
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_USE_AFTER_EXPIRY, message, context,
                                          "used " WSSC_SECONDS " after it expired (%s)",
                                          wssc_rules_seconds(now - instance->expires), expires),
                         WSSC_EVIDENCE_LIFETIME, instance->issued_by);
    }
    if (instance->created != WSSC_TIME_NONE &&
        now + wssc_bounds_usec(&rules->bounds, WSSC_BOUND_SKEW) < instance->created)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_USE_BEFORE_CREATED, message, context,
                                          "used before the lifetime's Created"),
                         WSSC_EVIDENCE_LIFETIME, instance->issued_by);
    if (instance != last && last->issued_by != NULL && last->first_use != NULL &&
        message->time > last->first_use->time + wssc_bounds_usec(&rules->bounds, WSSC_BOUND_ROLLOVER))
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_OLD_INSTANCE_USED, message, context,
                                          "the key was rolled over in " WSSC_AT(1)),
                         WSSC_EVIDENCE_USE, last->first_use);
}

static gboolean is_cancel(const WsscMessage *message)
{
    return message != NULL && message->exchange != NULL && message->exchange->operation == WSSC_OPERATION_CANCEL;
}

/* WS-SC 1.4 section 8: whoever uses a context proves to have its key, by a signature or by encryption. */
static gboolean has_proof(const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    return security == NULL || security->signatures > 0 || security->encrypted > 0 || security->reference_lists > 0 ||
           message->soap->body_encrypted ||
           (message->security != NULL &&
            (message->security->signatures->len > 0 || message->security->decryptions->len > 0));
}

static void check_proof(const WsscRules *rules, const WsscContext *context, const WsscMessage *message)
{
    const WsscMessage *before = message->prev_use;
    while (before != NULL && before->is_response)
        before = before->prev_use;
    if (message->is_response || has_proof(message) || (before != NULL && !has_proof(before)))
        return; /* told of the first of several */
    wssc_rules_raise(
        rules, WSSC_FINDING_CONTEXT_UNPROVEN, message, context,
        "the message names the context and carries neither a signature nor anything encrypted: anybody who "
        "knows the identifier can send it");
}

void wssc_rules_check_use(const WsscRules *rules, const WsscContext *context, const WsscMessage *message,
                          const WsscInstance *instance)
{
    if (is_cancel(context->ended_by) && !message->is_response && wssc_message_is_after(message, context->ended_by))
        wssc_rules_point(
            wssc_rules_raise(rules, WSSC_FINDING_USE_AFTER_CANCEL, message, context, "it was cancelled in " WSSC_AT(1)),
            WSSC_EVIDENCE_CANCEL, context->ended_by);
    check_instance_age(rules, context, message, instance);
    check_proof(rules, context, message);
}

void wssc_rules_check_unknown_instance(const WsscRules *rules, const WsscContext *context, const WsscMessage *message,
                                       const char *instance)
{
    wssc_rules_raise(rules, WSSC_FINDING_UNKNOWN_INSTANCE, message, context,
                     "instance %s was never issued in the capture", instance);
}

static void check_before_issue(const WsscRules *rules, const WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->issued_by == NULL || instance->first_use == NULL)
            continue;
        /* Order of frames says nothing across files. */
        if (instance->first_use->file == instance->issued_by->file &&
            instance->first_use->index < instance->issued_by->index)
            wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_USE_BEFORE_ISSUE, instance->first_use, context,
                                              "it was issued in " WSSC_AT(1) " only"),
                             WSSC_EVIDENCE_ISSUE, instance->issued_by);
    }
}

void wssc_rules_check_uses(const WsscRules *rules, const GPtrArray *contexts)
{
    for (guint i = 0; i < contexts->len; i++)
        check_before_issue(rules, contexts->pdata[i]);
}
