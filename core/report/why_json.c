/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/json.h"
#include "report/why.h"

const char *const wssc_json_why_members[] = {
    "cause",       "confidence",   "context",     "instance", "file",        "frame",   "stack",  "text",    "advice",
    "evidence",    "ruled_out",    "open",        "title",    "occurrences", "layer",   "client", "service", "time",
    "fault_codes", "fault_reason", "http_status", "contexts", "frames",      "clients", NULL};

static void put_notes(WsscWriter *w, const char *member, const GPtrArray *notes)
{
    wssc_writer_array(w, member);
    for (guint i = 0; i < notes->len; i++) {
        const WsscCauseNote *note = notes->pdata[i];
        wssc_writer_object(w, NULL);
        wssc_writer_string(w, "cause", wssc_cause_info(note->cause)->name);
        wssc_writer_string(w, "text", note->text);
        wssc_writer_end(w);
    }
    wssc_writer_end(w);
}

static void put_fault(WsscWriter *w, const WsscFault *fault)
{
    wssc_writer_array(w, "fault_codes");
    for (guint i = 0; fault != NULL && i < fault->codes->len; i++) {
        const WsscFaultCode *code = fault->codes->pdata[i];
        g_autofree char *name = g_strdup_printf("{%s}%s", code->uri != NULL ? code->uri : "", code->name);
        wssc_writer_string(w, NULL, name);
    }
    wssc_writer_end(w);
    wssc_writer_string(w, "fault_reason", fault != NULL ? fault->reason : NULL);
}

/* A long list says no more than its length. */
#define MAX_LISTED 1000

static void put_occurrences(WsscWriter *w, const WsscTrouble *trouble)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    guint count = MIN(trouble->occurrences->len, MAX_LISTED);
    wssc_writer_array(w, "contexts");
    for (guint i = 0; i < count; i++) {
        const WsscOccurrence *one = trouble->occurrences->pdata[i];
        if (one->context != NULL && one->context->identifier != NULL && g_hash_table_add(seen, (gpointer)one->context))
            wssc_writer_string(w, NULL, one->context->identifier);
    }
    wssc_writer_end(w);
    wssc_writer_array(w, "frames");
    for (guint i = 0; i < count; i++)
        wssc_writer_int(w, NULL, ((const WsscOccurrence *)trouble->occurrences->pdata[i])->frame);
    wssc_writer_end(w);
}

static const char *file_name(const WsscModel *model, guint file)
{
    const char *name = wssc_model_file(model, file);
    return name != NULL && *name != '\0' ? name : NULL;
}

static void put_trouble(WsscWriter *w, const WsscModel *model, const WsscTrouble *trouble)
{
    const WsscCauseInfo *info = wssc_cause_info(trouble->cause);
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "cause", info->name);
    wssc_writer_string(w, "confidence", wssc_confidence_name(trouble->confidence));
    wssc_writer_string(w, "context", trouble->context != NULL ? trouble->context->identifier : NULL);
    wssc_writer_string(w, "instance", trouble->instance);
    wssc_writer_string(w, "file", file_name(model, trouble->file));
    wssc_writer_int(w, "frame", trouble->frame);
    wssc_writer_string(w, "stack", wssc_platform_name(trouble->stack));
    wssc_writer_string(w, "text", trouble->text);
    wssc_writer_string(w, "advice", trouble->advice);
    wssc_json_put_evidence(w, model, trouble->evidence);
    put_notes(w, "ruled_out", trouble->ruled_out);
    put_notes(w, "open", trouble->open);
    wssc_writer_int(w, "occurrences", trouble->occurrences->len);
    wssc_writer_string(w, "title", info->title);
    wssc_writer_string(w, "layer", trouble->layer);
    wssc_writer_string(w, "client", trouble->client);
    wssc_writer_string(w, "service", trouble->service);
    wssc_writer_time(w, "time", trouble->time);
    put_fault(w, trouble->fault);
    wssc_writer_int_or_null(w, "http_status", trouble->http_status, trouble->http_status != 0);
    put_occurrences(w, trouble);
    wssc_writer_int(w, "clients", trouble->clients);
    wssc_writer_end(w);
}

void wssc_json_why(const WsscModel *model, const WsscWhy *why, const WsscWhyChoice *choice, WsscWriter *writer)
{
    for (guint i = 0; i < why->troubles->len; i++)
        if (wssc_why_is_chosen(choice, why->troubles->pdata[i]))
            put_trouble(writer, model, why->troubles->pdata[i]);
}
