/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

static GBytes *from_hex(const char *text)
{
    gsize len = strlen(text) / 2;
    guint8 *octets = g_malloc(len);
    for (gsize i = 0; i < len; i++)
        octets[i] = (guint8)(g_ascii_xdigit_value(text[2 * i]) * 16 + g_ascii_xdigit_value(text[2 * i + 1]));
    return g_bytes_new_take(octets, len);
}

static char *read_file(const char *path, gsize *ret_len)
{
    g_autoptr(GError) error = NULL;
    char *data = NULL;
    if (!g_file_get_contents(path, &data, ret_len, &error)) {
        fprintf(stderr, "%s\n", error->message);
        exit(3);
    }
    return data;
}

GPtrArray *bench_load(const char *table)
{
    GPtrArray *messages = g_ptr_array_new();
    g_autofree char *text = read_file(table, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], "\t", -1);
        if (g_strv_length(fields) != 3)
            continue;
        BenchMessage *message = g_new0(BenchMessage, 1);
        gsize len;
        char *octets = read_file(fields[0], &len);
        message->file = g_strdup(fields[0]);
        message->octets = g_bytes_new_take(octets, len);
        message->key = from_hex(fields[1]);
        message->key_file = g_strdup(fields[2]);
        g_ptr_array_add(messages, message);
    }
    return messages;
}

int bench_serve(GPtrArray *messages, BenchVerify verify, gpointer user)
{
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        gint64 start = g_get_monotonic_time();
        gint64 end = start + (gint64)(g_ascii_strtod(line, NULL) * G_USEC_PER_SEC);
        gint64 now = start;
        guint64 count = 0;
        while (now < end) {
            for (guint i = 0; i < messages->len; i++) {
                BenchMessage *message = messages->pdata[i];
                if (!verify(message, user)) {
                    fprintf(stderr, "%s is not valid\n", message->file);
                    return 1;
                }
            }
            count += messages->len;
            now = g_get_monotonic_time();
        }
        printf("%.1f\n", (double)count * G_USEC_PER_SEC / (double)(now - start));
        fflush(stdout);
    }
    return 0;
}
