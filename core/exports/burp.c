/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What Burp Suite saves ("Save items"): XML with each request and response, as base64 or as it is.
 */
#define _GNU_SOURCE
#include <string.h>

#include "exports/reader.h"
#include "exports/tags.h"

#define MAX_LOOK 16384 /* the document type comes before the root */

gboolean wssc_export_is_burp(WsscBytes octets)
{
    gsize look = MIN(octets.len, MAX_LOOK);
    return memmem(octets.data, look, "<items", 6) != NULL && memmem(octets.data, look, "burpVersion", 11) != NULL;
}

typedef struct {
    char *time, *url, *address, *port;
    GBytes *request, *response;
} Entry;

static void clear(Entry *entry)
{
    char **const owned[] = {&entry->time, &entry->url, &entry->address, &entry->port};
    for (guint i = 0; i < G_N_ELEMENTS(owned); i++)
        g_clear_pointer(owned[i], g_free);
    g_clear_pointer(&entry->request, g_bytes_unref);
    g_clear_pointer(&entry->response, g_bytes_unref);
}

/* "Tue Jan 10 17:55:22 EST 2023": only some zones have a name that says which. */
static gint64 parse_time(const char *text, gboolean *ret_is_local)
{
    g_auto(GStrv) words = text != NULL ? g_strsplit(text, " ", -1) : NULL;
    if (words == NULL || g_strv_length(words) != 6)
        return WSSC_TIME_NONE;
    const char *zone = words[4];
    gboolean is_utc = strcmp(zone, "UTC") == 0 || strcmp(zone, "GMT") == 0;
    g_autofree char *day = strlen(words[2]) == 1 ? g_strdup_printf("0%s", words[2]) : g_strdup(words[2]);
    g_autofree char *same = g_strdup_printf("%s/%s/%s:%s%s", day, words[1], words[5], words[3], is_utc ? "Z" : "");
    return wssc_log_time(wssc_bytes(same, strlen(same)), ret_is_local);
}

static GBytes *message_of(WsscTags *tags, const WsscTag *start)
{
    g_autofree char *base64 = wssc_tag_attribute(start, "base64");
    g_autofree char *text = wssc_tags_text(tags);
    if (text == NULL)
        return NULL;
    if (g_strcmp0(base64, "true") == 0)
        return wssc_base64_decode(text, strlen(text));
    return g_bytes_new(text, strlen(text));
}

static void add_side(WsscReading *reading, const Entry *entry, GBytes *octets, gboolean is_response)
{
    g_autofree char *place =
        g_strdup_printf("item %u, %s", reading->export->entries, is_response ? "response" : "request");
    if (octets == NULL)
        return;
    WsscFound *found = wssc_http_add(reading, reading->export->entries, place, wssc_bytes_of(octets));
    if (found == NULL)
        return;
    found->pair = reading->export->entries;
    found->time = parse_time(entry->time, &found->is_local_time);
    if (entry->url == NULL)
        return;
    wssc_found_set_url(found, entry->url, "client");
    if (entry->address == NULL || *entry->address == '\0' || entry->port == NULL)
        return;
    char **service = is_response ? &found->src : &found->dst;
    g_free(*service);
    *service = g_strdup_printf(strchr(entry->address, ':') != NULL ? "[%s]:%s" : "%s:%s", entry->address, entry->port);
}

static void take_element(Entry *entry, WsscTags *tags, const WsscTag *tag)
{
    const struct {
        const char *name;
        char **value;
    } texts[] = {{"time", &entry->time}, {"url", &entry->url}, {"port", &entry->port}};
    if (wssc_tag_is(tag, "host") && entry->address == NULL)
        entry->address = wssc_tag_attribute(tag, "ip");
    else if (wssc_tag_is(tag, "request") && entry->request == NULL)
        entry->request = message_of(tags, tag);
    else if (wssc_tag_is(tag, "response") && entry->response == NULL)
        entry->response = message_of(tags, tag);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        if (wssc_tag_is(tag, texts[i].name) && *texts[i].value == NULL)
            *texts[i].value = wssc_tags_text(tags);
}

void wssc_export_read_burp(WsscReading *reading, GBytes *octets)
{
    WsscTags tags = {.text = wssc_bytes_of(octets)};
    WsscTag tag;
    Entry entry = {0};
    gboolean is_inside = FALSE;

    while (wssc_tags_next(&tags, &tag) && !wssc_reading_is_full(reading)) {
        if (tag.kind == WSSC_TAG_START && wssc_tag_is(&tag, "item")) {
            clear(&entry);
            is_inside = TRUE;
            reading->export->entries++;
        } else if (tag.kind == WSSC_TAG_END && wssc_tag_is(&tag, "item") && is_inside) {
            add_side(reading, &entry, entry.request, FALSE);
            add_side(reading, &entry, entry.response, TRUE);
            is_inside = FALSE;
        } else if (tag.kind == WSSC_TAG_START && is_inside) {
            take_element(&entry, &tags, &tag);
        }
    }
    if (is_inside)
        wssc_reading_damage(reading, "item %u is cut", reading->export->entries);
    clear(&entry);
}
