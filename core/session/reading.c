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
    if (!session->options.only_lists)
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

/* ---- whose keys they are ------------------------------------------------------------------------------------ */

/* The end that is asked: a context is one server's (WS-SC 1.4 section 3), and its key that server's to give. */
static const char *server_of(const WsscMessage *message)
{
    return message->is_response ? message->src : message->dst;
}

static const WsscMessage *issuer_of(const WsscContext *context, const WsscKeyOrigin *origin)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->issued_by != NULL && instance->issued_by->frame == origin->frame &&
            instance->issued_by->file == origin->file)
            return instance->issued_by;
    }
    return NULL;
}

/* A capture may show one exchange at several places of its way: before and behind a proxy. */
static gboolean has_answered(const WsscSession *session, const WsscMessage *issuer, const char *server)
{
    const WsscExchange *first =
        issuer->exchange != NULL && issuer->exchange->copy_of != NULL ? issuer->exchange->copy_of : issuer->exchange;
    for (guint i = 0; first != NULL && i < session->model.exchanges->len; i++) {
        const WsscExchange *exchange = session->model.exchanges->pdata[i];
        if ((exchange == first || exchange->copy_of == first) && exchange->request != NULL &&
            g_strcmp0(exchange->request->dst, server) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Ports of one machine are taken for nodes of one service where the messages are addressed to the same one. */
static gboolean is_same_service(const WsscMessage *issuer, const WsscMessage *message)
{
    const char *a = server_of(issuer), *b = server_of(message);
    const char *port = strrchr(a, ':');
    const WsscMessage *request = issuer->exchange != NULL ? issuer->exchange->request : NULL;
    const WsscMessage *asked = message->is_response && message->exchange != NULL ? message->exchange->request : message;
    if (port == NULL || strncmp(a, b, (gsize)(port - a) + 1) != 0 || strchr(b + (port - a) + 1, ':') != NULL)
        return FALSE;
    return request != NULL && asked != NULL && request->soap->to != NULL &&
           g_strcmp0(request->soap->to, asked->soap->to) == 0;
}

/* Another server than the one that issued the key uses it. Asked once for each issuing message and server. */
static gboolean is_strange(WsscSession *session, const WsscMessage *issuer, const WsscMessage *message)
{
    const char *server = server_of(message);
    g_autofree char *key = g_strdup_printf("%p %s", (gconstpointer)issuer, server);
    gpointer known = g_hash_table_lookup(session->strange, key);
    if (known == NULL) {
        gboolean is_fine = is_same_service(issuer, message) || has_answered(session, issuer, server);
        known = GINT_TO_POINTER(is_fine ? 1 : 2);
        g_hash_table_insert(session->strange, g_steal_pointer(&key), known);
    }
    return GPOINTER_TO_INT(known) == 2;
}

/* By the transport, or by a valid signature for whom the message is for. */
static gboolean is_protected(const WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    gboolean is = message->is_protected;
    for (guint i = 0; signatures != NULL && i < signatures->len && !is; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        is = signature->verdict == WSSC_VERDICT_VALID && signature->protects == WSSC_PROTECTS_MESSAGE &&
             signature->key_doubt == NULL;
    }
    return is;
}

/* The user knows this context, by a key of some instance: what nobody protects may name it as well. */
static gboolean is_known_otherwise(const WsscSession *session, const char *identifier)
{
    const GPtrArray *keys = wssc_keyring_context(session->keyring, identifier);
    for (guint i = 0; keys != NULL && i < keys->len; i++)
        if (((const WsscKey *)keys->pdata[i])->origin.source == WSSC_KEY_FROM_KEYFILE)
            return TRUE;
    return FALSE;
}

static void doubt_key(WsscSession *session, const WsscMessage *message, WsscSignature *signature)
{
    const WsscMessage *issuer = message->context != NULL && signature->has_key && signature->context != NULL &&
                                        signature->key_origin.source == WSSC_KEY_FROM_CAPTURE &&
                                        g_strcmp0(message->context->identifier, signature->context) == 0
                                    ? issuer_of(message->context, &signature->key_origin)
                                    : NULL;
    if (issuer == NULL || signature->verdict != WSSC_VERDICT_VALID || signature->key_doubt != NULL)
        return;
    if (g_strcmp0(server_of(issuer), server_of(message)) != 0 && is_strange(session, issuer, message))
        signature->key_doubt =
            g_strdup_printf("it was given by %s, and is used with %s", server_of(issuer), server_of(message));
    else if (is_known_otherwise(session, signature->context) && !is_protected(issuer))
        signature->key_doubt = g_strdup_printf("the key file knows this context, and nothing protects the answer "
                                               "(frame %u) that brought this key of it: it may be forged",
                                               issuer->frame);
}

static void doubt_keys(WsscSession *session, WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++)
        doubt_key(session, message, signatures->pdata[i]);
}

/* What the verdicts break, told once: as soon as no later key can change them, or at the end. */
void wssc_reading_judge(WsscSession *session, WsscMessage *message)
{
    if (message->is_judged || session->options.only_rows)
        return;
    message->is_judged = TRUE;
    doubt_keys(session, message);
    wssc_rules_check_security(&session->rules, message);
}

void wssc_reading_judge_if_settled(WsscSession *session, WsscMessage *message)
{
    if (message->security != NULL && !message->security->waits)
        wssc_reading_judge(session, message);
}
