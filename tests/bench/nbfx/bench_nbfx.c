/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core's decoder: bench_nbfx TABLE read|text|tree|print. The table has a document a line: its octets and the
 * strings of its session, each in hexadecimal; the strings are parted by commas. "print" writes the texts, one a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bench.h"
#include "nbfx/nbfx.h"

typedef struct {
    WsscNbfxOptions options;
    GString *text; /* used again, as Mono's reader and its buffers are */
} Bench;

static WsscStringTable *read_strings(const char *list)
{
    WsscStringTable *table = wssc_string_table_new();
    g_auto(GStrv) strings = g_strsplit(list, ",", -1);
    for (guint i = 0; strings[i] != NULL; i++) {
        g_autoptr(GBytes) string = wssc_hex_decode(strings[i], strlen(strings[i]));
        wssc_string_table_add(table, wssc_bytes_of(string));
    }
    return table;
}

static GPtrArray *load(const char *path)
{
    GPtrArray *documents = g_ptr_array_new();
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        exit(3);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; *lines[i] != '\0'; i++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], "\t", 2);
        BenchMessage *document = g_new0(BenchMessage, 1);
        document->file = g_strdup_printf("document %u", i + 1);
        document->octets = wssc_hex_decode(fields[0], strlen(fields[0]));
        document->ready = read_strings(fields[1]);
        g_ptr_array_add(documents, document);
    }
    return documents;
}

static gboolean do_read(BenchMessage *document, gpointer user)
{
    Bench *bench = user;
    bench->options.session = document->ready;
    g_autoptr(WsscNbfxReader) reader = wssc_nbfx_reader_new(wssc_bytes_of(document->octets), 0, &bench->options);
    g_autoptr(GError) error = NULL;
    WsscNbfxEvent event;
    while (wssc_nbfx_next(reader, &event, &error))
        continue;
    return error == NULL;
}

static gboolean do_text(BenchMessage *document, gpointer user)
{
    Bench *bench = user;
    bench->options.session = document->ready;
    g_string_truncate(bench->text, 0);
    return wssc_nbfx_to_text(wssc_bytes_of(document->octets), 0, &bench->options, bench->text, NULL, NULL);
}

static gboolean do_tree(BenchMessage *document, gpointer user)
{
    Bench *bench = user;
    g_autoptr(GError) error = NULL;
    bench->options.session = document->ready;
    g_autoptr(WsscXml) xml = wssc_nbfx_to_xml(document->octets, 0, &bench->options, NULL, &error);
    return error == NULL;
}

static int print_texts(const GPtrArray *documents, Bench *bench)
{
    for (guint i = 0; i < documents->len; i++) {
        if (!do_text(documents->pdata[i], bench))
            return 1;
        g_autofree char *line = wssc_base64_encode(wssc_bytes(bench->text->str, bench->text->len));
        puts(line);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        BenchVerify decode;
    } ways[] = {{"read", do_read}, {"text", do_text}, {"tree", do_tree}};
    if (argc < 3)
        return 2;
    Bench bench = {.options = {.static_dictionary = TRUE}, .text = g_string_new(NULL)};
    GPtrArray *documents = load(argv[1]);
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++)
        if (strcmp(argv[2], ways[i].name) == 0)
            return bench_serve(documents, ways[i].decode, &bench);
    return print_texts(documents, &bench);
}
