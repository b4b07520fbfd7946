/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carrier.h"

#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "dissect.h"
#include "engine.h"

#define TCP_RST 0x04

static tap_packet_status on_http(void *id _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                 tap_flags_t flags _U_)
{
    const http_info_value_t *http = data;
    if (http->response_code != 0)
        wssc_dissect_note_status(pinfo, http->response_code);
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status on_tcp(void *id _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const tcp_info_t *tcp = data;
    if ((tcp->th_flags & TCP_RST) != 0)
        wssc_dissect_note_reset(pinfo, tcp->th_stream);
    return TAP_PACKET_DONT_REDRAW;
}

static gboolean listen_to(const char *tap, tap_packet_cb callback, gpointer id, GError **error)
{
    GString *problem = register_tap_listener(tap, id, NULL, TL_REQUIRES_NOTHING, NULL, callback, NULL, NULL);
    if (problem == NULL)
        return TRUE;
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "tap %s: %s", tap, problem->str);
    g_string_free(problem, TRUE);
    return FALSE;
}

gboolean wssc_carrier_register(GError **error)
{
    static int http_id, tcp_id;
    return listen_to("http", on_http, &http_id, error) && listen_to("tcp", on_tcp, &tcp_id, error);
}
