/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "whole_http.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>

#include "carrier/http_head.h"
#include "http_facts.h"
#include "live.h"

#if !WSSC_WIRESHARK(4, 2)

/* ---- one message ------------------------------------------------------------------------------------------ */

static dissector_handle_t ours, stock, body_handle;
static dissector_table_t media_types;
static int proto_http = -1, proto_http2 = -1, proto_tcp = -1;

/* Nothing but plain requests and responses so far, the last of them a POST; or none yet. */
static gboolean is_plain_connection(packet_info *pinfo, gboolean is_response)
{
    conversation_t *conversation = wssc_live_conversation(pinfo);
    const http_conv_t *http = conversation != NULL ? conversation_get_proto_data(conversation, proto_http) : NULL;
    if (http == NULL || http->startframe != 0 || conversation_get_proto_data(conversation, proto_http2) != NULL)
        return FALSE;
    return http->request_method != NULL ? strcmp(http->request_method, "POST") == 0 : !is_response;
}

/* The media type as HTTP's dissector would have it, when the octets are one message with a body of ours; else NULL. */
static char *media_of_whole(tvbuff_t *tvb, packet_info *pinfo, WsscHttpWhole *ret_head)
{
    guint len = tvb_captured_length(tvb);
    if (len == 0 || len != tvb_reported_length(tvb) ||
        !wssc_http_whole((const char *)tvb_get_ptr(tvb, 0, (gint)len), len, ret_head) ||
        !is_plain_connection(pinfo, ret_head->is_response))
        return NULL;
    char *media = wmem_strndup(pinfo->pool, ret_head->media, ret_head->media_len);
    for (char *p = media; *p != '\0'; p++)
        *p = g_ascii_tolower(*p);
    return dissector_get_string_handle(media_types, media) == body_handle ? media : NULL;
}

/* Without desegmentation the dissector is content with a head whose body is not there. */
static void dissect_head(tvbuff_t *tvb, packet_info *pinfo, const WsscHttpWhole *head, void *data)
{
    guint16 can_desegment = pinfo->can_desegment;
    pinfo->can_desegment = 0;
    call_dissector_only(stock, tvb_new_subset_length(tvb, 0, (gint)head->len), pinfo, NULL, data);
    pinfo->can_desegment = can_desegment;
}

static void dissect_body(tvbuff_t *tvb, packet_info *pinfo, const WsscHttpWhole *head, const char *media)
{
    WsscMediaInfo info = {.type = head->is_response ? WSSC_MEDIA_RESPONSE : WSSC_MEDIA_REQUEST,
                          .media_str = head->parameters_len > 0
                                           ? wmem_strndup(pinfo->pool, head->parameters, head->parameters_len)
                                           : NULL};
    wssc_http_facts_note(pinfo, (const char *)tvb_get_ptr(tvb, 0, (gint)head->len), head->len, head->is_response);
    pinfo->match_string = media;
    call_dissector_only(body_handle, tvb_new_subset_remaining(tvb, (gint)head->len), pinfo, NULL, &info);
}

static int dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    WsscHttpWhole head;
    const char *media = tree == NULL ? media_of_whole(tvb, pinfo, &head) : NULL;
    if (media != NULL) {
        dissect_head(tvb, pinfo, &head, data);
        dissect_body(tvb, pinfo, &head, media);
        return (int)tvb_captured_length(tvb);
    }
    /* It stands directly on TCP, though we are between them. */
    if (pinfo->can_desegment > 0)
        pinfo->can_desegment++;
    return call_dissector_only(stock, tvb, pinfo, tree, data);
}

/* ---- which connections -------------------------------------------------------------------------------------- */

/* The frame proves it: HTTP was dissected in it, between TCP and that HTTP there is nothing, and in HTTP nothing but a
 * body of ours. What a connection carries inside of TLS is known as HTTP as well, and a frame without payload shows
 * neither. */
static gboolean shows_http_on_tcp(const packet_info *pinfo)
{
    gboolean has_tcp = FALSE, has_http = FALSE;
    for (wmem_list_frame_t *f = wmem_list_head(pinfo->layers); f != NULL; f = wmem_list_frame_next(f)) {
        int proto = GPOINTER_TO_INT(wmem_list_frame_data(f));
        if (has_tcp && proto != proto_http && proto != proto_wssc)
            return FALSE;
        has_http |= has_tcp && proto == proto_http;
        has_tcp |= proto == proto_tcp;
    }
    return has_http;
}

void wssc_whole_http_follow(const packet_info *pinfo, conversation_t *conversation)
{
    dissector_handle_t before = conversation_get_dissector(conversation, pinfo->num);
    if (ours != NULL && (before == NULL || before == stock) && shows_http_on_tcp(pinfo))
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
