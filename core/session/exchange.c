/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Which response answers which request: by RelatesTo, else by the carrier's own pairing, else by being the
 * only request under way on the connection; a negotiation's legs by the Context attribute (WS-Trust 1.4
 * section 8). One message may be seen several times (relayed by a proxy, sent again, captured at two
 * places): each copy is an exchange of its own, answered on its own connection.
 */
#include <string.h>

#include "base/limits.h"
#include "session/private.h"
#include "soap/action.h"

/* ---- finding and opening ------------------------------------------------------------------------------- */

/* The Context attribute of the first RST or RSTR, or NULL. */
static const char *trust_context(const WsscSoap *soap)
{
    return soap->trusts->len > 0 ? ((WsscTrust *)soap->trusts->pdata[0])->context : NULL;
}

/* By what the legs of a negotiation are found: its Context, which WS-Trust 1.4 section 8 wants; where a stack leaves
 * it out, the connection. NULL for a message that names none and is no leg. Caller frees. */
static char *negotiation_key(const WsscMessage *message)
{
    const char *context = trust_context(message->soap);
    return context != NULL ? g_strdup(context)
           : message->soap->is_negotiation
               ? g_strdup_printf("\001%u %" G_GUINT64_FORMAT, message->file, message->stream)
               : NULL;
}

static gboolean has_trust(const WsscSoap *soap, gboolean is_response)
{
    for (guint i = 0; i < soap->trusts->len; i++)
        if (((const WsscTrust *)soap->trusts->pdata[i])->is_response == is_response)
            return TRUE;
    return FALSE;
}

static gboolean is_same_message(const WsscMessage *a, const WsscMessage *b)
{
    return a->hash == b->hash && a->length == b->length && a->length > 0;
}

/* Of the latest request of that MessageID; or NULL. */
static WsscOpenExchange *exchange_named(WsscSession *session, const char *id)
{
    WsscOpenExchange *open = id != NULL ? g_hash_table_lookup(session->by_message_id, id) : NULL;
    return open == NULL && id != NULL && session->past != NULL ? wssc_past_recall(session, id) : open;
}

/* The exchange of the first message that this one is a copy of, or NULL. */
static WsscOpenExchange *original_of(WsscSession *session, const WsscMessage *message)
{
    WsscOpenExchange *open = exchange_named(session, message->soap->message_id);
    for (guint i = 0; open != NULL && i < WSSC_MAX_SAME_MESSAGE_ID; i++, open = open->same_id)
        if (open->exchange.request != NULL && is_same_message(open->exchange.request, message))
            return open->exchange.copy_of != NULL ? (WsscOpenExchange *)open->exchange.copy_of : open;
    return NULL;
}

/* Makes open known by what its response will name. */
static void index_request(WsscSession *session, WsscOpenExchange *open, WsscMessage *message)
{
    const char *id = message->soap->message_id;
    if (id != NULL) {
        WsscOpenExchange *older = exchange_named(session, id);
        if (open->same_id == NULL && older != open)
            open->same_id = older;
        g_hash_table_replace(session->by_message_id, g_strdup(id), open);
    }
    wssc_exchange_join_pair(session, open, message);
    wssc_exchange_set_under_way(session, open, message, TRUE);
}

static WsscOpenExchange *open_exchange(WsscSession *session, WsscMessage *message)
{
    WsscOpenExchange *original = original_of(session, message);
    WsscOpenExchange *open = wssc_session_add_exchange(session, message->soap->operation);
    g_autofree char *key = negotiation_key(message);

    open->exchange.request = message;
    if (original != NULL) {
        open->exchange.copy_of = &original->exchange;
        message->is_copy = TRUE;
    }
    index_request(session, open, message);
    if (key != NULL && original == NULL)
        g_hash_table_replace(session->by_trust_context, g_steal_pointer(&key), open);
    return open;
}

/* A negotiation that goes on: a message of it belongs to the exchange that the first RST opened. */
static WsscOpenExchange *negotiation_of(WsscSession *session, const WsscMessage *message)
{
    g_autofree char *key = negotiation_key(message);
    WsscOpenExchange *open = key != NULL ? g_hash_table_lookup(session->by_trust_context, key) : NULL;
    if (open == NULL || open->exchange.request == NULL)
        return NULL;
    return open->exchange.request->soap->is_negotiation ? open : NULL;
}

/* ---- request or response ------------------------------------------------------------------------------- */

static gboolean is_from_requestor(const WsscOpenExchange *open, const WsscMessage *message)
{
    const WsscMessage *request = open->exchange.request;
    return request->direction != WSSC_DIRECTION_UNKNOWN && message->direction != WSSC_DIRECTION_UNKNOWN
               ? request->direction == message->direction
               : g_strcmp0(request->src, message->src) == 0;
}

/* HTTP posts an answer of its own where the requestor asked for that by ReplyTo; a duplex connection lets
 * both ends ask. What a request that came from the other end is answered with is a response. */
static gboolean answers_known_request(WsscSession *session, const WsscMessage *message)
{
    WsscOpenExchange *open = exchange_named(session, message->soap->relates_to);
    if (open == NULL || open->exchange.request == NULL || has_trust(message->soap, FALSE))
        return FALSE;
    const WsscMessage *request = open->exchange.request;
    return request->direction != message->direction || request->stream != message->stream ||
           request->file != message->file;
}

/* A message that a service sends of its own will: by WS-Addressing an answer would have RelatesTo. */
static gboolean is_callback(const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    return message->pair == 0 && !wssc_transport_is_http(message->transport) && soap->message_id != NULL &&
           soap->relates_to == NULL && !has_trust(soap, TRUE);
}

static gboolean is_response(WsscSession *session, const WsscMessage *message, const WsscOpenExchange *negotiation)
{
    const WsscSoap *soap = message->soap;
    WsscAction action;

    if (has_trust(soap, FALSE) && !has_trust(soap, TRUE) && message->pair == 0)
        return FALSE;
    if (negotiation != NULL && has_trust(soap, TRUE))
        return !is_from_requestor(negotiation, message);
    if (message->direction == WSSC_DIRECTION_REQUEST)
        return answers_known_request(session, message);
    if (message->direction == WSSC_DIRECTION_RESPONSE)
        return soap->fault != NULL || !is_callback(message);
    if (soap->relates_to != NULL || soap->fault != NULL)
        return TRUE;
    return wssc_action_parse(soap->action, &action) ? action.is_response : has_trust(soap, TRUE);
}

/* ---- matching -------------------------------------------------------------------------------------------- */

static void add_leg(WsscOpenExchange *open, WsscMessage *message)
{
    WsscExchange *exchange = &open->exchange;
    if (exchange->legs == NULL) {
        exchange->legs = g_ptr_array_new();
        if (exchange->request != NULL)
            g_ptr_array_add(exchange->legs, exchange->request);
        if (exchange->response != NULL)
            g_ptr_array_add(exchange->legs, exchange->response);
    }
    g_ptr_array_add(exchange->legs, message);
}

/* How well an exchange suits as that of a response: the connection says most, then whether it waits. */
static guint fitness(const WsscOpenExchange *open, const WsscMessage *message)
{
    const WsscMessage *request = open->exchange.request;
    if (request == NULL)
        return 0;
    return 1 + (open->exchange.response == NULL ? 1u : 0) +
           (request->file == message->file && request->stream == message->stream ? 2u : 0) +
           (g_strcmp0(request->src, message->dst) == 0 && g_strcmp0(request->dst, message->src) == 0 ? 2u : 0);
}

/* Its request has that MessageID. open: the latest of those whose has. */
static gboolean is_named(const WsscOpenExchange *open, const WsscOpenExchange *exchange, const char *id)
{
    const WsscMessage *request = exchange->exchange.request;
    if (request == NULL || id == NULL)
        return FALSE;
    if (!request->is_brief)
        return g_strcmp0(request->soap->message_id, id) == 0;
    for (guint i = 0; open != NULL && open != exchange && i < WSSC_MAX_SAME_MESSAGE_ID; i++)
        open = open->same_id;
    return open == exchange;
}

static WsscOpenExchange *request_of(WsscSession *session, const WsscMessage *message)
{
    const char *id = message->soap->relates_to;
    WsscOpenExchange *of_pair = wssc_exchange_of_pair(session, message->file, message->stream, message->pair);
    WsscOpenExchange *open = exchange_named(session, id);
    WsscOpenExchange *best = NULL;

    if (of_pair != NULL && is_named(open, of_pair, id))
        return of_pair;
    if (open != NULL && open->exchange.request != NULL && open->exchange.request->soap->is_negotiation)
        return open;
    for (guint i = 0; open != NULL && i < WSSC_MAX_SAME_MESSAGE_ID; i++, open = open->same_id)
        if (best == NULL || fitness(open, message) > fitness(best, message))
            best = open;
    if (best == NULL)
        best = of_pair;
    return best != NULL || id != NULL ? best : wssc_exchange_only_one_under_way(session, message);
}

/* A negotiation is done when a token was issued, or refused. */
static gboolean is_final(const WsscMessage *response)
{
    for (guint i = 0; i < response->soap->trusts->len; i++) {
        const WsscTrust *rstr = response->soap->trusts->pdata[i];
        if (rstr->requested_token != NULL || rstr->is_cancelled)
            return TRUE;
    }
    return response->soap->fault != NULL || response->soap->trusts->len == 0;
}

static void close_exchange(WsscSession *session, WsscOpenExchange *open, WsscMessage *message)
{
    WsscExchange *exchange = &open->exchange;
    gboolean is_leg = exchange->request != NULL && exchange->request->soap->is_negotiation;
    WsscOpenExchange *original = exchange->copy_of != NULL ? (WsscOpenExchange *)exchange->copy_of : open;

    if (is_leg)
        add_leg(open, message);
    message->is_copy = original->exchange.is_answered && original->answer_hash == message->hash;
    if (exchange->response != NULL && !is_leg) {
        wssc_rules_check_second_response(&session->rules, exchange, message);
        return;
    }
    exchange->response = message;
    exchange->outcome = message->soap->fault != NULL   ? WSSC_OUTCOME_FAULT
                        : is_leg && !is_final(message) ? WSSC_OUTCOME_PENDING
                                                       : WSSC_OUTCOME_DONE;
    if (exchange->operation == WSSC_OPERATION_NONE)
        exchange->operation = message->soap->operation;
    if (exchange->request != NULL) {
        exchange->response_time = message->time - exchange->request->time;
        wssc_exchange_set_under_way(session, open, exchange->request, FALSE);
    }
    if (!original->exchange.is_answered) {
        original->exchange.is_answered = TRUE;
        original->answer_hash = message->hash;
    }
}

/* A response that came before its request: the files were given in another order. */
static WsscOpenExchange *answered_before(WsscSession *session, WsscMessage *request)
{
    const char *id = request->soap->message_id;
    WsscOpenExchange *open = id != NULL ? g_hash_table_lookup(session->by_relates_to, id) : NULL;
    if (open == NULL || open->exchange.request != NULL || open->exchange.response->time < request->time)
        return NULL;
    open->exchange.request = request;
    open->exchange.response_time = open->exchange.response->time - request->time;
    open->exchange.is_answered = TRUE;
    open->answer_hash = open->exchange.response->hash;
    if (request->soap->operation != WSSC_OPERATION_NONE)
        open->exchange.operation = request->soap->operation;
    index_request(session, open, request);
    wssc_exchange_set_under_way(session, open, request, FALSE);
    wssc_session_retract(session, WSSC_FINDING_UNSOLICITED_RESPONSE, open->exchange.response);
    return open;
}

/* WS-Trust 1.4 section 8 has later legs as RSTRs; some clients send RSTs all along. */
static gboolean is_leg_as_rst(const WsscOpenExchange *negotiation, const WsscMessage *message)
{
    return message->soap->is_negotiation && negotiation->exchange.response != NULL &&
           negotiation->exchange.outcome == WSSC_OUTCOME_PENDING &&
           !is_same_message(negotiation->exchange.request, message) && is_from_requestor(negotiation, message);
}

static WsscOpenExchange *match_request(WsscSession *session, WsscMessage *message, WsscOpenExchange *negotiation)
{
    if (negotiation != NULL && (has_trust(message->soap, TRUE) || is_leg_as_rst(negotiation, message))) {
        /* A client's later leg is an RSTR in a request of its own: join it by its message id and its pair
         * to the exchange that is under way. */
        add_leg(negotiation, message);
        index_request(session, negotiation, message);
        if (!has_trust(message->soap, TRUE))
            wssc_rules_check_leg(&session->rules, &negotiation->exchange, message);
        return negotiation;
    }
    WsscOpenExchange *open = answered_before(session, message);
    return open != NULL ? open : open_exchange(session, message);
}

void wssc_exchange_match(WsscSession *session, WsscMessage *message)
{
    WsscOpenExchange *open = negotiation_of(session, message);

    message->is_response = is_response(session, message, open);
    if (!message->is_response) {
        message->exchange = &match_request(session, message, open)->exchange;
        return;
    }
    if (open == NULL)
        open = request_of(session, message);
    if (open == NULL) {
        open = wssc_session_add_exchange(session, message->soap->operation);
        if (message->soap->relates_to != NULL)
            g_hash_table_replace(session->by_relates_to, g_strdup(message->soap->relates_to), open);
    }
    close_exchange(session, open, message);
    message->exchange = &open->exchange;
}

void wssc_exchange_end(WsscSession *session)
{
    for (guint i = 0; i < session->model.exchanges->len; i++) {
        WsscExchange *exchange = session->model.exchanges->pdata[i];
        if (exchange->legs != NULL && exchange->outcome == WSSC_OUTCOME_PENDING) {
            const WsscMessage *last = exchange->legs->pdata[exchange->legs->len - 1];
            exchange->outcome = last->is_response ? WSSC_OUTCOME_INCOMPLETE : WSSC_OUTCOME_NO_RESPONSE;
        }
        if (exchange->response == NULL && exchange->request != NULL && !exchange->is_ended_by_carrier)
            exchange->outcome = exchange->reset_frame != 0 ? WSSC_OUTCOME_RESET : WSSC_OUTCOME_NO_RESPONSE;
    }
}
