/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "http_facts.h"

#include <string.h>

#include <epan/proto_data.h>

#include "carrier/http_head.h"
#include "live.h"

/* Where the fields of a head are looked up: HTTP's dissector has a map, names in lower case; else its octets. */
typedef struct {
    packet_info *pinfo;
    wmem_map_t *map;
    const char *head;
    gsize len;
} Head;

static const char *field(const Head *head, const char *name)
{
    const char *value;
    gsize len;
    if (head->map != NULL)
        return wmem_map_lookup(head->map, name);
    return wssc_http_field(head->head, head->len, name, &value, &len) ? wmem_strndup(head->pinfo->pool, value, len)
                                                                      : NULL;
}

/* RFC 7239: "proto=https" of the last hop that wrote one. */
static const char *proto_of(packet_info *pinfo, const char *forwarded)
{
    const char *last = NULL;
    for (const char *at = forwarded; (at = strstr(at, "proto=")) != NULL; at += strlen("proto="))
        last = at + strlen("proto=");
    if (last == NULL)
        return "";
    last += *last == '"';
    return wmem_strndup(pinfo->pool, last, strspn(last, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"));
}

static const char *forwarded_by(const Head *head)
{
    static const char *const others[] = {"x-forwarded-for", "x-forwarded-host", "via"};
    const char *proto = field(head, "x-forwarded-proto");
    if (proto != NULL)
        return proto;
    const char *forwarded = field(head, "forwarded");
    if (forwarded != NULL)
        return proto_of(head->pinfo, forwarded);
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (field(head, others[i]) != NULL)
            return "";
    return NULL;
}

static WsscHttpFacts read_head(const Head *head, gboolean is_response)
{
    const char *agent = field(head, is_response ? "server" : "user-agent");
    const char *date = is_response ? field(head, "date") : NULL;
    return (WsscHttpFacts){.agent = agent != NULL ? agent : "",
                           .forwarded = forwarded_by(head),
                           .via = field(head, "via"),
                           .media = is_response ? field(head, "content-type") : NULL,
                           .host = is_response ? NULL : field(head, "host"),
                           .date = date != NULL ? wssc_http_date_parse(date, strlen(date)) : 0};
}

WsscHttpFacts wssc_http_facts(packet_info *pinfo, const WsscMediaInfo *info, WsscDirection direction)
{
    const WsscHttpFacts *noted = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP);
    const Head head = {.pinfo = pinfo, .map = info != NULL ? info->data : NULL};

    if (direction == WSSC_DIRECTION_UNKNOWN || (head.map == NULL && noted == NULL))
        return (WsscHttpFacts){0};
    return head.map != NULL ? read_head(&head, direction == WSSC_DIRECTION_RESPONSE) : *noted;
}

WsscHttpFacts *wssc_http_facts_note(packet_info *pinfo, const char *octets, gsize len, gboolean is_response)
{
    WsscHttpFacts *noted = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP);
    const Head head = {.pinfo = pinfo, .head = octets, .len = len};
    if (noted == NULL) {
        noted = wmem_new(pinfo->pool, WsscHttpFacts);
        p_add_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP, noted);
    }
    *noted = read_head(&head, is_response);
    return noted;
}

const char *wssc_http_problem(packet_info *pinfo)
{
    const WsscHttpFacts *noted = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP);
    return noted != NULL ? noted->problem : NULL;
}

/* ---- among a frame's octets -------------------------------------------------------------------------------- */

/* Of the frame itself: in front of the TCP payload there are headers of lower layers, never as long as this. */
#define MAX_LOWER_HEADERS 256
#define MAX_HEAD (16 * 1024)

static guint find_response(const char *text, guint len)
{
    static const char word[] = "HTTP/1.";
    for (guint at = 0; at + strlen(word) <= len && at < MAX_LOWER_HEADERS; at++)
        if (memcmp(text + at, word, strlen(word)) == 0)
            return at;
    return len;
}

/* What was reassembled or decrypted begins with the head; the frame is the first source, and the last resort. */
WsscHttpFacts wssc_http_facts_of_response(packet_info *pinfo)
{
    WsscHttpFacts facts = {0};
    for (GSList *item = pinfo->data_src; item != NULL; item = item->next) {
        tvbuff_t *tvb = get_data_source_tvb(item->data);
        guint len = tvb_captured_length(tvb);
        const char *text = len > 0 ? (const char *)tvb_get_ptr(tvb, 0, (gint)len) : NULL;
        guint at = text == NULL ? len : item == pinfo->data_src ? find_response(text, len) : 0;
        if (at >= len || strncmp(text + at, "HTTP/1.", MIN(strlen("HTTP/1."), len - at)) != 0)
            continue;
        const Head head = {.pinfo = pinfo, .head = text + at, .len = MIN(len - at, MAX_HEAD)};
        facts = read_head(&head, TRUE);
    }
    return facts;
}
