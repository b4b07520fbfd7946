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

static void free_connection(gpointer data)
{
    WsscConnection *connection = data;
    g_ptr_array_unref(connection->signs);
    g_free(connection);
}

void wssc_connections_init(WsscSession *session)
{
    session->model.connections = g_ptr_array_new_with_free_func(free_connection);
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

void wssc_connection_take(WsscSession *session, WsscMessage *message, const WsscUnit *unit)
{
    if (unit->stream == 0)
        return;
    gboolean is_response = message->direction == WSSC_DIRECTION_RESPONSE;
    WsscConnection *connection = connection_of(session, unit->file, unit->stream, is_response ? unit->dst : unit->src,
                                               is_response ? unit->src : unit->dst);
    if (connection->messages++ == 0)
        settle_ends(session, connection, message);
    connection->last_frame = MAX(connection->last_frame, message->frame);
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

void wssc_session_note(WsscSession *session, const WsscCarrierNote *note)
{
    WsscConnection *connection = connection_of(session, note->file, note->stream, note->client, note->server);
    session->model.end = MAX(session->model.end, note->time);
    if (connection->signs->len >= WSSC_MAX_SIGNS && note->kind != WSSC_SIGN_STATUS)
        return;
    if (connection->signs->len < WSSC_MAX_SIGNS)
        end_exchanges(session, note, add_sign(session, connection, note));
    if (note->kind == WSSC_SIGN_STATUS)
        wssc_session_note_status(session, note->file, note->frame, note->time, note->stream, note->pair, note->value);
    else if (note->kind == WSSC_SIGN_RESET)
        wssc_session_note_reset(session, note->file, note->frame, note->time, note->stream,
                                note->is_from_server ? note->server : note->client);
}
