/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "compat.h"

#include "http_facts.h"

#include <string.h>

#include <epan/proto_data.h>

#include "carrier/http_head.h"
#include "live.h"

static guint32 noted_in; /* the frame that had WSSC_DATA_HTTP last: few have, and each would be looked through */

typedef enum {
    AGENT,
    SERVER,
    DATE,
    VIA,
    MEDIA,
    HOST,
    FORWARDED_PROTO,
    FORWARDED,
    FORWARDED_FOR,
    FORWARDED_HOST,
    FIELD_MAX
} FieldName;

/* As HTTP's dissector keys them. */
static const struct {
    const char *name;
    gsize len;
} field_names[FIELD_MAX] = {
#define NAME(name)                                                                                                     \
    {                                                                                                                  \
        name, sizeof(name) - 1                                                                                         \
    }
    [AGENT] = NAME("user-agent"),
    [SERVER] = NAME("server"),
    [DATE] = NAME("date"),
    [VIA] = NAME("via"),
    [MEDIA] = NAME("content-type"),
    [HOST] = NAME("host"),
    [FORWARDED_PROTO] = NAME("x-forwarded-proto"),
    [FORWARDED] = NAME("forwarded"),
    [FORWARDED_FOR] = NAME("x-forwarded-for"),
    [FORWARDED_HOST] = NAME("x-forwarded-host"),
#undef NAME
};

/* The fields of a head; NULL those that it has not. */
typedef struct {
    packet_info *pinfo;
    const char *fields[FIELD_MAX];
} Head;

static void read_map(Head *head, wmem_map_t *map)
{
    for (guint i = 0; i < FIELD_MAX; i++)
        head->fields[i] = wmem_map_lookup(map, field_names[i].name);
}

static void read_octets(Head *head, const char *octets, gsize len)
{
    WsscHttpField fields[FIELD_MAX];
    for (guint i = 0; i < FIELD_MAX; i++)
        fields[i] = (WsscHttpField){.name = field_names[i].name, .name_len = field_names[i].len};
    wssc_http_fields(octets, len, fields, FIELD_MAX);
    for (guint i = 0; i < FIELD_MAX; i++)
        if (fields[i].value != NULL)
            head->fields[i] = wmem_strndup(head->pinfo->pool, fields[i].value, fields[i].len);
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
    const char *const *fields = head->fields;
    if (fields[FORWARDED_PROTO] != NULL)
        return fields[FORWARDED_PROTO];
    if (fields[FORWARDED] != NULL)
        return proto_of(head->pinfo, fields[FORWARDED]);
    return fields[FORWARDED_FOR] != NULL || fields[FORWARDED_HOST] != NULL || fields[VIA] != NULL ? "" : NULL;
}

static WsscHttpFacts facts_of(const Head *head, gboolean is_response)
{
    const char *const *fields = head->fields;
    const char *agent = fields[is_response ? SERVER : AGENT], *date = is_response ? fields[DATE] : NULL;
    return (WsscHttpFacts){.agent = agent != NULL ? agent : "",
                           .forwarded = forwarded_by(head),
                           .via = fields[VIA],
                           .media = is_response ? fields[MEDIA] : NULL,
                           .host = is_response ? NULL : fields[HOST],
                           .date = date != NULL ? wssc_http_date_parse(date, strlen(date)) : 0};
}

WsscHttpFacts wssc_http_facts(packet_info *pinfo, const WsscMediaInfo *info, WsscDirection direction)
{
    const WsscHttpFacts *noted = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP);
    wmem_map_t *map = info != NULL ? info->data : NULL;
    Head head = {.pinfo = pinfo};

    if (direction == WSSC_DIRECTION_UNKNOWN || (map == NULL && noted == NULL))
        return (WsscHttpFacts){0};
    if (map == NULL)
        return *noted;
    read_map(&head, map);
    return facts_of(&head, direction == WSSC_DIRECTION_RESPONSE);
}

WsscHttpFacts *wssc_http_facts_note(packet_info *pinfo, const char *octets, gsize len, gboolean is_response)
{
    WsscHttpFacts *noted = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP);
    Head head = {.pinfo = pinfo};
    read_octets(&head, octets, len);
    if (noted == NULL) {
        noted = wmem_new(pinfo->pool, WsscHttpFacts);
        p_add_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP, noted);
        noted_in = pinfo->num;
    }
    *noted = facts_of(&head, is_response);
    noted->is_newest_response = is_response;
    return noted;
}

void wssc_http_facts_pass(packet_info *pinfo)
{
    WsscHttpFacts *noted =
        noted_in == pinfo->num ? p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP) : NULL;
    if (noted != NULL)
        noted->is_newest_response = FALSE;
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
    const char *found = memmem(text, MIN(len, MAX_LOWER_HEADERS + strlen(word) - 1), word, strlen(word));
    return found != NULL ? (guint)(found - text) : len;
}

/* What was reassembled or decrypted begins with the head; the frame is the first source, and the last resort. */
WsscHttpFacts wssc_http_facts_of_response(packet_info *pinfo)
{
    const WsscHttpFacts *noted = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HTTP);
    WsscHttpFacts facts = {0};
    if (noted != NULL && noted->is_newest_response)
        return *noted;
    for (GSList *item = pinfo->data_src; item != NULL; item = item->next) {
        tvbuff_t *tvb = get_data_source_tvb(item->data);
        guint len = tvb_captured_length(tvb);
        const char *text = len > 0 ? (const char *)tvb_get_ptr(tvb, 0, (gint)len) : NULL;
        guint at = text == NULL ? len : item == pinfo->data_src ? find_response(text, len) : 0;
        if (at >= len || strncmp(text + at, "HTTP/1.", MIN(strlen("HTTP/1."), len - at)) != 0)
            continue;
        Head head = {.pinfo = pinfo};
        read_octets(&head, text + at, MIN(len - at, MAX_HEAD));
        facts = facts_of(&head, TRUE);
    }
    return facts;
}
