/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "binding/private.h"

/* ---- one context ------------------------------------------------------------------------------------------------ */

static void add_address(GPtrArray *addresses, const char *address)
{
    for (guint i = 0; i < addresses->len; i++)
        if (strcmp(addresses->pdata[i], address) == 0)
            return;
    if (address != NULL && addresses->len < 64)
        g_ptr_array_add(addresses, g_strdup(address));
}

static void take_addresses(const WsscTrace *trace, WsscBinding *binding)
{
    add_address(binding->clients, trace->context->requestor);
    add_address(binding->services, trace->context->issuer);
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        add_address(binding->clients, message->is_response ? message->dst : message->src);
        add_address(binding->services, message->is_response ? message->src : message->dst);
    }
}

static const WsscMessage *request_of(const WsscTrace *trace)
{
    const WsscGrant *first = wssc_trace_first(trace);
    return first != NULL && first->operation == WSSC_OPERATION_ISSUE && first->rst != NULL ? first->request : NULL;
}

static WsscUsage usage_of(const WsscBinding *binding)
{
    const WsscStatement *supporting = binding->statements->pdata[WSSC_STATEMENT_SUPPORTING_ONLY];
    return supporting->holds == WSSC_TRUTH_YES  ? WSSC_USAGE_SUPPORTING
           : supporting->holds == WSSC_TRUTH_NO ? WSSC_USAGE_PROTECTION
                                                : WSSC_USAGE_UNKNOWN;
}

static void infer_properties(const WsscTrace *trace, const WsscSurveyed *surveyed, WsscBinding *binding)
{
    static void (*const infer[WSSC_PROPERTY_MAX])(const WsscInference *, WsscProperty *) = {
#define WSSC_PROPERTY(ID, name, constant, kind, standard, infer, title, wanted) [WSSC_PROPERTY_##ID] = infer,
#include "binding/properties.def"
#undef WSSC_PROPERTY
    };
    const WsscInference inference = {trace, surveyed, binding};
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++) {
        WsscProperty *property = &binding->properties[id];
        infer[id](&inference, property);
        wssc_property_compare_default((WsscPropertyId)id, property);
        if (property->text == NULL)
            wssc_property_say(property, "not shown; what would show it: %s",
                              wssc_property_info((WsscPropertyId)id)->wanted);
    }
}

static WsscBinding *infer_context(const WsscTrace *trace, const WsscSurveyed *surveyed)
{
    WsscBinding *binding = wssc_binding_new();
    binding->context = trace->context;
    binding->endpoint = g_strdup(surveyed->endpoint);
    binding->transport = trace->context->transport;
    binding->bootstrap = trace->context->bootstrap;
    if (binding->bootstrap.count == 0 && trace->before != NULL && trace->before->request->soap->security != NULL)
        binding->bootstrap = trace->before->request->soap->security->tokens;
    binding->rst = request_of(trace);
    binding->statements = wssc_statements_judge(trace);
    binding->usage = usage_of(binding);
    take_addresses(trace, binding);
    wssc_profile_check(trace, binding);
    wssc_likeness_find(trace, binding);
    wssc_shown_read(trace, binding);
    infer_properties(trace, surveyed, binding);
    wssc_suite_find(trace, binding);
    wssc_template_choose(binding);
    return binding;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

WsscBindings *wssc_bindings_begin(const WsscModel *model)
{
    WsscBindings *bindings = g_new0(WsscBindings, 1);
    bindings->model = model;
    bindings->contexts = g_ptr_array_new_with_free_func(wssc_binding_free);
    bindings->endpoints = g_ptr_array_new_with_free_func(wssc_binding_free);
    bindings->traces = wssc_traces_new(model);
    bindings->survey = wssc_survey_new(bindings->traces);
    g_ptr_array_set_size(bindings->contexts, (gint)bindings->traces->len);
    return bindings;
}

static const WsscBinding *infer_one(const WsscBindings *bindings, guint i)
{
    if (bindings->contexts->pdata[i] == NULL)
        bindings->contexts->pdata[i] = infer_context(bindings->traces->pdata[i], &bindings->survey->entries[i]);
    return bindings->contexts->pdata[i];
}

static void drop_sources(WsscBindings *bindings)
{
    g_clear_pointer(&bindings->survey, wssc_survey_free);
    g_clear_pointer(&bindings->traces, g_ptr_array_unref);
}

WsscBindings *wssc_bindings_infer(const WsscModel *model)
{
    WsscBindings *bindings = wssc_bindings_begin(model);
    for (guint i = 0; i < bindings->contexts->len; i++)
        infer_one(bindings, i);
    drop_sources(bindings);
    wssc_endpoints_draw(bindings);
    return bindings;
}

void wssc_bindings_free(WsscBindings *bindings)
{
    if (bindings == NULL)
        return;
    drop_sources(bindings);
    g_ptr_array_unref(bindings->contexts);
    g_ptr_array_unref(bindings->endpoints);
    g_free(bindings);
}

const WsscBinding *wssc_bindings_of(const WsscBindings *bindings, const WsscContext *context)
{
    /* They stand in the order of the model's contexts, whose index counts from 1. */
    if (context == NULL || context->index == 0 || context->index > bindings->contexts->len)
        return NULL;
    const WsscBinding *binding = infer_one(bindings, context->index - 1);
    return binding->context == context ? binding : NULL;
}
