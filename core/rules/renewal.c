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

/* ---- whole renewals --------------------------------------------------------------------------------------- */

static const WsscMessage *asked_by(const WsscRenewal *renewal)
{
    return renewal->exchange != NULL ? renewal->exchange->request : NULL;
}

/* Stacks that renew before the next call, whenever that is (Metro, CXF), come after the end as a matter of course. */
static gboolean is_taken(const WsscRenewal *renewal)
{
    return renewal->outcome == WSSC_RENEWAL_DONE || renewal->outcome == WSSC_RENEWAL_SAME_KEY;
}

static void check_timing(const WsscRules *rules, const WsscRenewal *renewal)
{
    const WsscMessage *asked = asked_by(renewal);
    if (renewal->timing == WSSC_TIMING_EARLY)
        wssc_rules_raise(rules, WSSC_FINDING_RENEWAL_EARLY, asked, renewal->context,
                         WSSC_SECONDS " of " WSSC_SECONDS " were left", wssc_rules_seconds(renewal->left),
                         wssc_rules_seconds(renewal->lifetime));
    if (renewal->timing != WSSC_TIMING_LATE)
        return;
    if (renewal->needed_by != NULL) {
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_RENEWAL_LATE, asked, renewal->context,
                                          "only after the service had asked for it in " WSSC_AT(1)),
                         WSSC_EVIDENCE_FAULT, renewal->needed_by);
        return;
    }
    WsscFinding *finding = wssc_rules_raise(
        rules, WSSC_FINDING_RENEWAL_LATE, asked, renewal->context, WSSC_SECONDS " after the key's lifetime%s",
        wssc_rules_seconds(renewal->left), is_taken(renewal) ? ", and the service took it" : "");
    wssc_rules_point(finding, WSSC_EVIDENCE_LIFETIME, renewal->before != NULL ? renewal->before->issued_by : NULL);
    if (is_taken(renewal))
        finding->severity = WSSC_SEVERITY_CHAT;
}

static void check_requestor(const WsscRules *rules, const WsscRenewal *renewal)
{
    const WsscExchange *first = renewal->context->requested_by;
    if (renewal->signed_by_current == WSSC_TRUTH_NO)
        wssc_rules_raise(rules, WSSC_FINDING_RENEWAL_UNSIGNED, asked_by(renewal), renewal->context,
                         "no valid signature of the context's current key");
    if (renewal->same_identity == WSSC_TRUTH_NO)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_RENEWAL_IDENTITY, asked_by(renewal), renewal->context,
                                          "the context was asked for as somebody else in " WSSC_AT(1)),
                         WSSC_EVIDENCE_REQUEST, first != NULL ? first->request : NULL);
    if (renewal->beside != NULL)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_RENEWAL_BESIDE, asked_by(renewal), renewal->context,
                                          "the one of " WSSC_AT(1) " is not answered yet"),
                         WSSC_EVIDENCE_RENEW, asked_by(renewal->beside));
}

static void check_result(const WsscRules *rules, const WsscRenewal *renewal)
{
    const WsscMessage *asked = asked_by(renewal);
    const WsscMessage *answer = renewal->exchange->response;

    if (renewal->outcome == WSSC_RENEWAL_REFUSED && answer != NULL && answer->soap->fault != NULL)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_RENEWAL_REFUSED, asked, renewal->context,
                                          "refused in " WSSC_AT(1) " with %s", answer->soap->fault->code),
                         WSSC_EVIDENCE_FAULT, answer);
    else if (renewal->outcome == WSSC_RENEWAL_REFUSED)
        wssc_rules_raise(rules, WSSC_FINDING_RENEWAL_REFUSED, asked, renewal->context, "refused with HTTP status %u",
                         renewal->exchange->http_status);
    if (renewal->outcome == WSSC_RENEWAL_DONE && renewal->is_used == WSSC_TRUTH_NO)
        wssc_rules_raise(rules, WSSC_FINDING_RENEWAL_UNUSED, answer != NULL ? answer : asked, renewal->context,
                         "all later messages are under another key");
}

/* Nobody asked for it, or for another context instead. */
static void check_absent(const WsscRules *rules, const WsscRenewal *renewal)
{
    gboolean is_reissued = renewal->outcome == WSSC_RENEWAL_REISSUED;
    const WsscMessage *last = renewal->before != NULL ? renewal->before->last_use : NULL;
    const WsscMessage *at = is_reissued ? asked_by(renewal) : renewal->needed_by != NULL ? renewal->needed_by : last;
    if (at == NULL)
        return;
    WsscFinding *finding = wssc_rules_raise(
        rules, is_reissued ? WSSC_FINDING_RENEWAL_REISSUED : WSSC_FINDING_RENEWAL_MISSING, at, renewal->context,
        "%s%s%s", renewal->needed_by != NULL ? "the service asked for renewal" : "the key was over",
        is_reissued && renewal->needed_by != NULL ? " in " WSSC_AT(1) : "",
        is_reissued ? ", a new context was asked for instead" : "");
    if (is_reissued)
        wssc_rules_point(finding, WSSC_EVIDENCE_FAULT, renewal->needed_by);
}

void wssc_rules_check_renewals(const WsscRules *rules, const WsscModel *model)
{
    for (guint i = 0; i < model->renewals->len; i++) {
        const WsscRenewal *renewal = model->renewals->pdata[i];
        gboolean is_asked = renewal->exchange != NULL && renewal->exchange->operation == WSSC_OPERATION_RENEW;
        if (is_asked) {
            check_timing(rules, renewal);
            check_requestor(rules, renewal);
            check_result(rules, renewal);
        } else {
            check_absent(rules, renewal);
        }
    }
}
