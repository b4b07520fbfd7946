/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/http_head.h"

#include <string.h>

#define MAX_HEAD (16 * 1024)
#define MAX_DIGITS 9 /* of a length that fits what tvbuffs count */

static const char *const media_types[] = {"text/xml", "application/xml", "application/soap", "application/xop",
                                          "multipart/related"};

/* ---- lines ---------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *text;
    gsize len;
} Span;

/* Most of what is compared is written as the word is, or is something else from the first letter on. */
static gboolean begins(Span line, const char *word)
{
    gsize len = strlen(word);
    if (line.len < len)
        return FALSE;
    for (gsize i = 0; i < len; i++)
        if (line.text[i] != word[i] && g_ascii_tolower(line.text[i]) != g_ascii_tolower(word[i]))
            return FALSE;
    return TRUE;
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

typedef enum { FIELD_OTHER, FIELD_TYPE, FIELD_LENGTH, FIELD_CODING, FIELD_TRANSFER, FIELD_ODD } Field;

/* Odd is what says that something else begins behind the body. ret_name: with the colon. */
static Field field_of(Span line, gsize *ret_name)
{
    static const struct {
        const char *name;
        gsize len;
        Field field;
    } fields[] = {
#define FIELD(name, field) {name ":", sizeof(name), field}
        FIELD("Content-Type", FIELD_TYPE),
        FIELD("Content-Length", FIELD_LENGTH),
        FIELD("Content-Encoding", FIELD_CODING),
        FIELD("Transfer-Encoding", FIELD_TRANSFER),
        FIELD("Upgrade", FIELD_ODD),
#undef FIELD
    };
    if (line.len > 0 && (line.text[0] == ' ' || line.text[0] == '\t'))
        return FIELD_ODD;
    if (line.len == 0 || strchr("CcTtUu", line.text[0]) == NULL) /* how none of these begins */
        return FIELD_OTHER;
    const char *colon = memchr(line.text, ':', line.len);
    if (colon == NULL)
        return FIELD_OTHER;
    *ret_name = (gsize)(colon - line.text) + 1;
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        if (fields[i].len == *ret_name && begins(line, fields[i].name))
            return fields[i].field;
    return FIELD_OTHER;
}

/* ---- beginnings ----------------------------------------------------------------------------------------------- */

static gboolean may_be_soap(Span type)
{
    for (guint i = 0; i < G_N_ELEMENTS(media_types); i++)
        if (begins(type, media_types[i])) /* a parameter may name another */
            return TRUE;
    return FALSE;
}

WsscHttpHead wssc_http_head(const char *text, gsize len, gboolean *ret_is_response)
{
    Span rest = {text, len}, line, type = {NULL, 0};
    gboolean is_whole = FALSE, has_no_body = FALSE;
    gsize name, length;

    *ret_is_response = len >= 7 && memcmp(text, "HTTP/1.", 7) == 0;
    if (!*ret_is_response && !(len >= 5 && memcmp(text, "POST ", 5) == 0))
        return WSSC_HTTP_HEAD_NONE;
    while (!is_whole && next_line(&rest, &line)) {
        Field field = field_of(line, &name);
        is_whole = line.len == 0;
        if (field == FIELD_TYPE && type.text == NULL)
            type = value_of(line, name);
        else if (field == FIELD_LENGTH)
            has_no_body = read_length(value_of(line, name), &length) && length == 0;
    }
    if (is_whole && has_no_body)
        return WSSC_HTTP_HEAD_OTHER; /* nothing to wait for */
    gboolean is_known = is_whole || type.text != NULL;
    if (!is_known && field_of(rest, &name) == FIELD_TYPE)
        type = value_of(rest, name); /* it breaks off there */
    if (may_be_soap(type))
        return WSSC_HTTP_HEAD_SOAP;
    return is_known ? WSSC_HTTP_HEAD_OTHER : WSSC_HTTP_HEAD_CUT;
}

/* ---- one message -------------------------------------------------------------------------------------------- */

/* Answers that have a body. */
static gboolean is_status_line(Span line)
{
    static const char before[] = "HTTP/1.1 ";
    if (!begins(line, "HTTP/1.") || line.len < strlen(before) + 3 || line.text[strlen(before) - 1] != ' ')
        return FALSE;
    const char *status = line.text + strlen(before);
    for (guint i = 0; i < 3; i++)
        if (!g_ascii_isdigit(status[i]))
            return FALSE;
    return status[0] >= '2' && strncmp(status, "204", 3) != 0 && strncmp(status, "304", 3) != 0;
}

static gboolean ends_type(char c)
{
    return c == ';' || g_ascii_isspace(c);
}

/* As HTTP's dissector takes a media type apart. */
static void read_type(Span value, WsscHttpMessage *message)
{
    gsize at = 0;
    message->media = value.text;
    while (at < value.len && !ends_type(value.text[at]))
        at++;
    message->media_len = at;
    while (at < value.len && ends_type(value.text[at]))
        at++;
    message->parameters = value.text + at;
    message->parameters_len = value.len - at;
}

static Span trimmed(Span value)
{
    while (value.len > 0 && g_ascii_isspace(value.text[value.len - 1]))
        value.len--;
    return value;
}

static gboolean is_word(Span value, const char *word)
{
    return value.len == strlen(word) && begins(value, word);
}

/* Of several fields of one name all but the first are odd. */
static void read_field(Span line, WsscHttpMessage *message)
{
    gsize name = 0;
    Field field = field_of(line, &name);
    if (field == FIELD_OTHER) /* as most are */
        return;
    Span value = trimmed(value_of(line, name));

    message->is_odd |= field == FIELD_ODD || (field == FIELD_TYPE && message->media != NULL) ||
                       (field == FIELD_LENGTH && message->has_length) ||
                       (field == FIELD_CODING && message->coding != NULL);
    if (field == FIELD_TYPE && message->media == NULL) {
        read_type(value_of(line, name), message);
    } else if (field == FIELD_LENGTH && !message->has_length) {
        message->has_length = read_length(value, &message->length);
        message->is_odd |= !message->has_length;
    } else if (field == FIELD_CODING && message->coding == NULL && value.len > 0 && !is_word(value, "identity")) {
        message->coding = value.text;
        message->coding_len = value.len;
    } else if (field == FIELD_TRANSFER) {
        message->is_chunked = is_word(value, "chunked");
        message->is_odd |= !message->is_chunked && !is_word(value, "identity");
    }
}

static gboolean next_line_of_any_end(Span *rest, Span *ret_line, gboolean *is_odd)
{
    const char *end = memchr(rest->text, '\n', rest->len);
    if (end == NULL)
        return FALSE;
    gboolean is_bare = end == rest->text || end[-1] != '\r';
    *is_odd |= is_bare;
    *ret_line = (Span){rest->text, (gsize)(end - rest->text) - (is_bare ? 0 : 1)};
    *rest = (Span){end + 1, rest->len - (gsize)(end + 1 - rest->text)};
    return TRUE;
}

gboolean wssc_http_message(const char *text, gsize len, WsscHttpMessage *ret_message)
{
    WsscHttpMessage message = {0};
    Span rest = {text, MIN(len, MAX_HEAD)}, line;

    if (!next_line_of_any_end(&rest, &line, &message.is_odd))
        return FALSE;
    message.is_response = is_status_line(line);
    if (!message.is_response && !(line.len > 5 && strncmp(line.text, "POST ", 5) == 0))
        return FALSE;
    do {
        if (!next_line_of_any_end(&rest, &line, &message.is_odd))
            return FALSE;
        if (line.len > 0)
            read_field(line, &message);
    } while (line.len > 0);
    message.len = (gsize)(rest.text - text);
    *ret_message = message;
    return message.media != NULL;
}

gboolean wssc_http_is_whole(const WsscHttpMessage *message, gsize len)
{
    return !message->is_odd && !message->is_chunked && message->coding == NULL && message->length > 0 &&
           message->len + message->length == len;
}

gboolean wssc_http_begins(const char *text, gsize len)
{
    static const char *const words[] = {"HTTP/1.", "POST ", "GET ", "HEAD ", "PUT ", "OPTIONS ", "DELETE ", "CONNECT "};
    const Span octets = {text, len};
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (begins(octets, words[i]) || (len > 0 && len < strlen(words[i]) && strncmp(text, words[i], len) == 0))
            return TRUE;
    return FALSE;
}

gboolean wssc_http_is_middle(const char *text, gsize len)
{
    enum { TLS_FIRST = 20, TLS_LAST = 24, TLS_MAJOR = 3, SSL_2 = 0x80 };
    if (len < 2)
        return FALSE;
    guint8 first = (guint8)text[0], second = (guint8)text[1];
    gboolean is_word = g_ascii_isupper(text[0]) && (g_ascii_isupper(text[1]) || text[1] == '-');
    gboolean is_tls = (first >= TLS_FIRST && first <= TLS_LAST && second == TLS_MAJOR) || first == SSL_2;
    return first > ' ' && !is_word && !is_tls;
}

/* ---- fields by their names ---------------------------------------------------------------------------------- */

static void take_field(Span line, gsize name_len, WsscHttpField *fields, guint count)
{
    for (guint i = 0; i < count; i++) {
        if (fields[i].name_len != name_len || fields[i].value != NULL ||
            g_ascii_strncasecmp(line.text, fields[i].name, name_len) != 0)
            continue;
        Span value = trimmed(value_of(line, name_len + 1));
        fields[i].value = value.text;
        fields[i].len = value.len;
    }
}

void wssc_http_fields(const char *head, gsize len, WsscHttpField *fields, guint count)
{
    Span rest = {head, len}, line;

    while (next_line(&rest, &line) && line.len > 0) {
        const char *colon = memchr(line.text, ':', line.len);
        if (colon != NULL)
            take_field(line, (gsize)(colon - line.text), fields, count);
    }
}
