/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/pool.h"

#include <string.h>

#include "base/text.h"

/* The first block serves most models; small enough for malloc's quick way. */
#define FIRST_BLOCK 1000
#define NEXT_BLOCK 1000
/* Of those that are kept for long; with their heads they are what malloc has. */
#define FIRST_LASTING 504
#define NEXT_LASTING 248
#define MOST_SHARED 256 /* octets of a text: what is longer is seldom said twice */
#define FIRST_ROOM 4
#define ALIGNMENT G_ALIGNOF(WsscAligned)

typedef union {
    gpointer pointer;
    gint64 integer;
    double number;
} WsscAligned;

typedef struct Block {
    struct Block *next;
    WsscAligned data[];
} Block;

struct WsscPool {
    Block *blocks;
    char *at; /* where the free part of the newest block begins */
    gsize left;
    WsscStrings *strings; /* or NULL */
};

static gpointer add_block(WsscPool *pool, gsize size)
{
    Block *block = g_malloc(sizeof *block + size);
    block->next = pool->blocks;
    pool->blocks = block;
    return block->data;
}

/* The pool itself stands behind its first block's head. */
static WsscPool *new_pool(WsscStrings *strings, gsize size)
{
    WsscPool start = {.strings = strings};
    WsscPool *pool = add_block(&start, size);
    *pool = start;
    pool->at = (char *)(pool + 1);
    pool->left = size - sizeof *pool;
    return pool;
}

WsscPool *wssc_pool_new(void)
{
    return new_pool(NULL, FIRST_BLOCK);
}

WsscPool *wssc_pool_new_sharing(WsscStrings *strings)
{
    return new_pool(strings, FIRST_LASTING);
}

gboolean wssc_pool_is_sharing(const WsscPool *pool)
{
    return pool->strings != NULL;
}

void wssc_pool_free(WsscPool *pool)
{
    if (pool == NULL)
        return;
    for (Block *block = pool->blocks, *next; block != NULL; block = next) {
        next = block->next;
        g_free(block);
    }
}

/* Where the newest block has not enough left. */
static char *take_from_new(WsscPool *pool, gsize size)
{
    gsize next = pool->strings != NULL ? NEXT_LASTING : NEXT_BLOCK;
    /* What is large gets a block of its own, and the rest of the newest one stays in use. */
    if (size > next / 4)
        return add_block(pool, size);
    char *start = add_block(pool, next);
    pool->at = start + size;
    pool->left = next - size;
    return start;
}

/* Not zeroed, not aligned. */
static char *take(WsscPool *pool, gsize size)
{
    if (size > pool->left)
        return take_from_new(pool, size);
    char *start = pool->at;
    pool->at += size;
    pool->left -= size;
    return start;
}

gpointer wssc_pool_alloc(WsscPool *pool, gsize size)
{
    gsize gap = (gsize) - (guintptr)pool->at % ALIGNMENT;
    char *start = gap + size <= pool->left ? take(pool, gap + size) + gap : take_from_new(pool, size);
    return memset(start, 0, size);
}

char *wssc_pool_strndup(WsscPool *pool, const char *text, gsize len)
{
    if (pool->strings != NULL && len <= MOST_SHARED)
        return wssc_strings_keep(pool->strings, text, len);
    char *copy = take(pool, len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *wssc_pool_strdup(WsscPool *pool, const char *text)
{
    return text != NULL ? wssc_pool_strndup(pool, text, strlen(text)) : NULL;
}

char *wssc_pool_strip(WsscPool *pool, const char *text)
{
    WsscBytes stripped = wssc_stripped(text);
    return wssc_pool_strndup(pool, (const char *)stripped.data, stripped.len);
}

WsscPoolList *wssc_pool_no_items(void)
{
    static WsscPoolList none; /* never written: the first item makes a list of its own */
    return &none;
}

/* Room is a power of two from FIRST_ROOM on, so that the length alone tells when there is no more. */
static gboolean is_full(guint len)
{
    return len % FIRST_ROOM == 0 && (len & (len - 1)) == 0;
}

void wssc_pool_add(WsscPool *pool, WsscPoolList **list, gpointer item)
{
    if (*list == wssc_pool_no_items())
        *list = wssc_pool_new0(pool, WsscPoolList);
    guint len = (*list)->len;
    if (is_full(len)) {
        gpointer *items = wssc_pool_alloc(pool, MAX(FIRST_ROOM, 2 * (gsize)len) * sizeof *items);
        if (len > 0)
            memcpy(items, (*list)->pdata, len * sizeof *items);
        (*list)->pdata = items;
    }
    (*list)->pdata[(*list)->len++] = item;
}
