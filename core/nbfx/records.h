/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The record table of [MC-NBFX] 2.2 (internal to core/nbfx).
 */
#ifndef WSSC_NBFX_RECORDS_H
#define WSSC_NBFX_RECORDS_H

#include <glib.h>

enum {
    WSSC_NBFX_END_ELEMENT = 0x01,
    WSSC_NBFX_COMMENT_RECORD = 0x02,
    WSSC_NBFX_ARRAY = 0x03,
    WSSC_NBFX_FIRST_ATTRIBUTE = 0x04,
    WSSC_NBFX_LAST_ATTRIBUTE = 0x3F,
    WSSC_NBFX_FIRST_ELEMENT = 0x40,
    WSSC_NBFX_LAST_ELEMENT = 0x77,
    WSSC_NBFX_FIRST_TEXT = 0x80,
    WSSC_NBFX_LAST_TEXT = 0xBD,
};

/* Where the prefix of an element, attribute or declaration comes from. */
typedef enum {
    WSSC_NBFX_PREFIX_NONE,
    WSSC_NBFX_PREFIX_STRING,
    WSSC_NBFX_PREFIX_LETTER,
} WsscNbfxPrefixForm;

/* One row a run of records with the same layout; within a run the prefix letter goes up from a. */
typedef struct {
    guint8 first, last;
    const char *name;
    WsscNbfxPrefixForm prefix;
    gboolean dictionary; /* the name (or namespace) is a dictionary id */
    gboolean xmlns;
} WsscNbfxNamed;

/* The row of an attribute or element record; NULL for other octets. */
const WsscNbfxNamed *wssc_nbfx_named(guint8 record);

typedef enum {
/* clang-format off */
#define WSSC_NBFX_TEXT_KINDS(X)                                                                                        \
    X(ZERO)                                                                                                            \
    X(ONE)                                                                                                             \
    X(FALSE)                                                                                                           \
    X(TRUE)                                                                                                            \
    X(INT) X(UINT) X(FLOAT) X(DOUBLE) X(DECIMAL) X(DATETIME) X(CHARS) X(BYTES) X(START_LIST) X(END_LIST) X(EMPTY)      \
        X(DICTIONARY) X(UNIQUE_ID) X(TIMESPAN) X(UUID) X(BOOL) X(UNICODE) X(QNAME)
/* clang-format on */
#define X(kind) WSSC_NBFX_KIND_##kind,
    WSSC_NBFX_TEXT_KINDS(X)
#undef X
} WsscNbfxTextKind;

typedef struct {
    const char *name;
    WsscNbfxTextKind kind;
    guint8 width;
    gboolean in_array;
} WsscNbfxText;

/* The row of a text record, even or odd; NULL for other octets and for A5 and A7, which no writer
 * may use. */
const WsscNbfxText *wssc_nbfx_text(guint8 record);

#endif
