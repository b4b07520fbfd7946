/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/compare.h"

#include "report/layout.h"

#define INDENT 4
#define MAX_SHOWN 30 /* the rest is in the other formats */

/* ---- text ------------------------------------------------------------------------------------------------------- */

static void put_side(GString *out, const WsscTextStyle *style, WsscColor color, char letter,
                     const WsscDifferenceSide *side)
{
    g_autofree char *shown = wssc_shown_whole(side->text);
    g_autofree char *line = side->frame != 0 ? g_strdup_printf("%c  %s (frame %u)", letter, shown, side->frame)
                                             : g_strdup_printf("%c  %s", letter, shown);
    g_string_append_printf(out, "%*s", INDENT, "");
    wssc_put_wrapped(out, style, color, INDENT, INDENT + 3, line);
}

static void put_difference(GString *out, const WsscTextStyle *style, const WsscDifference *difference, guint number)
{
    g_autofree char *what = wssc_shown(difference->what);
    g_autoptr(GString) line = g_string_new(NULL);
    wssc_put(line, style, WSSC_BOLD, "%s", what);
    if (difference->cause != NULL && difference->aspect != WSSC_ASPECT_CAUSE)
        g_string_append_printf(line, " (shows %s)", difference->cause);
    g_string_append_printf(out, "%2u  ", number);
    wssc_put_wrapped(out, style, WSSC_PLAIN, INDENT, INDENT, line->str);
    put_side(out, style, WSSC_RED, 'A', &difference->sides[0]);
    put_side(out, style, WSSC_GREEN, 'B', &difference->sides[1]);
}

void wssc_text_differences(const WsscTextStyle *style, const WsscDifferences *comparison, const char *const *names,
                           GString *out)
{
    const GPtrArray *list = comparison->differences;
    g_autofree char *a = wssc_shown(names[0]);
    g_autofree char *b = wssc_shown(names[1]);
    g_string_append_printf(out, "A  %s\nB  %s\n\n", a, b);
    if (list->len == 0)
        g_string_append(out, "No difference in what is compared.\n");
    for (guint i = 0; i < MIN(list->len, MAX_SHOWN); i++)
        put_difference(out, style, list->pdata[i], i + 1);
    if (list->len > MAX_SHOWN)
        g_string_append_printf(out, "and %u more (--format json lists all)\n", list->len - MAX_SHOWN);
    if (comparison->left_out > 0)
        g_string_append_printf(out, "%u facts were too many to compare\n", comparison->left_out);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

const char *const wssc_json_compare_members[] = {"rank",    "aspect", "what",   "cause",   "a", "a_file",
                                                 "a_frame", "b",      "b_file", "b_frame", NULL};

static void put_row_side(WsscWriter *w, const WsscModel *model, const WsscDifferenceSide *side,
                         const char *const members[3])
{
    gboolean has_frame = side->frame != 0;
    wssc_writer_string(w, members[0], side->text);
    wssc_writer_string(w, members[1], has_frame ? wssc_model_file(model, side->file) : NULL);
    wssc_writer_int_or_null(w, members[2], side->frame, has_frame);
}

void wssc_json_differences(const WsscDifferences *comparison, const WsscModel *const models[WSSC_COMPARED],
                           WsscWriter *writer)
{
    static const char *const members[WSSC_COMPARED][3] = {{"a", "a_file", "a_frame"}, {"b", "b_file", "b_frame"}};
    for (guint i = 0; i < comparison->differences->len; i++) {
        const WsscDifference *difference = comparison->differences->pdata[i];
        wssc_writer_object(writer, NULL);
        wssc_writer_int(writer, "rank", i + 1);
        wssc_writer_string(writer, "aspect", wssc_aspect_name(difference->aspect));
        wssc_writer_string(writer, "what", difference->what);
        wssc_writer_string(writer, "cause", difference->cause);
        for (guint side = 0; side < WSSC_COMPARED; side++)
            put_row_side(writer, models[side], &difference->sides[side], members[side]);
        wssc_writer_end(writer);
    }
}
