/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Envelopes that run past their announced length: type, announced length, how much was looked at before, octets. */
#include "fuzz.h"

#include "carrier/overrun.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    static const char *const types[] = {"text/xml",
                                        "application/soap+xml; charset=utf-16",
                                        "multipart/related; boundary=b",
                                        "application/soap+msbin1",
                                        "multipart/related",
                                        NULL};
    if (size < 5)
        return 0;
    gsize announced = (gsize)data[1] << 8 | data[2], seen = (gsize)data[3] << 8 | data[4], end = 0;
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data + 5, size - 5));
    WsscBytes body = wssc_bytes_of(octets);
    const char *type = types[data[0] % G_N_ELEMENTS(types)];
    WsscOverrun overrun = wssc_overrun_look(body, announced, MIN(seen, body.len), type, &end);
    FUZZ_ASSERT(overrun != WSSC_OVERRUN_DONE || (end <= body.len && end > MIN(announced, body.len)));
    FUZZ_ASSERT(overrun != WSSC_OVERRUN_STRAY || (end < body.len && end >= MIN(announced, body.len)));
    return 0;
}
