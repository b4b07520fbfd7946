/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What is configured beside what was observed, as a table.
 */
#include "report/binding.h"
#include "report/layout.h"

#define NAME 20
#define RESULT 12

static WsscColor color_of(WsscCompared result)
{
    return result == WSSC_COMPARED_DIFFERS ? WSSC_RED : result == WSSC_COMPARED_SAME ? WSSC_GREEN : WSSC_DIM;
}

static char *frames_of(const WsscSession *session, const WsscTextStyle *style, const GPtrArray *evidence)
{
    const WsscEvidence *first = evidence->len > 0 ? evidence->pdata[0] : NULL;
    g_autofree char *frame =
        first != NULL && first->frame != 0 ? wssc_frame_text(session, style, first->file, first->frame) : NULL;
    return frame != NULL ? g_strdup_printf(" (frame %s)", frame) : g_strdup("");
}

static void put_line(const WsscSession *session, const WsscTextStyle *style, const WsscComparedLine *line, GString *out)
{
    g_autofree char *configured = wssc_shown(line->configured);
    g_autofree char *observed = wssc_shown(line->observed);
    g_autofree char *more = line->text != NULL ? wssc_shown(line->text) : NULL;
    g_autofree char *frames = frames_of(session, style, line->evidence);
    g_autofree char *text = g_strdup_printf("configured %s, observed %s%s%s%s", configured, observed, frames,
                                            more != NULL ? "; " : "", more != NULL ? more : "");
    g_string_append_printf(out, "  %-*s", NAME, line->name);
    wssc_put(out, style, color_of(line->result), "%-*s", RESULT, wssc_compared_name(line->result));
    wssc_put_wrapped(out, style, WSSC_PLAIN, NAME + RESULT + 2, NAME + RESULT + 2, text);
}

static void put_title(const WsscSession *session, const WsscTextStyle *style, const WsscComparedWith *with,
                      GString *out)
{
    const WsscComparison *comparison = with->comparison;
    g_autofree char *endpoint = wssc_shown(with->binding->endpoint);
    g_autofree char *source = wssc_shown(with->source);
    g_autofree char *subject = wssc_shown(comparison->subject);
    g_autofree char *frame = with->is_from_capture ? wssc_frame_text(session, style, with->file, with->frame) : NULL;

    if (out->len > 0)
        g_string_append_c(out, '\n');
    wssc_put(out, style, WSSC_BOLD, "%s", endpoint);
    if (frame != NULL)
        g_string_append_printf(out, " beside what the service says of itself in frame %s", frame);
    else
        g_string_append_printf(out, " beside %s", source);
    if (*subject != '\0')
        g_string_append_printf(out, ", %s", subject);
    if (comparison->alternatives > 1)
        g_string_append_printf(out, ", the nearest of %u alternatives, number %u", comparison->alternatives,
                               comparison->alternative);
    g_string_append(out, comparison->differences == 0   ? ": nothing differs\n"
                         : comparison->differences == 1 ? ": one difference\n"
                                                        : ": differences\n");
}

void wssc_text_comparisons(const WsscSession *session, const GPtrArray *comparisons, const WsscTextStyle *style,
                           GString *out)
{
    for (guint i = 0; i < comparisons->len; i++) {
        const WsscComparedWith *with = comparisons->pdata[i];
        const WsscComparison *comparison = with->comparison;
        put_title(session, style, with, out);
        for (guint l = 0; l < comparison->lines->len; l++)
            put_line(session, style, comparison->lines->pdata[l], out);
        for (guint p = 0; p < comparison->problems->len; p++) {
            g_autofree char *problem = wssc_shown(comparison->problems->pdata[p]);
            g_string_append(out, "  ");
            wssc_put_wrapped(out, style, WSSC_DIM, 2, 4, problem);
        }
    }
}
