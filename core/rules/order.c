/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

/* Its signatures fit, as far as they could be checked. */
static gboolean is_sound(const WsscMessage *request, gboolean *ret_is_sure)
{
    const GPtrArray *signatures = request->security != NULL ? request->security->signatures : NULL;
    *ret_is_sure = signatures != NULL && signatures->len > 0;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++) {
        WsscVerdict verdict = ((const WsscSignature *)signatures->pdata[i])->verdict;
        if (verdict == WSSC_VERDICT_INVALID)
            return FALSE;
        *ret_is_sure &= verdict == WSSC_VERDICT_VALID;
    }
    return TRUE;
}

/* A fault that refuses the security of the request; a stack that reads strictly may also just close. */
static const WsscMessage *refusal(const WsscExchange *exchange)
{
    const WsscMessage *response = exchange->response;
    return response != NULL && response->soap->fault != NULL && !response->is_copy &&
                   wssc_fault_is_security(response->soap->fault)
               ? response
               : NULL;
}

static void check_order(const WsscRules *rules, const WsscExchange *exchange)
{
    const WsscMessage *request = exchange->request;
    const WsscSecurityHeader *security = request != NULL ? request->soap->security : NULL;
    const WsscMessage *fault = refusal(exchange);
    gboolean is_sure;
    if (security == NULL || security->misplaced->len == 0 || request->is_copy ||
        (fault == NULL && exchange->reset_frame == 0) || !is_sound(request, &is_sure))
        return;
    const WsscMisplaced *misplaced = security->misplaced->pdata[0];
    WsscFinding *finding = wssc_rules_raise(
        rules, WSSC_FINDING_HEADER_ORDER, request, request->context,
        "%s stands before the %s (%s) that it uses, which stacks that read a header as it comes (WCF, Metro) do not "
        "take: refused in " WSSC_AT(1) "%s",
        misplaced->user, misplaced->token, misplaced->id, is_sure ? ", though its signatures are valid" : "");
    wssc_rules_point(finding, WSSC_EVIDENCE_FAULT, fault);
    if (fault == NULL)
        wssc_rules_point_frame(finding, WSSC_EVIDENCE_RESET, request->file, exchange->reset_frame,
                               "the connection is reset");
}

void wssc_rules_check_order(const WsscRules *rules, const WsscModel *model)
{
    for (guint i = 0; i < model->exchanges->len; i++)
        check_order(rules, model->exchanges->pdata[i]);
}
