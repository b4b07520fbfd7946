/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carrier_watch.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "live.h"

#define TCP_RESET 0x04
#define FINAL_STATUS 200 /* below it: an interim response (RFC 9110 section 15.2) */

/* A SOAP message in this response has answered its request already: taps come after the whole frame was dissected.
 * The newest pair is this response's own, unless its request came pipelined: then nothing is told. */
static tap_packet_status on_http(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *http_data,
                                 tap_flags_t flags _U_)
{
    static int proto_http = -1;
    const http_info_value_t *info = http_data;
    if (proto_http == -1)
        proto_http = proto_get_id_by_filter_name("http");
    if (info->response_code < FINAL_STATUS || !wssc_live_is_news(pinfo))
        return TAP_PACKET_DONT_REDRAW;
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    const http_conv_t *http = conversation != NULL ? conversation_get_proto_data(conversation, proto_http) : NULL;
    if (http != NULL && http->req_res_tail != NULL && http->req_res_tail->res_framenum == pinfo->num)
        wssc_live_note_status(pinfo, (guint64)(gsize)http->req_res_tail, info->response_code);
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status on_tcp(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tcp_data,
                                tap_flags_t flags _U_)
{
    const tcp_info_t *tcp = tcp_data;
    if ((tcp->th_flags & TCP_RESET) != 0 && pinfo->ptype == PT_TCP && wssc_live_is_news(pinfo))
        wssc_live_note_reset(pinfo);
    return TAP_PACKET_DONT_REDRAW;
}

static void listen(const char *tap, tap_packet_cb callback, gpointer id)
{
    GString *problem = register_tap_listener(tap, id, NULL, TL_REQUIRES_NOTHING | TL_IS_DISSECTOR_HELPER, NULL,
                                             callback, NULL, NULL);
    if (problem == NULL)
        return;
    g_warning("wssc: tap %s: %s", tap, problem->str);
    g_string_free(problem, TRUE);
}

void wssc_carrier_watch_start(void)
{
    static int ids[2];
    listen("tcp", on_tcp, &ids[0]);
    listen("http", on_http, &ids[1]);
}
