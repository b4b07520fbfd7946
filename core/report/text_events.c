/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What happened, in order: timeline and findings.
 */
#include <string.h>

#include "base/text.h"
#include "report/layout.h"
#include "report/sentence.h"

/* ---- timeline ----------------------------------------------------------------------------------------------- */

static void put_event(GString *out, const WsscSession *session, const WsscTextStyle *style, const WsscEvent *event,
                      gint64 start, int width)
{
    g_autofree char *frame =
        event->message != NULL ? wssc_frame_text(session, style, event->message->file, event->frame) : g_strdup("-");
    g_autofree char *sentence = wssc_event_sentence(wssc_session_model(session), event);
    g_autofree char *text = wssc_shown_whole(sentence);
    g_autofree char *line = g_strdup_printf("%s%s", event->is_transition ? "= " : "", text);
    WsscColor color = event->is_transition              ? wssc_state_color(event->to)
                      : event->kind == WSSC_EVENT_FAULT ? WSSC_RED
                                                        : WSSC_PLAIN;
    guint column = (guint)width + 17;
    g_string_append_printf(out, "%*s %+13.6f  ", width, frame, (double)(event->time - start) / G_USEC_PER_SEC);
    wssc_put_wrapped(out, style, color, column, column + 2, line);
}

static void put_story(GString *out, const WsscSession *session, const WsscTextStyle *style, const WsscContext *context)
{
    gint64 start = context->events->len > 0 ? ((const WsscEvent *)context->events->pdata[0])->time : 0;
    int width = wssc_frame_width(session, style);
    g_autofree char *when = wssc_time_format(start);
    g_autofree char *identifier = wssc_shown(context->identifier != NULL ? context->identifier : "(never named)");

    wssc_put(out, style, WSSC_BOLD, "Context %u: %s\n", context->index, identifier);
    wssc_put(out, style, WSSC_DIM, "%*s %13s  since %s\n", width, "FRAME", "SECONDS", when);
    for (guint e = 0; e < context->events->len; e++)
        put_event(out, session, style, context->events->pdata[e], start, width);
}

void wssc_text_timeline(const WsscSession *session, const WsscTextStyle *style, const char *identifier, GString *out)
{
    const GPtrArray *contexts = wssc_session_contexts(session);
    gboolean is_first = TRUE;
    for (guint i = 0; i < contexts->len; i++) {
        const WsscContext *context = contexts->pdata[i];
        if (identifier != NULL && g_strcmp0(identifier, context->identifier) != 0)
            continue;
        if (!is_first)
            g_string_append_c(out, '\n');
        is_first = FALSE;
        put_story(out, session, style, context);
    }
    if (is_first)
        g_string_append(out, "No security context.\n");
}

/* ---- findings ----------------------------------------------------------------------------------------------- */

static void put_finding(GString *out, const WsscSession *session, const WsscTextStyle *style,
                        const WsscFinding *finding, int width)
{
    g_autofree char *frame =
        finding->frame != 0 ? wssc_frame_text(session, style, finding->file, finding->frame) : g_strdup("-");
    g_autofree char *sentence = wssc_finding_sentence(wssc_session_model(session), finding);
    g_autofree char *text = wssc_shown_whole(sentence);
    g_autofree char *line = g_strdup_printf("%s: %s", wssc_finding_info(finding->id)->name, text);
    guint column = (guint)width + 8;
    wssc_put(out, style, wssc_severity_color(finding->severity), "%-5s", wssc_severity_name(finding->severity));
    g_string_append_printf(out, " %*s  ", width, frame);
    wssc_put_wrapped(out, style, WSSC_PLAIN, column, column + 2, line);
}

void wssc_text_findings(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    const GPtrArray *findings = wssc_session_findings(session);
    int width = wssc_frame_width(session, style);
    if (findings->len == 0) {
        g_string_append(out, "No findings.\n");
        return;
    }
    wssc_put(out, style, WSSC_BOLD, "%-5s %*s  %s\n", "LEVEL", width, "FRAME", "FINDING");
    for (int severity = WSSC_SEVERITY_ERROR; severity >= WSSC_SEVERITY_CHAT; severity--)
        for (guint i = 0; i < findings->len; i++)
            if (((const WsscFinding *)findings->pdata[i])->severity == (WsscSeverity)severity)
                put_finding(out, session, style, findings->pdata[i], width);
}
