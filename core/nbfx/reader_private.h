/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The reader's state, shared by its two halves: reader.c knows the structure, reader_text.c the
 * values. Functions that return gboolean have set reader->error when they return FALSE.
 */
#ifndef WSSC_NBFX_READER_PRIVATE_H
#define WSSC_NBFX_READER_PRIVATE_H

#include "nbfx/reader.h"
#include "nbfx/records.h"
#include "xml/xml.h"

typedef struct {
    gboolean active;
    gsize tag_pos;  /* the element record that is repeated */
    gsize data_pos; /* next item; 0 until the array's own fields have been read */
    guint8 value_record;
    guint64 items_left;
} WsscNbfxArray;

struct WsscNbfxReader {
    WsscCursor cursor;
    WsscNbfxOptions options;
    WsscNbfxNotes notes;
    GError *error;
    GString *prefix, *name, *value;
    gsize expanded; /* octets of text handed out so far */
    gsize most;     /* ... and how many there may be */
    guint depth, elements, attributes;
    gboolean in_start_tag;
    gboolean pending_end;
    guint8 pending_record; /* the text record that implied the end */
    gboolean root_seen;
    gboolean is_short; /* it failed where the octets end */
    WsscNbfxArray array;
};

/* Sets the error, with the octet offset of the cursor. Always FALSE. */
gboolean wssc_nbfx_fail(WsscNbfxReader *reader, WsscXmlError code, const char *reason);
/* Reads a dictionary id and appends its string, or a placeholder with the scheme before it. */
gboolean wssc_nbfx_read_dictionary(WsscNbfxReader *reader, GString *out, const char *scheme, gint64 *ret_id,
                                   gboolean *ret_unknown);
/* Reads what follows a text record's first octet into reader->value; sets the event's value
 * members. Lists are read to their end. */
gboolean wssc_nbfx_read_text(WsscNbfxReader *reader, guint8 record, WsscNbfxEvent *event);

#endif
