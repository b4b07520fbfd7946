/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/tls_watch.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

#include "carrier/client_hello.h"
#include "dissect.h"
#include "report/layout.h"
#include "watch/records.h"

#define APPLICATION_DATA 23

/* One session of TLS: a connection may carry several, one after the other. */
typedef struct {
    WsscClosedTls *closed; /* NULL once something was decrypted */
    gboolean has_hello, has_data;
    gboolean is_tls;       /* for libwireshark, too */
    WsscHelloPieces hello; /* of that port, as long as no name was found in what came of it */
    guint32 hello_port;
    WsscEnds ends; /* of the connection */
} Session;

static void free_session(gpointer data)
{
    Session *session = data;
    wssc_hello_pieces_clear(&session->hello);
    g_free(session);
}

struct WsscTlsWatch {
    GHashTable *connections; /* stream number -> the latest Session */
    GHashTable *resting;     /* WsscEnds, the session's own -> Session that goes on where it was forgotten */
    GPtrArray *in_order;     /* Session, owned */
    guint waiting;           /* of them, those whose hello is under way */
    int proto_tls;
    guint32 cut_frames;
};

gboolean wssc_tls_is_decrypted(const struct data_source *source)
{
    char *name = get_data_source_description(source);
    gboolean is_it = g_str_has_prefix(name, "Decrypted");
    wmem_free(NULL, name);
    return is_it;
}

void wssc_closed_tls_free(gpointer data)
{
    WsscClosedTls *closed = data;
    if (closed == NULL)
        return;
    g_free(closed->client);
    g_free(closed->server);
    g_free(closed->server_name);
    g_free(closed);
}

gpointer wssc_closed_tls_copy(gconstpointer data, gpointer user G_GNUC_UNUSED)
{
    const WsscClosedTls *closed = data;
    WsscClosedTls *copy = g_memdup2(closed, sizeof *closed);
    copy->client = g_strdup(closed->client);
    copy->server = g_strdup(closed->server);
    copy->server_name = g_strdup(closed->server_name);
    return copy;
}

WsscTlsWatch *wssc_tls_watch_new(void)
{
    WsscTlsWatch *watch = g_new0(WsscTlsWatch, 1);
    watch->connections = g_hash_table_new(NULL, NULL);
    watch->resting = g_hash_table_new(wssc_ends_hash, wssc_ends_equal);
    watch->in_order = g_ptr_array_new_with_free_func(free_session);
    watch->proto_tls = proto_get_id_by_filter_name("tls");
    return watch;
}

/* Without a ClientHello the lower port is taken for the server's. */
static Session *new_session(WsscTlsWatch *watch, packet_info *pinfo, gpointer key, gboolean is_hello)
{
    Session *session = g_new0(Session, 1);
    gboolean is_from_client = is_hello || pinfo->srcport >= pinfo->destport;
    char *from = wssc_dissect_endpoint(NULL, &pinfo->src, pinfo->srcport),
         *to = wssc_dissect_endpoint(NULL, &pinfo->dst, pinfo->destport);
    wssc_dissect_ends(pinfo, &session->ends);
    session->closed = g_new0(WsscClosedTls, 1);
    session->closed->client = is_from_client ? from : to;
    session->closed->server = is_from_client ? to : from;
    session->closed->first_frame = wssc_dissect_frame(pinfo);
    g_hash_table_insert(watch->connections, key, session);
    g_ptr_array_add(watch->in_order, session);
    return session;
}

static void forget_hello(WsscTlsWatch *watch, Session *session)
{
    watch->waiting -= session->hello.octets != NULL ? 1 : 0;
    wssc_hello_pieces_clear(&session->hello);
}

static void look_for_name(WsscTlsWatch *watch, Session *session, const packet_info *pinfo, WsscBytes payload)
{
    WsscBytes hello;
    gboolean is_next = session->hello.octets != NULL && pinfo->srcport == session->hello_port;
    if (session->closed == NULL || session->closed->server_name != NULL || (!is_next && !wssc_client_hello_is(payload)))
        return;
    if (!is_next)
        forget_hello(watch, session);
    session->hello_port = pinfo->srcport;
    gboolean is_whole = wssc_hello_pieces_take(&session->hello, payload, &hello);
    watch->waiting += !is_next && session->hello.octets != NULL ? 1 : 0;
    g_autofree char *name = wssc_client_hello_server_name(hello);
    session->closed->server_name = name != NULL ? wssc_shown(name) : NULL;
    if (is_whole || name != NULL)
        forget_hello(watch, session);
}

static Session *resting_session(WsscTlsWatch *watch, const packet_info *pinfo, gpointer key)
{
    WsscEnds ends;
    gpointer session = NULL;
    if (g_hash_table_size(watch->resting) == 0)
        return NULL;
    wssc_dissect_ends(pinfo, &ends);
    if (g_hash_table_steal_extended(watch->resting, &ends, NULL, &session))
        g_hash_table_insert(watch->connections, key, session);
    return session;
}

/* A second ClientHello begins another session, unless it answers a HelloRetryRequest: then there was no data. */
static Session *session_of(WsscTlsWatch *watch, packet_info *pinfo, guint32 stream, WsscBytes payload)
{
    gpointer key = GUINT_TO_POINTER(stream + 1);
    Session *session = g_hash_table_lookup(watch->connections, key);
    gboolean is_hello = wssc_client_hello_is(payload);
    if (session == NULL)
        session = resting_session(watch, pinfo, key);
    if (session == NULL || (is_hello && session->has_hello && session->has_data))
        session = new_session(watch, pinfo, key, is_hello);
    look_for_name(watch, session, pinfo, payload);
    session->has_hello |= is_hello;
    session->has_data |= payload.len > 0 && payload.data[0] == APPLICATION_DATA;
    return session;
}

static gboolean is_cut(packet_info *pinfo)
{
    tvbuff_t *tvb = pinfo->data_src != NULL ? get_data_source_tvb(pinfo->data_src->data) : NULL;
    return tvb != NULL && tvb_captured_length(tvb) < tvb_reported_length(tvb);
}

/* Or a piece of one: whether TLS's dissector is called for it depends on Wireshark's version. */
static gboolean may_be_record(WsscBytes payload)
{
    return payload.len > 0 && (payload.data[0] == APPLICATION_DATA || wssc_client_hello_is(payload));
}

void wssc_tls_watch_frame(WsscTlsWatch *watch, packet_info *pinfo, WsscBytes payload)
{
    wmem_list_frame_t *layer = pinfo->layers != NULL ? wmem_list_head(pinfo->layers) : NULL;
    while (layer != NULL && GPOINTER_TO_INT(wmem_list_frame_data(layer)) != watch->proto_tls)
        layer = wmem_list_frame_next(layer);
    if ((layer == NULL && !may_be_record(payload) && watch->waiting == 0) || pinfo->ptype != PT_TCP)
        return;
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    struct tcp_analysis *tcp = conversation != NULL ? get_tcp_conversation_data(conversation, pinfo) : NULL;
    if (tcp == NULL)
        return;
    gboolean is_known = g_hash_table_contains(watch->connections, GUINT_TO_POINTER(tcp->stream + 1));
    gboolean is_data = wssc_records_is_application_data(payload); /* of a connection whose beginning was not seen */
    if (layer == NULL && !is_known && !is_data && !wssc_client_hello_is(payload))
        return;
    Session *session = session_of(watch, pinfo, tcp->stream, payload);
    if (layer == NULL && !is_data)
        return;
    session->is_tls = TRUE;
    watch->cut_frames += is_cut(pinfo) ? 1 : 0;
    if (session->closed == NULL)
        return;
    /* A frame that acknowledges what comes only behind it is dissected behind that. */
    session->closed->last_frame = MAX(session->closed->last_frame, wssc_dissect_frame(pinfo));
    session->closed->is_cut |= is_cut(pinfo);
    for (GSList *source = pinfo->data_src; source != NULL; source = source->next) {
        if (wssc_tls_is_decrypted(source->data)) {
            g_clear_pointer(&session->closed, wssc_closed_tls_free);
            return;
        }
    }
}

void wssc_tls_watch_count_anew(WsscTlsWatch *watch, const WsscResume *resume)
{
    GHashTableIter iter;
    gpointer data;
    for (g_hash_table_iter_init(&iter, watch->connections); g_hash_table_iter_next(&iter, NULL, &data);) {
        Session *session = data;
        forget_hello(watch, session);
        if (wssc_resume_knows(resume, &session->ends))
            g_hash_table_replace(watch->resting, &session->ends, session);
    }
    g_hash_table_remove_all(watch->connections);
}

guint wssc_tls_watch_finish(WsscTlsWatch *watch, GPtrArray *closed, guint32 *ret_cut_frames)
{
    guint count = 0;
    for (guint i = 0; i < watch->in_order->len; i++) {
        Session *session = watch->in_order->pdata[i];
        count += session->is_tls ? 1 : 0;
        if (session->is_tls && session->closed != NULL)
            g_ptr_array_add(closed, session->closed);
        else
            wssc_closed_tls_free(session->closed);
    }
    *ret_cut_frames = watch->cut_frames;
    g_hash_table_unref(watch->connections);
    g_hash_table_unref(watch->resting);
    g_ptr_array_unref(watch->in_order);
    g_free(watch);
    return count;
}
