/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "report/binding.h"
#include "report/json.h"

const char *const wssc_json_binding_members[] = {
    "scope",      "context",         "endpoint",     "client",      "service",    "usage", "transport",
    "bootstrap",  "algorithm_suite", "derived_keys", "template",    "not_wwsapi", "stack", "rules",
    "properties", "contradictions",  "contexts",     "comparisons", NULL};

gboolean wssc_binding_is_chosen(const WsscBinding *binding, const WsscBindingChoice *choice)
{
    if (choice->context != NULL)
        return binding->context != NULL && g_strcmp0(binding->context->identifier, choice->context) == 0;
    if (choice->endpoint != NULL)
        return binding->context == NULL && strcmp(binding->endpoint, choice->endpoint) == 0;
    return TRUE;
}

static void put_truth(WsscWriter *w, const char *name, WsscTruth truth)
{
    if (truth == WSSC_TRUTH_UNKNOWN)
        wssc_writer_null(w, name);
    else
        wssc_writer_bool(w, name, truth == WSSC_TRUTH_YES);
}

static void put_strings(WsscWriter *w, const char *name, const GPtrArray *strings)
{
    wssc_writer_array(w, name);
    for (guint i = 0; i < strings->len; i++)
        wssc_writer_string(w, NULL, strings->pdata[i]);
    wssc_writer_end(w);
}

/* ---- properties -------------------------------------------------------------------------------------------------- */

static void put_value(WsscWriter *w, const char *name, WsscPropertyId id, gint64 value)
{
    if (value == WSSC_NO_VALUE) {
        wssc_writer_null(w, name);
        return;
    }
    switch (wssc_property_info(id)->kind) {
    case WSSC_PROPERTY_KIND_TIME:
        wssc_writer_seconds(w, name, value);
        break;
    case WSSC_PROPERTY_KIND_FLAG:
        wssc_writer_bool(w, name, value != 0);
        break;
    case WSSC_PROPERTY_KIND_MODE:
    case WSSC_PROPERTY_KIND_VERSION: {
        g_autofree char *text = wssc_property_value_text(id, value);
        wssc_writer_string(w, name, text);
        break;
    }
    default:
        wssc_writer_int(w, name, value);
    }
}

/* Bounds are for numbers: the others have a value or none. */
static gboolean has_bounds(WsscPropertyId id)
{
    WsscPropertyKind kind = wssc_property_info(id)->kind;
    return kind == WSSC_PROPERTY_KIND_TIME || kind == WSSC_PROPERTY_KIND_COUNT || kind == WSSC_PROPERTY_KIND_BITS;
}

static void put_property(WsscWriter *w, const WsscModel *model, WsscPropertyId id, const WsscProperty *property)
{
    wssc_writer_object(w, wssc_property_info(id)->name);
    if (property->word != NULL)
        wssc_writer_string(w, "value", property->word);
    else
        put_value(w, "value", id, property->value);
    put_value(w, "min", id, has_bounds(id) ? property->min : WSSC_NO_VALUE);
    put_value(w, "max", id, has_bounds(id) ? property->max : WSSC_NO_VALUE);
    wssc_writer_string(w, "knowledge", wssc_knowledge_name(property->knowledge));
    put_truth(w, "default", property->is_default);
    wssc_writer_string(w, "text", property->text);
    wssc_json_put_evidence(w, model, property->evidence);
    wssc_writer_end(w);
}

/* ---- the rest --------------------------------------------------------------------------------------------------- */

static void put_likeness(WsscWriter *w, const char *name, const WsscLikeness *likeness)
{
    wssc_writer_object(w, name);
    wssc_writer_string(w, "like", likeness->is_like ? wssc_stack_name(likeness->like) : NULL);
    wssc_writer_string(w, "confidence", likeness->confidence);
    put_strings(w, "reasons", likeness->reasons);
    wssc_writer_end(w);
}

static void put_statements(WsscWriter *w, const WsscModel *model, const WsscBinding *binding)
{
    wssc_writer_array(w, "rules");
    for (guint i = 0; i < binding->statements->len; i++) {
        const WsscStatement *statement = binding->statements->pdata[i];
        g_autofree char *text = g_strdup_printf("%s: %s", wssc_statement_says(statement->id), statement->text);
        wssc_writer_object(w, NULL);
        wssc_writer_string(w, "id", wssc_statement_name(statement->id));
        put_truth(w, "holds", statement->holds);
        wssc_writer_string(w, "text", text);
        wssc_json_put_evidence(w, model, statement->evidence);
        wssc_writer_end(w);
    }
    wssc_writer_end(w);
}

static void put_breaches(WsscWriter *w, const WsscBinding *binding)
{
    wssc_writer_array(w, "not_wwsapi");
    for (guint i = 0; i < binding->breaches->len; i++) {
        const WsscBreach *breach = binding->breaches->pdata[i];
        g_autofree char *text =
            g_strdup_printf("%s: %s", breach->part == WSSC_PART_CLIENT ? "client" : "service", breach->text);
        wssc_writer_string(w, NULL, text);
    }
    wssc_writer_end(w);
}

static void put_contradictions(WsscWriter *w, const WsscBinding *binding)
{
    wssc_writer_array(w, "contradictions");
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++) {
        const WsscProperty *property = &binding->properties[id];
        if (property->contradiction == NULL)
            continue;
        g_autofree char *text =
            g_strdup_printf("%s: %s", wssc_property_info((WsscPropertyId)id)->name, property->contradiction);
        wssc_writer_string(w, NULL, text);
    }
    wssc_writer_end(w);
}

static void put_head(WsscWriter *w, const WsscBinding *binding)
{
    gboolean is_context = binding->context != NULL;
    wssc_writer_string(w, "scope", is_context ? "context" : "endpoint");
    wssc_writer_string(w, "context", is_context ? binding->context->identifier : NULL);
    wssc_writer_string(w, "endpoint", binding->endpoint);
    put_strings(w, "client", binding->clients);
    put_strings(w, "service", binding->services);
    wssc_writer_string(w, "usage", wssc_usage_name(binding->usage));
    wssc_writer_string(w, "transport", wssc_transport_name(binding->transport));
    wssc_writer_array(w, "bootstrap");
    for (guint i = 0; i < binding->bootstrap.count; i++)
        wssc_writer_string(w, NULL, wssc_token_kind_name(binding->bootstrap.list[i]));
    wssc_writer_end(w);
    wssc_writer_string(w, "algorithm_suite", binding->suite);
    put_strings(w, "algorithm_suites", binding->suites);
    wssc_writer_string(w, "algorithm_suite_text", binding->suite_text);
    put_truth(w, "derived_keys", binding->shown.derived_keys);
    wssc_writer_string(w, "template", binding->template_name);
    wssc_writer_string(w, "template_text", binding->template_text);
}

/* ---- comparisons ------------------------------------------------------------------------------------------------ */

static void put_line(WsscWriter *w, const WsscModel *model, const WsscComparedLine *line)
{
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "name", line->name);
    wssc_writer_string(w, "configured", line->configured);
    wssc_writer_string(w, "observed", line->observed);
    wssc_writer_string(w, "result", wssc_compared_name(line->result));
    wssc_writer_string(w, "text", line->text);
    wssc_json_put_evidence(w, model, line->evidence);
    wssc_writer_end(w);
}

static void put_comparison(WsscWriter *w, const WsscModel *model, const WsscComparedWith *with)
{
    const WsscComparison *comparison = with->comparison;
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "source", with->is_from_capture ? "capture" : "file");
    wssc_writer_string(w, "name", with->source);
    wssc_writer_string(w, "file", with->is_from_capture ? wssc_model_file(model, with->file) : NULL);
    wssc_writer_int_or_null(w, "frame", with->frame, with->is_from_capture);
    wssc_writer_string(w, "subject", *comparison->subject != '\0' ? comparison->subject : NULL);
    wssc_writer_int(w, "alternative", comparison->alternative);
    wssc_writer_int(w, "alternatives", comparison->alternatives);
    wssc_writer_int(w, "differences", comparison->differences);
    wssc_writer_array(w, "lines");
    for (guint i = 0; i < comparison->lines->len; i++)
        put_line(w, model, comparison->lines->pdata[i]);
    wssc_writer_end(w);
    put_strings(w, "problems", comparison->problems);
    wssc_writer_end(w);
}

static void put_comparisons(WsscWriter *w, const WsscModel *model, const WsscBinding *binding,
                            const GPtrArray *comparisons)
{
    wssc_writer_array(w, "comparisons");
    for (guint i = 0; i < comparisons->len; i++)
        if (((const WsscComparedWith *)comparisons->pdata[i])->binding == binding)
            put_comparison(w, model, comparisons->pdata[i]);
    wssc_writer_end(w);
}

static void put_binding(WsscWriter *w, const WsscModel *model, const WsscBinding *binding, const GPtrArray *comparisons)
{
    wssc_writer_object(w, NULL);
    put_head(w, binding);
    put_breaches(w, binding);
    wssc_writer_object(w, "stack");
    put_likeness(w, "client", &binding->likeness[WSSC_PART_CLIENT]);
    put_likeness(w, "service", &binding->likeness[WSSC_PART_SERVICE]);
    wssc_writer_end(w);
    put_statements(w, model, binding);
    wssc_writer_object(w, "properties");
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++)
        put_property(w, model, (WsscPropertyId)id, &binding->properties[id]);
    wssc_writer_end(w);
    put_contradictions(w, binding);
    wssc_writer_int(w, "contexts", binding->context != NULL ? 1 : binding->contexts->len);
    put_comparisons(w, model, binding, comparisons);
    wssc_writer_end(w);
}

static void put_chosen(WsscWriter *w, const WsscModel *model, const GPtrArray *bindings,
                       const WsscBindingChoice *choice, const GPtrArray *comparisons)
{
    for (guint i = 0; i < bindings->len; i++)
        if (wssc_binding_is_chosen(bindings->pdata[i], choice))
            put_binding(w, model, bindings->pdata[i], comparisons);
}

void wssc_json_bindings(const WsscBindings *bindings, const WsscBindingChoice *choice, const GPtrArray *comparisons,
                        WsscWriter *w)
{
    put_chosen(w, bindings->model, bindings->contexts, choice, comparisons);
    put_chosen(w, bindings->model, bindings->endpoints, choice, comparisons);
}
