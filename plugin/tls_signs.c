/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "tls_signs.h"

#include <epan/dissectors/packet-tls-utils.h>
#include <epan/proto_data.h>

/* Records of TLS (RFC 8446 section 5.1). */
#define RECORD_ALERT 21
#define RECORD_HANDSHAKE 22
#define RECORD_DATA 23
#define RECORD_HEAD 5
#define CLIENT_HELLO 1
#define SERVER_HELLO 2
#define CLOSE_NOTIFY 0
/* Of one frame. epan keeps what it decrypted by the number of the layer, which need not be its place among the layers
 * that stand in pinfo. */
#define MAX_LAYERS 16

static int proto_tls = -1;

static gboolean is_record(WsscBytes octets)
{
    return octets.len > RECORD_HEAD && octets.data[0] >= 20 && octets.data[0] <= RECORD_DATA && octets.data[1] == 3 &&
           octets.data[2] <= 4;
}

gboolean wssc_tls_next_record(WsscBytes *octets, guint8 *ret_type, WsscBytes *ret_body)
{
    if (!is_record(*octets))
        return FALSE;
    gsize size = (gsize)octets->data[3] << 8 | octets->data[4];
    gsize here = MIN(size, octets->len - RECORD_HEAD);
    *ret_type = octets->data[0];
    *ret_body = wssc_bytes(octets->data + RECORD_HEAD, here);
    *octets = wssc_bytes(octets->data + RECORD_HEAD + here, octets->len - RECORD_HEAD - here);
    return TRUE;
}

gboolean wssc_tls_is_data_alone(WsscBytes payload)
{
    WsscBytes body;
    guint8 type;
    while (wssc_tls_next_record(&payload, &type, &body))
        if (type != RECORD_DATA)
            return FALSE;
    return TRUE;
}

void wssc_tls_signs_look(WsscTlsSigns *signs, WsscBytes payload, gboolean is_from_server)
{
    if (is_record(payload) && payload.data[0] == RECORD_HANDSHAKE && payload.data[RECORD_HEAD] == CLIENT_HELLO &&
        signs->has_data[0] && signs->has_data[1])
        *signs = (WsscTlsSigns){.has_hello = FALSE}; /* a connection may carry several, one after the other */
    WsscBytes body;
    guint8 type;
    while (wssc_tls_next_record(&payload, &type, &body)) {
        if (type == RECORD_HANDSHAKE && body.len > 0) {
            signs->has_hello |= body.data[0] == CLIENT_HELLO;
            signs->has_answer |= body.data[0] == SERVER_HELLO;
        } else if (type == RECORD_DATA) {
            signs->has_data[is_from_server ? 1 : 0] = TRUE;
        }
    }
}

static gboolean read_alert(const guint8 *octets, gsize len, WsscTlsAlert *ret_alert)
{
    if (len != 2 || octets[0] < 1 || octets[0] > 2 || octets[1] == CLOSE_NOTIFY)
        return FALSE;
    *ret_alert = (WsscTlsAlert){octets[0], octets[1]};
    return TRUE;
}

/* Each decrypted record is a source of octets beside the frame; and without keys there are no decoders. */
gboolean wssc_tls_may_be_decrypted(const packet_info *pinfo, const conversation_t *conversation)
{
    if (pinfo->data_src == NULL || pinfo->data_src->next == NULL)
        return FALSE;
    const SslDecryptSession *session = conversation_get_proto_data(conversation, proto_tls);
    return session == NULL || session->client != NULL || session->server != NULL;
}

gboolean wssc_tls_next_decrypted(packet_info *pinfo, WsscTlsDecrypted *at, guint8 *ret_type, WsscBytes *ret_body)
{
    for (; at->record == NULL && at->layer < MAX_LAYERS; at->layer++) {
        const SslPacketInfo *info = p_get_proto_data(wmem_file_scope(), pinfo, proto_tls, at->layer);
        at->record = info != NULL ? info->records : NULL;
    }
    if (at->record == NULL)
        return FALSE;
    *ret_type = (guint8)at->record->type;
    *ret_body = wssc_bytes((const guint8 *)at->record->plain_data, at->record->data_len);
    at->record = at->record->next;
    return TRUE;
}

static gboolean decrypted_alert(packet_info *pinfo, WsscTlsAlert *ret_alert)
{
    WsscTlsDecrypted at = {.layer = 0};
    WsscBytes body;
    guint8 type;
    while (wssc_tls_next_decrypted(pinfo, &at, &type, &body))
        if (type == RECORD_ALERT && read_alert(body.data, body.len, ret_alert))
            return TRUE;
    return FALSE;
}

gboolean wssc_tls_signs_alert(packet_info *pinfo, WsscBytes payload, gboolean is_decrypted, WsscTlsAlert *ret_alert)
{
    WsscBytes body;
    guint8 type;
    while (wssc_tls_next_record(&payload, &type, &body))
        if (type == RECORD_ALERT && read_alert(body.data, body.len, ret_alert))
            return TRUE;
    return is_decrypted && decrypted_alert(pinfo, ret_alert);
}

void wssc_tls_signs_handoff(void)
{
    proto_tls = proto_get_id_by_filter_name("tls");
}
