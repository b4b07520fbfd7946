/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/html/table.h"

void wssc_html_table_begin(WsscHtmlTable *table, WsscHtml *html, const char *id, const char *title,
                           const WsscHtmlColumn *columns, guint column_count)
{
    *table = (WsscHtmlTable){.html = html,
                             .id = id,
                             .columns = columns,
                             .column_count = column_count,
                             .data = g_string_new("["),
                             .column = column_count};
    wssc_html_put(html, "<section class=\"rows\" id=\"%s\" aria-labelledby=\"%s-title\"><h2 id=\"%s-title\">%s</h2>\n",
                  id, id, id, title);
    wssc_html_put(html,
                  "<div class=\"tools script-only\"><label>Filter <input type=\"search\" autocomplete=\"off\"></label>"
                  "<span class=\"count dim\" aria-live=\"polite\"></span></div>\n"
                  "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table><thead><tr>",
                  title);
    for (guint i = 0; i < column_count; i++)
        wssc_html_put(html, "<th scope=\"col\" class=\"%s\" data-cell=\"%s\">%s</th>",
                      columns[i].cell != NULL ? columns[i].cell : "", columns[i].cell != NULL ? columns[i].cell : "",
                      columns[i].title);
    wssc_html_raw(html, "</tr></thead>\n<tbody>\n");
}

static gboolean is_static(const WsscHtmlTable *table)
{
    return table->rows <= WSSC_HTML_STATIC_ROWS;
}

gboolean wssc_html_table_row(WsscHtmlTable *table, const char *id)
{
    g_assert(table->column == table->column_count);
    if (table->rows >= WSSC_HTML_DATA_ROWS) {
        table->left_out++;
        return FALSE;
    }
    g_string_append(table->data, table->rows > 0 ? ",\n{\"id\":" : "\n{\"id\":");
    wssc_html_json(table->data, id);
    g_string_append(table->data, ",\"cells\":[");
    table->rows++;
    table->column = 0;
    if (is_static(table))
        wssc_html_put(table->html, id != NULL ? "<tr id=\"%s\">" : "<tr>", id);
    return TRUE;
}

static void begin_cell(WsscHtmlTable *table)
{
    const char *cell = table->columns[table->column].cell;
    g_assert(table->column < table->column_count);
    if (table->column > 0)
        g_string_append_c(table->data, ',');
    if (is_static(table))
        wssc_html_put(table->html, cell != NULL ? "<td class=\"%s\">" : "<td>", cell);
}

static void end_cell(WsscHtmlTable *table)
{
    table->column++;
    if (is_static(table))
        wssc_html_raw(table->html, "</td>");
    if (table->column < table->column_count)
        return;
    g_string_append(table->data, "]}");
    if (is_static(table))
        wssc_html_raw(table->html, "</tr>\n");
}

static void show_text(WsscHtml *html, const char *text, const char *style, const char *link)
{
    if (link != NULL)
        wssc_html_put(html, "<a href=\"#%s\">", link);
    if (style != NULL)
        wssc_html_put(html, "<span class=\"%s\">", style);
    wssc_html_text(html, text);
    wssc_html_raw(html, style != NULL ? "</span>" : "");
    wssc_html_raw(html, link != NULL ? "</a>" : "");
}

void wssc_html_table_text(WsscHtmlTable *table, const char *text, const char *style, const char *link)
{
    begin_cell(table);
    if (style == NULL && link == NULL) {
        wssc_html_json(table->data, text);
    } else {
        g_string_append_c(table->data, '[');
        wssc_html_json(table->data, text);
        g_string_append(table->data, ",null,");
        wssc_html_json(table->data, style);
        g_string_append_c(table->data, ',');
        wssc_html_json(table->data, link);
        g_string_append_c(table->data, ']');
    }
    if (is_static(table))
        show_text(table->html, text, style, link);
    end_cell(table);
}

void wssc_html_table_measure(WsscHtmlTable *table, const char *text, double key)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    begin_cell(table);
    g_string_append_c(table->data, '[');
    wssc_html_json(table->data, text);
    g_string_append_printf(table->data, ",%s]", g_ascii_formatd(number, sizeof number, "%.6f", key));
    if (is_static(table))
        wssc_html_text(table->html, text);
    end_cell(table);
}

void wssc_html_table_number(WsscHtmlTable *table, gint64 number)
{
    begin_cell(table);
    g_string_append_printf(table->data, "%" G_GINT64_FORMAT, number);
    if (is_static(table))
        wssc_html_put(table->html, "%" G_GINT64_FORMAT, number);
    end_cell(table);
}

void wssc_html_table_end(WsscHtmlTable *table)
{
    WsscHtml *html = table->html;
    g_assert(table->column == table->column_count);
    wssc_html_raw(html, "</tbody></table></div>\n");
    if (table->rows > WSSC_HTML_STATIC_ROWS) {
        wssc_html_raw(
            html, "<div class=\"tools script-only\"><button type=\"button\" class=\"more\">More rows</button></div>\n");
        wssc_html_put(
            html,
            "<noscript><p class=\"dim\">The first %d of %u rows; scripts of the page show the others.</p></noscript>\n",
            WSSC_HTML_STATIC_ROWS, table->rows);
    }
    if (table->left_out > 0)
        wssc_html_put(html,
                      "<p class=\"dim\">%" G_GUINT64_FORMAT
                      " further rows are not in this page, which holds %d of a table.</p>\n",
                      table->left_out, WSSC_HTML_DATA_ROWS);
    wssc_html_put(html, "<script type=\"application/json\" id=\"%s-data\" data-rows=\"%u\">", table->id, table->rows);
    wssc_html_raw(html, table->data->str);
    wssc_html_raw(html, "]</script></section>\n");
    g_string_free(table->data, TRUE);
}
