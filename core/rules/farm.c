/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

/* ---- several servers behind one context ---------------------------------------------------------------------- */

static void check_refused_elsewhere(const WsscRules *rules, const WsscContext *context, const WsscServed *served,
                                    const WsscMessage *accepted)
{
    const WsscExchange *exchange = served->first_refused->exchange;
    const WsscFault *fault = exchange->response != NULL ? exchange->response->soap->fault : NULL;
    if (fault == NULL || fault->effect != WSSC_EFFECT_REFUSED)
        return;
    wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_REFUSED_ELSEWHERE, exchange->response, context,
                                      "%s refuses what %s issued%s", served->address, context->issuing_server,
                                      accepted != NULL ? ", where it is good in " WSSC_AT(1) : ""),
                     WSSC_EVIDENCE_USE, accepted);
}

static void check_servers(const WsscRules *rules, const WsscContext *context)
{
    const WsscMessage *first = NULL, *other = NULL, *accepted = NULL;
    for (guint i = 0; i < context->servers->len; i++) {
        const WsscServed *served = context->servers->pdata[i];
        if (served->first_accepted == NULL)
            continue;
        if (served->is_issuer)
            accepted = served->first_accepted;
        if (first == NULL)
            first = served->first_accepted;
        else if (other == NULL)
            other = served->first_accepted;
    }
    if (other != NULL)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_SEVERAL_SERVERS, other, context,
                                          "%s answers here, %s in " WSSC_AT(1), other->dst, first->dst),
                         WSSC_EVIDENCE_USE, first);
    for (guint i = 0; i < context->servers->len; i++) {
        const WsscServed *served = context->servers->pdata[i];
        if (served->refused_between != NULL)
            wssc_rules_point(
                wssc_rules_raise(rules, WSSC_FINDING_REFUSED_BETWEEN, served->refused_between, context,
                                 "%s does not know it here, and serves it before, first in " WSSC_AT(1) ", and after",
                                 served->address),
                WSSC_EVIDENCE_USE, served->first_accepted);
    }
    for (guint i = 0; context->established_by != NULL && i < context->servers->len; i++) {
        const WsscServed *served = context->servers->pdata[i];
        if (!served->is_issuer && served->first_refused != NULL)
            check_refused_elsewhere(rules, context, served, accepted);
    }
}

/* ---- services --------------------------------------------------------------------------------------------------- */

static void check_service(const WsscRules *rules, const WsscService *service)
{
    const WsscContext *first = service->contexts->len > 0 ? service->contexts->pdata[0] : NULL;
    const WsscMessage *at = first != NULL && first->requested_by != NULL ? first->requested_by->request : NULL;
    if (service->lost_together > 1)
        wssc_rules_raise(rules, WSSC_FINDING_CONTEXTS_LOST, service->first_lost, service->first_lost->context,
                         "%s does not know %u contexts any more that it had served, within %" G_GINT64_FORMAT " s",
                         service->address, service->lost_together, rules->bounds.value[WSSC_BOUND_TOGETHER]);
    if (service->replaced > 0 && at != NULL)
        wssc_rules_raise(rules, WSSC_FINDING_CONTEXT_REPLACED, at, NULL,
                         "%u of the %u contexts that %s issued were replaced while they lived", service->replaced,
                         service->issued, service->address);
}

void wssc_rules_check_farm(const WsscRules *rules, const WsscModel *model)
{
    for (guint i = 0; i < model->contexts->len; i++)
        check_servers(rules, model->contexts->pdata[i]);
    for (guint i = 0; i < model->services->len; i++)
        check_service(rules, model->services->pdata[i]);
}
