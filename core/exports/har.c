/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * HTTP archives (HAR 1.2): what browsers, proxies and test tools save.
 */
#define _GNU_SOURCE
#include <string.h>

#include "exports/json_reader.h"
#include "exports/reader.h"

#define MAX_LOOK 65536 /* for the members that name the format */

gboolean wssc_export_is_har(WsscBytes octets)
{
    gsize at = octets.len > 3 && memcmp(octets.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0, look;
    while (at < octets.len && wssc_is_xml_space((char)octets.data[at]))
        at++;
    if (at >= octets.len || octets.data[at] != '{')
        return FALSE;
    look = MIN(octets.len, MAX_LOOK);
    return memmem(octets.data, look, "\"log\"", 5) != NULL && memmem(octets.data, octets.len, "\"entries\"", 9) != NULL;
}

typedef struct {
    WsscHttpMessageHead head;
    GBytes *body;
    gboolean is_there;
} Side;

typedef struct {
    Side request, response;
    char *url, *started, *server, *port, *connection;
    double took; /* milliseconds */
} Entry;

static void clear(Entry *entry)
{
    Side *const sides[] = {&entry->request, &entry->response};
    char **const owned[] = {&entry->url, &entry->started, &entry->server, &entry->port, &entry->connection};
    for (guint i = 0; i < G_N_ELEMENTS(sides); i++) {
        wssc_http_message_head_clear(&sides[i]->head);
        g_clear_pointer(&sides[i]->body, g_bytes_unref);
    }
    for (guint i = 0; i < G_N_ELEMENTS(owned); i++)
        g_clear_pointer(owned[i], g_free);
}

static void set(char **field, char *value)
{
    if (value == NULL)
        return;
    g_free(*field);
    *field = value;
}

static void read_header(WsscJson *json, Side *side)
{
    g_autofree char *name = NULL, *value = NULL;
    char *member;
    if (!wssc_json_enter(json, '{'))
        return;
    while ((member = wssc_json_next_member(json)) != NULL) {
        if (strcmp(member, "name") == 0)
            set(&name, wssc_json_text(json));
        else if (strcmp(member, "value") == 0)
            set(&value, wssc_json_text(json));
        else
            wssc_json_skip(json);
        g_free(member);
    }
    if (name == NULL || value == NULL)
        return;
    if (g_ascii_strcasecmp(name, "Content-Type") == 0)
        set(&side->head.content_type, g_steal_pointer(&value));
    else if (g_ascii_strcasecmp(name, "SOAPAction") == 0)
        set(&side->head.soap_action, g_steal_pointer(&value));
    else if (g_ascii_strcasecmp(name, side->head.is_response ? "Server" : "User-Agent") == 0)
        set(&side->head.agent, g_steal_pointer(&value));
}

static void read_headers(WsscJson *json, Side *side)
{
    if (!wssc_json_enter(json, '['))
        return;
    while (wssc_json_next_item(json))
        read_header(json, side);
}

/* postData or content: content encodings are undone there, what is no text is base64. */
static void read_content(WsscJson *json, Side *side)
{
    g_autofree char *type = NULL, *encoding = NULL;
    char *member;
    if (!wssc_json_enter(json, '{'))
        return;
    while ((member = wssc_json_next_member(json)) != NULL) {
        if (strcmp(member, "mimeType") == 0) {
            set(&type, wssc_json_text(json));
        } else if (strcmp(member, "encoding") == 0 || strcmp(member, "_encoding") == 0) {
            set(&encoding, wssc_json_text(json));
        } else if (strcmp(member, "text") == 0) {
            g_clear_pointer(&side->body, g_bytes_unref);
            side->body = wssc_json_string(json);
        } else {
            wssc_json_skip(json);
        }
        g_free(member);
    }
    if (side->head.content_type == NULL)
        side->head.content_type = g_steal_pointer(&type);
    if (side->body == NULL || encoding == NULL || strcmp(encoding, "base64") != 0)
        return;
    WsscBytes text = wssc_bytes_of(side->body);
    GBytes *plain = wssc_base64_decode((const char *)text.data, text.len);
    if (plain == NULL)
        return;
    g_bytes_unref(side->body);
    side->body = plain;
}

static guint status_of(double number)
{
    return (guint)CLAMP(number, 0, 999);
}

static void read_side(WsscJson *json, Entry *entry, Side *side)
{
    char *member;
    side->is_there = wssc_json_enter(json, '{');
    while (side->is_there && (member = wssc_json_next_member(json)) != NULL) {
        if (strcmp(member, "headers") == 0)
            read_headers(json, side);
        else if (strcmp(member, "postData") == 0 || strcmp(member, "content") == 0)
            read_content(json, side);
        else if (strcmp(member, "status") == 0)
            side->head.status = status_of(wssc_json_number(json));
        else if (strcmp(member, "url") == 0)
            set(&entry->url, wssc_json_text(json));
        else
            wssc_json_skip(json);
        g_free(member);
    }
}

/* The text of a body is characters here, whatever its octets were. */
static void add_side(WsscReading *reading, const Entry *entry, const Side *side, guint number, gint64 time)
{
    const char *which = side->head.is_response ? "response" : "request";
    g_autofree char *place = g_strdup_printf("entry %u, %s", number, which);
    WsscBytes body = side->body != NULL ? wssc_bytes_of(side->body) : wssc_bytes(NULL, 0);
    if (!side->is_there)
        return;
    WsscFound *found = wssc_http_add_body(reading, number, place, &side->head, body);
    if (found == NULL)
        return;
    if (wssc_octets_are_text(body))
        found->charset = g_strdup("utf-8");
    found->time = time;
    found->pair = number;
    found->stream = entry->connection != NULL ? g_str_hash(entry->connection) : 0;
    if (entry->url == NULL)
        return;
    wssc_found_set_url(found, entry->url, "client");
    if (entry->server != NULL && *entry->server != '\0') {
        char **service = side->head.is_response ? &found->src : &found->dst;
        const char *port = strrchr(*service, ':');
        g_autofree char *named =
            g_strdup_printf(strchr(entry->server, ':') != NULL && *entry->server != '[' ? "[%s]%s" : "%s%s",
                            entry->server, port != NULL ? port : "");
        set(service, g_steal_pointer(&named));
    }
}

static void add_entry(WsscReading *reading, Entry *entry, guint number)
{
    gint64 time = entry->started != NULL ? wssc_time_parse(entry->started) : WSSC_TIME_NONE;
    gint64 answered = time != WSSC_TIME_NONE ? time + (gint64)(CLAMP(entry->took, 0, 1e9) * 1000) : WSSC_TIME_NONE;
    entry->request.head.content_length = entry->response.head.content_length = -1;
    add_side(reading, entry, &entry->request, number, time);
    add_side(reading, entry, &entry->response, number, answered);
}

static void read_entry(WsscReading *reading, WsscJson *json)
{
    Entry entry = {.response = {.head = {.is_response = TRUE}}};
    char *member;
    gboolean is_entry = wssc_json_enter(json, '{');
    while (is_entry && (member = wssc_json_next_member(json)) != NULL) {
        if (strcmp(member, "request") == 0)
            read_side(json, &entry, &entry.request);
        else if (strcmp(member, "response") == 0)
            read_side(json, &entry, &entry.response);
        else if (strcmp(member, "startedDateTime") == 0)
            set(&entry.started, wssc_json_text(json));
        else if (strcmp(member, "time") == 0)
            entry.took = wssc_json_number(json);
        else if (strcmp(member, "serverIPAddress") == 0)
            set(&entry.server, wssc_json_text(json));
        else if (strcmp(member, "connection") == 0)
            set(&entry.connection, wssc_json_text(json));
        else
            wssc_json_skip(json);
        g_free(member);
    }
    add_entry(reading, &entry, ++reading->export->entries);
    clear(&entry);
}

static void read_entries(WsscReading *reading, WsscJson *json)
{
    if (!wssc_json_enter(json, '['))
        return;
    while (wssc_json_next_item(json) && !wssc_reading_is_full(reading))
        read_entry(reading, json);
}

static void read_log(WsscReading *reading, WsscJson *json)
{
    char *member;
    if (!wssc_json_enter(json, '{'))
        return;
    while ((member = wssc_json_next_member(json)) != NULL) {
        if (strcmp(member, "entries") == 0)
            read_entries(reading, json);
        else
            wssc_json_skip(json);
        g_free(member);
    }
}

void wssc_export_read_har(WsscReading *reading, GBytes *octets)
{
    WsscJson json = {.text = wssc_bytes_of(octets)};
    char *member;
    if (json.text.len > 3 && memcmp(json.text.data, "\xEF\xBB\xBF", 3) == 0)
        json.at = 3;
    if (!wssc_json_enter(&json, '{'))
        return;
    while ((member = wssc_json_next_member(&json)) != NULL) {
        if (strcmp(member, "log") == 0)
            read_log(reading, &json);
        else
            wssc_json_skip(&json);
        g_free(member);
    }
    if (json.is_bad)
        wssc_reading_damage(reading, "entry %u, octet %" G_GSIZE_FORMAT ": no JSON, or it ends there",
                            reading->export->entries, json.at);
}
