/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Memory that is freed at once: for models of many small parts that live and die together.
 */
#ifndef WSSC_BASE_POOL_H
#define WSSC_BASE_POOL_H

#include <glib.h>

#include "base/strings.h"

typedef struct WsscPool WsscPool;

WsscPool *wssc_pool_new(void);
/* One of many that are kept for long: it takes no more than it needs, and texts that others have, too, are theirs. They
 * live as long as "strings". */
WsscPool *wssc_pool_new_sharing(WsscStrings *strings);
gboolean wssc_pool_is_sharing(const WsscPool *pool);
void wssc_pool_free(WsscPool *pool);

/* Zeroed, aligned for any type. */
gpointer wssc_pool_alloc(WsscPool *pool, gsize size);
#define wssc_pool_new0(pool, type) ((type *)wssc_pool_alloc(pool, sizeof(type)))

char *wssc_pool_strndup(WsscPool *pool, const char *text, gsize len);
char *wssc_pool_strdup(WsscPool *pool, const char *text); /* NULL gives NULL */
/* A copy without leading and trailing XML white space. */
char *wssc_pool_strip(WsscPool *pool, const char *text);

/* A list in the pool. It begins as the empty one, which serves all. */
typedef struct {
    gpointer *pdata;
    guint len;
} WsscPoolList;
WsscPoolList *wssc_pool_no_items(void);
void wssc_pool_add(WsscPool *pool, WsscPoolList **list, gpointer item);

#endif
