/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "binxml/http_head.h"

#include <string.h>

#define MAX_HEAD (16 * 1024)
#define MAX_DIGITS 9 /* of a length that fits what tvbuffs count */

static const char *const media_types[] = {"text/xml", "application/xml", "application/soap",
                                          "application/xop", "multipart/related"};

/* A header field, in any case; what begins with the end of the line before it. */
static const char *find(const char *from, gsize len, const char *what)
{
    gsize size = strlen(what);
    const char *at = from, *end = from + len;
    while ((at = memchr(at, '\r', (gsize)(end - at))) != NULL && (gsize)(end - at) >= size) {
        if (g_ascii_strncasecmp(at, what, size) == 0)
            return at;
        at++;
    }
    return NULL;
}

WsscHttpHead wssc_http_head(const char *text, gsize len, gboolean *ret_is_response)
{
    *ret_is_response = len >= 7 && strncmp(text, "HTTP/1.", 7) == 0;
    if (!*ret_is_response && !(len >= 5 && strncmp(text, "POST ", 5) == 0))
        return WSSC_HTTP_HEAD_NONE;
    const char *end = find(text, len, "\r\n\r\n");
    gsize head = end != NULL ? (gsize)(end - text) : len;
    if (end != NULL && find(text, head + 2, "\r\nContent-Length: 0\r\n") != NULL)
        return WSSC_HTTP_HEAD_OTHER; /* no body to wait for */
    const char *type = find(text, head, "\r\nContent-Type:");
    if (type == NULL)
        return end == NULL ? WSSC_HTTP_HEAD_CUT : WSSC_HTTP_HEAD_OTHER;
    const char *line = g_strstr_len(type + 2, (gssize)(head - (gsize)(type + 2 - text)), "\r\n");
    const char *end_of_value = line != NULL ? line : text + head;
    const char *value = type + strlen("\r\nContent-Type:");
    while (value < end_of_value && *value == ' ')
        value++;
    /* The media type itself: a parameter may name another. */
    for (guint i = 0; i < G_N_ELEMENTS(media_types); i++)
        if ((gsize)(end_of_value - value) >= strlen(media_types[i]) &&
            g_ascii_strncasecmp(value, media_types[i], strlen(media_types[i])) == 0)
            return WSSC_HTTP_HEAD_SOAP;
    return line == NULL && end == NULL ? WSSC_HTTP_HEAD_CUT : WSSC_HTTP_HEAD_OTHER;
}

/* ---- one whole message -------------------------------------------------------------------------------------- */

typedef struct {
    const char *text;
    gsize len;
} Span;

static gboolean begins(Span line, const char *word)
{
    gsize len = strlen(word);
    return line.len >= len && g_ascii_strncasecmp(line.text, word, len) == 0;
}

/* The next line, without its end; FALSE when none ends with CRLF. */
static gboolean next_line(Span *rest, Span *ret_line)
{
    const char *end = memchr(rest->text, '\n', rest->len);
    if (end == NULL || end == rest->text || end[-1] != '\r')
        return FALSE;
    *ret_line = (Span){rest->text, (gsize)(end - 1 - rest->text)};
    gsize taken = ret_line->len + 2;
    *rest = (Span){rest->text + taken, rest->len - taken};
    return TRUE;
}

/* Answers that have a body. */
static gboolean is_status_line(Span line)
{
    const char *status = line.text + strlen("HTTP/1.1 ");
    if (!begins(line, "HTTP/1.") || line.len < strlen("HTTP/1.1 200") || status[-1] != ' ')
        return FALSE;
    for (guint i = 0; i < 3; i++)
        if (!g_ascii_isdigit(status[i]))
            return FALSE;
    return status[0] >= '2' && strncmp(status, "204", 3) != 0 && strncmp(status, "304", 3) != 0;
}

static Span value_of(Span line, gsize at)
{
    while (at < line.len && (line.text[at] == ' ' || line.text[at] == '\t'))
        at++;
    return (Span){line.text + at, line.len - at};
}

static gboolean read_length(Span value, gsize *ret_length)
{
    gsize length = 0;
    while (value.len > 0 && value.text[value.len - 1] == ' ')
        value.len--;
    if (value.len == 0 || value.len > MAX_DIGITS)
        return FALSE;
    for (gsize i = 0; i < value.len; i++) {
        if (!g_ascii_isdigit(value.text[i]))
            return FALSE;
        length = length * 10 + (gsize)(value.text[i] - '0');
    }
    *ret_length = length;
    return TRUE;
}

static gboolean ends_type(char c)
{
    return c == ';' || g_ascii_isspace(c);
}

/* As HTTP's dissector takes a media type apart. */
static void read_type(Span value, WsscHttpWhole *head)
{
    gsize at = 0;
    head->media = value.text;
    while (at < value.len && !ends_type(value.text[at]))
        at++;
    head->media_len = at;
    while (at < value.len && ends_type(value.text[at]))
        at++;
    head->parameters = value.text + at;
    head->parameters_len = value.len - at;
}

typedef enum { FIELD_OTHER, FIELD_TYPE, FIELD_LENGTH, FIELD_ODD } Field;

/* Odd is what says that the octets are not the body as they stand, or that something else begins behind them. */
static Field field_of(Span line, gsize *ret_name)
{
    static const struct {
        const char *name;
        Field field;
    } fields[] = {{"Content-Type:", FIELD_TYPE}, {"Content-Length:", FIELD_LENGTH}, {"Content-Encoding:", FIELD_ODD},
                  {"Transfer-Encoding:", FIELD_ODD}, {"Upgrade:", FIELD_ODD}, {" ", FIELD_ODD}, {"\t", FIELD_ODD}};
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        *ret_name = strlen(fields[i].name);
        if (g_ascii_tolower(line.text[0]) == g_ascii_tolower(fields[i].name[0]) && begins(line, fields[i].name))
            return fields[i].field;
    }
    return FIELD_OTHER;
}

static gboolean read_field(Span line, WsscHttpWhole *head, gsize *body)
{
    gsize name = 0;
    switch (field_of(line, &name)) {
    case FIELD_TYPE:
        if (head->media != NULL)
            return FALSE;
        read_type(value_of(line, name), head);
        return TRUE;
    case FIELD_LENGTH:
        return *body == 0 && read_length(value_of(line, name), body);
    case FIELD_ODD:
        return FALSE;
    default:
        return TRUE;
    }
}

gboolean wssc_http_whole(const char *text, gsize len, WsscHttpWhole *ret_head)
{
    WsscHttpWhole head = {0};
    Span rest = {text, MIN(len, MAX_HEAD)}, line;
    gsize body = 0;

    if (!next_line(&rest, &line))
        return FALSE;
    head.is_response = is_status_line(line);
    if (!head.is_response && !(line.len > 5 && strncmp(line.text, "POST ", 5) == 0))
        return FALSE;
    do {
        if (!next_line(&rest, &line) || (line.len > 0 && !read_field(line, &head, &body)))
            return FALSE;
    } while (line.len > 0);
    head.len = (gsize)(rest.text - text);
    *ret_head = head;
    return body > 0 && head.media != NULL && head.len + body == len;
}
