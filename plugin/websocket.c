/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "websocket.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/proto_data.h>

#include "carry.h"
#include "string_tables.h"

static dissector_handle_t handle;
static int proto_http = -1;

/* Of one WebSocket; client's and server's. */
typedef struct {
    WsscStringTable *strings[2];
} Socket;

/* What a later visit needs of the state at that time. */
typedef struct {
    WsscStringTable *strings;
    guint string_count; /* before this message */
    gboolean is_client;
} Seen;

static gboolean is_from_client(packet_info *pinfo, const conversation_t *conversation)
{
    const http_conv_t *http = conversation_get_proto_data(conversation, proto_http);
    return http != NULL && http->server_port != 0 ? pinfo->destport == http->server_port
                                                  : pinfo->destport < pinfo->srcport;
}

static Seen *see(packet_info *pinfo)
{
    guint *count = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_WEBSOCKET);
    if (count == NULL) {
        count = wmem_new0(pinfo->pool, guint);
        p_add_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_WEBSOCKET, count);
    }
    guint number = (*count)++;
    Seen *seen = p_get_proto_data(wmem_file_scope(), pinfo, proto_wssc, number);
    if (seen != NULL || pinfo->fd->visited)
        return seen;
    conversation_t *conversation = find_or_create_conversation(pinfo);
    Socket *socket = conversation_get_proto_data(conversation, proto_wssc);
    if (socket == NULL) {
        socket = wmem_new0(wmem_file_scope(), Socket);
        for (int i = 0; i < 2; i++)
            socket->strings[i] = wssc_string_tables_new();
        conversation_add_proto_data(conversation, proto_wssc, socket);
    }
    seen = wmem_new0(wmem_file_scope(), Seen);
    seen->is_client = is_from_client(pinfo, conversation);
    seen->strings = socket->strings[seen->is_client ? 0 : 1];
    seen->string_count = wssc_string_table_count(seen->strings);
    p_add_proto_data(wmem_file_scope(), pinfo, proto_wssc, number, seen);
    return seen;
}

/* The content type stands in a header of the handshake only; the octets tell it as well. */
static int dissect_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    int length = (int)tvb_captured_length(tvb);
    if (length == 0)
        return 0;
    GBytes *octets = wssc_live_octets(pinfo, tvb, 0, length);
    Seen *seen = see(pinfo);
    if (seen == NULL)
        return 0;
    gboolean is_text = wssc_bytes_of(octets).data[0] == '<';
    WsscCarried carried = {
        .transport = wssc_live_is_protected(pinfo) ? WSSC_TRANSPORT_WSS : WSSC_TRANSPORT_WS,
        .content_type = is_text ? "application/soap+xml" : wssc_carry_guess_type(wssc_bytes_of(octets)),
        .damage = length < (int)tvb_reported_length(tvb) ? "cut by the capture's snapshot length" : NULL,
        .direction = seen->is_client ? WSSC_DIRECTION_REQUEST : WSSC_DIRECTION_RESPONSE,
    };
    WsscStringTable *table = is_text ? NULL : wssc_string_tables_then(pinfo, seen->strings, seen->string_count);
    if (!wssc_carry_envelope(tvb, pinfo, tree, octets, &carried, table)) {
        wssc_live_count_passed_over(); /* a WebSocket of the subprotocol "soap" carries nothing else */
        return 0;
    }
    wssc_live_count_body();
    return length;
}

void wssc_websocket_register(void)
{
    handle = register_dissector("wssc.websocket", dissect_message, proto_wssc);
}

void wssc_websocket_handoff(void)
{
    proto_http = proto_get_id_by_filter_name("http");
    dissector_add_string("ws.protocol", "soap", handle);
}
