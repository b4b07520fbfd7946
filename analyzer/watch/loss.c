/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/loss.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "dissect.h"
#include "model/capture.h"
#include "ends.h"
#include "watch/frame_octets.h"
#include "watch/talked.h"

struct WsscLoss {
    gboolean is_damaged; /* heads of the file's frames are */
    GHashTable *ends;    /* set of "address:port" that spoke SOAP: of connections that are over */
    int proto_tls, proto_nettcp, proto_http2, proto_websocket;
    GHashTable *connections; /* WsscEnds -> WsscTalked */
    /* of the frame being dissected */
    gboolean has_segment, is_reset;
    WsscSegment segment;
    guint32 ack;                           /* 0: none */
    guint bodies, unfinished, passed_over; /* wssc_dissect_bodies and their like so far */
};

static WsscLoss *current; /* taps have no other way to us */

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

WsscLoss *wssc_loss_new(gboolean is_damaged)
{
    WsscLoss *loss = g_new0(WsscLoss, 1);
    loss->is_damaged = is_damaged;
    loss->ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    loss->proto_tls = proto_get_id_by_filter_name("tls");
    loss->proto_nettcp = proto_get_id_by_filter_name("nettcp");
    loss->proto_http2 = proto_get_id_by_filter_name("http2");
    loss->proto_websocket = proto_get_id_by_filter_name("websocket");
    loss->connections = g_hash_table_new_full(wssc_ends_hash, wssc_ends_equal, g_free, wssc_talked_free);
    loss->bodies = wssc_dissect_bodies();
    loss->unfinished = wssc_dissect_unfinished();
    loss->passed_over = wssc_dissect_passed_over();
    current = loss;
    return loss;
}

/* By its ends: epan's number of a stream changes where net.tcp begins a second session on a connection. */
static WsscTalked *connection_of(WsscLoss *loss, const packet_info *pinfo, guint *ret_side)
{
    WsscEnds ends;
    guint side = *ret_side = wssc_dissect_ends(pinfo, &ends);
    WsscTalked *connection = g_hash_table_lookup(loss->connections, &ends);
    if (connection == NULL) {
        connection = g_new0(WsscTalked, 1);
        connection->first_frame = wssc_dissect_frame(pinfo);
        connection->sources[side] = wssc_dissect_endpoint(NULL, &pinfo->src, pinfo->srcport);
        connection->sources[!side] = wssc_dissect_endpoint(NULL, &pinfo->dst, pinfo->destport);
        g_hash_table_insert(loss->connections, g_memdup2(&ends, sizeof ends), connection);
    }
    return connection;
}

WsscBytes wssc_loss_payload(const WsscLoss *loss, packet_info *pinfo)
{
    return loss->has_segment && pinfo->ptype == PT_TCP ? payload_of(loss, pinfo) : wssc_bytes(NULL, 0);
}

/* ---- gaps ------------------------------------------------------------------------------------------------------- */

/* It only came late. */
static void forget_gaps(WsscSide *side, const WsscArrival *arrival)
{
    for (guint i = 0; i < arrival->closed_count; i++)
        wssc_damages_forget(&side->damages, arrival->closed[i]);
    if (arrival->is_filling && side->flow.gap_count == 0) {
        side->blind_since = 0;
        g_clear_pointer(&side->burst, wssc_damage_free);
    }
}

/* A damage that was told already is told again only when the gap is in another message. */
static WsscDamage *settle_gap(WsscSide *side, packet_info *pinfo, guint32 octets)
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

static WsscDamage *tell_gap(WsscSide *side, packet_info *pinfo, guint32 octets)
{
    WsscDamage *damage = settle_gap(side, pinfo, octets);
    damage->octets = octets;
    damage->gap_frame = wssc_dissect_frame(pinfo);
    damage->since = side->last_frame;
    damage->since_time = side->last_time;
    return damage;
}

/* One without payload shows a gap, too. */
static WsscArrival track(const WsscLoss *loss, WsscSide *side, packet_info *pinfo)
{
    WsscArrival arrival = wssc_flow_take(&side->flow, &loss->segment);
    if (arrival.is_kept)
        side->flow.gaps[side->flow.gap_count - 1].note = tell_gap(side, pinfo, arrival.missing);
    forget_gaps(side, &arrival);
    return arrival;
}

/* ---- TLS -------------------------------------------------------------------------------------------------------- */

/* Records are followed in the order of their octets. */
static gboolean is_out_of_order(const WsscSide *side, WsscArrivalKind kind)
{
    return kind == WSSC_ARRIVAL_AHEAD || kind == WSSC_ARRIVAL_BEHIND ||
           (side->flow.gap_count > 0 && side->blind_since != 0);
}

/* Where a record begins and does not end is kept. One that ended and did not decrypt is told, and so is what stands in
 * the place of one, unless octets are known to be missing: those are told then. */
static void follow_records(const WsscLoss *loss, WsscTalked *connection, WsscSide *side, packet_info *pinfo,
                           WsscArrivalKind kind)
{
    guint decrypted = wssc_frame_count_decrypted(pinfo);
    connection->has_decrypted |= decrypted > 0;
    if (kind != WSSC_ARRIVAL_NEXT || is_out_of_order(side, kind))
        side->records = (WsscRecords){.left = 0};
    if (is_out_of_order(side, kind)) {
        g_clear_pointer(&side->record, wssc_damage_free);
        return;
    }
    WsscRecordsSeen seen = wssc_records_follow(&side->records, payload_of(loss, pinfo));
    if (decrypted > 0 && seen.ended > 0 && !seen.is_astray)
        side->records.is_sure = TRUE;
    if (side->records.left == 0 || seen.is_begun)
        g_clear_pointer(&side->record, wssc_damage_free);
    if (seen.is_begun) {
        side->record = wssc_damage_new(pinfo, FALSE);
        side->record->octets = loss->segment.len;
    } else if (side->record != NULL) {
        side->record->octets += loss->segment.len;
        side->record->last = wssc_dissect_frame(pinfo);
    }
    gboolean is_astray = seen.is_astray && !connection->is_nettcp; /* whose sessions follow each other, in clear */
    gboolean is_closed = is_astray || (seen.ended > 0 && decrypted == 0);
    if (side->blind_since == 0 && is_closed && wssc_frame_cut_octets(pinfo) == 0)
        wssc_unread_note_why(&side->unread, pinfo, loss->segment.len, WSSC_UNREAD_BY_TLS);
}

/* From here on nothing this side says can be decrypted: its records are numbered. One turn of the conversation
 * counts as one message. */
static void go_blind(WsscSide *side, packet_info *pinfo)
{
    if (side->blind_since == 0)
        side->blind_since = wssc_dissect_frame(pinfo);
    side->records = (WsscRecords){.left = 0};
    g_clear_pointer(&side->record, wssc_damage_free);
}

static void watch_burst(const WsscLoss *loss, WsscTalked *connection, WsscSide *side, packet_info *pinfo)
{
    WsscBytes payload = payload_of(loss, pinfo);
    gboolean is_handshake = payload.len > 1 && payload.data[0] >= 20 &&
                            payload.data[0] < WSSC_RECORDS_APPLICATION_DATA && payload.data[1] == 3;
    if (side->blind_since == 0 || loss->segment.len == 0 || is_handshake)
        return;
    if (connection->last != side)
        wssc_side_end_burst(side);
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

/* The head of HTTP that begins in a frame. */
typedef struct {
    WsscHttpHead kind;
    gboolean is_response;
} HeadHere;

static void note_head(WsscTalked *connection, WsscSide *side, packet_info *pinfo, const WsscLoss *loss,
                      const HeadHere *here)
{
    if (here->kind == WSSC_HTTP_HEAD_NONE)
        return;
    wssc_damages_settle_open(&side->damages, g_strdup("the next message began before it was whole"));
    connection->has_other |= here->kind == WSSC_HTTP_HEAD_OTHER;
    connection->has_head |= here->kind == WSSC_HTTP_HEAD_SOAP;
    if (here->kind == WSSC_HTTP_HEAD_OTHER)
        return;
    side->damages.open = wssc_damage_new(pinfo, here->is_response);
    side->damages.open->octets = loss->segment.len;
    side->damages.open->is_guess = here->kind == WSSC_HTTP_HEAD_CUT;
    if (wssc_frame_cut_octets(pinfo) > 0) {
        side->damages.open->is_guess = FALSE;
        wssc_damages_settle_open(&side->damages, wssc_frame_cut_text(pinfo));
    }
}

static void note_whole(WsscTalked *connection, WsscSide *side, guint bodies)
{
    connection->bodies += bodies;
    if (bodies == 0)
        return;
    g_clear_pointer(&side->damages.open, wssc_damage_free);
    g_clear_pointer(&side->burst, wssc_damage_free);
    side->blind_since = 0;
}

/* What waits is told as a damaged message, and the other end has spoken since: its turn is over. */
static gboolean is_next_turn(const WsscTalked *connection, const WsscSide *side)
{
    return connection->last != side && side->damages.open == NULL && side->unread.waiting.first != 0 &&
           wssc_damages_ended_since(&side->damages, side->unread.waiting.first);
}

static void note_unread(const WsscLoss *loss, const WsscTalked *connection, WsscSide *side, packet_info *pinfo,
                        WsscHttpHead head)
{
    if (is_next_turn(connection, side))
        wssc_unread_part(&side->unread);
    if (connection->is_framed && wssc_frame_cut_octets(pinfo) > 0)
        wssc_unread_note_why(&side->unread, pinfo, loss->segment.len, WSSC_UNREAD_CUT);
    else
        wssc_unread_note(&side->unread, pinfo, payload_of(loss, pinfo), loss->segment.len,
                         wssc_dissect_passed_over() != loss->passed_over,
                         head == WSSC_HTTP_HEAD_CUT && wssc_frame_cut_octets(pinfo) == 0);
}

static void watch_tls(const WsscLoss *loss, WsscTalked *connection, WsscSide *side, packet_info *pinfo,
                      const WsscArrival *arrival)
{
    if (arrival->is_kept || (loss->segment.len > 0 && wssc_frame_cut_octets(pinfo) > 0))
        go_blind(side, pinfo);
    if (arrival->is_new)
        follow_records(loss, connection, side, pinfo, arrival->kind);
    watch_burst(loss, connection, side, pinfo);
}

static void look_at_layers(const WsscLoss *loss, WsscTalked *connection, const packet_info *pinfo)
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
static void note_ack(const WsscLoss *loss, WsscSide *other, packet_info *pinfo)
{
    guint32 ahead = loss->ack - other->flow.next;
    if (loss->ack == 0 || !other->flow.is_started)
        return;
    g_clear_pointer(&other->acknowledged, wssc_damage_free);
    if (ahead == 0 || ahead > WSSC_TALKED_MAX_ACKNOWLEDGED)
        return;
    other->acked = loss->ack;
    other->acknowledged = wssc_damage_new(pinfo, FALSE);
    other->acknowledged->since = other->last_frame;
    other->acknowledged->since_time = other->last_time;
}

static void watch_segment(WsscLoss *loss, packet_info *pinfo)
{
    guint which;
    WsscTalked *connection = connection_of(loss, pinfo, &which);
    WsscSide *side = &connection->sides[which];
    guint bodies = wssc_dissect_bodies() - loss->bodies;

    connection->has_syn |= loss->segment.is_syn;
    if (loss->segment.is_syn)
        connection->is_tls = FALSE; /* ports used again */
    look_at_layers(loss, connection, pinfo);
    WsscArrival arrival = track(loss, side, pinfo);
    if (arrival.kind == WSSC_ARRIVAL_SYN)
        side->records = (WsscRecords){.left = 0};
    note_ack(loss, &connection->sides[!which], pinfo);
    if (connection->is_tls)
        watch_tls(loss, connection, side, pinfo, &arrival);
    HeadHere head = {.kind = WSSC_HTTP_HEAD_NONE};
    if (arrival.is_new) /* what is sent again begins nothing */
        head.kind = wssc_frame_http_head(pinfo, payload_of(loss, pinfo), connection->is_tls, &head.is_response);
    connection->offers_soap |=
        arrival.is_new && wssc_frame_offers_soap(pinfo, payload_of(loss, pinfo), connection->is_tls);
    /* Where it only came late, what waits is what follows it. */
    if (head.kind != WSSC_HTTP_HEAD_NONE && !connection->is_tls && arrival.kind != WSSC_ARRIVAL_BEHIND)
        wssc_unread_note_head(&side->unread);
    if (bodies > 0) {
        head.kind = WSSC_HTTP_HEAD_NONE; /* its message is whole */
        wssc_unread_note_message(&side->unread, pinfo);
    } else if (arrival.is_new && loss->segment.len > 0)
        note_unread(loss, connection, side, pinfo, head.kind);
    note_whole(connection, side, bodies);
    note_head(connection, side, pinfo, loss, &head);
    if (wssc_dissect_unfinished() != loss->unfinished && side->damages.open == NULL)
        side->damages.open = wssc_damage_new(pinfo, FALSE);
    if (loss->is_reset)
        wssc_damages_settle_open(&side->damages, g_strdup("the connection was reset before it was whole"));
    if (loss->segment.len == 0)
        return;
    connection->last = side;
    side->last_frame = wssc_dissect_frame(pinfo);
    side->last_time = wssc_dissect_time(&pinfo->abs_ts);
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

void wssc_loss_pass_over(WsscLoss *loss)
{
    loss->has_segment = FALSE;
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

typedef struct {
    WsscLoss *loss;
    const WsscResume *resume;
} Forgetting;

/* One that goes on later is followed on. */
static gboolean forget_over(gpointer ends, gpointer talked, gpointer user)
{
    const Forgetting *forgetting = user;
    if (wssc_resume_knows(forgetting->resume, ends) || !wssc_talked_is_done(talked, forgetting->loss->is_damaged))
        return FALSE;
    wssc_talked_end(talked, forgetting->loss->ends);
    return TRUE;
}

static int by_first_frame(gconstpointer a, gconstpointer b)
{
    const WsscTalked *one = *(WsscTalked *const *)a, *other = *(WsscTalked *const *)b;
    return one->first_frame < other->first_frame ? -1 : one->first_frame > other->first_frame;
}

void wssc_loss_forget_over(WsscLoss *loss, const WsscResume *resume)
{
    Forgetting forgetting = {loss, resume};
    g_hash_table_foreach_remove(loss->connections, forget_over, &forgetting);
}

void wssc_loss_finish(WsscLoss *loss, WsscLostLog *log)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    GHashTableIter iter;
    gpointer end, talked;
    for (g_hash_table_iter_init(&iter, loss->connections); g_hash_table_iter_next(&iter, NULL, &talked);)
        g_ptr_array_add(all, talked);
    g_ptr_array_sort(all, by_first_frame);
    for (guint i = 0; i < all->len; i++) {
        wssc_talked_end(all->pdata[i], loss->ends);
        WsscLost *lost = wssc_talked_lost(all->pdata[i]);
        if (lost != NULL)
            g_ptr_array_add(log->connections, lost);
    }
    for (g_hash_table_iter_init(&iter, loss->ends); g_hash_table_iter_next(&iter, &end, NULL);) {
        g_hash_table_iter_steal(&iter);
        g_hash_table_add(log->ends, end);
    }
    current = NULL;
    g_hash_table_unref(loss->ends);
    g_hash_table_unref(loss->connections);
    g_free(loss);
}
