/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carrier_watch.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>

#include "live.h"
#include "whole_http.h"

#define FINAL_STATUS 200 /* below it: an interim response (RFC 9110 section 15.2) */
#define SEEN_RESET 0x20  /* in the completeness that TCP's dissector keeps of a connection */

static wmem_map_t *reset; /* conversations whose reset was told: conv_index + 1; as long as the file */
static int proto_http = -1;

/* The newest pair is that of the response which ended in this frame, unless its request came pipelined: then nothing
 * is told. A SOAP message in the response has answered the request already. */
static void look_at_http(packet_info *pinfo, const http_conv_t *http)
{
    if (http == NULL || http->req_res_tail == NULL || http->req_res_tail->res_framenum != pinfo->num)
        return;
    guint status = WSSC_HTTP_STATUS(http);
    if (status >= FINAL_STATUS)
        wssc_live_note_status(pinfo, (guint64)(gsize)http->req_res_tail, status);
}

static void look_at_tcp(packet_info *pinfo, conversation_t *conversation)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(conversation, pinfo);
    gpointer key = GUINT_TO_POINTER(conversation->conv_index + 1);
    if (tcp == NULL || (tcp->conversation_completeness & SEEN_RESET) == 0 || wmem_map_contains(reset, key))
        return;
    wmem_map_insert(reset, key, key);
    wssc_live_note_reset(pinfo);
}

static int look(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree _U_, void *data _U_)
{
    if (!wssc_live_is_feeding(pinfo))
        return 0;
    wssc_live_note_frame(pinfo);
    if (pinfo->ptype != PT_TCP)
        return 0;
    conversation_t *conversation = wssc_live_conversation(pinfo);
    if (conversation == NULL)
        return 0;
    const http_conv_t *http = conversation_get_proto_data(conversation, proto_http);
    look_at_http(pinfo, http);
    look_at_tcp(pinfo, conversation);
    if (http != NULL && wssc_live_hands_over())
        wssc_whole_http_follow(pinfo, conversation);
    return 0;
}

void wssc_carrier_watch_register(int proto)
{
    reset = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    register_postdissector(register_dissector("wssc.carrier", look, proto));
}

void wssc_carrier_watch_handoff(void)
{
    proto_http = proto_get_id_by_filter_name("http");
}
