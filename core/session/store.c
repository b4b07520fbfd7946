/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The lists of the model, and what is filed in them.
 */
#include "session/private.h"
#include "session/session.h"

void wssc_session_free_message(gpointer data)
{
    WsscMessage *message = data;
    g_free(message->damage);
    g_free(message->left_out);
    g_free(message->layout);
    wssc_xml_unref((WsscXml *)message->document);
    if (!message->is_brief)
        wssc_soap_free(message->soap);
    wssc_security_free(message->security);
    g_ptr_array_unref(message->findings);
    g_free(message);
}

void wssc_session_free_exchange(gpointer exchange)
{
    WsscOpenExchange *open = exchange;
    g_clear_pointer(&open->exchange.legs, g_ptr_array_unref);
    wssc_secret_unref(open->request_entropy);
    wssc_secret_unref(open->response_entropy);
    g_free(open->request_entropy_missing);
    g_free(open->closed);
    g_free(open->exchange.asked.token_type);
    g_free(open->exchange.asked.context);
    g_free(open->exchange.asked.key_type);
    g_free(open->exchange.asked.instance);
    g_free(open);
}

static void free_finding(gpointer data)
{
    WsscFinding *finding = data;
    g_free(finding->text);
    g_ptr_array_unref(finding->evidence);
    g_free(finding);
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
    g_ptr_array_unref(token->events);
    g_free(token);
}

static void take_finding(gpointer user, WsscFinding *finding, const WsscMessage *message, const WsscContext *context)
{
    WsscSession *session = user;
    g_ptr_array_add(session->model.findings, finding);
    if (session->options.only_rows)
        return; /* who raises it may add to it still */
    if (message != NULL)
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

/* file, frame and ordinal in one number: 12, 40 and 12 bits are far more than any capture has. */
static gint64 place(guint file, guint32 frame, guint ordinal)
{
    return (gint64)((guint64)file << 52 | (guint64)frame << 12 | (ordinal & 0xFFF));
}

void wssc_session_place(WsscSession *session, WsscMessage *message)
{
    if (session->options.only_rows || session->options.only_lists)
        return;
    gint64 *key = g_new(gint64, 1);
    *key = place(message->file, message->frame, message->ordinal);
    g_hash_table_replace(session->by_place, key, message);
}

const WsscMessage *wssc_session_lookup(const WsscSession *session, guint file, guint32 frame, guint ordinal)
{
    gint64 key = place(file, frame, ordinal);
    return g_hash_table_lookup(session->by_place, &key);
}

WsscSoap *wssc_session_no_soap(WsscSession *session)
{
    if (session->no_soap == NULL) {
        g_autoptr(WsscXml) nothing = wssc_xml_new(NULL, WSSC_XML_TEXT);
        nothing->doc = xmlNewDoc((const xmlChar *)"1.0");
        session->no_soap = wssc_soap_read(nothing);
    }
    return session->no_soap;
}

WsscOpenExchange *wssc_session_add_exchange(WsscSession *session, WsscOperation operation)
{
    WsscOpenExchange *open = g_new0(WsscOpenExchange, 1);
    g_ptr_array_add(session->model.exchanges, open);
    open->exchange.index = ++session->exchanges_made;
    open->exchange.operation = operation;
    open->exchange.outcome = WSSC_OUTCOME_PENDING;
    open->exchange.response_time = -1;
    open->exchange.given_created = open->exchange.given_expires = WSSC_TIME_NONE;
    open->exchange.asked.key_size = open->response_key_size = -1;
    return open;
}

const char *wssc_session_keep(WsscSession *session, const char *text)
{
    return text != NULL ? g_string_chunk_insert_const(session->strings, text) : NULL;
}

void wssc_store_init(WsscSession *session)
{
    session->rules.take = take_finding;
    session->rules.user = session;
    session->nothing = g_ptr_array_new();
    session->model.files = g_ptr_array_new_with_free_func(g_free);
    session->model.messages = g_ptr_array_new_with_free_func(wssc_session_free_message);
    session->model.descriptions = g_ptr_array_new_with_free_func(wssc_session_free_description);
    session->model.contexts = g_ptr_array_new_with_free_func(wssc_context_free);
    session->model.exchanges = g_ptr_array_new_with_free_func(wssc_session_free_exchange);
    session->model.findings = g_ptr_array_new_with_free_func(free_finding);
    session->model.events = g_ptr_array_new_with_free_func(wssc_context_event_free);
    session->model.renewals = g_ptr_array_new_with_free_func(g_free);
    session->model.rollovers = g_ptr_array_new_with_free_func(g_free);
    session->model.services = g_ptr_array_new_with_free_func(free_service);
    session->model.peers = g_ptr_array_new_with_free_func(free_peer);
    session->model.replays = g_ptr_array_new_with_free_func(g_free);
    session->model.tokens = g_ptr_array_new_with_free_func(free_token);
    session->model.by_identifier = g_hash_table_new(g_str_hash, g_str_equal); /* each context has its own */
}

void wssc_store_clear(WsscSession *session)
{
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
    g_ptr_array_unref(session->nothing);
    wssc_soap_free(session->no_soap);
    g_ptr_array_unref(session->model.descriptions);
    g_ptr_array_unref(session->model.files);
    g_hash_table_unref(session->model.by_identifier);
}
