/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc binding: the security binding behind the traffic, written down and compared.
 */
#include <stdio.h>
#include <string.h>

#include "analysis.h"
#include "base/limits.h"
#include "binding/emit.h"
#include "commands.h"
#include "print.h"
#include "report/binding.h"

#define MAX_TOLD 10 /* endpoints that a message names */

static gboolean has_chosen(const WsscBindings *bindings, const WsscBindingChoice *choice)
{
    const GPtrArray *lists[] = {bindings->contexts, bindings->endpoints};
    for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = 0; i < lists[l]->len; i++)
            if (wssc_binding_is_chosen(lists[l]->pdata[i], choice))
                return TRUE;
    return FALSE;
}

/* With --expect the comparison is what was asked for. */
static void print_bindings(const WsscOptions *options, const WsscAnalysis *analysis, const WsscBindings *bindings,
                           const WsscBindingChoice *choice, const GPtrArray *comparisons)
{
    if (options->format == WSSC_FORMAT_TABLE) {
        g_autoptr(GString) out = g_string_new(NULL);
        const WsscTextStyle style = wssc_print_style(options);
        if (options->expect == NULL)
            wssc_text_bindings(analysis->session, bindings, choice, &style, out);
        wssc_text_comparisons(analysis->session, comparisons, &style, out);
        if (out->len == 0)
            g_string_append(out, "No security context: there is nothing to compare.\n");
        wssc_print_text(out);
    } else {
        g_autoptr(WsscWriter) writer = wssc_print_rows(options, wssc_json_binding_members);
        wssc_json_bindings(bindings, choice, comparisons, writer);
    }
}

/* The one that is written down: the chosen context or endpoint, or the only endpoint. NULL with a message. */
static const WsscBinding *one_binding(const WsscBindings *bindings, const WsscBindingChoice *choice)
{
    const GPtrArray *list = choice->context != NULL ? bindings->contexts : bindings->endpoints;
    const WsscBinding *found = NULL;
    for (guint i = 0; i < list->len; i++) {
        if (!wssc_binding_is_chosen(list->pdata[i], choice))
            continue;
        if (found == NULL) {
            found = list->pdata[i];
            continue;
        }
        fprintf(stderr, "wssc: --emit writes one binding, and the capture has several: --endpoint URL or --context "
                        "IDENTIFIER chooses\n");
        for (guint k = 0; k < MIN(list->len, MAX_TOLD); k++)
            fprintf(stderr, "wssc:   %s\n", ((const WsscBinding *)list->pdata[k])->endpoint);
        return NULL;
    }
    if (found == NULL)
        fprintf(stderr, "wssc: no security context: there is no binding to write down\n");
    return found;
}

static int emit(const WsscOptions *options, const WsscBindings *bindings, const WsscBindingChoice *choice, int status)
{
    const WsscBinding *binding = one_binding(bindings, choice);
    g_autoptr(GString) out = g_string_new(NULL);
    WsscEmitForm form;

    if (binding == NULL)
        return WSSC_EXIT_USAGE;
    if (!wssc_emit_form_from_name(options->emit, &form))
        return WSSC_EXIT_USAGE;
    wssc_emit(bindings->model, binding, form, out);
    wssc_print_text(out);
    return status;
}

static gboolean is_emit_right(const WsscOptions *options)
{
    WsscEmitForm form;
    if (options->emit == NULL || wssc_emit_form_from_name(options->emit, &form))
        return TRUE;
    fprintf(stderr, "wssc: --emit \"%s\": not c, wcf or policy\n", options->emit);
    return FALSE;
}

/* ---- compared -------------------------------------------------------------------------------------------------- */

/* NULL with a message. */
static WsscPolicy *load_policy(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = NULL;
    g_autoptr(GBytes) octets = NULL;
    WsscPolicy *policy = NULL;
    char *contents = NULL;
    gsize len = 0;

    if (g_file_get_contents(path, &contents, &len, &error)) {
        octets = g_bytes_new_take(contents, len);
        if (len > WSSC_MAX_DESCRIPTION_OCTETS)
            g_set_error(&error, WSSC_POLICY_ERROR, WSSC_POLICY_ERROR_NONE, "more than %u octets",
                        WSSC_MAX_DESCRIPTION_OCTETS);
        else
            xml = wssc_xml_parse_without_spans(octets, NULL, &error);
    }
    if (xml != NULL)
        policy = wssc_policy_read(wssc_xml_root(xml), &error);
    if (policy == NULL)
        fprintf(stderr, "wssc: --expect \"%s\": %s\n", path, error->message);
    return policy;
}

/* The chosen context, or the endpoints. */
static GPtrArray *compared_ones(const WsscBindings *bindings, const WsscBindingChoice *choice)
{
    const GPtrArray *list = choice->context != NULL ? bindings->contexts : bindings->endpoints;
    GPtrArray *chosen = g_ptr_array_new();
    for (guint i = 0; i < list->len; i++)
        if (wssc_binding_is_chosen(list->pdata[i], choice))
            g_ptr_array_add(chosen, list->pdata[i]);
    return chosen;
}

/* Without --expect what the capture itself says is shown beside. FALSE with a message. */
static gboolean compare(const WsscOptions *options, const WsscBindings *bindings, const WsscBindingChoice *choice,
                        GPtrArray *comparisons)
{
    g_autoptr(GPtrArray) chosen = compared_ones(bindings, choice);
    gboolean is_own = options->expect != NULL && strcmp(options->expect, WSSC_EXPECT_CAPTURE) == 0;

    if (options->expect == NULL || is_own) {
        guint found = wssc_compare_with_capture(comparisons, chosen, bindings->model);
        if (is_own && found == 0)
            fprintf(stderr,
                    "wssc: --expect capture: no service of these contexts shows a WSDL or a policy that asks for "
                    "one in the capture\n");
        return !is_own || found > 0;
    }
    g_autoptr(WsscPolicy) policy = load_policy(options->expect);
    for (guint i = 0; policy != NULL && i < chosen->len; i++)
        wssc_compare_with_file(comparisons, chosen->pdata[i], policy, options->expect);
    if (policy != NULL && chosen->len > 0 && comparisons->len == 0)
        fprintf(stderr, "wssc: --expect \"%s\": no alternative of it can be fulfilled\n", options->expect);
    return policy != NULL && (chosen->len == 0 || comparisons->len > 0);
}

static gboolean has_difference(const GPtrArray *comparisons)
{
    for (guint i = 0; i < comparisons->len; i++)
        if (((const WsscComparedWith *)comparisons->pdata[i])->comparison->differences > 0)
            return TRUE;
    return FALSE;
}

/* ---- the command ------------------------------------------------------------------------------------------------- */

static int run(const WsscOptions *options, const WsscAnalysis *analysis, const WsscBindings *bindings)
{
    const WsscBindingChoice choice = {options->context, options->endpoint};
    g_autoptr(GPtrArray) comparisons = g_ptr_array_new_with_free_func(wssc_compared_with_free);

    if ((choice.context != NULL || choice.endpoint != NULL) && !has_chosen(bindings, &choice)) {
        fprintf(stderr, "wssc: %s \"%s\": not in the capture\n", choice.context != NULL ? "--context" : "--endpoint",
                choice.context != NULL ? choice.context : choice.endpoint);
        return WSSC_EXIT_USAGE;
    }
    if (options->emit != NULL)
        return emit(options, bindings, &choice, analysis->status);
    if (!compare(options, bindings, &choice, comparisons))
        return WSSC_EXIT_USAGE;
    print_bindings(options, analysis, bindings, &choice, comparisons);
    return options->expect != NULL && has_difference(comparisons) ? WSSC_EXIT_CHECK_FAILED : analysis->status;
}

int wssc_command_binding(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;

    if (!is_emit_right(options))
        return WSSC_EXIT_USAGE;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    WsscBindings *bindings = wssc_bindings_infer(wssc_session_model(analysis.session));
    status = run(options, &analysis, bindings);
    wssc_bindings_free(bindings);
    wssc_analysis_clear(&analysis);
    return wssc_print_finish(status);
}
