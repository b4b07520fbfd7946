/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/events.h"

#include "base/text.h"
#include "report/json.h"
#include "report/sentence.h"

const char *const wssc_event_members[] = {
    "v", "type", "file", "frame", "time",
    /* capture */
    "frames", "last_time", "damage", "closed_tls",
    /* message */
    "message_id", "relates_to", "action", "soap", "encoding", "transport", "src", "dst", "context", "instance",
    "is_use", "octets", "http_status", "fault",
    /* signature */
    "signature", "algorithm", "key_kind", "verdict", "reason", "deviation", "hypothesis", "references", "decrypted",
    "signature_value", "key_fingerprint", "certificate", "trust", "protects", "key_doubt",
    /* decryption */
    "element", "parent", "content", "id", "result",
    /* password */
    "user",
    /* exchange */
    "kind", "request_frame", "response_frame", "request_file", "response_file", "outcome", "evidence",
    /* key, transition, finding */
    "key_source", "key", "from", "to", "text", "severity", NULL};

/* Members that every event has; the caller ends it. */
static void begin_event(WsscWriter *w, const char *type, const char *file, guint32 frame, gint64 time)
{
    wssc_writer_object(w, NULL);
    wssc_writer_int(w, "v", WSSC_EVENTS_VERSION);
    wssc_writer_string(w, "type", type);
    wssc_writer_string(w, "file", file);
    wssc_writer_int_or_null(w, "frame", frame, frame != 0);
    wssc_writer_time(w, "time", time);
}

static void begin_of_message(WsscWriter *w, const char *type, const WsscModel *model, const WsscMessage *message)
{
    begin_event(w, type, wssc_model_file(model, message->file), message->frame, message->time);
}

void wssc_events_put_capture(WsscWriter *w, const WsscCapture *capture)
{
    begin_event(w, "capture", capture->file, 0, capture->first_time);
    wssc_writer_int(w, "frames", capture->frames);
    wssc_writer_time(w, "last_time", capture->last_time);
    wssc_writer_string(w, "damage", capture->damage);
    wssc_writer_array(w, "closed_tls");
    for (guint i = 0; i < capture->closed_tls->len; i++) {
        const WsscClosedTls *closed = capture->closed_tls->pdata[i];
        wssc_writer_object(w, NULL);
        wssc_writer_string(w, "client", closed->client);
        wssc_writer_string(w, "server", closed->server);
        wssc_writer_string(w, "server_name", closed->server_name);
        wssc_writer_int(w, "first_frame", closed->first_frame);
        wssc_writer_int(w, "last_frame", closed->last_frame);
        wssc_writer_end(w);
    }
    wssc_writer_end(w);
    wssc_writer_end(w);
}

static void add_message(WsscWriter *w, const WsscModel *model, const WsscMessage *message)
{
    static const char *const soap_versions[] = {NULL, "1.1", "1.2"};
    begin_of_message(w, "message", model, message);
    wssc_writer_string(w, "message_id", message->soap->message_id);
    wssc_writer_string(w, "relates_to", message->soap->relates_to);
    wssc_writer_string(w, "action", message->soap->action);
    wssc_writer_string(w, "soap", soap_versions[message->soap->version]);
    wssc_writer_string(w, "encoding", wssc_encoding_name(message->encoding));
    wssc_writer_string(w, "transport", wssc_transport_name(message->transport));
    wssc_writer_string(w, "src", message->src);
    wssc_writer_string(w, "dst", message->dst);
    wssc_writer_string(w, "context", message->context != NULL ? message->context->identifier : NULL);
    wssc_writer_string(w, "instance", wssc_message_instance_name(message));
    wssc_writer_bool(w, "is_use", message->is_use);
    wssc_writer_int(w, "octets", message->length);
    wssc_writer_int_or_null(w, "http_status", message->http_status != 0 ? message->http_status : 0,
                            message->http_status != 0);
    wssc_writer_string(w, "fault", message->soap->fault != NULL ? message->soap->fault->code : NULL);
    wssc_writer_string(w, "damage", message->damage);
    wssc_writer_end(w);
}

static void add_decryption(WsscWriter *w, const WsscModel *model, const WsscMessage *message,
                           const WsscDecryption *decryption)
{
    begin_of_message(w, "decryption", model, message);
    wssc_writer_string(w, "element", decryption->element);
    wssc_writer_string(w, "parent", decryption->parent);
    wssc_writer_string(w, "content", decryption->content);
    wssc_writer_string(w, "id", decryption->id);
    wssc_writer_string(w, "algorithm", decryption->algorithm);
    wssc_writer_string(w, "key_kind", wssc_key_kind_name(decryption->key_kind));
    wssc_writer_string(w, "context", decryption->context);
    wssc_writer_string(w, "instance", decryption->instance);
    wssc_writer_string(w, "result", wssc_decryption_result_name(decryption->result));
    wssc_writer_string(w, "reason", decryption->reason);
    wssc_writer_string(w, "deviation", decryption->deviation);
    wssc_writer_end(w);
}

static void add_password(WsscWriter *w, const WsscModel *model, const WsscMessage *message,
                         const WsscPasswordCheck *check)
{
    begin_of_message(w, "password", model, message);
    wssc_writer_string(w, "user", check->user);
    wssc_writer_string(w, "kind", wssc_password_kind_name(check->kind));
    wssc_writer_string(w, "result", wssc_password_result_name(check->result));
    wssc_writer_string(w, "reason", check->reason);
    wssc_writer_string(w, "hypothesis", check->hypothesis);
    wssc_writer_end(w);
}

static void add_signatures(WsscWriter *w, const WsscModel *model, const WsscMessage *message)
{
    for (guint i = 0; i < message->security->signatures->len; i++) {
        begin_of_message(w, "signature", model, message);
        wssc_json_put_signature(w, message, message->security->signatures->pdata[i]);
        wssc_writer_end(w);
    }
    for (guint i = 0; i < message->security->decryptions->len; i++)
        add_decryption(w, model, message, message->security->decryptions->pdata[i]);
    for (guint i = 0; i < message->security->passwords->len; i++)
        add_password(w, model, message, message->security->passwords->pdata[i]);
}

/* The two may stand in different files. */
static void put_file(WsscWriter *w, const char *member, const WsscModel *model, const WsscMessage *message)
{
    wssc_writer_string(w, member, message != NULL ? wssc_model_file(model, message->file) : NULL);
}

static void add_exchange(WsscWriter *w, const WsscModel *model, const WsscExchange *exchange)
{
    const WsscMessage *first = exchange->request != NULL ? exchange->request : exchange->response;
    if (first == NULL)
        return;
    begin_of_message(w, "exchange", model, first);
    wssc_writer_string(w, "kind", wssc_operation_name(exchange->operation));
    wssc_writer_int_or_null(w, "request_frame", exchange->request != NULL ? exchange->request->frame : 0,
                            exchange->request != NULL);
    wssc_writer_int_or_null(w, "response_frame", exchange->response != NULL ? exchange->response->frame : 0,
                            exchange->response != NULL);
    put_file(w, "request_file", model, exchange->request);
    put_file(w, "response_file", model, exchange->response);
    wssc_writer_string(w, "outcome", wssc_outcome_name(exchange->outcome));
    wssc_writer_string(w, "context", exchange->context != NULL ? exchange->context->identifier : NULL);
    g_autoptr(GPtrArray) evidence = wssc_exchange_evidence(exchange);
    wssc_json_put_evidence(w, model, evidence);
    wssc_writer_end(w);
}

static void add_keys(WsscWriter *w, const WsscModel *model, const WsscContext *context, gboolean emit_keys)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        const WsscMessage *at = instance->issued_by != NULL ? instance->issued_by : instance->first_use;
        if (instance->key == NULL || at == NULL)
            continue;
        begin_of_message(w, "key", model, at);
        wssc_writer_string(w, "context", context->identifier);
        wssc_writer_string(w, "instance", instance->name);
        wssc_writer_string(w, "key_source", wssc_key_source_name(instance->key_origin.source));
        wssc_writer_string(w, "key_fingerprint", instance->key_fingerprint);
        if (emit_keys) {
            g_autofree char *hex = wssc_hex_encode(wssc_secret_bytes(instance->key));
            wssc_writer_string(w, "key", hex);
        }
        wssc_writer_end(w);
    }
}

static void add_transition(WsscWriter *w, const WsscModel *model, const WsscEvent *entry)
{
    const WsscMessage *message = entry->message;
    begin_event(w, "transition", message != NULL ? wssc_model_file(model, message->file) : NULL, entry->frame,
                entry->time);
    wssc_writer_string(w, "context", entry->context->identifier);
    wssc_writer_string(w, "from", wssc_state_name(entry->from));
    wssc_writer_string(w, "to", wssc_state_name(entry->to));
    g_autofree char *text = wssc_event_sentence(model, entry);
    g_autoptr(GPtrArray) evidence = wssc_event_evidence(entry);
    wssc_writer_string(w, "text", text);
    wssc_json_put_evidence(w, model, evidence);
    wssc_writer_end(w);
}

static void add_finding(WsscWriter *w, const WsscModel *model, const WsscFinding *finding)
{
    begin_event(w, "finding", wssc_model_file(model, finding->file), finding->frame, finding->time);
    wssc_writer_string(w, "id", wssc_finding_info(finding->id)->name);
    wssc_writer_string(w, "severity", wssc_severity_name(finding->severity));
    wssc_writer_string(w, "context", finding->context);
    g_autofree char *text = wssc_finding_sentence(model, finding);
    wssc_writer_string(w, "text", text);
    wssc_json_put_evidence(w, model, finding->evidence);
    wssc_writer_end(w);
}

void wssc_events_put_model(WsscWriter *w, const WsscModel *model, gboolean emit_keys)
{
    for (guint i = 0; i < model->messages->len; i++) {
        const WsscMessage *message = model->messages->pdata[i];
        add_message(w, model, message);
        if (message->security != NULL)
            add_signatures(w, model, message);
    }
    for (guint i = 0; i < model->exchanges->len; i++)
        add_exchange(w, model, model->exchanges->pdata[i]);
    for (guint i = 0; i < model->contexts->len; i++)
        add_keys(w, model, model->contexts->pdata[i], emit_keys);
    for (guint i = 0; i < model->events->len; i++)
        if (((const WsscEvent *)model->events->pdata[i])->is_transition)
            add_transition(w, model, model->events->pdata[i]);
    for (guint i = 0; i < model->findings->len; i++)
        add_finding(w, model, model->findings->pdata[i]);
}
