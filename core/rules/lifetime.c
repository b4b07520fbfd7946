/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

void wssc_rules_check_lifetime(const WsscRules *rules, const WsscContext *context, const WsscMessage *message,
                               const WsscInstance *instance)
{
    if (instance->expires == WSSC_TIME_NONE)
        return;
    if (instance->created != WSSC_TIME_NONE && instance->created > instance->expires)
        wssc_rules_raise(rules, WSSC_FINDING_LIFETIME_INVERTED, message, context,
                         "the lifetime's Created is after its Expires");
    else if (instance->created == instance->expires)
        wssc_rules_raise(rules, WSSC_FINDING_LIFETIME_EXPIRED, message, context, "the lifetime has no length");
    else if (instance->created == WSSC_TIME_NONE && instance->expires < message->time)
        wssc_rules_raise(rules, WSSC_FINDING_LIFETIME_EXPIRED, message, context,
                         "it was issued " WSSC_SECONDS " after its Expires",
                         wssc_rules_seconds(message->time - instance->expires));
}
