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

static WsscTextStyle style_of(const WsscOptions *options)
{
    return (WsscTextStyle){.color = options->color, .many_files = g_strv_length(options->files) > 1};
}

typedef JsonNode *(*MakeJson)(const WsscSession *session);
typedef void (*MakeText)(const WsscSession *session, const WsscTextStyle *style, GString *out);

static void print_result(const WsscOptions *options, const WsscSession *session, MakeJson json,
                         const char *const *members, MakeText text)
{
    if (options->format == WSSC_FORMAT_TABLE) {
        g_autoptr(GString) out = g_string_new(NULL);
        WsscTextStyle style = style_of(options);
        text(session, &style, out);
        wssc_print_text(out);
    } else {
        g_autoptr(JsonNode) array = json(session);
        wssc_print_rows(options, array, members);
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

int wssc_command_summary(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    print_result(options, analysis.session, wssc_json_contexts, wssc_json_context_members, wssc_text_summary);
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
        WsscTextStyle style = style_of(options);
        wssc_text_timeline(analysis.session, &style, options->context, out);
        wssc_print_text(out);
    } else {
        g_autoptr(JsonNode) array = wssc_json_timeline(analysis.session, options->context);
        wssc_print_rows(options, array, wssc_json_timeline_members);
    }
    return finish(&analysis, status);
}

/* ---- verify ---------------------------------------------------------------------------------------------------- */

static gboolean has_invalid(const WsscSession *session)
{
    const GPtrArray *messages = wssc_session_messages(session);
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++)
            if (((WsscSignature *)message->security->signatures->pdata[s])->verdict == WSSC_VERDICT_INVALID)
                return TRUE;
    }
    return FALSE;
}

int wssc_command_verify(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    if (options->explain_frame != 0) {
        g_autoptr(GString) out = g_string_new(NULL);
        WsscTextStyle style = style_of(options);
        wssc_text_explain(analysis.session, &style, (guint32)options->explain_frame, out);
        wssc_print_text(out);
    } else
        print_result(options, analysis.session, wssc_json_verify, wssc_json_verify_members, wssc_text_verify);
    status = has_invalid(analysis.session) ? WSSC_EXIT_CHECK_FAILED : analysis.status;
    return finish(&analysis, status);
}

/* ---- findings, events, keys ------------------------------------------------------------------------------------ */

static void list_findings(void)
{
    for (int id = 0; id < WSSC_FINDING_MAX; id++) {
        const WsscFindingInfo *info = wssc_finding_info((WsscFindingId)id);
        printf("%-30s %-5s %s (%s)\n", info->name, wssc_severity_name(info->severity), info->title, info->clause);
    }
}

static void list_bounds(void)
{
    for (int id = 0; id < WSSC_BOUND_MAX; id++) {
        const WsscBoundInfo *info = wssc_bound_info((WsscBoundId)id);
        g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT " %s", info->value, info->unit);
        printf("%-16s %-8s %s (%s)\n", info->name, value, info->what, info->source);
    }
}

int wssc_command_findings(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (options->list_findings || options->list_bounds) {
        if (options->list_findings)
            list_findings();
        if (options->list_bounds)
            list_bounds();
        return WSSC_EXIT_DONE;
    }
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    print_result(options, analysis.session, wssc_json_findings, wssc_json_finding_members, wssc_text_findings);
    status = reaches(options, analysis.session) ? WSSC_EXIT_CHECK_FAILED : analysis.status;
    return finish(&analysis, status);
}

static void add_captures(const WsscAnalysis *analysis, JsonArray *events)
{
    for (guint i = 0; i < analysis->reports->len; i++) {
        const WsscEngineReport *report = analysis->reports->pdata[i];
        g_autoptr(JsonArray) closed = json_array_new();
        for (guint c = 0; c < report->closed_tls->len; c++) {
            const WsscClosedTls *tls = report->closed_tls->pdata[c];
            JsonObject *object = json_object_new();
            json_object_set_string_member(object, "client", tls->client);
            json_object_set_string_member(object, "server", tls->server);
            if (tls->server_name != NULL)
                json_object_set_string_member(object, "server_name", tls->server_name);
            else
                json_object_set_null_member(object, "server_name");
            json_object_set_int_member(object, "first_frame", tls->first_frame);
            json_object_set_int_member(object, "last_frame", tls->last_frame);
            json_array_add_object_element(closed, object);
        }
        wssc_events_add_capture(events, report->file, report->frames, report->first_time, report->last_time,
                                report->damage, closed);
    }
}

int wssc_command_events(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    JsonArray *events = json_array_new();
    add_captures(&analysis, events);
    wssc_events_add_session(events, analysis.session, options->emit_keys);
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_ARRAY);
    json_node_take_array(node, events);
    wssc_print_rows(options, node, NULL);
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
