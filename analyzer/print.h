/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results on standard output.
 */
#ifndef WSSC_ANALYZER_PRINT_H
#define WSSC_ANALYZER_PRINT_H

#include <json-glib/json-glib.h>

#include "options.h"

void wssc_print_text(const GString *text);
/* An array of objects in the form that --format names (a table is not among them: NDJSON). members: for the
 * header of CSV, NULL-terminated; NULL: those of all objects. */
void wssc_print_rows(const WsscOptions *options, JsonNode *array, const char *const *members);
/* Flushes. The status, or WSSC_EXIT_DAMAGED with a message when something could not be written. */
int wssc_print_finish(int status);

#endif
