/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Fiddler's session archives: raw/N_c.txt is the request as it came, raw/N_s.txt the response, raw/N_m.xml times and
 * ends. Any other ZIP archive: each member is a file as people bring them.
 */
#include <string.h>

#include "base/limits.h"
#include "exports/tags.h"
#include "exports/zip.h"

typedef struct {
    guint number;
    const WsscZipMember *client, *server, *meta;
} Exchange;

/* "raw/0012_c.txt": its number and its letter. FALSE for any other name. */
static gboolean parse_name(const char *name, guint *ret_number, char *ret_which)
{
    if (g_ascii_strncasecmp(name, "raw", 3) != 0 || (name[3] != '/' && name[3] != '\\') || !g_ascii_isdigit(name[4]))
        return FALSE;
    char *end = NULL;
    guint64 number = g_ascii_strtoull(name + 4, &end, 10);
    if (number == 0 || number > G_MAXINT32 || *end != '_' || end[1] == '\0' || strchr("csm", end[1]) == NULL ||
        end[2] != '.')
        return FALSE;
    *ret_number = (guint)number;
    *ret_which = end[1];
    return TRUE;
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    guint one = ((const Exchange *)a)->number, other = ((const Exchange *)b)->number;
    return one < other ? -1 : one > other;
}

/* Exchange, by number. */
static GArray *exchanges_of(const GPtrArray *members)
{
    GArray *list = g_array_new(FALSE, TRUE, sizeof(Exchange));
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < members->len; i++) {
        const WsscZipMember *member = members->pdata[i];
        Exchange fresh = {0};
        char which;
        if (!parse_name(member->name, &fresh.number, &which))
            continue;
        guint at = GPOINTER_TO_UINT(g_hash_table_lookup(known, GUINT_TO_POINTER(fresh.number)));
        if (at == 0) {
            g_array_append_val(list, fresh);
            at = list->len;
            g_hash_table_insert(known, GUINT_TO_POINTER(fresh.number), GUINT_TO_POINTER(at));
        }
        Exchange *exchange = &g_array_index(list, Exchange, at - 1);
        *(which == 'c' ? &exchange->client : which == 's' ? &exchange->server : &exchange->meta) = member;
    }
    g_array_sort(list, by_number);
    return list;
}

static GBytes *unpack(WsscReading *reading, WsscBytes archive, const WsscZipMember *member)
{
    const char *reason = NULL;
    GBytes *plain = wssc_zip_unpack(archive, member, reading->left, &reason);
    if (plain == NULL)
        wssc_reading_damage(reading, "%s: %s", member->name, reason);
    else
        reading->left -= MIN(reading->left, g_bytes_get_size(plain));
    return plain;
}

/* ---- Fiddler ---------------------------------------------------------------------------------------------------- */

typedef struct {
    gint64 requested, answered;
    char *client, *client_port, *host;
    gboolean is_https;
} Meta;

#define FLAG_HTTPS 1 /* of BitFlags */

static gint64 timer(const WsscTag *tag, const char *name)
{
    g_autofree char *text = wssc_tag_attribute(tag, name);
    gint64 time = text != NULL ? wssc_time_parse(text) : WSSC_TIME_NONE;
    return time > 0 ? time : WSSC_TIME_NONE; /* the year 1: it did not happen */
}

static gint64 first_time(const WsscTag *tag, const char *const *names, guint count)
{
    gint64 time = WSSC_TIME_NONE;
    for (guint i = 0; i < count && time == WSSC_TIME_NONE; i++)
        time = timer(tag, names[i]);
    return time;
}

static void take_flag(Meta *meta, const WsscTag *tag)
{
    const struct {
        const char *name;
        char **value;
    } flags[] = {{"x-clientip", &meta->client}, {"x-clientport", &meta->client_port}, {"x-hostip", &meta->host}};
    g_autofree char *name = wssc_tag_attribute(tag, "N");
    for (guint i = 0; name != NULL && i < G_N_ELEMENTS(flags); i++)
        if (g_ascii_strcasecmp(name, flags[i].name) == 0 && *flags[i].value == NULL)
            *flags[i].value = wssc_tag_attribute(tag, "V");
}

static void read_meta(WsscBytes text, Meta *meta)
{
    static const char *const began[] = {"ClientDoneRequest", "ClientBeginRequest", "ServerGotRequest",
                                        "ClientConnected"};
    static const char *const ended[] = {"ServerDoneResponse", "ServerBeginResponse", "ClientDoneResponse"};
    WsscTags tags = {.text = text};
    WsscTag tag;
    while (wssc_tags_next(&tags, &tag)) {
        if (wssc_tag_is(&tag, "SessionTimers") && tag.kind != WSSC_TAG_END) {
            meta->requested = first_time(&tag, began, G_N_ELEMENTS(began));
            meta->answered = first_time(&tag, ended, G_N_ELEMENTS(ended));
        } else if (wssc_tag_is(&tag, "SessionFlag")) {
            take_flag(meta, &tag);
        } else if (wssc_tag_is(&tag, "Session")) {
            g_autofree char *bits = wssc_tag_attribute(&tag, "BitFlags");
            if (bits != NULL)
                meta->is_https =
                    (g_ascii_strtoull(bits, NULL, g_str_has_prefix(bits, "0x") ? 16 : 10) & FLAG_HTTPS) != 0;
        }
    }
}

static char *endpoint(const char *address, const char *port)
{
    if (address == NULL || *address == '\0')
        return NULL;
    const char *mapped = g_str_has_prefix(address, "::ffff:") ? address + 7 : address;
    gboolean is_v6 = strchr(mapped, ':') != NULL;
    return port != NULL ? g_strdup_printf(is_v6 ? "[%s]:%s" : "%s:%s", mapped, port) : g_strdup(mapped);
}

/* The service by the name in the request; its address where the archive has it. */
static void set_ends(WsscFound *found, const Meta *meta, const char *service)
{
    g_autofree char *client = endpoint(meta->client, meta->client_port);
    g_autofree char *url =
        service != NULL ? g_strdup_printf("%s://%s", meta->is_https ? "https" : "http", service) : NULL;
    if (url == NULL)
        return;
    wssc_found_set_url(found, url, client);
    char **end = found->direction == WSSC_FOUND_RESPONSE ? &found->src : &found->dst;
    const char *port = strrchr(*end, ':');
    char *address = meta->host != NULL && port != NULL ? endpoint(meta->host, port + 1) : NULL;
    if (address == NULL)
        return;
    g_free(*end);
    *end = address;
}

/* "https://host/x" where a client speaks to a proxy, else the Host field. */
static char *service_of(WsscBytes request, gboolean *is_https)
{
    WsscHttpMessageHead head;
    char *service = NULL;
    if (!wssc_http_message_head(request, &head))
        return NULL;
    const char *scheme = head.target != NULL ? strstr(head.target, "://") : NULL;
    if (scheme != NULL) {
        *is_https |= g_str_has_prefix(head.target, "https:");
        service = g_strndup(scheme + 3, strcspn(scheme + 3, "/?#"));
    } else {
        service = g_strdup(head.host);
    }
    wssc_http_message_head_clear(&head);
    return service;
}

static void add_exchange(WsscReading *reading, WsscBytes archive, const Exchange *exchange)
{
    Meta meta = {.requested = WSSC_TIME_NONE, .answered = WSSC_TIME_NONE};
    const WsscZipMember *const sides[] = {exchange->client, exchange->server};
    g_autofree char *service = NULL;
    if (exchange->meta != NULL) {
        g_autoptr(GBytes) text = unpack(reading, archive, exchange->meta);
        if (text != NULL)
            read_meta(wssc_bytes_of(text), &meta);
    }
    for (guint i = 0; i < G_N_ELEMENTS(sides); i++) {
        g_autoptr(GBytes) octets = sides[i] != NULL ? unpack(reading, archive, sides[i]) : NULL;
        if (octets == NULL || g_bytes_get_size(octets) == 0)
            continue;
        if (i == 0)
            service = service_of(wssc_bytes_of(octets), &meta.is_https);
        WsscFound *found = wssc_http_add(reading, exchange->number, sides[i]->name, wssc_bytes_of(octets));
        if (found == NULL)
            continue;
        found->pair = exchange->number;
        found->time = i == 0 ? meta.requested : meta.answered;
        set_ends(found, &meta, service);
    }
    g_free(meta.client);
    g_free(meta.client_port);
    g_free(meta.host);
}

/* ---- any archive ------------------------------------------------------------------------------------------------ */

static void read_member(WsscReading *reading, WsscBytes archive, const WsscZipMember *member)
{
    gsize len = strlen(member->name);
    if (len == 0 || member->name[len - 1] == '/')
        return;
    g_autoptr(GBytes) plain = unpack(reading, archive, member);
    const char *outer = reading->inside;
    guint before = reading->export->messages->len;
    if (plain == NULL)
        return;
    reading->inside = member->name;
    reading->depth++;
    gboolean is_read = reading->guess(reading, plain);
    reading->depth--;
    reading->inside = outer;
    if (!is_read || reading->export->messages->len == before)
        wssc_reading_skip(reading, member->name, "a member without SOAP");
    for (guint i = before; i < reading->export->messages->len; i++) {
        WsscFound *found = reading->export->messages->pdata[i];
        char *place = g_strdup_printf("%s, %s", member->name, found->place);
        g_free(found->place);
        found->place = place;
    }
}

void wssc_export_read_zip(WsscReading *reading, GBytes *octets)
{
    WsscBytes archive = wssc_bytes_of(octets);
    g_autoptr(GPtrArray) members = wssc_zip_members(archive);
    g_autoptr(GArray) exchanges = exchanges_of(members);

    if (members->len == 0)
        wssc_reading_damage(reading, "its directory cannot be read: the archive is cut or damaged");
    if (exchanges->len > 0) {
        reading->export->title = "a Fiddler archive (SAZ)";
        reading->export->entries = exchanges->len;
        for (guint i = 0; i < exchanges->len && !wssc_reading_is_full(reading); i++)
            add_exchange(reading, archive, &g_array_index(exchanges, Exchange, i));
        return;
    }
    if (reading->depth >= WSSC_MAX_EXPORT_DEPTH) {
        wssc_reading_damage(reading, "an archive inside archives: not unpacked");
        return;
    }
    for (guint i = 0; i < members->len && !wssc_reading_is_full(reading); i++)
        read_member(reading, archive, members->pdata[i]);
}
