/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "packet.h"

#include <string.h>

#include <wiretap/wtap.h>

enum { FIN = 0x01, SYN = 0x02, RESET = 0x04, ACK = 0x10 };
enum { TYPE_IP4 = 0x0800, TYPE_IP6 = 0x86DD, TYPE_VLAN = 0x8100, TYPE_VLANS = 0x88A8, TYPE_OLD_VLANS = 0x9100 };
enum { PROTOCOL_TCP = 6 };
enum { MAX_EXTENSIONS = 8 }; /* IPv6 headers in front of TCP */

typedef struct {
    const guint8 *data;
    gsize len;
} View;

static gboolean skip(View *view, gsize count)
{
    if (view->len < count)
        return FALSE;
    view->data += count;
    view->len -= count;
    return TRUE;
}

static guint16 be16(const guint8 *p)
{
    return (guint16)(p[0] << 8 | p[1]);
}

static guint32 be32(const guint8 *p)
{
    return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

/* ---- the link ------------------------------------------------------------------------------------------------- */

static gboolean is_vlan(guint16 type)
{
    return type == TYPE_VLAN || type == TYPE_VLANS || type == TYPE_OLD_VLANS;
}

/* At an EtherType, behind which the packet stands or a VLAN's tag with a further one. */
static gboolean behind_types(View *view)
{
    guint16 type;
    do {
        if (view->len < 4)
            return FALSE;
        type = be16(view->data);
        skip(view, is_vlan(type) ? 4 : 2);
    } while (is_vlan(type));
    return type == TYPE_IP4 || type == TYPE_IP6;
}

static gboolean to_ip(View *view, int encapsulation)
{
    switch (encapsulation) {
    case WTAP_ENCAP_ETHERNET:
        return skip(view, 12) && behind_types(view);
    case WTAP_ENCAP_SLL:
        return skip(view, 14) && behind_types(view);
    case WTAP_ENCAP_SLL2: {
        if (view->len < 20)
            return FALSE;
        guint16 type = be16(view->data);
        skip(view, 20);
        if (!is_vlan(type))
            return type == TYPE_IP4 || type == TYPE_IP6;
        return skip(view, 2) && behind_types(view); /* behind the tag's number */
    }
    case WTAP_ENCAP_NULL:
    case WTAP_ENCAP_LOOP:
        return skip(view, 4);
    case WTAP_ENCAP_RAW_IP:
    case WTAP_ENCAP_RAW_IP4:
    case WTAP_ENCAP_RAW_IP6:
        return TRUE;
    default:
        return FALSE;
    }
}

/* ---- IP ------------------------------------------------------------------------------------------------------- */

/* Where the addresses of both stand, source first, and how many octets follow the IP headers. */
typedef struct {
    const guint8 *addresses;
    gsize address_len; /* of one */
    guint32 total;
} Network;

static gboolean behind_ip4(View *view, Network *ret_network)
{
    gsize header = (gsize)(view->data[0] & 15) * 4;
    if (header < 20 || view->data[9] != PROTOCOL_TCP || (be16(view->data + 6) & 0x3FFF) != 0)
        return FALSE; /* a fragment is put together by whoever dissects it */
    guint32 total = be16(view->data + 2);
    if (total == 0) /* the network card was to fill it in: large segments */
        total = (guint32)view->len;
    *ret_network = (Network){view->data + 12, 4, total > header ? total - (guint32)header : 0};
    return skip(view, header);
}

/* RFC 8200 section 4: hop-by-hop options, routing and destination options may stand in front. */
static gboolean behind_ip6(View *view, Network *ret_network)
{
    enum { HOP_BY_HOP = 0, ROUTING = 43, DESTINATION = 60 };
    if (view->len < 40)
        return FALSE;
    guint8 next = view->data[6];
    guint32 total = be16(view->data + 4);
    *ret_network = (Network){view->data + 8, 16, total > 0 ? total : (guint32)(view->len - 40)};
    skip(view, 40);
    for (guint i = 0; i < MAX_EXTENSIONS && (next == HOP_BY_HOP || next == ROUTING || next == DESTINATION); i++) {
        gsize size = view->len >= 8 ? ((gsize)view->data[1] + 1) * 8 : 8;
        next = view->len >= 8 ? view->data[0] : next;
        if (ret_network->total < size || !skip(view, size))
            return FALSE;
        ret_network->total -= (guint32)size;
    }
    return next == PROTOCOL_TCP;
}

static gboolean behind_ip(View *view, Network *ret_network)
{
    if (view->len < 20)
        return FALSE;
    return view->data[0] >> 4 == 4   ? behind_ip4(view, ret_network)
           : view->data[0] >> 4 == 6 ? behind_ip6(view, ret_network)
                                     : FALSE;
}

/* ---- TCP ------------------------------------------------------------------------------------------------------ */

static guint note_ends(WsscEnds *ends, const Network *network, const guint8 *ports)
{
    const guint8 *from = network->addresses, *to = from + network->address_len;
    int order = memcmp(from, to, network->address_len);
    guint side = order > 0 || (order == 0 && memcmp(ports, ports + 2, 2) > 0);
    wssc_ends_put(ends, side, from, network->address_len, be16(ports));
    wssc_ends_put(ends, !side, to, network->address_len, be16(ports + 2));
    return side;
}

gboolean wssc_packet_read(const guint8 *data, gsize len, int encapsulation, WsscPacket *ret_packet)
{
    View view = {data, len};
    Network network;
    if (!to_ip(&view, encapsulation) || !behind_ip(&view, &network) || view.len < 20)
        return FALSE;
    guint32 header = (guint32)(view.data[12] >> 4) * 4;
    guint8 flags = view.data[13];
    *ret_packet = (WsscPacket){
        .segment = {.seq = be32(view.data + 4),
                    .len = network.total > header ? network.total - header : 0,
                    .is_syn = (flags & SYN) != 0,
                    .is_fin = (flags & FIN) != 0},
        .ack = be32(view.data + 8),
        .has_ack = (flags & ACK) != 0,
        .is_bare = flags == ACK && network.total == header,
        .is_reset = (flags & RESET) != 0,
        .is_cut = view.len < network.total,
    };
    if (!ret_packet->is_cut && ret_packet->segment.len > 0)
        ret_packet->payload = view.data + header;
    ret_packet->side = note_ends(&ret_packet->ends, &network, view.data);
    return TRUE;
}
