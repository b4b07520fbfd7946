/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "tls_facts.h"

#include "carrier/client_hello.h"
#include "frame_number.h"
#include "tls_signs.h"

/* Records (RFC 8446 section 5.1) and messages of the handshake (sections 4, B.3; RFC 5246 section 7.4). */
#define RECORD_CHANGE_CIPHER 20
#define RECORD_HANDSHAKE 22
#define CERTIFICATE 11
#define CERTIFICATE_VERIFY 15
#define CLIENT_KEY_EXCHANGE 16
#define FINISHED 20
#define COMPRESSED_CERTIFICATE 25 /* RFC 8879 section 4: what its octets hold is told by what follows */
#define MESSAGE_HEAD 4

static wmem_map_t *all; /* conv_index + 1 -> WsscTlsFacts */

static WsscTlsFacts *look_up(const conversation_t *conversation)
{
    return conversation != NULL ? wmem_map_lookup(all, GUINT_TO_POINTER(conversation->conv_index + 1)) : NULL;
}

/* ---- the server's name ------------------------------------------------------------------------------------------ */

static void take_hello(WsscTlsFacts *facts, WsscBytes hello)
{
    g_autofree char *name = wssc_client_hello_server_name(hello);
    if (name != NULL)
        facts->server_name = wmem_strdup(wmem_file_scope(), name);
}

static void look_for_name(WsscTlsFacts *facts, WsscBytes payload)
{
    WsscBytes hello;
    if (facts->server_name != NULL || !wssc_hello_pieces_take(&facts->hello, payload, &hello))
        return;
    take_hello(facts, hello);
    wssc_hello_pieces_clear(&facts->hello);
}

/* ---- the client's certificate ----------------------------------------------------------------------------------- */

static gsize number(const guint8 *octets)
{
    return (gsize)octets[0] << 16 | (gsize)octets[1] << 8 | octets[2];
}

/* TLS 1.2 has a list of them there, TLS 1.3 a context in front of it; a client that was asked and has none sends an
 * empty list (RFC 5246 section 7.4.6, RFC 8446 section 4.4.2). */
static WsscTruth has_certificates(WsscBytes message)
{
    gsize size = number(message.data + 1), at = MESSAGE_HEAD;
    if (message.len < at + 3)
        return WSSC_TRUTH_UNKNOWN;
    if (number(message.data + at) + 3 != size)
        at += 1u + message.data[at];
    return message.len < at + 3 ? WSSC_TRUTH_UNKNOWN : number(message.data + at) > 0 ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
}

/* The flight begins with the certificate where one was asked for; else what comes next shows that none was: TLS 1.2's
 * key exchange, in TLS 1.3, which encrypts the server's certificate, the end. */
static WsscTruth certificate_in(const WsscTlsFacts *facts, WsscBytes message)
{
    guint8 type = message.data[0];
    if (type == CERTIFICATE)
        return has_certificates(message);
    if (type == CERTIFICATE_VERIFY) /* only the owner of one writes it */
        return WSSC_TRUTH_YES;
    return (type == CLIENT_KEY_EXCHANGE && (facts->has_server[0] || facts->has_server[1])) ||
                   (type == FINISHED && facts->has_server[1])
               ? WSSC_TRUTH_NO
               : WSSC_TRUTH_UNKNOWN;
}

/* Messages in one record; one that began in an earlier record is none that counts here. */
static void look_at_messages(WsscTlsFacts *facts, const packet_info *pinfo, WsscBytes record, gboolean is_from_server,
                             gboolean is_decrypted)
{
    while (record.len >= MESSAGE_HEAD) {
        WsscTruth truth = is_from_server ? WSSC_TRUTH_UNKNOWN : certificate_in(facts, record);
        gsize size = MESSAGE_HEAD + number(record.data + 1);
        facts->has_server[is_decrypted ? 1 : 0] |=
            is_from_server && (record.data[0] == CERTIFICATE || record.data[0] == COMPRESSED_CERTIFICATE);
        if (truth == WSSC_TRUTH_YES || (truth == WSSC_TRUTH_NO && facts->client_certificate == WSSC_TRUTH_UNKNOWN)) {
            facts->client_certificate = truth;
            facts->certificate_frame = wssc_dissect_frame(pinfo);
        }
        if (size >= record.len)
            return;
        record = wssc_bytes(record.data + size, record.len - size);
    }
}

static void look_at_clear_records(WsscTlsFacts *facts, const packet_info *pinfo, WsscBytes payload,
                                  gboolean is_from_server)
{
    gboolean *is_ciphered = &facts->is_ciphered[is_from_server ? 1 : 0];
    WsscBytes body;
    guint8 type;
    /* A handshake in the clear begins a session, on whatever was before. */
    if (!is_from_server && wssc_client_hello_is(payload))
        facts->is_ciphered[0] = facts->is_ciphered[1] = FALSE;
    while (wssc_tls_next_record(&payload, &type, &body)) {
        *is_ciphered |= type == RECORD_CHANGE_CIPHER;
        if (type == RECORD_HANDSHAKE && !*is_ciphered)
            look_at_messages(facts, pinfo, body, is_from_server, FALSE);
    }
}

static void look_at_decrypted(WsscTlsFacts *facts, packet_info *pinfo, gboolean is_from_server)
{
    WsscTlsDecrypted at = {.layer = 0};
    WsscBytes body;
    guint8 type;
    while (wssc_tls_next_decrypted(pinfo, &at, &type, &body))
        if (type == RECORD_HANDSHAKE)
            look_at_messages(facts, pinfo, body, is_from_server, TRUE);
}

/* ---- both ------------------------------------------------------------------------------------------------------- */

const WsscTlsFacts *wssc_tls_facts_look(const conversation_t *conversation, packet_info *pinfo, WsscBytes payload,
                                        gboolean is_from_server, gboolean is_decrypted)
{
    WsscTlsFacts *facts = look_up(conversation);
    if (facts == NULL) {
        if (is_from_server || !wssc_client_hello_is(payload)) /* which begins all that is to be told */
            return NULL;
        facts = wmem_new0(wmem_file_scope(), WsscTlsFacts);
        wmem_map_insert(all, GUINT_TO_POINTER(conversation->conv_index + 1), facts);
    }
    if (!is_from_server)
        look_for_name(facts, payload);
    if (facts->client_certificate == WSSC_TRUTH_YES)
        return facts;
    look_at_clear_records(facts, pinfo, payload, is_from_server);
    if (is_decrypted)
        look_at_decrypted(facts, pinfo, is_from_server);
    return facts;
}

const WsscTlsFacts *wssc_tls_facts(const conversation_t *conversation)
{
    static const WsscTlsFacts none;
    const WsscTlsFacts *facts = look_up(conversation);
    return facts != NULL ? facts : &none;
}

void wssc_tls_facts_go_on(const conversation_t *conversation, WsscTruth client_certificate, guint32 certificate_frame)
{
    WsscTlsFacts *facts = look_up(conversation);
    if (facts == NULL)
        return;
    facts->client_certificate = client_certificate;
    facts->certificate_frame = certificate_frame;
}

static void forget_hello(gpointer key _U_, gpointer value, gpointer user _U_)
{
    wssc_hello_pieces_clear(&((WsscTlsFacts *)value)->hello);
}

/* The facts are wmem's, the pieces are not. */
static void forget_hellos(void)
{
    wmem_map_foreach(all, forget_hello, NULL);
}

void wssc_tls_facts_register(void)
{
    register_cleanup_routine(forget_hellos);
    all = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}
