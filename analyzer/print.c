/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print.h"

#include <errno.h>
#include <stdio.h>

static void write_out(gpointer user G_GNUC_UNUSED, const char *octets, gsize len)
{
    fwrite(octets, 1, len, stdout);
}

WsscTextStyle wssc_print_style(const WsscOptions *options)
{
    static const WsscSink sink = {.write = write_out};
    return (WsscTextStyle){.color = options->color,
                           .columns = options->columns,
                           .many_files = g_strv_length(options->files) > 1,
                           .sink = &sink};
}

void wssc_print_text(const GString *text)
{
    fwrite(text->str, 1, text->len, stdout);
}

WsscWriter *wssc_print_rows(const WsscOptions *options, const char *const *columns)
{
    static const WsscWriterForm forms[] = {[WSSC_FORMAT_TABLE] = WSSC_WRITER_LINES,
                                           [WSSC_FORMAT_JSON] = WSSC_WRITER_JSON,
                                           [WSSC_FORMAT_NDJSON] = WSSC_WRITER_LINES,
                                           [WSSC_FORMAT_CSV] = WSSC_WRITER_CSV};
    const WsscSink sink = {.write = write_out};
    return wssc_writer_new(&sink, forms[options->format], columns);
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
