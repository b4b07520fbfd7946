/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/json.h"

#include <string.h>

#include "report/sentence.h"
#include "report/story.h"

const char *const wssc_json_context_members[] = {"identifier",
                                                 "version",
                                                 "state",
                                                 "requestor",
                                                 "issuer",
                                                 "entropy_mode",
                                                 "key_size",
                                                 "key_size_assumed",
                                                 "bootstrap",
                                                 "transport",
                                                 "instances",
                                                 "renewals",
                                                 "messages",
                                                 "signatures",
                                                 "established_frame",
                                                 "ended_frame",
                                                 "findings",
                                                 "file",
                                                 "established_file",
                                                 "ended_file",
                                                 "fault",
                                                 "end",
                                                 "renewal_list",
                                                 "rollovers",
                                                 "tokens",
                                                 NULL};
const char *const wssc_json_verify_members[] = {"file",        "frame",     "message_id",      "signature",
                                                "algorithm",   "key_kind",  "context",         "instance",
                                                "verdict",     "reason",    "deviation",       "hypothesis",
                                                "references",  "decrypted", "signature_value", "key_fingerprint",
                                                "certificate", "trust",     "protects",        "key_doubt",
                                                NULL};
const char *const wssc_json_timeline_members[] = {"context", "file", "frame",    "time",  "kind", "from",
                                                  "to",      "text", "evidence", "fault", NULL};
const char *const wssc_json_finding_members[] = {"id",      "severity", "file",     "frame",
                                                 "context", "text",     "evidence", NULL};

static void put_frame(WsscWriter *w, const char *name, const WsscMessage *message)
{
    wssc_writer_int_or_null(w, name, message != NULL ? message->frame : 0, message != NULL);
}

static const char *file_name(const WsscModel *model, guint file)
{
    const char *name = wssc_model_file(model, file);
    return name != NULL && *name != '\0' ? name : NULL;
}

void wssc_json_put_fault(WsscWriter *w, const WsscMessage *message)
{
    static const char *const effects[] = {[WSSC_EFFECT_NONE] = "none",
                                          [WSSC_EFFECT_ABORTED] = "aborted",
                                          [WSSC_EFFECT_EXPIRED] = "expired",
                                          [WSSC_EFFECT_REFUSED] = "refused"};
    const WsscFault *fault = message != NULL ? message->soap->fault : NULL;
    if (fault == NULL) {
        wssc_writer_null(w, "fault");
        return;
    }
    wssc_writer_object(w, "fault");
    wssc_writer_string(w, "layer", wssc_layer_name(fault->layer));
    wssc_writer_bool(w, "secured", wssc_message_is_secured(message));
    wssc_writer_string(w, "code", fault->code);
    wssc_writer_array(w, "codes");
    for (guint i = 0; i < fault->codes->len; i++) {
        const WsscFaultCode *code = fault->codes->pdata[i];
        wssc_writer_object(w, NULL);
        wssc_writer_string(w, "name", code->name);
        wssc_writer_string(w, "namespace", code->uri);
        wssc_writer_end(w);
    }
    wssc_writer_end(w);
    wssc_writer_string(w, "reason", fault->reason);
    wssc_writer_string(w, "role", fault->role);
    wssc_writer_string(w, "detail", fault->detail);
    wssc_writer_string(w, "effect", effects[fault->effect]);
    wssc_writer_string(w, "cause", fault->cause);
    wssc_writer_end(w);
}

/* ---- contexts ------------------------------------------------------------------------------------------ */

/* Frames of several files count each for itself. */
static void put_file(WsscWriter *w, const char *name, const WsscModel *model, const WsscMessage *message)
{
    wssc_writer_string(w, name, message != NULL ? file_name(model, message->file) : NULL);
}

static void add_instance(WsscWriter *w, const WsscModel *model, const WsscInstance *instance)
{
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "instance", instance->name);
    put_frame(w, "issued_frame", instance->issued_by);
    wssc_writer_time(w, "created", instance->created);
    wssc_writer_time(w, "expires", instance->expires);
    put_frame(w, "first_use_frame", instance->first_use);
    put_frame(w, "last_use_frame", instance->last_use);
    wssc_writer_string(w, "key", instance->key != NULL ? "known" : "unknown");
    wssc_writer_string(w, "key_source",
                       instance->key != NULL ? wssc_key_source_name(instance->key_origin.source) : NULL);
    wssc_writer_string(w, "key_fingerprint", instance->key_fingerprint);
    wssc_writer_string(w, "key_missing", instance->key != NULL ? NULL : instance->key_missing);
    wssc_writer_string(w, "entropy_mode", wssc_entropy_mode_name(instance->entropy_mode));
    put_file(w, "issued_file", model, instance->issued_by);
    put_file(w, "first_use_file", model, instance->first_use);
    put_file(w, "last_use_file", model, instance->last_use);
    wssc_writer_end(w);
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

/* Of the same instance. */
static gboolean is_size_assumed(const WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->key_size > 0)
            return instance->is_size_assumed;
    }
    return FALSE;
}

static void add_verdicts(WsscWriter *w, const guint *verdicts)
{
    wssc_writer_object(w, "signatures");
    for (int v = WSSC_VERDICT_VALID; v < WSSC_VERDICT_MAX; v++)
        wssc_writer_int(w, wssc_verdict_name((WsscVerdict)v), verdicts[v]);
    wssc_writer_end(w);
}

static void add_finding_ids(WsscWriter *w, const GPtrArray *findings)
{
    wssc_writer_array(w, "findings");
    for (int id = 0; id < WSSC_FINDING_MAX; id++) {
        for (guint i = 0; i < findings->len; i++) {
            if (((const WsscFinding *)findings->pdata[i])->id == (WsscFindingId)id) {
                wssc_writer_string(w, NULL, wssc_finding_info((WsscFindingId)id)->name);
                break;
            }
        }
    }
    wssc_writer_end(w);
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

static void add_context(WsscWriter *w, const WsscModel *model, const WsscContext *context)
{
    const WsscExchange *established = context->established_by;
    gint64 bits = key_size(context);

    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "identifier", context->identifier);
    wssc_writer_string(w, "version", context->version != WSSC_NS_NONE ? wssc_ns_version(context->version) : NULL);
    wssc_writer_string(w, "state", wssc_state_name(context->state));
    wssc_writer_string(w, "requestor", context->requestor);
    wssc_writer_string(w, "issuer", context->issuer);
    wssc_writer_string(w, "entropy_mode", wssc_entropy_mode_name(entropy_mode(context)));
    wssc_writer_int_or_null(w, "key_size", bits, bits > 0);
    wssc_writer_bool(w, "key_size_assumed", is_size_assumed(context));
    wssc_writer_array(w, "bootstrap");
    for (guint i = 0; i < context->bootstrap.count; i++)
        wssc_writer_string(w, NULL, wssc_token_kind_name(context->bootstrap.list[i]));
    wssc_writer_end(w);
    wssc_writer_string(w, "transport", wssc_transport_name(context->transport));
    wssc_writer_array(w, "instances");
    for (guint i = 0; i < context->instances->len; i++)
        add_instance(w, model, context->instances->pdata[i]);
    wssc_writer_end(w);
    wssc_writer_int(w, "renewals", context->renewals);
    wssc_writer_int(w, "messages", context->messages);
    add_verdicts(w, context->verdicts);
    put_frame(w, "established_frame", established != NULL ? established->response : NULL);
    put_frame(w, "ended_frame", context->ended_by);
    add_finding_ids(w, context->findings);
    put_file(w, "file", model, first_message(context));
    put_file(w, "established_file", model, established != NULL ? established->response : NULL);
    put_file(w, "ended_file", model, context->ended_by);
    wssc_json_put_fault(w, context->ended_by);
    wssc_json_put_life(w, context);
    wssc_writer_end(w);
}

void wssc_json_contexts(const WsscModel *model, WsscWriter *w)
{
    for (guint i = 0; i < model->contexts->len; i++)
        add_context(w, model, model->contexts->pdata[i]);
}

/* ---- verify -------------------------------------------------------------------------------------------- */

static void add_reference(WsscWriter *w, const WsscSignedReference *reference)
{
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "uri", reference->uri);
    wssc_writer_string(w, "element", reference->element);
    gboolean is_misfit = reference->digest == WSSC_DIGEST_MISMATCH;
    wssc_writer_string(w, "digest", wssc_digest_name(reference->digest));
    wssc_writer_string(w, "expected", is_misfit ? reference->expected : NULL);
    wssc_writer_string(w, "computed", is_misfit ? reference->computed : NULL);
    wssc_writer_string(w, "reason", reference->reason);
    wssc_writer_end(w);
}

void wssc_json_put_signature(WsscWriter *w, const WsscMessage *message, const WsscSignature *signature)
{
    wssc_writer_string(w, "message_id", message->soap->message_id);
    wssc_writer_int(w, "signature", signature->position);
    wssc_writer_string(w, "algorithm", signature->algorithm);
    wssc_writer_string(w, "key_kind", wssc_key_kind_name(signature->key_kind));
    wssc_writer_string(w, "context", signature->context);
    wssc_writer_string(w, "instance", signature->instance);
    wssc_writer_string(w, "verdict", wssc_verdict_name(signature->verdict));
    wssc_writer_string(w, "reason", signature->reason);
    wssc_writer_string(w, "deviation", signature->deviation);
    wssc_writer_string(w, "hypothesis", signature->hypothesis);
    wssc_writer_array(w, "references");
    for (guint i = 0; i < signature->references->len; i++)
        add_reference(w, signature->references->pdata[i]);
    wssc_writer_end(w);
    wssc_writer_bool(w, "decrypted", signature->decrypted);
    wssc_writer_string(w, "signature_value", signature->value);
    wssc_writer_string(w, "key_fingerprint", signature->key_fingerprint);
    wssc_writer_string(w, "certificate", signature->certificate);
    wssc_writer_string(w, "trust", signature->trust);
    wssc_writer_string(w, "protects", wssc_protects_name(signature->protects));
    wssc_writer_string(w, "key_doubt", signature->key_doubt);
}

void wssc_json_verify_message(const WsscModel *model, const WsscMessage *message, WsscWriter *w)
{
    for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++) {
        wssc_writer_object(w, NULL);
        wssc_writer_string(w, "file", file_name(model, message->file));
        wssc_writer_int(w, "frame", message->frame);
        wssc_json_put_signature(w, message, message->security->signatures->pdata[s]);
        wssc_writer_end(w);
    }
}

void wssc_json_verify(const WsscModel *model, WsscWriter *w)
{
    for (guint i = 0; i < model->messages->len; i++)
        wssc_json_verify_message(model, model->messages->pdata[i], w);
}

/* ---- evidence ------------------------------------------------------------------------------------------ */

void wssc_json_put_evidence(WsscWriter *w, const WsscModel *model, const GPtrArray *evidence)
{
    wssc_writer_array(w, "evidence");
    for (guint i = 0; i < evidence->len; i++) {
        const WsscEvidence *entry = evidence->pdata[i];
        wssc_writer_object(w, NULL);
        wssc_writer_string(w, "role", wssc_evidence_role_name(entry->role));
        wssc_writer_string(w, "file", entry->frame != 0 ? file_name(model, entry->file) : NULL);
        wssc_writer_int_or_null(w, "frame", entry->frame, entry->frame != 0);
        wssc_writer_string(w, "text", entry->text);
        wssc_writer_end(w);
    }
    wssc_writer_end(w);
}

/* ---- timeline ------------------------------------------------------------------------------------------ */

static void add_event(WsscWriter *w, const WsscModel *model, const WsscContext *context, const WsscEvent *event)
{
    const WsscMessage *message = event->message;
    g_autofree char *text = wssc_event_sentence(model, event);
    g_autoptr(GPtrArray) evidence = wssc_event_evidence(event);
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "context", context != NULL ? context->identifier : NULL);
    put_file(w, "file", model, message);
    wssc_writer_int_or_null(w, "frame", event->frame, event->frame != 0);
    wssc_writer_time(w, "time", event->time);
    wssc_writer_string(w, "kind", wssc_event_kind_name(event->kind));
    wssc_writer_string(w, "from", event->is_transition ? wssc_state_name(event->from) : NULL);
    wssc_writer_string(w, "to", event->is_transition ? wssc_state_name(event->to) : NULL);
    wssc_writer_string(w, "text", text);
    wssc_json_put_evidence(w, model, evidence);
    wssc_json_put_fault(w, event->kind == WSSC_EVENT_FAULT && event->frame == message->frame ? message : NULL);
    wssc_writer_end(w);
}

/* context: whose story it is; NULL: a token's own. */
static void add_story(WsscWriter *w, const WsscModel *model, const WsscContext *context, const GPtrArray *story)
{
    for (guint i = 0; i < story->len; i++)
        add_event(w, model, context, story->pdata[i]);
}

void wssc_json_timeline(const WsscModel *model, const char *identifier, WsscWriter *w)
{
    for (guint i = 0; i < model->contexts->len; i++) {
        const WsscContext *context = model->contexts->pdata[i];
        if (identifier != NULL && g_strcmp0(identifier, context->identifier) != 0)
            continue;
        g_autoptr(GPtrArray) story = wssc_story_of_context(context);
        add_story(w, model, context, story);
    }
    for (guint i = 0; identifier == NULL && i < model->tokens->len; i++) {
        g_autoptr(GPtrArray) story = wssc_story_of_token(model, model->tokens->pdata[i]);
        if (story != NULL)
            add_story(w, model, NULL, story);
    }
}

/* ---- findings ------------------------------------------------------------------------------------------ */

void wssc_json_findings(const WsscModel *model, WsscWriter *w)
{
    for (guint i = 0; i < model->findings->len; i++) {
        const WsscFinding *finding = model->findings->pdata[i];
        g_autofree char *text = wssc_finding_sentence(model, finding);
        wssc_writer_object(w, NULL);
        wssc_writer_string(w, "id", wssc_finding_info(finding->id)->name);
        wssc_writer_string(w, "severity", wssc_severity_name(finding->severity));
        wssc_writer_string(w, "file", file_name(model, finding->file));
        wssc_writer_int_or_null(w, "frame", finding->frame, finding->frame != 0);
        wssc_writer_string(w, "context", finding->context);
        wssc_writer_string(w, "text", text);
        wssc_json_put_evidence(w, model, finding->evidence);
        wssc_writer_end(w);
    }
}
