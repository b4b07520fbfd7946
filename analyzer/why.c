/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc why: what went wrong, and the table of causes.
 */
#include "commands.h"

#include <stdio.h>

#include "analysis.h"
#include "print.h"
#include "report/why.h"

static int list_causes(const WsscOptions *options)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (options->is_markdown)
        wssc_markdown_causes(out);
    else
        wssc_text_causes(out);
    wssc_print_text(out);
    return wssc_print_finish(WSSC_EXIT_DONE);
}

static void print_why(const WsscOptions *options, const WsscSession *session, const WsscWhyChoice *choice)
{
    g_autoptr(WsscWhy) why = wssc_why_ask(wssc_session_model(session));
    if (options->format == WSSC_FORMAT_TABLE) {
        g_autoptr(GString) out = g_string_new(NULL);
        const WsscTextStyle style = wssc_print_style(options);
        wssc_text_why(session, &style, why, choice, out);
        wssc_print_text(out);
    } else {
        g_autoptr(WsscWriter) writer = wssc_print_rows(options, wssc_json_why_members);
        wssc_json_why(wssc_session_model(session), why, choice, writer);
    }
}

int wssc_command_why(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (options->list_causes)
        return list_causes(options);
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    WsscWhyChoice choice = {.frame = (guint32)options->frame};
    if (options->context != NULL)
        choice.context = wssc_session_context(analysis.session, options->context);
    status = analysis.status;
    if (options->context != NULL && choice.context == NULL) {
        fprintf(stderr, "wssc: --context \"%s\": no such context in the capture\n", options->context);
        status = WSSC_EXIT_USAGE;
    } else {
        print_why(options, analysis.session, &choice);
    }
    wssc_analysis_clear(&analysis);
    return wssc_print_finish(status);
}
