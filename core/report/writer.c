/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/writer.h"

#include <string.h>

#include "base/text.h"
#include "report/visible.h"

#define MAX_DEPTH 12 /* objects and arrays in each other: the schema's, not a capture's */

struct WsscWriter {
    WsscSink sink;
    WsscWriterForm form;
    const char *const *columns;
    guint columns_len;
    GString *text;    /* the row so far; of CSV the value so far */
    GPtrArray *cells; /* of CSV: GString of each column */
    guint column;     /* of the member being written; columns_len: of none */
    gboolean has_rows;
    guint depth;
    struct {
        char end;
        gboolean has_items;
    } open[MAX_DEPTH];
};

static void flush(WsscWriter *writer)
{
    writer->sink.write(writer->sink.user, writer->text->str, writer->text->len);
    g_string_truncate(writer->text, 0);
}

/* ---- forms -------------------------------------------------------------------------------------------------- */

static void free_cell(gpointer cell)
{
    g_string_free(cell, TRUE);
}

static void put_cell(GString *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

static void put_header(WsscWriter *writer)
{
    for (guint i = 0; i < writer->columns_len; i++) {
        if (i > 0)
            g_string_append_c(writer->text, ',');
        put_cell(writer->text, writer->columns[i]);
        g_ptr_array_add(writer->cells, g_string_new(NULL));
    }
    g_string_append(writer->text, "\r\n");
    flush(writer);
}

WsscWriter *wssc_writer_new(const WsscSink *sink, WsscWriterForm form, const char *const *columns)
{
    WsscWriter *writer = g_new0(WsscWriter, 1);
    writer->sink = *sink;
    writer->form = form;
    writer->columns = columns;
    while (columns != NULL && columns[writer->columns_len] != NULL)
        writer->columns_len++;
    writer->text = g_string_new(NULL);
    writer->cells = g_ptr_array_new_with_free_func(free_cell);
    writer->column = writer->columns_len;
    if (form == WSSC_WRITER_CSV && writer->columns_len > 0)
        put_header(writer);
    return writer;
}

void wssc_writer_free(WsscWriter *writer)
{
    if (writer == NULL)
        return;
    g_assert(writer->depth == 0);
    if (writer->form == WSSC_WRITER_JSON) {
        g_string_append(writer->text, writer->has_rows ? "\n]\n" : "[]\n");
        flush(writer);
    }
    g_string_free(writer->text, TRUE);
    g_ptr_array_unref(writer->cells);
    g_free(writer);
}

/* ---- rows --------------------------------------------------------------------------------------------------- */

static void begin_row(WsscWriter *writer)
{
    if (writer->form == WSSC_WRITER_JSON)
        g_string_append(writer->text, writer->has_rows ? ",\n  " : "[\n  ");
    writer->has_rows = TRUE;
}

static void end_row(WsscWriter *writer)
{
    if (writer->form == WSSC_WRITER_LINES)
        g_string_append_c(writer->text, '\n');
    for (guint i = 0; writer->form == WSSC_WRITER_CSV && i < writer->columns_len; i++) {
        GString *cell = writer->cells->pdata[i];
        if (i > 0)
            g_string_append_c(writer->text, ',');
        put_cell(writer->text, cell->str);
        g_string_truncate(cell, 0);
    }
    if (writer->form == WSSC_WRITER_CSV)
        g_string_append(writer->text, "\r\n");
    flush(writer);
}

/* Members mostly come in the order of the columns. */
static guint find_column(const WsscWriter *writer, const char *name)
{
    for (guint i = 1; i <= writer->columns_len; i++) {
        guint column = (writer->column + i) % writer->columns_len;
        if (strcmp(writer->columns[column], name) == 0)
            return column;
    }
    return writer->columns_len;
}

static gboolean is_cell(const WsscWriter *writer)
{
    return writer->form == WSSC_WRITER_CSV && writer->depth == 1;
}

/* What stands before a value: the comma behind the one before, the line's beginning, its name. */
static void begin_value(WsscWriter *writer, const char *name)
{
    g_assert(writer->depth < MAX_DEPTH);
    if (writer->depth == 0) {
        begin_row(writer);
        return;
    }
    if (is_cell(writer)) {
        writer->column = find_column(writer, name);
        return;
    }
    gboolean *has_items = &writer->open[writer->depth - 1].has_items;
    if (*has_items)
        g_string_append_c(writer->text, ',');
    *has_items = TRUE;
    if (writer->form == WSSC_WRITER_JSON)
        g_string_append_printf(writer->text, "\n%*s", (int)(2 * writer->depth + 2), "");
    if (name != NULL)
        g_string_append_printf(writer->text, writer->form == WSSC_WRITER_JSON ? "\"%s\" : " : "\"%s\":", name);
}

/* A member of a row of CSV is whole: its text becomes its cell. */
static void end_value(WsscWriter *writer)
{
    if (!is_cell(writer))
        return;
    if (writer->column < writer->columns_len)
        g_string_append_len(writer->cells->pdata[writer->column], writer->text->str, (gssize)writer->text->len);
    g_string_truncate(writer->text, 0);
}

static void open_level(WsscWriter *writer, const char *name, char begin, char end)
{
    begin_value(writer, name);
    if (writer->form != WSSC_WRITER_CSV || writer->depth > 0)
        g_string_append_c(writer->text, begin);
    writer->open[writer->depth].end = end;
    writer->open[writer->depth].has_items = FALSE;
    writer->depth++;
}

void wssc_writer_object(WsscWriter *writer, const char *name)
{
    open_level(writer, name, '{', '}');
}

void wssc_writer_array(WsscWriter *writer, const char *name)
{
    open_level(writer, name, '[', ']');
}

void wssc_writer_end(WsscWriter *writer)
{
    g_assert(writer->depth > 0);
    writer->depth--;
    if (writer->form == WSSC_WRITER_JSON && writer->open[writer->depth].has_items)
        g_string_append_printf(writer->text, "\n%*s", (int)(2 * writer->depth + 2), "");
    if (writer->form != WSSC_WRITER_CSV || writer->depth > 0)
        g_string_append_c(writer->text, writer->open[writer->depth].end);
    if (writer->depth == 0)
        end_row(writer);
    else
        end_value(writer);
}

/* ---- values ------------------------------------------------------------------------------------------------- */

void wssc_writer_string(WsscWriter *writer, const char *name, const char *value)
{
    if (value == NULL) {
        wssc_writer_null(writer, name);
        return;
    }
    begin_value(writer, name);
    if (is_cell(writer))
        wssc_visible_append(writer->text, value, FALSE);
    else {
        g_string_append_c(writer->text, '"');
        wssc_visible_append(writer->text, value, TRUE);
        g_string_append_c(writer->text, '"');
    }
    end_value(writer);
}

void wssc_writer_int(WsscWriter *writer, const char *name, gint64 value)
{
    begin_value(writer, name);
    g_string_append_printf(writer->text, "%" G_GINT64_FORMAT, value);
    end_value(writer);
}

void wssc_writer_seconds(WsscWriter *writer, const char *name, gint64 microseconds)
{
    guint64 size = microseconds < 0 ? -(guint64)microseconds : (guint64)microseconds;
    begin_value(writer, name);
    g_string_append_printf(writer->text, "%s%" G_GUINT64_FORMAT, microseconds < 0 ? "-" : "", size / G_USEC_PER_SEC);
    if (size % G_USEC_PER_SEC != 0) {
        g_string_append_printf(writer->text, ".%06" G_GUINT64_FORMAT, size % G_USEC_PER_SEC);
        while (writer->text->str[writer->text->len - 1] == '0')
            g_string_truncate(writer->text, writer->text->len - 1);
    }
    end_value(writer);
}

void wssc_writer_int_or_null(WsscWriter *writer, const char *name, gint64 value, gboolean is_known)
{
    if (is_known)
        wssc_writer_int(writer, name, value);
    else
        wssc_writer_null(writer, name);
}

void wssc_writer_bool(WsscWriter *writer, const char *name, gboolean value)
{
    begin_value(writer, name);
    g_string_append(writer->text, value ? "true" : "false");
    end_value(writer);
}

void wssc_writer_null(WsscWriter *writer, const char *name)
{
    begin_value(writer, name);
    if (!is_cell(writer))
        g_string_append(writer->text, "null");
    end_value(writer);
}

void wssc_writer_time(WsscWriter *writer, const char *name, gint64 time)
{
    g_autofree char *text = wssc_time_format(time);
    wssc_writer_string(writer, name, text);
}
