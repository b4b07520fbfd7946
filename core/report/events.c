/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/events.h"

#include "base/text.h"
#include "report/event_message.h"
#include "report/in_order.h"
#include "report/json.h"
#include "report/sentence.h"

const char *const wssc_event_members[] = {
    "v", "type", "file", "frame", "time", "ordinal",
    /* capture */
    "frames", "last_time", "damage", "tls_sessions", "cut_tls_frames", "closed_tls",
    /* unread */
    "last_frame",
    /* message */
    "message_id", "relates_to", "action", "to", "reply_to", "soap", "encoding", "transport", "is_protected", "src",
    "dst", "direction", "connection", "pair", "octets", "http_status", "http_date", "agent", "forwarded", "host",
    "context", "instance", "is_use", "is_response", "is_copy", "exchange", "operation", "is_sct_operation",
    "is_negotiation", "is_collection", "body", "is_body_encrypted", "was_decrypted", "security", "wst", "fault",
    /* signature, decryption */
    "signature", "algorithm", "key_kind", "verdict", "reason", "deviation", "hypothesis", "references", "decrypted",
    "signature_value", "key_fingerprint", "certificate", "trust", "protects", "key_doubt", "key_source", "key_file",
    "key_frame", "key_line", "element", "parent", "content", "id", "result",
    /* password */
    "user",
    /* connection */
    "client", "server", "server_name", "sign", "from", "value", "text", "media", "via", "date", "is_answer_due", "tls",
    /* exchange */
    "kind", "request_frame", "response_frame", "request_file", "response_file", "outcome", "refused_by",
    "response_time", "copy_of", "evidence",
    /* key */
    "is_known", "entropy_mode", "key_size", "key_size_assumed", "created", "expires", "issued_frame", "issued_file",
    "missing", "derivation", "key",
    /* transition, finding */
    "severity", NULL};

struct WsscEvents {
    WsscWriter *writer;
    const WsscModel *model;
    gboolean emit_keys;
    WsscInOrder *order;
    WsscPutMessage on_put; /* or NULL */
    gpointer on_put_user;
    GHashTable *pairs; /* Pair -> its number */
    guint numbered;    /* messages of the model whose pairs have theirs */
};

/* ---- pairs -------------------------------------------------------------------------------------------------- */

/* What a carrier pairs by is no number that says anything outside of this process. */
typedef struct {
    guint64 stream, pair;
    guint file;
} Pair;

static guint pair_hash(gconstpointer data)
{
    const Pair *pair = data;
    return (g_int64_hash(&pair->stream) * 31 + g_int64_hash(&pair->pair)) * 31 + pair->file;
}

static gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    const Pair *one = a, *other = b;
    return one->stream == other->stream && one->pair == other->pair && one->file == other->file;
}

static guint number_of(WsscEvents *events, guint file, guint64 stream, guint64 pair)
{
    Pair key = {.stream = stream, .pair = pair, .file = file};
    if (pair == 0)
        return 0;
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(events->pairs, &key));
    if (number == 0) {
        number = g_hash_table_size(events->pairs) + 1;
        g_hash_table_insert(events->pairs, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(number));
    }
    return number;
}

/* In the order of the capture, whatever order messages become settled in. */
static guint number_of_message(WsscEvents *events, const WsscMessage *message)
{
    const GPtrArray *messages = events->model->messages;
    for (; events->numbered < messages->len; events->numbered++) {
        const WsscMessage *next = messages->pdata[events->numbered];
        number_of(events, next->file, next->stream, next->pair);
    }
    return number_of(events, message->file, message->stream, message->pair);
}

/* ---- parts of events ---------------------------------------------------------------------------------------- */

/* Members that every event has; the caller ends it. */
static WsscWriter *begin_event(WsscEvents *events, const char *type, const char *file, guint32 frame, gint64 time)
{
    WsscWriter *w = events->writer;
    wssc_writer_object(w, NULL);
    wssc_writer_int(w, "v", WSSC_EVENTS_VERSION);
    wssc_writer_string(w, "type", type);
    wssc_writer_string(w, "file", file);
    wssc_writer_int_or_null(w, "frame", frame, frame != 0);
    wssc_writer_time(w, "time", time);
    return w;
}

static WsscWriter *begin_of_message(WsscEvents *events, const char *type, const WsscMessage *message)
{
    return begin_event(events, type, wssc_model_file(events->model, message->file), message->frame, message->time);
}

static void put_frame(WsscWriter *w, const char *name, const WsscMessage *message)
{
    wssc_writer_int_or_null(w, name, message != NULL ? message->frame : 0, message != NULL);
}

static void put_file(WsscEvents *events, const char *name, const WsscMessage *message)
{
    wssc_writer_string(events->writer, name, message != NULL ? wssc_model_file(events->model, message->file) : NULL);
}

/* ---- what was read ------------------------------------------------------------------------------------------ */

static void put_unread(WsscEvents *events, const WsscCapture *capture, const WsscUnreadOctets *octets)
{
    WsscWriter *w = begin_event(events, "unread", capture->file, octets->first_frame, octets->time);
    wssc_writer_int(w, "last_frame", octets->last_frame);
    wssc_writer_string(w, "src", octets->src);
    wssc_writer_string(w, "dst", octets->dst);
    wssc_writer_int(w, "octets", (gint64)octets->octets);
    wssc_writer_string(w, "reason", octets->why);
    wssc_writer_end(w);
}

void wssc_events_put_capture(WsscEvents *events, const WsscCapture *capture)
{
    WsscWriter *w = begin_event(events, "capture", capture->file, 0, capture->first_time);
    wssc_writer_int(w, "frames", capture->frames);
    wssc_writer_time(w, "last_time", capture->last_time);
    wssc_writer_string(w, "damage", capture->damage);
    wssc_writer_int(w, "tls_sessions", capture->tls_sessions);
    wssc_writer_int(w, "cut_tls_frames", capture->cut_tls_frames);
    wssc_writer_array(w, "closed_tls");
    for (guint i = 0; i < capture->closed_tls->len; i++) {
        const WsscClosedTls *closed = capture->closed_tls->pdata[i];
        wssc_writer_object(w, NULL);
        wssc_writer_string(w, "client", closed->client);
        wssc_writer_string(w, "server", closed->server);
        wssc_writer_string(w, "server_name", closed->server_name);
        wssc_writer_int(w, "first_frame", closed->first_frame);
        wssc_writer_int(w, "last_frame", closed->last_frame);
        wssc_writer_bool(w, "is_cut", closed->is_cut);
        wssc_writer_end(w);
    }
    wssc_writer_end(w);
    wssc_writer_end(w);
    for (guint i = 0; i < capture->unread->len; i++)
        put_unread(events, capture, capture->unread->pdata[i]);
}

static void put_signature(WsscEvents *events, const WsscMessage *message, const WsscSignature *signature)
{
    WsscWriter *w = begin_of_message(events, "signature", message);
    wssc_writer_int(w, "ordinal", message->ordinal);
    wssc_json_put_signature(w, message, signature);
    wssc_event_put_origin(w, events->model, signature->has_key, &signature->key_origin);
    wssc_writer_end(w);
}

static void put_decryption(WsscEvents *events, const WsscMessage *message, const WsscDecryption *decryption)
{
    WsscWriter *w = begin_of_message(events, "decryption", message);
    wssc_writer_int(w, "ordinal", message->ordinal);
    wssc_event_put_decryption(w, decryption);
    wssc_event_put_origin(w, events->model, decryption->has_key, &decryption->key_origin);
    wssc_writer_end(w);
}

static void put_password(WsscEvents *events, const WsscMessage *message, const WsscPasswordCheck *check)
{
    WsscWriter *w = begin_of_message(events, "password", message);
    wssc_writer_int(w, "ordinal", message->ordinal);
    wssc_writer_string(w, "user", check->user);
    wssc_writer_string(w, "kind", wssc_password_kind_name(check->kind));
    wssc_writer_string(w, "result", wssc_password_result_name(check->result));
    wssc_writer_string(w, "reason", check->reason);
    wssc_writer_string(w, "hypothesis", check->hypothesis);
    wssc_writer_end(w);
}

static void put_message(gpointer user, const WsscMessage *message)
{
    WsscEvents *events = user;
    const WsscSecurity *security = message->security;
    WsscWriter *w = begin_of_message(events, "message", message);
    wssc_event_put_message(w, message, number_of_message(events, message));
    wssc_writer_end(w);
    for (guint i = 0; security != NULL && i < security->signatures->len; i++)
        put_signature(events, message, security->signatures->pdata[i]);
    for (guint i = 0; security != NULL && i < security->decryptions->len; i++)
        put_decryption(events, message, security->decryptions->pdata[i]);
    for (guint i = 0; security != NULL && i < security->passwords->len; i++)
        put_password(events, message, security->passwords->pdata[i]);
    if (events->on_put != NULL)
        events->on_put(events->on_put_user, message);
}

void wssc_events_take(gpointer events, const WsscMessage *message)
{
    wssc_in_order_take(((WsscEvents *)events)->order, message);
}

void wssc_events_tell_put(WsscEvents *events, WsscPutMessage on_put, gpointer user)
{
    events->on_put = on_put;
    events->on_put_user = user;
}

WsscEvents *wssc_events_new(WsscWriter *writer, const WsscModel *model, gboolean emit_keys)
{
    WsscEvents *events = g_new0(WsscEvents, 1);
    events->writer = writer;
    events->model = model;
    events->emit_keys = emit_keys;
    events->order = wssc_in_order_new(model, put_message, events);
    events->pairs = g_hash_table_new_full(pair_hash, pair_equal, g_free, NULL);
    return events;
}

void wssc_events_free(WsscEvents *events)
{
    if (events == NULL)
        return;
    wssc_in_order_free(events->order);
    g_hash_table_unref(events->pairs);
    g_free(events);
}

/* ---- what only the end tells ---------------------------------------------------------------------------------- */

static void put_sign(WsscEvents *events, const WsscConnection *connection, const WsscSign *sign)
{
    WsscWriter *w =
        begin_event(events, "connection", wssc_model_file(events->model, connection->file), sign->frame, sign->time);
    wssc_writer_int(w, "connection", (gint64)connection->stream);
    wssc_writer_string(w, "client", connection->client);
    wssc_writer_string(w, "server", connection->server);
    wssc_writer_string(w, "server_name", connection->server_name);
    wssc_writer_string(w, "sign", wssc_sign_kind_name(sign->kind));
    wssc_writer_string(w, "from", sign->is_from_server ? "server" : "client");
    wssc_writer_int_or_null(w, "value", sign->value,
                            sign->kind == WSSC_SIGN_STATUS || sign->kind == WSSC_SIGN_TLS_ALERT);
    guint pair = number_of(events, connection->file, connection->stream, sign->pair);
    wssc_writer_int_or_null(w, "pair", pair, pair != 0);
    wssc_writer_string(w, "text", sign->kind == WSSC_SIGN_TLS_ALERT ? wssc_tls_alert_name(sign->value) : sign->text);
    wssc_writer_string(w, "media", sign->media);
    wssc_writer_string(w, "via", sign->via);
    wssc_writer_time(w, "date", sign->date != 0 ? sign->date : WSSC_TIME_NONE);
    wssc_writer_bool(w, "is_answer_due", sign->is_answer_due);
    wssc_writer_string(w, "tls", wssc_tls_phase_name(sign->phase));
    wssc_writer_end(w);
}

static void put_exchange(WsscEvents *events, const WsscExchange *exchange)
{
    const WsscMessage *first = exchange->request != NULL ? exchange->request : exchange->response;
    g_autoptr(GPtrArray) evidence = wssc_exchange_evidence(exchange);
    if (first == NULL)
        return;
    WsscWriter *w = begin_of_message(events, "exchange", first);
    wssc_writer_int(w, "exchange", exchange->index);
    wssc_writer_string(w, "kind", wssc_operation_name(exchange->operation));
    put_frame(w, "request_frame", exchange->request);
    put_frame(w, "response_frame", exchange->response);
    put_file(events, "request_file", exchange->request);
    put_file(events, "response_file", exchange->response);
    wssc_writer_string(w, "outcome", wssc_outcome_name(exchange->outcome));
    wssc_writer_string(w, "refused_by", wssc_layer_name(wssc_exchange_refused_by(exchange)));
    wssc_writer_int_or_null(w, "response_time", exchange->response_time, exchange->response_time >= 0);
    wssc_writer_int_or_null(w, "copy_of", exchange->copy_of != NULL ? exchange->copy_of->index : 0,
                            exchange->copy_of != NULL);
    wssc_writer_string(w, "context", exchange->context != NULL ? exchange->context->identifier : NULL);
    wssc_json_put_evidence(w, events->model, evidence);
    wssc_writer_end(w);
}

static void put_key(WsscEvents *events, const WsscContext *context, const WsscInstance *instance)
{
    static const GPtrArray none = {.len = 0};
    const WsscMessage *at = instance->issued_by != NULL ? instance->issued_by : instance->first_use;
    gboolean is_known = instance->key != NULL;
    if (at == NULL)
        return;
    WsscWriter *w = begin_of_message(events, "key", at);
    wssc_writer_string(w, "context", context->identifier);
    wssc_writer_string(w, "instance", instance->name);
    wssc_writer_bool(w, "is_known", is_known);
    wssc_event_put_origin(w, events->model, is_known, &instance->key_origin);
    wssc_writer_string(w, "key_fingerprint", instance->key_fingerprint);
    wssc_writer_string(w, "entropy_mode", wssc_entropy_mode_name(instance->entropy_mode));
    wssc_writer_int_or_null(w, "key_size", instance->key_size, instance->key_size > 0);
    wssc_writer_bool(w, "key_size_assumed", instance->is_size_assumed);
    wssc_writer_time(w, "created", instance->created);
    wssc_writer_time(w, "expires", instance->expires);
    put_frame(w, "issued_frame", instance->issued_by);
    put_file(events, "issued_file", instance->issued_by);
    wssc_writer_string(w, "missing", is_known ? NULL : instance->key_missing);
    g_autofree char *derivation = wssc_derivation_sentence(events->model, instance);
    wssc_writer_string(w, "derivation", derivation);
    wssc_json_put_evidence(w, events->model, instance->key_evidence != NULL ? instance->key_evidence : &none);
    if (events->emit_keys && is_known) {
        g_autofree char *hex = wssc_hex_encode(wssc_secret_bytes(instance->key));
        wssc_writer_string(w, "key", hex);
    }
    wssc_writer_end(w);
}

static void put_transition(WsscEvents *events, const WsscEvent *entry)
{
    const WsscMessage *message = entry->message;
    const char *file = message != NULL ? wssc_model_file(events->model, message->file) : NULL;
    g_autofree char *text = wssc_event_sentence(events->model, entry);
    g_autoptr(GPtrArray) evidence = wssc_event_evidence(entry);
    WsscWriter *w = begin_event(events, "transition", file, entry->frame, entry->time);
    wssc_writer_string(w, "context", entry->context->identifier);
    wssc_writer_string(w, "from", wssc_state_name(entry->from));
    wssc_writer_string(w, "to", wssc_state_name(entry->to));
    wssc_writer_string(w, "text", text);
    wssc_json_put_evidence(w, events->model, evidence);
    wssc_writer_end(w);
}

static void put_finding(WsscEvents *events, const WsscFinding *finding)
{
    g_autofree char *text = wssc_finding_sentence(events->model, finding);
    WsscWriter *w =
        begin_event(events, "finding", wssc_model_file(events->model, finding->file), finding->frame, finding->time);
    wssc_writer_string(w, "id", wssc_finding_info(finding->id)->name);
    wssc_writer_string(w, "severity", wssc_severity_name(finding->severity));
    wssc_writer_string(w, "context", finding->context);
    wssc_writer_string(w, "text", text);
    wssc_json_put_evidence(w, events->model, finding->evidence);
    wssc_writer_end(w);
}

void wssc_events_finish(WsscEvents *events)
{
    const WsscModel *model = events->model;
    wssc_in_order_finish(events->order);
    for (guint i = 0; i < model->connections->len; i++) {
        const WsscConnection *connection = model->connections->pdata[i];
        for (guint s = 0; s < connection->signs->len; s++)
            put_sign(events, connection, connection->signs->pdata[s]);
    }
    for (guint i = 0; i < model->exchanges->len; i++)
        put_exchange(events, model->exchanges->pdata[i]);
    for (guint i = 0; i < model->contexts->len; i++) {
        const WsscContext *context = model->contexts->pdata[i];
        for (guint k = 0; k < context->instances->len; k++)
            put_key(events, context, context->instances->pdata[k]);
    }
    for (guint i = 0; i < model->events->len; i++)
        if (((const WsscEvent *)model->events->pdata[i])->is_transition)
            put_transition(events, model->events->pdata[i]);
    for (guint i = 0; i < model->findings->len; i++)
        put_finding(events, model->findings->pdata[i]);
}
