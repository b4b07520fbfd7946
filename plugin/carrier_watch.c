/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carrier_watch.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>

#include "carrier/client_hello.h"
#include "connection.h"
#include "http_facts.h"
#include "http_front.h"
#include "http_pairs.h"
#include "live.h"
#include "secrets.h"
#include "tls_facts.h"
#include "tls_signs.h"

/* Inlined it would be paid for by each frame. */
#define RARE __attribute__((noinline))
#define FINAL_STATUS 200 /* below it: an interim response (RFC 9110 section 15.2) */
/* Fewer octets of TLS are an alert, the end of a handshake or that of a framing session. */
#define MIN_TLS_WORD 64u
/* In the completeness that TCP's dissector keeps of a connection. */
#define SEEN_SYN 0x01
#define SEEN_SYN_ACK 0x02
#define SEEN_DATA 0x08
#define SEEN_FIN 0x10
#define SEEN_RESET 0x20

/* Of one conversation; as long as the file. */
typedef struct {
    gboolean is_reset_told;
    gboolean is_fin_told[2]; /* client, server */
    gboolean has_next[2];
    guint32 next[2];             /* sequence number behind what that end sent */
    gboolean is_answer_due;      /* the last payload came from the client */
    guint completeness;          /* as TCP's dissector had it last */
    const char *client, *server; /* as notes name them */
    WsscTlsSigns tls;
    const WsscTlsFacts *facts; /* NULL: none yet */
} Watched;

static wmem_map_t *watched; /* conv_index + 1 -> Watched */
static int proto_http = -1;
static gboolean is_wanted; /* our protocol is enabled */

/* ---- one frame ------------------------------------------------------------------------------------------- */

typedef struct {
    packet_info *pinfo;
    conversation_t *conversation;
    const struct tcp_analysis *tcp;
    Watched *watched;
    gboolean is_from_server;
    gboolean has_tls; /* among its layers */
} Frame;

/* The port that a SYN went to; else that of HTTP's server, else the lower one. */
static gboolean is_from_server(const packet_info *pinfo, const struct tcp_analysis *tcp, const http_conv_t *http)
{
    guint32 server = tcp->server_port != 0 ? tcp->server_port : http != NULL ? http->server_port : 0;
    if (server != 0 && pinfo->srcport != pinfo->destport)
        return pinfo->srcport == server;
    return pinfo->srcport < pinfo->destport;
}

static Watched *watched_of(const conversation_t *conversation)
{
    gpointer key = GUINT_TO_POINTER(conversation->conv_index + 1);
    Watched *found = wmem_map_lookup(watched, key);
    if (found == NULL) {
        found = wmem_new0(wmem_file_scope(), Watched);
        found->is_answer_due = wssc_live_goes_on_with_answer();
        wmem_map_insert(watched, key, found);
    }
    return found;
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

/* What the sequence number went on by. A FIN counts as one octet (RFC 9293 section 3.4); TCP's dissector tells only the
 * first of a connection, and after that the other end has nothing to add but its own. */
static guint32 octets_of(const Frame *frame, gboolean *ret_is_fin)
{
    const tcp_analyze_seq_flow_info_t *flow = frame->tcp->fwd->tcp_analyze_seq_info;
    Watched *own = frame->watched;
    guint side = frame->is_from_server ? 1 : 0;
    gboolean is_closing = own->is_fin_told[!side];

    *ret_is_fin = (frame->tcp->conversation_completeness & SEEN_FIN) != 0 && !own->is_fin_told[side] && !is_closing;
    if (flow == NULL)
        return 0;
    gint32 octets = own->has_next[side] ? (gint32)(flow->nextseq - own->next[side]) : 0;
    own->has_next[side] = TRUE;
    own->next[side] = flow->nextseq;
    if (is_closing && !own->is_fin_told[side] && octets == 1)
        *ret_is_fin = TRUE;
    return octets > 0 ? (guint32)octets - (*ret_is_fin ? 1 : 0) : 0;
}

/* The frame's last octets, as far as they were captured. */
static WsscBytes payload_of(const Frame *frame, guint32 octets)
{
    if (octets == 0)
        return wssc_bytes(NULL, 0);
    tvbuff_t *tvb = frame->pinfo->data_src != NULL ? get_data_source_tvb(frame->pinfo->data_src->data) : NULL;
    guint on_wire = tvb != NULL ? tvb_reported_length(tvb) : 0, captured = tvb != NULL ? tvb_captured_length(tvb) : 0;
    if (octets > on_wire || on_wire - octets >= captured)
        return wssc_bytes(NULL, 0);
    gint start = (gint)(on_wire - octets), len = (gint)captured - start;
    return wssc_bytes(tvb_get_ptr(tvb, start, len), (gsize)len);
}

/* Whether TLS's dissector was called for a piece of a record depends on Wireshark's version. */
static gboolean is_tls(const Frame *frame, WsscBytes payload)
{
    return wssc_tls_signs_phase(&frame->watched->tls) != WSSC_TLS_NONE || frame->has_tls ||
           wssc_client_hello_is(payload);
}

/* As most frames are when both ends have begun to send data: they change nothing of what is known. */
static gboolean is_data_alone(const Frame *frame, WsscBytes payload, gboolean is_decrypted)
{
    const Watched *own = frame->watched;
    return !is_decrypted && wssc_tls_signs_phase(&own->tls) == WSSC_TLS_DONE &&
           (own->facts == NULL || own->facts->hello == NULL) && wssc_tls_is_data_alone(payload);
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
    gboolean is_refused = (seen & SEEN_SYN) != 0 && (seen & (SEEN_SYN_ACK | SEEN_DATA)) == 0;
    WsscCarrierNote note = new_note(frame, is_refused ? WSSC_SIGN_REFUSED : WSSC_SIGN_RESET);
    wssc_live_note(frame->pinfo, &note);
}

static RARE void tell_fin(const Frame *frame)
{
    frame->watched->is_fin_told[frame->is_from_server ? 1 : 0] = TRUE;
    WsscCarrierNote note = new_note(frame, WSSC_SIGN_FIN);
    wssc_live_note(frame->pinfo, &note);
}

static void look_at_tcp(const Frame *frame)
{
    Watched *own = frame->watched;
    gboolean is_fin;
    guint32 octets = octets_of(frame, &is_fin);
    WsscBytes payload = payload_of(frame, octets);
    gboolean has_tls = is_tls(frame, payload);
    if (octets >= (has_tls ? MIN_TLS_WORD : 1))
        own->is_answer_due = !frame->is_from_server;
    gboolean is_decrypted = has_tls && frame->has_tls && wssc_tls_may_be_decrypted(frame->pinfo, frame->conversation);
    if (has_tls && payload.len > 0 && !is_data_alone(frame, payload, is_decrypted))
        look_at_tls(frame, payload, is_decrypted);
    if ((frame->tcp->conversation_completeness & SEEN_RESET) != 0 && !own->is_reset_told)
        tell_reset(frame);
    if (is_fin)
        tell_fin(frame);
}

/* As an acknowledgement has it: the connection is where it was, and so are its ends. */
static gboolean has_nothing(const Frame *frame)
{
    const tcp_analyze_seq_flow_info_t *flow = frame->tcp->fwd->tcp_analyze_seq_info;
    Watched *own = frame->watched;
    guint side = frame->is_from_server ? 1 : 0;
    gboolean is_same = own->completeness == frame->tcp->conversation_completeness;
    own->completeness = frame->tcp->conversation_completeness;
    return is_same && flow != NULL && own->has_next[side] && own->next[side] == flow->nextseq;
}

static void look_at_connection(packet_info *pinfo, WsscTcpConnection *connection, WsscAbove shown)
{
    const struct tcp_analysis *tcp = connection->tcp;
    if (tcp == NULL || tcp->fwd == NULL)
        return;
    const http_conv_t *http = shown.has_http || tcp->server_port == 0
                                  ? conversation_get_proto_data(connection->conversation, proto_http)
                                  : NULL;
    if (connection->watched == NULL)
        connection->watched = watched_of(connection->conversation);
    Frame frame = {pinfo,        connection->conversation, tcp, connection->watched, is_from_server(pinfo, tcp, http),
                   shown.has_tls};
    if (has_nothing(&frame) && shown.ends_with_tcp)
        return;
    look_at_tcp(&frame);
    if (shown.has_http)
        look_at_http(&frame, http);
}

/* Of each frame, with or without anything of ours: nothing may be looked up, walked through or allocated here for most
 * of them. */
static int look(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree _U_, void *data _U_)
{
    if (!is_wanted)
        return 0;
    wssc_live_number_streams(pinfo);
    if (pinfo->fd->visited)
        return 0;
    gboolean is_feeding = wssc_live_is_feeding(pinfo);
    if (is_feeding) {
        wssc_live_note_frame(pinfo);
        wssc_secrets_note_frame(pinfo);
    }
    WsscTcpConnection *connection = wssc_tcp_connection(pinfo);
    if (connection == NULL)
        return 0;
    const WsscAbove shown = wssc_http_front_shown(pinfo);
    wssc_http_front_follow(pinfo, connection, shown);
    if (is_feeding)
        look_at_connection(pinfo, connection, shown);
    return 0;
}

/* What is enabled changes between captures, or they are dissected anew. */
static void begin(void)
{
    is_wanted = proto_is_protocol_enabled(find_protocol_by_id(proto_wssc));
}

void wssc_carrier_watch_register(void)
{
    watched = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    register_init_routine(begin);
    /* Of no protocol: what is no layer, and nobody can turn off, costs less to call. */
    register_postdissector(create_dissector_handle(look, -1));
    wssc_tcp_connection_register();
    wssc_tls_facts_register();
    wssc_http_pairs_register();
}

void wssc_carrier_watch_handoff(void)
{
    proto_http = proto_get_id_by_filter_name("http");
    wssc_tls_signs_handoff();
}
