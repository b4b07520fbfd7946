/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

void wssc_rules_check_other_identifier(const WsscRules *rules, const WsscContext *context, const WsscMessage *response,
                                       const char *identifier)
{
    wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_IDENTIFIER_CHANGED, response, context,
                                      "asked to renew %s, answered with %s", context->identifier, identifier),
                     WSSC_EVIDENCE_RENEW, response->exchange != NULL ? response->exchange->request : NULL);
}

void wssc_rules_check_cancelled(const WsscRules *rules, const WsscContext *context, const WsscMessage *response,
                                gboolean is_confirmed)
{
    if (!is_confirmed)
        wssc_rules_raise(rules, WSSC_FINDING_CANCEL_UNCONFIRMED, response, context,
                         "the response has no RequestedTokenCancelled");
}
