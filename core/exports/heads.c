/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Heads of HTTP messages as octets (RFC 9112), with their first line or without.
 */
#define _GNU_SOURCE
#include <string.h>

#include "carrier/envelope.h"
#include "exports/reader.h"

#define MAX_HEAD 65536

/* ---- heads ------------------------------------------------------------------------------------------------------ */

/* The next line without its end; FALSE when there is no whole one. */
static gboolean next_line(WsscBytes text, gsize *at, WsscBytes *ret_line)
{
    const guint8 *end = *at < text.len ? memchr(text.data + *at, '\n', text.len - *at) : NULL;
    if (end == NULL)
        return FALSE;
    gsize len = (gsize)(end - text.data) - *at;
    *ret_line = wssc_bytes(text.data + *at, len > 0 && end[-1] == '\r' ? len - 1 : len);
    *at += len + 1;
    return TRUE;
}

static gboolean begins(WsscBytes line, const char *word)
{
    gsize len = strlen(word);
    return line.len >= len && g_ascii_strncasecmp((const char *)line.data, word, len) == 0;
}

static char *word_of(WsscBytes line, guint n)
{
    g_autofree char *text = g_strndup((const char *)line.data, MIN(line.len, MAX_HEAD));
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    return n < g_strv_length(words) ? g_strdup(words[n]) : NULL;
}

/* "POST /x HTTP/1.1", "HTTP/1.1 200 OK", "HTTP/2 200". */
static gboolean read_start(WsscBytes line, WsscHttpMessageHead *head)
{
    static const char *const methods[] = {"POST ",    "GET ",     "PUT ",    "HEAD ",
                                          "OPTIONS ", "CONNECT ", "DELETE ", "PATCH "};
    if (begins(line, "HTTP/")) {
        g_autofree char *status = word_of(line, 1);
        head->is_response = TRUE;
        head->status = status != NULL ? (guint)g_ascii_strtoull(status, NULL, 10) : 0;
        return head->status >= 100 && head->status <= 999;
    }
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++) {
        gsize len = strlen(methods[i]);
        if (line.len <= len || memcmp(line.data, methods[i], len) != 0)
            continue;
        head->method = g_strndup(methods[i], len - 1);
        head->target = word_of(line, 1);
        return memmem(line.data, line.len, " HTTP/", 6) != NULL;
    }
    return FALSE;
}

/* A line that begins with white space (RFC 9112 section 5.2). */
static void go_on(WsscBytes line, WsscHttpMessageHead *head)
{
    if (head->last == NULL)
        return;
    g_autofree char *more = g_strndup((const char *)line.data, line.len);
    g_autofree char *before = *head->last;
    *head->last = g_strconcat(before, " ", g_strstrip(more), NULL);
}

static void read_field(WsscBytes line, WsscHttpMessageHead *head)
{
    const struct {
        const char *name;
        char **value;
    } fields[] = {{"Host:", &head->host},
                  {head->is_response ? "Server:" : "User-Agent:", &head->agent},
                  {"Content-Type:", &head->content_type},
                  {"SOAPAction:", &head->soap_action},
                  {"Content-Encoding:", &head->content_encoding},
                  {"Transfer-Encoding:", &head->transfer_encoding},
                  {"Content-Transfer-Encoding:", &head->mime_encoding}};
    if (line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t')) {
        go_on(line, head);
        return;
    }
    head->last = NULL;
    if (begins(line, "Content-Length:")) {
        g_autofree char *value = g_strndup((const char *)line.data + 15, MIN(line.len - 15, 32));
        g_strstrip(value);
        head->content_length =
            g_ascii_isdigit(*value) ? (gint64)MIN(g_ascii_strtoull(value, NULL, 10), G_MAXINT64) : -1;
    }
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        gsize len = strlen(fields[i].name);
        if (!begins(line, fields[i].name) || *fields[i].value != NULL)
            continue;
        *fields[i].value = g_strndup((const char *)line.data + len, line.len - len);
        g_strstrip(*fields[i].value);
        head->last = fields[i].value;
    }
}

void wssc_http_message_head_clear(WsscHttpMessageHead *head)
{
    char **const owned[] = {&head->method,
                            &head->target,
                            &head->host,
                            &head->agent,
                            &head->content_type,
                            &head->soap_action,
                            &head->content_encoding,
                            &head->transfer_encoding,
                            &head->mime_encoding};
    for (guint i = 0; i < G_N_ELEMENTS(owned); i++)
        g_clear_pointer(owned[i], g_free);
}

gboolean wssc_http_message_head(WsscBytes octets, WsscHttpMessageHead *ret_head)
{
    WsscBytes text = wssc_bytes(octets.data, MIN(octets.len, MAX_HEAD)), line;
    gsize at = 0;

    *ret_head = (WsscHttpMessageHead){.content_length = -1};
    if (!next_line(text, &at, &line) || !read_start(line, ret_head)) {
        wssc_http_message_head_clear(ret_head);
        return FALSE;
    }
    while (next_line(text, &at, &line) && line.len > 0)
        read_field(line, ret_head);
    ret_head->len = at;
    return TRUE;
}

/* ---- fields alone ------------------------------------------------------------------------------------------------ */

gboolean wssc_http_fields_head(WsscBytes octets, WsscHttpMessageHead *ret_head)
{
    WsscBytes text = wssc_bytes(octets.data, MIN(octets.len, MAX_HEAD)), line = {NULL, 0};
    gsize at = 0;
    gboolean is_head = TRUE;
    *ret_head = (WsscHttpMessageHead){.content_length = -1};
    while (is_head && (is_head = next_line(text, &at, &line)) && line.len > 0) {
        const guint8 *colon = memchr(line.data, ':', line.len);
        gboolean goes_on = line.data[0] == ' ' || line.data[0] == '\t';
        for (const guint8 *p = line.data; colon != NULL && p < colon && !goes_on; p++)
            is_head = is_head && (g_ascii_isalnum(*p) || strchr("-_.!#$%&'*+^`|~", *p) != NULL);
        is_head = is_head && (goes_on || (colon != NULL && colon > line.data));
        read_field(line, ret_head);
    }
    const char *type = ret_head->content_type;
    ret_head->len = at;
    /* A log's lines may be of that form as well, the message among them. */
    is_head = is_head && memmem(octets.data, at, "Envelope", 8) == NULL;
    if (is_head && type != NULL && (wssc_envelope_is_multipart(type) || strstr(type, "xml") != NULL))
        return TRUE;
    wssc_http_message_head_clear(ret_head);
    return FALSE;
}
