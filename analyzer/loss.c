/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "loss.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "carrier/http_head.h"
#include "dissect.h"
#include "ends.h"
#include "engine.h"
#include "tls_watch.h"

/* Ordinals of messages that epan never gave us, out of the way of those it did. */
#define LOST_ORDINAL 2048
/* A smaller run of TLS records is an alert, the end of a handshake or the end of a framing session. */
#define MIN_BURST 64
#define MAX_GAPS 16
#define MAX_LATE 65536
#define APPLICATION_DATA 23

/* A message that may never have become whole. */
typedef struct {
    guint32 frame;
    gint64 time;
    gboolean is_response;
    gboolean is_guess; /* told only where the connection carried SOAP at all */
    char *why;         /* NULL while it may still become whole */
} Damage;

/* Octets of one direction that did not come yet. */
typedef struct {
    guint32 start, end; /* sequence numbers */
    guint32 frame;      /* the first after them */
    Damage *damage;     /* that tells of them, in the flow's list; or NULL */
} Gap;

/* One direction of a connection. */
typedef struct {
    gboolean is_started;
    guint32 next; /* sequence number expected */
    Gap gaps[MAX_GAPS];
    guint gap_count;
    Damage *open;       /* a message that began and is not whole yet */
    GPtrArray *damages; /* Damage */
    /* TLS: records, as far as they can be followed, and runs of them that nothing came of */
    guint32 record_left; /* octets of the record that goes on */
    Damage *record;      /* where a record began that is not whole yet */
    Damage *burst;       /* where this side began to speak, after octets were missing */
    guint32 burst_octets;
    guint32 blind_since; /* frame from which TLS cannot be opened; 0: it can */
} Flow;

typedef struct {
    Flow flows[2];    /* see is_second */
    char *sources[2]; /* where they come from */
    guint bodies;     /* that came whole */
    gboolean is_tls;
    gboolean is_nettcp; /* so it carries SOAP, even where none could be read */
    Flow *last;         /* who spoke last */
} Connection;

struct WsscLoss {
    WsscSession *session;
    guint file;
    int proto_tls, proto_nettcp;
    GHashTable *connections; /* WsscEnds -> Connection */
    GPtrArray *in_order;     /* Connection */
    /* of the frame being dissected */
    gboolean has_segment;
    guint32 seq, seglen;
    gboolean is_syn, is_fin, is_reset;
    guint bodies, unfinished; /* wssc_dissect_bodies and wssc_dissect_unfinished so far */
};

static WsscLoss *current; /* taps have no other way to us */

static void free_damage(gpointer data)
{
    Damage *damage = data;
    g_free(damage->why);
    g_free(damage);
}

static void free_connection(gpointer data)
{
    Connection *connection = data;
    for (int i = 0; i < 2; i++) {
        Flow *flow = &connection->flows[i];
        g_clear_pointer(&flow->open, free_damage);
        g_clear_pointer(&flow->record, free_damage);
        g_clear_pointer(&flow->burst, free_damage);
        g_clear_pointer(&flow->damages, g_ptr_array_unref);
        g_free(connection->sources[i]);
    }
    g_free(connection);
}

/* ---- taps ---------------------------------------------------------------------------------------------------- */

static tap_packet_status on_tcp(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tcp_data,
                                tap_flags_t flags _U_)
{
    const tcp_info_t *tcp = tcp_data;
    if (current == NULL)
        return TAP_PACKET_DONT_REDRAW;
    current->has_segment = tcp->th_have_seglen;
    current->seq = tcp->th_rawseq;
    current->seglen = tcp->th_seglen;
    current->is_syn = (tcp->th_flags & 0x02) != 0;
    current->is_fin = (tcp->th_flags & 0x01) != 0;
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
    loss->proto_tls = proto_get_id_by_filter_name("tls");
    loss->proto_nettcp = proto_get_id_by_filter_name("nettcp");
    loss->file = file;
    loss->connections = g_hash_table_new_full(wssc_ends_hash, wssc_ends_equal, g_free, free_connection);
    loss->in_order = g_ptr_array_new();
    loss->bodies = wssc_dissect_bodies();
    loss->unfinished = wssc_dissect_unfinished();
    current = loss;
    return loss;
}

static gboolean is_second(const packet_info *pinfo)
{
    int order = cmp_address(&pinfo->src, &pinfo->dst);
    return order != 0 ? order > 0 : pinfo->srcport > pinfo->destport;
}

/* By its ends: epan's number of a stream changes where net.tcp begins a second session on a connection. */
static Connection *connection_of(WsscLoss *loss, const packet_info *pinfo)
{
    WsscEnds ends = {0};
    gboolean is_turned = is_second(pinfo);
    wssc_ends_put(&ends, is_turned, pinfo->src.data, (gsize)pinfo->src.len, (guint16)pinfo->srcport);
    wssc_ends_put(&ends, !is_turned, pinfo->dst.data, (gsize)pinfo->dst.len, (guint16)pinfo->destport);
    Connection *connection = g_hash_table_lookup(loss->connections, &ends);
    if (connection == NULL) {
        connection = g_new0(Connection, 1);
        connection->sources[is_turned] = wssc_dissect_endpoint(NULL, &pinfo->src, pinfo->srcport);
        connection->sources[!is_turned] = wssc_dissect_endpoint(NULL, &pinfo->dst, pinfo->destport);
        g_hash_table_insert(loss->connections, g_memdup2(&ends, sizeof ends), connection);
        g_ptr_array_add(loss->in_order, connection);
    }
    return connection;
}

static Damage *new_damage(const packet_info *pinfo, gboolean is_response)
{
    Damage *damage = g_new0(Damage, 1);
    damage->frame = pinfo->num;
    damage->time = wssc_dissect_time(&pinfo->abs_ts);
    damage->is_response = is_response;
    return damage;
}

/* Takes the damage over. */
static Damage *settle(Flow *flow, Damage *damage, char *why)
{
    if (flow->damages == NULL)
        flow->damages = g_ptr_array_new_with_free_func(free_damage);
    damage->why = why;
    g_ptr_array_add(flow->damages, damage);
    return damage;
}

static Damage *settle_open(Flow *flow, char *why)
{
    if (flow->open != NULL)
        return settle(flow, g_steal_pointer(&flow->open), why);
    g_free(why);
    return NULL;
}

/* ---- octets of a frame ---------------------------------------------------------------------------------------- */

/* The TCP payload: the frame's last seglen octets on the wire, as far as they were captured. */
static WsscBytes payload_of(const WsscLoss *loss, packet_info *pinfo)
{
    tvbuff_t *tvb = pinfo->data_src != NULL ? get_data_source_tvb(pinfo->data_src->data) : NULL;
    if (tvb == NULL || loss->seglen == 0)
        return wssc_bytes(NULL, 0);
    guint on_wire = tvb_reported_length(tvb), captured = tvb_captured_length(tvb);
    guint start = on_wire > loss->seglen ? on_wire - loss->seglen : 0;
    if (start >= captured)
        return wssc_bytes(NULL, 0);
    return wssc_bytes(tvb_get_ptr(tvb, (gint)start, (gint)(captured - start)), captured - start);
}

WsscBytes wssc_loss_payload(const WsscLoss *loss, packet_info *pinfo)
{
    return loss->has_segment && pinfo->ptype == PT_TCP ? payload_of(loss, pinfo) : wssc_bytes(NULL, 0);
}

/* Octets of the frame that were not captured. */
static guint cut_octets(packet_info *pinfo)
{
    tvbuff_t *tvb = pinfo->data_src != NULL ? get_data_source_tvb(pinfo->data_src->data) : NULL;
    return tvb != NULL ? tvb_reported_length(tvb) - tvb_captured_length(tvb) : 0;
}

static char *cut_text(packet_info *pinfo)
{
    tvbuff_t *tvb = get_data_source_tvb(pinfo->data_src->data);
    return g_strdup_printf("only %u of the frame's %u octets were captured", tvb_captured_length(tvb),
                           tvb_reported_length(tvb));
}

/* Clear HTTP begins with the payload. Inside TLS it begins with what was decrypted, which epan lists as further
 * sources of octets. */
static WsscHttpHead head_of_frame(const WsscLoss *loss, const Connection *connection, packet_info *pinfo,
                                  gboolean *ret_is_response)
{
    if (!connection->is_tls) {
        WsscBytes payload = payload_of(loss, pinfo);
        return payload.len > 0 ? wssc_http_head((const char *)payload.data, payload.len, ret_is_response)
                               : WSSC_HTTP_HEAD_NONE;
    }
    WsscHttpHead head = WSSC_HTTP_HEAD_NONE;
    for (GSList *item = pinfo->data_src != NULL ? pinfo->data_src->next : NULL; item != NULL; item = item->next) {
        tvbuff_t *tvb = get_data_source_tvb(item->data);
        guint len = wssc_tls_is_decrypted(item->data) ? tvb_captured_length(tvb) : 0;
        gboolean is_response;
        WsscHttpHead here = len > 0 ? wssc_http_head((const char *)tvb_get_ptr(tvb, 0, (gint)len), len, &is_response)
                                    : WSSC_HTTP_HEAD_NONE;
        if (here != WSSC_HTTP_HEAD_NONE) {
            head = here;
            *ret_is_response = is_response;
        }
    }
    return head;
}

/* ---- gaps ------------------------------------------------------------------------------------------------------- */

static void forget_gap(Flow *flow, guint index)
{
    Gap *gap = &flow->gaps[index];
    if (gap->damage != NULL)
        g_ptr_array_remove(flow->damages, gap->damage);
    *gap = flow->gaps[--flow->gap_count];
    if (flow->gap_count == 0) {
        flow->blind_since = 0;
        g_clear_pointer(&flow->burst, free_damage);
    }
}

/* It only came late. */
static void fill_gaps(Flow *flow, guint32 start, guint32 end)
{
    for (guint i = flow->gap_count; i > 0; i--) {
        Gap *gap = &flow->gaps[i - 1];
        if ((gint32)(start - gap->start) <= 0 && (gint32)(end - gap->start) > 0)
            gap->start = (gint32)(end - gap->end) > 0 ? gap->end : end;
        if ((gint32)(end - gap->end) >= 0 && (gint32)(start - gap->end) < 0)
            gap->end = (gint32)(start - gap->start) < 0 ? gap->start : start;
        if (gap->start == gap->end)
            forget_gap(flow, i - 1);
    }
}

/* A damage that was told already is told again only when the gap is in another message. */
static Damage *tell_gap(Flow *flow, packet_info *pinfo, guint32 octets)
{
    char *why = g_strdup_printf("%u octets are missing before frame %u", octets, pinfo->num);
    if (flow->open != NULL)
        return settle_open(flow, why);
    if (flow->record != NULL) {
        flow->record->is_guess = TRUE;
        return settle(flow, g_steal_pointer(&flow->record), why);
    }
    g_free(why);
    Damage *damage = new_damage(pinfo, FALSE);
    damage->is_guess = TRUE;
    return settle(flow, damage, g_strdup_printf("%u octets are missing before this frame", octets));
}

/* TRUE when octets before this segment are missing; one without payload shows that, too. */
static gboolean track(WsscLoss *loss, Flow *flow, packet_info *pinfo)
{
    guint32 end = loss->seq + loss->seglen + (loss->is_fin ? 1 : 0);
    gboolean has_gap = FALSE;
    /* A SYN that comes late says nothing new. */
    if (loss->is_syn && flow->is_started && flow->next - (loss->seq + 1) < MAX_LATE)
        return FALSE;
    if (loss->is_syn || !flow->is_started) {
        flow->is_started = TRUE;
        flow->next = loss->is_syn ? loss->seq + 1 : end;
        return FALSE;
    }
    gint32 ahead = (gint32)(loss->seq - flow->next);
    if (ahead > 0 && flow->gap_count < MAX_GAPS) {
        Gap gap = {flow->next, loss->seq, pinfo->num, tell_gap(flow, pinfo, (guint32)ahead)};
        flow->gaps[flow->gap_count++] = gap;
        has_gap = TRUE;
    } else if (ahead < 0) {
        fill_gaps(flow, loss->seq, end);
    }
    if ((gint32)(end - flow->next) > 0)
        flow->next = end;
    return has_gap;
}

/* ---- TLS -------------------------------------------------------------------------------------------------------- */

/* Follows records over a segment's new octets. Where a record begins and does not end is kept. */
static void follow_records(Flow *flow, packet_info *pinfo, WsscBytes payload)
{
    gsize at = MIN(flow->record_left, payload.len);
    flow->record_left -= (guint32)at;
    if (flow->record_left == 0)
        g_clear_pointer(&flow->record, free_damage);
    while (at + 5 <= payload.len) {
        const guint8 *header = payload.data + at;
        if (header[0] < 20 || header[0] > APPLICATION_DATA || header[1] != 3)
            return; /* lost the thread */
        guint32 size = 5 + ((guint32)header[3] << 8 | header[4]);
        gsize here = MIN(size, payload.len - at);
        flow->record_left = size - (guint32)here;
        at += here;
        if (flow->record_left > 0 && header[0] == APPLICATION_DATA && flow->record == NULL)
            flow->record = new_damage(pinfo, FALSE);
    }
}

static void end_burst(Flow *flow)
{
    if (flow->burst != NULL && flow->burst_octets >= MIN_BURST)
        settle(flow, g_steal_pointer(&flow->burst), g_steal_pointer(&flow->burst->why));
    g_clear_pointer(&flow->burst, free_damage);
}

/* From here on nothing this side says can be decrypted: its records are numbered. One turn of the conversation
 * counts as one message. */
static void go_blind(Flow *flow, packet_info *pinfo)
{
    if (flow->blind_since == 0)
        flow->blind_since = pinfo->num;
    flow->record_left = 0;
    g_clear_pointer(&flow->record, free_damage);
}

static void watch_burst(const WsscLoss *loss, Connection *connection, Flow *flow, packet_info *pinfo)
{
    WsscBytes payload = payload_of(loss, pinfo);
    gboolean is_handshake =
        payload.len > 1 && payload.data[0] >= 20 && payload.data[0] < APPLICATION_DATA && payload.data[1] == 3;
    if (flow->blind_since == 0 || loss->seglen == 0 || is_handshake)
        return;
    if (connection->last != flow)
        end_burst(flow);
    if (flow->burst == NULL) {
        flow->burst = new_damage(pinfo, FALSE);
        flow->burst->is_guess = TRUE;
        flow->burst->why =
            flow->blind_since < pinfo->num
                ? g_strdup_printf("TLS cannot be opened: octets are missing at frame %u", flow->blind_since)
            : cut_octets(pinfo) > 0 ? cut_text(pinfo)
                                    : g_strdup("TLS cannot be opened: octets are missing before this frame");
        flow->burst_octets = 0;
    }
    flow->burst_octets += loss->seglen;
}

/* ---- frames ------------------------------------------------------------------------------------------------------ */

static void note_head(const WsscLoss *loss, const Connection *connection, Flow *flow, packet_info *pinfo)
{
    gboolean is_response = FALSE;
    WsscHttpHead head = head_of_frame(loss, connection, pinfo, &is_response);
    if (head == WSSC_HTTP_HEAD_NONE)
        return;
    settle_open(flow, g_strdup("the next message began before it was whole"));
    if (head == WSSC_HTTP_HEAD_OTHER)
        return;
    flow->open = new_damage(pinfo, is_response);
    flow->open->is_guess = head == WSSC_HTTP_HEAD_CUT;
    if (cut_octets(pinfo) > 0) {
        flow->open->is_guess = FALSE;
        settle_open(flow, cut_text(pinfo));
    }
}

static void note_whole(Connection *connection, Flow *flow, guint bodies)
{
    connection->bodies += bodies;
    if (bodies == 0)
        return;
    g_clear_pointer(&flow->open, free_damage);
    g_clear_pointer(&flow->burst, free_damage);
    flow->blind_since = 0;
}

static void watch_segment(WsscLoss *loss, packet_info *pinfo)
{
    Connection *connection = connection_of(loss, pinfo);
    Flow *flow = &connection->flows[is_second(pinfo)];
    gboolean was_new = (gint32)(loss->seq + loss->seglen - flow->next) > 0 || !flow->is_started;
    guint bodies = wssc_dissect_bodies() - loss->bodies;

    if (loss->is_syn)
        connection->is_tls = FALSE; /* ports used again */
    connection->is_tls |= wssc_dissect_has_layer(pinfo, loss->proto_tls);
    connection->is_nettcp |= wssc_dissect_has_layer(pinfo, loss->proto_nettcp);
    gboolean has_gap = track(loss, flow, pinfo);
    if (connection->is_tls) {
        if (has_gap || (loss->seglen > 0 && cut_octets(pinfo) > 0))
            go_blind(flow, pinfo);
        if (was_new && loss->seglen > 0)
            follow_records(flow, pinfo, payload_of(loss, pinfo));
        watch_burst(loss, connection, flow, pinfo);
    }
    note_whole(connection, flow, bodies);
    if (bodies == 0)
        note_head(loss, connection, flow, pinfo);
    if (wssc_dissect_unfinished() != loss->unfinished && flow->open == NULL)
        flow->open = new_damage(pinfo, FALSE);
    if (loss->is_reset)
        settle_open(flow, g_strdup("the connection was reset before it was whole"));
    if (loss->seglen > 0)
        connection->last = flow;
}

void wssc_loss_frame(WsscLoss *loss, packet_info *pinfo)
{
    if (loss->has_segment && pinfo->ptype == PT_TCP)
        watch_segment(loss, pinfo);
    loss->has_segment = FALSE;
    loss->bodies = wssc_dissect_bodies();
    loss->unfinished = wssc_dissect_unfinished();
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

static void feed(const WsscLoss *loss, const Connection *connection, const Damage *damage, guint side)
{
    WsscUnit unit = {
        .file = loss->file,
        .frame = damage->frame,
        .ordinal = LOST_ORDINAL + side,
        .time = damage->time,
        .src = connection->sources[side],
        .dst = connection->sources[!side],
        .transport = connection->is_tls ? WSSC_TRANSPORT_TLS : WSSC_TRANSPORT_TCP,
        .is_protected = connection->is_tls,
        .encoding = WSSC_ENCODING_TEXT,
        .direction = damage->is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST,
        .damage = damage->why,
    };
    wssc_session_feed(loss->session, &unit);
}

static void finish_flow(const WsscLoss *loss, const Connection *connection, Flow *flow, guint side)
{
    guint32 told = 0;
    settle_open(flow, g_strdup("the capture ends before it was whole"));
    if (flow->record != NULL) {
        flow->record->is_guess = TRUE;
        settle(flow, g_steal_pointer(&flow->record), g_strdup("the capture ends before it was whole"));
    }
    end_burst(flow);
    for (guint d = 0; flow->damages != NULL && d < flow->damages->len; d++) {
        const Damage *damage = flow->damages->pdata[d];
        if ((damage->is_guess && connection->bodies == 0 && !connection->is_nettcp) || damage->frame == told)
            continue;
        feed(loss, connection, damage, side);
        told = damage->frame;
    }
}

void wssc_loss_finish(WsscLoss *loss)
{
    for (guint i = 0; i < loss->in_order->len; i++) {
        Connection *connection = loss->in_order->pdata[i];
        for (guint side = 0; side < 2; side++)
            finish_flow(loss, connection, &connection->flows[side], side);
    }
    current = NULL;
    g_hash_table_unref(loss->connections);
    g_ptr_array_unref(loss->in_order);
    g_free(loss);
}
