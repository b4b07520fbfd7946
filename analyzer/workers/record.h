/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records by which a worker tells what it found, through a pipe to the process that has the session. Both are the same
 * program, so numbers go as they are; all the same whoever reads trusts no length: a worker may have died in its
 * middle.
 */
#ifndef WSSC_WORKERS_RECORD_H
#define WSSC_WORKERS_RECORD_H

#include <glib.h>

#define WSSC_RECORD_HEAD 16                   /* octets */
#define WSSC_RECORD_MAX (1024u * 1024 * 1024) /* of what is behind the head; TCP's dissector gives no more at once */

typedef enum {
    WSSC_RECORD_MESSAGE = 1, /* finds.h */
    WSSC_RECORD_NOTE,
    WSSC_RECORD_STREAM, /* WsscOutlet's begin_stream: the frame */
    WSSC_RECORD_MARK,   /* all up to its turn was sent */
    WSSC_RECORD_LOST,   /* ending.h */
    WSSC_RECORD_END,    /* likewise: an end that spoke SOAP */
    WSSC_RECORD_TLS,    /* likewise */
    WSSC_RECORD_DONE,   /* likewise: nothing follows */
    WSSC_RECORD_MAX_KIND
} WsscRecordKind;

/* Where a record belongs among those of all workers: the turn of a frame, or right behind it. */
static inline guint64 wssc_record_key(guint32 turn, gboolean is_late)
{
    return (guint64)turn << 1 | (is_late ? 1 : 0);
}

/* ---- writing ------------------------------------------------------------------------------------------------------
 */

typedef struct {
    GByteArray *out;
    gsize head; /* of the record under way */
} WsscRecordWriter;

void wssc_record_begin(WsscRecordWriter *writer, WsscRecordKind kind, guint64 key);
void wssc_record_put(WsscRecordWriter *writer, guint64 number);
void wssc_record_put_text(WsscRecordWriter *writer, const char *text); /* or NULL */
void wssc_record_put_octets(WsscRecordWriter *writer, GBytes *octets); /* or NULL */
void wssc_record_end(WsscRecordWriter *writer);

/* ---- reading ------------------------------------------------------------------------------------------------------
 */

typedef struct {
    WsscRecordKind kind;
    guint64 key;
    const guint8 *data; /* behind the head */
    gsize len, at;
    gboolean is_bad; /* it ends before what was asked for */
} WsscRecord;

typedef enum { WSSC_RECORD_WHOLE, WSSC_RECORD_CUT, WSSC_RECORD_BAD } WsscRecordState;

/* What octets begin with; it lies in them. */
WsscRecordState wssc_record_read(const guint8 *octets, gsize len, WsscRecord *ret_record);
/* 0, NULL or none where the record is bad. */
guint64 wssc_record_get(WsscRecord *record);
const char *wssc_record_get_text(WsscRecord *record);
GBytes *wssc_record_get_octets(WsscRecord *record); /* the caller's; or NULL */

#endif
