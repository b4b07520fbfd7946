/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Connections that carried nothing of ours and ended as connections do: most of a capture. They are counted, and not
 * kept. What stays may have to do with a message: it carried some or was to carry one that was lost, nobody listened,
 * TLS or the framing failed, or closed TLS was ended while the client waited.
 */
#include <string.h>

#include "session/private.h"

/* In one file, as WsscMessage and WsscConnection name them. */
static char *name_of(guint file, const char *one, const char *other)
{
    gboolean is_turned = g_strcmp0(one, other) > 0;
    return g_strdup_printf("%u %s %s", file, is_turned ? other : one, is_turned ? one : other);
}

static char *port_name(const WsscConnection *connection)
{
    const char *colon = connection->server != NULL ? strrchr(connection->server, ':') : NULL;
    return g_strdup_printf("%u%s", connection->file, colon != NULL ? colon : "");
}

/* Messages without a connection are those that never became whole. */
static GHashTable *ends_of_lost(const WsscModel *model)
{
    GHashTable *ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < model->messages->len; i++) {
        const WsscMessage *message = model->messages->pdata[i];
        if (message->connection == NULL)
            g_hash_table_add(ends, name_of(message->file, message->src, message->dst));
    }
    return ends;
}

/* Ports where somebody found nobody: who was found there says that it was another's. */
static GHashTable *refused_ports(const WsscModel *model)
{
    GHashTable *ports = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < model->connections->len; i++) {
        const WsscConnection *connection = model->connections->pdata[i];
        if (wssc_connection_sign(connection, WSSC_SIGN_REFUSED, TRUE) != NULL)
            g_hash_table_add(ports, port_name(connection));
    }
    return ports;
}

static gboolean has_ended_well(const WsscSign *end)
{
    return end->phase == WSSC_TLS_NONE || (end->phase == WSSC_TLS_DONE && !(end->is_from_server && end->is_answer_due));
}

static gboolean ends_well(const WsscConnection *connection)
{
    gboolean has_ended = FALSE;
    for (guint i = 0; i < connection->signs->len; i++) {
        const WsscSign *sign = connection->signs->pdata[i];
        if (sign->kind == WSSC_SIGN_STATUS)
            continue;
        if (sign->kind != WSSC_SIGN_FIN && sign->kind != WSSC_SIGN_RESET)
            return FALSE;
        if (!has_ended && !has_ended_well(sign))
            return FALSE;
        has_ended = TRUE; /* what comes after the first end follows from it */
    }
    return TRUE;
}

static gboolean is_eventful(const WsscConnection *connection, GHashTable *lost, GHashTable *refused)
{
    if (connection->messages > 0 || !ends_well(connection))
        return TRUE;
    g_autofree char *ends = name_of(connection->file, connection->client, connection->server);
    g_autofree char *port = port_name(connection);
    return g_hash_table_contains(lost, ends) || g_hash_table_contains(refused, port);
}

void wssc_connections_let_go(WsscSession *session)
{
    g_autoptr(GHashTable) lost = ends_of_lost(&session->model), refused = refused_ports(&session->model);
    GPtrArray *all = session->model.connections;
    guint count = 0;
    session->model.connections_seen += all->len;
    g_hash_table_remove_all(session->by_connection); /* no message comes any more */
    for (guint i = 0; i < all->len; i++) {
        WsscConnection *connection = all->pdata[i];
        if (is_eventful(connection, lost, refused))
            all->pdata[count++] = connection;
        else
            wssc_connection_free(connection);
    }
    for (guint i = count; i < all->len; i++)
        all->pdata[i] = NULL; /* freed above, or moved to the front */
    g_ptr_array_set_size(all, (gint)count);
}

void wssc_session_pass_over_connections(WsscSession *session, guint count)
{
    session->model.connections_seen += count;
}
