/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc binding: the security binding behind the traffic, written down and compared.
 */
#include <stdio.h>

#include "analysis.h"
#include "commands.h"
#include "print.h"
#include "report/binding.h"

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

int wssc_command_binding(const WsscOptions *options)
{
    const WsscBindingChoice choice = {options->context, options->endpoint};
    WsscAnalysis analysis;
    int status;

    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    g_autoptr(WsscBindings) bindings = wssc_bindings_infer(wssc_session_model(analysis.session));
    status = analysis.status;
    if ((choice.context != NULL || choice.endpoint != NULL) && !has_chosen(bindings, &choice)) {
        fprintf(stderr, "wssc: %s \"%s\": not in the capture\n", choice.context != NULL ? "--context" : "--endpoint",
                choice.context != NULL ? choice.context : choice.endpoint);
        status = WSSC_EXIT_USAGE;
    } else {
        print_bindings(options, &analysis, bindings, &choice);
    }
    wssc_analysis_clear(&analysis);
    return wssc_print_finish(status);
}
