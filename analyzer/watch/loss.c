/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/loss.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "dissect.h"
#include "model/capture.h"
#include "watch/damage.h"
#include "ends.h"
#include "watch/flow.h"
#include "watch/frame_octets.h"
#include "watch/records.h"
#include "watch/unread.h"

#define MAX_ACKNOWLEDGED (4u * 1024 * 1024) /* octets; more is another numbering */

/* One direction of a connection. */
typedef struct {
    WsscFlow flow; /* the notes of its gaps: the damage that tells of them, or NULL */
    WsscDamages damages;
    /* TLS: records, as far as they can be followed, and runs of them that nothing came of */
    WsscRecords records;
    WsscDamage *record;  /* where a record began that is not whole yet */
    WsscDamage *burst;   /* where this side began to speak, after octets were missing */
    guint32 blind_since; /* frame from which TLS cannot be opened; 0: it can */
    WsscUnread unread;
    guint32 acked;            /* by the other end: the sequence number behind what it has */
    WsscDamage *acknowledged; /* where it said so, if that was not captured; or NULL */
} Side;

typedef struct {
    Side sides[2];    /* see is_second */
    char *sources[2]; /* where they come from */
    guint bodies;     /* that came whole */
    gboolean has_syn, is_tls, has_decrypted;
    gboolean is_nettcp; /* so it carries SOAP, even where none could be read */
    gboolean has_head;  /* ... or by a head of HTTP */
    gboolean is_framed; /* HTTP/2 or WebSocket: what it carries is not known before it is read */
    gboolean has_other; /* messages of HTTP that are none of SOAP */
    Side *last;         /* who spoke last */
} Connection;

struct WsscLoss {
    WsscSession *session;
    guint file;
    int proto_tls, proto_nettcp, proto_http2, proto_websocket;
    GHashTable *connections; /* WsscEnds -> Connection */
    GPtrArray *in_order;     /* Connection */
    GHashTable *ends;        /* set of "address:port" that spoke SOAP, at the end */
    /* of the frame being dissected */
    gboolean has_segment, is_reset;
    WsscSegment segment;
    guint32 ack;                           /* 0: none */
    guint bodies, unfinished, passed_over; /* wssc_dissect_bodies and their like so far */
};

static WsscLoss *current; /* taps have no other way to us */

static void free_connection(gpointer data)
{
    Connection *connection = data;
    for (int i = 0; i < 2; i++) {
        Side *side = &connection->sides[i];
        wssc_damages_clear(&side->damages);
        wssc_unread_clear(&side->unread);
        g_clear_pointer(&side->record, wssc_damage_free);
        g_clear_pointer(&side->burst, wssc_damage_free);
        g_clear_pointer(&side->acknowledged, wssc_damage_free);
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
    current->ack = (tcp->th_flags & 0x10) != 0 ? tcp->th_rawack : 0;
    current->is_reset = (tcp->th_flags & 0x04) != 0;
    return TAP_PACKET_DONT_REDRAW;
}

char *wssc_loss_register(void)
{
    static int id;
    GString *problem = register_tap_listener("tcp", &id, NULL, TL_REQUIRES_NOTHING, NULL, on_tcp, NULL, NULL);
    return problem != NULL ? g_string_free(problem, FALSE) : NULL;
}

static WsscBytes payload_of(const WsscLoss *loss, packet_info *pinfo)
{
    return wssc_frame_payload(pinfo, loss->segment.len);
}

/* ---- one file -------------------------------------------------------------------------------------------------- */

WsscLoss *wssc_loss_new(WsscSession *session, guint file)
{
    WsscLoss *loss = g_new0(WsscLoss, 1);
    loss->session = session;
    loss->proto_tls = proto_get_id_by_filter_name("tls");
    loss->proto_nettcp = proto_get_id_by_filter_name("nettcp");
    loss->proto_http2 = proto_get_id_by_filter_name("http2");
    loss->proto_websocket = proto_get_id_by_filter_name("websocket");
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

WsscBytes wssc_loss_payload(const WsscLoss *loss, packet_info *pinfo)
{
    return loss->has_segment && pinfo->ptype == PT_TCP ? payload_of(loss, pinfo) : wssc_bytes(NULL, 0);
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
static WsscDamage *settle_gap(Side *side, packet_info *pinfo, guint32 octets)
{
    if (side->damages.open != NULL || side->record != NULL) {
        char *why = g_strdup_printf("%u octets are missing before frame %u", octets, wssc_dissect_frame(pinfo));
        if (side->damages.open != NULL)
            return wssc_damages_settle_open(&side->damages, why);
        side->record->is_guess = TRUE;
        return wssc_damages_settle(&side->damages, g_steal_pointer(&side->record), why);
    }
    return wssc_damages_settle_missing(&side->damages, wssc_damage_new(pinfo, FALSE), octets);
}

static WsscDamage *tell_gap(Side *side, packet_info *pinfo, guint32 octets)
{
    WsscDamage *damage = settle_gap(side, pinfo, octets);
    damage->octets = octets;
    damage->gap_frame = wssc_dissect_frame(pinfo);
    return damage;
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

/* Where a record begins and does not end is kept. One that ended and did not decrypt is told, unless octets are known
 * to be missing: those are told then. */
static void follow_records(const WsscLoss *loss, Connection *connection, Side *side, packet_info *pinfo)
{
    WsscRecordsSeen seen = wssc_records_follow(&side->records, payload_of(loss, pinfo));
    guint decrypted = wssc_frame_count_decrypted(pinfo);
    connection->has_decrypted |= decrypted > 0;
    if (side->records.left == 0 || seen.is_begun)
        g_clear_pointer(&side->record, wssc_damage_free);
    if (seen.is_begun) {
        side->record = wssc_damage_new(pinfo, FALSE);
        side->record->octets = loss->segment.len;
    }
    if (side->blind_since == 0 && seen.ended > 0 && decrypted == 0 && wssc_frame_cut_octets(pinfo) == 0)
        wssc_unread_note_why(&side->unread, pinfo, loss->segment.len, WSSC_UNREAD_BY_TLS);
}

static void end_burst(Side *side)
{
    if (side->burst != NULL && side->burst->octets >= WSSC_RECORDS_SMALL) {
        char *why = g_steal_pointer(&side->burst->why); /* before: arguments have no order */
        wssc_damages_settle(&side->damages, g_steal_pointer(&side->burst), why);
    }
    g_clear_pointer(&side->burst, wssc_damage_free);
}

/* From here on nothing this side says can be decrypted: its records are numbered. One turn of the conversation
 * counts as one message. */
static void go_blind(Side *side, packet_info *pinfo)
{
    if (side->blind_since == 0)
        side->blind_since = wssc_dissect_frame(pinfo);
    side->records = (WsscRecords){.left = 0};
    g_clear_pointer(&side->record, wssc_damage_free);
}

static void watch_burst(const WsscLoss *loss, Connection *connection, Side *side, packet_info *pinfo)
{
    WsscBytes payload = payload_of(loss, pinfo);
    gboolean is_handshake = payload.len > 1 && payload.data[0] >= 20 &&
                            payload.data[0] < WSSC_RECORDS_APPLICATION_DATA && payload.data[1] == 3;
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
            : wssc_frame_cut_octets(pinfo) > 0 ? wssc_frame_cut_text(pinfo)
                                               : g_strdup("TLS cannot be opened: octets are missing before this frame");
    }
    side->burst->octets += loss->segment.len;
}

/* ---- frames ------------------------------------------------------------------------------------------------------ */

static void note_head(const WsscLoss *loss, Connection *connection, Side *side, packet_info *pinfo)
{
    gboolean is_response = FALSE;
    WsscHttpHead head = wssc_frame_http_head(pinfo, payload_of(loss, pinfo), connection->is_tls, &is_response);
    if (head == WSSC_HTTP_HEAD_NONE)
        return;
    wssc_damages_settle_open(&side->damages, g_strdup("the next message began before it was whole"));
    connection->has_other |= head == WSSC_HTTP_HEAD_OTHER;
    connection->has_head |= head == WSSC_HTTP_HEAD_SOAP;
    if (head == WSSC_HTTP_HEAD_OTHER)
        return;
    side->damages.open = wssc_damage_new(pinfo, is_response);
    side->damages.open->octets = loss->segment.len;
    side->damages.open->is_guess = head == WSSC_HTTP_HEAD_CUT;
    if (wssc_frame_cut_octets(pinfo) > 0) {
        side->damages.open->is_guess = FALSE;
        wssc_damages_settle_open(&side->damages, wssc_frame_cut_text(pinfo));
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

static void note_unread(const WsscLoss *loss, const Connection *connection, Side *side, packet_info *pinfo)
{
    if (connection->is_framed && wssc_frame_cut_octets(pinfo) > 0)
        wssc_unread_note_why(&side->unread, pinfo, loss->segment.len, WSSC_UNREAD_CUT);
    else
        wssc_unread_note(&side->unread, pinfo, payload_of(loss, pinfo), loss->segment.len,
                         wssc_dissect_passed_over() != loss->passed_over);
}

static void watch_tls(const WsscLoss *loss, Connection *connection, Side *side, packet_info *pinfo,
                      const WsscArrival *arrival)
{
    if (arrival->is_kept || (loss->segment.len > 0 && wssc_frame_cut_octets(pinfo) > 0))
        go_blind(side, pinfo);
    if (arrival->is_new)
        follow_records(loss, connection, side, pinfo);
    watch_burst(loss, connection, side, pinfo);
}

static void look_at_layers(const WsscLoss *loss, Connection *connection, const packet_info *pinfo)
{
    for (wmem_list_frame_t *f = wmem_list_head(pinfo->layers); f != NULL; f = wmem_list_frame_next(f)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(f));
        connection->is_tls |= proto == loss->proto_tls;
        connection->is_nettcp |= proto == loss->proto_nettcp;
        connection->is_framed |= proto == loss->proto_http2 || proto == loss->proto_websocket;
    }
}

/* The last octets of an end may be missing without any behind them: then the other end acknowledges what was not seen.
 */
static void note_ack(const WsscLoss *loss, Side *other, packet_info *pinfo)
{
    guint32 ahead = loss->ack - other->flow.next;
    if (loss->ack == 0 || !other->flow.is_started)
        return;
    g_clear_pointer(&other->acknowledged, wssc_damage_free);
    if (ahead == 0 || ahead > MAX_ACKNOWLEDGED)
        return;
    other->acked = loss->ack;
    other->acknowledged = wssc_damage_new(pinfo, FALSE);
}

static void settle_acknowledged(Side *side)
{
    guint32 missing = side->acked - side->flow.next;
    WsscDamage *damage = g_steal_pointer(&side->acknowledged);
    if (damage != NULL && missing > 0 && missing <= MAX_ACKNOWLEDGED)
        wssc_damages_settle_missing(&side->damages, damage, missing);
    else
        g_clear_pointer(&damage, wssc_damage_free);
}

static void watch_segment(WsscLoss *loss, packet_info *pinfo)
{
    Connection *connection = connection_of(loss, pinfo);
    Side *side = &connection->sides[is_second(pinfo)];
    guint bodies = wssc_dissect_bodies() - loss->bodies;

    connection->has_syn |= loss->segment.is_syn;
    if (loss->segment.is_syn)
        connection->is_tls = FALSE; /* ports used again */
    look_at_layers(loss, connection, pinfo);
    WsscArrival arrival = track(loss, side, pinfo);
    note_ack(loss, &connection->sides[!is_second(pinfo)], pinfo);
    if (connection->is_tls)
        watch_tls(loss, connection, side, pinfo, &arrival);
    if (bodies > 0)
        wssc_unread_note_message(&side->unread, pinfo);
    else if (arrival.is_new && loss->segment.len > 0)
        note_unread(loss, connection, side, pinfo);
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

static gboolean has_soap(const Connection *connection)
{
    return connection->bodies > 0 || connection->is_nettcp || connection->has_head ||
           wssc_unread_has_sign(&connection->sides[0].unread) || wssc_unread_has_sign(&connection->sides[1].unread);
}

/* Whether it carries SOAP nobody knows: nothing in it was read that says so, and nothing that says otherwise. */
static gboolean may_have_soap(const Connection *connection)
{
    return connection->is_framed || (connection->has_decrypted && !connection->has_other);
}

static void finish_side(const WsscLoss *loss, const Connection *connection, Side *side, guint number)
{
    const WsscDamageTarget target = {.session = loss->session,
                                     .file = loss->file,
                                     .src = connection->sources[number],
                                     .dst = connection->sources[!number],
                                     .side = number,
                                     .is_tls = connection->is_tls,
                                     .has_soap = has_soap(connection)};
    wssc_damages_settle_open(&side->damages, g_strdup("the capture ends before it was whole"));
    if (side->record != NULL) {
        side->record->is_guess = TRUE;
        wssc_damages_settle(&side->damages, g_steal_pointer(&side->record),
                            g_strdup("the capture ends before it was whole"));
    }
    end_burst(side);
    settle_acknowledged(side);
    wssc_damages_tell(&side->damages, &target);
}

/* Segments of another connection, by damage to their addresses: nobody began it, and an end of it spoke SOAP. */
static gboolean is_astray(const WsscLoss *loss, const Connection *connection)
{
    return !connection->has_syn && (g_hash_table_contains(loss->ends, connection->sources[0]) ||
                                    g_hash_table_contains(loss->ends, connection->sources[1]));
}

/* What is told as a damaged message is not told twice, and of TLS that stayed closed as a whole others tell. */
static void tell_unread(const WsscLoss *loss, const Connection *connection, guint number, GPtrArray *unread)
{
    const Side *side = &connection->sides[number];
    const char *src = connection->sources[number], *dst = connection->sources[!number];
    const GArray *runs = wssc_unread_runs(&side->unread);
    /* Inside TLS a frame's own octets show no pieces of messages that go on. */
    gboolean is_soap = !connection->is_tls && (has_soap(connection) || is_astray(loss, connection));
    for (guint i = 0; runs != NULL && i < runs->len; i++) {
        const WsscUnreadRun *run = &g_array_index(runs, WsscUnreadRun, i);
        gboolean is_ours = run->has_sign || is_soap;
        if (run->why == WSSC_UNREAD_BY_TLS && !connection->has_decrypted)
            continue;
        if (is_ours && !wssc_damages_is_told(&side->damages, run->first, run->last))
            g_ptr_array_add(unread, wssc_unread_octets_new(run, src, dst));
    }
    if (!has_soap(connection) && may_have_soap(connection))
        wssc_damages_tell_unread(&side->damages, src, dst, unread);
}

static gboolean is_done(gpointer ends G_GNUC_UNUSED, gpointer data, gpointer user G_GNUC_UNUSED)
{
    const Connection *connection = data;
    for (const Side *side = connection->sides; side < connection->sides + 2; side++)
        if (!wssc_damages_are_none(&side->damages) || side->record != NULL || side->burst != NULL ||
            side->acknowledged != NULL || wssc_unread_is_worth_telling(&side->unread))
            return FALSE;
    return TRUE;
}

void wssc_loss_forget_done(WsscLoss *loss)
{
    guint kept = 0;
    for (guint i = 0; i < loss->in_order->len; i++)
        if (!is_done(NULL, loss->in_order->pdata[i], NULL))
            loss->in_order->pdata[kept++] = loss->in_order->pdata[i];
    g_ptr_array_set_size(loss->in_order, (int)kept);
    g_hash_table_foreach_remove(loss->connections, is_done, NULL);
}

static void note_ends(WsscLoss *loss, Connection *connection)
{
    for (guint side = 0; side < 2; side++)
        wssc_unread_finish(&connection->sides[side].unread);
    for (guint side = 0; side < 2 && has_soap(connection); side++)
        g_hash_table_add(loss->ends, connection->sources[side]);
}

void wssc_loss_finish(WsscLoss *loss, GPtrArray *unread)
{
    loss->ends = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < loss->in_order->len; i++)
        note_ends(loss, loss->in_order->pdata[i]);
    for (guint i = 0; i < loss->in_order->len; i++) {
        Connection *connection = loss->in_order->pdata[i];
        for (guint side = 0; side < 2; side++)
            finish_side(loss, connection, &connection->sides[side], side);
        for (guint side = 0; side < 2; side++)
            tell_unread(loss, connection, side, unread);
    }
    current = NULL;
    g_hash_table_unref(loss->ends);
    g_hash_table_unref(loss->connections);
    g_ptr_array_unref(loss->in_order);
    g_free(loss);
}
