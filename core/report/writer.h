/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Rows as JSON, NDJSON or CSV, written to a sink as they come: no more than one row is held.
 *
 *     WsscWriter *writer = wssc_writer_new(&sink, WSSC_WRITER_JSON, columns);
 *     wssc_writer_object(writer, NULL);                                    (a row)
 *     wssc_writer_string(writer, "id", finding_id);
 *     wssc_writer_array(writer, "evidence");
 *     ...
 *     wssc_writer_end(writer);
 *     wssc_writer_end(writer);
 *     wssc_writer_free(writer);                                            (the end of the document)
 *
 * Output is UTF-8 (RFC 8259 section 8.1), whatever octets a string has: those that are none are replaced by U+FFFD.
 * What moves a cursor or turns text round (C0, C1, bidirectional controls, characters without width) is escaped, so
 * that a row looks as it reads.
 */
#ifndef WSSC_REPORT_WRITER_H
#define WSSC_REPORT_WRITER_H

#include "report/sink.h"

typedef enum {
    WSSC_WRITER_JSON,  /* one array, indented */
    WSSC_WRITER_LINES, /* one object a line */
    WSSC_WRITER_CSV,   /* RFC 4180: a header, a line for each row; a list or an object is a cell of JSON, null an empty
                          one */
} WsscWriterForm;

typedef struct WsscWriter WsscWriter;

/* columns: names of the members of rows, NULL-terminated, in the order of CSV's header; a member that is not among them
 * has no cell. They and the sink's user are borrowed until the end. */
WsscWriter *wssc_writer_new(const WsscSink *sink, WsscWriterForm form, const char *const *columns);
/* Ends the document; every object and array must be ended. */
void wssc_writer_free(WsscWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscWriter, wssc_writer_free)

/* name: of a member; NULL for what stands in an array, and for a row. */
void wssc_writer_object(WsscWriter *writer, const char *name);
void wssc_writer_array(WsscWriter *writer, const char *name);
/* Ends the innermost object or array. */
void wssc_writer_end(WsscWriter *writer);
/* NULL value: null. */
void wssc_writer_string(WsscWriter *writer, const char *name, const char *value);
void wssc_writer_int(WsscWriter *writer, const char *name, gint64 value);
/* A span of time as a number of seconds, whole where it is. */
void wssc_writer_seconds(WsscWriter *writer, const char *name, gint64 microseconds);
/* null unless is_known. */
void wssc_writer_int_or_null(WsscWriter *writer, const char *name, gint64 value, gboolean is_known);
void wssc_writer_bool(WsscWriter *writer, const char *name, gboolean value);
void wssc_writer_null(WsscWriter *writer, const char *name);
/* Microseconds since 1970 as ISO 8601; null for WSSC_TIME_NONE. */
void wssc_writer_time(WsscWriter *writer, const char *name, gint64 time);

#endif
