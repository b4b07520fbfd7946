/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_whole.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/proto_data.h>
#include <wiretap/wtap.h>

#include "base/bytes.h"
#include "live.h"
#include "packet.h"

/* Among the data of proto_wssc of a frame that lasts as long as the file: its segment was completed. */
#define COMPLETED 0x30000000u

static guint32 taken_in;  /* the frame that had WSSC_DATA_TAKEN last: few have, and each would be looked through */
static wmem_map_t *asked; /* directions of connections that were to give one more segment */

/* The captured frame itself is the first of its sources of octets. */
static tvbuff_t *frame_of(const packet_info *pinfo)
{
    return pinfo->data_src != NULL ? get_data_source_tvb(pinfo->data_src->data) : NULL;
}

/* The payload of the frame's segment: nothing in a tunnel, in fragments of IP, or when the capture does not hold it
 * whole. */
static WsscBytes segment_of(const packet_info *pinfo)
{
    tvbuff_t *frame = frame_of(pinfo);
    WsscPacket packet;
    guint len = frame != NULL ? tvb_captured_length(frame) : 0;
    if (len == 0 || pinfo->rec == NULL || pinfo->rec->rec_type != REC_TYPE_PACKET ||
        wssc_packet_read(wssc_bytes(tvb_get_ptr(frame, 0, (gint)len), len), tvb_reported_length(frame),
                         pinfo->rec->rec_header.packet_header.pkt_encap, &packet) != WSSC_PACKET_TCP ||
        packet.is_cut)
        return (WsscBytes){NULL, 0};
    return packet.payload;
}

/* Nothing was to be kept back: HTTP asked for all of the segment. On later visits what the first one found. */
static gboolean may_complete(packet_info *pinfo)
{
    if (pinfo->fd->visited)
        return p_get_proto_data(wmem_file_scope(), pinfo, proto_wssc, COMPLETED) != NULL;
    gpointer key = wssc_live_direction(pinfo);
    return key != NULL && wmem_map_contains(asked, key);
}

static tvbuff_t *join(tvbuff_t *tvb, packet_info *pinfo, guint len, const guint8 *rest, guint rest_len)
{
    guint8 *octets = wmem_alloc(pinfo->pool, (gsize)len + rest_len);
    tvb_memcpy(tvb, octets, 0, len);
    memcpy(octets + len, rest, rest_len);
    tvbuff_t *joined = tvb_new_child_real_data(tvb, octets, len + rest_len, (gint)(len + rest_len));
    add_new_data_source(pinfo, joined, "Reassembled TCP with the rest of this segment");
    if (!pinfo->fd->visited)
        p_add_proto_data(wmem_file_scope(), pinfo, proto_wssc, COMPLETED, joined);
    guint *taken = wmem_new(pinfo->pool, guint);
    *taken = rest_len;
    p_add_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_TAKEN, taken);
    taken_in = pinfo->num;
    return joined;
}

tvbuff_t *wssc_tcp_whole(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp)
{
    guint len = tvb_captured_length(tvb);
    const guint *taken =
        taken_in == pinfo->num ? p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_TAKEN) : NULL;
    if (tcp == NULL || len != tvb_reported_length(tvb))
        return tvb;
    if (taken != NULL && *taken == len)
        return NULL;
    if (!tcp->is_reassembled)
        return tvb;
    guint32 whole = tcp->nxtseq - tcp->seq, missing = whole - len;
    if (whole <= len || whole > G_MAXINT || !may_complete(pinfo))
        return tvb;
    /* What was handed over of the segment stands at its beginning. Numbers of TCP's dissector may be relative. */
    const WsscBytes segment = segment_of(pinfo);
    if (missing >= segment.len || segment.len - missing > len)
        return tvb;
    guint given = (guint)segment.len - missing;
    if (memcmp(tvb_get_ptr(tvb, (gint)(len - given), (gint)given), segment.data, given) != 0)
        return tvb;
    return join(tvb, pinfo, len, segment.data + given, missing);
}

void wssc_tcp_note(packet_info *pinfo)
{
    gboolean is_asking = pinfo->desegment_len == DESEGMENT_ONE_MORE_SEGMENT;
    gboolean has_change = !pinfo->fd->visited && (is_asking || wmem_map_size(asked) > 0);
    gpointer key = has_change ? wssc_live_direction(pinfo) : NULL;
    if (key == NULL)
        return;
    if (is_asking)
        wmem_map_insert(asked, key, key);
    else
        wmem_map_remove(asked, key);
}

void wssc_tcp_whole_register(void)
{
    asked = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}
