/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "nettcp_link.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>

#include "live.h"
#include "nettcp_rest.h"
#include "string_tables.h"

void wssc_link_start_session(WsscLink *link, packet_info *pinfo)
{
    link->has_preamble = TRUE;
    copy_address_wmem(wmem_file_scope(), &link->client, &pinfo->src);
    link->client_port = pinfo->srcport;
    link->content_type = link->host = link->target = NULL;
    link->phase = (WsscPhase){.upgrade = WSSC_UPGRADE_NONE};
    for (int i = 0; i < 2; i++)
        link->sides[i] = (WsscSide){.strings = wssc_string_tables_new()};
}

WsscUpgrade wssc_link_upgrade_named(const char *name)
{
    return strcmp(name, "application/ssl-tls") == 0     ? WSSC_UPGRADE_TLS
           : strcmp(name, "application/negotiate") == 0 ? WSSC_UPGRADE_NEGOTIATE
                                                        : WSSC_UPGRADE_OTHER;
}

void wssc_link_take_via(WsscLink *link, const char *via)
{
    const char *scheme = strstr(via, "://");
    if (scheme == NULL)
        return;
    const char *host = scheme + strlen("://"), *path = strchr(host, '/');
    link->host = wmem_strndup(wmem_file_scope(), host, path != NULL ? (gsize)(path - host) : strlen(host));
    link->target = path != NULL ? wmem_strdup(wmem_file_scope(), path) : "/";
}

void wssc_link_lose_way(WsscSide *side, const char *why)
{
    side->is_lost = TRUE;
    wssc_string_table_mark_unknown(side->strings, why);
}

WsscLink *wssc_link_of(packet_info *pinfo)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    WsscLink *link = conversation_get_proto_data(conversation, proto_nettcp);
    if (link == NULL) {
        link = wmem_new0(wmem_file_scope(), WsscLink);
        for (int i = 0; i < 2; i++) {
            link->sides[i].strings = wssc_string_tables_new();
            wssc_link_lose_way(&link->sides[i], "the capture begins inside the session");
        }
        conversation_add_proto_data(conversation, proto_nettcp, link);
        if (wssc_live_is_lent() && !pinfo->fd->visited && pinfo->ptype == PT_TCP)
            wssc_nettcp_rest_note(link, pinfo);
    }
    return link;
}

void wssc_link_begin_conversation(packet_info *pinfo, dissector_handle_t nettcp)
{
    const struct tcp_analysis *before = get_tcp_conversation_data(find_or_create_conversation(pinfo), pinfo);
    conversation_t *conversation =
        conversation_new(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP, pinfo->srcport, pinfo->destport, 0);
    conversation_set_dissector(conversation, nettcp);
    struct tcp_analysis *after = get_tcp_conversation_data(conversation, pinfo);
    if (before == NULL || after == NULL)
        return;
    guint32 stream = after->stream;
    *after = *before; /* it points to its own flows anew with each frame */
    after->stream = stream;
}

gboolean wssc_link_is_from_client(const WsscLink *link, const packet_info *pinfo)
{
    if (!link->has_preamble) {
        /* The port by which Wireshark chose us, be it by preference or Decode As, is the service's. */
        if (pinfo->match_uint == pinfo->destport || pinfo->match_uint == pinfo->srcport)
            return pinfo->match_uint == pinfo->destport;
        return pinfo->destport < pinfo->srcport;
    }
    return pinfo->srcport == link->client_port && addresses_equal(&pinfo->src, &link->client);
}

/* TCP hands on what comes behind missing octets as well. The strings among those are missing from then on: a later
 * one would get a wrong id. With segments put in order (a preference of TCP's) nothing comes behind a gap. */
static gboolean is_in_order(void)
{
    static pref_t *preference;
    if (preference == NULL)
        preference = prefs_find_preference(prefs_find_module("tcp"), "reassemble_out_of_order");
    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

void wssc_link_watch_gaps(WsscLink *link, const packet_info *pinfo, const struct tcpinfo *tcp)
{
    WsscSide *side = &link->sides[wssc_link_is_from_client(link, pinfo) ? 0 : 1];
    WsscSide *other = &link->sides[wssc_link_is_from_client(link, pinfo) ? 1 : 0];

    if (side->has_next && !tcp->is_reassembled && (gint32)(tcp->seq - side->next) > 0 && !is_in_order())
        wssc_string_table_mark_unknown(side->strings, "octets of the session are missing in the capture");
    if (!side->has_next || (gint32)(tcp->nxtseq - side->next) > 0)
        side->next = tcp->nxtseq;
    side->has_next = TRUE;
    if (!other->has_next && (tcp->flags & 0x10) != 0) { /* what it has of the other side, too, begins there */
        other->has_next = TRUE;
        other->next = tcp->lastackseq;
    }
}

void wssc_link_note(const WsscLink *link, packet_info *pinfo, WsscSignKind kind, const char *text)
{
    if (!wssc_live_is_feeding(pinfo))
        return;
    gboolean is_from_client = wssc_link_is_from_client(link, pinfo);
    const char *src = wssc_dissect_endpoint(pinfo->pool, &pinfo->src, pinfo->srcport);
    const char *dst = wssc_dissect_endpoint(pinfo->pool, &pinfo->dst, pinfo->destport);
    WsscCarrierNote note = {.kind = kind,
                            .is_from_server = !is_from_client,
                            .client = is_from_client ? src : dst,
                            .server = is_from_client ? dst : src,
                            .text = text};
    wssc_live_note(pinfo, &note);
}

/* The phase at this point of the frame. Later visits begin with what the first one found when it came to the frame,
 * in whatever order the frames are visited. */
WsscPhase *wssc_link_phase(packet_info *pinfo)
{
    WsscPhase *phase = p_get_proto_data(pinfo->pool, pinfo, proto_nettcp, WSSC_NETTCP_PHASE);
    if (phase != NULL)
        return phase;
    WsscPhase *then = p_get_proto_data(wmem_file_scope(), pinfo, proto_nettcp, WSSC_NETTCP_SEEN_PHASE);
    if (then == NULL && !pinfo->fd->visited) {
        then = wmem_memdup(wmem_file_scope(), &wssc_link_of(pinfo)->phase, sizeof *then);
        p_add_proto_data(wmem_file_scope(), pinfo, proto_nettcp, WSSC_NETTCP_SEEN_PHASE, then);
    }
    phase = wmem_new0(pinfo->pool, WsscPhase);
    if (then != NULL)
        *phase = *then;
    p_add_proto_data(pinfo->pool, pinfo, proto_nettcp, WSSC_NETTCP_PHASE, phase);
    return phase;
}

void wssc_link_set_phase(packet_info *pinfo, WsscPhase phase)
{
    *wssc_link_phase(pinfo) = phase;
    if (!pinfo->fd->visited)
        wssc_link_of(pinfo)->phase = phase;
}
