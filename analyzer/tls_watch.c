/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "tls_watch.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/to_str.h>

#include "engine.h"

typedef struct {
    WsscClosedTls *closed; /* NULL once something was decrypted */
    guint32 stream;
} Connection;

struct WsscTlsWatch {
    GHashTable *connections; /* stream number -> Connection */
    GPtrArray *in_order;     /* Connection, owned */
    int proto_tls;
};

WsscTlsWatch *wssc_tls_watch_new(void)
{
    WsscTlsWatch *watch = g_new0(WsscTlsWatch, 1);
    watch->connections = g_hash_table_new(NULL, NULL);
    watch->in_order = g_ptr_array_new_with_free_func(g_free);
    watch->proto_tls = proto_get_id_by_filter_name("tls");
    return watch;
}

static char *endpoint(const address *addr, guint32 port)
{
    char *text = address_to_str(NULL, addr);
    char *both = g_strdup_printf(addr->type == AT_IPv6 ? "[%s]:%u" : "%s:%u", text, port);
    wmem_free(NULL, text);
    return both;
}

static Connection *connection_of(WsscTlsWatch *watch, packet_info *pinfo, guint32 stream)
{
    gpointer key = GUINT_TO_POINTER(stream + 1);
    Connection *connection = g_hash_table_lookup(watch->connections, key);
    if (connection != NULL)
        return connection;
    connection = g_new0(Connection, 1);
    connection->stream = stream;
    connection->closed = g_new0(WsscClosedTls, 1);
    connection->closed->client = endpoint(&pinfo->src, pinfo->srcport);
    connection->closed->server = endpoint(&pinfo->dst, pinfo->destport);
    connection->closed->first_frame = pinfo->num;
    g_hash_table_insert(watch->connections, key, connection);
    g_ptr_array_add(watch->in_order, connection);
    return connection;
}

static void forget(Connection *connection)
{
    g_free(connection->closed->client);
    g_free(connection->closed->server);
    g_clear_pointer(&connection->closed, g_free);
}

void wssc_tls_watch_frame(WsscTlsWatch *watch, packet_info *pinfo)
{
    wmem_list_frame_t *layer = pinfo->layers != NULL ? wmem_list_head(pinfo->layers) : NULL;
    while (layer != NULL && GPOINTER_TO_INT(wmem_list_frame_data(layer)) != watch->proto_tls)
        layer = wmem_list_frame_next(layer);
    if (layer == NULL || pinfo->ptype != PT_TCP)
        return;
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    struct tcp_analysis *tcp =
        conversation != NULL ? get_tcp_conversation_data(conversation, pinfo) : NULL;
    if (tcp == NULL)
        return;
    Connection *connection = connection_of(watch, pinfo, tcp->stream);
    if (connection->closed == NULL)
        return;
    connection->closed->last_frame = pinfo->num;
    /* Another protocol inside TLS: only decrypted data gets that far. */
    for (layer = wmem_list_frame_next(layer); layer != NULL; layer = wmem_list_frame_next(layer)) {
        if (GPOINTER_TO_INT(wmem_list_frame_data(layer)) != watch->proto_tls) {
            forget(connection);
            return;
        }
    }
}

void wssc_tls_watch_finish(WsscTlsWatch *watch, GPtrArray *closed)
{
    for (guint i = 0; i < watch->in_order->len; i++) {
        Connection *connection = watch->in_order->pdata[i];
        if (connection->closed != NULL)
            g_ptr_array_add(closed, connection->closed);
    }
    g_hash_table_unref(watch->connections);
    g_ptr_array_unref(watch->in_order);
    g_free(watch);
}
