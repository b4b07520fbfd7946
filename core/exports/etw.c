/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Windows events as XML (tracerpt, wevtutil, the Event Viewer), above all those of WWSAPI's provider
 * Microsoft-Windows-WebServices: it logs a message in pieces, between a start and a stop, told apart by correlationId.
 * Of other providers (WCF's own among them) an event that holds a whole envelope is read.
 */
#define _GNU_SOURCE
#include <string.h>

#include "base/limits.h"
#include "exports/reader.h"
#include "exports/tags.h"

#define MAX_LOOK 8192
#define MAX_OPEN 4096 /* messages under way at once */

static const char event_ns[] = "http://schemas.microsoft.com/win/2004/08/events/event";

gboolean wssc_export_is_etw(WsscBytes octets)
{
    gsize look = MIN(octets.len, MAX_LOOK);
    return memmem(octets.data, look, "<Event", 6) != NULL &&
           memmem(octets.data, look, event_ns, strlen(event_ns)) != NULL;
}

/* Its events (the provider's manifest). */
typedef enum {
    ID_SENDING_BINARY = 11,
    ID_RECEIVED_BINARY = 12,
    ID_SENDING_TEXT = 13,
    ID_RECEIVED_TEXT = 14,
    ID_SENDING_START = 15,
    ID_SENDING_STOP = 16,
    ID_RECEIVED_START = 17,
    ID_RECEIVED_STOP = 18,
    ID_SENDING_HEADERS = 19,
    ID_RECEIVING_HEADERS = 20,
} EventId;

typedef struct {
    guint id;
    gboolean is_wwsapi;
    char *time, *pid, *correlation, *text;
    gsize len; /* of text */
} Event;

static void clear(Event *event)
{
    char **const owned[] = {&event->time, &event->pid, &event->correlation, &event->text};
    for (guint i = 0; i < G_N_ELEMENTS(owned); i++)
        g_clear_pointer(owned[i], g_free);
}

/* Text with its white space: a piece may begin or end with a blank that the message has. */
static GString *data_of(WsscTags *tags)
{
    GString *text = g_string_new(NULL);
    WsscTags ahead = *tags;
    WsscTag tag;
    while (wssc_tags_next(&ahead, &tag) && (tag.kind == WSSC_TAG_TEXT || tag.kind == WSSC_TAG_CDATA)) {
        *tags = ahead;
        g_autoptr(GString) resolved = wssc_entities_resolve(tag.rest);
        if (tag.kind == WSSC_TAG_CDATA)
            g_string_append_len(text, (const char *)tag.rest.data, (gssize)tag.rest.len);
        else
            g_string_append_len(text, resolved->str, (gssize)resolved->len);
    }
    return text;
}

static void take_data(Event *event, WsscTags *tags, const WsscTag *tag)
{
    g_autofree char *name = wssc_tag_attribute(tag, "Name");
    GString *text = data_of(tags);
    gsize len = strlen(text->str);
    if (g_strcmp0(name, "correlationId") == 0 && event->correlation == NULL) {
        event->correlation = g_strstrip(g_string_free(text, FALSE));
    } else if (g_strcmp0(name, "length") != 0 && (event->text == NULL || len > event->len)) {
        g_free(event->text);
        event->text = g_string_free(text, FALSE);
        event->len = len;
    } else {
        g_string_free(text, TRUE);
    }
}

static void read_event(WsscBytes text, Event *event)
{
    WsscTags tags = {.text = text};
    WsscTag tag;
    while (wssc_tags_next(&tags, &tag) && !wssc_tag_is(&tag, "RenderingInfo")) {
        if (tag.kind != WSSC_TAG_START && tag.kind != WSSC_TAG_EMPTY)
            continue;
        if (wssc_tag_is(&tag, "Provider")) {
            g_autofree char *name = wssc_tag_attribute(&tag, "Name");
            g_autofree char *guid = wssc_tag_attribute(&tag, "Guid");
            event->is_wwsapi |= name != NULL && (strcmp(name, "Microsoft-Windows-WebServices") == 0 ||
                                                 strcmp(name, "Microsoft_Windows_WebServices") == 0);
            event->is_wwsapi |=
                guid != NULL && g_ascii_strncasecmp(guid, "{e04fe2e0-c6cf-4273-b59d-5c97c9c374a4}", 38) == 0;
        } else if (wssc_tag_is(&tag, "EventID") && tag.kind == WSSC_TAG_START) {
            g_autofree char *id = wssc_tags_text(&tags);
            event->id = id != NULL ? (guint)g_ascii_strtoull(id, NULL, 10) : 0;
        } else if (wssc_tag_is(&tag, "TimeCreated") && event->time == NULL) {
            event->time = wssc_tag_attribute(&tag, "SystemTime");
        } else if (wssc_tag_is(&tag, "Execution") && event->pid == NULL) {
            event->pid = wssc_tag_attribute(&tag, "ProcessID");
        } else if (tag.kind == WSSC_TAG_START) {
            if (wssc_tag_is(&tag, "Data"))
                take_data(event, &tags, &tag);
            else if (event->is_wwsapi && (wssc_tag_is(&tag, "message") || wssc_tag_is(&tag, "correlationId")))
                take_data(event, &tags, &tag);
        }
    }
}

/* ---- pieces ------------------------------------------------------------------------------------------------------ */

/* A message under way. */
typedef struct {
    GString *text;
    guint entry;
    gint64 time;
    gboolean is_sent, is_binary;
    char *pid;
} Piece;

static void free_piece(gpointer data)
{
    Piece *piece = data;
    g_string_free(piece->text, TRUE);
    g_free(piece->pid);
    g_free(piece);
}

typedef struct {
    WsscReading *reading;
    GHashTable *open;     /* direction, process and correlationId -> Piece */
    GHashTable *requests; /* process -> whether it sends requests (GINT_TO_POINTER 1) or answers (2), by HTTP's heads */
} Log;

static gint64 time_of(const Event *event)
{
    return event->time != NULL ? wssc_time_parse(event->time) : WSSC_TIME_NONE;
}

static WsscFound *add_found(Log *log, const Piece *piece, gsize at)
{
    char *place = at > 0 ? g_strdup_printf("event %u, character %" G_GSIZE_FORMAT, piece->entry, at)
                         : g_strdup_printf("event %u", piece->entry);
    WsscFound *found = wssc_reading_add(log->reading, piece->entry, place);
    if (found == NULL)
        return NULL;
    const char *pid = piece->pid != NULL ? piece->pid : "?";
    int role = GPOINTER_TO_INT(g_hash_table_lookup(log->requests, pid));
    found->time = piece->time;
    if (role != 0)
        found->direction = (role == 1) == piece->is_sent ? WSSC_FOUND_REQUEST : WSSC_FOUND_RESPONSE;
    char **own = piece->is_sent ? &found->src : &found->dst;
    *own = g_strdup_printf("process %s", pid);
    return found;
}

/* A binary message is octets in hexadecimal or base64. */
static GBytes *octets_of(const Piece *piece)
{
    const char *text = piece->text->str;
    GBytes *octets = wssc_hex_decode(text, strlen(text));
    return octets != NULL ? octets : wssc_base64_decode(text, strlen(text));
}

static void add_binary(Log *log, const Piece *piece)
{
    g_autofree char *place = g_strdup_printf("event %u", piece->entry);
    GBytes *octets = octets_of(piece);
    if (octets == NULL) {
        wssc_reading_skip(log->reading, place, "a binary message whose form is not known");
        return;
    }
    WsscFound *found = add_found(log, piece, 0);
    if (found == NULL) {
        g_bytes_unref(octets);
        return;
    }
    found->octets = octets;
    found->content_type = g_strdup("application/soap+msbin1");
}

static void finish(Log *log, const Piece *piece)
{
    g_autofree char *place = g_strdup_printf("event %u", piece->entry);
    if (piece->is_binary) {
        add_binary(log, piece);
        return;
    }
    g_autoptr(GArray) finds = wssc_text_find(wssc_bytes(piece->text->str, piece->text->len), TRUE);
    if (finds->len == 0 && piece->text->len > 0)
        wssc_reading_skip(log->reading, place, "a message without an envelope");
    for (guint i = 0; i < finds->len; i++) {
        WsscTextFind *find = &g_array_index(finds, WsscTextFind, i);
        WsscFound *found = add_found(log, piece, i > 0 ? find->start : 0);
        if (found == NULL)
            return;
        found->octets = g_steal_pointer(&find->octets);
        found->charset = g_strdup("utf-8");
        if (find->is_cut)
            found->damage = g_strdup("cut: the trace has not all pieces of it");
    }
}

static char *key_of(const Event *event, gboolean is_sent)
{
    return g_strdup_printf("%c %s %s", is_sent ? 's' : 'r', event->pid != NULL ? event->pid : "",
                           event->correlation != NULL ? event->correlation : "");
}

static void close_piece(Log *log, const char *key)
{
    Piece *piece = g_hash_table_lookup(log->open, key);
    if (piece == NULL)
        return;
    finish(log, piece);
    g_hash_table_remove(log->open, key);
}

/* The one that is open, or a new one: a trace may begin in its middle. */
static Piece *open_piece(Log *log, const Event *event, gboolean is_sent, const char *key)
{
    Piece *piece = g_hash_table_lookup(log->open, key);
    if (piece != NULL || g_hash_table_size(log->open) >= MAX_OPEN)
        return piece;
    piece = g_new0(Piece, 1);
    piece->text = g_string_new(NULL);
    piece->entry = log->reading->export->entries;
    piece->time = time_of(event);
    piece->is_sent = is_sent;
    piece->pid = g_strdup(event->pid);
    g_hash_table_insert(log->open, g_strdup(key), piece);
    return piece;
}

static void take_piece(Log *log, const Event *event)
{
    gboolean is_sent = event->id == ID_SENDING_BINARY || event->id == ID_SENDING_TEXT ||
                       event->id == ID_SENDING_START || event->id == ID_SENDING_STOP;
    g_autofree char *key = key_of(event, is_sent);
    if (event->id >= ID_SENDING_START) { /* a start closes what was left open */
        close_piece(log, key);
        if (event->id == ID_SENDING_START || event->id == ID_RECEIVED_START)
            open_piece(log, event, is_sent, key);
        return;
    }
    Piece *piece = open_piece(log, event, is_sent, key);
    if (piece == NULL || event->text == NULL || piece->text->len + strlen(event->text) > WSSC_MAX_MESSAGE_OCTETS)
        return;
    piece->is_binary = event->id == ID_SENDING_BINARY || event->id == ID_RECEIVED_BINARY;
    g_string_append(piece->text, event->text);
}

/* Who sends "POST" is a client. */
static void take_headers(Log *log, const Event *event)
{
    gboolean is_request = event->text != NULL && strstr(event->text, "POST") != NULL;
    gboolean is_response = event->text != NULL && g_strstr_len(event->text, 5, "HTTP/") != NULL;
    if (is_request == is_response)
        return;
    gboolean is_client = is_request == (event->id == ID_SENDING_HEADERS);
    g_hash_table_insert(log->requests, g_strdup(event->pid != NULL ? event->pid : "?"),
                        GINT_TO_POINTER(is_client ? 1 : 2));
}

static void take_event(Log *log, const Event *event)
{
    g_autofree char *place = g_strdup_printf("event %u", log->reading->export->entries);
    if (event->is_wwsapi && event->id >= ID_SENDING_BINARY && event->id <= ID_RECEIVED_STOP) {
        take_piece(log, event);
    } else if (event->is_wwsapi && (event->id == ID_SENDING_HEADERS || event->id == ID_RECEIVING_HEADERS)) {
        take_headers(log, event);
        wssc_reading_skip(log->reading, place, "a head of HTTP");
    } else if (!event->is_wwsapi && event->text != NULL && strstr(event->text, "Envelope") != NULL) {
        Piece whole = {.text = g_string_new(event->text),
                       .entry = log->reading->export->entries,
                       .time = time_of(event),
                       .pid = event->pid};
        finish(log, &whole);
        g_string_free(whole.text, TRUE);
    } else {
        wssc_reading_skip(log->reading, place, "an event without a message");
    }
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static gint by_entry(gconstpointer a, gconstpointer b)
{
    const Piece *one = *(Piece *const *)a, *other = *(Piece *const *)b;
    return one->entry < other->entry ? -1 : one->entry > other->entry;
}

/* Messages whose stop is missing. */
static void finish_open(Log *log)
{
    g_autoptr(GPtrArray) left = g_ptr_array_new();
    GHashTableIter iter;
    gpointer piece;
    g_hash_table_iter_init(&iter, log->open);
    while (g_hash_table_iter_next(&iter, NULL, &piece))
        g_ptr_array_add(left, piece);
    g_ptr_array_sort(left, by_entry);
    for (guint i = 0; i < left->len; i++)
        finish(log, left->pdata[i]);
}

static gsize find_after(WsscBytes text, gsize from, gsize to, const char *word)
{
    const guint8 *found = from < to ? memmem(text.data + from, to - from, word, strlen(word)) : NULL;
    return found != NULL ? (gsize)(found - text.data) : to;
}

/* "<Event ", not "<Events>" or "<EventID>". */
static gsize next_event(WsscBytes text, gsize from)
{
    gsize at = from;
    while ((at = find_after(text, at, text.len, "<Event")) < text.len) {
        char c = at + 6 < text.len ? (char)text.data[at + 6] : '\0';
        if (wssc_is_xml_space(c) || c == '>')
            return at;
        at += 6;
    }
    return text.len;
}

void wssc_export_read_etw(WsscReading *reading, GBytes *octets)
{
    WsscBytes text = wssc_bytes_of(octets);
    Log log = {.reading = reading};
    log.open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_piece);
    log.requests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize at = next_event(text, 0), next; at < text.len && !wssc_reading_is_full(reading); at = next) {
        Event event = {0};
        next = next_event(text, at + 1);
        gsize end = find_after(text, at, next, "</Event>");
        if (end >= next)
            wssc_reading_damage(reading, "event %u, at octet %" G_GSIZE_FORMAT ", is cut", reading->export->entries + 1,
                                at);
        reading->export->entries++;
        read_event(wssc_bytes(text.data + at, end - at), &event);
        take_event(&log, &event);
        clear(&event);
    }
    finish_open(&log);
    g_hash_table_unref(log.open);
    g_hash_table_unref(log.requests);
}
