/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc report: one page about the captures.
 */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "analysis.h"
#include "report/html.h"

static void write_octets(gpointer file, const char *octets, gsize len)
{
    fwrite(octets, 1, len, file); /* errors are looked for at the end */
}

static gboolean write_page(WsscSession *session, const WsscHtmlOptions *page, const char *path)
{
    gboolean is_stdout = strcmp(path, "-") == 0;
    FILE *file = is_stdout ? stdout : g_fopen(path, "wb");
    if (file == NULL) {
        fprintf(stderr, "wssc: -o \"%s\": %s\n", path, g_strerror(errno));
        return FALSE;
    }
    WsscSink sink = {write_octets, file};
    wssc_html_report(session, page, &sink);
    gboolean is_ok = fflush(file) == 0 && !ferror(file);
    int why = errno;
    if (!is_stdout && fclose(file) != 0) {
        is_ok = FALSE;
        why = errno;
    }
    if (!is_ok)
        fprintf(stderr, "wssc: -o \"%s\": %s\n", path, g_strerror(why));
    return is_ok;
}

static int write_alone(const WsscOptions *options, const WsscHtmlOptions *page)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    status = write_page(analysis.session, page, options->output) ? analysis.status : WSSC_EXIT_DAMAGED;
    wssc_analysis_clear(&analysis);
    return status;
}

static int write_compared(const WsscOptions *options, WsscHtmlOptions *page)
{
    char *other[] = {options->compare, NULL};
    char **const lists[WSSC_COMPARED] = {options->files, other};
    WsscAnalysis both[WSSC_COMPARED];
    int status;
    if (!wssc_analysis_run_each(options, lists, both, WSSC_COMPARED, &status))
        return status;
    WsscHtmlCompared compared = {.models = {wssc_session_model(both[0].session), wssc_session_model(both[1].session)}};
    g_autoptr(WsscDifferences) differences = wssc_differences_find(compared.models[0], compared.models[1]);
    compared.differences = differences;
    page->compared = &compared;
    status = MAX(both[0].status, both[1].status);
    if (!write_page(both[0].session, page, options->output))
        status = WSSC_EXIT_DAMAGED;
    for (guint i = 0; i < WSSC_COMPARED; i++)
        wssc_analysis_clear(&both[i]);
    return status;
}

int wssc_command_report(const WsscOptions *options)
{
    WsscHtmlOptions page = {.show_secrets = options->show_secrets};

    if (options->output == NULL) {
        fprintf(stderr, "wssc: report writes a page: say where to with -o FILE.html (- is standard output)\n");
        return WSSC_EXIT_USAGE;
    }
    if (options->messages != NULL && !wssc_html_messages_from_name(options->messages, &page.messages)) {
        fprintf(stderr, "wssc: --messages \"%s\": not all, troubled or none\n", options->messages);
        return WSSC_EXIT_USAGE;
    }
    return options->compare != NULL ? write_compared(options, &page) : write_alone(options, &page);
}
