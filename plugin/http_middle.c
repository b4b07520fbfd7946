/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "http_middle.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/proto_data.h>

#include "carrier/http_head.h"
#include "connection.h"
#include "heard.h"
#include "live.h"

/* Among the data of proto_wssc that lasts as long as the file. */
#define IS_MIDDLE 0x30000000u

static int proto_http = -1;

static wmem_map_t *middles; /* set of directions (wssc_live_direction) that are in the middle of a message */

/* It was there before the capture, and no message began since; or the segment does not follow the one before it. */
static gboolean begins_there(packet_info *pinfo, guint octets)
{
    const WsscTcpConnection *connection = wssc_tcp_connection(pinfo);
    if (connection == NULL || connection->tcp == NULL)
        return FALSE;
    const http_conv_t *http = conversation_get_proto_data(connection->conversation, proto_http);
    if (http != NULL && http->startframe != 0) /* it is another protocol's */
        return FALSE;
    gboolean is_joined = (connection->tcp->conversation_completeness & (WSSC_SEEN_SYN | WSSC_SEEN_SYN_ACK)) == 0;
    return (is_joined && (http == NULL || http->req_res_tail == NULL)) ||
           wssc_heard_misses(pinfo, connection->conversation, connection->tcp, octets);
}

gboolean wssc_http_middle_is(packet_info *pinfo, WsscBytes octets)
{
    if (!wssc_http_is_middle((const char *)octets.data, octets.len)) {
        wssc_http_middle_end(pinfo);
        return FALSE;
    }
    if (pinfo->fd->visited)
        return p_get_proto_data(wmem_file_scope(), pinfo, proto_wssc, IS_MIDDLE) != NULL;
    gpointer direction = wssc_live_direction(pinfo);
    if (direction == NULL || (!wmem_map_contains(middles, direction) && !begins_there(pinfo, (guint)octets.len)))
        return FALSE;
    wmem_map_insert(middles, direction, GUINT_TO_POINTER(1));
    p_add_proto_data(wmem_file_scope(), pinfo, proto_wssc, IS_MIDDLE, GUINT_TO_POINTER(1));
    return TRUE;
}

void wssc_http_middle_end(packet_info *pinfo)
{
    if (!pinfo->fd->visited && wmem_map_size(middles) > 0)
        wmem_map_remove(middles, wssc_live_direction(pinfo));
}

void wssc_http_middle_register(void)
{
    middles = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}

void wssc_http_middle_handoff(void)
{
    proto_http = proto_get_id_by_filter_name("http");
}
