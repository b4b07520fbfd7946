/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "rules/rules.h"

/* ---- a response ----------------------------------------------------------------------------------- */

static const WsscTrust *final_rstr(const WsscSoap *soap)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response && !trust->is_authenticator_only)
            return trust;
    }
    return NULL;
}

static void check_response(const WsscRules *rules, const WsscExchange *exchange, const WsscMessage *response,
                           const WsscTrust *rstr)
{
    const WsscContext *context = response->context;
    if (exchange->asked.context != NULL && g_strcmp0(exchange->asked.context, rstr->context) != 0)
        wssc_rules_raise(rules, WSSC_FINDING_CONTEXT_MISMATCH, response, context,
                         "the request's Context is %s, the response's %s", exchange->asked.context,
                         rstr->context != NULL ? rstr->context : "missing");
    if (exchange->asked.token_type != NULL && rstr->token_type != NULL &&
        strcmp(exchange->asked.token_type, rstr->token_type) != 0)
        wssc_rules_raise(rules, WSSC_FINDING_TOKEN_TYPE_CHANGED, response, context, "asked for %s, given %s",
                         exchange->asked.token_type, rstr->token_type);
    if (rstr->ns == WSSC_NS_WST_200512 && !response->soap->is_collection &&
        response->soap->operation == WSSC_OPERATION_ISSUE && rstr->requested_token != NULL)
        wssc_rules_raise(rules, WSSC_FINDING_BARE_RSTR, response, context,
                         "WS-Trust 1.3 wants a collection around the final response");
}

void wssc_rules_check_exchange(const WsscRules *rules, const WsscExchange *exchange, const WsscMessage *response)
{
    const WsscFault *fault = response->soap->fault;
    const WsscTrust *rstr = final_rstr(response->soap);

    if (exchange->request == NULL) {
        if (response->context != NULL || response->soap->trusts->len > 0)
            wssc_rules_raise(rules, WSSC_FINDING_UNSOLICITED_RESPONSE, response, response->context,
                             "the request is not in the capture");
        return;
    }
    if (fault != NULL && !response->is_copy &&
        (exchange->operation != WSSC_OPERATION_NONE || response->context != NULL))
        wssc_rules_raise(
            rules, WSSC_FINDING_FAULT_RESPONSE, response, response->context, "%s in frame %u was answered with %s%s%s",
            exchange->operation != WSSC_OPERATION_NONE ? wssc_operation_name(exchange->operation) : "the call",
            exchange->request->frame, fault->code, fault->cause != NULL ? ": " : "",
            fault->cause != NULL ? fault->cause : "");
    if (rstr != NULL)
        check_response(rules, exchange, response, rstr);
}

void wssc_rules_check_second_response(const WsscRules *rules, const WsscExchange *exchange, const WsscMessage *response)
{
    wssc_rules_raise(rules, WSSC_FINDING_DUPLICATE_RESPONSE, response, exchange->context,
                     "the request in frame %u was already answered in frame %u",
                     exchange->request != NULL ? exchange->request->frame : 0, exchange->response->frame);
}

void wssc_rules_check_status(const WsscRules *rules, const WsscExchange *exchange, guint32 frame, guint http_status)
{
    wssc_rules_raise(rules, WSSC_FINDING_FAULT_RESPONSE, exchange->request, exchange->context,
                     "answered in frame %u with HTTP status %u and no SOAP message", frame, http_status);
}

/* ---- without a response ------------------------------------------------------------------------------ */

/* An ordinary message on a carrier without pairs may be one-way; one that asks for something is not. */
static gboolean expects_response(const WsscExchange *exchange)
{
    const WsscMessage *request = exchange->request;
    if (exchange->operation != WSSC_OPERATION_NONE)
        return TRUE;
    return request->context != NULL && (request->pair != 0 || request->soap->reply_to != NULL);
}

static void raise_no_response(const WsscRules *rules, const WsscExchange *exchange)
{
    g_autofree char *reset = exchange->reset_frame != 0
                                 ? g_strdup_printf(": the connection was reset in frame %u", exchange->reset_frame)
                                 : NULL;
    wssc_rules_raise(rules, WSSC_FINDING_NO_RESPONSE, exchange->request, exchange->context,
                     "%s has no response in the capture%s",
                     exchange->operation != WSSC_OPERATION_NONE ? wssc_operation_name(exchange->operation) : "the call",
                     reset != NULL ? reset : "");
}

/* A negotiation that stops half way: the last word was the requestor's. */
static void check_negotiation(const WsscRules *rules, const WsscExchange *exchange)
{
    if (exchange->legs == NULL || exchange->outcome != WSSC_OUTCOME_NO_RESPONSE)
        return;
    const WsscMessage *last = exchange->legs->pdata[exchange->legs->len - 1];
    if (!last->is_response)
        wssc_rules_raise(rules, WSSC_FINDING_NO_RESPONSE, last, exchange->context,
                         "the negotiation stops here: no response in the capture");
}

void wssc_rules_check_unanswered(const WsscRules *rules, const GPtrArray *exchanges)
{
    for (guint i = 0; i < exchanges->len; i++) {
        const WsscExchange *exchange = exchanges->pdata[i];
        if (exchange->is_ended_by_carrier)
            continue;
        check_negotiation(rules, exchange);
        if (exchange->response != NULL || exchange->request == NULL)
            continue;
        /* Answered on another connection: the request was sent again. */
        const WsscExchange *original = exchange->copy_of != NULL ? exchange->copy_of : exchange;
        if (expects_response(exchange) && !original->is_answered)
            raise_no_response(rules, exchange);
    }
}
