/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc compare A B: each file is an analysis of its own.
 */
#include "commands.h"

#include <stdio.h>

#include "analysis.h"
#include "print.h"
#include "report/compare.h"

static void print_comparison(const WsscOptions *options, const WsscAnalysis *both)
{
    const WsscModel *models[WSSC_COMPARED] = {wssc_session_model(both[0].session), wssc_session_model(both[1].session)};
    g_autoptr(WsscDifferences) comparison = wssc_differences_find(models[0], models[1]);
    if (options->format == WSSC_FORMAT_TABLE) {
        g_autoptr(GString) out = g_string_new(NULL);
        const WsscTextStyle style = wssc_print_style(options);
        wssc_text_differences(&style, comparison, (const char *const *)options->files, out);
        wssc_print_text(out);
    } else {
        g_autoptr(WsscWriter) writer = wssc_print_rows(options, wssc_json_compare_members);
        wssc_json_differences(comparison, models, writer);
    }
}

int wssc_command_compare(const WsscOptions *options)
{
    WsscAnalysis both[WSSC_COMPARED];
    int status = WSSC_EXIT_USAGE;
    char *names[WSSC_COMPARED][2] = {{NULL}};
    char **const lists[WSSC_COMPARED] = {names[0], names[1]};
    if (g_strv_length(options->files) != WSSC_COMPARED) {
        fprintf(stderr, "wssc: compare takes two files: the one that fails and the one that works\n");
        return status;
    }
    for (guint i = 0; i < WSSC_COMPARED; i++)
        names[i][0] = options->files[i];
    if (!wssc_analysis_run_each(options, lists, both, WSSC_COMPARED, &status))
        return status;
    print_comparison(options, both);
    status = MAX(both[0].status, both[1].status);
    for (guint i = 0; i < WSSC_COMPARED; i++)
        wssc_analysis_clear(&both[i]);
    return wssc_print_finish(status);
}
