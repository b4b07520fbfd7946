/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole way from packets: the analyzer's engine (libwireshark in it) over a capture in memory, and reports of it,
 * which say the same when no frame is left out.
 *
 * The input is a pcap or pcapng file as it stands, or else what was said on connections, from which frames are made
 * (packets.h): so that what libFuzzer changes is seldom a checksum of our own making.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "engine.h"
#include "ending.h"
#include "packets.h"
#include "report/events.h"
#include "report/json.h"
#include "report/text.h"

static int file = -1; /* without a name, written anew each time */
/* Of the engine, which looks at them when it begins a file: one that it does not know would have all frames dissected.
 */
static char *preferences[] = {NULL, NULL};

static gboolean is_capture(WsscBytes input)
{
    static const guint8 magics[][4] = {
        {0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0xc3, 0xd4}, {0x4d, 0x3c, 0xb2, 0xa1}, {0x0a, 0x0d, 0x0d, 0x0a}};
    for (guint i = 0; i < G_N_ELEMENTS(magics) && input.len >= 24; i++)
        if (memcmp(input.data, magics[i], sizeof magics[i]) == 0)
            return TRUE;
    return FALSE;
}

/* Blocks of one piece of memory each, so that a step beyond one is seen in libwireshark's pools as well. */
static void start(void)
{
    static const WsscEngineOptions options = {.jobs = 1, .preferences = preferences};
    g_autoptr(GError) error = NULL;
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", TRUE);
    gboolean is_ok = wssc_engine_start("fuzz_packets", &options, &error);
    FUZZ_ASSERT(is_ok && error == NULL);
    file = memfd_create("capture", MFD_CLOEXEC);
    FUZZ_ASSERT(file >= 0);
    atexit(wssc_engine_stop);
}

static void write_file(WsscBytes octets)
{
    FUZZ_ASSERT(ftruncate(file, 0) == 0);
    gssize written = pwrite(file, octets.data, octets.len, 0);
    FUZZ_ASSERT(written == (gssize)octets.len);
}

/* Caller frees. */
static char *report_rows(const WsscModel *model, const WsscCapture *capture)
{
    GString *out = g_string_new(NULL);
    const WsscSink sink = wssc_sink_to_string(out);
    WsscWriter *writer = wssc_writer_new(&sink, WSSC_WRITER_JSON, wssc_event_members);
    WsscEvents *events = wssc_events_new(writer, model, FALSE);
    wssc_events_put_capture(events, capture);
    wssc_events_finish(events);
    wssc_events_free(events);
    wssc_writer_free(writer);
    FUZZ_ASSERT(g_utf8_validate(out->str, (gssize)out->len, NULL));
    return g_string_free(out, FALSE);
}

/* Caller frees. */
static char *report(const WsscSession *session, const WsscCapture *capture)
{
    const WsscTextStyle style = {.color = FALSE};
    g_autoptr(GString) out = g_string_new(NULL);
    wssc_text_summary(session, &style, out);
    wssc_text_findings(session, &style, out);
    wssc_text_verify(session, &style, out);
    FUZZ_ASSERT(g_utf8_validate(out->str, (gssize)out->len, NULL));
    return report_rows(wssc_session_model(session), capture);
}

/* With triage libwireshark is made to forget wherever it may. followed: connections at a time; 0: as many as there are.
 * NULL: there is nothing to read. Caller frees. */
static char *analyse(gboolean has_triage, guint followed)
{
    static char unknown[] = "tcp.of_no_meaning:TRUE";
    WsscLimits limits;
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
    g_autoptr(WsscSession) session = wssc_session_new();
    g_autoptr(GError) error = NULL;
    WsscEngineReport *seen = NULL;

    wssc_limits_init(&limits);
    if (has_triage)
        limits.value[WSSC_LIMIT_REMEMBERED_FRAMES] = 1;
    if (followed > 0)
        limits.value[WSSC_LIMIT_FOLLOWED_CONNECTIONS] = followed;
    wssc_engine_use_limits(&limits);
    preferences[0] = has_triage ? NULL : unknown;
    gboolean is_ok = wssc_engine_read(session, path, &seen, &error);
    FUZZ_ASSERT(is_ok == (error == NULL) && is_ok == (seen != NULL));
    if (!is_ok)
        return NULL;
    wssc_session_finish(session, seen->capture.last_time);
    char *rows = report(session, &seen->capture);
    wssc_engine_report_free(seen);
    return rows;
}

static void compare(guint followed)
{
    g_autofree char *chosen = analyse(TRUE, followed), *all = analyse(FALSE, followed);
    if (g_strcmp0(chosen, all) != 0)
        g_printerr("with triage: %s\nwithout: %s\n", chosen, all);
    FUZZ_ASSERT(g_strcmp0(chosen, all) == 0);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    enum { FEW = 4 }; /* connections that are followed at a time, most often */
    WsscBytes input = wssc_bytes(data, size);
    if (size == 0)
        return 0;
    if (file < 0)
        start();
    if (is_capture(input)) {
        write_file(input);
    } else {
        g_autoptr(GByteArray) capture = packets_of(input);
        write_file(wssc_bytes(capture->data, capture->len));
    }
    compare((guint)size % FEW);
    return 0;
}
