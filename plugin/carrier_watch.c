/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carrier_watch.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "live.h"

#define TCP_RESET 0x04

/* The status of a response that ended in this frame; 0: none did. Called after the whole frame was dissected:
 * a SOAP message in that response has answered its request already. */
static guint status_in_frame(packet_info *pinfo, guint64 *ret_pair)
{
    static int proto_http = -1;
    if (proto_http == -1)
        proto_http = proto_get_id_by_filter_name("http");
    if (!proto_is_frame_protocol(pinfo->layers, "http"))
        return 0;
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    const http_conv_t *http = conversation != NULL ? conversation_get_proto_data(conversation, proto_http) : NULL;
    if (http == NULL || http->req_res_tail == NULL || http->req_res_tail->res_framenum != pinfo->num)
        return 0;
    *ret_pair = (guint64)(gsize)http->req_res_tail;
    return http->response_code;
}

static tap_packet_status on_segment(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tcp_data,
                                    tap_flags_t flags _U_)
{
    const tcp_info_t *tcp = tcp_data;
    guint64 pair = 0;
    if (pinfo->ptype != PT_TCP || !wssc_live_is_news(pinfo))
        return TAP_PACKET_DONT_REDRAW;
    guint status = status_in_frame(pinfo, &pair);
    if (status >= 200)
        wssc_live_note_status(pinfo, pair, status);
    if ((tcp->th_flags & TCP_RESET) != 0)
        wssc_live_note_reset(pinfo);
    return TAP_PACKET_DONT_REDRAW;
}

void wssc_carrier_watch_start(void)
{
    static int id;
    GString *problem = register_tap_listener("tcp", &id, NULL, TL_REQUIRES_NOTHING | TL_IS_DISSECTOR_HELPER, NULL,
                                             on_segment, NULL, NULL);
    if (problem != NULL) { /* no such tap: nothing to listen to */
        g_warning("wssc: tap tcp: %s", problem->str);
        g_string_free(problem, TRUE);
    }
}
