/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compressed envelopes: gzip, and deflate without a header. */
#include "fuzz.h"

#include "base/limits.h"
#include "carrier/inflate.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const WsscInflate kinds[] = {WSSC_INFLATE_GZIP, WSSC_INFLATE_DEFLATE};
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data, size));

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const char *reason = NULL;
        g_autoptr(GBytes) out = wssc_inflate(kinds[i], wssc_bytes_of(octets), &reason);
        FUZZ_ASSERT(out != NULL || reason != NULL);
        FUZZ_ASSERT(out == NULL || g_bytes_get_size(out) <= WSSC_MAX_MESSAGE_OCTETS);
    }
    return 0;
}
