/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where contexts went that a service does not know: to another server, with a restart, for want of use.
 */
#include <string.h>

#include "why/case.h"

#define SECOND G_USEC_PER_SEC
/* No server waits less for a further request on a connection that it keeps. */
#define SHORTEST_KEEP_ALIVE (4 * SECOND)
/* Timeouts for idle contexts are longer; a load balancer needs no time at all. */
#define YOUNG (2 * SECOND)
#define LONG_IDLE (60 * SECOND)

/* ---- another server --------------------------------------------------------------------------------------------- */

static gboolean is_same_service(const WsscCall *one, const WsscCall *other)
{
    const char *to = one->request->soap->to;
    return g_strcmp0(one->request->dst, other->request->dst) == 0 ||
           (to != NULL && g_strcmp0(to, other->request->soap->to) == 0);
}

/* A call under the context that another server served; NULL where this one did so, too. */
static const WsscCall *served_elsewhere(const WsscCase *own)
{
    const GPtrArray *calls = wssc_scene_calls_of(own->scene, own->context);
    if (wssc_scene_held(own->scene, own->context, own->service))
        return NULL;
    for (guint i = 0; i < MIN(calls->len, WSSC_FAR); i++) {
        const WsscCall *call = calls->pdata[i];
        if (call->result == WSSC_CALL_SERVED && is_same_service(call, own->call))
            return call;
    }
    return NULL;
}

gboolean wssc_holds_another_server_holds_it(const WsscCase *own, WsscArgument *argument)
{
    const WsscCall *call = own->call != NULL && own->context != NULL ? served_elsewhere(own) : NULL;
    if (call == NULL)
        return FALSE;
    wssc_argue(argument, "%s refuses a context that %s %s", own->service, call->server,
               call->request->is_use ? "serves" : "issued");
    wssc_cite_message(argument, call->request->is_use ? WSSC_EVIDENCE_USE : WSSC_EVIDENCE_ISSUE, call->answer, "%s %s",
                      call->server, call->request->is_use ? "serves the context" : "issues the context");
    wssc_cite_message(argument, WSSC_EVIDENCE_CONNECTION, own->call->inner->request, "the refused message goes to %s",
                      own->service);
    return TRUE;
}

static gboolean is_other_connection(const WsscCall *one, const WsscCall *other)
{
    const WsscMessage *a = one->request, *b = other->request;
    return a->connection != NULL && b->connection != NULL && a->connection != b->connection;
}

/* Not renewed or issued again in between. */
gboolean wssc_holds_lives_on_elsewhere(const WsscCase *own, WsscArgument *argument)
{
    const WsscCall *next = own->call != NULL && own->refusal == WSSC_REFUSAL_CONTEXT ? own->next_good : NULL;
    if (next == NULL || !is_other_connection(next, own->call) || next->request->instance != own->instance)
        return FALSE;
    wssc_argue(argument, "the same context is served on another connection after that");
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, next->answer, "the context is served on another connection");
    return TRUE;
}

/* ---- a restart -------------------------------------------------------------------------------------------------- */

/* The end, between two times, that looks like that of the server itself: of several connections at once, or of one
 * that no timeout explains. That of the connection the context was last on goes before others. */
static const WsscClosing *end_of_server(const WsscCase *own, gint64 from, gint64 to, guint *ret_count)
{
    const WsscServer *server = own->server;
    const WsscConnection *last = own->last_good != NULL ? own->last_good->inner->request->connection : NULL;
    const WsscClosing *found = NULL;
    guint start = server != NULL ? wssc_server_closings_from(server, from) : 0;
    for (guint i = start; server != NULL && i < MIN(server->closings->len, start + WSSC_FAR); i++) {
        const WsscClosing *closing = server->closings->pdata[i];
        if (closing->sign->time >= to)
            break;
        if (closing->is_habit || (closing->around < 2 && closing->idle >= SHORTEST_KEEP_ALIVE))
            continue;
        if (found == NULL || closing->sign->connection == last) {
            found = closing;
            *ret_count = closing->around;
        }
    }
    return found;
}

/* The moment after which the server knew the context no more. */
static gint64 last_known(const WsscCase *own)
{
    const WsscCall *good = own->last_good;
    return good == NULL ? G_MININT64 : good->answer != NULL ? good->answer->time : good->request->time;
}

gboolean wssc_holds_connections_closed_at_once(const WsscCase *own, WsscArgument *argument)
{
    guint count = 0;
    if (own->server == NULL || own->last_good == NULL)
        return FALSE;
    gint64 until = own->refusal == WSSC_REFUSAL_ENDED ? own->time + 1 : own->request->time;
    const WsscClosing *closing = end_of_server(own, last_known(own), until, &count);
    if (closing == NULL)
        return FALSE;
    if (count > 1)
        wssc_argue(argument, "before that the service had ended %u connections within a second, unasked", count);
    else
        wssc_argue(argument, "before that the service had ended a connection unasked, sooner than any timeout would");
    wssc_cite(argument, WSSC_EVIDENCE_END, closing->sign->connection->file, closing->sign->frame,
              "the service ends the connection unasked");
    return TRUE;
}

/* When the context came to be, as far as the capture shows it. */
static gint64 birth_of(const WsscScene *scene, const WsscContext *context)
{
    const GPtrArray *calls = wssc_scene_calls_of(scene, context);
    const WsscCall *first = calls->len > 0 ? calls->pdata[0] : NULL;
    if (first != NULL && first->result != WSSC_CALL_SERVED)
        first = first->next_good;
    return first != NULL ? first->request->time : G_MAXINT64;
}

typedef struct {
    guint gone, young_gone;                   /* contexts of before that are refused; later ones that are */
    const WsscCall *first_alive, *other_gone; /* of before: one that is taken, and the search ends; one refused */
} Fate;

/* What became, at the same server from "from" on, of the contexts that were there before "from". */
static Fate fate_of_old(const WsscCase *own, gint64 from)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    Fate fate = {.gone = 0};
    guint start = wssc_calls_from(own->server->calls, from);
    for (guint i = start; i < MIN(own->server->calls->len, start + WSSC_FAR) && fate.first_alive == NULL; i++) {
        const WsscCall *call = own->server->calls->pdata[i];
        if (call->context == NULL || !call->request->is_use || call->request->time < from)
            continue;
        gboolean is_taken = call->result == WSSC_CALL_SERVED;
        gboolean is_refused =
            call->result == WSSC_CALL_FAULT && wssc_refusal_of_fault(call->answer->soap->fault) == own->refusal;
        if ((!is_taken && !is_refused) || !g_hash_table_add(seen, (gpointer)call->context))
            continue;
        gboolean is_old = birth_of(own->scene, call->context) < from;
        fate.gone += is_old && is_refused;
        fate.young_gone += !is_old && is_refused;
        if (is_old && is_taken)
            fate.first_alive = call;
        if (is_old && is_refused && call != own->call && fate.other_gone == NULL)
            fate.other_gone = call;
    }
    return fate;
}

/* Where nothing shows the restart itself: the contexts of before are all gone, later ones are good. */
gboolean wssc_holds_all_old_contexts_gone(const WsscCase *own, WsscArgument *argument)
{
    if (own->server == NULL || own->call == NULL || own->context == NULL || own->last_good == NULL)
        return FALSE;
    Fate fate = fate_of_old(own, last_known(own));
    if (fate.gone < 2 || fate.first_alive != NULL || fate.young_gone > 0 || fate.other_gone == NULL)
        return FALSE;
    wssc_argue(argument, "all %u contexts of before that were used again are refused, and none of them is served",
               fate.gone);
    wssc_cite_message(argument, WSSC_EVIDENCE_FAULT, fate.other_gone->answer, "another context is refused as well");
    return TRUE;
}

gboolean wssc_holds_old_contexts_live(const WsscCase *own, WsscArgument *argument)
{
    guint count = 0;
    if (own->server == NULL || own->context == NULL || own->call == NULL)
        return FALSE;
    const WsscClosing *closing = end_of_server(own, last_known(own), own->request->time, &count);
    Fate fate = fate_of_old(own, closing != NULL ? closing->sign->time : own->request->time);
    if (fate.first_alive == NULL)
        return FALSE;
    wssc_argue(argument, "a context of before is still served after that");
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, fate.first_alive->request, "an older context is served");
    return TRUE;
}

/* ---- want of use ------------------------------------------------------------------------------------------------ */

/* How long the context had been left alone, and the longest that the service is seen to have taken. */
static gboolean idle_of(const WsscCase *own, gint64 *ret_idle, gint64 *ret_longest)
{
    if (own->last_good == NULL || own->server == NULL || own->request == NULL || !own->request->is_use)
        return FALSE;
    *ret_idle = own->request->time - last_known(own);
    *ret_longest = own->last_good->request->is_use ? own->server->later_use_idle : own->server->first_use_idle;
    return TRUE;
}

static void argue_idle(const WsscCase *own, WsscArgument *argument, gint64 idle, gint64 longest)
{
    g_autofree char *span = wssc_span_text(idle);
    wssc_argue(argument,
               own->last_good->request->is_use ? "the context had not been used for %s"
                                               : "the context had not been used in the %s since its issue",
               span);
    if (longest >= 0) {
        g_autofree char *other = wssc_span_text(longest);
        wssc_argue(argument, "others were taken after %s at most", other);
    }
    wssc_cite_message(argument, own->last_good->request->is_use ? WSSC_EVIDENCE_USE : WSSC_EVIDENCE_ISSUE,
                      own->last_good->answer != NULL ? own->last_good->answer : own->last_good->request,
                      own->last_good->request->is_use ? "the last use of the context before" : "the context is issued");
}

static gboolean is_idle_longest(gint64 idle, gint64 longest)
{
    return longest >= 0 ? idle >= YOUNG && idle > longest + longest / 2 : idle >= LONG_IDLE;
}

gboolean wssc_holds_idle_longest(const WsscCase *own, WsscArgument *argument)
{
    gint64 idle, longest;
    if (!idle_of(own, &idle, &longest) || !is_idle_longest(idle, longest))
        return FALSE;
    argue_idle(own, argument, idle, longest);
    return TRUE;
}

gboolean wssc_holds_idle_long(const WsscCase *own, WsscArgument *argument)
{
    gint64 idle, longest;
    if (!idle_of(own, &idle, &longest) || idle < YOUNG || idle <= longest || is_idle_longest(idle, longest))
        return FALSE;
    argue_idle(own, argument, idle, longest);
    return TRUE;
}

gboolean wssc_holds_idle_short(const WsscCase *own, WsscArgument *argument)
{
    gint64 idle, longest;
    if (!idle_of(own, &idle, &longest) || (idle >= YOUNG && idle > longest))
        return FALSE;
    g_autofree char *span = wssc_span_text(idle);
    wssc_argue(argument, "the context had been left alone for %s only", span);
    return TRUE;
}

/* A framed session ends with its context when nothing comes on it for too long. */
gboolean wssc_holds_session_idle(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_ENDED || own->connection == NULL)
        return FALSE;
    const GPtrArray *messages = wssc_scene_messages_on(own->scene, own->connection);
    const WsscMessage *last = messages->len > 0 ? messages->pdata[messages->len - 1] : NULL;
    if (last == NULL || own->time - last->time < LONG_IDLE)
        return FALSE;
    g_autofree char *span = wssc_span_text(own->time - last->time);
    wssc_argue(argument, "nothing had come on the session for %s when the service ended it", span);
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, last, "the last message of the session");
    return TRUE;
}

/* What is served again by the same server, under the same key, was neither lost nor dropped. */
gboolean wssc_holds_lives_on(const WsscCase *own, WsscArgument *argument)
{
    const WsscCall *next = own->call != NULL && own->context != NULL ? own->next_good : NULL;
    if (next == NULL || next->request->instance != own->instance || g_strcmp0(next->server, own->service) != 0)
        return FALSE;
    wssc_argue(argument, "the same context is served again after that");
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, next->request, "the context is served");
    return TRUE;
}

/* ---- balancers without a view behind them ----------------------------------------------------------------------- */

/* Too young to be dropped, and nothing but the connection has changed. */
gboolean wssc_holds_young_on_another_connection(const WsscCase *own, WsscArgument *argument)
{
    gint64 idle, longest;
    guint count = 0;
    if (own->call == NULL || own->refusal != WSSC_REFUSAL_CONTEXT || !idle_of(own, &idle, &longest) ||
        is_idle_longest(idle, longest) || !is_other_connection(own->last_good, own->call))
        return FALSE;
    if (end_of_server(own, last_known(own), own->request->time, &count) != NULL)
        return FALSE;
    Fate fate = fate_of_old(own, last_known(own));
    if (fate.gone > 1 && fate.first_alive == NULL && fate.young_gone == 0)
        return FALSE; /* all at once: a restart */
    g_autofree char *span = wssc_span_text(idle);
    wssc_argue(argument,
               "%s before, the context was %s on another connection, and the service shows no sign of a "
               "restart",
               span, own->last_good->request->is_use ? "served" : "issued");
    wssc_cite_message(argument, own->last_good->request->is_use ? WSSC_EVIDENCE_USE : WSSC_EVIDENCE_ISSUE,
                      own->last_good->answer, "the context is %s on another connection",
                      own->last_good->request->is_use ? "served" : "issued");
    wssc_cite_message(argument, WSSC_EVIDENCE_CONNECTION, own->request,
                      "the refused message comes on a connection of "
                      "its own");
    return TRUE;
}

/* Where the service hides what it refuses, a change of connection is all that there is. */
gboolean wssc_holds_on_another_connection(const WsscCase *own, WsscArgument *argument)
{
    if (own->call == NULL || own->last_good == NULL || !own->request->is_use ||
        !is_other_connection(own->last_good, own->call))
        return FALSE;
    wssc_argue(argument, "the context was %s on another connection before",
               own->last_good->request->is_use ? "served" : "issued");
    return TRUE;
}

gboolean wssc_holds_same_connection(const WsscCase *own, WsscArgument *argument)
{
    if (own->call == NULL || own->last_good == NULL || own->request->connection == NULL ||
        own->last_good->request->connection != own->request->connection)
        return FALSE;
    wssc_argue(argument, "the context was %s on the same connection",
               own->last_good->request->is_use ? "served" : "issued");
    return TRUE;
}

/* ---- a name that nobody gave ------------------------------------------------------------------------------------ */

/* The context that the same requestor really has: issued to it on the same connection. */
static const WsscContext *own_context_of(const WsscCase *own)
{
    const GPtrArray *messages = wssc_scene_messages_on(own->scene, own->request->connection);
    for (guint i = 0; i < MIN(messages->len, WSSC_FAR); i++) {
        const WsscMessage *message = messages->pdata[i];
        if (message->context != NULL && message->context != own->context && message->context->established_by != NULL)
            return message->context;
    }
    return NULL;
}

gboolean wssc_holds_never_issued_here(const WsscCase *own, WsscArgument *argument)
{
    if (own->context == NULL || own->request == NULL || !own->request->is_use || own->context->established_by != NULL ||
        own->last_good != NULL)
        return FALSE;
    const WsscContext *other = own_context_of(own);
    wssc_argue(argument, "nobody issues a context of that identifier in the capture");
    if (other != NULL) {
        wssc_argue(argument, "the one that was issued on this connection has another identifier");
        wssc_cite_message(argument, WSSC_EVIDENCE_ISSUE, other->established_by->response,
                          "the context that the requestor was issued");
    }
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, own->request, "the identifier is used");
    return TRUE;
}
