/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two ends of a connection, as a key of a hash table: the same for both directions.
 */
#ifndef WSSC_PLUGIN_ENDS_H
#define WSSC_PLUGIN_ENDS_H

#include <glib.h>

#define WSSC_MAX_ADDRESS 16 /* octets; of a longer one the rest does not count */

typedef struct {
    guint8 address[2][WSSC_MAX_ADDRESS];
    guint16 length[2], port[2];
} WsscEnds;

/* address may be NULL when length is 0. */
void wssc_ends_put(WsscEnds *ends, guint side, const void *address, gsize length, guint16 port);
/* For g_hash_table_new_full; ends begin zeroed. */
guint wssc_ends_hash(gconstpointer ends);
gboolean wssc_ends_equal(gconstpointer a, gconstpointer b);

#endif
