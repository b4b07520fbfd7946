/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A session fed by other threads ends up as one fed at once: real messages with and without keys, what is no SOAP,
 * no XML or not whole, and what the carrier tells between them.
 */
#include <string.h>

#include "session/feeder.h"
#include "report/events.h"

#define RECORDED WSSC_SOURCE_DIR "/tests/data/captures-real/corewcf-session"
#define CORPUS WSSC_SOURCE_DIR "/tests/interop/corpus"

/* One of two ways to the same calls. */
typedef struct {
    WsscSession *session;
    WsscFeeder *feeder; /* NULL: at once */
    guint file;
    guint32 frame;
} Way;

static void begin(Way *way, gboolean is_threaded)
{
    *way = (Way){.session = wssc_session_new()};
    way->file = wssc_session_add_file(way->session, "one");
    way->feeder = is_threaded ? wssc_feeder_new(way->session) : NULL;
}

static void hand(const Way *way, const WsscUnit *unit)
{
    if (way->feeder != NULL)
        wssc_feeder_feed(way->feeder, unit);
    else
        wssc_session_feed(way->session, unit);
}

/* Strings that are gone right after the call. */
static void feed(Way *way, GBytes *octets, gboolean is_response, guint64 pair, const char *damage, WsscXml *xml)
{
    char src[] = "192.0.2.1:5001", dst[] = "192.0.2.2:443", type[] = "text/xml", charset[] = "utf-8";
    g_autofree char *why = g_strdup(damage);
    WsscUnit unit = {.file = way->file,
                     .frame = ++way->frame,
                     .time = way->frame * G_GINT64_CONSTANT(1000),
                     .src = is_response ? dst : src,
                     .dst = is_response ? src : dst,
                     .transport = WSSC_TRANSPORT_HTTP,
                     .encoding = xml != NULL ? WSSC_ENCODING_BINARY : WSSC_ENCODING_TEXT,
                     .direction = is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST,
                     .stream = 1,
                     .pair = pair,
                     .content_type = type,
                     .octets = octets,
                     .xml = xml,
                     .charset = charset,
                     .damage = why};
    hand(way, &unit);
    memset(src, 'x', sizeof src);
    memset(dst, 'x', sizeof dst);
    memset(type, 'x', sizeof type);
    memset(charset, 'x', sizeof charset);
}

static GBytes *read_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    gsize len = 0;
    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    return g_bytes_new_take(text, len);
}

static void feed_recorded(Way *way, guint64 round)
{
    static const char *const names[] = {"1-rst-sct",  "2-rstr-sct",   "3-request",
                                        "4-response", "5-rst-cancel", "6-rstr-cancel"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *name = g_strconcat(names[i], ".unindented.xml", NULL);
        g_autoptr(GBytes) octets = read_file(RECORDED, name);
        feed(way, octets, i % 2 == 1, round * 10 + i / 2 + 1, NULL, NULL);
    }
}

static void feed_text(Way *way, const char *text, guint64 pair, const char *damage)
{
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    feed(way, octets, FALSE, pair, damage, NULL);
}

static void feed_tree(Way *way)
{
    g_autoptr(GBytes) octets = read_file(RECORDED, "3-request.unindented.xml");
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
    feed(way, octets, FALSE, 0, NULL, xml);
}

static void note(Way *way, guint64 pair)
{
    way->frame++;
    if (way->feeder != NULL) {
        wssc_feeder_note_status(way->feeder, way->file, way->frame, 5, 1, pair, 500);
        wssc_feeder_note_reset(way->feeder, way->file, way->frame, 6, 1, "192.0.2.2:443");
    } else {
        wssc_session_note_status(way->session, way->file, way->frame, 5, 1, pair, 500);
        wssc_session_note_reset(way->session, way->file, way->frame, 6, 1, "192.0.2.2:443");
    }
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void feed_corpus(Way *way)
{
    GDir *folder = g_dir_open(CORPUS, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    g_assert_nonnull(folder);
    while ((name = g_dir_read_name(folder)) != NULL)
        if (g_str_has_suffix(name, ".xml"))
            g_ptr_array_add(names, g_strdup(name));
    g_dir_close(folder);
    g_ptr_array_sort(names, by_name);
    g_assert_cmpuint(names->len, >, 200);
    for (guint i = 0; i < names->len; i++) {
        g_autoptr(GBytes) octets = read_file(CORPUS, names->pdata[i]);
        feed(way, octets, FALSE, 0, NULL, NULL);
    }
}

static void feed_all(Way *way)
{
    for (guint round = 0; round < 40; round++) {
        guint64 pair = 1000 + round;
        feed_recorded(way, round);
        feed_text(way, "<html/>", 0, NULL);
        feed_text(way, "<s:Envelope", 0, NULL);
        feed_text(way, "\xFF\xFE", 0, NULL);
        feed_text(way, "<s:Env", pair + 1000, "lost segment");
        feed_text(way, "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body/></e:Envelope>", pair,
                  NULL);
        note(way, pair);
        if (round % 8 == 3)
            feed_tree(way);
        if (round % 16 == 7 && way->feeder != NULL)
            wssc_feeder_wait(way->feeder);
    }
    feed_corpus(way);
}

static char *finish(Way *way)
{
    GString *text = g_string_new(NULL);
    const WsscSink sink = wssc_sink_to_string(text);
    g_clear_pointer(&way->feeder, wssc_feeder_free);
    wssc_session_finish(way->session, 0);
    WsscWriter *writer = wssc_writer_new(&sink, WSSC_WRITER_JSON, wssc_event_members);
    WsscEvents *all = wssc_events_new(writer, wssc_session_model(way->session), FALSE);
    wssc_events_finish(all);
    wssc_events_free(all);
    wssc_writer_free(writer);
    wssc_session_free(way->session);
    return g_string_free(text, FALSE);
}

static void test_same_as_at_once(void)
{
    Way straight, threaded;
    begin(&straight, FALSE);
    begin(&threaded, TRUE);
    feed_all(&straight);
    feed_all(&threaded);
    g_autofree char *expected = finish(&straight);
    g_autofree char *seen = finish(&threaded);
    g_assert_nonnull(strstr(expected, "\"valid\""));
    g_assert_nonnull(strstr(expected, "lost segment"));
    g_assert_nonnull(strstr(expected, "\"outcome\" : \"fault\""));
    g_assert_nonnull(strstr(expected, "\"outcome\" : \"reset\""));
    g_assert_cmpstr(expected, ==, seen);
}

/* Larger than all that may be under way: feeding has to wait, and goes on. */
static void test_bounded(void)
{
    Way way;
    g_autofree char *filler = g_strnfill(3 * 1024 * 1024, 'a');
    begin(&way, TRUE);
    for (guint i = 0; i < 20; i++) {
        g_autofree char *text = g_strdup_printf(
            "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body>%s</e:Body></e:Envelope>", filler);
        feed_text(&way, text, i + 1, NULL);
    }
    wssc_feeder_wait(way.feeder);
    g_assert_cmpuint(wssc_session_messages(way.session)->len, ==, 20);
    g_free(finish(&way));
}

static void test_nothing(void)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    WsscFeeder *feeder = wssc_feeder_new(session);
    wssc_feeder_wait(feeder);
    wssc_feeder_wait(feeder);
    wssc_feeder_free(feeder);
    wssc_feeder_free(NULL);
    g_assert_cmpuint(wssc_session_messages(session)->len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/feeder/same-as-at-once", test_same_as_at_once);
    g_test_add_func("/feeder/bounded", test_bounded);
    g_test_add_func("/feeder/nothing", test_nothing);
    return g_test_run();
}
