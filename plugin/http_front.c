/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "http_front.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/dissectors/packet-tls-utils.h>

#include "carrier/http_coding.h"
#include "carrier/http_head.h"
#include "carrier/overrun.h"
#include "http_facts.h"
#include "http_held.h"
#include "http_middle.h"
#include "http_pass.h"
#include "http_plain.h"
#include "live.h"
#include "media.h"
#include "tcp_whole.h"

/* HTTP's own and those that stand in front of it: on TCP, in TLS. */
typedef struct {
    dissector_handle_t stock, ours;
} Front;

static Front on_tcp, in_tls;
/* Ours on a connection of TCP that is known as HTTP's: by a name only, as a layer that is put on for nothing costs more
 * than all that is looked at. */
static dissector_handle_t taken;
static int proto_front = -1; /* enabled as HTTP is */
static dissector_handle_t body_handle, tls_handle;
static dissector_table_t tcp_ports;
static int proto_http = -1, proto_tcp = -1, proto_tls = -1;

static gboolean is_http(dissector_handle_t handle)
{
    return handle != NULL && dissector_handle_get_protocol_index(handle) == proto_http;
}

/* What we were called as is not to be seen among the frame's protocols: HTTP's own dissector will be there. */
static void step_aside(packet_info *pinfo)
{
    wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);
    if (last == NULL || GPOINTER_TO_INT(wmem_list_frame_data(last)) != proto_http)
        return;
    wmem_list_remove_frame(pinfo->layers, last);
    pinfo->curr_layer_num--;
}

/* ---- one message ------------------------------------------------------------------------------------------ */

/* Where one of ours ends, and how it is read. */
typedef struct {
    WsscHttpMessage head;
    const char *media; /* as HTTP's dissector would have it */
    gsize body;        /* octets of it that are read */
    gsize size;        /* of the message, with what is passed over behind it */
    gboolean is_overrun;
    gboolean is_coded; /* the body is to be taken out of chunks and codings */
} Message;

typedef enum {
    TO_STOCK, /* HTTP's dissector knows best */
    TO_ASK,   /* more octets are asked for */
    TO_WAIT,  /* more octets will tell */
    TO_US,
    TO_HEAD, /* HTTP's dissector gets the head; nobody wants the body */
} Way;

static const char *content_type_of(packet_info *pinfo, const WsscHttpMessage *head)
{
    char *type = wmem_alloc(pinfo->pool, head->media_len + head->parameters_len + 2);
    memcpy(type, head->media, head->media_len);
    type[head->media_len] = ';';
    memcpy(type + head->media_len + 1, head->parameters, head->parameters_len);
    type[head->media_len + 1 + head->parameters_len] = '\0';
    return type;
}

static gsize white(WsscBytes octets, gsize at)
{
    while (at < octets.len && memchr(" \t\r\n", octets.data[at], 4) != NULL)
        at++;
    return at;
}

static Way look_for_overrun(packet_info *pinfo, WsscBytes octets, gsize seen, gboolean is_last, Message *message)
{
    const WsscHttpMessage *head = &message->head;
    WsscBytes body = wssc_bytes(octets.data + head->len, octets.len - head->len);
    if (head->is_odd || head->is_chunked || head->coding != NULL || head->length == 0 || body.len < head->length)
        return TO_STOCK;
    switch (wssc_overrun_look(body, head->length, seen - MIN(seen, head->len), content_type_of(pinfo, head),
                              &message->body)) {
    case WSSC_OVERRUN_DONE:
        message->is_overrun = TRUE;
        message->size = head->len + white(body, message->body);
        return TO_US;
    case WSSC_OVERRUN_STRAY:
        message->size = head->len + message->body;
        message->body = head->length;
        return TO_US;
    case WSSC_OVERRUN_MORE:
        return is_last ? TO_STOCK : TO_WAIT;
    default:
        return TO_STOCK;
    }
}

/* Before HTTP's dissector, which inflates without a bound. It asks for what is missing of an announced length; with
 * chunks it may take one that ends with a segment for the last. */
static Way look_for_coding(WsscBytes octets, gboolean is_last, Message *message)
{
    const WsscHttpMessage *head = &message->head;
    WsscBytes body = wssc_bytes(octets.data + head->len, octets.len - head->len);
    gsize len = head->length;
    if (head->coding == NULL || (!head->is_chunked && (!head->has_length || body.len < len)))
        return TO_STOCK;
    WsscChunks chunks = head->is_chunked ? wssc_http_chunks(body, NULL, &len) : WSSC_CHUNKS_DONE;
    if (chunks != WSSC_CHUNKS_DONE)
        return chunks == WSSC_CHUNKS_MORE && !is_last ? TO_ASK : TO_STOCK;
    message->is_coded = TRUE;
    message->body = len;
    message->size = head->len + len;
    return TO_US;
}

static Way way_of(packet_info *pinfo, const proto_tree *tree, WsscBytes octets, gsize seen, gboolean is_last,
                  Message *ret_message)
{
    *ret_message = (Message){.media = NULL};
    if (wssc_http_plain_is(pinfo, octets))
        return TO_STOCK;
    if (!wssc_http_message((const char *)octets.data, octets.len, &ret_message->head))
        return TO_STOCK;
    ret_message->media = wssc_media_of(ret_message->head.media, ret_message->head.media_len);
    if (ret_message->media == NULL) {
        ret_message->size = octets.len;
        if (wssc_http_may_leave_body(pinfo, tree, &ret_message->head, octets))
            return TO_HEAD;
        if (!wssc_live_hands_over())
            wssc_http_plain_note(pinfo, wssc_bytes(octets.data, ret_message->head.len));
        return TO_STOCK;
    }
    Way way = look_for_coding(octets, is_last, ret_message);
    if (way == TO_STOCK)
        way = look_for_overrun(pinfo, octets, seen, is_last, ret_message);
    if (way != TO_STOCK || !wssc_http_may_pass(pinfo, tree, &ret_message->head, octets))
        return way;
    ret_message->body = octets.len - ret_message->head.len;
    ret_message->is_coded = ret_message->head.is_chunked;
    ret_message->size = octets.len;
    return TO_US;
}

/* Without desegmentation the dissector is content with a head whose body is not there. */
static void dissect_head(const Front *front, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                         const WsscHttpMessage *head, void *data)
{
    guint16 can_desegment = pinfo->can_desegment;
    pinfo->can_desegment = 0;
    call_dissector_only(front->stock, tvb_new_subset_length(tvb, 0, (gint)head->len), pinfo, tree, data);
    pinfo->can_desegment = can_desegment;
}

/* A buffer of its own with what the body was before it was coded; as it is, with the problem, where that cannot be. */
static tvbuff_t *decode(tvbuff_t *tvb, packet_info *pinfo, const Message *message, const char **ret_problem)
{
    const WsscHttpMessage *head = &message->head;
    WsscBytes body = wssc_bytes(tvb_get_ptr(tvb, (gint)head->len, (gint)message->body), message->body);
    g_autoptr(GByteArray) joined = head->is_chunked ? g_byte_array_new() : NULL;
    g_autofree char *problem = NULL;
    gsize len;

    if (joined != NULL && wssc_http_chunks(body, joined, &len) == WSSC_CHUNKS_DONE)
        body = wssc_bytes(joined->data, joined->len);
    g_autoptr(GBytes) plain = head->coding != NULL ? wssc_http_decode(head->coding, head->coding_len, body, &problem)
                                                   : g_bytes_new(body.data, body.len);
    *ret_problem = problem != NULL ? wmem_strdup(pinfo->pool, problem) : NULL;
    if (plain == NULL || g_bytes_get_size(plain) == 0)
        return tvb_new_subset_length(tvb, (gint)head->len, (gint)message->body);
    guint size = (guint)g_bytes_get_size(plain);
    guint8 *copy = wmem_memdup(pinfo->pool, g_bytes_get_data(plain, NULL), size);
    tvbuff_t *decoded = tvb_new_child_real_data(tvb, copy, size, (gint)size);
    add_new_data_source(pinfo, decoded, "Uncompressed entity body");
    return decoded;
}

static void dissect_body(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const Message *message)
{
    const WsscHttpMessage *head = &message->head;
    WsscMediaInfo info = {.type = head->is_response ? WSSC_MEDIA_RESPONSE : WSSC_MEDIA_REQUEST,
                          .media_str = head->parameters_len > 0
                                           ? wmem_strndup(pinfo->pool, head->parameters, head->parameters_len)
                                           : NULL};
    WsscHttpFacts *facts =
        wssc_http_facts_note(pinfo, (const char *)tvb_get_ptr(tvb, 0, (gint)head->len), head->len, head->is_response);
    facts->announced = message->is_overrun ? head->length : 0;
    if (message->body == 0)
        return;
    tvbuff_t *body = message->is_coded ? decode(tvb, pinfo, message, &facts->problem)
                                       : tvb_new_subset_length(tvb, (gint)head->len, (gint)message->body);
    pinfo->match_string = message->media;
    call_dissector_only(body_handle, body, pinfo, tree, &info);
    facts->problem = NULL;
}

/* ---- the octets of a connection ------------------------------------------------------------------------------- */

/* It stands directly on TCP or TLS, though we are between them. */
static void dissect_stock(const Front *front, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pinfo->can_desegment > 0)
        pinfo->can_desegment++;
    call_dissector_only(front->stock, tvb, pinfo, tree, data);
}

/* Octets are not waited for any longer than so many segments. */
#define MAX_TIMES_HELD 1024

/* The octets of one direction that are dissected now, those that were held in front of them included. */
typedef struct {
    tvbuff_t *tvb;
    gsize len, held;
    gboolean is_last; /* nothing follows */
} Run;

static Run begin_run(tvbuff_t *tvb, packet_info *pinfo, gboolean is_last)
{
    gsize len = tvb_captured_length(tvb);
    const WsscHttpHeld *held = wssc_http_held(pinfo);
    Run run = {tvb, len, 0, is_last || len < tvb_reported_length(tvb)};
    if (held == NULL)
        return run;
    guint8 *joined = wmem_alloc(pinfo->pool, held->len + len);
    memcpy(joined, held->octets->data, held->len);
    tvb_memcpy(tvb, joined + held->len, 0, len);
    run.held = held->len;
    run.is_last |= held->times >= MAX_TIMES_HELD;
    run.len = held->len + len;
    run.tvb = tvb_new_child_real_data(tvb, joined, (guint)run.len, (gint)run.len);
    add_new_data_source(pinfo, run.tvb, "HTTP message past its Content-Length");
    return run;
}

/* TCP's dissector counts from the octets that it gave: what was held cannot be asked for again. */
static void dissect_rest(const Front *front, const Run *run, packet_info *pinfo, proto_tree *tree, void *data, gsize at)
{
    wssc_http_facts_pass(pinfo);
    tvbuff_t *rest = at > 0 ? tvb_new_subset_remaining(run->tvb, (gint)at) : run->tvb;
    gboolean is_first = front == &on_tcp && at == 0 && run->held == 0 && run->len > 0;
    guint16 can_desegment = pinfo->can_desegment;
    if (is_first && wssc_http_middle_is(pinfo, wssc_bytes(tvb_get_ptr(rest, 0, (gint)run->len), run->len)))
        pinfo->can_desegment = 0;
    dissect_stock(front, rest, pinfo, tree, data);
    pinfo->can_desegment = can_desegment;
    if (pinfo->desegment_len == 0)
        return;
    gsize from = at + (gsize)MAX(pinfo->desegment_offset, 0);
    if (from >= run->held) {
        pinfo->desegment_offset = (int)(from - run->held);
        return;
    }
    pinfo->desegment_len = 0;
    pinfo->desegment_offset = 0;
    wssc_http_hold(pinfo, tvb_get_ptr(run->tvb, (gint)from, (gint)(run->len - from)), run->len - from);
}

static int dissect(const Front *front, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data,
                   gboolean is_last)
{
    const Run run = begin_run(tvb, pinfo, is_last);
    Way way = TO_US;
    gsize at = 0;

    while (at < run.len && way == TO_US) {
        Message message;
        WsscBytes octets = wssc_bytes(tvb_get_ptr(run.tvb, (gint)at, (gint)(run.len - at)), run.len - at);
        way = way_of(pinfo, tree, octets, run.held - MIN(run.held, at), run.is_last, &message);
        if (way != TO_US && way != TO_HEAD)
            break;
        tvbuff_t *part = tvb_new_subset_length(run.tvb, (gint)at, (gint)message.size);
        if (way == TO_HEAD)
            wssc_http_facts_pass(pinfo);
        wssc_http_middle_end(pinfo);
        dissect_head(front, part, pinfo, tree, &message.head, data);
        if (way == TO_US)
            dissect_body(part, pinfo, tree, &message);
        at += message.size;
    }
    if (way == TO_WAIT && at == 0 && run.held > 0) {
        wssc_http_hold_more(pinfo, tvb_get_ptr(tvb, 0, (gint)(run.len - run.held)), run.len - run.held);
        return (int)tvb_captured_length(tvb);
    }
    wssc_http_hold(pinfo, NULL, 0);
    if (way == TO_ASK && pinfo->can_desegment > 0 && at >= run.held) {
        pinfo->desegment_offset = (int)(at - run.held);
        pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
    } else if (way == TO_WAIT) {
        wssc_http_hold(pinfo, tvb_get_ptr(run.tvb, (gint)at, (gint)(run.len - at)), run.len - at);
    } else if (at < run.len || run.len == 0) {
        dissect_rest(front, &run, pinfo, tree, data, at);
    }
    return (int)tvb_captured_length(tvb);
}

static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcp = data;
    step_aside(pinfo);
    tvbuff_t *whole = wssc_tcp_whole(tvb, pinfo, tcp);
    if (whole != NULL) {
        dissect(&on_tcp, whole, pinfo, tree, data, tcp != NULL && (tcp->flags & 0x01) != 0);
        wssc_tcp_note(pinfo);
    }
    return (int)tvb_captured_length(tvb);
}

static int dissect_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    step_aside(pinfo);
    return dissect(&in_tls, tvb, pinfo, tree, data, FALSE);
}

/* ---- which connections -------------------------------------------------------------------------------------- */

static gboolean begins_soap(tvbuff_t *tvb)
{
    gboolean is_response;
    guint len = tvb_captured_length(tvb);
    return len > 0 &&
           wssc_http_head((const char *)tvb_get_ptr(tvb, 0, (gint)len), len, &is_response) == WSSC_HTTP_HEAD_SOAP;
}

static WsscBool find_on_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!begins_soap(tvb))
        return FALSE;
    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num, taken);
    dissect_tcp(tvb, pinfo, tree, data);
    return TRUE;
}

static WsscBool find_in_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!begins_soap(tvb))
        return FALSE;
    tls_set_appdata_dissector(tls_handle, pinfo, in_tls.ours);
    dissect_tls(tvb, pinfo, tree, data);
    return TRUE;
}

/* From above, down to TCP. */
WsscAbove wssc_http_front_shown(const packet_info *pinfo)
{
    WsscAbove shown = {.has_http = FALSE};
    gboolean has_other = FALSE;
    wmem_list_frame_t *layer = wmem_list_tail(pinfo->layers);
    for (; layer != NULL; layer = wmem_list_frame_prev(layer)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(layer));
        if (proto == proto_tcp)
            break;
        /* The lowest layer of TLS is what counts. */
        shown.is_in_tls = proto == proto_tls ? shown.has_http && !has_other : shown.is_in_tls;
        shown.has_tls |= proto == proto_tls;
        shown.has_http |= proto == proto_http;
        has_other |= proto != proto_http && proto != proto_wssc && proto != proto_tls;
    }
    shown.is_on_tcp = shown.has_http && !has_other && !shown.has_tls && layer != NULL;
    return shown;
}

/* The lower port is asked first, as TCP's dissector does. */
static gboolean leads_to_http(const packet_info *pinfo)
{
    dissector_handle_t by_port = dissector_get_uint_handle(tcp_ports, MIN(pinfo->srcport, pinfo->destport));
    if (by_port == NULL)
        by_port = dissector_get_uint_handle(tcp_ports, MAX(pinfo->srcport, pinfo->destport));
    return is_http(by_port);
}

static void take(packet_info *pinfo, conversation_t *conversation)
{
    conversation_set_dissector_from_frame_number(conversation, pinfo->num, taken);
}

/* Nothing was dissected on TCP yet, and its ports lead to HTTP, by Decode As or by a preference; or HTTP was there. */
void wssc_http_front_follow_ports(packet_info *pinfo, WsscTcpConnection *connection)
{
    connection->is_asked = TRUE;
    if (on_tcp.stock != NULL && conversation_get_dissector(connection->conversation, pinfo->num) == NULL &&
        (leads_to_http(pinfo) || wssc_live_going_on()->is_http))
        take(pinfo, connection->conversation);
}

/* What a connection carries inside of TLS is known as HTTP as well, and a frame without payload shows neither. */
void wssc_http_front_follow(packet_info *pinfo, WsscTcpConnection *connection, WsscAbove shown)
{
    if (on_tcp.stock == NULL)
        return;
    if (shown.is_in_tls)
        tls_set_appdata_dissector(tls_handle, pinfo, in_tls.ours);
    if (shown.has_tls || !shown.is_on_tcp)
        return;
    dissector_handle_t before = conversation_get_dissector(connection->conversation, pinfo->num);
    if (before == NULL || is_http(before))
        take(pinfo, connection->conversation);
}

void wssc_http_front_go_on_in_tls(packet_info *pinfo)
{
    if (on_tcp.stock != NULL)
        tls_set_appdata_dissector(tls_handle, pinfo, in_tls.ours);
}

/* ---- registration --------------------------------------------------------------------------------------------- */

static void collect_port(const gchar *table _U_, ftenum_t type _U_, gpointer key, gpointer entry, gpointer ports)
{
    if (is_http(dtbl_entry_get_initial_handle(entry)))
        g_array_append_vals(ports, &(guint32){GPOINTER_TO_UINT(key)}, 1);
}

static void take_ports(const char *table, const Front *front)
{
    g_autoptr(GArray) ports = g_array_new(FALSE, FALSE, sizeof(guint32));
    dissector_table_foreach(table, collect_port, ports);
    for (guint i = 0; i < ports->len; i++)
        dissector_add_uint(table, g_array_index(ports, guint32, i), front->ours);
}

void wssc_http_front_register(void)
{
    proto_front = proto_register_protocol_in_name_only("HTTP, SOAP looked at first", "HTTP (SOAP first)", "wssc.http",
                                                       proto_get_id_by_filter_name("http"), FT_PROTOCOL);
}

void wssc_http_front_handoff(dissector_handle_t body)
{
    body_handle = body;
    tls_handle = find_dissector("tls");
    tcp_ports = find_dissector_table("tcp.port");
    proto_http = proto_get_id_by_filter_name("http");
    wssc_http_pass_handoff();
    wssc_http_middle_handoff();
    proto_tcp = proto_get_id_by_filter_name("tcp");
    proto_tls = proto_get_id_by_filter_name("tls");
    on_tcp.stock = find_dissector("http-over-tcp");
    in_tls.stock = find_dissector("http-over-tls");
    if (on_tcp.stock == NULL || in_tls.stock == NULL)
        return;
    /* Wireshark 4.4 and later want names of their own for all dissectors of one protocol in a table. */
    on_tcp.ours = create_dissector_handle_with_name_and_description(dissect_tcp, proto_http, "http_soap_over_tcp",
                                                                    "HTTP (SOAP looked at first)");
    in_tls.ours = create_dissector_handle_with_name_and_description(dissect_tls, proto_http, "http_soap_over_tls",
                                                                    "HTTP in TLS (SOAP looked at first)");
    taken = create_dissector_handle(dissect_tcp, proto_front);
    heur_dissector_add("tcp", find_on_tcp, "SOAP over HTTP", "wssc_http_tcp", proto_http, HEURISTIC_ENABLE);
    heur_dissector_add("tls", find_in_tls, "SOAP over HTTP in TLS", "wssc_http_tls", proto_http, HEURISTIC_ENABLE);
    take_ports("tcp.port", &on_tcp);
    take_ports("tls.port", &in_tls);
    dissector_add_string("tls.alpn", "http/1.1", in_tls.ours);
}
