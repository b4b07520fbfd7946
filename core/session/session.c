/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "session/session.h"

#include <string.h>

#include "session/private.h"
#include "security/ids.h"

/* ---- a session -------------------------------------------------------------------------------------- */

static void free_message(gpointer data)
{
    WsscMessage *message = data;
    g_free(message->src);
    g_free(message->dst);
    g_free(message->damage);
    wssc_soap_free(message->soap);
    wssc_security_free(message->security);
    g_ptr_array_unref(message->findings);
    g_free(message);
}

static void free_finding(gpointer data)
{
    g_free(((WsscFinding *)data)->text);
    g_free(data);
}

static void free_event(gpointer data)
{
    g_free(((WsscEvent *)data)->text);
    g_free(data);
}

static void free_service(gpointer data)
{
    WsscService *service = data;
    g_free(service->address);
    g_ptr_array_unref(service->contexts);
    g_free(service);
}

static void free_peer(gpointer data)
{
    g_free(((WsscPeer *)data)->address);
    g_free(data);
}

static void free_token(gpointer data)
{
    WsscToken *token = data;
    g_free(token->id);
    g_free(token->issuer);
    g_free(token->subject);
    g_ptr_array_unref(token->contexts);
    g_free(token);
}

static void take_finding(gpointer user, WsscFinding *finding, const WsscMessage *message, const WsscContext *context)
{
    WsscSession *session = user;
    g_ptr_array_add(session->model.findings, finding);
    g_ptr_array_add(message->findings, finding);
    if (context != NULL)
        g_ptr_array_add(context->findings, finding);
}

void wssc_session_retract(WsscSession *session, WsscFindingId id, WsscMessage *message)
{
    for (guint i = message->findings->len; i > 0; i--) {
        WsscFinding *finding = message->findings->pdata[i - 1];
        if (finding->id != id)
            continue;
        g_ptr_array_remove_index(message->findings, i - 1);
        if (message->context != NULL)
            g_ptr_array_remove(message->context->findings, finding);
        g_ptr_array_remove(session->model.findings, finding);
    }
}

WsscSession *wssc_session_new(void)
{
    WsscSession *session = g_new0(WsscSession, 1);
    session->rules = (WsscRules){.take = take_finding, .user = session};
    wssc_bounds_init(&session->rules.bounds);
    session->keyring = wssc_keyring_new();
    wssc_key_questions_init(&session->questions);
    session->model.files = g_ptr_array_new_with_free_func(g_free);
    session->strings = g_string_chunk_new(256);
    session->model.messages = g_ptr_array_new_with_free_func(free_message);
    session->model.descriptions = g_ptr_array_new_with_free_func(wssc_session_free_description);
    session->model.contexts = g_ptr_array_new_with_free_func(wssc_context_free);
    session->model.exchanges = g_ptr_array_new_with_free_func(wssc_exchange_free);
    session->model.findings = g_ptr_array_new_with_free_func(free_finding);
    session->model.events = g_ptr_array_new_with_free_func(free_event);
    session->waiting = g_ptr_array_new_with_free_func(wssc_waiting_free);
    session->by_place = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    session->by_message_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    session->by_relates_to = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    session->waiting_of = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    wssc_exchange_tables_init(session);
    wssc_connections_init(session);
    session->by_trust_context = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    session->model.renewals = g_ptr_array_new_with_free_func(g_free);
    session->model.rollovers = g_ptr_array_new_with_free_func(g_free);
    session->model.services = g_ptr_array_new_with_free_func(free_service);
    session->model.peers = g_ptr_array_new_with_free_func(free_peer);
    session->model.replays = g_ptr_array_new_with_free_func(g_free);
    session->model.tokens = g_ptr_array_new_with_free_func(free_token);
    session->model.by_identifier = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return session;
}

void wssc_session_free(WsscSession *session)
{
    if (session == NULL)
        return;
    g_hash_table_unref(session->waiting_of);
    g_ptr_array_unref(session->waiting);
    g_ptr_array_unref(session->model.renewals);
    g_ptr_array_unref(session->model.rollovers);
    g_ptr_array_unref(session->model.services);
    g_ptr_array_unref(session->model.peers);
    g_ptr_array_unref(session->model.replays);
    g_ptr_array_unref(session->model.tokens);
    g_ptr_array_unref(session->model.events);
    g_ptr_array_unref(session->model.contexts);
    g_ptr_array_unref(session->model.exchanges);
    g_ptr_array_unref(session->model.messages);
    g_ptr_array_unref(session->model.findings);
    g_ptr_array_unref(session->model.descriptions);
    g_ptr_array_unref(session->model.files);
    wssc_connections_clear(session);
    g_clear_pointer(&session->aside, g_ptr_array_unref);
    g_string_chunk_free(session->strings);
    g_hash_table_unref(session->by_place);
    g_hash_table_unref(session->by_message_id);
    g_hash_table_unref(session->by_relates_to);
    g_hash_table_unref(session->by_pair);
    g_hash_table_unref(session->by_stream);
    g_hash_table_unref(session->by_trust_context);
    g_hash_table_unref(session->model.by_identifier);
    wssc_key_questions_clear(&session->questions);
    wssc_keyring_free(session->keyring);
    g_free(session);
}

void wssc_session_set_options(WsscSession *session, const WsscSessionOptions *options)
{
    session->options = *options;
    if (options->bounds != NULL)
        session->rules.bounds = *options->bounds;
    else
        wssc_bounds_init(&session->rules.bounds);
    session->options.bounds = &session->rules.bounds;
}

WsscKeyring *wssc_session_keyring(WsscSession *session)
{
    return session->keyring;
}

guint wssc_session_add_file(WsscSession *session, const char *name)
{
    g_ptr_array_add(session->model.files, g_strdup(name));
    return session->model.files->len - 1;
}

const char *wssc_session_file(const WsscSession *session, guint file)
{
    return wssc_model_file(&session->model, file);
}

/* file, frame and ordinal in one number: 12, 40 and 12 bits are far more than any capture has. */
static gint64 place(guint file, guint32 frame, guint ordinal)
{
    return (gint64)((guint64)file << 52 | (guint64)frame << 12 | (ordinal & 0xFFF));
}

const WsscMessage *wssc_session_lookup(const WsscSession *session, guint file, guint32 frame, guint ordinal)
{
    gint64 key = place(file, frame, ordinal);
    return g_hash_table_lookup(session->by_place, &key);
}

/* ---- reading one message ------------------------------------------------------------------------------ */

static guint64 mix(guint64 sum, const guint8 *octets, gsize len)
{
    guint64 eight = 0;
    memcpy(&eight, octets, len);
    sum = (sum ^ eight) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15); /* 2^64 by the golden ratio */
    return sum ^ sum >> 32;
}

/* Equal for equal octets, and for others hardly ever: eight octets at a time, for each message has one. */
static guint64 checksum(WsscBytes octets)
{
    const gsize step = sizeof(guint64);
    guint64 sum = octets.len;
    for (; octets.len >= step; octets.data += step, octets.len -= step)
        sum = mix(sum, octets.data, step);
    return mix(sum, octets.data, octets.len);
}

const char *wssc_session_keep(WsscSession *session, const char *text)
{
    return text != NULL ? g_string_chunk_insert_const(session->strings, text) : NULL;
}

static WsscMessage *new_message(WsscSession *session, const WsscUnit *unit)
{
    WsscMessage *message = g_new0(WsscMessage, 1);
    gint64 *key = g_new(gint64, 1);

    message->file = unit->file;
    message->frame = unit->frame;
    message->ordinal = unit->ordinal;
    message->time = unit->time;
    message->src = g_strdup(unit->src);
    message->dst = g_strdup(unit->dst);
    message->transport = unit->transport;
    message->encoding = unit->encoding;
    message->is_protected = unit->is_protected;
    message->direction = unit->direction;
    message->stream = unit->stream;
    message->pair = unit->pair;
    message->http_status = unit->http_status;
    message->agent = wssc_session_keep(session, unit->agent);
    message->forwarded = wssc_session_keep(session, unit->forwarded);
    message->http_date = unit->http_date;
    message->host = wssc_session_keep(session, unit->host);
    message->target = wssc_session_keep(session, unit->target);
    message->length = unit->octets != NULL ? (guint)g_bytes_get_size(unit->octets) : 0;
    message->hash = unit->octets != NULL ? checksum(wssc_bytes_of(unit->octets)) : 0;
    message->findings = g_ptr_array_new();
    message->state = -1;
    wssc_connection_take(session, message, unit);
    g_ptr_array_add(session->model.messages, message);
    message->index = session->model.messages->len;
    *key = place(unit->file, unit->frame, unit->ordinal);
    g_hash_table_replace(session->by_place, key, message);
    return message;
}

/* Whether octets that are no well-formed XML were meant to be a SOAP message. */
static gboolean looks_like_soap(const WsscUnit *unit)
{
    gsize len = 0;
    const char *data = unit->octets != NULL ? g_bytes_get_data(unit->octets, &len) : NULL;
    if (unit->content_type != NULL && strstr(unit->content_type, "soap") != NULL)
        return TRUE;
    return data != NULL && g_strstr_len(data, (gssize)MIN(len, 1024), "Envelope") != NULL;
}

static const WsscMessage *feed_unreadable(WsscSession *session, const WsscUnit *unit, const char *damage,
                                          gboolean is_malformed)
{
    g_autoptr(WsscXml) nothing = wssc_xml_new(NULL, WSSC_XML_TEXT);
    WsscMessage *message = new_message(session, unit);

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
           (security != NULL &&
            (security->signatures > 0 || security->encrypted > 0 || security->reference_lists > 0)) ||
           has_protected_content(wssc_xml_root(xml));
}

static WsscSecurity *check_security(WsscSession *session, const WsscMessage *message, const WsscXml *xml)
{
    WsscSecurityOptions options = {
        .file = message->file,
        .frame = message->frame,
        .time = message->time,
        .want_hypotheses = session->options.want_hypotheses,
        .want_explain = session->options.explain_frame != 0 && session->options.explain_frame == message->frame,
        .trust = session->options.trust,
    };
    return wssc_security_process(xml, session->keyring, &options);
}

void wssc_session_read_model(WsscSession *session, WsscMessage *message, const WsscXml *xml)
{
    WsscSoap *soap = wssc_soap_read(xml);
    if (needs_security(soap, xml)) {
        wssc_security_free(message->security);
        message->security = check_security(session, message, xml);
        if (message->security->opened != NULL) {
            wssc_soap_free(soap);
            soap = wssc_soap_read(message->security->opened);
        }
    }
    wssc_soap_free(message->soap);
    message->soap = soap;
}

void wssc_session_forget_nodes(WsscMessage *message)
{
    for (guint i = 0; i < message->soap->trusts->len; i++) {
        WsscTrust *trust = message->soap->trusts->pdata[i];
        trust->node = trust->entropy.node = trust->proof.node = NULL;
    }
}

/* What the verdicts break, told once: as soon as no later key can change them, or at the end. */
static void judge(WsscSession *session, WsscMessage *message)
{
    if (message->is_judged)
        return;
    message->is_judged = TRUE;
    wssc_rules_check_security(&session->rules, message);
}

void wssc_session_judge_if_settled(WsscSession *session, WsscMessage *message)
{
    if (message->security != NULL && !message->security->waits)
        judge(session, message);
}

/* ---- calls ------------------------------------------------------------------------------------------------ */

static void apply(WsscSession *session, WsscMessage *message)
{
    wssc_exchange_match(session, message);
    wssc_lifecycle_apply(session, message);
    if (message->context != NULL && !message->is_protected && message->context->first_unprotected == NULL)
        message->context->first_unprotected = message;
    wssc_rules_check_message(&session->rules, message);
    if (message->is_response)
        wssc_rules_check_exchange(&session->rules, message->exchange, message);
    wssc_session_forget_nodes(message);
    if (message->context != NULL)
        message->state = (int)message->context->state;
    wssc_session_judge_if_settled(session, message);
}

static void let_go(const WsscUnit *unit, WsscXml *xml)
{
    if (!unit->is_parsed)
        wssc_xml_free(xml);
}

/* Reads an envelope and does what it says; keys may be learned by it. Takes xml over, unless it stays the caller's. */
static void take_envelope(WsscSession *session, WsscMessage *message, const WsscUnit *unit, WsscXml *xml)
{
    guint64 before = wssc_keyring_serial(session->keyring);

    wssc_keyring_listen(session->keyring, &session->questions);
    wssc_session_read_model(session, message, xml);
    apply(session, message);
    wssc_keyring_listen(session->keyring, NULL);
    if (wssc_keyring_serial(session->keyring) != before)
        wssc_waiting_settle_context(session, message->context);
    wssc_rules_check_tree(&session->rules, message, xml);
    if (message->security != NULL && message->security->waits)
        wssc_waiting_keep(session, message, unit, xml, before);
    else
        let_go(unit, xml);
    wssc_key_questions_reset(&session->questions);
}

const WsscMessage *wssc_session_feed(WsscSession *session, const WsscUnit *unit)
{
    g_autoptr(GError) error = NULL;
    WsscXml *xml = unit->xml;

    session->model.end = MAX(session->model.end, unit->time);
    if (unit->damage != NULL) {
        let_go(unit, xml);
        return feed_unreadable(session, unit, unit->damage, FALSE);
    }
    if (xml == NULL && !unit->is_parsed)
        xml = wssc_xml_parse(unit->octets, unit->charset, &error);
    if (xml == NULL)
        return looks_like_soap(unit)
                   ? feed_unreadable(session, unit, error != NULL ? error->message : unit->xml_error, TRUE)
                   : NULL;
    wssc_session_keep_description(session, unit, xml);
    if (!wssc_soap_is_envelope(xml)) {
        let_go(unit, xml);
        return NULL;
    }
    WsscMessage *message = new_message(session, unit);
    take_envelope(session, message, unit, xml);
    return message;
}

/* An event that no message tells stands at the carrier's own frame. */
static void set_place(WsscEvent *event, guint32 frame, gint64 time)
{
    if (event == NULL)
        return;
    event->frame = frame;
    event->time = time;
}

void wssc_session_note_reset(WsscSession *session, guint file, guint32 frame, gint64 time, guint64 stream,
                             const char *src)
{
    g_autoptr(GPtrArray) open_ones = wssc_exchange_under_way(session, file, stream);
    for (guint i = 0; i < open_ones->len; i++) {
        WsscOpenExchange *open = open_ones->pdata[i];
        WsscExchange *exchange = &open->exchange;
        open->exchange.reset_frame = frame;
        exchange->outcome = WSSC_OUTCOME_RESET;
        if (exchange->context == NULL || exchange->request == NULL)
            continue;
        set_place(wssc_context_event(session, exchange->context, exchange->request, WSSC_EVENT_FAULT,
                                     "%s resets the connection: no answer to frame %u", src, exchange->request->frame),
                  frame, time);
    }
}

/* An answer of HTTP without a SOAP message. */
static void take_status(WsscSession *session, WsscOpenExchange *open, guint32 frame, gint64 time, guint http_status)
{
    WsscExchange *exchange = &open->exchange;
    WsscContext *context = exchange->context;
    WsscOpenExchange *original = exchange->copy_of != NULL ? (WsscOpenExchange *)exchange->copy_of : open;
    gboolean is_failed = http_status >= 400;
    gboolean is_told = original->exchange.is_answered; /* one answer that a proxy hands on is told once */

    original->exchange.is_answered |= is_failed;
    open->exchange.is_ended_by_carrier = TRUE;
    exchange->outcome = is_failed ? WSSC_OUTCOME_FAULT : WSSC_OUTCOME_DONE;
    exchange->response_time = time - exchange->request->time;
    if (context == NULL)
        return;
    set_place(wssc_context_event(session, context, exchange->request,
                                 is_failed ? WSSC_EVENT_FAULT : WSSC_EVENT_RESPONSE,
                                 "answered with HTTP status %u and no SOAP message", http_status),
              frame, time);
    if (is_failed && context->identifier == NULL)
        set_place(wssc_context_set_state(session, context, exchange->request, WSSC_STATE_REFUSED, "refused by HTTP"),
                  frame, time);
    if (is_failed && !is_told)
        wssc_rules_check_status(&session->rules, exchange, frame, http_status);
}

void wssc_session_note_status(WsscSession *session, guint file, guint32 frame, gint64 time, guint64 stream,
                              guint64 pair, guint http_status)
{
    WsscOpenExchange *open = wssc_exchange_of_pair(session, file, stream, pair);
    /* 1xx only says that the answer is yet to come. */
    if (open != NULL && open->exchange.response == NULL && open->exchange.request != NULL &&
        !open->exchange.is_ended_by_carrier && http_status >= 200)
        take_status(session, open, frame, time, http_status);
}

static void count_verdicts(WsscSession *session)
{
    for (guint i = 0; i < session->model.messages->len; i++) {
        WsscMessage *message = session->model.messages->pdata[i];
        judge(session, message);
        if (message->context == NULL || message->security == NULL)
            continue;
        for (guint s = 0; s < message->security->signatures->len; s++) {
            const WsscSignature *signature = message->security->signatures->pdata[s];
            message->context->verdicts[signature->verdict]++;
        }
    }
}

void wssc_session_finish(WsscSession *session, gint64 end_time)
{
    if (session->is_finished)
        return;
    session->is_finished = TRUE;
    session->model.end = MAX(session->model.end, end_time);
    wssc_waiting_settle(session);
    wssc_ending_apply(session, session->model.end);
    wssc_exchange_end(session);
    wssc_rules_check_unanswered(&session->rules, session->model.exchanges);
    wssc_rules_check_uses(&session->rules, session->model.contexts);
    count_verdicts(session);
}

const WsscModel *wssc_session_model(const WsscSession *session)
{
    return &session->model;
}

const GPtrArray *wssc_session_messages(const WsscSession *session)
{
    return session->model.messages;
}

const GPtrArray *wssc_session_contexts(const WsscSession *session)
{
    return session->model.contexts;
}

const GPtrArray *wssc_session_exchanges(const WsscSession *session)
{
    return session->model.exchanges;
}

const GPtrArray *wssc_session_findings(const WsscSession *session)
{
    return session->model.findings;
}

const GPtrArray *wssc_session_events(const WsscSession *session)
{
    return session->model.events;
}

const WsscContext *wssc_session_context(const WsscSession *session, const char *identifier)
{
    return wssc_model_context(&session->model, identifier);
}
