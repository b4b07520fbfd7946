/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream of framing records, read in steps; an envelope's octets are joined. */
#include "fuzz.h"

#include "carrier/nettcp.h"

/* A record that is cut says that more is wanted, and never too much. */
static void check_cuts(WsscBytes octets, const WsscNettcpRecord *whole)
{
    const gsize cuts[] = {1, whole->size / 2, whole->size - 1};
    for (guint i = 0; i < G_N_ELEMENTS(cuts); i++) {
        WsscNettcpRecord cut;
        if (cuts[i] == 0 || cuts[i] >= whole->size)
            continue;
        FUZZ_ASSERT(wssc_nettcp_step(wssc_bytes(octets.data, cuts[i]), &cut) == WSSC_FRAMING_MORE);
        FUZZ_ASSERT(cut.missing >= 1 && cut.missing <= whole->size - cuts[i]);
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GBytes) copy = fuzz_octets(wssc_bytes(data, size));
    WsscBytes octets = wssc_bytes_of(copy);
    WsscNettcpRecord record;

    while (octets.len > 0 && wssc_nettcp_step(octets, &record) == WSSC_FRAMING_DONE) {
        FUZZ_ASSERT(record.size > 0 && record.size <= octets.len);
        FUZZ_ASSERT(record.payload + record.length <= record.size);
        check_cuts(octets, &record);
        g_autoptr(GBytes) envelope = wssc_nettcp_envelope(octets, &record);
        FUZZ_ASSERT(g_bytes_get_size(envelope) <= record.length);
        g_autofree char *text = g_strndup((const char *)octets.data + record.payload, record.length);
        wssc_nettcp_fault_meaning(text);
        wssc_nettcp_type_name(record.type);
        wssc_nettcp_mode_name(record.value);
        wssc_nettcp_encoding_type(record.value);
        octets = wssc_bytes(octets.data + record.size, octets.len - record.size);
    }
    return 0;
}
