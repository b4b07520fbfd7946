/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * An array of JSON objects in the forms that --format offers.
 */
#ifndef WSSC_REPORT_FLATTEN_H
#define WSSC_REPORT_FLATTEN_H

#include <json-glib/json-glib.h>

/* One array, indented. This and the others write UTF-8: octets that are none are replaced. */
void wssc_flatten_json(JsonNode *array, GString *out);
/* One object as one line. */
void wssc_flatten_line(JsonNode *object, GString *out);
/* RFC 4180: a header line with the members' names, then a line for each object; what is a list or an object itself
 * is written as JSON, null as nothing. members NULL: those of all objects, in the order of their appearance. */
void wssc_flatten_csv(JsonNode *array, const char *const *members, GString *out);

#endif
