/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

/* By the capture's clock, with the skew that receivers forgive. */
void wssc_rules_check_tokens(const WsscRules *rules, const WsscModel *model)
{
    gint64 skew = wssc_bounds_usec(&rules->bounds, WSSC_BOUND_SKEW);
    for (guint i = 0; i < model->tokens->len; i++) {
        const WsscToken *token = model->tokens->pdata[i];
        const WsscMessage *use = token->last_use;
        /* Of a security context token use-after-expiry tells. */
        if (token->kind == WSSC_TOKEN_KIND_SCT || use == NULL || token->expires == WSSC_TIME_NONE ||
            use->time <= token->expires + skew)
            continue;
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_TOKEN_EXPIRED, use, use->context,
                                          "assertion %s ended " WSSC_SECONDS " before", token->id,
                                          wssc_rules_seconds(use->time - token->expires)),
                         WSSC_EVIDENCE_TOKEN, token->issued_by != NULL ? token->issued_by->response : NULL);
    }
}
