/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "carrier.h"

#include <epan/dissectors/packet-http.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include "engine.h"
#include "live.h"
#include "soap_body.h"

#define TCP_RST 0x04

static gint64 time_of(const packet_info *pinfo)
{
    return (gint64)pinfo->abs_ts.secs * G_USEC_PER_SEC + pinfo->abs_ts.nsecs / 1000;
}

static tap_packet_status on_http(void *id _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                 tap_flags_t flags _U_)
{
    const http_info_value_t *http = data;
    WsscSession *session = wssc_dissect_session();
    if (http->response_code != 0 && session != NULL)
        wssc_session_note_carrier(session, wssc_live_file(), pinfo->num, time_of(pinfo), wssc_live_stream(pinfo),
                                  wssc_http_pair(pinfo), http->response_code, FALSE);
    return TAP_PACKET_DONT_REDRAW;
}

static tap_packet_status on_tcp(void *id _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                tap_flags_t flags _U_)
{
    const tcp_info_t *tcp = data;
    WsscSession *session = wssc_dissect_session();
    if ((tcp->th_flags & TCP_RST) != 0 && session != NULL)
        wssc_session_note_carrier(session, wssc_live_file(), pinfo->num, time_of(pinfo),
                                  (guint64)tcp->th_stream + 1, 0, 0, TRUE);
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
