/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/strings.h"

#include <string.h>

#define FIRST_ROOM 64
#define BLOCK 4096

struct WsscStrings {
    GStringChunk *chunk;
    char **texts;    /* by hash, one behind the other; NULL: free */
    guint32 *hashes; /* of those */
    gsize room;      /* a power of two */
    gsize count;
    guint64 seed;
};

WsscStrings *wssc_strings_new(void)
{
    WsscStrings *strings = g_new0(WsscStrings, 1);
    strings->chunk = g_string_chunk_new(BLOCK);
    strings->seed = (guint64)g_random_int() << 32 | g_random_int();
    strings->room = FIRST_ROOM;
    strings->texts = g_new0(char *, strings->room);
    strings->hashes = g_new0(guint32, strings->room);
    return strings;
}

void wssc_strings_free(WsscStrings *strings)
{
    if (strings == NULL)
        return;
    g_string_chunk_free(strings->chunk);
    g_free(strings->texts);
    g_free(strings->hashes);
    g_free(strings);
}

static guint32 hash_of(const WsscStrings *strings, const char *text, gsize len)
{
    guint64 hash = strings->seed + len;
    for (gsize at = 0; at < len; at += sizeof hash) {
        guint64 word = 0;
        memcpy(&word, text + at, MIN(sizeof word, len - at));
        hash = (hash ^ word) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15); /* 2^64 by the golden ratio */
        hash ^= hash >> 32;
    }
    return (guint32)hash;
}

static gsize next_slot(const WsscStrings *strings, gsize slot)
{
    return (slot + 1) & (strings->room - 1);
}

static void grow(WsscStrings *strings)
{
    char **texts = strings->texts;
    guint32 *hashes = strings->hashes;
    gsize room = strings->room;
    strings->room = 2 * room;
    strings->texts = g_new0(char *, strings->room);
    strings->hashes = g_new0(guint32, strings->room);
    for (gsize i = 0; i < room; i++) {
        gsize slot = hashes[i] & (strings->room - 1);
        if (texts[i] == NULL)
            continue;
        while (strings->texts[slot] != NULL)
            slot = next_slot(strings, slot);
        strings->texts[slot] = texts[i];
        strings->hashes[slot] = hashes[i];
    }
    g_free(texts);
    g_free(hashes);
}

char *wssc_strings_keep(WsscStrings *strings, const char *text, gsize len)
{
    guint32 hash = hash_of(strings, text, len);
    if (strings->count >= strings->room / 4 * 3)
        grow(strings);
    gsize slot = hash & (strings->room - 1);
    for (; strings->texts[slot] != NULL; slot = next_slot(strings, slot))
        if (strings->hashes[slot] == hash && strncmp(strings->texts[slot], text, len) == 0 &&
            strings->texts[slot][len] == '\0')
            return strings->texts[slot];
    strings->count++;
    strings->hashes[slot] = hash;
    strings->texts[slot] = g_string_chunk_insert_len(strings->chunk, text, (gssize)len);
    return strings->texts[slot];
}
