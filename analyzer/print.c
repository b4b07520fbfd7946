/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print.h"

#include <errno.h>
#include <stdio.h>

#include "report/flatten.h"

void wssc_print_text(const GString *text)
{
    fwrite(text->str, 1, text->len, stdout);
}

static void print_lines(JsonNode *array)
{
    JsonArray *items = json_node_get_array(array);
    g_autoptr(GString) line = g_string_new(NULL);
    for (guint i = 0; i < json_array_get_length(items); i++) {
        g_string_truncate(line, 0);
        wssc_flatten_line(json_array_get_element(items, i), line);
        wssc_print_text(line);
    }
}

void wssc_print_rows(const WsscOptions *options, JsonNode *array, const char *const *members)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (options->format == WSSC_FORMAT_JSON)
        wssc_flatten_json(array, out);
    else if (options->format == WSSC_FORMAT_CSV)
        wssc_flatten_csv(array, members, out);
    else
        print_lines(array);
    wssc_print_text(out);
}

int wssc_print_finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    /* A reader that had enough (head) is no failure of ours. */
    if (errno != EPIPE)
        fprintf(stderr, "wssc: standard output: %s\n", g_strerror(errno));
    return errno == EPIPE ? status : WSSC_EXIT_DAMAGED;
}
