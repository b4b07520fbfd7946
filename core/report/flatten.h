/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * An array of JSON objects in the forms that --format offers.
 */
#ifndef WSSC_REPORT_FLATTEN_H
#define WSSC_REPORT_FLATTEN_H

#include <json-glib/json-glib.h>

/* One array, indented. */
void wssc_flatten_json(JsonNode *array, GString *out);
/* One object a line. */
void wssc_flatten_ndjson(JsonNode *array, GString *out);
/* RFC 4180: a header line with the members of the first object; what is a list or an object itself is
 * written as JSON. Empty for an empty array. */
void wssc_flatten_csv(JsonNode *array, GString *out);

#endif
