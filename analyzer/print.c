/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print.h"

#include <errno.h>
#include <stdio.h>

static int write_error; /* errno of the first write that failed; 0: none did */

static void put(const char *octets, gsize len)
{
    if (fwrite(octets, 1, len, stdout) < len && write_error == 0)
        write_error = errno;
}

static void write_out(gpointer user G_GNUC_UNUSED, const char *octets, gsize len)
{
    put(octets, len);
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
    put(text->str, text->len);
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
    if (fflush(stdout) != 0 && write_error == 0)
        write_error = errno;
    if (write_error == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "wssc: standard output: %s: not all of the result could be written\n",
            write_error != 0 ? g_strerror(write_error) : "it failed");
    return WSSC_EXIT_DAMAGED;
}
