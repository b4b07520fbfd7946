/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What happened, in order: timeline and findings.
 */
#include <string.h>

#include "base/text.h"
#include "report/layout.h"
#include "report/sentence.h"
#include "report/story.h"

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

static void put_story(GString *out, const WsscSession *session, const WsscTextStyle *style, const GPtrArray *story,
                      gint64 start, const char *heading)
{
    int width = wssc_frame_width(session, style);
    g_autofree char *when = wssc_time_format(start);

    wssc_put(out, style, WSSC_BOLD, "%s\n", heading);
    wssc_put(out, style, WSSC_DIM, "%*s %13s  since %s\n", width, "FRAME", "SECONDS", when);
    for (guint i = 0; i < story->len; i++)
        put_event(out, session, style, story->pdata[i], start, width);
}

static void put_context(GString *out, const WsscSession *session, const WsscTextStyle *style,
                        const WsscContext *context)
{
    g_autoptr(GPtrArray) story = wssc_story_of_context(context);
    gint64 start = context->events->len > 0 ? ((const WsscEvent *)context->events->pdata[0])->time : 0;
    g_autofree char *identifier = wssc_shown(context->identifier != NULL ? context->identifier : "(never named)");
    g_autofree char *heading = g_strdup_printf("Context %u: %s", context->index, identifier);
    put_story(out, session, style, story, start, heading);
}

/* Tokens that no context was asked for with. */
static void put_token(GString *out, const WsscSession *session, const WsscTextStyle *style, const WsscToken *token)
{
    g_autoptr(GPtrArray) story = wssc_story_of_token(wssc_session_model(session), token);
    if (story == NULL)
        return;
    g_autofree char *words = wssc_token_words(token);
    g_autofree char *shown = wssc_shown(words);
    g_autofree char *heading = g_strdup_printf("Token %u: %s", token->index, shown);
    if (out->len > 0)
        g_string_append_c(out, '\n');
    put_story(out, session, style, story, ((const WsscEvent *)story->pdata[0])->time, heading);
}

void wssc_text_timeline(const WsscSession *session, const WsscTextStyle *style, const char *identifier, GString *out)
{
    const WsscModel *model = wssc_session_model(session);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < model->contexts->len; i++) {
        const WsscContext *context = model->contexts->pdata[i];
        if (identifier != NULL && g_strcmp0(identifier, context->identifier) != 0)
            continue;
        if (text->len > 0)
            g_string_append_c(text, '\n');
        put_context(text, session, style, context);
    }
    for (guint i = 0; identifier == NULL && i < model->tokens->len; i++)
        put_token(text, session, style, model->tokens->pdata[i]);
    g_string_append_len(out, text->str, (gssize)text->len);
    if (text->len == 0)
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
        for (guint i = 0; i < findings->len; i++) {
            if (((const WsscFinding *)findings->pdata[i])->severity == (WsscSeverity)severity)
                put_finding(out, session, style, findings->pdata[i], width);
            wssc_pour(out, style);
        }
}
