/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc binding: the security binding behind the traffic, written down and compared.
 */
#include <stdio.h>

#include "analysis.h"
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

static void print_bindings(const WsscOptions *options, const WsscAnalysis *analysis, const WsscBindings *bindings,
                           const WsscBindingChoice *choice)
{
    if (options->format == WSSC_FORMAT_TABLE) {
        g_autoptr(GString) out = g_string_new(NULL);
        const WsscTextStyle style = {.color = options->color, .many_files = g_strv_length(options->files) > 1};
        wssc_text_bindings(analysis->session, bindings, choice, &style, out);
        wssc_print_text(out);
    } else {
        g_autoptr(WsscWriter) writer = wssc_print_rows(options, wssc_json_binding_members);
        wssc_json_bindings(bindings, choice, writer);
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

int wssc_command_binding(const WsscOptions *options)
{
    const WsscBindingChoice choice = {options->context, options->endpoint};
    WsscAnalysis analysis;
    int status;

    if (!is_emit_right(options))
        return WSSC_EXIT_USAGE;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    g_autoptr(WsscBindings) bindings = wssc_bindings_infer(wssc_session_model(analysis.session));
    status = analysis.status;
    if ((choice.context != NULL || choice.endpoint != NULL) && !has_chosen(bindings, &choice)) {
        fprintf(stderr, "wssc: %s \"%s\": not in the capture\n", choice.context != NULL ? "--context" : "--endpoint",
                choice.context != NULL ? choice.context : choice.endpoint);
        status = WSSC_EXIT_USAGE;
    } else if (options->emit != NULL) {
        status = emit(options, bindings, &choice, status);
    } else {
        print_bindings(options, &analysis, bindings, &choice);
    }
    wssc_analysis_clear(&analysis);
    return wssc_print_finish(status);
}
