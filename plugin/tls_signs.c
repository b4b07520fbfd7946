/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "tls_signs.h"

#include <string.h>

#include <epan/dissectors/packet-tls-utils.h>
#include <epan/proto_data.h>

#include "carrier/client_hello.h"

/* Records of TLS (RFC 8446 section 5.1). */
#define RECORD_ALERT 21
#define RECORD_HANDSHAKE 22
#define RECORD_DATA 23
#define RECORD_HEAD 5
#define CLIENT_HELLO 1
#define SERVER_HELLO 2
#define CLOSE_NOTIFY 0
#define MAX_LAYERS 16 /* of one frame; epan keeps what it decrypted by the layer's number */

static int proto_tls = -1;

static gboolean is_record(WsscBytes octets)
{
    return octets.len > RECORD_HEAD && octets.data[0] >= 20 && octets.data[0] <= RECORD_DATA && octets.data[1] == 3 &&
           octets.data[2] <= 4;
}

static WsscBytes next_record(WsscBytes octets, WsscBytes *ret_body)
{
    gsize size = (gsize)octets.data[3] << 8 | octets.data[4];
    gsize here = MIN(size, octets.len - RECORD_HEAD);
    *ret_body = wssc_bytes(octets.data + RECORD_HEAD, here);
    return wssc_bytes(octets.data + RECORD_HEAD + here, octets.len - RECORD_HEAD - here);
}

void wssc_tls_signs_look(WsscTlsSigns *signs, WsscBytes payload, gboolean is_from_server)
{
    if (is_record(payload) && payload.data[0] == RECORD_HANDSHAKE && payload.data[RECORD_HEAD] == CLIENT_HELLO &&
        signs->has_data[0] && signs->has_data[1])
        *signs = (WsscTlsSigns){.has_hello = FALSE}; /* a connection may carry several, one after the other */
    while (is_record(payload)) {
        guint8 type = payload.data[0];
        WsscBytes body;
        payload = next_record(payload, &body);
        if (type == RECORD_HANDSHAKE && body.len > 0) {
            signs->has_hello |= body.data[0] == CLIENT_HELLO;
            signs->has_answer |= body.data[0] == SERVER_HELLO;
        } else if (type == RECORD_DATA) {
            signs->has_data[is_from_server ? 1 : 0] = TRUE;
        }
    }
}

/* ---- the server name -------------------------------------------------------------------------------------------- */

static wmem_map_t *names; /* conv_index + 1 -> the name */

static void take_hello(conversation_t *conversation, WsscBytes hello)
{
    g_autofree char *name = wssc_client_hello_server_name(hello);
    if (name != NULL)
        wmem_map_insert(names, GUINT_TO_POINTER(conversation->conv_index + 1), wmem_strdup(wmem_file_scope(), name));
}

/* With keys of newer kinds it takes more than one segment. Room is made for what came: anybody can announce more. */
static void keep_hello(WsscTlsSigns *signs, WsscBytes payload)
{
    guint more = (guint)MIN(payload.len, signs->hello_size - signs->hello_len);
    signs->hello = wmem_realloc(wmem_file_scope(), signs->hello, signs->hello_len + more);
    memcpy(signs->hello + signs->hello_len, payload.data, more);
    signs->hello_len += more;
}

static void begin_hello(WsscTlsSigns *signs, WsscBytes payload, gsize size)
{
    signs->hello_len = 0;
    signs->hello_size = (guint)size;
    keep_hello(signs, payload);
}

static void go_on_with_hello(conversation_t *conversation, WsscTlsSigns *signs, WsscBytes payload)
{
    keep_hello(signs, payload);
    if (signs->hello_len < signs->hello_size)
        return;
    take_hello(conversation, wssc_bytes(signs->hello, signs->hello_size));
    wmem_free(wmem_file_scope(), signs->hello);
    signs->hello = NULL;
}

void wssc_tls_name_look(conversation_t *conversation, WsscTlsSigns *signs, WsscBytes payload, gboolean is_from_server)
{
    gsize size = is_from_server ? 0 : wssc_client_hello_size(payload);
    if (is_from_server || (signs->hello == NULL && size == 0) || wssc_tls_server_name(conversation) != NULL)
        return;
    if (signs->hello != NULL)
        go_on_with_hello(conversation, signs, payload);
    else if (size > payload.len)
        begin_hello(signs, payload, size);
    else if (size > 0)
        take_hello(conversation, payload);
}

const char *wssc_tls_server_name(const conversation_t *conversation)
{
    return conversation != NULL ? wmem_map_lookup(names, GUINT_TO_POINTER(conversation->conv_index + 1)) : NULL;
}

void wssc_tls_signs_register(void)
{
    names = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}

WsscTlsPhase wssc_tls_signs_phase(const WsscTlsSigns *signs)
{
    return signs->has_data[0] && signs->has_data[1] ? WSSC_TLS_DONE
           : signs->has_answer                      ? WSSC_TLS_ANSWERED
           : signs->has_hello                       ? WSSC_TLS_HELLO
                                                    : WSSC_TLS_NONE;
}

static gboolean read_alert(const guint8 *octets, gsize len, WsscTlsAlert *ret_alert)
{
    if (len != 2 || octets[0] < 1 || octets[0] > 2 || octets[1] == CLOSE_NOTIFY)
        return FALSE;
    *ret_alert = (WsscTlsAlert){octets[0], octets[1]};
    return TRUE;
}

static gboolean decrypted_alert(packet_info *pinfo, WsscTlsAlert *ret_alert)
{
    for (guint32 layer = 0; layer < MAX_LAYERS; layer++) {
        const SslPacketInfo *info = p_get_proto_data(wmem_file_scope(), pinfo, proto_tls, layer);
        for (const SslRecordInfo *record = info != NULL ? info->records : NULL; record != NULL; record = record->next)
            if ((int)record->type == RECORD_ALERT &&
                read_alert((const guint8 *)record->plain_data, record->data_len, ret_alert))
                return TRUE;
    }
    return FALSE;
}

gboolean wssc_tls_signs_alert(packet_info *pinfo, WsscBytes payload, WsscTlsAlert *ret_alert)
{
    WsscBytes rest = payload, body;
    while (is_record(rest)) {
        guint8 type = rest.data[0];
        rest = next_record(rest, &body);
        if (type == RECORD_ALERT && read_alert(body.data, body.len, ret_alert))
            return TRUE;
    }
    return decrypted_alert(pinfo, ret_alert);
}

void wssc_tls_signs_handoff(void)
{
    proto_tls = proto_get_id_by_filter_name("tls");
}
