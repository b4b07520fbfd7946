/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The strings that binary XML names by number.
 *
 * Even ids stand for the fixed table of [MC-NBFS] 2.2. Odd ids stand for strings that one
 * direction of one framing session sent in front of its messages ([MC-NBFSE] 2.1): 1, 3, 5, ...
 * in the order of their arrival. A WsscStringTable is such a direction's memory; it only grows,
 * so a message that was read once reads the same later.
 */
#ifndef WSSC_NBFX_DICTIONARY_H
#define WSSC_NBFX_DICTIONARY_H

#include "base/cursor.h"

/* The static string of an even id; NULL for ids the table has not. */
const char *wssc_nbfs_string(guint32 id);

typedef struct WsscStringTable WsscStringTable;

/* Octets of all strings of one table: far above .NET's own 2048, far below a burden. */

WsscStringTable *wssc_string_table_new(void);
void wssc_string_table_free(WsscStringTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscStringTable, wssc_string_table_free)

/* The start of the session was not seen, or its table was damaged: from here on no position is
 * known, so strings that come are not kept (those kept before stay). The first reason, a static
 * string, stays. */
void wssc_string_table_mark_unknown(WsscStringTable *table, const char *reason);
/* Why lookups of further ids fail, or NULL. */
const char *wssc_string_table_unknown_reason(const WsscStringTable *table);

guint wssc_string_table_count(const WsscStringTable *table);
/* The i-th string (from 0), NULL beyond the last. Borrowed. */
const char *wssc_string_table_nth(const WsscStringTable *table, guint i);
/* Adds one string, copied; what is no UTF-8 or no character of XML is replaced by U+FFFD. FALSE when the table is
 * full: then it is marked unknown, for all later positions would be wrong. */
gboolean wssc_string_table_add(WsscStringTable *table, WsscBytes string);
/* Forgets all strings from the count-th on: undoes a trial. */
void wssc_string_table_truncate(WsscStringTable *table, guint count);

/* Reads a message's table (MultiByteInt31 size, then strings that fill it) at the cursor and steps
 * past it. The strings go to table; with NULL they are only checked. FALSE with reason (static) when
 * malformed; table and cursor are then as before. */
gboolean wssc_string_table_read(WsscStringTable *table, WsscCursor *cursor, const char **ret_reason);

#endif
