/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Which response answers which request: by RelatesTo, else by the carrier's own pairing, a
 * negotiation's legs by the Context attribute (WS-Trust 1.4 section 8).
 */
#include <string.h>

#include "contexts/private.h"
#include "soap/action.h"

static char *pair_key(guint file, guint64 stream, guint64 pair)
{
    return g_strdup_printf("%u/%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, file, stream, pair);
}

void wssc_exchange_free(gpointer exchange)
{
    WsscOpenExchange *open = exchange;
    g_clear_pointer(&open->exchange.legs, g_ptr_array_unref);
    wssc_secret_unref(open->request_entropy);
    g_free(open->request_entropy_missing);
    g_free(open->request_token_type);
    g_free(open->request_context);
    g_free(open);
}

WsscOpenExchange *wssc_exchange_of_pair(WsscSession *session, guint file, guint64 stream,
                                        guint64 pair)
{
    if (pair == 0)
        return NULL;
    g_autofree char *key = pair_key(file, stream, pair);
    return g_hash_table_lookup(session->by_pair, key);
}

gboolean wssc_exchange_is_response(const WsscMessage *message)
{
    WsscAction action;
    if (message->direction != WSSC_DIRECTION_UNKNOWN)
        return message->direction == WSSC_DIRECTION_RESPONSE;
    if (message->soap->relates_to != NULL || message->soap->fault != NULL)
        return TRUE;
    return wssc_action_parse(message->soap->action, &action) && action.is_response;
}

/* The Context attribute of the first RST or RSTR, or NULL. */
static const char *trust_context(const WsscSoap *soap)
{
    return soap->trusts->len > 0 ? ((WsscTrust *)soap->trusts->pdata[0])->context : NULL;
}

static void remember_stream(WsscSession *session, const WsscMessage *message, WsscOpenExchange *open)
{
    char *key = pair_key(message->file, message->stream, 0);
    GPtrArray *requests = g_hash_table_lookup(session->by_stream, key);
    if (requests == NULL) {
        requests = g_ptr_array_new();
        g_hash_table_insert(session->by_stream, key, requests);
    } else {
        g_free(key);
    }
    g_ptr_array_add(requests, open);
}

const GPtrArray *wssc_exchange_on_stream(WsscSession *session, guint file, guint64 stream)
{
    g_autofree char *key = pair_key(file, stream, 0);
    return g_hash_table_lookup(session->by_stream, key);
}

static WsscOpenExchange *open_exchange(WsscSession *session, WsscMessage *message)
{
    WsscOpenExchange *open = g_new0(WsscOpenExchange, 1);
    const WsscSoap *soap = message->soap;

    g_ptr_array_add(session->exchanges, open);
    open->exchange.index = session->exchanges->len;
    open->exchange.operation = soap->operation;
    open->exchange.request = message;
    open->exchange.outcome = "pending";
    open->exchange.response_time = -1;
    open->request_key_size = -1;
    if (soap->message_id != NULL)
        g_hash_table_replace(session->by_message_id, g_strdup(soap->message_id), open);
    if (message->pair != 0)
        g_hash_table_replace(session->by_pair,
                             pair_key(message->file, message->stream, message->pair), open);
    if (trust_context(soap) != NULL)
        g_hash_table_replace(session->by_trust_context, g_strdup(trust_context(soap)), open);
    remember_stream(session, message, open);
    return open;
}

/* A message of a negotiation that goes on: it belongs to the exchange that the first RST opened. */
static WsscOpenExchange *negotiation_of(WsscSession *session, const WsscMessage *message)
{
    const char *context = trust_context(message->soap);
    WsscOpenExchange *open =
        context != NULL ? g_hash_table_lookup(session->by_trust_context, context) : NULL;
    if (open == NULL || open->exchange.request == NULL)
        return NULL;
    return open->exchange.request->soap->is_negotiation ? open : NULL;
}

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

static WsscOpenExchange *request_of(WsscSession *session, const WsscMessage *message)
{
    const char *relates_to = message->soap->relates_to;
    WsscOpenExchange *open =
        relates_to != NULL ? g_hash_table_lookup(session->by_message_id, relates_to) : NULL;
    if (open == NULL)
        open = wssc_exchange_of_pair(session, message->file, message->stream, message->pair);
    return open;
}

static void close_exchange(WsscSession *session, WsscOpenExchange *open, WsscMessage *message)
{
    WsscExchange *exchange = &open->exchange;
    gboolean is_leg = exchange->request != NULL && exchange->request->soap->is_negotiation;

    if (is_leg)
        add_leg(open, message);
    if (exchange->response != NULL && !is_leg) {
        wssc_rules_raise(session, WSSC_FINDING_DUPLICATE_RESPONSE, message, exchange->context,
                         "the request in frame %u was already answered in frame %u",
                         exchange->request != NULL ? exchange->request->frame : 0,
                         exchange->response->frame);
        return;
    }
    exchange->response = message;
    exchange->outcome = message->soap->fault != NULL ? "fault" : message->damage != NULL ? "incomplete" : "done";
    if (exchange->operation == WSSC_OPERATION_NONE)
        exchange->operation = message->soap->operation;
    if (exchange->request != NULL)
        exchange->response_time = message->time - exchange->request->time;
}

void wssc_exchange_match(WsscSession *session, WsscMessage *message)
{
    WsscOpenExchange *open = negotiation_of(session, message);

    if (!wssc_exchange_is_response(message)) {
        if (open != NULL && message->soap->trusts->len > 0 &&
            ((WsscTrust *)message->soap->trusts->pdata[0])->is_response) {
            /* A client's later leg is an RSTR in a request of its own: join it by its message id
             * and its pair to the exchange that is under way. */
            add_leg(open, message);
            if (message->soap->message_id != NULL)
                g_hash_table_replace(session->by_message_id, g_strdup(message->soap->message_id), open);
            if (message->pair != 0)
                g_hash_table_replace(session->by_pair,
                                     pair_key(message->file, message->stream, message->pair), open);
        } else {
            open = open_exchange(session, message);
        }
        message->exchange = &open->exchange;
        return;
    }
    if (open == NULL)
        open = request_of(session, message);
    if (open == NULL) {
        open = open_exchange(session, message);
        open->exchange.request = NULL;
    }
    close_exchange(session, open, message);
    message->exchange = &open->exchange;
}
