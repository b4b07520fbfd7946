/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What differs in another capture.
 */
#include "report/html/sections.h"
#include "report/html/table.h"

static void put_side(WsscHtmlTable *table, const WsscModel *model, gboolean is_one_file, const WsscDifferenceSide *side)
{
    g_autofree char *path = side->frame != 0 ? g_path_get_basename(wssc_model_file(model, side->file)) : NULL;
    g_autofree char *frame = path == NULL  ? g_strdup("-")
                             : is_one_file ? g_strdup_printf("%u", side->frame)
                                           : g_strdup_printf("%s:%u", path, side->frame);
    wssc_html_table_text(table, side->text, NULL, NULL);
    wssc_html_table_measure(table, frame, side->frame);
}

static void put_difference(WsscHtmlTable *table, const WsscHtmlCompared *compared, const WsscDifference *difference,
                           guint rank)
{
    if (!wssc_html_table_row(table, NULL))
        return;
    wssc_html_table_number(table, rank);
    wssc_html_table_text(table, difference->what, NULL, NULL);
    for (guint side = 0; side < WSSC_COMPARED; side++)
        put_side(table, compared->models[side], wssc_model_file(compared->models[side], 1) == NULL,
                 &difference->sides[side]);
    wssc_html_table_text(table, difference->cause, difference->cause != NULL ? "bad" : NULL, NULL);
    wssc_html_table_text(table, wssc_aspect_name(difference->aspect), "dim", NULL);
}

void wssc_html_compared(WsscHtml *html, const WsscHtmlCompared *compared)
{
    static const WsscHtmlColumn columns[] = {
        {"#", "num"},      {"What", "text"}, {"Here", "text"},  {"Frame", "num"},
        {"There", "text"}, {"Frame", "num"}, {"Shows", "mono"}, {"Aspect", NULL},
    };
    const WsscDifferences *found = compared->differences;
    g_autofree char *name = g_path_get_basename(wssc_model_file(compared->models[1], 0));
    g_autofree char *title = g_strdup_printf("What differs in %s", name);
    WsscHtmlTable table;
    wssc_html_table_begin(&table, html, "compared", title, columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < found->differences->len; i++)
        put_difference(&table, compared, found->differences->pdata[i], i + 1);
    wssc_html_table_end(&table);
    if (found->differences->len == 0)
        wssc_html_raw(html, "<p class=\"dim\">No difference in what is compared.</p>\n");
    if (found->left_out > 0)
        wssc_html_put(html, "<p class=\"dim\">%u facts were too many to compare.</p>\n", found->left_out);
}
