/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows as JSON, NDJSON and CSV: read back by json-glib, and laid out as it does.
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "report/writer.h"

static const char *const columns[] = {"b", "a", "list", "object", "none", "yes", "time", NULL};
static const char *const texts[] = {"plain",
                                    "",
                                    "\"quoted\", \\ and / \b\f\n\r\t",
                                    "\x01\x1f\x7f",
                                    "gr\xc3\xbc\xc3\x9f",
                                    "\xe2\x82\xac \xf0\x9f\x98\x80"};

static void put_row(WsscWriter *w, const char *text)
{
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "a", text);
    wssc_writer_int(w, "b", G_MININT64);
    wssc_writer_array(w, "list");
    wssc_writer_string(w, NULL, text);
    wssc_writer_object(w, NULL);
    wssc_writer_int(w, "x", 1);
    wssc_writer_end(w);
    wssc_writer_array(w, NULL);
    wssc_writer_int(w, NULL, 1);
    wssc_writer_null(w, NULL);
    wssc_writer_end(w);
    wssc_writer_end(w);
    wssc_writer_object(w, "object");
    wssc_writer_bool(w, "no", FALSE);
    wssc_writer_int_or_null(w, "unknown", 5, FALSE);
    wssc_writer_end(w);
    wssc_writer_string(w, "none", NULL);
    wssc_writer_bool(w, "yes", TRUE);
    wssc_writer_time(w, "time", 0);
    wssc_writer_end(w);
}

static GString *write_rows(WsscWriterForm form, guint count)
{
    GString *out = g_string_new(NULL);
    const WsscSink sink = wssc_sink_to_string(out);
    WsscWriter *writer = wssc_writer_new(&sink, form, columns);
    for (guint i = 0; i < count; i++)
        put_row(writer, texts[i]);
    wssc_writer_free(writer);
    return out;
}

static void check_row(JsonObject *row, const char *text)
{
    JsonArray *list = json_object_get_array_member(row, "list");
    JsonObject *object = json_object_get_object_member(row, "object");
    g_assert_cmpuint(json_object_get_size(row), ==, 7);
    g_assert_cmpstr(json_object_get_string_member(row, "a"), ==, text);
    g_assert_cmpint(json_object_get_int_member(row, "b"), ==, G_MININT64);
    g_assert_cmpuint(json_array_get_length(list), ==, 3);
    g_assert_cmpstr(json_array_get_string_element(list, 0), ==, text);
    g_assert_cmpuint(json_object_get_size(json_array_get_object_element(list, 1)), ==, 1);
    g_assert_true(json_array_get_null_element(json_array_get_array_element(list, 2), 1));
    g_assert_false(json_object_get_boolean_member(object, "no"));
    g_assert_true(json_object_get_null_member(object, "unknown"));
    g_assert_true(json_object_get_null_member(row, "none"));
    g_assert_cmpstr(json_object_get_string_member(row, "time"), ==, "1970-01-01T00:00:00.000000Z");
}

static void test_json(void)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    GString *out = write_rows(WSSC_WRITER_JSON, G_N_ELEMENTS(texts));
    g_assert_true(json_parser_load_from_data(parser, out->str, (gssize)out->len, NULL));
    JsonArray *rows = json_node_get_array(json_parser_get_root(parser));
    g_assert_cmpuint(json_array_get_length(rows), ==, G_N_ELEMENTS(texts));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        check_row(json_array_get_object_element(rows, i), texts[i]);
    g_string_free(out, TRUE);
    /* The layout, of a row that both escape alike. */
    out = write_rows(WSSC_WRITER_JSON, 1);
    g_assert_true(json_parser_load_from_data(parser, out->str, (gssize)out->len, NULL));
    g_autofree char *theirs = json_to_string(json_parser_get_root(parser), TRUE);
    g_string_truncate(out, out->len - 1); /* the line's end */
    g_assert_cmpstr(out->str, ==, theirs);
    g_string_free(out, TRUE);
}

static void test_lines(void)
{
    GString *out = write_rows(WSSC_WRITER_LINES, G_N_ELEMENTS(texts));
    g_auto(GStrv) lines = g_strsplit(out->str, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, G_N_ELEMENTS(texts) + 1);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(JsonParser) parser = json_parser_new();
        g_assert_true(json_parser_load_from_data(parser, lines[i], -1, NULL));
        check_row(json_node_get_object(json_parser_get_root(parser)), texts[i]);
    }
    g_string_free(out, TRUE);
}

static void test_no_rows(void)
{
    static const char *const want[] = {"[]\n", "", "b,a,list,object,none,yes,time\r\n"};
    for (int form = WSSC_WRITER_JSON; form <= WSSC_WRITER_CSV; form++) {
        GString *out = write_rows((WsscWriterForm)form, 0);
        g_assert_cmpstr(out->str, ==, want[form]);
        g_string_free(out, TRUE);
    }
}

static void test_csv(void)
{
    GString *out = g_string_new(NULL);
    const WsscSink sink = wssc_sink_to_string(out);
    WsscWriter *writer = wssc_writer_new(&sink, WSSC_WRITER_CSV, columns);
    wssc_writer_object(writer, NULL);
    wssc_writer_string(writer, "yes", "two\nlines");
    wssc_writer_string(writer, "no column", "x");
    wssc_writer_array(writer, "list");
    wssc_writer_string(writer, NULL, "a\"b");
    wssc_writer_end(writer);
    wssc_writer_end(writer);
    put_row(writer, "plain");
    wssc_writer_free(writer);
    g_assert_cmpstr(out->str, ==,
                    "b,a,list,object,none,yes,time\r\n"
                    ",,\"[\"\"a\\\"\"b\"\"]\",,,\"two\nlines\",\r\n"
                    "-9223372036854775808,plain,\"[\"\"plain\"\",{\"\"x\"\":1},[1,null]]\",\"{\"\"no\"\":false,"
                    "\"\"unknown\"\":null}\",,true,"
                    "1970-01-01T00:00:00.000000Z\r\n");
    g_string_free(out, TRUE);
}

/* Whatever octets come, JSON is UTF-8 and nothing in it moves a cursor or hides. */
static void test_hidden(void)
{
    static const struct {
        const char *text, *json, *cell;
    } cases[] = {
        {"a\xff"
         "b",
         "a\xef\xbf\xbd"
         "b",
         "a\xef\xbf\xbd"
         "b"},
        {"\x1b[31m", "\\u001b[31m", "\\u001b[31m"},
        {"\xc2\x9b", "\\u009b", "\\u009b"},                       /* CSI among the C1 controls */
        {"\xe2\x80\xae", "\\u202e", "\\u202e"},                   /* right to left from here on */
        {"x\xe2\x80\x8by", "x\\u200by", "x\\u200by"},             /* a blank without width */
        {"\xef\xbb\xbf", "\\ufeff", "\\ufeff"},                   /* byte order mark */
        {"\xe2\x80\xa8", "\\u2028", "\\u2028"},                   /* line separator */
        {"\xf3\xa0\x81\x81", "\\udb40\\udc41", "\\udb40\\udc41"}, /* a tag character */
        {"\xe3\x85\xa4", "\\u3164", "\\u3164"},                   /* a filler */
        {"e\xcc\x81 \xd7\xa9", "e\xcc\x81 \xd7\xa9",
         "e\xcc\x81 \xd7\xa9"}, /* an accent, a Hebrew letter: as they are */
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (int form = WSSC_WRITER_LINES; form <= WSSC_WRITER_CSV; form++) {
            g_autofree char *want = form == WSSC_WRITER_LINES ? g_strdup_printf("{\"a\":\"%s\"}\n", cases[i].json)
                                                              : g_strdup_printf("a\r\n%s\r\n", cases[i].cell);
            static const char *const one[] = {"a", NULL};
            GString *out = g_string_new(NULL);
            const WsscSink sink = wssc_sink_to_string(out);
            WsscWriter *writer = wssc_writer_new(&sink, (WsscWriterForm)form, one);
            wssc_writer_object(writer, NULL);
            wssc_writer_string(writer, "a", cases[i].text);
            wssc_writer_end(writer);
            wssc_writer_free(writer);
            g_assert_cmpstr(out->str, ==, want);
            g_string_free(out, TRUE);
        }
    }
}

/* A sink gets each row when it is whole. */
static void count_call(gpointer user, const char *octets G_GNUC_UNUSED, gsize len G_GNUC_UNUSED)
{
    ++*(guint *)user;
}

static void test_row_by_row(void)
{
    guint calls = 0;
    const WsscSink sink = {.write = count_call, .user = &calls};
    WsscWriter *writer = wssc_writer_new(&sink, WSSC_WRITER_LINES, columns);
    put_row(writer, "plain");
    g_assert_cmpuint(calls, ==, 1);
    put_row(writer, "plain");
    g_assert_cmpuint(calls, ==, 2);
    wssc_writer_free(writer);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/writer/json", test_json);
    g_test_add_func("/writer/lines", test_lines);
    g_test_add_func("/writer/no-rows", test_no_rows);
    g_test_add_func("/writer/csv", test_csv);
    g_test_add_func("/writer/hidden", test_hidden);
    g_test_add_func("/writer/row-by-row", test_row_by_row);
    return g_test_run();
}
