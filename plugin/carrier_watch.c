/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carrier_watch.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>

#include "carrier/client_hello.h"
#include "connection.h"
#include "heard.h"
#include "http_facts.h"
#include "http_front.h"
#include "http_pairs.h"
#include "live.h"
#include "secrets.h"
#include "tls_facts.h"
#include "tls_place.h"
#include "tls_signs.h"

/* Inlined it would be paid for by each frame. */
#define RARE __attribute__((noinline))
#define FINAL_STATUS 200 /* below it: an interim response (RFC 9110 section 15.2) */

/* Of one conversation; as long as the file. */
typedef struct {
    gboolean is_reset_told;
    gboolean is_fin_told[2];     /* client, server */
    gboolean has_http;           /* a frame showed it */
    gboolean is_answer_due;      /* the last payload came from the client */
    WsscHeard *heard;            /* never NULL */
    guint completeness;          /* as TCP's dissector had it last */
    const char *client, *server; /* as notes name them */
    WsscTlsSigns tls;
    const WsscTlsFacts *facts; /* NULL: none yet */
} Watched;

static int proto_http = -1, proto_tcp = -1;
static gboolean is_wanted; /* our protocol is enabled */

/* ---- one frame ------------------------------------------------------------------------------------------- */

typedef struct {
    tvbuff_t *tvb; /* all of it */
    packet_info *pinfo;
    conversation_t *conversation;
    const struct tcp_analysis *tcp;
    Watched *watched;
    gboolean is_from_server;
    gboolean has_tls; /* among its layers */
} Frame;

static Watched *watched_of(const conversation_t *conversation)
{
    WsscHeard *heard = wssc_heard_of(conversation);
    if (heard->watched == NULL) {
        Watched *own = wmem_new0(wmem_file_scope(), Watched);
        own->is_answer_due = wssc_live_going_on()->is_answer_due;
        own->heard = heard;
        heard->server_port = wssc_live_going_on()->server;
        heard->watched = own;
    }
    return heard->watched;
}

static RARE WsscCarrierNote new_note(const Frame *frame, WsscSignKind kind)
{
    const packet_info *pinfo = frame->pinfo;
    const WsscTlsFacts *tls = wssc_tls_facts(frame->conversation);
    Watched *own = frame->watched;
    if (own->client == NULL) {
        const char *src = wssc_dissect_endpoint(wmem_file_scope(), &pinfo->src, pinfo->srcport);
        const char *dst = wssc_dissect_endpoint(wmem_file_scope(), &pinfo->dst, pinfo->destport);
        own->client = frame->is_from_server ? dst : src;
        own->server = frame->is_from_server ? src : dst;
    }
    return (WsscCarrierNote){.kind = kind,
                             .is_from_server = frame->is_from_server,
                             .client = own->client,
                             .server = own->server,
                             .is_answer_due = frame->watched->is_answer_due,
                             .phase = wssc_tls_signs_phase(&frame->watched->tls),
                             .server_name = tls->server_name,
                             .client_certificate = tls->client_certificate,
                             .certificate_frame = tls->certificate_frame};
}

/* ---- HTTP -------------------------------------------------------------------------------------------------- */

/* Of a connection whose SYN nobody saw. */
static RARE guint server_of(const packet_info *pinfo, const http_conv_t *http)
{
    const http_req_res_t *latest = http != NULL ? http->req_res_tail : NULL;
    if (latest == NULL)
        return 0;
    return latest->req_framenum == pinfo->num   ? pinfo->destport
           : latest->res_framenum == pinfo->num ? pinfo->srcport
                                                : 0;
}

/* The newest pair is that of the response which ended in this frame, unless its request came pipelined: then nothing
 * is told. A SOAP message in the response has answered the request already. */
static RARE void look_at_http(const Frame *frame, const http_conv_t *http)
{
    if (http == NULL || http->req_res_tail == NULL || http->req_res_tail->res_framenum != frame->pinfo->num)
        return;
    guint status = WSSC_HTTP_STATUS(http);
    if (status < FINAL_STATUS) {
        wssc_http_pair_is_interim(http);
        return;
    }
    WsscCarrierNote note = new_note(frame, WSSC_SIGN_STATUS);
    const WsscHttpFacts facts = wssc_http_facts_of_response(frame->pinfo);
    note.pair = wssc_http_pair_of(http);
    note.value = status;
    note.text = facts.agent;
    note.media = facts.media;
    note.via = facts.via;
    note.date = facts.date;
    wssc_live_note(frame->pinfo, &note);
}

/* ---- TCP --------------------------------------------------------------------------------------------------- */

/* Of an end's first segment, on a connection whose SYNs nobody saw: TCP's dissector has one less than its number for
 * the one to begin with. */
static gint32 first_octets(const struct tcp_analysis *tcp)
{
    gint32 octets = (gint32)(tcp->fwd->tcp_analyze_seq_info->nextseq - tcp->fwd->base_seq - 1);
    gboolean is_joined = (tcp->conversation_completeness & (WSSC_SEEN_SYN | WSSC_SEEN_SYN_ACK)) == 0;
    return is_joined && octets >= 0 && octets <= G_MAXUINT16 ? octets : 0;
}

/* What the sequence number went on by. A FIN counts as one octet (RFC 9293 section 3.4); TCP's dissector tells only the
 * first of a connection, and after that the other end has nothing to add but its own. */
static guint32 octets_of(const Frame *frame, gboolean *ret_is_fin)
{
    const tcp_analyze_seq_flow_info_t *flow = frame->tcp->fwd->tcp_analyze_seq_info;
    Watched *own = frame->watched;
    guint side = frame->is_from_server ? 1 : 0;
    gboolean is_closing = own->is_fin_told[!side];

    *ret_is_fin =
        (frame->tcp->conversation_completeness & WSSC_SEEN_FIN) != 0 && !own->is_fin_told[side] && !is_closing;
    if (flow == NULL)
        return 0;
    gint32 octets =
        own->heard->has_next[side] ? (gint32)(flow->nextseq - own->heard->next[side]) : first_octets(frame->tcp);
    own->heard->has_next[side] = TRUE;
    own->heard->next[side] = flow->nextseq;
    if (is_closing && !own->is_fin_told[side] && octets == 1)
        *ret_is_fin = TRUE;
    return octets > 0 ? (guint32)octets - (*ret_is_fin ? 1 : 0) : 0;
}

/* The frame's last octets, as far as they were captured. */
static WsscBytes payload_of(const Frame *frame, guint32 octets)
{
    if (octets == 0)
        return wssc_bytes(NULL, 0);
    guint on_wire = tvb_reported_length(frame->tvb), captured = tvb_captured_length(frame->tvb);
    if (octets > on_wire || on_wire - octets >= captured)
        return wssc_bytes(NULL, 0);
    gint start = (gint)(on_wire - octets), len = (gint)captured - start;
    return wssc_bytes(tvb_get_ptr(frame->tvb, start, len), (gsize)len);
}

/* Whether TLS's dissector was called for a piece of a record depends on Wireshark's version. */
static gboolean is_in_tls(const Frame *frame)
{
    return frame->has_tls || wssc_tls_signs_phase(&frame->watched->tls) != WSSC_TLS_NONE;
}

/* TLS is begun by its client: whoever took the connection's SYN does not. */
static gboolean may_begin_tls(const Frame *frame)
{
    return !frame->is_from_server || frame->tcp->server_port == 0;
}

/* As most frames are when both ends have begun to send data: they change nothing of what is known. */
static gboolean is_data_alone(const Frame *frame, WsscBytes payload, gboolean is_decrypted)
{
    const Watched *own = frame->watched;
    return !is_decrypted && wssc_tls_signs_phase(&own->tls) == WSSC_TLS_DONE &&
           (own->facts == NULL || own->facts->hello.octets == NULL) && wssc_tls_is_data_alone(payload);
}

static RARE void look_at_tls(const Frame *frame, WsscBytes payload, gboolean is_decrypted)
{
    WsscTlsAlert alert;
    frame->watched->facts =
        wssc_tls_facts_look(frame->conversation, frame->pinfo, payload, frame->is_from_server, is_decrypted);
    wssc_tls_signs_look(&frame->watched->tls, payload, frame->is_from_server);
    if (!frame->has_tls || !wssc_tls_signs_alert(frame->pinfo, payload, is_decrypted, &alert))
        return;
    WsscCarrierNote note = new_note(frame, WSSC_SIGN_TLS_ALERT);
    note.value = alert.description;
    wssc_live_note(frame->pinfo, &note);
}

static RARE void tell_reset(const Frame *frame)
{
    guint seen = frame->tcp->conversation_completeness;
    frame->watched->is_reset_told = TRUE;
    gboolean is_refused = (seen & WSSC_SEEN_SYN) != 0 && (seen & (WSSC_SEEN_SYN_ACK | WSSC_SEEN_DATA)) == 0;
    WsscCarrierNote note = new_note(frame, is_refused ? WSSC_SIGN_REFUSED : WSSC_SIGN_RESET);
    wssc_live_note(frame->pinfo, &note);
}

static RARE void tell_fin(const Frame *frame)
{
    frame->watched->is_fin_told[frame->is_from_server ? 1 : 0] = TRUE;
    WsscCarrierNote note = new_note(frame, WSSC_SIGN_FIN);
    wssc_live_note(frame->pinfo, &note);
}

/* Of a payload with TLS, or with which it may begin. */
static RARE void look_at_payload(const Frame *frame, guint32 octets)
{
    WsscBytes payload = payload_of(frame, octets);
    gboolean has_tls = is_in_tls(frame) || wssc_client_hello_is(payload);
    if (octets >= (has_tls ? WSSC_MIN_TLS_WORD : 1))
        frame->watched->is_answer_due = !frame->is_from_server;
    gboolean is_decrypted = has_tls && frame->has_tls && wssc_tls_may_be_decrypted(frame->pinfo, frame->conversation);
    if (has_tls && payload.len > 0 && !is_data_alone(frame, payload, is_decrypted))
        look_at_tls(frame, payload, is_decrypted);
}

static inline void look_at_tcp(const Frame *frame)
{
    gboolean is_fin;
    guint32 octets = octets_of(frame, &is_fin);
    if (octets > 0 && (is_in_tls(frame) || may_begin_tls(frame)))
        look_at_payload(frame, octets);
    else if (octets > 0)
        frame->watched->is_answer_due = !frame->is_from_server;
    if ((frame->tcp->conversation_completeness & WSSC_SEEN_RESET) != 0 && !frame->watched->is_reset_told)
        tell_reset(frame);
    if (is_fin)
        tell_fin(frame);
}

/* As an acknowledgement has it: the connection is where it was, and so are its ends. */
static inline gboolean has_nothing(const Watched *own, const struct tcp_analysis *tcp, gboolean from_server)
{
    const tcp_analyze_seq_flow_info_t *flow = tcp->fwd->tcp_analyze_seq_info;
    guint side = from_server ? 1 : 0;
    return own->completeness == tcp->conversation_completeness && flow != NULL && own->heard->has_next[side] &&
           own->heard->next[side] == flow->nextseq;
}

/* By the connection's SYN. */
static inline gboolean is_server_told(const packet_info *pinfo, const struct tcp_analysis *tcp)
{
    return tcp->server_port != 0 && pinfo->srcport != pinfo->destport;
}

/* Seen at once, of most acknowledgements. */
static inline gboolean is_at_rest(const packet_info *pinfo, const WsscTcpConnection *connection)
{
    const struct tcp_analysis *tcp = connection->tcp;
    return connection->watched != NULL && tcp->fwd != NULL && is_server_told(pinfo, tcp) &&
           has_nothing(connection->watched, tcp, pinfo->srcport == tcp->server_port);
}

/* shown: NULL when nothing stands above TCP, and is_at_rest was FALSE. */
static RARE void look_at_connection(tvbuff_t *tvb, packet_info *pinfo, WsscTcpConnection *connection,
                                    const WsscAbove *shown)
{
    const struct tcp_analysis *tcp = connection->tcp;
    Watched *own = connection->watched;
    const http_conv_t *http = NULL;
    if (tcp == NULL || tcp->fwd == NULL)
        return;
    if (own == NULL)
        own = connection->watched = watched_of(connection->conversation);
    own->has_http |= shown != NULL && shown->has_http;
    guint32 server = tcp->server_port != 0 ? tcp->server_port : own->heard->server_port;
    if (own->has_http && (server == 0 || shown != NULL))
        http = conversation_get_proto_data(connection->conversation, proto_http);
    if (server == 0)
        server = own->heard->server_port = server_of(pinfo, http);
    gboolean from_server = wssc_heard_is_from_server(pinfo, server);
    if (shown == NULL && !is_server_told(pinfo, tcp) && has_nothing(own, tcp, from_server))
        return;
    own->completeness = tcp->conversation_completeness;
    const Frame frame = {tvb, pinfo, connection->conversation, tcp, own, from_server, shown != NULL && shown->has_tls};
    look_at_tcp(&frame);
    if (shown != NULL && shown->has_http)
        look_at_http(&frame, http);
}

static RARE void look_above(tvbuff_t *tvb, packet_info *pinfo, WsscTcpConnection *connection, gboolean is_feeding)
{
    const WsscAbove shown = wssc_http_front_shown(pinfo);
    wssc_http_front_follow(pinfo, connection, shown);
    if (is_feeding)
        look_at_connection(tvb, pinfo, connection, &shown);
}

static inline gboolean ends_with_tcp(const packet_info *pinfo)
{
    wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);
    return last != NULL && GPOINTER_TO_INT(wmem_list_frame_data(last)) == proto_tcp;
}

/* Of each frame, with or without anything of ours: nothing may be looked up, walked through or allocated here for most
 * of them. */
static int look(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree _U_, void *data _U_)
{
    if (!is_wanted)
        return 0;
    gboolean is_feeding = wssc_live_note_frame(pinfo);
    if (pinfo->fd->visited)
        return 0;
    if (is_feeding)
        wssc_secrets_note_frame(pinfo);
    WsscTcpConnection *connection = wssc_tcp_connection(pinfo);
    if (connection == NULL)
        return 0;
    if (!ends_with_tcp(pinfo)) {
        look_above(tvb, pinfo, connection, is_feeding);
        return 0;
    }
    if (!connection->is_asked)
        wssc_http_front_follow_ports(pinfo, connection);
    if (is_feeding && !is_at_rest(pinfo, connection))
        look_at_connection(tvb, pinfo, connection, NULL);
    return 0;
}

void wssc_carrier_watch_go_on(packet_info *pinfo)
{
    Watched *own = watched_of(wssc_live_conversation(pinfo));
    own->is_answer_due = wssc_live_going_on()->is_answer_due;
    own->tls.has_data[0] = own->tls.has_data[1] = TRUE;
}

/* What is enabled changes between captures, or they are dissected anew. */
static void begin(void)
{
    is_wanted = proto_is_protocol_enabled(find_protocol_by_id(proto_wssc));
}

void wssc_carrier_watch_register(void)
{
    register_init_routine(begin);
    /* Of no protocol: what is no layer, and nobody can turn off, costs less to call. */
    register_postdissector(create_dissector_handle(look, -1));
    wssc_tcp_connection_register();
    wssc_heard_register();
    wssc_tls_facts_register();
    wssc_http_pairs_register();
}

void wssc_carrier_watch_handoff(void)
{
    proto_http = proto_get_id_by_filter_name("http");
    proto_tcp = proto_get_id_by_filter_name("tcp");
    wssc_tls_signs_handoff();
}
