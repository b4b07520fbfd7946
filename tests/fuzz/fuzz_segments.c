/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The analyzer's quick look at TCP headers. Each frame stands behind two octets: its length, and the link type.
 */
#include "watch/segments.c" /* its reader of one frame has no other door than a capture file */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    static const int types[] = {WTAP_ENCAP_ETHERNET, WTAP_ENCAP_SLL, WTAP_ENCAP_NULL, WTAP_ENCAP_RAW_IP, -1,
                                WTAP_ENCAP_SLL2};
    Scan scan = {
        .connections = g_hash_table_new_full(wssc_ends_hash, wssc_ends_equal, g_free, g_free),
        .by_index = g_ptr_array_new(),
        .of_frame = g_array_new(FALSE, FALSE, sizeof(guint)),
    };
    for (size_t at = 0; at + 2 <= size;) {
        gsize len = MIN(data[at], size - at - 2);
        g_autofree guint8 *frame = g_memdup2(data + at + 2, len);
        guint marked = scan_frame(&scan, frame, len, types[data[at + 1] % G_N_ELEMENTS(types)]);
        FUZZ_ASSERT(marked >> FLAGS <= scan.by_index->len);
        g_array_append_val(scan.of_frame, marked);
        at += 2 + len;
    }
    GByteArray *marks = mark(&scan);
    FUZZ_ASSERT(marks->len == scan.of_frame->len + 1);
    g_byte_array_unref(marks);
    g_hash_table_unref(scan.connections);
    g_ptr_array_unref(scan.by_index);
    g_array_unref(scan.of_frame);
    return 0;
}
