/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "dissect.h"

#include <epan/dissectors/packet-tls-utils.h>

#include "carrier_watch.h"
#include "http_front.h"
#include "live.h"
#include "tls_facts.h"
#include "tls_signs.h"

/* NULL: none that is decrypted. */
static SslDecryptSession *session_of(packet_info *pinfo)
{
    static int proto_tls = -1;
    if (proto_tls == -1)
        proto_tls = proto_get_id_by_filter_name("tls");
    conversation_t *conversation = pinfo->ptype == PT_TCP ? wssc_live_conversation(pinfo) : NULL;
    SslDecryptSession *session = conversation != NULL ? conversation_get_proto_data(conversation, proto_tls) : NULL;
    return session != NULL && session->client != NULL && session->server != NULL && session->client_new == NULL &&
                   session->server_new == NULL
               ? session
               : NULL;
}

static gboolean has_vectors(const SslDecoder *decoder)
{
    switch (decoder->cipher_suite->mode) {
    case MODE_CBC:
    case MODE_GCM:
    case MODE_CCM:
    case MODE_CCM_8:
    case MODE_POLY1305:
        return decoder->decomp == NULL;
    default:
        return FALSE;
    }
}

static guint64 hash_of(const SslDecoder *decoder)
{
    const StringInfo *secret = &decoder->app_traffic_secret;
    return secret->data_len > 0 ? wssc_bytes_hash(wssc_bytes(secret->data, secret->data_len)) : 0;
}

gboolean wssc_dissect_tls_place(packet_info *pinfo, WsscTlsPlace *ret_place)
{
    const SslDecryptSession *session = session_of(pinfo);
    if (session == NULL || !has_vectors(session->client) || !has_vectors(session->server))
        return FALSE;
    const WsscTlsFacts *facts = wssc_tls_facts(wssc_live_conversation(pinfo));
    *ret_place = (WsscTlsPlace){
        .next = {session->client->seq, session->server->seq},
        .keys = hash_of(session->client) * 31 + hash_of(session->server),
        .is_chained = session->client->cipher_suite->mode == MODE_CBC,
        .certificate_frame = facts->certificate_frame,
        .client_certificate = facts->client_certificate,
    };
    return TRUE;
}

gboolean wssc_dissect_tls_go_on(packet_info *pinfo, const WsscTlsPlace *place)
{
    SslDecryptSession *session = session_of(pinfo);
    if (session == NULL)
        return FALSE;
    session->client->seq = place->next[0];
    session->server->seq = place->next[1];
    wssc_tls_facts_go_on(wssc_live_conversation(pinfo), place->client_certificate, place->certificate_frame);
    wssc_carrier_watch_go_on(pinfo);
    if (place->is_http)
        wssc_http_front_go_on_in_tls(pinfo);
    return TRUE;
}

void wssc_dissect_tls_opened(packet_info *pinfo, GArray *opened)
{
    const conversation_t *conversation = pinfo->ptype == PT_TCP ? wssc_live_conversation(pinfo) : NULL;
    WsscTlsDecrypted at = {.layer = 0};
    WsscTlsOpened one;
    if (conversation == NULL || !wssc_tls_may_be_decrypted(pinfo, conversation))
        return;
    while (wssc_tls_next_decrypted(pinfo, &at, &one.type, &one.octets))
        g_array_append_val(opened, one);
}
