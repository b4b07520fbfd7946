/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages of captures: the analyzer's engine reads them, and what it hands over for the session is kept on the way
 * (the linker puts the two functions __wrap_... in the way, see CMakeLists.txt).
 */
#include <string.h>

#include "analyzer/engine.h"
#include "carrier/envelope.h"
#include "session/feeder.h"
#include "keys/keyfile.h"
#include "sample.h"

gboolean __real_wssc_envelope_read(GBytes *octets, const char *content_type, const char *charset,
                                   WsscStringTable *session, WsscEnvelope *ret_envelope, GError **error);
gboolean __wrap_wssc_envelope_read(GBytes *octets, const char *content_type, const char *charset,
                                   WsscStringTable *session, WsscEnvelope *ret_envelope, GError **error);
void __real_wssc_feeder_feed(WsscFeeder *feeder, const WsscUnit *unit);
void __wrap_wssc_feeder_feed(WsscFeeder *feeder, const WsscUnit *unit);

static struct {
    GPtrArray *found;    /* Sample of the capture being read, or NULL */
    const WsscXml *tree; /* of the last envelope, and how it was carried: */
    Sample carried;
} keep;

static GPtrArray *strings_of(const WsscStringTable *table)
{
    if (table == NULL)
        return NULL;
    GPtrArray *strings = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < wssc_string_table_count(table); i++)
        g_ptr_array_add(strings, g_strdup(wssc_string_table_nth(table, i)));
    return strings;
}

static void forget_carried(void)
{
    g_clear_pointer(&keep.carried.octets, g_bytes_unref);
    g_clear_pointer(&keep.carried.content_type, g_free);
    g_clear_pointer(&keep.carried.charset, g_free);
    g_clear_pointer(&keep.carried.strings, g_ptr_array_unref);
    keep.tree = NULL;
}

gboolean __wrap_wssc_envelope_read(GBytes *octets, const char *content_type, const char *charset,
                                   WsscStringTable *session, WsscEnvelope *ret_envelope, GError **error)
{
    if (keep.found == NULL)
        return __real_wssc_envelope_read(octets, content_type, charset, session, ret_envelope, error);
    forget_carried();
    keep.carried.octets = g_bytes_ref(octets);
    keep.carried.content_type = g_strdup(content_type);
    keep.carried.charset = g_strdup(charset);
    keep.carried.strings = strings_of(session);
    gboolean is_read = __real_wssc_envelope_read(octets, content_type, charset, session, ret_envelope, error);
    keep.tree = ret_envelope->xml;
    return is_read;
}

void __wrap_wssc_feeder_feed(WsscFeeder *feeder, const WsscUnit *unit)
{
    if (keep.found != NULL && unit->damage == NULL) {
        Sample *sample = g_new0(Sample, 1);
        if (unit->xml != NULL && unit->xml == keep.tree) {
            *sample = keep.carried;
            memset(&keep.carried, 0, sizeof keep.carried);
            sample->is_carried = TRUE;
        } else {
            g_assert_null(unit->xml);
            sample->octets = g_bytes_ref(unit->octets);
            sample->charset = g_strdup(unit->charset);
        }
        sample->name = g_strdup_printf("frame %u", unit->frame);
        g_ptr_array_add(keep.found, sample);
    }
    __real_wssc_feeder_feed(feeder, unit);
}

WsscXml *sample_read(const Sample *sample, GBytes *octets)
{
    if (!sample->is_carried)
        return wssc_xml_parse(octets, sample->charset, NULL);
    g_autoptr(WsscStringTable) table = sample->strings != NULL ? wssc_string_table_new() : NULL;
    for (guint i = 0; table != NULL && i < sample->strings->len; i++) {
        const char *string = sample->strings->pdata[i];
        wssc_string_table_add(table, wssc_bytes(string, strlen(string)));
    }
    WsscEnvelope envelope = {.xml = NULL};
    gboolean is_read = __real_wssc_envelope_read(octets, sample->content_type, sample->charset, table, &envelope, NULL);
    g_clear_pointer(&envelope.octets, g_bytes_unref);
    if (!is_read)
        g_clear_pointer(&envelope.xml, wssc_xml_unref);
    return envelope.xml;
}

static GBytes *load(const char *path, gpointer user, GError **error)
{
    char *data = NULL;
    gsize len = 0;
    (void)user;
    return g_file_get_contents(path, &data, &len, error) ? g_bytes_new_take(data, len) : NULL;
}

static void read_capture(GPtrArray *samples, char *const *fields)
{
    const char *source = fields[0], *name = fields[1], *path = fields[2];
    g_autoptr(WsscSession) session = wssc_session_new();
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize len = 0;
    WsscEngineReport *report = NULL;

    g_file_get_contents(fields[3], &text, &len, &error);
    g_assert_no_error(error);
    wssc_keyfile_parse(wssc_bytes(text, len), load, NULL, wssc_session_keyring(session), problems);
    g_assert_cmpuint(problems->len, ==, 0);
    keep.found = g_ptr_array_new();
    wssc_engine_read(session, path, &report, &error);
    g_assert_no_error(error);
    wssc_session_finish(session, report->capture.last_time);
    wssc_engine_report_free(report);
    const KeySet *keys = keys_from_ring(wssc_session_keyring(session), text);
    for (guint i = 0; i < keep.found->len; i++) {
        Sample *sample = keep.found->pdata[i];
        g_autofree char *place = sample->name;
        sample->source = g_strdup(source);
        sample->name = g_strdup_printf("%s, %s", name, place);
        sample->keys = keys;
        g_ptr_array_add(samples, sample);
    }
    g_clear_pointer(&keep.found, g_ptr_array_unref);
    forget_carried();
}

void samples_from_captures(GPtrArray *samples, const char *plan, const char *keylog)
{
    g_auto(GStrv) lines = g_strsplit(plan, "\n", -1);
    WsscEngineOptions options = {.tls_keylog = keylog, .jobs = 1};
    g_autoptr(GError) error = NULL;

    wssc_engine_start("mutations", &options, &error);
    g_assert_no_error(error);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) fields = g_strsplit(*line, "\t", 4);
        if (g_strv_length(fields) == 4)
            read_capture(samples, fields);
    }
    wssc_engine_stop();
}
