/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From one message's octets to what it says and how its signatures come out.
 */
#include <string.h>

#include "security/ids.h"
#include "session/private.h"

WsscMessage *wssc_reading_new(WsscSession *session, const WsscUnit *unit)
{
    WsscMessage *message = g_new0(WsscMessage, 1);

    message->file = unit->file;
    message->frame = unit->frame;
    message->ordinal = unit->ordinal;
    message->time = unit->time;
    message->src = wssc_session_keep(session, unit->src);
    message->dst = wssc_session_keep(session, unit->dst);
    message->transport = unit->transport;
    message->encoding = unit->encoding;
    message->is_protected = unit->is_protected;
    message->direction = unit->direction;
    message->stream = unit->stream;
    message->pair = unit->pair;
    message->http_status = unit->http_status;
    message->announced = unit->announced;
    message->agent = wssc_session_keep(session, unit->agent);
    message->forwarded = wssc_session_keep(session, unit->forwarded);
    message->http_date = unit->http_date;
    message->host = wssc_session_keep(session, unit->host);
    message->relays = wssc_session_keep(session, unit->relays);
    message->target = wssc_session_keep(session, unit->target);
    message->left_out = g_strdup(unit->left_out);
    message->layout = g_strdup(unit->layout);
    message->length = unit->octets != NULL ? (guint)g_bytes_get_size(unit->octets) : 0;
    message->hash = unit->hash != 0 || unit->octets == NULL ? unit->hash : wssc_bytes_hash(wssc_bytes_of(unit->octets));
    message->findings = session->options.only_rows ? g_ptr_array_ref(session->nothing) : g_ptr_array_new();
    message->state = -1;
    wssc_connection_take(session, message, unit);
    g_ptr_array_add(session->model.messages, message);
    message->index = ++session->messages_fed;
    wssc_session_place(session, message);
    return message;
}

/* Whether octets that are no well-formed XML were meant to be a SOAP message. */
gboolean wssc_reading_looks_like_soap(const WsscUnit *unit)
{
    gsize len = 0;
    const char *data = unit->octets != NULL ? g_bytes_get_data(unit->octets, &len) : NULL;
    if (unit->content_type != NULL && strstr(unit->content_type, "soap") != NULL)
        return TRUE;
    return data != NULL && g_strstr_len(data, (gssize)MIN(len, 1024), "Envelope") != NULL;
}

WsscMessage *wssc_reading_unreadable(WsscSession *session, const WsscUnit *unit, const char *damage,
                                     gboolean is_malformed)
{
    g_autoptr(WsscXml) nothing = wssc_xml_new(NULL, WSSC_XML_TEXT);
    WsscMessage *message = wssc_reading_new(session, unit);

    nothing->doc = xmlNewDoc((const xmlChar *)"1.0");
    message->soap = wssc_soap_read(nothing);
    message->damage = g_strdup(damage);
    wssc_rules_check_damage(&session->rules, message, is_malformed);
    /* Its place in the exchange is known all the same where the carrier pairs. */
    WsscOpenExchange *open = wssc_exchange_of_pair(session, unit->file, unit->stream, unit->pair);
    message->is_response = unit->direction == WSSC_DIRECTION_RESPONSE;
    if (unit->direction == WSSC_DIRECTION_REQUEST && unit->pair != 0)
        wssc_exchange_match(session, message);
    if (message->is_response && open != NULL && open->exchange.response == NULL) {
        open->exchange.response = message;
        open->exchange.outcome = WSSC_OUTCOME_INCOMPLETE;
        open->exchange.is_answered = TRUE;
        message->exchange = &open->exchange;
        message->context = open->exchange.context;
    }
    return message;
}

/* Signed or encrypted content that no Security header tells of: an assertion in an RSTR carries its own
 * signature. */
static gboolean has_protected_content(xmlNode *root)
{
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n))
        if (wssc_xml_is(n, WSSC_NS_FAMILY_DS, "Signature") || wssc_xml_is(n, WSSC_NS_FAMILY_XENC, "EncryptedData"))
            return TRUE;
    return FALSE;
}

static gboolean needs_security(const WsscSoap *soap, const WsscXml *xml)
{
    const WsscSecurityHeader *security = soap->security;
    return soap->body_encrypted || soap->has_encrypted_header ||
           (security != NULL && (security->has_password || security->signatures > 0 || security->encrypted > 0 ||
                                 security->reference_lists > 0)) ||
           has_protected_content(wssc_xml_root(xml));
}

static WsscSecurity *check_security(WsscSession *session, const WsscMessage *message, const WsscXml *xml)
{
    WsscSecurityOptions options = {
        .file = message->file,
        .frame = message->frame,
        .time = message->time,
        .want_hypotheses = session->options.want_hypotheses,
        .is_strict = session->options.is_strict,
        .want_explain = session->options.explain_frame != 0 && session->options.explain_frame == message->frame,
        .trust = session->options.trust,
    };
    return wssc_security_process(xml, session->verifier, &options);
}

static WsscSoap *read_soap(WsscSession *session, const WsscXml *xml)
{
    if (!session->options.only_lists || session->options.only_rows) /* what is let go soon need not be small */
        return wssc_soap_read(xml);
    if (session->texts == NULL)
        session->texts = wssc_strings_new();
    return wssc_soap_read_lasting(xml, session->texts);
}

void wssc_reading_take(WsscSession *session, WsscMessage *message, const WsscXml *xml)
{
    WsscSoap *soap = read_soap(session, xml);
    if (needs_security(soap, xml)) {
        wssc_security_free(message->security);
        message->security = check_security(session, message, xml);
        wssc_spare(message->security, message, xml);
        if (message->security->opened != NULL) {
            wssc_soap_free(soap);
            soap = read_soap(session, message->security->opened);
        }
    }
    wssc_soap_free(message->soap);
    message->soap = soap;
}

void wssc_reading_forget_nodes(const WsscSession *session, WsscMessage *message)
{
    if (session->options.only_lists && message->security != NULL)
        wssc_security_forget_content(message->security);
    for (guint i = 0; i < message->soap->trusts->len; i++) {
        WsscTrust *trust = message->soap->trusts->pdata[i];
        trust->node = trust->entropy.node = trust->proof.node = NULL;
    }
}

/* What the verdicts break, told once: as soon as no later key can change them, or at the end. */
void wssc_reading_judge(WsscSession *session, WsscMessage *message)
{
    if (message->is_judged || (session->options.only_rows && !session->options.wants_verdicts))
        return;
    message->is_judged = TRUE;
    wssc_whose_keys(session, message);
    if (!session->options.only_rows)
        wssc_rules_check_security(&session->rules, message);
}

void wssc_reading_judge_if_settled(WsscSession *session, WsscMessage *message)
{
    if (message->security != NULL && !message->security->waits)
        wssc_reading_judge(session, message);
}
