/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/loss.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "carrier/http_head.h"
#include "dissect.h"
#include "model/capture.h"
#include "watch/damage.h"
#include "ends.h"
#include "watch/flow.h"
#include "watch/tls_watch.h"
#include "watch/unread.h"

/* A smaller run of TLS records is an alert, the end of a handshake or the end of a framing session. */
#define MIN_BURST 64
#define APPLICATION_DATA 23

/* One direction of a connection. */
typedef struct {
    WsscFlow flow; /* the notes of its gaps: the damage that tells of them, or NULL */
    WsscDamages damages;
    /* TLS: records, as far as they can be followed, and runs of them that nothing came of */
    guint32 record_left; /* octets of the record that goes on */
    WsscDamage *record;  /* where a record began that is not whole yet */
    WsscDamage *burst;   /* where this side began to speak, after octets were missing */
    guint32 burst_octets;
    guint32 blind_since; /* frame from which TLS cannot be opened; 0: it can */
    WsscUnread unread;
} Side;

typedef struct {
    Side sides[2];    /* see is_second */
    char *sources[2]; /* where they come from */
    guint bodies;     /* that came whole */
    gboolean is_tls;
    gboolean is_nettcp; /* so it carries SOAP, even where none could be read */
    Side *last;         /* who spoke last */
} Connection;

struct WsscLoss {
    WsscSession *session;
    guint file;
    int proto_tls, proto_nettcp;
    GHashTable *connections; /* WsscEnds -> Connection */
    GPtrArray *in_order;     /* Connection */
    /* of the frame being dissected */
    gboolean has_segment, is_reset;
    WsscSegment segment;
    guint bodies, unfinished, passed_over; /* wssc_dissect_bodies and their like so far */
};

static WsscLoss *current; /* taps have no other way to us */

static void free_connection(gpointer data)
{
    Connection *connection = data;
    for (int i = 0; i < 2; i++) {
        Side *side = &connection->sides[i];
        wssc_damages_clear(&side->damages);
        g_clear_pointer(&side->record, wssc_damage_free);
        g_clear_pointer(&side->burst, wssc_damage_free);
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
    current->segment = (WsscSegment){.seq = tcp->th_rawseq,
                                     .len = tcp->th_seglen,
                                     .is_syn = (tcp->th_flags & 0x02) != 0,
                                     .is_fin = (tcp->th_flags & 0x01) != 0};
    current->is_reset = (tcp->th_flags & 0x04) != 0;
    return TAP_PACKET_DONT_REDRAW;
}

char *wssc_loss_register(void)
{
    static int id;
    GString *problem = register_tap_listener("tcp", &id, NULL, TL_REQUIRES_NOTHING, NULL, on_tcp, NULL, NULL);
    return problem != NULL ? g_string_free(problem, FALSE) : NULL;
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
    loss->passed_over = wssc_dissect_passed_over();
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
    wssc_ends_put(&ends, is_turned ? 1 : 0, pinfo->src.data, (gsize)pinfo->src.len, (guint16)pinfo->srcport);
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

/* ---- octets of a frame ---------------------------------------------------------------------------------------- */

/* The TCP payload: the frame's last seglen octets on the wire, as far as they were captured. */
static WsscBytes payload_of(const WsscLoss *loss, packet_info *pinfo)
{
    tvbuff_t *tvb = pinfo->data_src != NULL ? get_data_source_tvb(pinfo->data_src->data) : NULL;
    if (tvb == NULL || loss->segment.len == 0)
        return wssc_bytes(NULL, 0);
    guint on_wire = tvb_reported_length(tvb), captured = tvb_captured_length(tvb);
    guint start = on_wire > loss->segment.len ? on_wire - loss->segment.len : 0;
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

/* It only came late. */
static void forget_gaps(Side *side, const WsscArrival *arrival)
{
    for (guint i = 0; i < arrival->closed_count; i++)
        wssc_damages_forget(&side->damages, arrival->closed[i]);
    if (arrival->is_filling && side->flow.gap_count == 0) {
        side->blind_since = 0;
        g_clear_pointer(&side->burst, wssc_damage_free);
    }
}

/* A damage that was told already is told again only when the gap is in another message. */
static WsscDamage *tell_gap(Side *side, packet_info *pinfo, guint32 octets)
{
    if (side->damages.open != NULL || side->record != NULL) {
        char *why = g_strdup_printf("%u octets are missing before frame %u", octets, wssc_dissect_frame(pinfo));
        if (side->damages.open != NULL)
            return wssc_damages_settle_open(&side->damages, why);
        side->record->is_guess = TRUE;
        return wssc_damages_settle(&side->damages, g_steal_pointer(&side->record), why);
    }
    WsscDamage *damage = wssc_damage_new(pinfo, FALSE);
    damage->is_guess = TRUE;
    return wssc_damages_settle(&side->damages, damage,
                               g_strdup_printf("%u octets are missing before this frame", octets));
}

/* One without payload shows a gap, too. */
static WsscArrival track(const WsscLoss *loss, Side *side, packet_info *pinfo)
{
    WsscArrival arrival = wssc_flow_take(&side->flow, &loss->segment);
    if (arrival.is_kept)
        side->flow.gaps[side->flow.gap_count - 1].note = tell_gap(side, pinfo, arrival.missing);
    forget_gaps(side, &arrival);
    return arrival;
}

/* ---- TLS -------------------------------------------------------------------------------------------------------- */

/* Follows records over a segment's new octets. Where a record begins and does not end is kept. */
static void follow_records(Side *side, packet_info *pinfo, WsscBytes payload)
{
    gsize at = MIN(side->record_left, payload.len);
    side->record_left -= (guint32)at;
    if (side->record_left == 0)
        g_clear_pointer(&side->record, wssc_damage_free);
    while (at + 5 <= payload.len) {
        const guint8 *header = payload.data + at;
        if (header[0] < 20 || header[0] > APPLICATION_DATA || header[1] != 3)
            return; /* lost the thread */
        guint32 size = 5 + ((guint32)header[3] << 8 | header[4]);
        gsize here = MIN(size, payload.len - at);
        side->record_left = size - (guint32)here;
        at += here;
        if (side->record_left > 0 && header[0] == APPLICATION_DATA && side->record == NULL)
            side->record = wssc_damage_new(pinfo, FALSE);
    }
}

static void end_burst(Side *side)
{
    if (side->burst != NULL && side->burst_octets >= MIN_BURST)
        wssc_damages_settle(&side->damages, g_steal_pointer(&side->burst), g_steal_pointer(&side->burst->why));
    g_clear_pointer(&side->burst, wssc_damage_free);
}

/* From here on nothing this side says can be decrypted: its records are numbered. One turn of the conversation
 * counts as one message. */
static void go_blind(Side *side, packet_info *pinfo)
{
    if (side->blind_since == 0)
        side->blind_since = wssc_dissect_frame(pinfo);
    side->record_left = 0;
    g_clear_pointer(&side->record, wssc_damage_free);
}

static void watch_burst(const WsscLoss *loss, Connection *connection, Side *side, packet_info *pinfo)
{
    WsscBytes payload = payload_of(loss, pinfo);
    gboolean is_handshake =
        payload.len > 1 && payload.data[0] >= 20 && payload.data[0] < APPLICATION_DATA && payload.data[1] == 3;
    if (side->blind_since == 0 || loss->segment.len == 0 || is_handshake)
        return;
    if (connection->last != side)
        end_burst(side);
    if (side->burst == NULL) {
        side->burst = wssc_damage_new(pinfo, FALSE);
        side->burst->is_guess = TRUE;
        side->burst->why =
            side->blind_since < wssc_dissect_frame(pinfo)
                ? g_strdup_printf("TLS cannot be opened: octets are missing at frame %u", side->blind_since)
            : cut_octets(pinfo) > 0 ? cut_text(pinfo)
                                    : g_strdup("TLS cannot be opened: octets are missing before this frame");
        side->burst_octets = 0;
    }
    side->burst_octets += loss->segment.len;
}

/* ---- frames ------------------------------------------------------------------------------------------------------ */

static void note_head(const WsscLoss *loss, const Connection *connection, Side *side, packet_info *pinfo)
{
    gboolean is_response = FALSE;
    WsscHttpHead head = head_of_frame(loss, connection, pinfo, &is_response);
    if (head == WSSC_HTTP_HEAD_NONE)
        return;
    wssc_damages_settle_open(&side->damages, g_strdup("the next message began before it was whole"));
    if (head == WSSC_HTTP_HEAD_OTHER)
        return;
    side->damages.open = wssc_damage_new(pinfo, is_response);
    side->damages.open->is_guess = head == WSSC_HTTP_HEAD_CUT;
    if (cut_octets(pinfo) > 0) {
        side->damages.open->is_guess = FALSE;
        wssc_damages_settle_open(&side->damages, cut_text(pinfo));
    }
}

static void note_whole(Connection *connection, Side *side, guint bodies)
{
    connection->bodies += bodies;
    if (bodies == 0)
        return;
    g_clear_pointer(&side->damages.open, wssc_damage_free);
    g_clear_pointer(&side->burst, wssc_damage_free);
    side->blind_since = 0;
}

static void watch_tls(const WsscLoss *loss, Connection *connection, Side *side, packet_info *pinfo,
                      const WsscArrival *arrival)
{
    if (arrival->is_kept || (loss->segment.len > 0 && cut_octets(pinfo) > 0))
        go_blind(side, pinfo);
    if (arrival->is_new)
        follow_records(side, pinfo, payload_of(loss, pinfo));
    watch_burst(loss, connection, side, pinfo);
}

static void look_at_layers(const WsscLoss *loss, Connection *connection, const packet_info *pinfo)
{
    for (wmem_list_frame_t *f = wmem_list_head(pinfo->layers); f != NULL; f = wmem_list_frame_next(f)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(f));
        connection->is_tls |= proto == loss->proto_tls;
        connection->is_nettcp |= proto == loss->proto_nettcp;
    }
}

static void watch_segment(WsscLoss *loss, packet_info *pinfo)
{
    Connection *connection = connection_of(loss, pinfo);
    Side *side = &connection->sides[is_second(pinfo)];
    guint bodies = wssc_dissect_bodies() - loss->bodies;

    if (loss->segment.is_syn)
        connection->is_tls = FALSE; /* ports used again */
    look_at_layers(loss, connection, pinfo);
    WsscArrival arrival = track(loss, side, pinfo);
    if (connection->is_tls)
        watch_tls(loss, connection, side, pinfo, &arrival);
    if (arrival.is_new)
        wssc_unread_note(&side->unread, pinfo, payload_of(loss, pinfo), loss->segment.len,
                         wssc_dissect_passed_over() != loss->passed_over);
    note_whole(connection, side, bodies);
    if (bodies == 0 && arrival.is_new) /* what is sent again begins nothing */
        note_head(loss, connection, side, pinfo);
    if (wssc_dissect_unfinished() != loss->unfinished && side->damages.open == NULL)
        side->damages.open = wssc_damage_new(pinfo, FALSE);
    if (loss->is_reset)
        wssc_damages_settle_open(&side->damages, g_strdup("the connection was reset before it was whole"));
    if (loss->segment.len > 0)
        connection->last = side;
}

void wssc_loss_frame(WsscLoss *loss, packet_info *pinfo)
{
    if (loss->has_segment && pinfo->ptype == PT_TCP)
        watch_segment(loss, pinfo);
    loss->has_segment = FALSE;
    loss->bodies = wssc_dissect_bodies();
    loss->unfinished = wssc_dissect_unfinished();
    loss->passed_over = wssc_dissect_passed_over();
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

static void finish_side(const WsscLoss *loss, const Connection *connection, Side *side, guint number)
{
    const WsscDamageTarget target = {.session = loss->session,
                                     .file = loss->file,
                                     .src = connection->sources[number],
                                     .dst = connection->sources[!number],
                                     .side = number,
                                     .is_tls = connection->is_tls,
                                     .has_soap = connection->bodies > 0 || connection->is_nettcp};
    wssc_damages_settle_open(&side->damages, g_strdup("the capture ends before it was whole"));
    if (side->record != NULL) {
        side->record->is_guess = TRUE;
        wssc_damages_settle(&side->damages, g_steal_pointer(&side->record),
                            g_strdup("the capture ends before it was whole"));
    }
    end_burst(side);
    wssc_damages_tell(&side->damages, &target);
}

void wssc_unread_octets_free(gpointer data)
{
    WsscUnreadOctets *octets = data;
    g_free(octets->src);
    g_free(octets->dst);
    g_free(octets);
}

static gboolean is_worth_telling(const WsscUnreadRun *run)
{
    return run->first != 0 && run->has_sign;
}

/* What is told as a damaged message is not told twice. */
static void tell_unread(const Connection *connection, guint number, GPtrArray *unread)
{
    const WsscUnreadRun own = wssc_unread_all(&connection->sides[number].unread);
    if (!is_worth_telling(&own) || wssc_damages_is_told(&connection->sides[number].damages, own.first, own.last))
        return;
    WsscUnreadOctets *octets = g_new0(WsscUnreadOctets, 1);
    octets->src = g_strdup(connection->sources[number]);
    octets->dst = g_strdup(connection->sources[!number]);
    octets->first_frame = own.first;
    octets->last_frame = own.last;
    octets->time = own.time;
    octets->octets = own.octets;
    octets->why = "no dissector could read";
    g_ptr_array_add(unread, octets);
}

static gboolean is_done(const Connection *connection)
{
    for (guint i = 0; i < 2; i++) {
        const Side *side = &connection->sides[i];
        const WsscUnreadRun own = wssc_unread_all(&side->unread);
        if (!wssc_damages_are_none(&side->damages) || side->record != NULL || side->burst != NULL ||
            is_worth_telling(&own))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_done_entry(gpointer ends G_GNUC_UNUSED, gpointer connection, gpointer user G_GNUC_UNUSED)
{
    return is_done(connection);
}

void wssc_loss_forget_done(WsscLoss *loss)
{
    guint kept = 0;
    for (guint i = 0; i < loss->in_order->len; i++)
        if (!is_done(loss->in_order->pdata[i]))
            loss->in_order->pdata[kept++] = loss->in_order->pdata[i];
    g_ptr_array_set_size(loss->in_order, (int)kept);
    g_hash_table_foreach_remove(loss->connections, is_done_entry, NULL);
}

void wssc_loss_finish(WsscLoss *loss, GPtrArray *unread)
{
    for (guint i = 0; i < loss->in_order->len; i++) {
        Connection *connection = loss->in_order->pdata[i];
        for (guint side = 0; side < 2; side++)
            finish_side(loss, connection, &connection->sides[side], side);
        for (guint side = 0; side < 2; side++)
            tell_unread(connection, side, unread);
    }
    current = NULL;
    g_hash_table_unref(loss->connections);
    g_ptr_array_unref(loss->in_order);
    g_free(loss);
}
