/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Logs of which each line became a record of JSON: containers' (Docker's driver json-file, fluentd and fluent-bit
 * behind Kubernetes), journald's, those of cloud services. A message of several lines lies in as many records: what
 * they hold is put together, one program and one of its streams at a time, and read as the log that it was.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "exports/json_reader.h"
#include "exports/reader.h"

#define MAX_DEPTH 8     /* of objects in a record */
#define MAX_STREAMS 256 /* told apart */
#define MAX_NAME 64     /* octets of "</" and a prefix */
#define MAX_FIRST 16384 /* octets looked through for the name of a record's text */

/* ---- what a record has ----------------------------------------------------------------------------------------- */

typedef enum { IS_TEXT, IS_TIME, IS_STREAM } Meaning;

static const struct {
    const char *name;
    Meaning meaning;
} members[] = {
    {"log", IS_TEXT},
    {"MESSAGE", IS_TEXT},
    {"message", IS_TEXT},
    {"msg", IS_TEXT},
    {"line", IS_TEXT},
    {"textPayload", IS_TEXT},
    {"time", IS_TIME},
    {"@timestamp", IS_TIME},
    {"timestamp", IS_TIME},
    {"date", IS_TIME},
    {"__REALTIME_TIMESTAMP", IS_TIME},
    {"stream", IS_STREAM},
    {"container_id", IS_STREAM},
    {"container_name", IS_STREAM},
    {"pod_name", IS_STREAM},
    {"logStreamName", IS_STREAM},
    {"_PID", IS_STREAM},
    {"_SYSTEMD_UNIT", IS_STREAM},
};

typedef struct {
    GBytes *text;
    gint64 time;
    GString *stream; /* whose it is */
} Record;

/* A line of what was put together. */
typedef struct {
    guint line; /* of the file, from 1 */
    gint64 time;
} Origin;

typedef struct {
    GByteArray *text;
    GArray *origins;  /* Origin */
    gboolean is_open; /* its last line goes on */
} Stream;

typedef struct {
    WsscJson json;
    GPtrArray *streams;  /* Stream, in the order of their first lines */
    GHashTable *by_name; /* name -> Stream */
    gsize counted;       /* newlines up to there */
    guint line;          /* of it, from 1 */
} Records;

static void free_stream(gpointer data)
{
    Stream *stream = data;
    g_byte_array_unref(stream->text);
    g_array_unref(stream->origins);
    g_free(stream);
}

/* Seconds, milliseconds or microseconds since 1970: which of them, their size tells for the next 200 years. */
static gint64 time_of_number(double number)
{
    if (!(number > 1e8) || number > 1e16)
        return WSSC_TIME_NONE;
    return (gint64)(number < 1e10 ? number * 1e6 : number < 1e13 ? number * 1e3 : number);
}

static gint64 read_time(WsscJson *json)
{
    WsscJson again = *json;
    gboolean is_local;
    g_autofree char *text = wssc_json_text(json);
    gint64 time = text != NULL ? wssc_log_time(wssc_bytes(text, strlen(text)), &is_local) : WSSC_TIME_NONE;
    return time != WSSC_TIME_NONE ? time : time_of_number(wssc_json_number(&again));
}

/* journald writes what does not show, a carriage return for one, as an array of its octets. */
static GBytes *read_octets(WsscJson *json)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    if (json->at < json->text.len && json->text.data[json->at] != '[')
        return wssc_json_string(json);
    if (!wssc_json_enter(json, '['))
        return NULL;
    while (wssc_json_next_item(json)) {
        double number = wssc_json_number(json);
        guint8 octet = (guint8)(number >= 0 && number < 256 ? number : '?');
        g_byte_array_append(out, &octet, 1);
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static void take_value(WsscJson *json, Meaning meaning, Record *record)
{
    while (json->at < json->text.len && wssc_is_xml_space((char)json->text.data[json->at]))
        json->at++;
    if (meaning == IS_TEXT && record->text == NULL) {
        record->text = read_octets(json);
    } else if (meaning == IS_TIME && record->time == WSSC_TIME_NONE) {
        record->time = read_time(json);
    } else if (meaning == IS_STREAM) {
        g_autofree char *text = wssc_json_text(json);
        g_string_append_printf(record->stream, "%s\n", text != NULL ? text : "");
    } else {
        wssc_json_skip(json);
    }
}

/* ---- records to streams ---------------------------------------------------------------------------------------- */

static guint line_of(Records *records, gsize at)
{
    for (; records->counted < at; records->counted++)
        if (records->json.text.data[records->counted] == '\n')
            records->line++;
    return records->line;
}

static Stream *stream_of(Records *records, const char *name)
{
    Stream *stream = g_hash_table_lookup(records->by_name, name);
    if (stream == NULL && records->streams->len >= MAX_STREAMS)
        stream = records->streams->pdata[MAX_STREAMS - 1];
    if (stream != NULL)
        return stream;
    stream = g_new0(Stream, 1);
    stream->text = g_byte_array_new();
    stream->origins = g_array_new(FALSE, FALSE, sizeof(Origin));
    g_ptr_array_add(records->streams, stream);
    g_hash_table_insert(records->by_name, g_strdup(name), stream);
    return stream;
}

/* Docker keeps the line end, and divides lines of more than 16 KiB: what has none goes on. Others take it away. */
static void add_line(Stream *stream, WsscBytes log, const Origin *origin, gboolean keeps_ends)
{
    for (gsize at = 0; at < log.len;) {
        const guint8 *newline = memchr(log.data + at, '\n', log.len - at);
        gsize end = newline != NULL ? (gsize)(newline - log.data) + 1 : log.len;
        if (!stream->is_open)
            g_array_append_val(stream->origins, *origin);
        g_byte_array_append(stream->text, log.data + at, (guint)(end - at));
        stream->is_open = newline == NULL;
        at = end;
    }
    if (keeps_ends || (log.len > 0 && !stream->is_open))
        return;
    if (!stream->is_open)
        g_array_append_val(stream->origins, *origin); /* an empty line */
    g_byte_array_append(stream->text, (const guint8 *)"\n", 1);
    stream->is_open = FALSE;
}

typedef void (*RecordSink)(Records *records, const Record *record, gsize at, gpointer data);

/* ---- walking the file ------------------------------------------------------------------------------------------- */

static void walk_value(Records *records, Record *record, guint depth, RecordSink sink, gpointer data);

/* An object of its own (record NULL), or one in a record, whose members are the record's. */
static void walk_object(Records *records, Record *outer, guint depth, RecordSink sink, gpointer data)
{
    WsscJson *json = &records->json;
    gsize at = json->at;
    Record own = {.time = WSSC_TIME_NONE}, *record = outer;
    char *name;
    if (!wssc_json_enter(json, '{'))
        return;
    if (outer == NULL) {
        own.stream = g_string_new(NULL);
        record = &own;
    }
    while ((name = wssc_json_next_member(json)) != NULL) {
        guint i = 0;
        while (i < G_N_ELEMENTS(members) && strcmp(members[i].name, name) != 0)
            i++;
        if (i < G_N_ELEMENTS(members))
            take_value(json, members[i].meaning, record);
        else
            walk_value(records, record, depth + 1, sink, data);
        g_free(name);
    }
    if (outer != NULL)
        return;
    if (own.text != NULL && !json->is_bad)
        sink(records, &own, at, data);
    g_clear_pointer(&own.text, g_bytes_unref);
    g_string_free(own.stream, TRUE);
}

/* Arrays hold records. */
static void walk_value(Records *records, Record *record, guint depth, RecordSink sink, gpointer data)
{
    WsscJson *json = &records->json;
    while (json->at < json->text.len && wssc_is_xml_space((char)json->text.data[json->at]))
        json->at++;
    char c = json->at < json->text.len ? (char)json->text.data[json->at] : '\0';
    if (depth > MAX_DEPTH || (c != '{' && c != '[')) {
        wssc_json_skip(json);
    } else if (c == '{') {
        walk_object(records, record, depth, sink, data);
    } else if (wssc_json_enter(json, '[')) {
        while (wssc_json_next_item(json))
            walk_value(records, NULL, depth + 1, sink, data);
    }
}

/* One value behind the other, wherever their lines end. Behind the first that is damaged a value is a line, so that no
 * octet is looked at for each that is missing before. Returns how many lines were none. */
static guint walk_file(Records *records, RecordSink sink, gpointer data)
{
    const WsscBytes whole = records->json.text;
    gboolean by_lines = FALSE;
    guint others = 0;
    WsscJson *json = &records->json;
    while (json->at < whole.len) {
        gsize from = json->at;
        const guint8 *newline = memchr(whole.data + from, '\n', whole.len - from);
        gsize end = newline != NULL ? (gsize)(newline - whole.data) + 1 : whole.len;
        json->text.len = by_lines ? end : whole.len;
        walk_value(records, NULL, 0, sink, data);
        if (!json->is_bad && !by_lines && json->at > from)
            continue;
        gboolean is_blank = TRUE;
        for (gsize at = from; at < end && is_blank; at++)
            is_blank = wssc_is_xml_space((char)whole.data[at]);
        others += json->is_bad && !is_blank ? 1 : 0;
        json->is_bad = FALSE;
        json->at = end;
        by_lines = TRUE;
    }
    return others;
}

/* ---- is it that? ------------------------------------------------------------------------------------------------ */

typedef struct {
    guint opened; /* records in which an envelope begins and does not end */
    gboolean is_divided;
    gboolean has_ends; /* line ends are in the records */
    gboolean goes_on;  /* ... and not in all of them */
} Signs;

/* "<s:Envelope", and "</s:Envelope>". */
static void note_signs(Records *records G_GNUC_UNUSED, const Record *record, gsize at G_GNUC_UNUSED, gpointer data)
{
    Signs *signs = data;
    WsscBytes text = wssc_bytes_of(record->text);
    const guint8 *word = text.len > 0 ? memmem(text.data, text.len, "Envelope", 8) : NULL;
    guint begins = 0, ends = 0;
    gboolean has_end = text.len > 0 && text.data[text.len - 1] == '\n';
    signs->has_ends |= has_end;
    signs->goes_on |= text.len > 0 && !has_end;
    for (; word != NULL; word = memmem(word + 8, text.len - (gsize)(word + 8 - text.data), "Envelope", 8)) {
        gsize before = MIN((gsize)(word - text.data), MAX_NAME);
        const guint8 *open = memrchr(word - before, '<', before);
        if (open != NULL)
            *(open[1] == '/' ? &ends : &begins) += 1;
    }
    signs->opened += begins > ends ? begins - ends : 0;
    signs->is_divided |= ends > begins && signs->opened > 0;
}

static gboolean begins_as_record(WsscBytes octets)
{
    gsize at = 0;
    while (at < octets.len && wssc_is_xml_space((char)octets.data[at]))
        at++;
    if (at >= octets.len || (octets.data[at] != '{' && octets.data[at] != '['))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(members) && members[i].meaning == IS_TEXT; i++) {
        g_autofree char *name = g_strdup_printf("\"%s\"", members[i].name);
        if (memmem(octets.data + at, MIN(octets.len - at, MAX_FIRST), name, strlen(name)) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Messages that lie in one record each are found without that, with all that the record says of them. */
gboolean wssc_export_is_records(WsscBytes octets)
{
    Records records = {.json = {.text = octets}};
    Signs signs = {0};
    if (!begins_as_record(octets))
        return FALSE;
    walk_file(&records, note_signs, &signs);
    return signs.is_divided || (signs.has_ends && signs.goes_on);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static void add_record(Records *records, const Record *record, gsize at, gpointer data)
{
    const Signs *signs = data;
    const Origin origin = {line_of(records, at), record->time};
    add_line(stream_of(records, record->stream->str), wssc_bytes_of(record->text), &origin, signs->has_ends);
}

/* Their lines are the file's, and where the log itself tells no time the record does. */
static void correct(WsscReading *reading, guint from, const Stream *stream)
{
    for (guint i = from; i < reading->export->messages->len; i++) {
        WsscFound *found = reading->export->messages->pdata[i];
        gulong line = found->place != NULL && g_str_has_prefix(found->place, "line ")
                          ? strtoul(found->place + strlen("line "), NULL, 10)
                          : 0;
        if (line == 0 || line > stream->origins->len)
            continue;
        const Origin *origin = &g_array_index(stream->origins, Origin, line - 1);
        g_free(found->place);
        found->place = g_strdup_printf("line %u", origin->line);
        if (origin->time != WSSC_TIME_NONE && (found->time == WSSC_TIME_NONE || found->is_local_time)) {
            found->time = origin->time;
            found->is_local_time = FALSE;
        }
    }
}

void wssc_export_read_records(WsscReading *reading, GBytes *octets)
{
    Signs signs = {0};
    Records look = {.json = {.text = wssc_bytes_of(octets)}};
    Records records = {.json = look.json, .line = 1, .streams = g_ptr_array_new_with_free_func(free_stream)};
    records.by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    walk_file(&look, note_signs, &signs);
    guint others = walk_file(&records, add_record, &signs);

    if (records.streams->len > 0)
        wssc_reading_skip(reading, "line 1", "JSON around each line of a log");
    if (others > 0)
        wssc_reading_skip(reading, "the file", "%u lines that are no JSON", others);
    for (guint i = 0; i < records.streams->len; i++) {
        Stream *stream = records.streams->pdata[i];
        g_autoptr(GBytes) joined = g_bytes_new(stream->text->data, stream->text->len);
        guint before = reading->export->messages->len;
        if (g_bytes_get_size(joined) > 0)
            wssc_export_read_text(reading, joined);
        correct(reading, before, stream);
    }
    g_hash_table_unref(records.by_name);
    g_ptr_array_unref(records.streams);
}
