/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

/* Left open: the peer keeps its state until it runs out. */
static void check_left_open(const WsscRules *rules, const WsscContext *context)
{
    const WsscMessage *last = context->established_by != NULL ? context->established_by->response : NULL;
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->last_use != NULL && (last == NULL || wssc_message_is_after(instance->last_use, last)))
            last = instance->last_use;
    }
    if (last != NULL && context->end == WSSC_END_CLOSED)
        wssc_rules_raise(rules, WSSC_FINDING_NOT_CANCELLED, last, context,
                         "the connection is closed after this message");
}

static void check_used_again(const WsscRules *rules, const WsscContext *context)
{
    if (context->first_after_end == NULL || context->ended_by == NULL ||
        (context->end != WSSC_END_REFUSED && context->end != WSSC_END_ABORTED))
        return;
    wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_USE_AFTER_REFUSAL, context->first_after_end, context,
                                      "it was refused in " WSSC_AT(1) ", and used %u times since",
                                      context->uses_after_end),
                     WSSC_EVIDENCE_FAULT, context->ended_by);
}

static gboolean is_used(const WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++)
        if (((const WsscInstance *)context->instances->pdata[i])->first_use != NULL)
            return TRUE;
    return FALSE;
}

void wssc_rules_check_ends(const WsscRules *rules, const WsscModel *model)
{
    for (guint i = 0; i < model->contexts->len; i++) {
        const WsscContext *context = model->contexts->pdata[i];
        const WsscMessage *issued = context->established_by != NULL ? context->established_by->response : NULL;
        check_left_open(rules, context);
        check_used_again(rules, context);
        if (issued != NULL && !is_used(context))
            wssc_rules_raise(rules, WSSC_FINDING_CONTEXT_UNUSED, issued, context, "no message of the capture uses it");
    }
}
