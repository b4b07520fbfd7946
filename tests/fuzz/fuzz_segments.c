/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The analyzer's quick look at packets. Each frame stands behind two octets: its length, and the link type.
 */
#include "watch/segments.c" /* its reader of one frame has no other door than a capture file */

#include "fuzz.h"

/* What only libwireshark's tables would tell: here every port leads to what its connection looks like. */
void wssc_triage_decide(WsscTriage *triage G_GNUC_UNUSED, const WsscConnections *connections,
                        gboolean has_keys G_GNUC_UNUSED, guint8 left_out)
{
    for (guint i = 1; i <= wssc_connections_count(connections); i++) {
        WsscGist *gist = wssc_connections_get(connections, i);
        gist->mark = gist->kind != WSSC_TALK_STRANGE ? left_out : 0;
        FUZZ_ASSERT(gist->mark == 0 || gist->first_frame > 0);
    }
}

gboolean wssc_triage_is_found(const WsscGist *gist)
{
    return gist->client != 0;
}

guint wssc_triage_udp_class(const WsscPacket *packet)
{
    return packet->ends.port[0] == 53 ? 1 : 0;
}

gboolean wssc_triage_udp_is_nothing(guint number)
{
    return number == 1;
}

gboolean wssc_triage_udp_is_tied(const WsscPacket *packet)
{
    return packet->ends.port[0] % 2 == 0;
}

guint8 *wssc_triage_mark_quic(const WsscQuic *quic, gboolean has_keys, guint8 left_out)
{
    guint8 *marks = g_new0(guint8, wssc_quic_count(quic) + 1);
    guint16 port;
    for (guint32 flow = 1; flow <= wssc_quic_count(quic); flow++)
        marks[flow] = wssc_quic_is_followed(quic, flow, &port) && port % 2 == 0 && !has_keys ? left_out : 0;
    return marks;
}

WsscTriage *wssc_triage_new(void)
{
    return NULL;
}

void wssc_triage_free(WsscTriage *triage G_GNUC_UNUSED)
{
}

/* In one share, or in several. */
static void mark_all(const Scan *scan, GByteArray *marks, size_t size)
{
    enum { SHARES = 3 };
    const WsscSharing sharing = {.jobs = 1};
    WsscShares shares = {.of_connection = g_array_new(FALSE, TRUE, sizeof(guint16)),
                         .spans = g_array_new(FALSE, TRUE, sizeof(WsscShareSpan))};
    WsscSegments segments = {.scan = *scan, .marks = marks, .shares = size % 5 < SHARES ? &shares : NULL};
    WsscQuietView view = quiet_view(scan, size % 3 == 0);
    g_array_set_size(shares.spans, SHARES);
    for (guint i = 0; i <= wssc_connections_count(scan->connections); i++) {
        const guint16 share = (guint16)(i % SHARES);
        g_array_append_val(shares.of_connection, share);
    }
    wssc_quiet_begin(&view);
    mark_quiet(&segments, &sharing, &view);
    wssc_quiet_end(&view);
    g_array_unref(shares.of_connection);
    g_array_unref(shares.spans);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    static const int types[] = {WTAP_ENCAP_ETHERNET, WTAP_ENCAP_SLL, WTAP_ENCAP_NULL, WTAP_ENCAP_RAW_IP, -1,
                                WTAP_ENCAP_SLL2};
    enum { MOST = 5 }; /* connections that are followed at a time */
    Scan scan = {
        .connections = wssc_connections_new(size > 0 ? data[0] % MOST + 1 : MOST, 0),
        .quic = wssc_quic_new(),
        .has_triage = TRUE,
    };
    for (size_t at = 0; at + 2 <= size;) {
        gsize len = MIN(data[at], size - at - 2);
        g_autofree guint8 *frame = g_memdup2(data + at + 2, len);
        guint32 noted = scan_frame(&scan, wssc_bytes(frame, len), len, types[data[at + 1] % G_N_ELEMENTS(types)]);
        FUZZ_ASSERT(noted < WSSC_NOTED_CONNECTIONS || (noted & WSSC_NOTED_QUIC) != 0 ||
                    wssc_noted_index(noted) <= wssc_connections_count(scan.connections));
        FUZZ_ASSERT((noted & WSSC_NOTED_QUIC) == 0 || (noted & ~WSSC_NOTED_QUIC) <= wssc_quic_count(scan.quic));
        wssc_numbers_add(&scan.of_frame, noted);
        at += 2 + len;
    }
    wssc_connections_close(scan.connections, size % 2 == 0, NULL);
    wssc_triage_decide(NULL, scan.connections, FALSE, WSSC_SEGMENTS_LEFT_OUT);
    GByteArray *marks = mark(&scan, FALSE);
    FUZZ_ASSERT(marks->len == scan.of_frame.len + 1);
    mark_all(&scan, marks, size);
    g_byte_array_unref(marks);
    forget_scan(&scan);
    wssc_early_clear(&scan.early);
    return 0;
}
