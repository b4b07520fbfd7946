/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole session: messages in, then every report of it. Each message stands behind a line
 *
 *     !unit [q|r|u] [pNUMBER] [tNUMBER] [fNUMBER] [s] [b|m] [x] [w] [c STATUS]
 *
 * request, response or unknown; its pair, its time in seconds, its file; over TLS; .NET binary XML of the
 * direction's session, or multipart; damaged; an own connection; the carrier's word alone, with a status.
 */
#include "fuzz.h"

#include "carrier/envelope.h"
#include "session/session.h"
#include "keys/keyfile.h"
#include "report/events.h"
#include "report/json.h"
#include "report/phrase.h"
#include "report/text.h"

#define MARK "!unit"
#define MOST_UNITS 64

typedef struct {
    WsscSession *session;
    WsscStringTable *tables[2]; /* binary sessions: requests, responses */
    guint32 frame;
    guint files;
} Feed;

/* The words of a unit's line. */
static void read_words(const char *line, WsscUnit *unit, char *ret_form, gboolean *ret_is_carrier)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 16);
    for (char **word = words; *word != NULL; word++) {
        gint64 number = **word != '\0' ? g_ascii_strtoll(*word + 1, NULL, 10) : 0;
        switch (**word) {
        case 'q':
            unit->direction = WSSC_DIRECTION_REQUEST;
            break;
        case 'r':
            unit->direction = WSSC_DIRECTION_RESPONSE;
            break;
        case 'p':
            unit->pair = (guint64)number;
            break;
        case 't':
            unit->time = wssc_time_of_clock(number, number);
            break;
        case 'f':
            unit->file = (guint)number % 4;
            break;
        case 's':
            unit->is_protected = TRUE;
            break;
        case 'b':
        case 'm':
            *ret_form = **word;
            break;
        case 'x':
            unit->damage = "lost segment";
            break;
        case 'w':
            unit->stream = (guint64)number;
            break;
        case 'c':
            *ret_is_carrier = TRUE;
            unit->http_status = (guint)number % 1000;
            break;
        default:
            break;
        }
    }
}

static void feed(Feed *feed, const char *line, WsscBytes body)
{
    gboolean is_carrier = FALSE;
    char form = 't';
    WsscUnit unit = {.frame = ++feed->frame,
                     .src = "192.0.2.1:1024",
                     .dst = "192.0.2.2:80",
                     .transport = WSSC_TRANSPORT_HTTP,
                     .encoding = WSSC_ENCODING_TEXT,
                     .content_type = "application/soap+xml"};
    read_words(line, &unit, &form, &is_carrier);
    unit.file %= feed->files;
    if (is_carrier) {
        if (unit.http_status == 0)
            wssc_session_note_reset(feed->session, unit.file, unit.frame, unit.time, unit.stream, unit.src);
        else
            wssc_session_note_status(feed->session, unit.file, unit.frame, unit.time, unit.stream, unit.pair,
                                     unit.http_status);
        return;
    }
    if (unit.direction == WSSC_DIRECTION_RESPONSE) {
        const char *src = unit.src;
        unit.src = unit.dst;
        unit.dst = src;
    }
    g_autoptr(GBytes) octets = fuzz_octets(body);
    WsscEnvelope envelope = {0};
    unit.octets = octets;
    if (form != 't') {
        wssc_envelope_read(octets, form == 'm' ? "multipart/related; boundary=b" : "application/soap+msbinsession1",
                           NULL, form == 'm' ? NULL : feed->tables[unit.direction == WSSC_DIRECTION_RESPONSE],
                           &envelope, NULL);
        unit.octets = envelope.octets;
        unit.encoding = envelope.encoding;
        unit.xml = envelope.xml;
    }
    const WsscMessage *message = wssc_session_feed(feed->session, &unit);
    if (message != NULL) {
        g_autofree char *phrase = wssc_phrase_message(message);
        FUZZ_ASSERT(phrase != NULL && wssc_session_lookup(feed->session, unit.file, unit.frame, 0) == message);
    }
    g_clear_pointer(&envelope.octets, g_bytes_unref);
    wssc_xml_unref(envelope.xml);
}

static void feed_all(Feed *to, WsscBytes input)
{
    const char *at = (const char *)input.data, *end = at + input.len;
    g_autofree char *line = g_strdup("");
    for (guint units = 0; units < MOST_UNITS && at < end; units++) {
        const char *mark = at;
        gsize len = strlen(MARK);
        while (mark != NULL && (gsize)(end - mark) >= len && memcmp(mark, MARK, len) != 0)
            mark = memchr(mark + 1, '!', (gsize)(end - mark - 1));
        if (mark == NULL || (gsize)(end - mark) < len)
            mark = end;
        if (mark > at)
            feed(to, line, wssc_bytes(at, (gsize)(mark - at)));
        if (mark == end)
            return;
        const char *line_end = memchr(mark, '\n', (gsize)(end - mark));
        gsize line_len = (gsize)((line_end != NULL ? line_end : end) - mark) - len;
        g_free(line);
        line = g_strndup(mark + len, line_len);
        at = line_end != NULL ? line_end + 1 : end;
        if (strstr(line, " c") != NULL)
            feed(to, line, wssc_bytes(NULL, 0));
    }
}

static void report_rows(const WsscModel *model, WsscWriterForm form)
{
    g_autoptr(GPtrArray) nothing = g_ptr_array_new();
    const WsscCapture capture = {.file = (char *)"a", .frames = 1, .closed_tls = nothing, .unread = nothing};
    g_autoptr(GString) out = g_string_new(NULL);
    const WsscSink sink = wssc_sink_to_string(out);
    WsscWriter *writer = wssc_writer_new(&sink, form, wssc_event_members);

    wssc_json_contexts(model, writer);
    wssc_json_verify(model, writer);
    wssc_json_findings(model, writer);
    wssc_json_timeline(model, NULL, writer);
    WsscEvents *events = wssc_events_new(writer, model, TRUE);
    wssc_events_put_capture(events, &capture);
    wssc_events_finish(events);
    wssc_events_free(events);
    wssc_writer_free(writer);
    FUZZ_ASSERT(g_utf8_validate(out->str, (gssize)out->len, NULL));
}

static void report(const WsscSession *session)
{
    const WsscTextStyle style = {.color = TRUE, .many_files = TRUE};
    g_autoptr(GString) out = g_string_new(NULL);

    for (int form = WSSC_WRITER_JSON; form <= WSSC_WRITER_CSV; form++)
        report_rows(wssc_session_model(session), (WsscWriterForm)form);
    wssc_text_summary(session, &style, out);
    wssc_text_contexts(session, &style, out);
    wssc_text_timeline(session, &style, NULL, out);
    wssc_text_findings(session, &style, out);
    wssc_text_verify(session, &style, out);
    FUZZ_ASSERT(g_utf8_validate(out->str, (gssize)out->len, NULL));
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    const WsscSessionOptions options = {.want_hypotheses = size % 2 == 0, .explain_frame = 2, .limits = fuzz_limits()};
    Feed to = {.session = session, .tables = {wssc_string_table_new(), wssc_string_table_new()}};

    wssc_session_set_options(session, &options);
    fuzz_add_private_keys(wssc_session_keyring(session));
    for (; to.files < 2; to.files++)
        wssc_session_add_file(session, to.files == 0 ? "a" : "b");
    feed_all(&to, wssc_bytes(data, size));
    wssc_session_finish(session, 0);
    report(session);
    g_autofree char *keys = wssc_keyfile_write_capture(wssc_session_keyring(session), NULL, NULL);
    FUZZ_ASSERT(g_utf8_validate(keys, -1, NULL));
    wssc_string_table_free(to.tables[0]);
    wssc_string_table_free(to.tables[1]);
    return 0;
}
