/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results on standard output.
 */
#ifndef WSSC_ANALYZER_PRINT_H
#define WSSC_ANALYZER_PRINT_H

#include "options.h"
#include "report/text.h"
#include "report/writer.h"

/* How texts look on this terminal. */
WsscTextStyle wssc_print_style(const WsscOptions *options);
void wssc_print_text(const GString *text);
/* Rows in the form that --format names (a table is not among them: NDJSON). columns: see wssc_writer_new. The document
 * ends with wssc_writer_free. */
WsscWriter *wssc_print_rows(const WsscOptions *options, const char *const *columns);
/* Flushes. The status, or WSSC_EXIT_DAMAGED with a message when something could not be written: a full disk, a reader
 * that had enough. */
int wssc_print_finish(int status);

#endif
