/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands over capture files.
 */
#include "commands.h"

#include <stdio.h>

#include "analysis.h"
#include "keys/keyfile.h"
#include "print.h"
#include "report/events.h"
#include "report/json.h"
#include "report/text.h"
#include "report/why.h"

typedef void (*MakeJson)(const WsscModel *model, WsscWriter *writer);
typedef void (*MakeText)(const WsscSession *session, const WsscTextStyle *style, GString *out);

static void print_result(const WsscOptions *options, const WsscSession *session, MakeJson json,
                         const char *const *members, MakeText text)
{
    if (options->format == WSSC_FORMAT_TABLE) {
        g_autoptr(GString) out = g_string_new(NULL);
        WsscTextStyle style = wssc_print_style(options);
        text(session, &style, out);
        wssc_print_text(out);
    } else {
        g_autoptr(WsscWriter) writer = wssc_print_rows(options, members);
        json(wssc_session_model(session), writer);
    }
}

/* The end of every command over captures. */
static int finish(WsscAnalysis *analysis, int status)
{
    wssc_analysis_clear(analysis);
    return wssc_print_finish(status);
}

static gboolean reaches(const WsscOptions *options, const WsscSession *session)
{
    const GPtrArray *findings = wssc_session_findings(session);
    for (guint i = 0; options->has_fail_on && i < findings->len; i++)
        if (((const WsscFinding *)findings->pdata[i])->severity >= options->fail_on)
            return TRUE;
    return FALSE;
}

/* What went wrong comes last, where it is seen. */
static void text_summary(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    g_autoptr(WsscWhy) why = wssc_why_ask(wssc_session_model(session));
    wssc_text_summary(session, style, out);
    wssc_text_why_first(session, style, why, out);
}

int wssc_command_summary(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    print_result(options, analysis.session, wssc_json_contexts, wssc_json_context_members, text_summary);
    status = reaches(options, analysis.session) ? WSSC_EXIT_CHECK_FAILED : analysis.status;
    return finish(&analysis, status);
}

int wssc_command_contexts(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    print_result(options, analysis.session, wssc_json_contexts, wssc_json_context_members, wssc_text_contexts);
    status = analysis.status;
    return finish(&analysis, status);
}

int wssc_command_timeline(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    status = analysis.status;
    if (options->context != NULL && wssc_session_context(analysis.session, options->context) == NULL) {
        fprintf(stderr, "wssc: --context \"%s\": no such context in the capture\n", options->context);
        status = WSSC_EXIT_USAGE;
    } else if (options->format == WSSC_FORMAT_TABLE) {
        g_autoptr(GString) out = g_string_new(NULL);
        WsscTextStyle style = wssc_print_style(options);
        wssc_text_timeline(analysis.session, &style, options->context, out);
        wssc_print_text(out);
    } else {
        g_autoptr(WsscWriter) writer = wssc_print_rows(options, wssc_json_timeline_members);
        wssc_json_timeline(wssc_session_model(analysis.session), options->context, writer);
    }
    return finish(&analysis, status);
}

/* ---- findings, events, keys ------------------------------------------------------------------------------------ */

/* Findings of a message's verdicts are there as soon as these are settled. */
static void let_verdicts_go(gpointer session, const WsscMessage *message)
{
    wssc_session_shown(session, message);
}

static void begin_findings(gpointer user G_GNUC_UNUSED, WsscSession *session)
{
    wssc_session_tell_settled(session, let_verdicts_go, session);
}

int wssc_command_findings(const WsscOptions *options)
{
    const WsscAnalysisWatch watch = {.begin = begin_findings};
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_watch(options, &watch, &analysis, &status))
        return status;
    print_result(options, analysis.session, wssc_json_findings, wssc_json_finding_members, wssc_text_findings);
    status = reaches(options, analysis.session) ? WSSC_EXIT_CHECK_FAILED : analysis.status;
    return finish(&analysis, status);
}

typedef struct {
    const WsscOptions *options;
    WsscWriter *writer;
    WsscEvents *events; /* NULL until the session is there */
} EventsUnderWay;

static void begin_events(gpointer user, WsscSession *session)
{
    EventsUnderWay *under_way = user;
    under_way->writer = wssc_print_rows(under_way->options, wssc_event_members);
    under_way->events = wssc_events_new(under_way->writer, wssc_session_model(session), under_way->options->emit_keys);
    /* What a filter on results lets through is known at the end only. */
    if (under_way->options->engine.filter != NULL)
        return;
    wssc_session_tell_settled(session, wssc_events_take, under_way->events);
    wssc_events_tell_put(under_way->events, let_verdicts_go, session);
}

static void put_capture(gpointer user, const WsscEngineReport *report)
{
    wssc_events_put_capture(((EventsUnderWay *)user)->events, &report->capture);
}

int wssc_command_events(const WsscOptions *options)
{
    EventsUnderWay under_way = {.options = options};
    const WsscAnalysisWatch watch = {.begin = begin_events, .end_of_file = put_capture, .user = &under_way};
    WsscAnalysis analysis;
    int status;
    gboolean is_read = wssc_analysis_watch(options, &watch, &analysis, &status);
    if (is_read)
        wssc_events_finish(under_way.events);
    wssc_events_free(under_way.events);
    if (under_way.writer != NULL)
        wssc_writer_free(under_way.writer);
    if (!is_read)
        return status;
    status = analysis.status;
    return finish(&analysis, status);
}

static gboolean is_shown_key(const WsscKeyOrigin *origin, gpointer reports)
{
    return wssc_engine_is_shown(origin->file, origin->frame, reports);
}

int wssc_command_keys(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    g_autofree char *text =
        wssc_keyfile_write_capture(wssc_session_keyring(analysis.session), is_shown_key, analysis.reports);
    fputs(text, stdout);
    status = analysis.status;
    return finish(&analysis, status);
}
