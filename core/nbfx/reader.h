/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Reads .NET binary XML ([MC-NBFX]) one event at a time.
 *
 *     g_autoptr(WsscNbfxReader) reader = wssc_nbfx_reader_new(octets, from, &options);
 *     WsscNbfxEvent event;
 *     while (wssc_nbfx_next(reader, &event, &error)) ...
 *
 * The reader knows records, not namespaces: nbfx/scope.h checks those. Arrays come out expanded,
 * lists as one text, implied end records as events of their own. Work is linear in the octets and
 * the expanded text, both bounded (base/limits.h).
 */
#ifndef WSSC_NBFX_READER_H
#define WSSC_NBFX_READER_H

#include "nbfx/dictionary.h"
#include "nbfx/value.h"

typedef struct {
    gboolean static_dictionary;          /* even ids are those of [MC-NBFS] */
    const WsscStringTable *even_strings; /* i-th string for id 2i, goes before the static ones; NULL */
    const WsscStringTable *session;      /* i-th string for id 2i+1; NULL when there is no session */
    WsscFloats floats;                   /* default: .NET Framework's */
    gint zone_minutes;                   /* where a DateTime of kind local is rendered; default UTC */
} WsscNbfxOptions;

typedef enum {
    WSSC_NBFX_START,     /* element; its attributes and declarations follow */
    WSSC_NBFX_ATTRIBUTE, /* prefix, name, value */
    WSSC_NBFX_XMLNS,     /* prefix ("" for the default namespace), value */
    WSSC_NBFX_TEXT,      /* value */
    WSSC_NBFX_COMMENT,   /* value */
    WSSC_NBFX_END,
} WsscNbfxEventType;

/* Strings are terminated, never NULL, and good until the next call. Offsets count from the start
 * of the octets. */
typedef struct {
    WsscNbfxEventType type;
    guint8 record;       /* first octet of the record; for an implied end, that of the text */
    guint8 value_record; /* of the text record in an attribute, text or array item; else 0 */
    guint depth;         /* open elements around the event's node; 0 for the root */
    gsize start, end;    /* the record with its value; an implied end and an array item's end are empty */
    gsize value_start;   /* where the value's record or string begins */
    const char *prefix, *name, *value;
    gsize value_len;
    gint64 name_id, value_id;             /* dictionary ids behind name and value, -1 when they stand inline */
    gboolean name_unknown, value_unknown; /* the id has no string: a placeholder stands for it */
    guint32 flags;                        /* WSSC_SPAN_FLOAT, WSSC_SPAN_LOCAL_TIME */
    gboolean in_array;
} WsscNbfxEvent;

/* What was read but not as one would wish. */
typedef struct {
    GArray *unknown_ids;  /* guint32, each once, in the order of appearance; bounded */
    guint unknown_uses;   /* how often one was used */
    guint replaced_chars; /* characters that XML has not, or broken encoding: U+FFFD stands there */
} WsscNbfxNotes;

#define WSSC_NBFX_MAX_UNKNOWN_IDS 256 /* listed in the notes */

typedef struct WsscNbfxReader WsscNbfxReader;

/* octets must outlive the reader; reading begins at "from". options are copied, what they point to
 * is borrowed. */
WsscNbfxReader *wssc_nbfx_reader_new(WsscBytes octets, gsize from, const WsscNbfxOptions *options);
void wssc_nbfx_reader_free(WsscNbfxReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscNbfxReader, wssc_nbfx_reader_free)

/* FALSE at the end of a complete document (no error), or with error (WSSC_XML_ERROR, the message
 * names reason and octet offset). After an error every call fails the same way. */
gboolean wssc_nbfx_next(WsscNbfxReader *reader, WsscNbfxEvent *ret_event, GError **error);
/* Where the next record would be read: after a failure, where it happened. */
gsize wssc_nbfx_reader_pos(const WsscNbfxReader *reader);
/* Whether it failed because the octets end too early; more of them might do. */
gboolean wssc_nbfx_reader_is_short(const WsscNbfxReader *reader);
const WsscNbfxNotes *wssc_nbfx_reader_notes(const WsscNbfxReader *reader);

/* "PrefixDictionaryElement", "Chars8TextWithEndElement", ... ; NULL for a reserved octet. */
const char *wssc_nbfx_record_name(guint8 record);

#endif
