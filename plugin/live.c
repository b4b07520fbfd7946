/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/proto_data.h>
#include <epan/to_str.h>

#include "connection.h"
#include "keys.h"
#include "tls_facts.h"

WsscBool wssc_pref_strict = FALSE;

struct WsscLiveEach wssc_live_each;

static struct {
    WsscSession *session; /* what messages go to */
    WsscSession *ours;    /* the same when it is ours to free */
    WsscOutlet outlet;    /* the way to the session; feed NULL: straight */
    guint file;
    gboolean is_muted;
    gboolean is_finished; /* ours */
    guint bodies, unfinished, passed_over;
    const GArray *left_out; /* see wssc_dissect_use_left_out */
    guint streams, others;  /* that libwireshark was made to forget (wssc_dissect_count_on): of TCP, and else */
    wmem_map_t *numbers;    /* of conversations that are none of TCP's: conv_index + 1 -> number */
    GArray *of_streams;     /* guint64: of libwireshark's streams of TCP, in the order in which it met them */
    guint again;            /* of these, those that it was made to forget before */
    WsscGoingOn going_on;   /* number 0: nothing */
    guint64 begun;          /* see wssc_dissect_begun */
    guint32 begun_in;       /* the frame of which that is told */
    guint64 rounds;         /* so often it was made to forget */
} live;

static void see_whether_feeding(void)
{
    wssc_live_each.is_feeding = live.session != NULL && !live.is_muted;
}

void wssc_live_init(void)
{
    if (wssc_live_each.is_lent)
        return;
    WsscBounds bounds;
    WsscLimits limits;
    wssc_dissect_bounds(&bounds);
    wssc_dissect_limits(&limits);
    const WsscSessionOptions options = {
        .want_hypotheses = TRUE, .is_strict = wssc_pref_strict, .bounds = &bounds, .limits = &limits};
    live.ours = wssc_session_new();
    live.session = live.ours;
    see_whether_feeding();
    wssc_live_each.end_time = (nstime_t){G_MININT64, 0};
    live.is_finished = FALSE;
    wssc_session_set_options(live.session, &options);
    live.file = wssc_session_add_file(live.session, "");
    wssc_keys_load(wssc_session_keyring(live.session));
}

gint64 wssc_dissect_time(const nstime_t *time)
{
    return wssc_time_of_clock(time->secs, time->nsecs / 1000);
}

gboolean wssc_dissect_has_layer(const packet_info *pinfo, int proto)
{
    for (wmem_list_frame_t *f = pinfo->layers != NULL ? wmem_list_head(pinfo->layers) : NULL; f != NULL;
         f = wmem_list_frame_next(f))
        if (GPOINTER_TO_INT(wmem_list_frame_data(f)) == proto)
            return TRUE;
    return FALSE;
}

int wssc_dissect_last_layer(const packet_info *pinfo)
{
    wmem_list_frame_t *last = pinfo->layers != NULL ? wmem_list_tail(pinfo->layers) : NULL;
    return last != NULL ? GPOINTER_TO_INT(wmem_list_frame_data(last)) : -1;
}

void wssc_live_cleanup(void)
{
    if (wssc_live_each.is_lent)
        return;
    g_clear_pointer(&live.ours, wssc_session_free);
    live.session = NULL;
    see_whether_feeding();
}

void wssc_live_finish(void)
{
    if (wssc_live_each.is_lent || live.session == NULL)
        return;
    gint64 end = wssc_live_each.end_time.secs != G_MININT64 ? wssc_dissect_time(&wssc_live_each.end_time) : G_MININT64;
    wssc_session_finish(live.session, end);
    live.is_finished = TRUE;
}

gboolean wssc_live_is_finished(void)
{
    return live.is_finished;
}

gboolean wssc_live_is_lent(void)
{
    return wssc_live_each.is_lent;
}

WsscSession *wssc_dissect_session(void)
{
    return live.session;
}

static void forget_streams(void)
{
    if (live.of_streams == NULL)
        live.of_streams = g_array_new(FALSE, FALSE, sizeof(guint64));
    g_array_set_size(live.of_streams, 0);
    live.again = live.begun_in = 0;
}

void wssc_dissect_use_session(WsscSession *session, guint file)
{
    g_clear_pointer(&live.ours, wssc_session_free);
    live.session = session;
    see_whether_feeding();
    live.file = file;
    live.streams = live.others = 0;
    live.rounds = 0;
    wssc_dissect_go_on(NULL);
    wssc_live_each.is_lent = session != NULL;
    forget_streams();
}

void wssc_dissect_use_outlet(const WsscOutlet *outlet)
{
    live.outlet = outlet != NULL ? *outlet : (WsscOutlet){.feed = NULL};
}

void wssc_dissect_use_left_out(const GArray *first_frames)
{
    live.left_out = first_frames;
}

void wssc_dissect_set_feeding(gboolean is_feeding)
{
    live.is_muted = !is_feeding;
    see_whether_feeding();
}

guint wssc_dissect_bodies(void)
{
    return live.bodies;
}

guint wssc_dissect_unfinished(void)
{
    return live.unfinished;
}

guint wssc_dissect_passed_over(void)
{
    return live.passed_over;
}

void wssc_live_count_passed_over(void)
{
    live.passed_over++;
}

void wssc_live_count_unfinished(void)
{
    live.unfinished++;
}

void wssc_live_count_body(void)
{
    live.bodies++;
}

/* ---- one frame ------------------------------------------------------------------------------------ */

/* The place of a message among those of its frame: counted anew on each visit, in the same order. */
static guint next_ordinal(packet_info *pinfo)
{
    guint *count = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_ORDINAL);
    if (count == NULL) {
        count = wmem_new0(pinfo->pool, guint);
        p_add_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_ORDINAL, count);
    }
    return (*count)++;
}

char *wssc_dissect_endpoint(wmem_allocator_t *scope, const address *addr, guint32 port)
{
    enum { SIZE = 128, REST = 16 }; /* room behind the address */
    char text[SIZE], digits[REST];
    guint at = REST - 1;
    gsize len = 0;
    if (addr->type == AT_IPv6)
        text[len++] = '[';
    address_to_str_buf(addr, text + len, SIZE - REST);
    len += strlen(text + len);
    if (addr->type == AT_IPv6)
        text[len++] = ']';
    digits[at] = '\0';
    do
        digits[--at] = (char)('0' + port % 10);
    while ((port /= 10) > 0);
    digits[--at] = ':';
    memcpy(text + len, digits + at, REST - at);
    return wmem_strdup(scope, text);
}

char *wssc_dissect_end(const WsscEnds *ends, guint side)
{
    address own;
    set_address(&own, ends->length[side] == 4 ? AT_IPv4 : AT_IPv6, ends->length[side], ends->address[side]);
    return wssc_dissect_endpoint(NULL, &own, ends->port[side]);
}

gboolean wssc_live_is_protected(const packet_info *pinfo)
{
    static int proto_tls = -2;
    if (proto_tls == -2)
        proto_tls = proto_get_id_by_filter_name("tls");
    return wssc_dissect_has_layer(pinfo, proto_tls);
}

/* Looking a conversation up is worth keeping it for the frame; one frame may have several, nested. */
typedef struct {
    guint32 srcport, destport;
    conversation_t *conversation;
} Found;

conversation_t *wssc_live_conversation(packet_info *pinfo)
{
    if (!pinfo->fd->visited && pinfo->ptype == PT_TCP) {
        const WsscTcpConnection *connection = wssc_tcp_connection(pinfo);
        return connection != NULL ? connection->conversation : NULL;
    }
    Found *found = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_CONVERSATION);
    if (found == NULL) {
        found = wmem_new0(pinfo->pool, Found);
        p_add_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_CONVERSATION, found);
    }
    if (found->conversation == NULL || found->srcport != pinfo->srcport || found->destport != pinfo->destport)
        *found = (Found){pinfo->srcport, pinfo->destport, find_conversation_pinfo(pinfo, 0)};
    return found->conversation;
}

gpointer wssc_live_direction(packet_info *pinfo)
{
    const conversation_t *conversation = wssc_live_conversation(pinfo);
    guint side = wssc_is_second_end(pinfo) ? 1 : 0;
    return conversation != NULL ? GUINT_TO_POINTER(((conversation->conv_index + 1) << 1) + side) : NULL;
}

guint wssc_dissect_count_left_out(guint32 frame)
{
    guint low = 0, high = live.left_out != NULL ? live.left_out->len : 0;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(live.left_out, guint32, middle) < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Not libwireshark's own number of it, which counts conversations that have nothing to do with us. */
static guint number_of(const conversation_t *conversation)
{
    if (live.numbers == NULL)
        live.numbers = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    gpointer key = GUINT_TO_POINTER(conversation->conv_index + 1);
    guint number = GPOINTER_TO_UINT(wmem_map_lookup(live.numbers, key));
    if (number == 0) {
        number = wmem_map_size(live.numbers) + 1;
        wmem_map_insert(live.numbers, key, GUINT_TO_POINTER(number));
        if (live.outlet.begin_stream != NULL)
            live.outlet.begin_stream(live.outlet.user, 0);
    }
    return live.others + number;
}

void wssc_dissect_count_on(void)
{
    live.streams += get_tcp_stream_count() - live.again;
    live.others += live.numbers != NULL ? wmem_map_size(live.numbers) : 0;
    live.rounds++;
    forget_streams();
}

void wssc_dissect_go_on(const WsscGoingOn *going_on)
{
    live.going_on = going_on != NULL ? *going_on : (WsscGoingOn){.number = 0};
}

const WsscGoingOn *wssc_live_going_on(void)
{
    return &live.going_on;
}

guint64 wssc_dissect_begun(void)
{
    return live.begun;
}

static void number_next_stream(const packet_info *pinfo)
{
    guint32 frame = wssc_dissect_frame(pinfo);
    guint own = live.of_streams->len - live.again + 1;
    gboolean is_new = live.going_on.number == 0;
    guint64 number = is_new ? (guint64)live.streams + wssc_dissect_count_left_out(frame) + own : live.going_on.number;
    live.again += is_new ? 0 : 1;
    live.begun = number;
    g_array_append_val(live.of_streams, number);
    if (is_new && live.outlet.begin_stream != NULL)
        live.outlet.begin_stream(live.outlet.user, frame);
}

void wssc_live_number_streams(const packet_info *pinfo)
{
    guint count = get_tcp_stream_count();
    if (live.begun_in != pinfo->num) /* within a frame it may be asked more than once */
        live.begun = 0;
    live.begun_in = pinfo->num;
    while (live.of_streams->len < count)
        number_next_stream(pinfo);
}

static guint64 number_of_stream(const packet_info *pinfo, guint32 stream)
{
    if (wssc_live_each.is_lent && stream >= live.of_streams->len)
        wssc_live_number_streams(pinfo);
    return wssc_live_each.is_lent && stream < live.of_streams->len ? g_array_index(live.of_streams, guint64, stream)
                                                                   : (guint64)stream + 1;
}

guint64 wssc_live_stream(packet_info *pinfo)
{
    conversation_t *conversation = wssc_live_conversation(pinfo);
    if (conversation == NULL)
        return 0;
    if (pinfo->ptype == PT_TCP) {
        struct tcp_analysis *tcp = get_tcp_conversation_data(conversation, pinfo);
        if (tcp != NULL)
            return number_of_stream(pinfo, tcp->stream);
    }
    return (guint64)1 << 32 | number_of(conversation);
}

/* Its SYN at least has come by, or an acknowledgement. */
static gboolean is_other_end_heard(packet_info *pinfo)
{
    conversation_t *conversation = pinfo->ptype == PT_TCP ? wssc_live_conversation(pinfo) : NULL;
    const struct tcp_analysis *tcp = conversation != NULL ? get_tcp_conversation_data(conversation, pinfo) : NULL;
    const tcp_flow_t *other = tcp != NULL ? tcp->rev : NULL;
    return other != NULL && other->tcp_analyze_seq_info != NULL && other->tcp_analyze_seq_info->nextseq != 0;
}

/* libwireshark gives the same pair again to others, once it was made to forget; addresses have no more bits. */
static guint64 pair_of(guint64 pair)
{
    enum { ADDRESS_BITS = 48 };
    return pair != 0 ? pair ^ live.rounds << ADDRESS_BITS : 0;
}

static WsscUnit unit_of(packet_info *pinfo, GBytes *octets, const WsscCarried *carried)
{
    const WsscTlsFacts *tls = wssc_tls_facts(wssc_live_conversation(pinfo));
    return (WsscUnit){
        .file = live.file,
        .frame = wssc_dissect_frame(pinfo),
        .ordinal = next_ordinal(pinfo),
        .time = wssc_dissect_time(&pinfo->abs_ts),
        .src = wssc_dissect_endpoint(pinfo->pool, &pinfo->src, pinfo->srcport),
        .dst = wssc_dissect_endpoint(pinfo->pool, &pinfo->dst, pinfo->destport),
        .transport = carried->transport,
        .is_protected = wssc_live_is_protected(pinfo),
        .encoding = carried->encoding,
        .direction = carried->direction,
        .stream = wssc_live_stream(pinfo),
        .pair = pair_of(carried->pair),
        .content_type = carried->content_type,
        .http_status = carried->http_status,
        .announced = carried->announced,
        .agent = carried->agent,
        .forwarded = carried->forwarded,
        .http_date = carried->http_date,
        .host = carried->host,
        .target = carried->target,
        .relays = carried->relays,
        .server_name = tls->server_name,
        .is_other_end_heard = is_other_end_heard(pinfo),
        .client_certificate = tls->client_certificate,
        .certificate_frame = tls->certificate_frame,
        .octets = octets,
        .xml = carried->xml,
        .xml_error = carried->xml_error,
        .charset = carried->charset,
        .damage = carried->damage,
    };
}

const WsscMessage *wssc_live_message(packet_info *pinfo, GBytes *octets, const WsscCarried *carried)
{
    if (!wssc_live_is_feeding(pinfo))
        return live.session != NULL
                   ? wssc_session_lookup(live.session, live.file, wssc_dissect_frame(pinfo), next_ordinal(pinfo))
                   : NULL;
    WsscUnit unit = unit_of(pinfo, octets, carried);
    return wssc_session_feed(live.session, &unit);
}

const WsscMessage *wssc_live_find(guint32 frame, guint ordinal)
{
    return live.session != NULL ? wssc_session_lookup(live.session, live.file, frame, ordinal) : NULL;
}

void wssc_live_settle_feeder(void)
{
    if (live.outlet.wait != NULL)
        live.outlet.wait(live.outlet.user);
}

gboolean wssc_live_hands_over(void)
{
    return live.outlet.feed != NULL;
}

gboolean wssc_live_hand_over(packet_info *pinfo, GBytes *octets, const WsscCarried *carried,
                             const WsscStringsThen *strings, gboolean *ret_is_soap)
{
    if (live.outlet.feed == NULL)
        return FALSE;
    WsscUnit unit = unit_of(pinfo, octets, carried);
    g_autofree char *problem = unit.xml != NULL ? wssc_soap_no_envelope(unit.xml, unit.content_type) : NULL;
    *ret_is_soap = wssc_live_is_feeding(pinfo) &&
                   (unit.xml == NULL || unit.damage != NULL || problem != NULL || wssc_soap_is_envelope(unit.xml));
    if (*ret_is_soap)
        live.outlet.feed(live.outlet.user, &unit, strings);
    return TRUE;
}

void wssc_live_note(packet_info *pinfo, WsscCarrierNote *note)
{
    note->file = live.file;
    note->frame = wssc_dissect_frame(pinfo);
    note->time = wssc_dissect_time(&pinfo->abs_ts);
    note->stream = wssc_live_stream(pinfo);
    note->pair = pair_of(note->pair);
    if (live.outlet.note != NULL)
        live.outlet.note(live.outlet.user, note);
    else
        wssc_session_note(live.session, note);
}

/* ---- lifetimes ---------------------------------------------------------------------------------------- */

static WsscBool free_octets(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *data)
{
    g_bytes_unref(data);
    return FALSE;
}

static WsscBool free_xml(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *data)
{
    wssc_xml_unref(data);
    return FALSE;
}

GBytes *wssc_live_octets(packet_info *pinfo, tvbuff_t *tvb, int offset, int length)
{
    tvb_ensure_bytes_exist(tvb, offset, length); /* may throw; what follows does not */
    guint8 *copy = g_malloc((gsize)length);
    tvb_memcpy(tvb, copy, offset, (size_t)length);
    GBytes *octets = g_bytes_new_take(copy, (gsize)length);
    wmem_register_callback(pinfo->pool, free_octets, octets);
    return octets;
}

WsscXml *wssc_live_keep_xml(packet_info *pinfo, WsscXml *xml)
{
    if (xml != NULL)
        wmem_register_callback(pinfo->pool, free_xml, xml);
    return xml;
}
