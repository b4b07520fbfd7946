/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What happened, in order: timeline, verdicts, findings.
 */
#include <string.h>

#include "base/text.h"
#include "keys/derive.h"
#include "report/layout.h"
#include "report/sentence.h"

/* ---- timeline ----------------------------------------------------------------------------------------------- */

static void put_event(GString *out, const WsscSession *session, const WsscTextStyle *style, const WsscEvent *event,
                      gint64 start, int width)
{
    g_autofree char *frame =
        event->message != NULL ? wssc_frame_text(session, style, event->message->file, event->frame) : g_strdup("-");
    g_autofree char *sentence = wssc_event_sentence(wssc_session_model(session), event);
    g_autofree char *text = wssc_shown(sentence);
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
    g_autofree char *text = wssc_shown(sentence);
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

/* ---- verify -------------------------------------------------------------------------------------------------- */

static const char *short_algorithm(const char *uri)
{
    const char *hash = uri != NULL ? strrchr(uri, '#') : NULL;
    return hash != NULL ? hash + 1 : uri != NULL ? uri : "?";
}

static void put_note(GString *out, const WsscTextStyle *style, guint indent, const char *before, const char *text)
{
    if (text == NULL)
        return;
    g_autofree char *shown = wssc_shown(text);
    g_autofree char *line = g_strconcat(before, shown, NULL);
    g_string_append_printf(out, "%*s", (int)indent, "");
    wssc_put_wrapped(out, style, WSSC_PLAIN, indent, indent + 2, line);
}

static char *signed_parts(const WsscSignature *signature)
{
    GString *parts = g_string_new(NULL);
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        g_autofree char *name = wssc_shown(reference->element != NULL ? reference->element
                                           : reference->uri != NULL   ? reference->uri
                                                                      : "?");
        g_string_append_printf(parts, "%s%s%s", i == 0 ? "" : ", ", name,
                               reference->digest == WSSC_DIGEST_OK         ? ""
                               : reference->digest == WSSC_DIGEST_MISMATCH ? "(!)"
                                                                           : "(?)");
    }
    return g_string_free(parts, FALSE);
}

static void put_signature(GString *out, const WsscSession *session, const WsscTextStyle *style,
                          const WsscMessage *message, const WsscSignature *signature, int width)
{
    const WsscContext *context = signature->context != NULL ? wssc_session_context(session, signature->context) : NULL;
    g_autofree char *frame = wssc_frame_text(session, style, message->file, message->frame);
    g_autofree char *number = context != NULL ? g_strdup_printf("%u", context->index) : g_strdup("-");
    g_autofree char *parts = signed_parts(signature);
    g_autofree char *algorithm = wssc_shown(short_algorithm(signature->algorithm));
    g_autofree char *deviation =
        signature->deviation != NULL
            ? g_strdup_printf("%s: %s", signature->deviation, wssc_deviation_title(signature->deviation))
            : NULL;
    guint indent = (guint)width + 5;

    g_string_append_printf(out, "%*s %2u  ", width, frame, signature->position);
    wssc_put(out, style, wssc_verdict_color(signature->verdict), "%-11s", wssc_verdict_name(signature->verdict));
    g_string_append_printf(out, " %-11s %-13s %7s  ", algorithm, wssc_key_kind_name(signature->key_kind), number);
    wssc_put_wrapped(out, style, WSSC_PLAIN, indent + 47, indent + 47, parts);
    put_note(out, style, indent, "", signature->reason);
    put_note(out, style, indent, "deviation ", deviation);
    put_note(out, style, indent, "it would fit if: ", signature->hypothesis);
    if (signature->trust != NULL) {
        g_autofree char *trust = g_strdup_printf(
            "certificate %s: %s", signature->certificate != NULL ? signature->certificate : "?", signature->trust);
        put_note(out, style, indent, "", trust);
    }
}

static void note_digests(const WsscSignature *signature, gboolean *has_mismatch, gboolean *has_unchecked)
{
    for (guint i = 0; i < signature->references->len; i++) {
        WsscDigest digest = ((const WsscSignedReference *)signature->references->pdata[i])->digest;
        *has_mismatch |= digest == WSSC_DIGEST_MISMATCH;
        *has_unchecked |= digest != WSSC_DIGEST_MISMATCH && digest != WSSC_DIGEST_OK;
    }
}

void wssc_text_verify(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    const GPtrArray *messages = wssc_session_messages(session);
    int width = wssc_frame_width(session, style);
    gboolean is_first = TRUE, has_mismatch = FALSE, has_unchecked = FALSE;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++) {
            note_digests(message->security->signatures->pdata[s], &has_mismatch, &has_unchecked);
            if (is_first)
                wssc_put(out, style, WSSC_BOLD, "%*s %2s  %-11s %-11s %-13s %7s  %s\n", width, "FRAME", "#", "VERDICT",
                         "ALGORITHM", "KEY", "CONTEXT", "SIGNED");
            is_first = FALSE;
            put_signature(out, session, style, message, message->security->signatures->pdata[s], width);
        }
    }
    if (is_first)
        g_string_append(out, "No signature.\n");
    if (has_mismatch)
        wssc_put(out, style, WSSC_DIM, "(!) its digest does not fit\n");
    if (has_unchecked)
        wssc_put(out, style, WSSC_DIM, "(?) its digest could not be checked\n");
}
