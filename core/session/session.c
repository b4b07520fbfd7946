/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "session/session.h"

#include "base/limits.h"
#include "session/facts.h"
#include "session/private.h"

/* ---- a session -------------------------------------------------------------------------------------- */

WsscSession *wssc_session_new(void)
{
    WsscSession *session = g_new0(WsscSession, 1);
    wssc_bounds_init(&session->rules.bounds);
    wssc_limits_init(&session->rules.limits);
    session->keyring = wssc_keyring_new();
    session->verifier = wssc_verifier_new(session->keyring);
    wssc_key_questions_init(&session->questions);
    session->strings = g_string_chunk_new(256);
    wssc_store_init(session);
    session->unsettled = g_hash_table_new(NULL, NULL);
    session->waiting = g_ptr_array_new_with_free_func(wssc_waiting_free);
    session->by_place = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    session->strange = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    session->by_message_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    session->by_relates_to = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    session->waiting_of = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    wssc_exchange_tables_init(session);
    wssc_connections_init(session);
    session->by_trust_context = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return session;
}

void wssc_session_free(WsscSession *session)
{
    if (session == NULL)
        return;
    g_hash_table_unref(session->waiting_of);
    g_hash_table_unref(session->unsettled);
    g_ptr_array_unref(session->waiting);
    wssc_store_clear(session);
    wssc_connections_clear(session);
    g_clear_pointer(&session->aside, g_ptr_array_unref);
    wssc_past_free(session->past);
    g_clear_pointer(&session->told.evidence, g_ptr_array_unref);
    g_string_chunk_free(session->strings);
    wssc_strings_free(session->texts);
    g_hash_table_unref(session->by_place);
    g_hash_table_unref(session->by_message_id);
    g_hash_table_unref(session->by_relates_to);
    g_hash_table_unref(session->by_pair);
    g_hash_table_unref(session->by_stream);
    g_hash_table_unref(session->strange);
    g_hash_table_unref(session->by_trust_context);
    wssc_key_questions_clear(&session->questions);
    wssc_verifier_free(session->verifier);
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
    if (options->limits != NULL)
        session->rules.limits = *options->limits;
    else
        wssc_limits_init(&session->rules.limits);
    session->options.limits = &session->rules.limits;
    wssc_verifier_set_limits(session->verifier, &session->rules.limits);
    wssc_keyring_set_limits(session->keyring, &session->rules.limits);
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

void wssc_session_note_unread(WsscSession *session, guint file, const WsscUnreadOctets *octets)
{
    wssc_rules_check_unread(&session->rules, file, octets);
}

const char *wssc_session_file(const WsscSession *session, guint file)
{
    return wssc_model_file(&session->model, file);
}

/* ---- calls ------------------------------------------------------------------------------------------------ */

static void apply(WsscSession *session, WsscMessage *message)
{
    wssc_naming_learn(session, message);
    wssc_exchange_match(session, message);
    if (message->is_response)
        wssc_response_apply(session, message);
    else
        wssc_request_apply(session, message);
    if (message->context != NULL && !message->is_protected && message->context->first_unprotected == NULL)
        message->context->first_unprotected = message;
    if (!session->options.only_rows) {
        wssc_rules_check_message(&session->rules, message);
        if (message->is_response)
            wssc_rules_check_exchange(&session->rules, message->exchange, message);
    }
    wssc_reading_forget_nodes(session, message);
    if (message->context != NULL)
        message->state = (int)message->context->state;
    wssc_reading_judge_if_settled(session, message);
}

/* What was left away of what messages bring for others is told once, at the first that met the limit. */
static void tell_limits(WsscSession *session, const WsscMessage *message)
{
    WsscLimitSet met = *wssc_keyring_limits_met(session->keyring);
    if (wssc_verifier_is_weary(session->verifier))
        wssc_limit_set_add(&met, WSSC_LIMIT_VAIN_OCTETS);
    for (guint i = 0; i < G_N_ELEMENTS(met.bits); i++)
        met.bits[i] &= ~session->limits_told.bits[i];
    for (int id = 0; id < WSSC_LIMIT_MAX; id++) {
        if (!wssc_limit_set_has(&met, (WsscLimitId)id))
            continue;
        wssc_limit_set_add(&session->limits_told, (WsscLimitId)id);
        wssc_rules_check_limit(&session->rules, message, NULL, (WsscLimitId)id);
    }
}

/* Reads an envelope and does what it says; keys may be learned by it. */
static void take_envelope(WsscSession *session, WsscMessage *message, WsscXml *xml)
{
    guint64 before = wssc_keyring_serial(session->keyring);

    wssc_keyring_listen(session->keyring, &session->questions);
    wssc_reading_take(session, message, xml);
    apply(session, message);
    wssc_keyring_listen(session->keyring, NULL);
    if (wssc_keyring_serial(session->keyring) != before)
        wssc_waiting_settle_context(session, message->context);
    if (!session->options.only_rows)
        wssc_rules_check_tree(&session->rules, message, xml);
    wssc_documents_keep(session, message, xml);
    tell_limits(session, message);
    if (message->security != NULL && message->security->waits)
        wssc_waiting_keep(session, message, xml, before);
    wssc_key_questions_reset(&session->questions);
}

static WsscMessage *take(WsscSession *session, const WsscUnit *unit)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = NULL;

    session->model.end = MAX(session->model.end, unit->time);
    if (unit->damage != NULL)
        return wssc_reading_unreadable(session, unit, unit->damage, FALSE);
    if (unit->xml != NULL)
        xml = wssc_xml_ref(unit->xml);
    else if (unit->xml_error == NULL)
        xml = wssc_xml_parse(unit->octets, unit->charset, &error);
    if (xml == NULL)
        return wssc_reading_looks_like_soap(unit)
                   ? wssc_reading_unreadable(session, unit, error != NULL ? error->message : unit->xml_error, TRUE)
                   : NULL;
    wssc_session_keep_description(session, unit, xml);
    if (!wssc_soap_is_envelope(xml) && !unit->is_fragment) {
        g_autofree char *problem = wssc_soap_no_envelope(xml, unit->content_type);
        return problem != NULL ? wssc_reading_unreadable(session, unit, problem, FALSE) : NULL;
    }
    WsscMessage *message = wssc_reading_new(session, unit);
    take_envelope(session, message, xml);
    return message;
}

const WsscMessage *wssc_session_feed(WsscSession *session, const WsscUnit *unit)
{
    wssc_brief_forget_findings(session);
    if (wssc_past_is_due(session)) {
        wssc_brief_let_go_more(session);
        wssc_past_let_go(session);
    }
    WsscMessage *message = take(session, unit);
    if (message != NULL) {
        wssc_settled_tell(session, message);
        wssc_brief_let_go(session, message);
    }
    return message;
}

static void count_verdicts(WsscSession *session)
{
    for (guint i = 0; i < session->model.messages->len; i++) {
        WsscMessage *message = session->model.messages->pdata[i];
        wssc_reading_judge(session, message);
        wssc_verdicts_count(session, message, NULL);
    }
}

/* What is known of whole lifecycles, and what is wrong with them. */
static void look_back(WsscSession *session)
{
    wssc_turns_collect(session);
    wssc_facts_ends(session);
    wssc_facts_renewals(session);
    wssc_facts_rollovers(session);
    wssc_facts_services(session);
    wssc_facts_clocks(session);
    wssc_facts_replays(session);
    wssc_facts_tokens(session);
    wssc_rules_check_unanswered(&session->rules, session->model.exchanges);
    wssc_rules_check_uses(&session->rules, session->model.contexts);
    wssc_rules_check_renewals(&session->rules, &session->model);
    wssc_rules_check_rollovers(&session->rules, &session->model);
    wssc_rules_check_ends(&session->rules, &session->model);
    wssc_rules_check_key_sizes(&session->rules, &session->model);
    wssc_rules_check_order(&session->rules, &session->model);
    wssc_rules_check_farm(&session->rules, &session->model);
    wssc_rules_check_addresses(&session->rules, &session->model);
    wssc_rules_check_clocks(&session->rules, &session->model);
    wssc_rules_check_replays(&session->rules, &session->model);
    wssc_rules_check_binding(&session->rules, &session->model);
    wssc_rules_check_tokens(&session->rules, &session->model);
}

void wssc_session_finish(WsscSession *session, gint64 end_time)
{
    if (session->is_finished)
        return;
    session->is_finished = TRUE;
    session->model.end = MAX(session->model.end, end_time);
    wssc_context_take_event(session);
    if (!session->options.only_rows)
        wssc_connections_let_go(session);
    wssc_waiting_settle(session);
    wssc_sizes_settle(session);
    wssc_missing_explain(session);
    wssc_ending_apply(session, session->model.end);
    wssc_exchange_end(session);
    if (session->options.only_rows)
        wssc_facts_tokens(session);
    else
        look_back(session);
    count_verdicts(session);
    wssc_settled_tell_all(session);
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
