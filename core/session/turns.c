/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Requests with what came of them, by context.
 */
#include <string.h>

#include "session/facts.h"

/* The answered exchange of each request that was seen several times: first exchange -> that one. */
static GHashTable *answered_copies(const WsscSession *session)
{
    GHashTable *copies = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < session->model.exchanges->len; i++) {
        WsscExchange *exchange = session->model.exchanges->pdata[i];
        if (exchange->copy_of != NULL && (exchange->response != NULL || exchange->is_ended_by_carrier) &&
            !g_hash_table_contains(copies, exchange->copy_of))
            g_hash_table_insert(copies, exchange->copy_of, exchange);
    }
    return copies;
}

static void settle_end(WsscTurn *turn, const WsscExchange *exchange)
{
    const WsscMessage *answer = exchange->response;
    turn->answer = exchange->response;
    turn->end_time = WSSC_TIME_NONE;
    if (answer != NULL) {
        turn->end_time = answer->time;
        turn->end = answer->damage != NULL                                                       ? WSSC_TURN_OPEN
                    : answer->soap->fault != NULL && wssc_fault_is_security(answer->soap->fault) ? WSSC_TURN_REFUSED
                                                                                                 : WSSC_TURN_SERVED;
    } else if (exchange->is_ended_by_carrier) {
        turn->end_time = exchange->request->time + exchange->response_time;
        turn->end = exchange->outcome == WSSC_OUTCOME_DONE ? WSSC_TURN_SERVED : WSSC_TURN_OPEN;
    } else if (exchange->reset_frame != 0) {
        turn->end_time = exchange->ended_by != NULL ? exchange->ended_by->time : exchange->request->time;
        turn->end = WSSC_TURN_LOST;
    }
}

/* ---- legs ------------------------------------------------------------------------------------------------------ */

/* Where a message is handed on, the leg nearest to who answers is answered first: first exchange -> that of this leg.
 */
typedef struct {
    GHashTable *by_id; /* MessageID -> first exchange */
    GHashTable *nearest;
} Legs;

static void note_leg(const Legs *legs, WsscExchange *first, WsscExchange *leg)
{
    const WsscExchange *known = g_hash_table_lookup(legs->nearest, first);
    if (leg->response == NULL || leg->request->file != first->request->file ||
        g_strcmp0(leg->request->dst, first->request->dst) == 0)
        return;
    if (known == NULL || wssc_message_is_after(known->response, leg->response))
        g_hash_table_replace(legs->nearest, first, leg);
}

/* The same message under way on another leg, changed by who handed it on: to another address, before it was answered.
 */
static gboolean is_other_leg(const Legs *legs, WsscExchange *exchange)
{
    const WsscMessage *request = exchange->request;
    if (request->soap->message_id == NULL)
        return FALSE;
    WsscExchange *first = g_hash_table_lookup(legs->by_id, request->soap->message_id);
    if (first == NULL) {
        g_hash_table_insert(legs->by_id, request->soap->message_id, exchange);
        return FALSE;
    }
    if (g_strcmp0(first->request->dst, request->dst) == 0 || first->response == NULL ||
        first->response->file != request->file || !wssc_message_is_after(first->response, request))
        return FALSE;
    note_leg(legs, first, exchange);
    return TRUE;
}

/* ---- all of them ------------------------------------------------------------------------------------------------ */

static void add_turn(WsscContext *context, WsscExchange *exchange, const WsscExchange *answered)
{
    WsscOpenContext *open = wssc_context_open(context);
    WsscTurn *turn = g_new0(WsscTurn, 1);
    turn->exchange = exchange;
    turn->request = exchange->request;
    turn->server = exchange->request->dst;
    settle_end(turn, answered);
    if (open->turns == NULL)
        open->turns = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(open->turns, turn);
}

static void settle_servers(const WsscSession *session, const Legs *legs)
{
    for (guint i = 0; i < session->model.contexts->len; i++) {
        WsscContext *context = session->model.contexts->pdata[i];
        const GPtrArray *turns = wssc_turns(context);
        const WsscExchange *leg =
            context->established_by != NULL ? g_hash_table_lookup(legs->nearest, context->established_by) : NULL;
        context->issuing_server = leg != NULL ? leg->request->dst : context->issuer;
        for (guint t = 0; t < turns->len; t++) {
            WsscTurn *turn = turns->pdata[t];
            leg = g_hash_table_lookup(legs->nearest, turn->exchange);
            if (leg != NULL)
                turn->server = leg->request->dst;
        }
    }
}

void wssc_turns_collect(WsscSession *session)
{
    g_autoptr(GHashTable) copies = answered_copies(session);
    const Legs legs = {.by_id = g_hash_table_new(g_str_hash, g_str_equal), .nearest = g_hash_table_new(NULL, NULL)};
    for (guint i = 0; i < session->model.exchanges->len; i++) {
        WsscExchange *exchange = session->model.exchanges->pdata[i];
        if (exchange->request == NULL)
            continue;
        if (exchange->copy_of != NULL) {
            if (exchange->copy_of->request != NULL)
                note_leg(&legs, exchange->copy_of, exchange);
            continue;
        }
        if (is_other_leg(&legs, exchange))
            continue;
        WsscContext *context = exchange->request->context != NULL ? exchange->request->context : exchange->context;
        const WsscExchange *copy = exchange->response == NULL ? g_hash_table_lookup(copies, exchange) : NULL;
        if (context != NULL)
            add_turn(context, exchange, copy != NULL ? copy : exchange);
    }
    settle_servers(session, &legs);
    g_hash_table_unref(legs.by_id);
    g_hash_table_unref(legs.nearest);
}

const GPtrArray *wssc_turns(const WsscContext *context)
{
    static const GPtrArray none = {NULL, 0};
    const WsscOpenContext *open = (const WsscOpenContext *)context;
    return open->turns != NULL ? open->turns : &none;
}
