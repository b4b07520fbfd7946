/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Layers that a log, a trace or a web page lays around XML: one of them taken off at a time (internal to core/exports).
 */
#ifndef WSSC_EXPORTS_UNESCAPE_H
#define WSSC_EXPORTS_UNESCAPE_H

#include "base/bytes.h"

typedef enum {
    WSSC_ESCAPE_NONE,
    WSSC_ESCAPE_ENTITY,    /* &lt;  HTML and XML */
    WSSC_ESCAPE_BACKSLASH, /* \" \u003c \x22  JSON, and what logs make of strings */
    WSSC_ESCAPE_DOUBLED,   /* "" for "  CSV (RFC 4180) */
    WSSC_ESCAPE_PERCENT,   /* %3C  forms and URLs */
    WSSC_ESCAPE_MAX
} WsscEscape;

/* "JSON escapes", ...; NULL for WSSC_ESCAPE_NONE. */
const char *wssc_escape_name(WsscEscape layer);
/* The string that goes on from the beginning of text, escapes undone. ret_len is how much of the text it took. */
GBytes *wssc_escape_undo(WsscEscape layer, WsscBytes text, gsize *ret_len);

#endif
