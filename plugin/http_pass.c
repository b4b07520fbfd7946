/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "compat.h"

#include "http_pass.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>

#include "carrier/http_coding.h"
#include "carrier/other_types.h"
#include "live.h"

static int proto_http = -1, proto_http2 = -1;

#if !WSSC_WIRESHARK(4, 2)
/* Nothing but plain requests and responses so far: of the last request the method, "" when this is the first; NULL:
 * something else. */
static const char *plain_method(packet_info *pinfo, gboolean is_response)
{
    conversation_t *conversation = wssc_live_conversation(pinfo);
    const http_conv_t *http = conversation != NULL ? conversation_get_proto_data(conversation, proto_http) : NULL;
    if (conversation == NULL || conversation_get_proto_data(conversation, proto_http2) != NULL)
        return NULL;
    if (http == NULL || (http->startframe == 0 && http->request_method == NULL))
        return is_response ? NULL : "";
    return http->startframe == 0 ? http->request_method : NULL;
}

/* One message and nothing but. */
static gboolean is_whole(const WsscHttpMessage *head, WsscBytes octets)
{
    gsize len;
    if (!head->is_chunked)
        return wssc_http_is_whole(head, octets.len);
    WsscBytes body = wssc_bytes(octets.data + head->len, octets.len - head->len);
    return !head->is_odd && head->coding == NULL && body.len > 0 && body.data[0] != '0' &&
           wssc_http_chunks(body, NULL, &len) == WSSC_CHUNKS_DONE && len == body.len;
}

static gboolean is_drawing(const proto_tree *tree)
{
    return tree != NULL || !wssc_live_hands_over();
}

gboolean wssc_http_may_pass(packet_info *pinfo, const proto_tree *tree, const WsscHttpMessage *head, WsscBytes octets)
{
    if (is_drawing(tree) || !is_whole(head, octets))
        return FALSE;
    const char *method = plain_method(pinfo, head->is_response);
    return method != NULL && (*method == '\0' || strcmp(method, "POST") == 0);
}

gboolean wssc_http_may_leave_body(packet_info *pinfo, const proto_tree *tree, const WsscHttpMessage *head,
                                  WsscBytes octets)
{
    static const char word[] = "nvelope";
    if (is_drawing(tree) || !is_whole(head, octets) || !wssc_other_types_has(head->media, head->media_len) ||
        memmem(octets.data, octets.len, word, strlen(word)) != NULL)
        return FALSE;
    const char *method = plain_method(pinfo, head->is_response);
    return method != NULL &&
           (*method == '\0' || strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0);
}
#else
/* Those versions make no strings of bodies: it would save nothing. */
gboolean wssc_http_may_pass(packet_info *pinfo _U_, const proto_tree *tree _U_, const WsscHttpMessage *head _U_,
                            WsscBytes octets _U_)
{
    return FALSE;
}

gboolean wssc_http_may_leave_body(packet_info *pinfo _U_, const proto_tree *tree _U_, const WsscHttpMessage *head _U_,
                                  WsscBytes octets _U_)
{
    return FALSE;
}
#endif

void wssc_http_pass_handoff(void)
{
    proto_http = proto_get_id_by_filter_name("http");
    proto_http2 = proto_get_id_by_filter_name("http2");
}
