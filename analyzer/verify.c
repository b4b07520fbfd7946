/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc verify: rows are made as verdicts become final, and what they were made of is let go.
 */
#include "analysis.h"
#include "commands.h"
#include "print.h"
#include "report/in_order.h"
#include "report/json.h"
#include "report/text.h"
#include "rules/rules.h"

typedef struct {
    const WsscOptions *options;
    WsscSession *session;
    WsscTextStyle style;
    WsscInOrder *order;   /* NULL: no order is asked for, a table puts its rows in order itself */
    WsscVerifyText *rows; /* of a table */
    WsscWriter *writer;   /* of another form, from the first message on */
    gboolean has_invalid;
} Verify;

static WsscWriter *writer_of(Verify *verify)
{
    if (verify->writer == NULL)
        verify->writer = wssc_print_rows(verify->options, wssc_json_verify_members);
    return verify->writer;
}

static void put(gpointer user, const WsscMessage *message)
{
    Verify *verify = user;
    if (verify->rows != NULL)
        wssc_verify_text_put(verify->rows, message);
    else
        wssc_json_verify_message(wssc_session_model(verify->session), message, writer_of(verify));
    verify->has_invalid |= wssc_rules_has_invalid(message);
    wssc_session_shown(verify->session, message);
}

static void begin(gpointer user, WsscSession *session)
{
    Verify *verify = user;
    verify->session = session;
    /* What a filter lets through is known at the end only, and how wide the names of all files are. */
    gboolean is_at_once = verify->options->engine.filter == NULL && !verify->style.many_files;
    if (is_at_once && verify->options->format == WSSC_FORMAT_TABLE) {
        verify->rows = wssc_verify_text_new(session, &verify->style);
        wssc_session_tell_settled(session, put, verify);
        return;
    }
    verify->order = wssc_in_order_new(wssc_session_model(session), put, verify);
    if (is_at_once)
        wssc_session_tell_settled(session, wssc_in_order_take, verify->order);
}

static void print_rest(Verify *verify)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (verify->options->format == WSSC_FORMAT_TABLE && verify->rows == NULL)
        verify->rows = wssc_verify_text_new(verify->session, &verify->style);
    if (verify->order != NULL)
        wssc_in_order_finish(verify->order);
    if (verify->rows != NULL)
        wssc_verify_text_finish(verify->rows, out);
    else
        writer_of(verify);
    wssc_print_text(out);
}

static void clear(Verify *verify)
{
    wssc_in_order_free(verify->order);
    wssc_verify_text_free(verify->rows);
    if (verify->writer != NULL)
        wssc_writer_free(verify->writer);
}

static int end(WsscAnalysis *analysis, gboolean has_invalid)
{
    int status = has_invalid ? WSSC_EXIT_CHECK_FAILED : analysis->status;
    wssc_analysis_clear(analysis);
    return wssc_print_finish(status);
}

static int explain(const WsscOptions *options)
{
    WsscAnalysis analysis;
    int status;
    if (!wssc_analysis_run(options, &analysis, &status))
        return status;
    g_autoptr(GString) out = g_string_new(NULL);
    WsscTextStyle style = wssc_print_style(options);
    wssc_text_explain(analysis.session, &style, (guint32)options->explain_frame, out);
    wssc_print_text(out);
    return end(&analysis, wssc_analysis_has_invalid(analysis.session));
}

int wssc_command_verify(const WsscOptions *options)
{
    Verify verify = {.options = options, .style = wssc_print_style(options)};
    const WsscAnalysisWatch watch = {.begin = begin, .user = &verify};
    WsscAnalysis analysis;
    int status;
    if (options->has_explain)
        return explain(options);
    gboolean is_read = wssc_analysis_watch(options, &watch, &analysis, &status);
    if (is_read)
        print_rest(&verify);
    clear(&verify);
    return is_read ? end(&analysis, verify.has_invalid) : status;
}
