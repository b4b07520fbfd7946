/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

static void check_one(const WsscRules *rules, const WsscRollover *rollover)
{
    if (rollover->first_refused != NULL)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_ROLLOVER_REFUSED, rollover->first_refused,
                                          rollover->context,
                                          WSSC_SECONDS " after the first message under the new key in " WSSC_AT(1),
                                          wssc_rules_seconds(rollover->at_most)),
                         WSSC_EVIDENCE_USE, rollover->begin);
    if (rollover->returns > 0)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_INSTANCES_MIXED, rollover->begin, rollover->context,
                                          "the requestor went back to the old key %u times, at last in " WSSC_AT(1),
                                          rollover->returns),
                         WSSC_EVIDENCE_USE, rollover->before->last_use);
    if (rollover->old_answer != NULL)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_OLD_KEY_ANSWER, rollover->old_answer, rollover->context,
                                          "the new key was in use since " WSSC_AT(1)),
                         WSSC_EVIDENCE_USE, rollover->begin);
}

void wssc_rules_check_rollovers(const WsscRules *rules, const WsscModel *model)
{
    for (guint i = 0; i < model->rollovers->len; i++)
        check_one(rules, model->rollovers->pdata[i]);
}
