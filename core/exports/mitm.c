/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mitmproxy's flow files: one typed netstring ("12:hello world!,") after the other, each a flow with its request, its
 * response and both connections. Names have changed little since version 4 of the format; what is not known is passed
 * over.
 */
#include <string.h>

#include "exports/reader.h"

#define MAX_LENGTH_DIGITS 10

/* ---- typed netstrings ------------------------------------------------------------------------------------------- */

typedef struct {
    char type; /* ',' octets, ';' text, '#' integer, '^' float, '!' boolean, '~' null, ']' list, '}' dictionary */
    WsscBytes value;
    gsize size; /* all of it */
} Item;

static gboolean read_item(WsscBytes octets, Item *item)
{
    gsize len = 0, at = 0;
    for (; at < octets.len && at <= MAX_LENGTH_DIGITS && g_ascii_isdigit((char)octets.data[at]); at++)
        len = len * 10 + (gsize)(octets.data[at] - '0');
    if (at == 0 || at > MAX_LENGTH_DIGITS || at >= octets.len || octets.data[at] != ':' || len >= octets.len - at - 1)
        return FALSE;
    item->value = wssc_bytes(octets.data + at + 1, len);
    item->type = (char)octets.data[at + 1 + len];
    item->size = at + len + 2;
    return item->type != '\0' && strchr(",;#^!~]}", item->type) != NULL;
}

/* The next one of a list or dictionary, whose rest is stepped over it. */
static gboolean next_item(WsscBytes *rest, Item *item)
{
    if (rest->len == 0 || !read_item(*rest, item))
        return FALSE;
    *rest = wssc_bytes(rest->data + item->size, rest->len - item->size);
    return TRUE;
}

static gboolean member(const Item *dictionary, const char *name, Item *ret_value)
{
    WsscBytes rest = dictionary->value;
    Item key;
    gsize len = strlen(name);
    if (dictionary->type != '}')
        return FALSE;
    while (next_item(&rest, &key) && next_item(&rest, ret_value))
        if (key.value.len == len && memcmp(key.value.data, name, len) == 0)
            return TRUE;
    return FALSE;
}

/* Caller frees; NULL when there is no text or number of that name. */
static char *text_of(const Item *dictionary, const char *name)
{
    Item value;
    if (!member(dictionary, name, &value) || strchr(",;#^", value.type) == NULL)
        return NULL;
    return g_strndup((const char *)value.value.data, value.value.len);
}

static gint64 time_of(const Item *dictionary, const char *name)
{
    g_autofree char *text = text_of(dictionary, name);
    double seconds = text != NULL ? g_ascii_strtod(text, NULL) : 0;
    if (!(seconds > 0 && seconds < 253402300799.0))
        return WSSC_TIME_NONE;
    return wssc_time_of_clock((gint64)seconds, (gint64)((seconds - (double)(gint64)seconds) * 1e6));
}

/* ["10.0.0.1", 8080, ...], or the same in a dictionary by the name "address"; NULL. Caller frees. */
static char *address_of(const Item *connection, const char *name)
{
    Item address, host, port;
    if (!member(connection, name, &address))
        return NULL;
    Item inner = address;
    if (address.type == '}' && !member(&inner, "address", &address))
        return NULL;
    WsscBytes rest = address.value;
    if (address.type != ']' || !next_item(&rest, &host) || !next_item(&rest, &port) || host.value.len > 256 ||
        port.value.len > 5)
        return NULL;
    gboolean is_v6 = memchr(host.value.data, ':', host.value.len) != NULL;
    return g_strdup_printf(is_v6 ? "[%.*s]:%.*s" : "%.*s:%.*s", (int)host.value.len, (const char *)host.value.data,
                           (int)port.value.len, (const char *)port.value.data);
}

/* ---- flows ------------------------------------------------------------------------------------------------------ */

static char *field_of(const Item *message, const char *name)
{
    Item headers, field, key, value;
    if (!member(message, "headers", &headers) || headers.type != ']')
        return NULL;
    for (WsscBytes rest = headers.value; next_item(&rest, &field);) {
        WsscBytes pair = field.value;
        if (field.type != ']' || !next_item(&pair, &key) || !next_item(&pair, &value))
            continue;
        if (key.value.len == strlen(name) &&
            g_ascii_strncasecmp((const char *)key.value.data, name, key.value.len) == 0)
            return g_strndup((const char *)value.value.data, value.value.len);
    }
    return NULL;
}

typedef struct {
    WsscReading *reading;
    guint entry;
    char *client, *server, *connection;
    gboolean is_tls;
} Flow;

static void add_side(const Flow *flow, const Item *message, gboolean is_response)
{
    g_autofree char *status = text_of(message, "status_code");
    g_autofree char *place = g_strdup_printf("flow %u, %s", flow->entry, is_response ? "response" : "request");
    WsscHttpMessageHead head = {.is_response = is_response,
                                .content_length = -1,
                                .status = status != NULL ? (guint)g_ascii_strtoull(status, NULL, 10) : 0,
                                .content_type = field_of(message, "content-type"),
                                .soap_action = field_of(message, "soapaction"),
                                .agent = field_of(message, is_response ? "server" : "user-agent"),
                                .content_encoding = field_of(message, "content-encoding")};
    Item content = {.value = wssc_bytes(NULL, 0)};
    if (!member(message, "content", &content) || content.type == '~')
        content.value = wssc_bytes(NULL, 0);
    WsscFound *found = wssc_http_add_body(flow->reading, flow->entry, place, &head, content.value);
    if (found != NULL) {
        g_autofree char *scheme = text_of(message, "scheme");
        found->time = time_of(message, is_response ? "timestamp_end" : "timestamp_start");
        if (found->time == WSSC_TIME_NONE)
            found->time = time_of(message, "timestamp_start");
        found->pair = flow->entry;
        found->stream = flow->connection != NULL ? g_str_hash(flow->connection) : 0;
        found->is_protected = flow->is_tls || g_strcmp0(scheme, "https") == 0;
        found->transport = found->is_protected ? WSSC_TRANSPORT_HTTPS : WSSC_TRANSPORT_HTTP;
        found->src = g_strdup(is_response ? flow->server : flow->client);
        found->dst = g_strdup(is_response ? flow->client : flow->server);
    }
    wssc_http_message_head_clear(&head);
}

static void read_connections(Flow *flow, const Item *item)
{
    Item client, server, tls;
    if (member(item, "client_conn", &client)) {
        flow->client = address_of(&client, "peername");
        if (flow->client == NULL)
            flow->client = address_of(&client, "address");
        flow->connection = text_of(&client, "id");
        flow->is_tls = (member(&client, "tls_established", &tls) || member(&client, "tls", &tls)) && tls.type == '!' &&
                       tls.value.len == 4;
    }
    if (!member(item, "server_conn", &server))
        return;
    static const char *const names[] = {"peername", "ip_address", "address"};
    for (guint i = 0; i < G_N_ELEMENTS(names) && flow->server == NULL; i++)
        flow->server = address_of(&server, names[i]);
}

static void read_flow(WsscReading *reading, const Item *item)
{
    Flow flow = {.reading = reading, .entry = ++reading->export->entries};
    g_autofree char *type = text_of(item, "type");
    g_autofree char *place = g_strdup_printf("flow %u", flow.entry);
    Item request, response;

    if (g_strcmp0(type, "http") != 0 || !member(item, "request", &request)) {
        wssc_reading_skip(reading, place, "a flow that is no HTTP (%.16s)", type != NULL ? type : "of no type");
        return;
    }
    read_connections(&flow, item);
    add_side(&flow, &request, FALSE);
    if (member(item, "response", &response) && response.type == '}')
        add_side(&flow, &response, TRUE);
    else
        wssc_reading_skip(reading, place, "a flow without a response");
    g_free(flow.client);
    g_free(flow.server);
    g_free(flow.connection);
}

gboolean wssc_export_is_mitm(WsscBytes octets)
{
    Item item, key;
    gsize digits = 0;
    while (digits < octets.len && g_ascii_isdigit((char)octets.data[digits]))
        digits++;
    if (digits == 0 || digits > MAX_LENGTH_DIGITS || digits >= octets.len || octets.data[digits] != ':')
        return FALSE;
    /* One that is cut still begins with the name of a member. */
    WsscBytes inner = wssc_bytes(octets.data + digits + 1, octets.len - digits - 1);
    return read_item(inner, &key) && (key.type == ',' || key.type == ';') &&
           (!read_item(octets, &item) || item.type == '}');
}

void wssc_export_read_mitm(WsscReading *reading, GBytes *octets)
{
    WsscBytes all = wssc_bytes_of(octets), rest = all;
    Item item;
    while (rest.len > 0 && !wssc_reading_is_full(reading)) {
        gsize at = all.len - rest.len;
        if (!next_item(&rest, &item) || item.type != '}') {
            wssc_reading_damage(reading, "at octet %" G_GSIZE_FORMAT ": no flow begins there, or it is cut", at);
            return;
        }
        read_flow(reading, &item);
    }
}
