/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Trace and message logs of WCF (.svclog): E2ETraceEvent elements one behind the other, without a root. A message that
 * was logged stands in a MessageLogTraceRecord; both levels of logging may be in one file, and then each message stands
 * there twice: as the service sees it, without its security, and as it is sent.
 */
#define _GNU_SOURCE
#include <string.h>

#include "exports/reader.h"
#include "exports/tags.h"

#define MAX_LOOK 4096
#define MAX_ACTIVITIES 100000

static const char open_event[] = "<E2ETraceEvent", close_event[] = "</E2ETraceEvent";

gboolean wssc_export_is_svclog(WsscBytes octets)
{
    gsize look = MIN(octets.len, MAX_LOOK);
    return memmem(octets.data, look, open_event, strlen(open_event)) != NULL ||
           (memmem(octets.data, look, "<MessageLogTraceRecord", 22) != NULL &&
            memmem(octets.data, look, "&lt;MessageLogTraceRecord", 25) == NULL);
}

/* What stands around a message in its event. */
typedef struct {
    char *created, *activity, *process, *pid, *computer; /* of the event */
    char *logged, *source;                               /* of the record */
    char *method, *host, *content_type, *soap_action;    /* of HTTP, where that carried it */
    char *status, *to;
    gboolean is_request, is_response, has_record;
} Event;

static void clear(Event *event)
{
    char **const owned[] = {&event->created,     &event->activity, &event->process, &event->pid,  &event->computer,
                            &event->logged,      &event->source,   &event->method,  &event->host, &event->content_type,
                            &event->soap_action, &event->status,   &event->to};
    for (guint i = 0; i < G_N_ELEMENTS(owned); i++)
        g_clear_pointer(owned[i], g_free);
}

static void take_text(WsscTags *tags, const WsscTag *tag, const char *name, char **field)
{
    if (*field == NULL && tag->kind == WSSC_TAG_START && wssc_tag_is(tag, name))
        *field = wssc_tags_text(tags);
}

static void take_attribute(const WsscTag *tag, const char *element, const char *attribute, char **field)
{
    if (*field == NULL && wssc_tag_is(tag, element))
        *field = wssc_tag_attribute(tag, attribute);
}

static void take_tag(Event *event, WsscTags *tags, const WsscTag *tag)
{
    take_attribute(tag, "TimeCreated", "SystemTime", &event->created);
    take_attribute(tag, "Correlation", "ActivityID", &event->activity);
    take_attribute(tag, "Execution", "ProcessID", &event->pid);
    take_attribute(tag, "Execution", "ProcessName", &event->process);
    take_attribute(tag, "MessageLogTraceRecord", "Time", &event->logged);
    take_attribute(tag, "MessageLogTraceRecord", "Source", &event->source);
    event->has_record |= wssc_tag_is(tag, "MessageLogTraceRecord");
    event->is_request |= wssc_tag_is(tag, "HttpRequest");
    event->is_response |= wssc_tag_is(tag, "HttpResponse");
    take_text(tags, tag, "Computer", &event->computer);
    take_text(tags, tag, "Host", &event->host);
    take_text(tags, tag, "Content-Type", &event->content_type);
    take_text(tags, tag, "SOAPAction", &event->soap_action);
    take_text(tags, tag, "StatusCode", &event->status);
    if (event->has_record)
        take_text(tags, tag, "To", &event->to);
}

/* Up to the envelope; behind it nothing is of interest. */
static void read_event(WsscBytes text, Event *event)
{
    WsscTags tags = {.text = text};
    WsscTag tag;
    while (wssc_tags_next(&tags, &tag)) {
        if (tag.kind == WSSC_TAG_START && wssc_tag_is(&tag, "Envelope"))
            break;
        if (tag.kind == WSSC_TAG_START || tag.kind == WSSC_TAG_EMPTY)
            take_tag(event, &tags, &tag);
    }
}

/* ---- ends ------------------------------------------------------------------------------------------------------- */

/* The wsa:To of an envelope, where neither the record nor HTTP names the service. */
static char *to_of(WsscBytes envelope)
{
    WsscTags tags = {.text = envelope};
    WsscTag tag;
    char *to = NULL;
    while (to == NULL && wssc_tags_next(&tags, &tag) && !wssc_tag_is(&tag, "Body"))
        take_text(&tags, &tag, "To", &to);
    if (to != NULL && strstr(to, "anonymous") != NULL)
        g_clear_pointer(&to, g_free);
    return to;
}

static char *process_of(const Event *event)
{
    const char *name = event->process != NULL ? event->process : event->computer;
    return name == NULL ? NULL : event->pid != NULL ? g_strdup_printf("%s (%s)", name, event->pid) : g_strdup(name);
}

typedef struct {
    guint64 pair;
    gboolean is_sent, is_open;
    char *service;
    WsscTransport transport;
    gboolean is_protected;
} Activity;

static void free_activity(gpointer data)
{
    g_free(((Activity *)data)->service);
    g_free(data);
}

typedef struct {
    WsscReading *reading;
    WsscBytes text;
    GHashTable *activities; /* process and activity -> Activity */
    guint64 pairs;
    GHashTable *aside; /* WsscFound of the service level */
    gboolean has_transport_level;
} Log;

static gboolean is_sent(const Event *event)
{
    return event->source != NULL && strstr(event->source, "Send") != NULL;
}

static Activity *activity_of(Log *log, const Event *event)
{
    g_autofree char *key = g_strdup_printf("%s %s", event->pid != NULL ? event->pid : "", event->activity);
    Activity *activity = g_hash_table_lookup(log->activities, key);
    if (activity == NULL && g_hash_table_size(log->activities) < MAX_ACTIVITIES) {
        activity = g_new0(Activity, 1);
        g_hash_table_insert(log->activities, g_steal_pointer(&key), activity);
    }
    return activity;
}

/* Inside one activity of a process a message of HTTP and the next one the other way are a request and its response: a
 * reply's record has no HttpResponse where the service made none. */
static void pair(Log *log, const Event *event, WsscFound *found)
{
    Activity *activity =
        event->activity != NULL && strstr(event->activity, "00000000-0000-0000-0000-000000000000") == NULL
            ? activity_of(log, event)
            : NULL;
    if (activity == NULL)
        return;
    if (found->direction == WSSC_FOUND_UNKNOWN && activity->is_open && activity->is_sent != is_sent(event))
        found->direction = WSSC_FOUND_RESPONSE;
    if (found->direction == WSSC_FOUND_REQUEST) {
        g_free(activity->service);
        activity->pair = ++log->pairs;
        activity->is_sent = is_sent(event);
        activity->is_open = TRUE;
        activity->service = g_strdup(found->dst);
        activity->transport = found->transport;
        activity->is_protected = found->is_protected;
        found->pair = activity->pair;
    } else if (found->direction == WSSC_FOUND_RESPONSE && activity->is_open) {
        activity->is_open = FALSE;
        found->pair = activity->pair;
        g_free(found->src);
        found->src = g_strdup(activity->service);
        found->transport = activity->transport;
        found->is_protected = activity->is_protected;
    }
}

static void set_ends(const Event *event, WsscFound *found)
{
    g_autofree char *process = process_of(event);
    g_autofree char *to = event->to != NULL && strstr(event->to, "anonymous") == NULL
                              ? g_strdup(event->to)
                              : to_of(wssc_bytes_of(found->octets));
    gboolean is_to_service = found->direction != WSSC_FOUND_RESPONSE;
    if (to != NULL && is_to_service)
        wssc_found_set_url(found, to, NULL);
    else if (event->host != NULL && is_to_service)
        wssc_found_set_url(found, event->host, NULL);
    char **own = is_sent(event) ? &found->src : &found->dst;
    if (process == NULL || (is_to_service && !is_sent(event)))
        return; /* what a service receives goes to the address that its client wrote */
    g_free(*own);
    *own = g_steal_pointer(&process);
}

/* ---- events ----------------------------------------------------------------------------------------------------- */

static gboolean is_service_level(const Event *event)
{
    return event->source != NULL && g_str_has_prefix(event->source, "ServiceLevel");
}

static guint status_of(const char *status)
{
    static const struct {
        const char *name;
        guint status;
    } names[] = {{"OK", 200},        {"Accepted", 202}, {"BadRequest", 400},          {"Unauthorized", 401},
                 {"Forbidden", 403}, {"NotFound", 404}, {"InternalServerError", 500}, {"ServiceUnavailable", 503}};
    for (guint i = 0; status != NULL && i < G_N_ELEMENTS(names); i++)
        if (strcmp(status, names[i].name) == 0)
            return names[i].status;
    return status != NULL ? (guint)g_ascii_strtoull(status, NULL, 10) : 0;
}

static void describe(Log *log, const Event *event, WsscFound *found)
{
    const char *time = event->logged != NULL ? event->logged : event->created;
    found->time = time != NULL ? wssc_time_parse(time) : WSSC_TIME_NONE;
    found->direction = event->is_request    ? WSSC_FOUND_REQUEST
                       : event->is_response ? WSSC_FOUND_RESPONSE
                                            : WSSC_FOUND_UNKNOWN;
    found->soap_action = g_strdup(event->soap_action);
    found->http_status = event->is_response ? status_of(event->status) : 0;
    set_ends(event, found);
    pair(log, event, found);
    if (is_service_level(event))
        g_hash_table_add(log->aside, found);
    else
        log->has_transport_level = TRUE;
}

static void add_finds(Log *log, const Event *event, WsscBytes body, gsize at)
{
    WsscReading *reading = log->reading;
    g_autoptr(GArray) finds = wssc_text_find(body, TRUE);
    g_autofree char *place = g_strdup_printf("event %u", reading->export->entries);

    if (finds->len == 0)
        wssc_reading_skip(reading, place,
                          event->has_record ? "a record without an envelope" : "an event without a message");
    for (guint i = 0; i < finds->len; i++) {
        WsscTextFind *find = &g_array_index(finds, WsscTextFind, i);
        char *own = g_strdup_printf("event %u, octet %" G_GSIZE_FORMAT, reading->export->entries, at + find->start);
        WsscFound *found = wssc_reading_add(reading, reading->export->entries, own);
        if (found == NULL)
            return;
        found->octets = g_steal_pointer(&find->octets);
        found->charset = g_strdup("utf-8");
        if (find->is_cut)
            found->damage = g_strdup("cut: the log does not go on with it");
        describe(log, event, found);
    }
}

static void read_one(Log *log, gsize at, gsize end)
{
    Event event = {0};
    WsscBytes body = wssc_bytes(log->text.data + at, end - at);
    log->reading->export->entries++;
    read_event(body, &event);
    add_finds(log, &event, body, at);
    clear(&event);
}

static gsize find_after(WsscBytes text, gsize from, const char *word)
{
    const guint8 *found = from < text.len ? memmem(text.data + from, text.len - from, word, strlen(word)) : NULL;
    return found != NULL ? (gsize)(found - text.data) : text.len;
}

static void read_events(Log *log, const char *open, const char *close)
{
    gsize at = find_after(log->text, 0, open);
    while (at < log->text.len && !wssc_reading_is_full(log->reading)) {
        gsize next = find_after(log->text, at + 1, open);
        gsize end = find_after(wssc_bytes(log->text.data, next), at + 1, close);
        if (end >= next)
            wssc_reading_damage(log->reading, "event %u, at octet %" G_GSIZE_FORMAT ", is cut",
                                log->reading->export->entries + 1, at);
        read_one(log, at, end);
        at = next;
    }
}

void wssc_export_read_svclog(WsscReading *reading, GBytes *octets)
{
    Log log = {.reading = reading, .text = wssc_bytes_of(octets)};
    log.activities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_activity);
    log.aside = g_hash_table_new(NULL, NULL);
    if (find_after(log.text, 0, open_event) < log.text.len)
        read_events(&log, open_event, close_event);
    else
        read_events(&log, "<MessageLogTraceRecord", "</MessageLogTraceRecord");
    if (log.has_transport_level)
        wssc_reading_drop(reading, log.aside, "a message of the service level, which the transport level has as well");
    g_hash_table_unref(log.aside);
    g_hash_table_unref(log.activities);
}
