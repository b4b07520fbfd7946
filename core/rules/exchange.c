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
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_CONTEXT_MISMATCH, response, context,
                                          "the request's Context is %s, the response's %s", exchange->asked.context,
                                          rstr->context != NULL ? rstr->context : "missing"),
                         WSSC_EVIDENCE_REQUEST, exchange->request);
    if (exchange->asked.token_type != NULL && rstr->token_type != NULL &&
        strcmp(exchange->asked.token_type, rstr->token_type) != 0)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_TOKEN_TYPE_CHANGED, response, context,
                                          "asked for %s, given %s", exchange->asked.token_type, rstr->token_type),
                         WSSC_EVIDENCE_REQUEST, exchange->request);
    if (rstr->ns == WSSC_NS_WST_200512 && !response->soap->is_collection &&
        response->soap->operation == WSSC_OPERATION_ISSUE && rstr->requested_token != NULL)
        wssc_rules_raise(rules, WSSC_FINDING_BARE_RSTR, response, context,
                         "WS-Trust 1.3 wants a collection around the final response");
}

static const char *asked_for(const WsscExchange *exchange)
{
    return exchange->operation != WSSC_OPERATION_NONE ? wssc_operation_name(exchange->operation) : "the call";
}

static void raise_fault(const WsscRules *rules, const WsscExchange *exchange, const WsscMessage *response)
{
    g_autofree char *words = wssc_fault_words(response->soap->fault, wssc_message_is_secured(response));
    WsscFinding *finding = wssc_rules_raise(rules, WSSC_FINDING_FAULT_RESPONSE, response, response->context,
                                            "%s in " WSSC_AT(1) " was answered with %s", asked_for(exchange), words);
    wssc_rules_point(finding, WSSC_EVIDENCE_REQUEST, exchange->request);
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
        raise_fault(rules, exchange, response);
    if (rstr != NULL)
        check_response(rules, exchange, response, rstr);
}

void wssc_rules_check_second_response(const WsscRules *rules, const WsscExchange *exchange, const WsscMessage *response)
{
    WsscFinding *finding = wssc_rules_raise(
        rules, WSSC_FINDING_DUPLICATE_RESPONSE, response, exchange->context,
        exchange->request != NULL ? "the request in " WSSC_AT(2) " was already answered in " WSSC_AT(1)
                                  : "the request, which is not in the capture, was already answered in " WSSC_AT(1));
    wssc_rules_point(finding, WSSC_EVIDENCE_RESPONSE, exchange->response);
    wssc_rules_point(finding, WSSC_EVIDENCE_REQUEST, exchange->request);
}

void wssc_rules_check_status(const WsscRules *rules, const WsscExchange *exchange)
{
    WsscFinding *finding =
        wssc_rules_raise(rules, WSSC_FINDING_FAULT_RESPONSE, exchange->request, exchange->context,
                         "answered in " WSSC_AT(1) " with HTTP status %u and no SOAP message", exchange->http_status);
    wssc_rules_point_frame(finding, WSSC_EVIDENCE_STATUS, exchange->request->file, exchange->status_frame,
                           "HTTP status %u", exchange->http_status);
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
    gboolean is_reset = exchange->reset_frame != 0;
    WsscFinding *finding = wssc_rules_raise(rules, WSSC_FINDING_NO_RESPONSE, exchange->request, exchange->context,
                                            "%s has no response in the capture%s", asked_for(exchange),
                                            is_reset ? ": the connection was reset in " WSSC_AT(1) : "");
    if (is_reset)
        wssc_rules_point_frame(finding, WSSC_EVIDENCE_RESET, exchange->request->file, exchange->reset_frame,
                               "the connection is reset");
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

void wssc_rules_check_leg(const WsscRules *rules, const WsscExchange *exchange, const WsscMessage *leg)
{
    wssc_rules_point(
        wssc_rules_raise(rules, WSSC_FINDING_NEGOTIATION_LEG, leg, exchange->context,
                         "the negotiation that began in " WSSC_AT(1) " goes on with an RST, not with an RSTR"),
        WSSC_EVIDENCE_REQUEST, exchange->request);
}
