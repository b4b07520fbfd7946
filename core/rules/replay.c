/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

void wssc_rules_check_replays(const WsscRules *rules, const WsscModel *model)
{
    static const struct {
        WsscFindingId id;
        const char *words;
    } kinds[WSSC_REPLAY_MAX] = {
        [WSSC_REPLAY_MESSAGE] = {WSSC_FINDING_MESSAGE_REPLAYED, "the same octets came in "},
        [WSSC_REPLAY_USERNAME_NONCE] = {WSSC_FINDING_USERNAME_NONCE_REPEATED, "it came first in "},
        [WSSC_REPLAY_DERIVED_NONCE] = {WSSC_FINDING_DERIVED_NONCE_REPEATED, "it came first in "},
    };
    for (guint i = 0; i < model->replays->len; i++) {
        const WsscReplay *replay = model->replays->pdata[i];
        WsscFinding *finding =
            wssc_rules_raise(rules, kinds[replay->kind].id, replay->again, replay->again->context, "%s" WSSC_AT(1) "%s",
                             kinds[replay->kind].words, replay->refused != NULL ? "; this time they were refused" : "");
        wssc_rules_point(finding, WSSC_EVIDENCE_COPY, replay->first);
        wssc_rules_point(finding, WSSC_EVIDENCE_FAULT, replay->refused);
    }
}
