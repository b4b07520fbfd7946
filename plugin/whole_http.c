/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "whole_http.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>

#include "live.h"

#if !WSSC_WIRESHARK(4, 2)

#define MAX_HEAD (16 * 1024)
#define MAX_DIGITS 9 /* of a length that fits what tvbuffs count */

/* ---- the head ------------------------------------------------------------------------------------------- */

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
static void read_type(wmem_allocator_t *scope, Span value, WsscWholeHttp *head)
{
    gsize len = 0;
    while (len < value.len && !ends_type(value.text[len]))
        len++;
    head->media = wmem_strndup(scope, value.text, len);
    for (char *p = head->media; *p != '\0'; p++)
        *p = g_ascii_tolower(*p);
    while (len < value.len && ends_type(value.text[len]))
        len++;
    head->parameters = len < value.len ? wmem_strndup(scope, value.text + len, value.len - len) : NULL;
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

static gboolean read_field(wmem_allocator_t *scope, Span line, WsscWholeHttp *head, gsize *body)
{
    gsize name = 0;
    switch (field_of(line, &name)) {
    case FIELD_TYPE:
        if (head->media != NULL)
            return FALSE;
        read_type(scope, value_of(line, name), head);
        return TRUE;
    case FIELD_LENGTH:
        return *body == 0 && read_length(value_of(line, name), body);
    case FIELD_ODD:
        return FALSE;
    default:
        return TRUE;
    }
}

gboolean wssc_whole_http_read(wmem_allocator_t *scope, const char *text, gsize len, WsscWholeHttp *ret_head)
{
    WsscWholeHttp head = {0};
    Span rest = {text, MIN(len, MAX_HEAD)}, line;
    gsize body = 0;

    if (!next_line(&rest, &line))
        return FALSE;
    head.is_response = is_status_line(line);
    if (!head.is_response && !(line.len > 5 && strncmp(line.text, "POST ", 5) == 0))
        return FALSE;
    do {
        if (!next_line(&rest, &line) || (line.len > 0 && !read_field(scope, line, &head, &body)))
            return FALSE;
    } while (line.len > 0);
    head.len = (gsize)(rest.text - text);
    *ret_head = head;
    return body > 0 && head.media != NULL && head.len + body == len;
}

/* ---- the message ------------------------------------------------------------------------------------------ */

static dissector_handle_t ours, stock, body_handle;
static dissector_table_t media_types;
static int proto_http = -1, proto_http2 = -1, proto_tcp = -1;

/* Nothing but plain requests and responses so far, the last of them a POST; or none yet. */
static gboolean is_plain_connection(packet_info *pinfo, gboolean is_response)
{
    conversation_t *conversation = wssc_live_conversation(pinfo);
    const http_conv_t *http =
        conversation != NULL ? conversation_get_proto_data(conversation, proto_http) : NULL;
    if (http == NULL || http->startframe != 0 || conversation_get_proto_data(conversation, proto_http2) != NULL)
        return FALSE;
    return http->request_method != NULL ? strcmp(http->request_method, "POST") == 0 : !is_response;
}

static gboolean is_whole(tvbuff_t *tvb, packet_info *pinfo, WsscWholeHttp *ret_head)
{
    guint len = tvb_captured_length(tvb);
    return len > 0 && len == tvb_reported_length(tvb) &&
           wssc_whole_http_read(pinfo->pool, (const char *)tvb_get_ptr(tvb, 0, (gint)len), len, ret_head) &&
           is_plain_connection(pinfo, ret_head->is_response) &&
           dissector_get_string_handle(media_types, ret_head->media) == body_handle;
}

/* Without desegmentation the dissector is content with a head whose body is not there. */
static void dissect_head(tvbuff_t *tvb, packet_info *pinfo, const WsscWholeHttp *head, void *data)
{
    guint16 can_desegment = pinfo->can_desegment;
    pinfo->can_desegment = 0;
    call_dissector_only(stock, tvb_new_subset_length(tvb, 0, (gint)head->len), pinfo, NULL, data);
    pinfo->can_desegment = can_desegment;
}

static void dissect_body(tvbuff_t *tvb, packet_info *pinfo, const WsscWholeHttp *head)
{
    WsscMediaInfo info = {.type = head->is_response ? WSSC_MEDIA_RESPONSE : WSSC_MEDIA_REQUEST,
                          .media_str = head->parameters};
    pinfo->match_string = head->media;
    call_dissector_only(body_handle, tvb_new_subset_remaining(tvb, (gint)head->len), pinfo, NULL, &info);
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    WsscWholeHttp head;
    if (tree == NULL && is_whole(tvb, pinfo, &head)) {
        dissect_head(tvb, pinfo, &head, data);
        dissect_body(tvb, pinfo, &head);
        return (int)tvb_captured_length(tvb);
    }
    /* It stands directly on TCP, though we are between them. */
    if (pinfo->can_desegment > 0)
        pinfo->can_desegment++;
    return call_dissector_only(stock, tvb, pinfo, tree, data);
}

/* ---- which connections -------------------------------------------------------------------------------------- */

/* Between TCP and HTTP there is nothing, and in HTTP nothing but a body of ours. */
static gboolean is_directly_on_tcp(const packet_info *pinfo)
{
    gboolean has_tcp = FALSE;
    for (wmem_list_frame_t *f = wmem_list_head(pinfo->layers); f != NULL; f = wmem_list_frame_next(f)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(f));
        if (has_tcp && proto != proto_http && proto != proto_wssc)
            return FALSE;
        has_tcp |= proto == proto_tcp;
    }
    return has_tcp;
}

void wssc_whole_http_follow(const packet_info *pinfo, conversation_t *conversation)
{
    dissector_handle_t before = conversation_get_dissector(conversation, pinfo->num);
    if (ours != NULL && (before == NULL || before == stock) && is_directly_on_tcp(pinfo))
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, ours);
}

void wssc_whole_http_handoff(dissector_handle_t body)
{
    stock = find_dissector("http-over-tcp");
    body_handle = body;
    media_types = find_dissector_table("media_type");
    proto_http = proto_get_id_by_filter_name("http");
    proto_http2 = proto_get_id_by_filter_name("http2");
    proto_tcp = proto_get_id_by_filter_name("tcp");
    if (stock != NULL)
        ours = create_dissector_handle(dissect, -1);
}

#else

void wssc_whole_http_handoff(dissector_handle_t body _U_)
{
}

void wssc_whole_http_follow(const packet_info *pinfo _U_, conversation_t *conversation _U_)
{
}

#endif
