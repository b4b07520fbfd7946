/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * String tables of sessions over a connection: they grow on the first pass, and a later visit to a frame sees them as
 * they were then (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_STRING_TABLES_H
#define WSSC_PLUGIN_STRING_TABLES_H

#include "compat.h"

#include "nbfx/dictionary.h"

void wssc_string_tables_register(void);

/* An empty table that lives as long as the file. */
WsscStringTable *wssc_string_tables_new(void);
/* Its number among all of those that there ever were, from 1; 0: it is one of a frame. */
guint64 wssc_string_tables_number(const WsscStringTable *table);
/* It outlives the file, until it is dropped or, in what is a file to libwireshark, taken up. */
void wssc_string_tables_keep(WsscStringTable *table);
void wssc_string_tables_take_up(WsscStringTable *table);
void wssc_string_tables_drop(WsscStringTable *table);
/* An empty table that lives as long as the frame's dissection. */
WsscStringTable *wssc_string_tables_fresh(packet_info *pinfo);
/* The table with its first "count" strings only: itself on the first pass, when it has no more; else a copy that lives
 * as long as the frame's dissection. */
WsscStringTable *wssc_string_tables_then(packet_info *pinfo, WsscStringTable *table, guint count);

#endif
