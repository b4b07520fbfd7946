/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/events.h"

#include "base/text.h"
#include "report/json.h"
#include "report/sentence.h"

static void set_string(JsonObject *object, const char *member, const char *value)
{
    if (value != NULL)
        json_object_set_string_member(object, member, value);
    else
        json_object_set_null_member(object, member);
}

static void set_time(JsonObject *object, const char *member, gint64 time)
{
    g_autofree char *text = wssc_time_format(time);
    set_string(object, member, text);
}

/* Members that every event has. */
static JsonObject *new_event(JsonArray *events, const char *type, const char *file, guint32 frame, gint64 time)
{
    JsonObject *event = json_object_new();
    json_object_set_int_member(event, "v", WSSC_EVENTS_VERSION);
    json_object_set_string_member(event, "type", type);
    set_string(event, "file", file);
    if (frame != 0)
        json_object_set_int_member(event, "frame", frame);
    else
        json_object_set_null_member(event, "frame");
    set_time(event, "time", time);
    json_array_add_object_element(events, event);
    return event;
}

static JsonObject *message_event(JsonArray *events, const char *type, const WsscSession *session,
                                 const WsscMessage *message)
{
    return new_event(events, type, wssc_session_file(session, message->file), message->frame, message->time);
}

void wssc_events_add_capture(JsonArray *events, const char *file, guint32 frames, gint64 first_time, gint64 last_time,
                             const char *damage, JsonArray *closed_tls)
{
    JsonObject *event = new_event(events, "capture", file, 0, first_time);
    json_object_set_int_member(event, "frames", frames);
    set_time(event, "last_time", last_time);
    set_string(event, "damage", damage);
    json_object_set_array_member(event, "closed_tls", json_array_ref(closed_tls));
}

static void add_message(JsonArray *events, const WsscSession *session, const WsscMessage *message)
{
    static const char *const soap_versions[] = {NULL, "1.1", "1.2"};
    JsonObject *event = message_event(events, "message", session, message);
    set_string(event, "message_id", message->soap->message_id);
    set_string(event, "relates_to", message->soap->relates_to);
    set_string(event, "action", message->soap->action);
    set_string(event, "soap", soap_versions[message->soap->version]);
    set_string(event, "encoding", wssc_encoding_name(message->encoding));
    set_string(event, "transport", wssc_transport_name(message->transport));
    set_string(event, "src", message->src);
    set_string(event, "dst", message->dst);
    set_string(event, "context", message->context != NULL ? message->context->identifier : NULL);
    set_string(event, "instance", wssc_message_instance_name(message));
    json_object_set_boolean_member(event, "is_use", message->is_use);
    json_object_set_int_member(event, "octets", message->length);
    if (message->http_status != 0)
        json_object_set_int_member(event, "http_status", message->http_status);
    else
        json_object_set_null_member(event, "http_status");
    set_string(event, "fault", message->soap->fault != NULL ? message->soap->fault->code : NULL);
    set_string(event, "damage", message->damage);
}

static void add_decryption(JsonArray *events, const WsscSession *session, const WsscMessage *message,
                           const WsscDecryption *decryption)
{
    JsonObject *event = message_event(events, "decryption", session, message);
    set_string(event, "element", decryption->element);
    set_string(event, "parent", decryption->parent);
    set_string(event, "content", decryption->content);
    set_string(event, "id", decryption->id);
    set_string(event, "algorithm", decryption->algorithm);
    set_string(event, "key_kind", wssc_key_kind_name(decryption->key_kind));
    set_string(event, "context", decryption->context);
    set_string(event, "instance", decryption->instance);
    set_string(event, "result", wssc_decryption_result_name(decryption->result));
    set_string(event, "reason", decryption->reason);
    set_string(event, "deviation", decryption->deviation);
}

static void add_signatures(JsonArray *events, const WsscSession *session, const WsscMessage *message)
{
    for (guint i = 0; i < message->security->signatures->len; i++) {
        JsonObject *event = message_event(events, "signature", session, message);
        wssc_json_set_signature(event, message, message->security->signatures->pdata[i]);
    }
    for (guint i = 0; i < message->security->decryptions->len; i++)
        add_decryption(events, session, message, message->security->decryptions->pdata[i]);
}

/* The two may stand in different files. */
static void set_file(JsonObject *event, const char *member, const WsscSession *session, const WsscMessage *message)
{
    set_string(event, member, message != NULL ? wssc_session_file(session, message->file) : NULL);
}

static void add_exchange(JsonArray *events, const WsscSession *session, const WsscExchange *exchange)
{
    const WsscMessage *first = exchange->request != NULL ? exchange->request : exchange->response;
    if (first == NULL)
        return;
    JsonObject *event = message_event(events, "exchange", session, first);
    json_object_set_string_member(event, "kind", wssc_operation_name(exchange->operation));
    if (exchange->request != NULL)
        json_object_set_int_member(event, "request_frame", exchange->request->frame);
    else
        json_object_set_null_member(event, "request_frame");
    if (exchange->response != NULL)
        json_object_set_int_member(event, "response_frame", exchange->response->frame);
    else
        json_object_set_null_member(event, "response_frame");
    set_file(event, "request_file", session, exchange->request);
    set_file(event, "response_file", session, exchange->response);
    json_object_set_string_member(event, "outcome", wssc_outcome_name(exchange->outcome));
    set_string(event, "context", exchange->context != NULL ? exchange->context->identifier : NULL);
    g_autoptr(GPtrArray) evidence = wssc_exchange_evidence(exchange);
    wssc_json_set_evidence(event, session, evidence);
}

static void add_keys(JsonArray *events, const WsscSession *session, const WsscContext *context, gboolean emit_keys)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        const WsscMessage *at = instance->issued_by != NULL ? instance->issued_by : instance->first_use;
        if (instance->key == NULL || at == NULL)
            continue;
        JsonObject *event = message_event(events, "key", session, at);
        set_string(event, "context", context->identifier);
        set_string(event, "instance", instance->name);
        set_string(event, "key_source", wssc_key_source_name(instance->key_origin.source));
        set_string(event, "key_fingerprint", instance->key_fingerprint);
        if (emit_keys) {
            g_autofree char *hex = wssc_hex_encode(wssc_secret_bytes(instance->key));
            set_string(event, "key", hex);
        }
    }
}

static void add_transition(JsonArray *events, const WsscSession *session, const WsscEvent *entry)
{
    const WsscMessage *message = entry->message;
    JsonObject *event =
        new_event(events, "transition", message != NULL ? wssc_session_file(session, message->file) : NULL,
                  entry->frame, entry->time);
    set_string(event, "context", entry->context->identifier);
    json_object_set_string_member(event, "from", wssc_state_name(entry->from));
    json_object_set_string_member(event, "to", wssc_state_name(entry->to));
    g_autofree char *text = wssc_event_sentence(wssc_session_model(session), entry);
    g_autoptr(GPtrArray) evidence = wssc_event_evidence(entry);
    set_string(event, "text", text);
    wssc_json_set_evidence(event, session, evidence);
}

static void add_finding(JsonArray *events, const WsscSession *session, const WsscFinding *finding)
{
    JsonObject *event =
        new_event(events, "finding", wssc_session_file(session, finding->file), finding->frame, finding->time);
    json_object_set_string_member(event, "id", wssc_finding_info(finding->id)->name);
    json_object_set_string_member(event, "severity", wssc_severity_name(finding->severity));
    set_string(event, "context", finding->context);
    g_autofree char *text = wssc_finding_sentence(wssc_session_model(session), finding);
    set_string(event, "text", text);
    wssc_json_set_evidence(event, session, finding->evidence);
}

void wssc_events_add_session(JsonArray *events, const WsscSession *session, gboolean emit_keys)
{
    const GPtrArray *messages = wssc_session_messages(session);
    const GPtrArray *exchanges = wssc_session_exchanges(session);
    const GPtrArray *contexts = wssc_session_contexts(session);
    const GPtrArray *story = wssc_session_events(session);
    const GPtrArray *findings = wssc_session_findings(session);

    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        add_message(events, session, message);
        if (message->security != NULL)
            add_signatures(events, session, message);
    }
    for (guint i = 0; i < exchanges->len; i++)
        add_exchange(events, session, exchanges->pdata[i]);
    for (guint i = 0; i < contexts->len; i++)
        add_keys(events, session, contexts->pdata[i], emit_keys);
    for (guint i = 0; i < story->len; i++)
        if (((const WsscEvent *)story->pdata[i])->is_transition)
            add_transition(events, session, story->pdata[i]);
    for (guint i = 0; i < findings->len; i++)
        add_finding(events, session, findings->pdata[i]);
}
