/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/proto_data.h>
#include <epan/to_str.h>

#include "keys.h"
#include "soap_body.h"

static struct {
    WsscSession *session; /* what messages go to */
    WsscSession *ours;    /* the same when it is ours to free */
    guint file;
    gboolean is_lent;     /* the analyzer's */
    gboolean is_muted;
    guint bodies;
} live;

void wssc_live_init(void)
{
    if (live.is_lent)
        return;
    live.ours = wssc_session_new();
    live.session = live.ours;
    live.file = wssc_session_add_file(live.session, "");
    wssc_keys_load(wssc_session_keyring(live.session));
}

void wssc_live_cleanup(void)
{
    if (live.is_lent)
        return;
    g_clear_pointer(&live.ours, wssc_session_free);
    live.session = NULL;
}

WsscSession *wssc_dissect_session(void)
{
    return live.session;
}

void wssc_dissect_use_session(WsscSession *session, guint file)
{
    g_clear_pointer(&live.ours, wssc_session_free);
    live.session = session;
    live.file = file;
    live.is_lent = session != NULL;
}

void wssc_dissect_set_feeding(gboolean is_feeding)
{
    live.is_muted = !is_feeding;
}

guint wssc_dissect_bodies(void)
{
    return live.bodies;
}

void wssc_live_count_body(void)
{
    live.bodies++;
}

/* ---- one frame ------------------------------------------------------------------------------------ */

/* The place of a message among those of its frame: counted anew on each visit, in the same order. */
static guint next_ordinal(packet_info *pinfo)
{
    guint *count = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, 0);
    if (count == NULL) {
        count = wmem_new0(pinfo->pool, guint);
        p_add_proto_data(pinfo->pool, pinfo, proto_wssc, 0, count);
    }
    return (*count)++;
}

static char *endpoint(packet_info *pinfo, const address *addr, guint32 port)
{
    const char *text = address_to_str(pinfo->pool, addr);
    return wmem_strdup_printf(pinfo->pool, addr->type == AT_IPv6 ? "[%s]:%u" : "%s:%u", text, port);
}

gboolean wssc_live_is_protected(const packet_info *pinfo)
{
    static int proto_tls = -2;
    if (proto_tls == -2)
        proto_tls = proto_get_id_by_filter_name("tls");
    for (wmem_list_frame_t *f = wmem_list_head(pinfo->layers); f != NULL; f = wmem_list_frame_next(f))
        if (GPOINTER_TO_INT(wmem_list_frame_data(f)) == proto_tls)
            return TRUE;
    return FALSE;
}

guint64 wssc_live_stream(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    if (conversation == NULL)
        return 0;
    if (pinfo->ptype == PT_TCP) {
        struct tcp_analysis *tcp = get_tcp_conversation_data(conversation, pinfo);
        if (tcp != NULL)
            return (guint64)tcp->stream + 1;
    }
    return (guint64)1 << 32 | conversation->conv_index;
}

gboolean wssc_live_is_feeding(const packet_info *pinfo)
{
    return live.session != NULL && !live.is_muted && !pinfo->fd->visited;
}

static gint64 time_of(const packet_info *pinfo)
{
    return (gint64)pinfo->abs_ts.secs * G_USEC_PER_SEC + pinfo->abs_ts.nsecs / 1000;
}

void wssc_dissect_note_status(packet_info *pinfo, guint http_status)
{
    if (live.session != NULL)
        wssc_session_note_carrier(live.session, live.file, pinfo->num, time_of(pinfo), wssc_live_stream(pinfo),
                                  wssc_http_pair(pinfo), http_status, FALSE);
}

void wssc_dissect_note_reset(packet_info *pinfo, guint32 tcp_stream)
{
    if (live.session != NULL)
        wssc_session_note_carrier(live.session, live.file, pinfo->num, time_of(pinfo), (guint64)tcp_stream + 1, 0,
                                  0, TRUE);
}

const WsscMessage *wssc_live_message(packet_info *pinfo, GBytes *octets, const WsscCarried *carried)
{
    guint ordinal = next_ordinal(pinfo);

    if (!wssc_live_is_feeding(pinfo)) {
        wssc_xml_free(carried->xml);
        return live.session != NULL ? wssc_session_lookup(live.session, live.file, pinfo->num, ordinal)
                                    : NULL;
    }
    WsscUnit unit = {
        .file = live.file,
        .frame = pinfo->num,
        .ordinal = ordinal,
        .time = time_of(pinfo),
        .src = endpoint(pinfo, &pinfo->src, pinfo->srcport),
        .dst = endpoint(pinfo, &pinfo->dst, pinfo->destport),
        .transport = carried->transport,
        .is_protected = wssc_live_is_protected(pinfo),
        .encoding = carried->encoding,
        .direction = carried->direction,
        .stream = wssc_live_stream(pinfo),
        .pair = carried->pair,
        .content_type = carried->content_type,
        .http_status = carried->http_status,
        .octets = octets,
        .xml = carried->xml,
        .charset = carried->charset,
        .damage = carried->damage,
    };
    return wssc_session_feed(live.session, &unit);
}

/* ---- lifetimes ---------------------------------------------------------------------------------------- */

static WsscBool free_octets(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *data)
{
    g_bytes_unref(data);
    return FALSE;
}

static WsscBool free_xml(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *data)
{
    wssc_xml_free(data);
    return FALSE;
}

GBytes *wssc_live_octets(packet_info *pinfo, tvbuff_t *tvb, int offset, int length)
{
    guint8 *copy = tvb_memdup(pinfo->pool, tvb, offset, (size_t)length); /* may throw */
    GBytes *octets = g_bytes_new(copy, (gsize)length);
    wmem_register_callback(pinfo->pool, free_octets, octets);
    return octets;
}

WsscXml *wssc_live_keep_xml(packet_info *pinfo, WsscXml *xml)
{
    if (xml != NULL)
        wmem_register_callback(pinfo->pool, free_xml, xml);
    return xml;
}
