/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Lexical forms that XML messages use: base64, hexadecimal, xsd:dateTime, white space.
 */
#ifndef WSSC_BASE_TEXT_H
#define WSSC_BASE_TEXT_H

#include "base/bytes.h"

#define WSSC_TIME_NONE G_MININT64

/* Decodes base64, white space ignored; NULL when a character or the padding is wrong.
 * Caller frees with g_bytes_unref. */
GBytes *wssc_base64_decode(const char *text, gsize len);
/* No line breaks. Caller frees. */
char *wssc_base64_encode(WsscBytes bytes);
/* Even number of hex digits, either case; NULL otherwise. */
GBytes *wssc_hex_decode(const char *text, gsize len);
char *wssc_hex_encode(WsscBytes bytes);

/* xsd:dateTime to microseconds since 1970-01-01T00:00:00Z. A value without zone is taken as
 * UTC. WSSC_TIME_NONE when it is no dateTime, or a day that the calendar has not. */
gint64 wssc_time_parse(const char *text);
/* A clock that may say anything, as a capture file's does, to the same: kept within the years 1 to 9999, so that times
 * can be subtracted. */
gint64 wssc_time_of_clock(gint64 seconds, gint64 microseconds);
/* ISO 8601 in UTC with six digits of fraction, "2026-11-23T09:22:50.585000Z". Caller frees;
 * NULL for WSSC_TIME_NONE. */
char *wssc_time_format(gint64 microseconds);

/* The text without leading and trailing XML white space; borrowed from it, not terminated. */
WsscBytes wssc_stripped(const char *text);
/* A copy of that. Caller frees. */
char *wssc_strip(const char *text);

#endif
