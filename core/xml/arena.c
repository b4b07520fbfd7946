/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "xml/arena.h"

#include <libxml/parser.h>
#include <libxml/xmlmemory.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

/* With AddressSanitizer what is not allocated in a block is closed, as it is in what malloc has. */
#if defined(__has_feature)
#define HAS_CLANG_ASAN __has_feature(address_sanitizer)
#else
#define HAS_CLANG_ASAN 0
#endif
#if defined(__SANITIZE_ADDRESS__) || HAS_CLANG_ASAN
#include <sanitizer/asan_interface.h>
#define CLOSE(at, len) ASAN_POISON_MEMORY_REGION(at, len)
#define OPEN(at, len) ASAN_UNPOISON_MEMORY_REGION(at, len)
#else
#define CLOSE(at, len) ((void)(at), (void)(len))
#define OPEN(at, len) ((void)(at), (void)(len))
#endif

#define BLOCK_OCTETS ((gsize)32 * 1024)
#define BLOCKS 8192         /* of them there are addresses for, memory only once they are used */
#define LARGEST_PIECE 8192u /* octets; what is larger is seldom, and mere text */
#define ALIGNMENT 8u        /* of what libxml2 keeps: pointers, numbers of 64 bits */

typedef struct Block {
    struct Block *next;
    guint8 octets[BLOCK_OCTETS - sizeof(struct Block *)];
} Block;
G_STATIC_ASSERT(sizeof(Block) == BLOCK_OCTETS);

/* Before each piece, for xmlRealloc. */
typedef struct {
    guint64 len;
} PieceHead;

struct WsscArena {
    Block *blocks; /* the newest first */
    gsize used;    /* octets of the newest */
    gboolean has_others;
};

static struct {
    Block *all;      /* BLOCKS of them side by side; NULL: there are no arenas */
    Block *returned; /* a list */
    guint fresh;     /* how many were ever used */
    pthread_mutex_t lock;
    xmlFreeFunc free;
    xmlMallocFunc malloc;
    xmlReallocFunc realloc;
    xmlStrdupFunc strdup;
} room = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local WsscArena *current;

gboolean wssc_arena_has(const void *at)
{
    return room.all != NULL && (guintptr)at - (guintptr)room.all < BLOCKS * BLOCK_OCTETS;
}

static Block *get_block(void)
{
    Block *block = NULL;
    pthread_mutex_lock(&room.lock);
    if (room.returned != NULL) {
        block = room.returned;
        room.returned = block->next;
    } else if (room.fresh < BLOCKS) {
        block = &room.all[room.fresh++];
    }
    pthread_mutex_unlock(&room.lock);
    if (block != NULL)
        CLOSE(block->octets, sizeof block->octets);
    return block;
}

static void *get_piece(WsscArena *arena, gsize len)
{
    gsize want = (sizeof(PieceHead) + len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (len > LARGEST_PIECE)
        return NULL;
    if (arena->blocks == NULL || want > sizeof arena->blocks->octets - arena->used) {
        Block *block = get_block();
        if (block == NULL)
            return NULL;
        block->next = arena->blocks;
        arena->blocks = block;
        arena->used = 0;
    }
    PieceHead *head = (PieceHead *)(void *)(arena->blocks->octets + arena->used);
    arena->used += want;
    OPEN(head, sizeof *head + len);
    head->len = len;
    return head + 1;
}

static void *arena_malloc(size_t len)
{
    WsscArena *arena = current;
    if (arena == NULL)
        return room.malloc(len);
    void *piece = get_piece(arena, len);
    if (piece != NULL)
        return piece;
    arena->has_others = TRUE;
    return room.malloc(len);
}

static void arena_free(void *at)
{
    if (!wssc_arena_has(at))
        room.free(at);
    else
        CLOSE(at, ((const PieceHead *)at - 1)->len);
}

static void *arena_realloc(void *at, size_t len)
{
    if (at == NULL)
        return arena_malloc(len);
    if (!wssc_arena_has(at))
        return room.realloc(at, len);
    gsize had = ((const PieceHead *)at - 1)->len;
    if (len <= had)
        return at;
    void *moved = arena_malloc(len);
    if (moved != NULL)
        memcpy(moved, at, had);
    return moved;
}

static char *arena_strdup(const char *text)
{
    gsize len = strlen(text) + 1;
    char *copy = arena_malloc(len);
    if (copy != NULL)
        memcpy(copy, text, len);
    return copy;
}

static void lock(void)
{
    pthread_mutex_lock(&room.lock);
}

static void unlock(void)
{
    pthread_mutex_unlock(&room.lock);
}

void wssc_xml_use_arenas(void)
{
    if (room.all != NULL)
        return;
    xmlInitParser(); /* what it allocates stays */
    if (xmlMemGet(&room.free, &room.malloc, &room.realloc, &room.strdup) != 0)
        return;
    void *all =
        mmap(NULL, BLOCKS * BLOCK_OCTETS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return;
    pthread_atfork(lock, unlock, unlock);
    room.all = all;
    xmlMemSetup(arena_free, arena_malloc, arena_realloc, arena_strdup);
}

WsscArena *wssc_arena_begin(void)
{
    if (room.all == NULL)
        return NULL;
    current = g_new0(WsscArena, 1);
    return current;
}

void wssc_arena_end(WsscArena *arena)
{
    if (arena == NULL)
        return;
    xmlResetLastError(); /* its text is the arena's */
    current = NULL;
}

gboolean wssc_arena_holds_all(const WsscArena *arena)
{
    return arena != NULL && !arena->has_others;
}

void wssc_arena_free(WsscArena *arena)
{
    if (arena == NULL)
        return;
    if (arena->blocks != NULL) {
        Block *last = arena->blocks;
        for (; last->next != NULL; last = last->next)
            CLOSE(last->octets, sizeof last->octets);
        CLOSE(last->octets, sizeof last->octets);
        pthread_mutex_lock(&room.lock);
        last->next = room.returned;
        room.returned = arena->blocks;
        pthread_mutex_unlock(&room.lock);
    }
    g_free(arena);
}
