/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The clocks of all peers against that of the capture. What a machine wrote, it wrote before it was captured: its clock
 * is ahead by at least the difference. It wrote it after what it answers or relies on was captured: by at most that
 * one.
 */
#include <string.h>

#include "session/facts.h"

/* A span of what one clock may be ahead by. */
typedef struct {
    WsscPeer *peer;
    gint64 least_min, most_max; /* of all samples: their own bounds, whether they fit each other or not */
    /* By Date of HTTP, which may be that of something in front of the service: used where nothing else is. */
    gint64 date_min, date_max;
    WsscMessage *date_min_from, *date_max_from;
} Clock;

typedef struct {
    WsscSession *session;
    GHashTable *by_address; /* -> Clock */
    GPtrArray *clocks;      /* Clock, in order */
} Clocks;

static Clock *clock_of(Clocks *clocks, const char *address, gboolean is_server)
{
    const char *port = strrchr(address, ':');
    /* A requestor's ports come and go, a server's tells one service of a host from another. */
    g_autofree char *name = is_server || port == NULL ? g_strdup(address) : g_strndup(address, (gsize)(port - address));
    Clock *clock = g_hash_table_lookup(clocks->by_address, name);
    if (clock != NULL)
        return clock;
    clock = g_new0(Clock, 1);
    clock->peer = g_new0(WsscPeer, 1);
    clock->peer->address = g_steal_pointer(&name);
    clock->peer->is_server = is_server;
    clock->peer->is_steady = TRUE;
    clock->peer->ahead_min = clock->peer->ahead_max = WSSC_TIME_NONE;
    clock->least_min = clock->most_max = clock->date_min = clock->date_max = WSSC_TIME_NONE;
    g_hash_table_insert(clocks->by_address, clock->peer->address, clock);
    g_ptr_array_add(clocks->clocks, clock);
    g_ptr_array_add(clocks->session->model.peers, clock->peer);
    return clock;
}

static void at_least(gint64 *bound, WsscMessage **from, gint64 value, WsscMessage *message)
{
    if (*bound != WSSC_TIME_NONE && *bound >= value)
        return;
    *bound = value;
    *from = message;
}

static void at_most(gint64 *bound, WsscMessage **from, gint64 value, WsscMessage *message)
{
    if (*bound != WSSC_TIME_NONE && *bound <= value)
        return;
    *bound = value;
    *from = message;
}

/* ---- samples ------------------------------------------------------------------------------------------------ */

/* What the sender had received when it wrote the message; NULL when nothing is sure. */
static const WsscMessage *cause_of(const WsscMessage *message)
{
    const WsscExchange *exchange = message->exchange;
    if (message->is_response)
        return exchange != NULL && exchange->response == message ? exchange->request : NULL;
    if (!message->is_use || message->instance == NULL)
        return NULL;
    return message->instance->issued_by; /* what is signed with a key was signed after the key came */
}

/* Stacks that write no fraction leave up to a second away. */
static gint64 resolution(int digits)
{
    return digits > 0 ? 1000 : G_USEC_PER_SEC;
}

static void take_timestamp(Clocks *clocks, WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    Clock *clock = clock_of(clocks, message->src, message->is_response);
    WsscPeer *peer = clock->peer;
    const WsscMessage *cause = cause_of(message);
    gint64 least = security->created - message->time;

    peer->samples++;
    at_least(&peer->ahead_min, &peer->min_from, least, message);
    clock->least_min = clock->least_min == WSSC_TIME_NONE ? least : MIN(clock->least_min, least);
    if (cause == NULL || cause->file != message->file || cause->time > message->time)
        return;
    gint64 most = security->created + resolution(security->created_digits) - cause->time;
    at_most(&peer->ahead_max, &peer->max_from, most, message);
    clock->most_max = clock->most_max == WSSC_TIME_NONE ? most : MAX(clock->most_max, most);
}

static void take_date(Clocks *clocks, WsscMessage *message)
{
    Clock *clock = clock_of(clocks, message->src, TRUE);
    const WsscMessage *cause = cause_of(message);
    at_least(&clock->date_min, &clock->date_min_from, message->http_date - message->time, message);
    if (cause != NULL && cause->file == message->file)
        at_most(&clock->date_max, &clock->date_max_from, message->http_date + G_USEC_PER_SEC - cause->time, message);
}

/* ---- all of them ---------------------------------------------------------------------------------------------- */

static void settle(Clock *clock)
{
    WsscPeer *peer = clock->peer;
    if (peer->samples == 0) {
        peer->ahead_min = clock->date_min;
        peer->min_from = clock->date_min_from;
        peer->ahead_max = clock->date_max;
        peer->max_from = clock->date_max_from;
        clock->least_min = clock->date_min;
        clock->most_max = clock->date_max;
    }
    if (peer->ahead_min == WSSC_TIME_NONE || peer->ahead_max == WSSC_TIME_NONE || peer->ahead_min <= peer->ahead_max)
        return;
    peer->is_steady = FALSE;
    peer->ahead_min = clock->least_min;
    peer->ahead_max = clock->most_max;
}

void wssc_facts_clocks(WsscSession *session)
{
    Clocks clocks = {
        .session = session,
        .by_address = g_hash_table_new(g_str_hash, g_str_equal),
        .clocks = g_ptr_array_new_with_free_func(g_free),
    };
    for (guint i = 0; i < session->model.messages->len; i++) {
        WsscMessage *message = session->model.messages->pdata[i];
        if (message->damage != NULL || message->is_copy || message->src == NULL)
            continue;
        if (message->soap->security != NULL && message->soap->security->created != WSSC_TIME_NONE)
            take_timestamp(&clocks, message);
        if (message->is_response && message->http_date != 0)
            take_date(&clocks, message);
    }
    for (guint i = 0; i < clocks.clocks->len; i++)
        settle(clocks.clocks->pdata[i]);
    g_hash_table_unref(clocks.by_address);
    g_ptr_array_unref(clocks.clocks);
}
