/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pcapng.h"

#include <string.h>

#include "engine.h"

enum { HEAD = 8, MAGIC_END = 12, LEAST = 12, SECRETS_DATA = 16 };

static gboolean fail(const WsscPcapng *pcapng, const char *what, GError **error)
{
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_FILE, "block at octet %" G_GUINT64_FORMAT ": %s",
                pcapng->offset, what);
    return FALSE;
}

static guint32 number(const WsscPcapng *pcapng, const guint8 *at)
{
    guint32 value;
    memcpy(&value, at, sizeof value);
    return pcapng->is_big ? GUINT32_FROM_BE(value) : GUINT32_FROM_LE(value);
}

static void put_number(const WsscPcapng *pcapng, guint32 value, FILE *to)
{
    guint32 out = pcapng->is_big ? GUINT32_TO_BE(value) : GUINT32_TO_LE(value);
    fwrite(&out, sizeof out, 1, to);
}

void wssc_pcapng_begin(WsscPcapng *pcapng, FILE *file)
{
    *pcapng = (WsscPcapng){.file = file};
}

/* A section header tells its byte order behind its length. */
static gboolean read_order(WsscPcapng *pcapng, WsscPcapngBlock *block, GError **error)
{
    static const guint8 big[] = {0x1A, 0x2B, 0x3C, 0x4D}, little[] = {0x4D, 0x3C, 0x2B, 0x1A};
    guint8 *magic = block->head + HEAD;
    block->head_length += (guint)fread(magic, 1, MAGIC_END - HEAD, pcapng->file);
    if (block->head_length < MAGIC_END)
        return fail(pcapng, "the file ends inside of it", error);
    pcapng->is_big = memcmp(magic, big, sizeof big) == 0;
    if (!pcapng->is_big && memcmp(magic, little, sizeof little) != 0)
        return fail(pcapng, "a section header without a byte order", error);
    return TRUE;
}

gboolean wssc_pcapng_next(WsscPcapng *pcapng, WsscPcapngBlock *ret_block, GError **error)
{
    WsscPcapngBlock block = {.head_length = (guint)fread(ret_block->head, 1, HEAD, pcapng->file)};
    memcpy(block.head, ret_block->head, block.head_length);
    gboolean is_first = pcapng->offset == 0;
    if (block.head_length == 0 && !is_first)
        return FALSE;
    gboolean is_section = block.head_length == HEAD && number(pcapng, block.head) == WSSC_PCAPNG_SECTION;
    if (is_first && !is_section)
        return fail(pcapng, "this is no pcapng file (editcap -F pcapng IN OUT makes one)", error);
    if (block.head_length < HEAD)
        return fail(pcapng, "the file ends inside of it", error);
    if (is_section && !read_order(pcapng, &block, error))
        return FALSE;
    block.type = number(pcapng, block.head);
    block.length = number(pcapng, block.head + 4);
    if (block.length < LEAST || block.length < block.head_length || block.length > G_MAXINT32)
        return fail(pcapng, "an impossible length", error);
    *ret_block = block;
    return TRUE;
}

gboolean wssc_pcapng_pass(WsscPcapng *pcapng, const WsscPcapngBlock *block, FILE *to, GError **error)
{
    guint8 chunk[65536];
    gsize left = block->length - block->head_length;
    if (to != NULL)
        fwrite(block->head, 1, block->head_length, to);
    while (left > 0) {
        gsize got = fread(chunk, 1, MIN(left, sizeof chunk), pcapng->file);
        if (got == 0)
            return fail(pcapng, "the file ends inside of it", error);
        if (to != NULL)
            fwrite(chunk, 1, got, to);
        left -= got;
    }
    pcapng->offset += block->length;
    return TRUE;
}

GBytes *wssc_pcapng_read(WsscPcapng *pcapng, const WsscPcapngBlock *block, gsize limit, GError **error)
{
    if (block->length > limit) {
        fail(pcapng, "larger than anything that is read here", error);
        return NULL;
    }
    guint8 *octets = g_malloc(block->length);
    gsize rest = block->length - block->head_length;
    memcpy(octets, block->head, block->head_length);
    if (fread(octets + block->head_length, 1, rest, pcapng->file) < rest) {
        g_free(octets);
        fail(pcapng, "the file ends inside of it", error);
        return NULL;
    }
    pcapng->offset += block->length;
    return g_bytes_new_take(octets, block->length);
}

gboolean wssc_pcapng_secrets(const WsscPcapng *pcapng, GBytes *block, guint32 *ret_type, GBytes **ret_secrets)
{
    gsize size;
    const guint8 *octets = g_bytes_get_data(block, &size);
    if (size < SECRETS_DATA + 4)
        return FALSE;
    guint32 len = number(pcapng, octets + 12);
    if (len > size - SECRETS_DATA - 4)
        return FALSE;
    *ret_type = number(pcapng, octets + HEAD);
    *ret_secrets = g_bytes_new_from_bytes(block, SECRETS_DATA, len);
    return TRUE;
}

void wssc_pcapng_put_secrets(const WsscPcapng *pcapng, guint32 type, const char *secrets, gsize len, FILE *to)
{
    static const char padding[4];
    gsize pad = (4 - len % 4) % 4;
    guint32 length = (guint32)(SECRETS_DATA + len + pad + 4);
    put_number(pcapng, WSSC_PCAPNG_SECRETS, to);
    put_number(pcapng, length, to);
    put_number(pcapng, type, to);
    put_number(pcapng, (guint32)len, to);
    fwrite(secrets, 1, len, to);
    fwrite(padding, 1, pad, to);
    put_number(pcapng, length, to);
}
