/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

/* The size that the service goes by as far as the exchange tells: its own word, else what is assumed. */
static const WsscInstance *sized_instance(const WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->key_size > 0 && instance->entropy_mode == WSSC_ENTROPY_COMBINED)
            return instance;
    }
    return NULL;
}

static void point_at(WsscFinding *finding, const WsscContext *context, const WsscMessage *issued)
{
    const WsscMessage *refusal = wssc_context_size_refusal(context);
    wssc_rules_point(finding, WSSC_EVIDENCE_SIGNATURE, context->service_size.message);
    wssc_rules_point(finding, WSSC_EVIDENCE_ISSUE, issued);
    wssc_rules_point(finding, WSSC_EVIDENCE_FAULT, refusal);
}

static void check_key_size(const WsscRules *rules, const WsscContext *context)
{
    const WsscSizeSeen *client = &context->client_size, *service = &context->service_size;
    const WsscInstance *sized = sized_instance(context);
    gboolean is_refused = wssc_context_size_refusal(context) != NULL;
    if (client->bits == 0)
        return;
    if (service->bits != 0 && service->bits != client->bits)
        point_at(wssc_rules_raise(rules, WSSC_FINDING_KEY_SIZE_DISAGREES, client->message, context,
                                  "the client used a key of %u bits, the service one of %u%s", client->bits,
                                  service->bits, is_refused ? ": this is why it was refused" : ""),
                 context, NULL);
    else if (service->bits == 0 && is_refused && sized != NULL && sized->key_size != client->bits)
        point_at(wssc_rules_raise(rules, WSSC_FINDING_KEY_SIZE_DISAGREES, client->message, context,
                                  sized->is_size_assumed
                                      ? "the client used a key of %u bits; nobody states a size, and %" G_GINT64_FORMAT
                                        " is the usual one: this is likely why it was refused"
                                      : "the client used a key of %u bits, the service gave one of %" G_GINT64_FORMAT
                                        ": this is why it was refused",
                                  client->bits, sized->key_size),
                 context, sized->issued_by);
}

void wssc_rules_check_key_sizes(const WsscRules *rules, const WsscModel *model)
{
    for (guint i = 0; i < model->contexts->len; i++)
        check_key_size(rules, model->contexts->pdata[i]);
}
