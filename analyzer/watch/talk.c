/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/talk.h"

#include <string.h>

#include "carrier/http_head.h"
#include "carrier/nettcp.h"

static guint8 bit(guint side)
{
    return (guint8)(1u << side);
}

/* ---- how it begins ------------------------------------------------------------------------------------------------
 */

#define SAMPLE 4u /* octets that tell text from what is none */

static gboolean is_text(WsscBytes octets)
{
    for (gsize i = 0; i < MIN(octets.len, SAMPLE); i++)
        if ((octets.data[i] < 32 || octets.data[i] > 126) && octets.data[i] != '\r' && octets.data[i] != '\n' &&
            octets.data[i] != '\t')
            return FALSE;
    return TRUE;
}

/* A record of TLS, or a ClientHello of SSL 2 (RFC 5246 appendix E.2; of less than 256 octets), is found by libwireshark
 * where any segment begins. */
static gboolean may_be_tls(WsscBytes octets)
{
    enum { TLS_FIRST = 20, TLS_LAST = 24, TLS_MAJOR = 3, MAX_MINOR = 4, SSL_2 = 0x80, CLIENT_HELLO = 1, AT_TYPE = 2 };
    const guint8 *at = octets.data;
    if (octets.len < SAMPLE)
        return FALSE;
    gboolean is_record = at[0] >= TLS_FIRST && at[0] <= TLS_LAST && at[1] == TLS_MAJOR && at[2] <= MAX_MINOR;
    return is_record || (at[0] == SSL_2 && at[AT_TYPE] == CLIENT_HELLO);
}

/* How others begin that carry something else: net.tcp and packets that rpcapd sends (a zero and its kinds of message,
 * with the first bit set in answers), TPKT (RDP), and what TDS says before its login. */
static gboolean may_carry(const guint8 *octets)
{
    enum { RPCAP_LAST = 10, ANSWER = 0x80, TPKT = 3, TDS_BEFORE_LOGIN = 0x12 };
    guint8 kind = octets[1] & (guint8)~ANSWER;
    return (octets[0] == 0 && kind >= 1 && kind <= RPCAP_LAST) || (octets[0] == TPKT && octets[1] == 0) ||
           (octets[0] == TDS_BEFORE_LOGIN && octets[1] <= 1);
}

static gboolean may_be_known(WsscBytes octets)
{
    enum { TLS_FIRST = 20, TLS_LAST = 24 };
    return octets.len < SAMPLE || is_text(octets) || (octets.data[0] >= TLS_FIRST && octets.data[0] <= TLS_LAST) ||
           (octets.data[0] & 0x80) != 0 || may_be_tls(octets) || may_carry(octets.data);
}

static gboolean is_banner(WsscBytes octets)
{
    return octets.len > 4 && memcmp(octets.data, "SSH-", 4) == 0;
}

static WsscTalkKind kind_of(WsscBytes octets, gboolean is_from_client)
{
    return is_from_client && wssc_http_talk_begins(octets)  ? WSSC_TALK_HTTP
           : is_from_client && wssc_nettcp_begins(octets)   ? WSSC_TALK_NETTCP
           : is_from_client && wssc_tls_talk_begins(octets) ? WSSC_TALK_TLS
           : is_banner(octets)                              ? WSSC_TALK_SSH
           : may_be_known(octets)                           ? WSSC_TALK_STRANGE
                                                            : WSSC_TALK_BINARY;
}

static void begin(WsscTalk *talk, WsscTalkKind kind)
{
    talk->kind = (guint8)kind;
    talk->is_nettcp = kind == WSSC_TALK_NETTCP ? 1 : 0;
    talk->is_tls = kind == WSSC_TALK_TLS ? 1 : 0;
    if (kind == WSSC_TALK_HTTP)
        talk->as.http = wssc_http_talk_new();
    else if (kind == WSSC_TALK_NETTCP)
        talk->as.nettcp = wssc_nettcp_talk_new();
    else if (kind == WSSC_TALK_TLS)
        talk->as.tls = wssc_tls_talk_new();
    else if (kind == WSSC_TALK_SSH || kind == WSSC_TALK_BINARY)
        talk->as.tails = g_new0(WsscSignTail, 2);
}

void wssc_talk_clear(WsscTalk *talk)
{
    if (talk->kind == WSSC_TALK_HTTP)
        wssc_http_talk_free(talk->as.http);
    else if (talk->kind == WSSC_TALK_NETTCP)
        wssc_nettcp_talk_free(talk->as.nettcp);
    else if (talk->kind == WSSC_TALK_TLS)
        wssc_tls_talk_free(talk->as.tls);
    else if (talk->kind == WSSC_TALK_SSH || talk->kind == WSSC_TALK_BINARY)
        g_free(talk->as.tails);
    talk->as.http = NULL;
}

void wssc_talk_give_up(WsscTalk *talk)
{
    wssc_talk_clear(talk);
    talk->kind = WSSC_TALK_STRANGE;
}

/* ---- octets -------------------------------------------------------------------------------------------------------
 */

/* Each end begins in the same way, and in no way that anything known does. */
static gboolean take_other(WsscTalk *talk, guint side, WsscBytes octets)
{
    gboolean is_first = (talk->has_spoken & bit(side)) == 0;
    gboolean is_good = !is_first || (talk->kind == WSSC_TALK_SSH ? is_banner(octets) : !may_be_known(octets));
    return is_good && !may_be_tls(octets) && !wssc_signs_follow(&talk->as.tails[side], octets);
}

/* Who asks is known by the first head. TRUE: nothing else is followed. */
static gboolean begin_joined(WsscTalk *talk, guint side, WsscBytes octets)
{
    gboolean is_request = wssc_http_talk_begins(octets);
    talk->is_midway |= is_request ? 0 : 1;
    if (!is_request && !wssc_http_talk_is_answer(octets))
        return wssc_http_is_middle((const char *)octets.data, octets.len);
    talk->client = (guint8)(is_request ? side : !side);
    talk->kind = WSSC_TALK_HTTP;
    talk->as.http = talk->is_midway ? wssc_http_talk_new_joined() : wssc_http_talk_new();
    return wssc_http_talk_take(talk->as.http, !is_request, octets);
}

static gboolean take_octets(WsscTalk *talk, guint side, WsscBytes octets)
{
    if (talk->kind == WSSC_TALK_NONE && talk->is_joined)
        return begin_joined(talk, side, octets);
    gboolean is_from_server = side != talk->client;
    if (talk->kind == WSSC_TALK_NONE)
        begin(talk, kind_of(octets, !is_from_server));
    switch (talk->kind) {
    case WSSC_TALK_HTTP:
        return wssc_http_talk_take(talk->as.http, is_from_server, octets);
    case WSSC_TALK_NETTCP:
        return wssc_nettcp_talk_take(talk->as.nettcp, is_from_server, octets);
    case WSSC_TALK_TLS:
        return wssc_tls_talk_take(talk->as.tls, is_from_server, octets);
    case WSSC_TALK_SSH:
    case WSSC_TALK_BINARY:
        return take_other(talk, side, octets);
    default:
        return FALSE;
    }
}

/* ---- segments -----------------------------------------------------------------------------------------------------
 */

/* The client's and the server's, once each, without octets. */
static gboolean take_syn(WsscTalk *talk, const WsscPacket *packet, guint32 frame)
{
    gboolean is_clients = !packet->has_ack;
    if (is_clients ? talk->first_frame != 0 : talk->first_frame == 0 || packet->side == talk->client)
        return FALSE;
    if ((talk->has_syn & bit(packet->side)) != 0 || packet->segment.len > 0 || packet->segment.is_fin ||
        packet->is_reset || talk->is_reset)
        return FALSE;
    if (is_clients) {
        talk->first_frame = frame;
        talk->client = (guint8)packet->side;
    }
    talk->has_syn |= bit(packet->side);
    return TRUE;
}

static gboolean take_end(WsscTalk *talk, const WsscPacket *packet)
{
    gboolean is_from_server = packet->side != talk->client;
    if (packet->is_reset)
        talk->is_reset = TRUE;
    else
        talk->has_fin |= bit(packet->side);
    return talk->kind != WSSC_TALK_TLS || wssc_tls_talk_end(talk->as.tls, is_from_server);
}

/* One without octets may be late or keep the connection alive; a reset need not know where the other end is. */
static gboolean is_in_place(const WsscTalk *talk, const WsscPacket *packet, WsscArrivalKind arrival)
{
    gboolean is_empty = packet->segment.len == 0 && !packet->segment.is_fin;
    if (talk->is_joined && arrival == WSSC_ARRIVAL_INSIDE)
        return TRUE;
    return arrival == WSSC_ARRIVAL_NEXT || (is_empty && (packet->is_reset || arrival == WSSC_ARRIVAL_BEHIND));
}

static gboolean take(WsscTalk *talk, const WsscPacket *packet, WsscArrivalKind arrival, guint32 frame)
{
    const WsscSegment *segment = &packet->segment;
    if (!packet->is_plain || packet->ends.port[0] == packet->ends.port[1])
        return FALSE;
    if (segment->is_syn)
        return !talk->is_joined && take_syn(talk, packet, frame);
    talk->is_joined |= talk->has_syn == 0 ? 1 : 0;
    /* Only a reset comes from an end that did not say hello: nobody listens. */
    talk->is_refused |= talk->first_frame != 0 && packet->is_reset && talk->has_syn != 3;
    if ((talk->has_syn != 3 && !talk->is_joined) || !is_in_place(talk, packet, arrival))
        return FALSE;
    if (segment->len > 0) {
        /* Behind a FIN libwireshark reads what comes from the other end in ways of its own. */
        if (packet->is_reset || talk->is_reset || talk->has_fin != 0 ||
            !take_octets(talk, packet->side, packet->payload))
            return FALSE;
        talk->has_spoken |= bit(packet->side);
        talk->last_spoken = frame;
        if (talk->first_spoken == 0)
            talk->first_spoken = frame;
    }
    return (!packet->is_reset && !segment->is_fin) || take_end(talk, packet);
}

/* Strange ones can be refused, too, which bears on others of that port. */
static void note_refusal(WsscTalk *talk, const WsscPacket *packet)
{
    if (packet->segment.is_syn && !packet->has_ack) {
        talk->is_asked = 1;
        talk->is_answered = 0;
    } else if (packet->segment.is_syn || packet->segment.len > 0) {
        talk->is_answered = 1;
    } else if (packet->is_reset && talk->is_asked && !talk->is_answered) {
        talk->is_refused = 1;
        if (talk->first_frame == 0)
            talk->client = packet->side == 0 ? 1 : 0;
    }
}

/* Octets that could not be followed, and changed nothing. */
static gboolean is_unasked(const WsscTalk *talk, const WsscPacket *packet)
{
    if (packet->segment.len == 0)
        return FALSE;
    if (talk->kind == WSSC_TALK_HTTP)
        return wssc_http_talk_is_unasked(talk->as.http, packet->side != talk->client, packet->payload);
    return packet->side != talk->client && wssc_talk_is_between(talk);
}

void wssc_talk_take(WsscTalk *talk, const WsscPacket *packet, WsscArrivalKind arrival, guint32 frame)
{
    note_refusal(talk, packet);
    if (talk->kind == WSSC_TALK_STRANGE || take(talk, packet, arrival, frame))
        return;
    if (is_unasked(talk, packet))
        talk->is_unasked = 1;
    wssc_talk_give_up(talk);
}

/* ---- the end ------------------------------------------------------------------------------------------------------
 */

void wssc_talk_finish(WsscTalk *talk)
{
    gboolean is_even = talk->first_frame != 0;
    if (talk->is_joined || talk->is_late)
        is_even = FALSE;
    else if (talk->kind == WSSC_TALK_HTTP)
        is_even = wssc_http_talk_is_even(talk->as.http) && !wssc_http_talk_may_be_ours(talk->as.http);
    else if (talk->kind == WSSC_TALK_TLS)
        is_even = wssc_tls_talk_is_even(talk->as.tls);
    else if (talk->kind == WSSC_TALK_NETTCP)
        is_even = FALSE; /* it is ours */
    if (!is_even && talk->kind != WSSC_TALK_STRANGE)
        wssc_talk_give_up(talk);
}

gboolean wssc_talk_is_between(const WsscTalk *talk)
{
    if ((talk->has_syn != 3 && !talk->is_joined) || talk->has_fin != 0 || talk->is_reset)
        return FALSE;
    return (talk->kind == WSSC_TALK_NONE && talk->has_spoken == 0) ||
           (talk->kind == WSSC_TALK_HTTP && wssc_http_talk_is_between(talk->as.http)) ||
           (talk->kind == WSSC_TALK_NETTCP && wssc_nettcp_talk_is_between(talk->as.nettcp)) ||
           (talk->kind == WSSC_TALK_TLS && wssc_tls_talk_is_between(talk->as.tls));
}

gboolean wssc_talk_is_told(const WsscTalk *talk)
{
    return talk->is_reset || talk->has_fin != 0 ||
           (talk->kind == WSSC_TALK_HTTP && wssc_http_talk_answers(talk->as.http) > 0);
}
