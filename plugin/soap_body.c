/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SOAP in the body of HTTP messages, by media type. A body that is no SOAP envelope goes on to whoever
 * had its media type before us.
 */
#include "compat.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-http.h>
#include <epan/media_params.h>
#include <wsutil/str_util.h>

#include "carry.h"
#include "http_facts.h"
#include "http_pairs.h"
#include "http_front.h"
#include "live.h"
#include "media.h"
#include "soap_body.h"
#include "string_tables.h"

static int proto_http = -1, proto_http2 = -1;
WsscBool wssc_pref_stock_xml = FALSE;

/* ---- what HTTP tells ------------------------------------------------------------------------------------ */

/* libwireshark does not export HTTP/2's stream number: RelatesTo has to do there. */
static const http_conv_t *http1_of(packet_info *pinfo)
{
    if (wssc_dissect_has_layer(pinfo, proto_http2))
        return NULL;
    conversation_t *conversation = wssc_live_conversation(pinfo);
    return conversation != NULL ? conversation_get_proto_data(conversation, proto_http) : NULL;
}

guint64 wssc_http_pair(packet_info *pinfo)
{
    return wssc_http_pair_of(http1_of(pinfo));
}

/* What is neither request nor response has to do with a request that was not answered yet, or with none. */
static guint64 pair_of(const http_conv_t *http, WsscDirection direction)
{
    gboolean is_answered = http != NULL && http->req_res_tail != NULL && http->req_res_tail->res_framenum != 0;
    return direction == WSSC_DIRECTION_UNKNOWN && is_answered ? 0 : wssc_http_pair_of(http);
}

/* Of the response whose body this is; 0 when it is none. */
static guint status_of(const http_conv_t *http, WsscDirection direction)
{
    return direction == WSSC_DIRECTION_RESPONSE && wssc_http_pair_of(http) != 0 ? WSSC_HTTP_STATUS(http) : 0;
}

static WsscDirection direction_of(const WsscMediaInfo *info)
{
    if (info == NULL)
        return WSSC_DIRECTION_UNKNOWN;
    return info->type == WSSC_MEDIA_REQUEST    ? WSSC_DIRECTION_REQUEST
           : info->type == WSSC_MEDIA_RESPONSE ? WSSC_DIRECTION_RESPONSE
                                               : WSSC_DIRECTION_UNKNOWN;
}

/* A parameter of a media type, as "charset" of "text/xml; charset=utf-8"; NULL when absent. */
static char *parameter(packet_info *pinfo, const char *parameters, const char *name)
{
    char *value = parameters != NULL ? ws_find_media_type_parameter(pinfo->pool, parameters, name) : NULL;
    return value;
}

/* A body that is not ours leaves no trace of us among the frame's protocols. */
static void step_aside(packet_info *pinfo)
{
    wmem_list_frame_t *last = wmem_list_tail(pinfo->layers);
    if (last == NULL || GPOINTER_TO_INT(wmem_list_frame_data(last)) != proto_wssc)
        return;
    wmem_list_remove_frame(pinfo->layers, last);
    pinfo->curr_layer_num--;
}

/* To whoever had the media type before us. */
static int hand_on(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    dissector_handle_t stock = wssc_media_stock(pinfo->match_string);
    if (stock != NULL)
        step_aside(pinfo);
    return stock != NULL ? call_dissector_only(stock, tvb, pinfo, tree, data) : 0;
}

/* ---- the body ------------------------------------------------------------------------------------------- */

/* Cut or reassembled in part: nothing is read of it. */
static const char *cut_reason(tvbuff_t *tvb)
{
    return tvb_captured_length(tvb) < tvb_reported_length(tvb) ? "cut by the capture's snapshot length" : NULL;
}

/* HTTP has no session: a string table in front of a message is for that message alone. */
static WsscStringTable *table_of(packet_info *pinfo)
{
    const char *media = pinfo->match_string;
    return media != NULL && strstr(media, "msbinsession1") != NULL ? wssc_string_tables_fresh(pinfo) : NULL;
}

static int dissect_body(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const WsscMediaInfo *info = data;
    gboolean is_http = wssc_dissect_has_layer(pinfo, proto_http2) || wssc_dissect_has_layer(pinfo, proto_http);
    gboolean is_protected = wssc_live_is_protected(pinfo);
    int captured = (int)tvb_captured_length(tvb);
    const http_conv_t *http = is_http && !pinfo->fd->visited ? http1_of(pinfo) : NULL;
    WsscCarried carried = {
        .transport = !is_http       ? WSSC_TRANSPORT_OTHER
                     : is_protected ? WSSC_TRANSPORT_HTTPS
                                    : WSSC_TRANSPORT_HTTP,
        .content_type = info != NULL && info->media_str != NULL
                            ? wmem_strconcat(pinfo->pool, pinfo->match_string, "; ", info->media_str, NULL)
                            : pinfo->match_string,
        .charset = parameter(pinfo, info != NULL ? info->media_str : NULL, "charset"),
        .damage = wssc_http_problem(pinfo) != NULL ? wssc_http_problem(pinfo) : cut_reason(tvb),
        .is_opaque = wssc_http_problem(pinfo) != NULL,
        .direction = direction_of(info),
        .pair = pair_of(http, direction_of(info)),
        .http_status = status_of(http, direction_of(info)),
    };
    if (is_http && wssc_live_is_feeding(pinfo) && !wssc_dissect_has_layer(pinfo, proto_http2)) {
        const WsscHttpFacts facts = wssc_http_facts(pinfo, info, carried.direction);
        carried.agent = facts.agent;
        carried.forwarded = facts.forwarded;
        carried.http_date = facts.date;
        carried.announced = facts.announced;
        carried.host = facts.host;
        carried.relays = carried.direction == WSSC_DIRECTION_REQUEST ? facts.via : NULL;
        carried.target = http != NULL && carried.direction == WSSC_DIRECTION_REQUEST ? WSSC_HTTP_TARGET(http) : NULL;
    }
    wssc_live_count_body();
    if (captured == 0)
        return hand_on(tvb, pinfo, tree, data);
    GBytes *octets = wssc_live_octets(pinfo, tvb, 0, captured);
    if (!wssc_carry_envelope(tvb, pinfo, tree, octets, &carried, table_of(pinfo)))
        return hand_on(tvb, pinfo, tree, data);
    dissector_handle_t stock = wssc_media_stock(pinfo->match_string);
    if (wssc_pref_stock_xml && stock != NULL && carried.encoding == WSSC_ENCODING_TEXT)
        call_dissector_only(stock, tvb, pinfo, tree, data);
    return captured;
}

dissector_handle_t wssc_soap_body_register(void)
{
    return register_dissector("wssc", dissect_body, proto_wssc);
}

void wssc_soap_body_handoff(dissector_handle_t handle)
{
    static gboolean is_done = FALSE;
    if (is_done)
        return;
    is_done = TRUE;
    wssc_http_front_handoff(handle);
    proto_http = proto_get_id_by_filter_name("http");
    proto_http2 = proto_get_id_by_filter_name("http2");
    wssc_media_handoff(handle);
}
