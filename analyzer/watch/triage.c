/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "compat.h"

#include "watch/triage.h"

#include <string.h>

#include "dissect.h"
#include "watch/tls_watch.h"

WsscTriage *wssc_triage_new(void)
{
    WsscTriage *triage = g_new0(WsscTriage, 1);
    triage->first_frames = g_array_new(FALSE, FALSE, sizeof(guint32));
    triage->closed_tls = g_ptr_array_new_with_free_func(wssc_closed_tls_free);
    return triage;
}

void wssc_triage_free(WsscTriage *triage)
{
    if (triage == NULL)
        return;
    g_array_unref(triage->first_frames);
    g_ptr_array_unref(triage->closed_tls);
    g_free(triage);
}

/* ---- ports --------------------------------------------------------------------------------------------------------
 */

/* The protocol whose dissector gets what is on a port; "" for none. */
static const char *protocol_on(const char *table, guint port)
{
    dissector_handle_t handle = dissector_get_uint_handle(find_dissector_table(table), port);
    int protocol = handle != NULL ? dissector_handle_get_protocol_index(handle) : -1;
    return protocol >= 0 ? proto_get_protocol_filter_name(protocol) : "";
}

/* The lower port's dissector is asked first, with newer versions that of the port which a SYN went to: they are to be
 * the same, or there is but one. */
static const char *protocol_of(guint16 client, guint16 server)
{
    const char *at_client = protocol_on("tcp.port", client), *at_server = protocol_on("tcp.port", server);
    if (*at_client == '\0' || (*at_server != '\0' && server < client))
        return at_server;
    return "ambiguous";
}

static const char *const expected[] = {[WSSC_TALK_HTTP] = "http",
                                       [WSSC_TALK_NETTCP] = "nettcp",
                                       [WSSC_TALK_TLS] = "tls",
                                       [WSSC_TALK_SSH] = "ssh",
                                       [WSSC_TALK_BINARY] = ""};

/* Protocols in binary that are found by their ports, whose dissectors hand on nothing but their own: files of SMB,
 * directories, tickets, databases. None arranges for other connections; what becomes TLS is not all binary. */
static gboolean leads_nowhere(const char *protocol)
{
    static const char *const own[] = {"kerberos", "ldap", "mongo", "mysql", "nbss", "tns"};
    for (guint i = 0; i < G_N_ELEMENTS(own); i++)
        if (strcmp(protocol, own[i]) == 0)
            return TRUE;
    return FALSE;
}

/* ---- connections --------------------------------------------------------------------------------------------------
 */

static gboolean holds_nothing(const WsscGist *gist, gboolean has_keys)
{
    gboolean may_be_opened = has_keys && (gist->bits & WSSC_GIST_UNKEYED) == 0;
    if (gist->kind == WSSC_TALK_STRANGE || (gist->kind == WSSC_TALK_TLS && may_be_opened))
        return FALSE;
    const char *protocol = protocol_of(gist->client, gist->server);
    return gist->kind == WSSC_TALK_NONE || strcmp(protocol, expected[gist->kind]) == 0 ||
           (gist->kind == WSSC_TALK_BINARY && leads_nowhere(protocol));
}

gboolean wssc_triage_is_found(const WsscGist *gist)
{
    const char *protocol = protocol_of(gist->client, gist->server);
    WsscTalkKind kind = (gist->bits & WSSC_GIST_IS_NETTCP) != 0 ? WSSC_TALK_NETTCP
                        : (gist->bits & WSSC_GIST_IS_TLS) != 0  ? WSSC_TALK_TLS
                                                                : WSSC_TALK_HTTP;
    gboolean is_midway = (gist->bits & WSSC_GIST_MIDWAY) != 0;
    return (*protocol == '\0' && !is_midway) || strcmp(protocol, expected[kind]) == 0;
}

static void list_closed(WsscTriage *triage, const WsscTlsSeen *seen)
{
    WsscClosedTls *closed = g_new0(WsscClosedTls, 1);
    closed->client = wssc_dissect_end(&seen->ends, seen->client);
    closed->server = wssc_dissect_end(&seen->ends, !seen->client);
    closed->server_name = g_strdup(seen->server_name);
    closed->first_frame = seen->first_spoken;
    closed->last_frame = seen->last_spoken;
    g_ptr_array_add(triage->closed_tls, closed);
}

/* Whoever was found on a port where somebody else was not is told beside that (core/why). */
static guint8 *refused_ports(const WsscConnections *connections)
{
    guint8 *refused = g_malloc0(G_MAXUINT16 + 1);
    for (guint i = 1; i <= wssc_connections_count(connections); i++) {
        const WsscGist *gist = wssc_connections_get(connections, i);
        if ((gist->bits & WSSC_GIST_REFUSED) != 0)
            refused[gist->server] = 1;
    }
    return refused;
}

void wssc_triage_decide(WsscTriage *triage, const WsscConnections *connections, gboolean has_keys, guint8 mark)
{
    g_autofree guint8 *refused = refused_ports(connections);
    for (guint i = 1; i <= wssc_connections_count(connections); i++) {
        WsscGist *gist = wssc_connections_get(connections, i);
        if (!holds_nothing(gist, has_keys) || refused[gist->server])
            continue;
        gist->mark = mark;
        g_array_append_val(triage->first_frames, gist->first_frame);
        triage->told += (gist->bits & WSSC_GIST_TOLD) != 0 ? 1 : 0;
    }
    for (guint i = 0; i < wssc_connections_tls(connections)->len; i++) {
        const WsscTlsSeen *seen = &g_array_index(wssc_connections_tls(connections), WsscTlsSeen, i);
        const WsscGist *gist = wssc_connections_get(connections, seen->index);
        if (gist->kind == WSSC_TALK_TLS && gist->mark != 0)
            list_closed(triage, seen);
    }
}

/* ---- UDP ----------------------------------------------------------------------------------------------------------
 */

static const struct {
    guint16 port;
    const char *protocol;
} quiet[] = {{53, "dns"},   {67, "dhcp"},  {68, "dhcp"},   {123, "ntp"},
             {137, "nbns"}, {161, "snmp"}, {5353, "mdns"}, {5355, "llmnr"}};

/* Where packets of others are carried: should the lower port's dissector refuse one, the higher port's is asked. */
static gboolean is_tunnel(guint16 port)
{
    static const guint16 tunnels[] = {1701, 2152, 3544, 4500, 4754, 4789, 4790, 6081, 6635, 8472};
    for (guint i = 0; i < G_N_ELEMENTS(tunnels); i++)
        if (tunnels[i] == port)
            return TRUE;
    return FALSE;
}

guint wssc_triage_udp_class(const WsscPacket *packet)
{
    G_STATIC_ASSERT(G_N_ELEMENTS(quiet) == WSSC_TRIAGE_UDP_CLASSES);
    guint16 port = MIN(packet->ends.port[0], packet->ends.port[1]);
    if (is_tunnel(MAX(packet->ends.port[0], packet->ends.port[1])))
        return 0;
    for (guint i = 0; i < G_N_ELEMENTS(quiet); i++)
        if (quiet[i].port == port)
            return i + 1;
    return 0;
}

/* Of packets, or messages in pieces, is carried besides; or connections are arranged for there (sharing.c). */
static gboolean has_ties(guint16 port)
{
    static const guint16 ports[] = {111,  135,  1719, 2123, 2427, 2727, 4341, 4755,  5000,  5060, 5246,
                                    5247, 5683, 5684, 6080, 6343, 9875, 9899, 12222, 12223, 37008};
    for (guint i = 0; i < G_N_ELEMENTS(ports); i++)
        if (ports[i] == port)
            return TRUE;
    return is_tunnel(port);
}

gboolean wssc_triage_udp_is_tied(const WsscPacket *packet)
{
    static const char sign[] = "nvelop"; /* HTTP's dissector reads datagrams, too */
    WsscBytes payload = packet->payload;
    return has_ties(packet->ends.port[0]) || has_ties(packet->ends.port[1]) ||
           (payload.len > 0 && memmem(payload.data, payload.len, sign, strlen(sign)) != NULL);
}

/* It is found by its octets where neither port is another one's; the server's may be that of Google's forerunner. */
static gboolean leads_quic_nowhere(guint16 client_port, gboolean has_keys)
{
    const char *protocol = protocol_on("udp.port", WSSC_QUIC_PORT);
    return !has_keys && (*protocol == '\0' || strcmp(protocol, "quic") == 0 || strcmp(protocol, "gquic") == 0) &&
           *protocol_on("udp.port", client_port) == '\0' && !is_tunnel(client_port);
}

guint8 *wssc_triage_mark_quic(const WsscQuic *quic, gboolean has_keys, guint8 mark)
{
    guint32 count = wssc_quic_count(quic);
    guint8 *marks = g_new0(guint8, count + 1);
    guint16 port;
    for (guint32 flow = 1; flow <= count; flow++)
        if (wssc_quic_is_followed(quic, flow, &port) && leads_quic_nowhere(port, has_keys))
            marks[flow] = mark;
    return marks;
}

gboolean wssc_triage_udp_is_nothing(guint number)
{
    return strcmp(protocol_on("udp.port", quiet[number - 1].port), quiet[number - 1].protocol) == 0;
}
