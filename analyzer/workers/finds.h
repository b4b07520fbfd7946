/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dissectors find (plugin/outlet.h), as records. A binary message goes as its octets, with the strings that the
 * other process does not have yet of its direction's table: it is read there once more.
 */
#ifndef WSSC_WORKERS_FINDS_H
#define WSSC_WORKERS_FINDS_H

#include "outlet.h"
#include "workers/record.h"

/* Which strings of which table the other side has. */
typedef struct WsscStringsSent WsscStringsSent;
WsscStringsSent *wssc_strings_sent_new(void);
void wssc_strings_sent_free(WsscStringsSent *sent);

void wssc_finds_put_message(WsscRecordWriter *writer, WsscStringsSent *sent, guint64 key, const WsscUnit *unit,
                            const WsscStringsThen *strings);
void wssc_finds_put_note(WsscRecordWriter *writer, guint64 key, const WsscCarrierNote *note);

/* The tables of one worker, as they were sent: number -> WsscStringTable. */
GHashTable *wssc_strings_got_new(void);

/* Strings lie in the record; octets and xml are the caller's. FALSE when the record is bad. */
gboolean wssc_finds_get_message(WsscRecord *record, GHashTable *tables, WsscUnit *ret_unit);
gboolean wssc_finds_get_note(WsscRecord *record, WsscCarrierNote *ret_note);

#endif
