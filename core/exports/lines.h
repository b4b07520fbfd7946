/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Messages of several lines in logs that write a prefix before each line (internal to core/exports).
 */
#ifndef WSSC_EXPORTS_LINES_H
#define WSSC_EXPORTS_LINES_H

#include "base/bytes.h"

/* What stands from open on, without what its own line has before it and the following lines begin with as well, but for
 * the numbers in it (times, threads); up to the line that completes the word last. Lines that a container engine
 * divided (its mark P), and those of HttpClient's wire log, are joined. NULL when the lines have nothing of that kind
 * in common, or one line is all and needs nothing undone. budget: octets that may be looked at, less those that were.
 * ret_end: behind the last line taken. Caller frees. */
GString *wssc_lines_join(WsscBytes text, gsize open, const char *last, gsize *budget, gsize *ret_end);
/* Whether octets of a wire log are at open: escapes of JSON they are not. */
gboolean wssc_lines_is_wire(WsscBytes text, gsize open);

#endif
