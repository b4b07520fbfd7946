/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Connections, and what their carriers alone tell of them.
 */
#include <string.h>

#include "base/limits.h"
#include "session/private.h"

/* ---- the tables ------------------------------------------------------------------------------------------ */

typedef struct {
    guint64 stream;
    guint file;
} Key;

static guint key_hash(gconstpointer data)
{
    const Key *key = data;
    return g_int64_hash(&key->stream) * 31 + key->file;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const Key *one = a, *other = b;
    return one->stream == other->stream && one->file == other->file;
}

void wssc_connection_free(gpointer data)
{
    WsscConnection *connection = data;
    if (connection == NULL)
        return;
    g_ptr_array_unref(connection->signs);
    g_free(connection);
}

void wssc_connections_init(WsscSession *session)
{
    session->model.connections = g_ptr_array_new_with_free_func(wssc_connection_free);
    session->by_connection = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
}

void wssc_connections_clear(WsscSession *session)
{
    g_ptr_array_unref(session->model.connections);
    g_hash_table_unref(session->by_connection);
}

static WsscConnection *connection_of(WsscSession *session, guint file, guint64 stream, const char *client,
                                     const char *server)
{
    Key key = {.stream = stream, .file = file};
    WsscConnection *connection = g_hash_table_lookup(session->by_connection, &key);
    if (connection != NULL)
        return connection;
    connection = g_new0(WsscConnection, 1);
    connection->file = file;
    connection->stream = stream;
    connection->client = wssc_session_keep(session, client);
    connection->server = wssc_session_keep(session, server);
    connection->signs = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(session->model.connections, connection);
    g_hash_table_insert(session->by_connection, g_memdup2(&key, sizeof key), connection);
    return connection;
}

/* ---- messages --------------------------------------------------------------------------------------------- */

/* Who asks is the client, whatever the ports look like; a signal that came before may have had to guess. */
static void settle_ends(WsscSession *session, WsscConnection *connection, const WsscMessage *message)
{
    gboolean is_request = message->direction == WSSC_DIRECTION_REQUEST;
    const char *client = is_request ? message->src : message->dst;
    if (message->direction == WSSC_DIRECTION_UNKNOWN || g_strcmp0(client, connection->client) == 0)
        return;
    connection->client = wssc_session_keep(session, client);
    connection->server = wssc_session_keep(session, is_request ? message->dst : message->src);
    for (guint i = 0; i < connection->signs->len; i++) {
        WsscSign *sign = connection->signs->pdata[i];
        sign->is_from_server = !sign->is_from_server;
    }
}

/* It may come late, in a handshake of its own. */
static void take_certificate(WsscConnection *connection, WsscTruth truth, guint32 frame)
{
    if (truth == WSSC_TRUTH_UNKNOWN || connection->client_certificate == WSSC_TRUTH_YES)
        return;
    connection->client_certificate = truth;
    connection->certificate_frame = frame;
}

/* One that carries several TLS sessions one after the other keeps the first one's. */
static void take_server_name(WsscSession *session, WsscConnection *connection, const char *name)
{
    if (connection->server_name == NULL && name != NULL)
        connection->server_name = wssc_session_keep(session, name);
}

void wssc_connection_take(WsscSession *session, WsscMessage *message, const WsscUnit *unit)
{
    if (unit->stream == 0 || session->options.only_rows)
        return;
    gboolean is_response = message->direction == WSSC_DIRECTION_RESPONSE;
    WsscConnection *connection = connection_of(session, unit->file, unit->stream, is_response ? unit->dst : unit->src,
                                               is_response ? unit->src : unit->dst);
    if (connection->messages++ == 0)
        settle_ends(session, connection, message);
    connection->last_frame = MAX(connection->last_frame, message->frame);
    connection->is_server_heard |= is_response || unit->is_other_end_heard;
    take_server_name(session, connection, unit->server_name);
    take_certificate(connection, unit->client_certificate, unit->certificate_frame);
    message->connection = connection;
}

/* ---- signs -------------------------------------------------------------------------------------------------- */

static WsscSign *add_sign(WsscSession *session, WsscConnection *connection, const WsscCarrierNote *note)
{
    WsscSign *sign = g_new0(WsscSign, 1);
    sign->kind = note->kind;
    sign->connection = connection;
    sign->frame = note->frame;
    sign->time = note->time;
    sign->is_from_server = note->is_from_server;
    /* The note's own ends may have been a guess. */
    if (connection->messages > 0 && note->client != NULL && g_strcmp0(note->client, connection->server) == 0)
        sign->is_from_server = !sign->is_from_server;
    sign->is_answer_due = note->is_answer_due;
    sign->phase = note->phase;
    sign->value = note->value;
    sign->pair = note->pair;
    sign->text = wssc_session_keep(session, note->text);
    sign->media = wssc_session_keep(session, note->media);
    sign->via = wssc_session_keep(session, note->via);
    sign->date = note->date;
    g_ptr_array_add(connection->signs, sign);
    connection->last_frame = MAX(connection->last_frame, note->frame);
    return sign;
}

static void end_with(WsscOpenExchange *open, WsscSign *sign)
{
    if (open->exchange.response == NULL && open->exchange.ended_by == NULL)
        open->exchange.ended_by = sign;
}

/* A status is one exchange's; the end of a connection that of all under way on it. */
static void end_exchanges(WsscSession *session, const WsscCarrierNote *note, WsscSign *sign)
{
    if (note->kind == WSSC_SIGN_STATUS) {
        WsscOpenExchange *open = wssc_exchange_of_pair(session, note->file, note->stream, note->pair);
        if (open != NULL && open->exchange.request != NULL && note->value >= 200)
            end_with(open, sign);
        return;
    }
    /* A client may end its half and wait for the answer. */
    if (note->kind == WSSC_SIGN_FIN && !sign->is_from_server)
        return;
    g_autoptr(GPtrArray) under_way = wssc_exchange_list_under_way(session, note->file, note->stream);
    for (guint i = 0; i < under_way->len; i++)
        end_with(under_way->pdata[i], sign);
}

static void take_note(WsscSession *session, const WsscCarrierNote *note)
{
    if (note->kind == WSSC_SIGN_STATUS)
        wssc_session_note_status(session, note->file, note->frame, note->time, note->stream, note->pair, note->value);
    else if (note->kind == WSSC_SIGN_RESET)
        wssc_session_note_reset(session, note->file, note->frame, note->time, note->stream,
                                note->is_from_server ? note->server : note->client);
}

void wssc_session_note(WsscSession *session, const WsscCarrierNote *note)
{
    if (session->options.only_rows) { /* of connections none tells */
        take_note(session, note);
        return;
    }
    WsscConnection *connection = connection_of(session, note->file, note->stream, note->client, note->server);
    take_server_name(session, connection, note->server_name);
    take_certificate(connection, note->client_certificate, note->certificate_frame);
    guint most = session->rules.limits.value[WSSC_LIMIT_SIGNS];
    if (connection->signs_seen >= most && note->kind != WSSC_SIGN_STATUS)
        return;
    if (connection->signs_seen++ < most)
        end_exchanges(session, note, add_sign(session, connection, note));
    take_note(session, note);
}

/* ---- what ends exchanges and is told of their contexts --------------------------------------------- */

/* An event that no message tells stands at the carrier's own frame. */
static void set_place(WsscEvent *event, WsscEvidenceRole role, guint32 frame, gint64 time)
{
    if (event == NULL)
        return;
    event->frame = frame;
    event->carrier = role;
    event->time = time;
}

void wssc_session_note_reset(WsscSession *session, guint file, guint32 frame, gint64 time, guint64 stream,
                             const char *src)
{
    g_autoptr(GPtrArray) open_ones = wssc_exchange_under_way(session, file, stream);
    for (guint i = 0; i < open_ones->len; i++) {
        WsscOpenExchange *open = open_ones->pdata[i];
        WsscExchange *exchange = &open->exchange;
        open->exchange.reset_frame = frame;
        exchange->outcome = WSSC_OUTCOME_RESET;
        if (exchange->context == NULL || exchange->request == NULL)
            continue;
        WsscEvent *event = wssc_context_event(session, exchange->context, exchange->request, WSSC_EVENT_FAULT,
                                              "%s resets the connection: no answer to " WSSC_AT(1), src);
        set_place(event, WSSC_EVIDENCE_RESET, frame, time);
        event->evidence = wssc_evidence_list_new();
        wssc_message_point(event->evidence, exchange->request);
    }
}

/* An answer of HTTP without a SOAP message. */
static void take_status(WsscSession *session, WsscOpenExchange *open, guint32 frame, gint64 time, guint http_status)
{
    WsscExchange *exchange = &open->exchange;
    WsscContext *context = exchange->context;
    WsscOpenExchange *original = exchange->copy_of != NULL ? (WsscOpenExchange *)exchange->copy_of : open;
    gboolean is_failed = http_status >= 400;
    gboolean is_told = original->exchange.is_answered; /* one answer that a proxy hands on is told once */

    original->exchange.is_answered |= is_failed;
    open->exchange.is_ended_by_carrier = TRUE;
    exchange->outcome = is_failed ? WSSC_OUTCOME_FAULT : WSSC_OUTCOME_DONE;
    exchange->status_frame = frame;
    exchange->http_status = http_status;
    exchange->response_time = time - exchange->request->time;
    if (context == NULL)
        return;
    set_place(wssc_context_event(session, context, exchange->request,
                                 is_failed ? WSSC_EVENT_FAULT : WSSC_EVENT_RESPONSE,
                                 "answered with HTTP status %u and no SOAP message", http_status),
              WSSC_EVIDENCE_STATUS, frame, time);
    if (is_failed && context->identifier == NULL)
        set_place(wssc_context_set_state(session, context, exchange->request, WSSC_STATE_REFUSED, "refused by HTTP"),
                  WSSC_EVIDENCE_STATUS, frame, time);
    if (is_failed && !is_told)
        wssc_rules_check_status(&session->rules, exchange);
}

void wssc_session_note_status(WsscSession *session, guint file, guint32 frame, gint64 time, guint64 stream,
                              guint64 pair, guint http_status)
{
    WsscOpenExchange *open = wssc_exchange_of_pair(session, file, stream, pair);
    /* 1xx only says that the answer is yet to come. */
    if (open != NULL && open->exchange.response == NULL && open->exchange.request != NULL &&
        !open->exchange.is_ended_by_carrier && http_status >= 200)
        take_status(session, open, frame, time, http_status);
    if (open != NULL && open->exchange.request != NULL)
        wssc_brief_let_go(session, open->exchange.request);
}
