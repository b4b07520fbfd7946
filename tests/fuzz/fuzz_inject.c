/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Key lines put into a pcapng file and taken out again (wssc inject, extract): what comes out is what was put in, and
 * all blocks are there as they were.
 */
#include "fuzz.h"

#include <stdio.h>

#include "engine.h"
#include "pcapng.h"

enum { TYPE = 0x57535343, MOST = 1 << 16 };

static const char lines[] = "KEY_NAME a 00112233445566778899aabbccddeeff\n";

/* As of the engine, which is not here. */
GQuark wssc_engine_error_quark(void)
{
    return g_quark_from_static_string("fuzz-inject");
}

/* Octets that a FILE reads or has written. */
typedef struct {
    char *data;
    size_t len;
} Copy;

/* All blocks; the secrets behind the first, as "wssc inject" does. FALSE when the file is damaged. */
static gboolean put_in(FILE *in, FILE *out, guint *ret_blocks)
{
    g_autoptr(GError) error = NULL;
    WsscPcapng pcapng;
    WsscPcapngBlock block = {.length = 0};
    wssc_pcapng_begin(&pcapng, in);
    while (wssc_pcapng_next(&pcapng, &block, &error) && wssc_pcapng_pass(&pcapng, &block, out, &error)) {
        if ((*ret_blocks)++ == 0)
            wssc_pcapng_put_secrets(&pcapng, TYPE, lines, sizeof lines - 1, out);
    }
    return error == NULL;
}

/* As "wssc extract" does: the second block is ours. */
static void take_out(FILE *in, FILE *rest, guint blocks)
{
    g_autoptr(GError) error = NULL;
    WsscPcapng pcapng;
    WsscPcapngBlock block = {.length = 0};
    wssc_pcapng_begin(&pcapng, in);
    for (guint n = 0; n <= blocks; n++) {
        FUZZ_ASSERT(wssc_pcapng_next(&pcapng, &block, &error));
        if (n != 1) {
            FUZZ_ASSERT(wssc_pcapng_pass(&pcapng, &block, rest, &error));
            continue;
        }
        guint32 type = 0;
        g_autoptr(GBytes) octets = wssc_pcapng_read(&pcapng, &block, MOST, &error);
        g_autoptr(GBytes) secrets = NULL;
        gsize len = 0;
        FUZZ_ASSERT(octets != NULL && wssc_pcapng_secrets(&pcapng, octets, &type, &secrets) && type == TYPE);
        const char *data = g_bytes_get_data(secrets, &len);
        FUZZ_ASSERT(len == sizeof lines - 1 && memcmp(data, lines, len) == 0);
    }
    FUZZ_ASSERT(!wssc_pcapng_next(&pcapng, &block, &error) && error == NULL);
}

/* Whatever calls itself secrets in there. */
static void read_secrets(FILE *in)
{
    g_autoptr(GError) error = NULL;
    WsscPcapng pcapng;
    WsscPcapngBlock block = {.length = 0};
    gboolean is_ok = TRUE;
    wssc_pcapng_begin(&pcapng, in);
    while (is_ok && wssc_pcapng_next(&pcapng, &block, &error)) {
        if (block.type != WSSC_PCAPNG_SECRETS) {
            is_ok = wssc_pcapng_pass(&pcapng, &block, NULL, &error);
            continue;
        }
        guint32 type = 0;
        g_autoptr(GBytes) octets = wssc_pcapng_read(&pcapng, &block, MOST, &error);
        g_autoptr(GBytes) secrets = NULL;
        is_ok = octets != NULL;
        if (is_ok && wssc_pcapng_secrets(&pcapng, octets, &type, &secrets))
            FUZZ_ASSERT(g_bytes_get_size(secrets) <= g_bytes_get_size(octets));
    }
    FUZZ_ASSERT(is_ok || error != NULL);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    Copy with = {NULL, 0}, without = {NULL, 0};
    guint blocks = 0;
    if (size == 0)
        return 0;
    FILE *in = fmemopen((void *)data, size, "rb"), *out = open_memstream(&with.data, &with.len);
    gboolean is_whole = put_in(in, out, &blocks);
    fclose(out);
    rewind(in);
    read_secrets(in);
    fclose(in);
    if (is_whole) {
        in = fmemopen(with.data, with.len, "rb");
        out = open_memstream(&without.data, &without.len);
        take_out(in, out, blocks);
        fclose(out);
        fclose(in);
        FUZZ_ASSERT(without.len == size && memcmp(without.data, data, size) == 0);
    }
    free(with.data);
    free(without.data);
    return 0;
}
