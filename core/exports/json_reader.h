/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * JSON (RFC 8259), one value after the other and without a tree: archives are large, are cut, and hold little that is
 * of interest (internal to core/exports).
 *
 *     WsscJson json = {.text = bytes};
 *     if (wssc_json_enter(&json, '{'))
 *         while ((name = wssc_json_next_member(&json)) != NULL) ... one of: a value's call, wssc_json_skip
 */
#ifndef WSSC_EXPORTS_JSON_READER_H
#define WSSC_EXPORTS_JSON_READER_H

#include "base/bytes.h"

typedef struct {
    WsscBytes text;
    gsize at;
    gboolean is_bad; /* no JSON from at on, cut, or nested too deep: every call fails from here */
} WsscJson;

/* Steps into an object ('{') or array ('['). FALSE for any other value, which is skipped. */
gboolean wssc_json_enter(WsscJson *json, char open);
/* The name of the next member; its value is next. NULL at the end of the object, which is stepped out of. Caller frees.
 */
char *wssc_json_next_member(WsscJson *json);
/* Whether an item is next; FALSE at the end of the array, which is stepped out of. */
gboolean wssc_json_next_item(WsscJson *json);
/* The next value where it is a string, escapes undone (it may hold NUL); another value is skipped and gives NULL. */
GBytes *wssc_json_string(WsscJson *json);
/* As text; up to a NUL. Caller frees. */
char *wssc_json_text(WsscJson *json);
/* A number, or one in a string; 0 for anything else. */
double wssc_json_number(WsscJson *json);
void wssc_json_skip(WsscJson *json);

#endif
