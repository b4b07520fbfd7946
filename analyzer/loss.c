/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "loss.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>
#include <epan/to_str.h>

#include "dissect.h"
#include "engine.h"

/* Ordinals of messages that epan never gave us, out of the way of those it did. */
#define LOST_ORDINAL 2048

typedef struct {
    guint32 frame;
    gint64 time;
    char *src, *dst;
    gboolean is_response;
    char *why;
} Damage;

/* One direction of a connection. */
typedef struct {
    gboolean is_started;
    guint32 next;          /* sequence number expected */
    guint32 gap_frame;     /* first frame after octets that are missing so far; 0: none */
    guint32 gap_octets;
    guint32 gap_start;
    Damage *open;          /* an HTTP message with a SOAP media type that began and is not whole yet */
    GPtrArray *damages;    /* Damage */
} Flow;

typedef struct {
    Flow flows[2]; /* by "is from the lower port's side": see flow_of */
    guint bodies; /* that came whole */
} Connection;

struct WsscLoss {
    WsscSession *session;
    guint file;
    GHashTable *connections; /* stream number + 1 -> Connection */
    GPtrArray *in_order;     /* Connection */
    /* of the frame being dissected */
    gboolean has_segment;
    guint32 stream, seq, seglen;
    gboolean is_syn, is_reset;
    guint bodies; /* wssc_dissect_bodies so far */
};

static WsscLoss *current; /* taps have no other way to us */

static void free_damage(gpointer data)
{
    Damage *damage = data;
    g_free(damage->src);
    g_free(damage->dst);
    g_free(damage->why);
    g_free(damage);
}

static void free_connection(gpointer data)
{
    Connection *connection = data;
    for (int i = 0; i < 2; i++) {
        g_clear_pointer(&connection->flows[i].open, free_damage);
        g_clear_pointer(&connection->flows[i].damages, g_ptr_array_unref);
    }
    g_free(connection);
}

/* ---- taps ---------------------------------------------------------------------------------------------------- */

static tap_packet_status on_tcp(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *tcp_data, tap_flags_t flags _U_)
{
    const tcp_info_t *tcp = tcp_data;
    if (current == NULL)
        return TAP_PACKET_DONT_REDRAW;
    current->has_segment = tcp->th_have_seglen;
    current->stream = tcp->th_stream;
    current->seq = tcp->th_rawseq;
    current->seglen = tcp->th_seglen;
    current->is_syn = (tcp->th_flags & 0x02) != 0;
    current->is_reset = (tcp->th_flags & 0x04) != 0;
    return TAP_PACKET_DONT_REDRAW;
}

static gboolean listen(const char *tap, tap_packet_cb callback, gpointer id, GError **error)
{
    GString *problem = register_tap_listener(tap, id, NULL, TL_REQUIRES_NOTHING, NULL, callback, NULL, NULL);
    if (problem == NULL)
        return TRUE;
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "tap %s: %s", tap, problem->str);
    g_string_free(problem, TRUE);
    return FALSE;
}

gboolean wssc_loss_register(GError **error)
{
    static int tcp_id;
    return listen("tcp", on_tcp, &tcp_id, error);
}

/* ---- one file -------------------------------------------------------------------------------------------------- */

WsscLoss *wssc_loss_new(WsscSession *session, guint file)
{
    WsscLoss *loss = g_new0(WsscLoss, 1);
    loss->session = session;
    loss->file = file;
    loss->connections = g_hash_table_new_full(NULL, NULL, NULL, free_connection);
    loss->in_order = g_ptr_array_new();
    current = loss;
    return loss;
}

static Connection *connection_of(WsscLoss *loss)
{
    gpointer key = GUINT_TO_POINTER(loss->stream + 1);
    Connection *connection = g_hash_table_lookup(loss->connections, key);
    if (connection == NULL) {
        connection = g_new0(Connection, 1);
        g_hash_table_insert(loss->connections, key, connection);
        g_ptr_array_add(loss->in_order, connection);
    }
    return connection;
}

static Flow *flow_of(Connection *connection, const packet_info *pinfo)
{
    int order = cmp_address(&pinfo->src, &pinfo->dst);
    gboolean is_second = order != 0 ? order > 0 : pinfo->srcport > pinfo->destport;
    return &connection->flows[is_second];
}

static char *endpoint(const address *addr, guint32 port)
{
    char *text = address_to_str(NULL, addr);
    char *both = g_strdup_printf(addr->type == AT_IPv6 ? "[%s]:%u" : "%s:%u", text, port);
    wmem_free(NULL, text);
    return both;
}

static Damage *new_damage(const packet_info *pinfo, gboolean is_response)
{
    Damage *damage = g_new0(Damage, 1);
    damage->frame = pinfo->num;
    damage->time = (gint64)pinfo->abs_ts.secs * G_USEC_PER_SEC + pinfo->abs_ts.nsecs / 1000;
    damage->src = endpoint(&pinfo->src, pinfo->srcport);
    damage->dst = endpoint(&pinfo->dst, pinfo->destport);
    damage->is_response = is_response;
    return damage;
}

static void settle(Flow *flow, Damage *damage, char *why)
{
    if (flow->damages == NULL)
        flow->damages = g_ptr_array_new_with_free_func(free_damage);
    damage->why = why;
    g_ptr_array_add(flow->damages, damage);
}

static void settle_open(Flow *flow, const char *why)
{
    if (flow->open == NULL)
        return;
    settle(flow, flow->open,
           flow->gap_frame != 0
               ? g_strdup_printf("%u octets are missing before frame %u", flow->gap_octets, flow->gap_frame)
               : g_strdup(why));
    flow->open = NULL;
    flow->gap_frame = 0;
}

/* ---- beginnings of HTTP messages ----------------------------------------------------------------------------- */

static const char *const media_types[] = {"text/xml", "application/xml", "application/soap",
                                          "application/xop", "multipart/related"};

static const char *find(const char *from, gsize len, const char *what)
{
    gsize size = strlen(what);
    char first[2] = {g_ascii_tolower(what[0]), g_ascii_toupper(what[0])};
    for (gsize i = 0; i + size <= len; i++)
        if ((from[i] == first[0] || from[i] == first[1]) &&
            g_ascii_strncasecmp(from + i, what, size) == 0)
            return from + i;
    return NULL;
}

typedef enum { HEAD_NONE, HEAD_OTHER, HEAD_SOAP, HEAD_CUT } Head;

/* Whether octets begin an HTTP message, and one whose media type may carry SOAP. */
static Head read_head(const char *text, gsize len, gboolean is_cut, gboolean *ret_is_response)
{
    *ret_is_response = len >= 7 && strncmp(text, "HTTP/1.", 7) == 0;
    if (!*ret_is_response && !(len >= 5 && strncmp(text, "POST ", 5) == 0))
        return HEAD_NONE;
    const char *end = g_strstr_len(text, (gssize)len, "\r\n\r\n");
    gsize head = end != NULL ? (gsize)(end - text) : len;
    if (end != NULL && find(text, head + 2, "\r\nContent-Length: 0\r\n") != NULL)
        return HEAD_OTHER; /* no body to wait for */
    const char *type = find(text, head, "\r\nContent-Type:");
    if (type == NULL)
        return is_cut && end == NULL ? HEAD_CUT : HEAD_OTHER;
    const char *line = g_strstr_len(type + 2, (gssize)(head - (gsize)(type + 2 - text)), "\r\n");
    const char *end_of_value = line != NULL ? line : text + head;
    const char *value = type + strlen("\r\nContent-Type:");
    while (value < end_of_value && *value == ' ')
        value++;
    /* The media type itself: a parameter may name another. */
    for (guint i = 0; i < G_N_ELEMENTS(media_types); i++)
        if ((gsize)(end_of_value - value) >= strlen(media_types[i]) &&
            g_ascii_strncasecmp(value, media_types[i], strlen(media_types[i])) == 0)
            return HEAD_SOAP;
    return is_cut && line == NULL && end == NULL ? HEAD_CUT : HEAD_OTHER;
}

/* Clear HTTP begins with the TCP payload: the frame's last seglen octets on the wire. */
static Head head_of_frame(const WsscLoss *loss, packet_info *pinfo, gboolean *ret_is_response)
{
    const struct data_source *source = pinfo->data_src != NULL ? pinfo->data_src->data : NULL;
    tvbuff_t *tvb = source != NULL ? get_data_source_tvb(source) : NULL;
    if (tvb == NULL || loss->seglen == 0)
        return HEAD_NONE;
    guint on_wire = tvb_reported_length(tvb), captured = tvb_captured_length(tvb);
    guint start = on_wire > loss->seglen ? on_wire - loss->seglen : 0;
    if (start >= captured)
        return HEAD_NONE;
    const char *text = (const char *)tvb_get_ptr(tvb, (gint)start, (gint)(captured - start));
    return read_head(text, captured - start, captured < on_wire, ret_is_response);
}

/* ---- frames ------------------------------------------------------------------------------------------------------ */

static void track(WsscLoss *loss, Flow *flow, const packet_info *pinfo)
{
    guint32 end = loss->seq + loss->seglen;
    if (loss->is_syn || !flow->is_started) {
        flow->is_started = TRUE;
        flow->next = loss->is_syn ? loss->seq + 1 : end;
        return;
    }
    gint32 ahead = (gint32)(loss->seq - flow->next);
    if (loss->seglen > 0 && ahead > 0 && flow->gap_frame == 0) {
        flow->gap_frame = pinfo->num;
        flow->gap_octets = (guint32)ahead;
        flow->gap_start = flow->next;
    } else if (flow->gap_frame != 0 && ahead < 0 && (gint32)(loss->seq - flow->gap_start) <= 0) {
        flow->gap_frame = 0; /* it only came late */
    }
    if ((gint32)(end - flow->next) > 0)
        flow->next = end;
}

static void note_cut(Flow *flow, packet_info *pinfo, Head head, gboolean is_response)
{
    tvbuff_t *tvb = get_data_source_tvb(pinfo->data_src->data);
    if (head == HEAD_CUT || head == HEAD_SOAP)
        settle(flow, new_damage(pinfo, is_response),
               g_strdup_printf("only %u of the frame's %u octets were captured", tvb_captured_length(tvb),
                               tvb_reported_length(tvb)));
}

void wssc_loss_frame(WsscLoss *loss, packet_info *pinfo)
{
    gboolean is_response = FALSE;
    if (loss->has_segment && pinfo->ptype == PT_TCP) {
        Connection *connection = connection_of(loss);
        Flow *flow = flow_of(connection, pinfo);
        Head head = head_of_frame(loss, pinfo, &is_response);
        tvbuff_t *frame = pinfo->data_src != NULL ? get_data_source_tvb(pinfo->data_src->data) : NULL;
        gboolean is_cut = frame != NULL && tvb_captured_length(frame) < tvb_reported_length(frame);

        track(loss, flow, pinfo);
        guint bodies = wssc_dissect_bodies() - loss->bodies;
        connection->bodies += bodies;
        if (bodies > 0) {
            g_clear_pointer(&flow->open, free_damage);
            flow->gap_frame = 0;
        } else if (head != HEAD_NONE && is_cut) {
            note_cut(flow, pinfo, head, is_response);
        } else if (head != HEAD_NONE) {
            settle_open(flow, "the next message began before it was whole");
            if (head == HEAD_SOAP)
                flow->open = new_damage(pinfo, is_response);
        } else if (flow->gap_frame == pinfo->num && flow->open == NULL && connection->bodies > 0) {
            settle(flow, new_damage(pinfo, FALSE),
                   g_strdup_printf("%u octets are missing before this frame", flow->gap_octets));
        }
        if (loss->is_reset)
            settle_open(flow, "the connection was reset before it was whole");
    }
    loss->has_segment = FALSE;
    loss->bodies = wssc_dissect_bodies();
}

static void feed(WsscLoss *loss, const Damage *damage)
{
    WsscUnit unit = {
        .file = loss->file,
        .frame = damage->frame,
        .ordinal = LOST_ORDINAL,
        .time = damage->time,
        .src = damage->src,
        .dst = damage->dst,
        .transport = "http",
        .encoding = "text",
        .direction = damage->is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST,
        .damage = damage->why,
    };
    wssc_session_feed(loss->session, &unit);
}

void wssc_loss_finish(WsscLoss *loss)
{
    for (guint i = 0; i < loss->in_order->len; i++) {
        Connection *connection = loss->in_order->pdata[i];
        for (int side = 0; side < 2; side++) {
            Flow *flow = &connection->flows[side];
            settle_open(flow, "the capture ends before it was whole");
            for (guint d = 0; flow->damages != NULL && d < flow->damages->len; d++)
                feed(loss, flow->damages->pdata[d]);
        }
    }
    current = NULL;
    g_hash_table_unref(loss->connections);
    g_ptr_array_unref(loss->in_order);
    g_free(loss);
}
