/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/json.h"

#include <string.h>

#include "report/sentence.h"

const char *const wssc_json_context_members[] = {"identifier", "version",           "state",       "requestor",
                                                 "issuer",     "entropy_mode",      "key_size",    "bootstrap",
                                                 "transport",  "instances",         "renewals",    "messages",
                                                 "signatures", "established_frame", "ended_frame", "findings",
                                                 "file",       "established_file",  "ended_file",  NULL};
const char *const wssc_json_verify_members[] = {
    "file",       "frame",     "message_id",      "signature",       "algorithm",   "key_kind",
    "context",    "instance",  "verdict",         "reason",          "deviation",   "hypothesis",
    "references", "decrypted", "signature_value", "key_fingerprint", "certificate", "trust",
    NULL};
const char *const wssc_json_timeline_members[] = {"context", "file", "frame", "time",     "kind",
                                                  "from",    "to",   "text",  "evidence", NULL};
const char *const wssc_json_finding_members[] = {"id",      "severity", "file",     "frame",
                                                 "context", "text",     "evidence", NULL};

static void add_string(JsonBuilder *b, const char *name, const char *value)
{
    json_builder_set_member_name(b, name);
    if (value != NULL)
        json_builder_add_string_value(b, value);
    else
        json_builder_add_null_value(b);
}

static void add_int(JsonBuilder *b, const char *name, gint64 value, gboolean is_known)
{
    json_builder_set_member_name(b, name);
    if (is_known)
        json_builder_add_int_value(b, value);
    else
        json_builder_add_null_value(b);
}

static void add_time(JsonBuilder *b, const char *name, gint64 time)
{
    g_autofree char *text = wssc_time_format(time);
    add_string(b, name, text);
}

static void add_frame(JsonBuilder *b, const char *name, const WsscMessage *message)
{
    add_int(b, name, message != NULL ? message->frame : 0, message != NULL);
}

static const char *file_name(const WsscSession *session, guint file)
{
    const char *name = wssc_session_file(session, file);
    return name != NULL && *name != '\0' ? name : NULL;
}

/* ---- contexts ------------------------------------------------------------------------------------------ */

/* Frames of several files count each for itself. */
static void add_file(JsonBuilder *b, const char *name, const WsscSession *session, const WsscMessage *message)
{
    add_string(b, name, message != NULL ? file_name(session, message->file) : NULL);
}

static void add_instance(JsonBuilder *b, const WsscSession *session, const WsscInstance *instance)
{
    json_builder_begin_object(b);
    add_string(b, "instance", instance->name);
    add_frame(b, "issued_frame", instance->issued_by);
    add_time(b, "created", instance->created);
    add_time(b, "expires", instance->expires);
    add_frame(b, "first_use_frame", instance->first_use);
    add_frame(b, "last_use_frame", instance->last_use);
    add_string(b, "key", instance->key != NULL ? "known" : "unknown");
    add_string(b, "key_source", instance->key != NULL ? wssc_key_source_name(instance->key_origin.source) : NULL);
    add_string(b, "key_fingerprint", instance->key_fingerprint);
    add_string(b, "key_missing", instance->key != NULL ? NULL : instance->key_missing);
    add_string(b, "entropy_mode", wssc_entropy_mode_name(instance->entropy_mode));
    add_file(b, "issued_file", session, instance->issued_by);
    add_file(b, "first_use_file", session, instance->first_use);
    add_file(b, "last_use_file", session, instance->last_use);
    json_builder_end_object(b);
}

static WsscEntropyMode entropy_mode(const WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->entropy_mode != WSSC_ENTROPY_UNKNOWN)
            return instance->entropy_mode;
    }
    return WSSC_ENTROPY_UNKNOWN;
}

static gint64 key_size(const WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->key_size > 0)
            return instance->key_size;
    }
    return -1;
}

static void add_verdicts(JsonBuilder *b, const guint *verdicts)
{
    json_builder_set_member_name(b, "signatures");
    json_builder_begin_object(b);
    for (int v = WSSC_VERDICT_VALID; v < WSSC_VERDICT_MAX; v++)
        add_int(b, wssc_verdict_name((WsscVerdict)v), verdicts[v], TRUE);
    json_builder_end_object(b);
}

static void add_finding_ids(JsonBuilder *b, const GPtrArray *findings)
{
    json_builder_set_member_name(b, "findings");
    json_builder_begin_array(b);
    for (int id = 0; id < WSSC_FINDING_MAX; id++) {
        for (guint i = 0; i < findings->len; i++) {
            if (((const WsscFinding *)findings->pdata[i])->id == (WsscFindingId)id) {
                json_builder_add_string_value(b, wssc_finding_info((WsscFindingId)id)->name);
                break;
            }
        }
    }
    json_builder_end_array(b);
}

static const WsscMessage *first_message(const WsscContext *context)
{
    for (guint i = 0; i < context->events->len; i++) {
        const WsscEvent *event = context->events->pdata[i];
        if (event->message != NULL)
            return event->message;
    }
    return NULL;
}

static void add_context(JsonBuilder *b, const WsscSession *session, const WsscContext *context)
{
    const WsscExchange *established = context->established_by;
    gint64 bits = key_size(context);

    json_builder_begin_object(b);
    add_string(b, "identifier", context->identifier);
    add_string(b, "version", context->version != WSSC_NS_NONE ? wssc_ns_version(context->version) : NULL);
    add_string(b, "state", wssc_state_name(context->state));
    add_string(b, "requestor", context->requestor);
    add_string(b, "issuer", context->issuer);
    add_string(b, "entropy_mode", wssc_entropy_mode_name(entropy_mode(context)));
    add_int(b, "key_size", bits, bits > 0);
    json_builder_set_member_name(b, "bootstrap");
    json_builder_begin_array(b);
    for (guint i = 0; i < context->bootstrap.count; i++)
        json_builder_add_string_value(b, wssc_token_kind_name(context->bootstrap.list[i]));
    json_builder_end_array(b);
    add_string(b, "transport", wssc_transport_name(context->transport));
    json_builder_set_member_name(b, "instances");
    json_builder_begin_array(b);
    for (guint i = 0; i < context->instances->len; i++)
        add_instance(b, session, context->instances->pdata[i]);
    json_builder_end_array(b);
    add_int(b, "renewals", context->renewals, TRUE);
    add_int(b, "messages", context->messages, TRUE);
    add_verdicts(b, context->verdicts);
    add_frame(b, "established_frame", established != NULL ? established->response : NULL);
    add_frame(b, "ended_frame", context->ended_by);
    add_finding_ids(b, context->findings);
    add_file(b, "file", session, first_message(context));
    add_file(b, "established_file", session, established != NULL ? established->response : NULL);
    add_file(b, "ended_file", session, context->ended_by);
    json_builder_end_object(b);
}

JsonNode *wssc_json_contexts(const WsscSession *session)
{
    const GPtrArray *contexts = wssc_session_contexts(session);
    g_autoptr(JsonBuilder) b = json_builder_new();
    json_builder_begin_array(b);
    for (guint i = 0; i < contexts->len; i++)
        add_context(b, session, contexts->pdata[i]);
    json_builder_end_array(b);
    return json_builder_get_root(b);
}

/* ---- verify -------------------------------------------------------------------------------------------- */

static void set_string(JsonObject *object, const char *member, const char *value)
{
    if (value != NULL)
        json_object_set_string_member(object, member, value);
    else
        json_object_set_null_member(object, member);
}

static JsonObject *reference_object(const WsscSignedReference *reference)
{
    JsonObject *object = json_object_new();
    set_string(object, "uri", reference->uri);
    set_string(object, "element", reference->element);
    set_string(object, "digest", wssc_digest_name(reference->digest));
    set_string(object, "reason", reference->reason);
    return object;
}

void wssc_json_set_signature(JsonObject *object, const WsscMessage *message, const WsscSignature *signature)
{
    JsonArray *references = json_array_new();
    set_string(object, "message_id", message->soap->message_id);
    json_object_set_int_member(object, "signature", signature->position);
    set_string(object, "algorithm", signature->algorithm);
    set_string(object, "key_kind", wssc_key_kind_name(signature->key_kind));
    set_string(object, "context", signature->context);
    set_string(object, "instance", signature->instance);
    set_string(object, "verdict", wssc_verdict_name(signature->verdict));
    set_string(object, "reason", signature->reason);
    set_string(object, "deviation", signature->deviation);
    set_string(object, "hypothesis", signature->hypothesis);
    for (guint i = 0; i < signature->references->len; i++)
        json_array_add_object_element(references, reference_object(signature->references->pdata[i]));
    json_object_set_array_member(object, "references", references);
    json_object_set_boolean_member(object, "decrypted", signature->decrypted);
    set_string(object, "signature_value", signature->value);
    set_string(object, "key_fingerprint", signature->key_fingerprint);
    set_string(object, "certificate", signature->certificate);
    set_string(object, "trust", signature->trust);
}

static JsonObject *signature_object(const WsscSession *session, const WsscMessage *message,
                                    const WsscSignature *signature)
{
    JsonObject *object = json_object_new();
    set_string(object, "file", file_name(session, message->file));
    json_object_set_int_member(object, "frame", message->frame);
    wssc_json_set_signature(object, message, signature);
    return object;
}

JsonNode *wssc_json_verify(const WsscSession *session)
{
    const GPtrArray *messages = wssc_session_messages(session);
    JsonArray *array = json_array_new();
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++)
            json_array_add_object_element(array,
                                          signature_object(session, message, message->security->signatures->pdata[s]));
    }
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);
    json_node_take_array(node, array);
    return node;
}

void wssc_json_set_evidence(JsonObject *object, const WsscSession *session, const GPtrArray *evidence)
{
    JsonArray *array = json_array_new();
    for (guint i = 0; i < evidence->len; i++) {
        const WsscEvidence *entry = evidence->pdata[i];
        JsonObject *item = json_object_new();
        json_object_set_string_member(item, "role", wssc_evidence_role_name(entry->role));
        set_string(item, "file", entry->frame != 0 ? file_name(session, entry->file) : NULL);
        if (entry->frame != 0)
            json_object_set_int_member(item, "frame", entry->frame);
        else
            json_object_set_null_member(item, "frame");
        json_object_set_string_member(item, "text", entry->text);
        json_array_add_object_element(array, item);
    }
    json_object_set_array_member(object, "evidence", array);
}

/* ---- timeline ------------------------------------------------------------------------------------------ */

static JsonObject *event_object(const WsscSession *session, const WsscEvent *event)
{
    JsonObject *object = json_object_new();
    const WsscMessage *message = event->message;
    g_autofree char *time = wssc_time_format(event->time);
    set_string(object, "context", event->context->identifier);
    set_string(object, "file", message != NULL ? file_name(session, message->file) : NULL);
    if (event->frame != 0)
        json_object_set_int_member(object, "frame", event->frame);
    else
        json_object_set_null_member(object, "frame");
    set_string(object, "time", time);
    set_string(object, "kind", wssc_event_kind_name(event->kind));
    set_string(object, "from", event->is_transition ? wssc_state_name(event->from) : NULL);
    set_string(object, "to", event->is_transition ? wssc_state_name(event->to) : NULL);
    g_autofree char *text = wssc_event_sentence(wssc_session_model(session), event);
    g_autoptr(GPtrArray) evidence = wssc_event_evidence(event);
    set_string(object, "text", text);
    wssc_json_set_evidence(object, session, evidence);
    return object;
}

JsonNode *wssc_json_timeline(const WsscSession *session, const char *identifier)
{
    const GPtrArray *contexts = wssc_session_contexts(session);
    JsonArray *array = json_array_new();
    for (guint i = 0; i < contexts->len; i++) {
        const WsscContext *context = contexts->pdata[i];
        if (identifier != NULL && g_strcmp0(identifier, context->identifier) != 0)
            continue;
        for (guint e = 0; e < context->events->len; e++)
            json_array_add_object_element(array, event_object(session, context->events->pdata[e]));
    }
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);
    json_node_take_array(node, array);
    return node;
}

/* ---- findings ------------------------------------------------------------------------------------------ */

static JsonObject *finding_object(const WsscSession *session, const WsscFinding *finding)
{
    JsonObject *object = json_object_new();
    g_autofree char *text = wssc_finding_sentence(wssc_session_model(session), finding);
    set_string(object, "id", wssc_finding_info(finding->id)->name);
    set_string(object, "severity", wssc_severity_name(finding->severity));
    set_string(object, "file", file_name(session, finding->file));
    if (finding->frame != 0)
        json_object_set_int_member(object, "frame", finding->frame);
    else
        json_object_set_null_member(object, "frame");
    set_string(object, "context", finding->context);
    set_string(object, "text", text);
    wssc_json_set_evidence(object, session, finding->evidence);
    return object;
}

JsonNode *wssc_json_findings(const WsscSession *session)
{
    const GPtrArray *findings = wssc_session_findings(session);
    JsonArray *array = json_array_new();
    for (guint i = 0; i < findings->len; i++)
        json_array_add_object_element(array, finding_object(session, findings->pdata[i]));
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);
    json_node_take_array(node, array);
    return node;
}
