/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A table of the page: its first rows stand in it as HTML, all of them up to a bound as data for sorting, filtering and
 * further pages.
 *
 *     WsscHtmlTable table;
 *     wssc_html_table_begin(&table, html, "contexts", "Contexts", columns, G_N_ELEMENTS(columns));
 *     wssc_html_table_row(&table, "context-1");  one call for each column after it:
 *     wssc_html_table_number(&table, 1); wssc_html_table_text(&table, identifier, NULL, NULL); ...
 *     wssc_html_table_end(&table);
 */
#ifndef WSSC_REPORT_HTML_TABLE_H
#define WSSC_REPORT_HTML_TABLE_H

#include "report/html/write.h"

#define WSSC_HTML_STATIC_ROWS 200 /* as in script.js */
#define WSSC_HTML_DATA_ROWS 20000

typedef struct {
    const char *title;
    const char *cell; /* class of its cells; NULL: none */
} WsscHtmlColumn;

typedef struct {
    WsscHtml *html;
    const char *id;
    const WsscHtmlColumn *columns;
    guint column_count;
    GString *data;
    guint rows, column;
    guint64 left_out; /* rows that were too many */
} WsscHtmlTable;

void wssc_html_table_begin(WsscHtmlTable *table, WsscHtml *html, const char *id, const char *title,
                           const WsscHtmlColumn *columns, guint column_count);
/* FALSE: the table is full; the row is counted and has no cells. id: of the row, for links; or NULL. */
gboolean wssc_html_table_row(WsscHtmlTable *table, const char *id);
/* style: classes of the words in the cell, constant; link: id of an element of the page; both may be NULL. */
void wssc_html_table_text(WsscHtmlTable *table, const char *text, const char *style, const char *link);
/* Shown as text, sorted as a number. */
void wssc_html_table_measure(WsscHtmlTable *table, const char *text, double key);
void wssc_html_table_number(WsscHtmlTable *table, gint64 number);
void wssc_html_table_end(WsscHtmlTable *table);

#endif
