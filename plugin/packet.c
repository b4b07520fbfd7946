/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "packet.h"

#include <string.h>

#include <wiretap/wtap.h>

enum { FIN = 0x01, SYN = 0x02, RESET = 0x04, ACK = 0x10, URGENT = 0x20 };
enum {
    TYPE_IP4 = 0x0800,
    TYPE_ARP = 0x0806,
    TYPE_IP6 = 0x86DD,
    TYPE_VLAN = 0x8100,
    TYPE_VLANS = 0x88A8,
    TYPE_OLD_VLANS = 0x9100,
    TYPE_LLDP = 0x88CC,
    TYPE_SLOW = 0x8809, /* LACP and its like */
    TYPE_MPLS = 0x8847,
    TYPE_PPPOE_DISCOVERY = 0x8863,
    TYPE_PPPOE = 0x8864,
    TYPE_EAPOL = 0x888E,
    TYPE_PTP = 0x88F7,
    MOST_OCTETS = 1500 /* where a type may stand: LLC follows */
};
enum {
    PROTOCOL_ICMP = 1,
    PROTOCOL_IGMP = 2,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_ESP = 50,
    PROTOCOL_ICMP6 = 58,
    PROTOCOL_EIGRP = 88,
    PROTOCOL_OSPF = 89,
    PROTOCOL_VRRP = 112
};
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60 }; /* RFC 8200 section 4 */
enum { MAX_EXTENSIONS = 8 };                                            /* IPv6 headers in front of TCP */
enum { MIN_TCP = 20, MIN_UDP = 8 };

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

typedef enum { LINK_UNKNOWN, LINK_NOTHING, LINK_IP4, LINK_IP6, LINK_IP } Link;

static gboolean is_vlan(guint16 type)
{
    return type == TYPE_VLAN || type == TYPE_VLANS || type == TYPE_OLD_VLANS;
}

static gboolean is_alone(guint16 type)
{
    return type == TYPE_ARP || type == TYPE_LLDP || type == TYPE_SLOW || type == TYPE_PPPOE_DISCOVERY ||
           type == TYPE_EAPOL || type == TYPE_PTP;
}

static Link link_of(guint16 type)
{
    return type == TYPE_IP4 ? LINK_IP4 : type == TYPE_IP6 ? LINK_IP6 : is_alone(type) ? LINK_NOTHING : LINK_UNKNOWN;
}

/* Spanning trees, and what Cisco's switches tell each other: CDP, VTP, DTP, UDLD and their spanning trees. */
static gboolean is_between_switches(const View *llc)
{
    static const guint8 tree[] = {0x42, 0x42, 0x03}, cisco[] = {0xAA, 0xAA, 0x03, 0x00, 0x00, 0x0C};
    static const guint16 kinds[] = {0x2000, 0x2003, 0x2004, 0x0111, 0x010B};
    if (llc->len >= sizeof tree && memcmp(llc->data, tree, sizeof tree) == 0)
        return TRUE;
    if (llc->len < sizeof cisco + 2 || memcmp(llc->data, cisco, sizeof cisco) != 0)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (be16(llc->data + sizeof cisco) == kinds[i])
            return TRUE;
    return FALSE;
}

/* Behind a PPPoE session's header (RFC 2516 section 4) and PPP's protocol, in two octets. */
static Link behind_pppoe(View *view)
{
    enum { HEAD = 6, VERSION_1_TYPE_1 = 0x11, PPP_IP4 = 0x0021, PPP_IP6 = 0x0057 };
    if (view->len < HEAD + 2 || view->data[0] != VERSION_1_TYPE_1 || view->data[1] != 0)
        return LINK_UNKNOWN;
    guint16 protocol = be16(view->data + HEAD);
    skip(view, HEAD + 2);
    return protocol == PPP_IP4 ? LINK_IP4 : protocol == PPP_IP6 ? LINK_IP6 : LINK_UNKNOWN;
}

/* Behind a stack of labels (RFC 3032 section 2.1). What an ordinary label leads to only its first octet tells, to
 * libwireshark, too. */
static Link behind_mpls(View *view)
{
    enum { ENTRY = 4, MOST = 8, IS_BOTTOM = 1, IP4_NULL = 0, IP6_NULL = 2, FIRST_ORDINARY = 16 };
    for (guint i = 0; i < MOST && view->len > ENTRY; i++) {
        guint32 label = be32(view->data) >> 12;
        gboolean is_bottom = (view->data[2] & IS_BOTTOM) != 0;
        skip(view, ENTRY);
        if (label < FIRST_ORDINARY && (!is_bottom || (label != IP4_NULL && label != IP6_NULL)))
            return LINK_UNKNOWN;
        if (is_bottom)
            return label == IP4_NULL ? LINK_IP4 : label == IP6_NULL ? LINK_IP6 : LINK_IP;
    }
    return LINK_UNKNOWN;
}

/* What a type leads to that is no VLAN's. */
static Link behind_type(View *view, guint16 type)
{
    return type == TYPE_PPPOE                                 ? behind_pppoe(view)
           : type == TYPE_MPLS                                ? behind_mpls(view)
           : type <= MOST_OCTETS && is_between_switches(view) ? LINK_NOTHING
                                                              : link_of(type);
}

/* At an EtherType, behind which the packet stands or a VLAN's tag with a further one. */
static Link behind_types(View *view)
{
    guint16 type;
    do {
        if (view->len < 4)
            return LINK_UNKNOWN;
        type = be16(view->data);
        skip(view, is_vlan(type) ? 4 : 2);
    } while (is_vlan(type));
    return behind_type(view, type);
}

static Link to_network(View *view, int encapsulation)
{
    switch (encapsulation) {
    case WTAP_ENCAP_ETHERNET:
        return skip(view, 12) ? behind_types(view) : LINK_UNKNOWN;
    case WTAP_ENCAP_SLL:
        return skip(view, 14) ? behind_types(view) : LINK_UNKNOWN;
    case WTAP_ENCAP_SLL2: {
        if (view->len < 20)
            return LINK_UNKNOWN;
        guint16 type = be16(view->data);
        skip(view, 20);
        if (!is_vlan(type))
            return behind_type(view, type);
        return skip(view, 2) ? behind_types(view) : LINK_UNKNOWN; /* behind the tag's number */
    }
    case WTAP_ENCAP_NULL:
    case WTAP_ENCAP_LOOP:
        return skip(view, 4) ? LINK_IP : LINK_UNKNOWN;
    case WTAP_ENCAP_RAW_IP:
    case WTAP_ENCAP_RAW_IP4:
    case WTAP_ENCAP_RAW_IP6:
        return LINK_IP;
    default:
        return LINK_UNKNOWN;
    }
}

/* ---- IP ------------------------------------------------------------------------------------------------------- */

/* Where the addresses of both stand, source first, what follows the IP headers, and how many octets of it. */
typedef struct {
    const guint8 *addresses;
    gsize address_len; /* of one */
    guint8 protocol;
    guint32 total;
    gboolean is_plain;    /* the header says how many, and nothing of another way to go */
    gboolean has_options; /* which may name other ends: a route by its source, a home (RFC 6275 section 6.3) */
    gboolean is_fragment; /* the first, or FALSE is returned */
} Network;

static gboolean behind_ip4(View *view, Network *ret_network)
{
    gsize header = (gsize)(view->data[0] & 15) * 4;
    if (header < 20 || (be16(view->data + 6) & 0x1FFF) != 0)
        return FALSE; /* fragments are put together by whoever dissects them */
    guint32 total = be16(view->data + 2);
    *ret_network = (Network){view->data + 12, 4, .protocol = view->data[9], .is_plain = total != 0 && header == 20};
    ret_network->has_options = header > 20;
    ret_network->is_fragment = (be16(view->data + 6) & 0x2000) != 0;
    if (total == 0) /* the network card was to fill it in: large segments */
        total = (guint32)view->len;
    ret_network->total = total > header ? total - (guint32)header : 0;
    return skip(view, header);
}

static gboolean is_extension(guint8 next)
{
    return next == HOP_BY_HOP || next == ROUTING || next == DESTINATION || next == FRAGMENT;
}

static gboolean behind_ip6(View *view, Network *ret_network)
{
    if (view->len < 40)
        return FALSE;
    guint8 next = view->data[6];
    guint32 total = be16(view->data + 4);
    *ret_network = (Network){view->data + 8, 16, .total = total > 0 ? total : (guint32)(view->len - 40)};
    ret_network->is_plain = total > 0;
    skip(view, 40);
    for (guint i = 0; i < MAX_EXTENSIONS && is_extension(next); i++) {
        gsize size = 8;
        if (view->len < 8)
            return FALSE;
        if (next == FRAGMENT && (be16(view->data + 2) & 0xFFF8) != 0)
            return FALSE;
        ret_network->is_plain = FALSE;
        ret_network->has_options |= next != FRAGMENT;
        if (next == FRAGMENT)
            ret_network->is_fragment = TRUE;
        else
            size = ((gsize)view->data[1] + 1) * 8;
        next = view->data[0];
        if (ret_network->total < size || !skip(view, size))
            return FALSE;
        ret_network->total -= (guint32)size;
    }
    ret_network->protocol = next;
    return TRUE;
}

static gboolean behind_ip(View *view, Link link, Network *ret_network)
{
    if (view->len < 20)
        return FALSE;
    guint version = view->data[0] >> 4;
    return version == 4 && link != LINK_IP6   ? behind_ip4(view, ret_network)
           : version == 6 && link != LINK_IP4 ? behind_ip6(view, ret_network)
                                              : FALSE;
}

/* What asks whether somebody is there, who is near, and who listens to groups; not what quotes other packets. What
 * routers tell each other. */
static gboolean is_nothing(const Network *network, const View *view)
{
    enum { LISTENERS = 143 }; /* RFC 3810 section 5.2 */
    guint8 type = view->len > 0 ? view->data[0] : 255;
    switch (network->protocol) {
    case PROTOCOL_IGMP:
    case PROTOCOL_EIGRP:
    case PROTOCOL_OSPF:
    case PROTOCOL_VRRP:
        return TRUE;
    case PROTOCOL_ICMP:
        return type == 0 || type == 8;
    case PROTOCOL_ICMP6:
        return (type >= 128 && type <= 136) || type == LISTENERS;
    default:
        return FALSE;
    }
}

static gboolean is_quoting(const Network *network)
{
    return network->protocol == PROTOCOL_ICMP || network->protocol == PROTOCOL_ICMP6 ||
           network->protocol == PROTOCOL_ESP;
}

/* ---- TCP and UDP ------------------------------------------------------------------------------------------------ */

/* The addresses of IP have one of two lengths: known to the compiler, they take no call. */
static int compare_addresses(const guint8 *one, const guint8 *other, gsize len)
{
    return len == 4 ? memcmp(one, other, 4) : memcmp(one, other, 16);
}

static void put_end(WsscEnds *ends, guint side, const guint8 *address, gsize len, guint16 port)
{
    if (len == 4)
        memcpy(ends->address[side], address, 4);
    else
        memcpy(ends->address[side], address, 16);
    ends->length[side] = (guint16)len;
    ends->port[side] = port;
}

static guint note_ends(WsscEnds *ends, const Network *network, const guint8 *ports)
{
    const guint8 *from = network->addresses, *to = from + network->address_len;
    int order = compare_addresses(from, to, network->address_len);
    guint side = order > 0 || (order == 0 && memcmp(ports, ports + 2, 2) > 0);
    put_end(ends, side, from, network->address_len, be16(ports));
    put_end(ends, !side, to, network->address_len, be16(ports + 2));
    return side;
}

static void read_tcp(const View *view, const Network *network, gboolean is_whole, WsscPacket *packet)
{
    guint32 header = (guint32)(view->data[12] >> 4) * 4;
    guint8 flags = view->data[13];
    gsize captured = view->len > header ? MIN(view->len - header, network->total - MIN(header, network->total)) : 0;
    *packet = (WsscPacket){
        .segment = {.seq = be32(view->data + 4),
                    .len = network->total > header ? network->total - header : 0,
                    .is_syn = (flags & SYN) != 0,
                    .is_fin = (flags & FIN) != 0},
        .ack = be32(view->data + 8),
        .has_ack = (flags & ACK) != 0,
        .is_bare = flags == ACK && network->total == header,
        .is_reset = (flags & RESET) != 0,
        .is_cut = view->len < network->total,
        .has_options = network->has_options,
        .payload = wssc_bytes(captured > 0 ? view->data + header : NULL, captured),
    };
    packet->is_plain = is_whole && network->is_plain && header >= MIN_TCP && header <= network->total &&
                       captured == packet->segment.len && (flags & URGENT) == 0;
    packet->side = note_ends(&packet->ends, network, view->data);
}

static WsscPacketKind read_udp(const View *view, const Network *network, WsscPacket *packet)
{
    *packet = (WsscPacket){.is_reset = FALSE};
    if (view->len < MIN_UDP)
        return WSSC_PACKET_UNKNOWN;
    gsize len = be16(view->data + 4), captured = MIN(view->len, len);
    packet->segment.len = len > MIN_UDP ? (guint32)len - MIN_UDP : 0;
    packet->has_options = network->has_options;
    packet->payload = wssc_bytes(view->data + MIN_UDP, captured > MIN_UDP ? captured - MIN_UDP : 0);
    packet->side = note_ends(&packet->ends, network, view->data);
    return WSSC_PACKET_UDP;
}

/* view: what is behind the link. */
static WsscPacketKind read_packet(View view, Link link, WsscBytes frame, gboolean is_whole, WsscPacket *ret_packet)
{
    Network network;
    if (link == LINK_NOTHING)
        return WSSC_PACKET_NOTHING;
    if (link == LINK_UNKNOWN || !behind_ip(&view, link, &network) || network.is_fragment)
        return WSSC_PACKET_UNKNOWN;
    if (network.protocol == PROTOCOL_UDP)
        return read_udp(&view, &network, ret_packet);
    if (network.protocol != PROTOCOL_TCP)
        return is_nothing(&network, &view) ? WSSC_PACKET_NOTHING
               : is_quoting(&network)      ? WSSC_PACKET_QUOTES
                                           : WSSC_PACKET_UNKNOWN;
    if (view.len < MIN_TCP)
        return WSSC_PACKET_UNKNOWN;
    read_tcp(&view, &network, is_whole, ret_packet);
    ret_packet->at = (gsize)(view.data - frame.data);
    return WSSC_PACKET_TCP;
}

WsscPacketKind wssc_packet_read(WsscBytes frame, gsize on_wire, int encapsulation, WsscPacket *ret_packet)
{
    View view = {frame.data, frame.len};
    Link link = to_network(&view, encapsulation);
    return read_packet(view, link, frame, frame.len >= on_wire, ret_packet);
}

/* ---- damaged heads ---------------------------------------------------------------------------------------------- */

enum { MIN_IP = 20, IP6 = 40, SMALLEST_FRAME = 60 }; /* Ethernet's smallest is filled up (IEEE 802.3 section 3.2.7) */

/* RFC 1071: of a header whose checksum is right it is all ones, in either order of octets (section 2 (B)). The header
 * has whole words of four. */
static gboolean is_sum_right(const guint8 *header, gsize len)
{
    guint64 sum = 0;
    guint32 word;
    for (gsize i = 0; i + sizeof word <= len; i += sizeof word) {
        memcpy(&word, header + i, sizeof word);
        sum += word;
    }
    sum = (sum & 0xFFFFFFFF) + (sum >> 32);
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    return ((sum + (sum >> 16)) & 0xFFFF) == 0xFFFF;
}

static WsscHeadKind judge_ip4(const View *view)
{
    gsize header = (gsize)(view->data[0] & 15) * 4;
    if (view->data[0] >> 4 != 4 || header < MIN_IP)
        return WSSC_HEAD_DAMAGED;
    if (view->len < header || be16(view->data + 10) == 0)
        return WSSC_HEAD_UNKNOWN;
    return is_sum_right(view->data, header) ? WSSC_HEAD_GOOD : WSSC_HEAD_UNFIT;
}

static WsscHeadKind judge(const View *view, Link link)
{
    guint version = view->len >= MIN_IP ? view->data[0] >> 4 : 0;
    if (view->len < MIN_IP || link == LINK_NOTHING)
        return WSSC_HEAD_UNKNOWN;
    if (link == LINK_IP6)
        return version == 6 ? WSSC_HEAD_UNKNOWN : WSSC_HEAD_DAMAGED;
    if (link == LINK_IP4 || (link == LINK_IP && version == 4))
        return judge_ip4(view);
    gboolean is_hidden = link == LINK_UNKNOWN && judge_ip4(view) == WSSC_HEAD_GOOD && view->data[9] == PROTOCOL_TCP &&
                         be16(view->data + 2) >= MIN_IP + MIN_TCP;
    return is_hidden ? WSSC_HEAD_DAMAGED : WSSC_HEAD_UNKNOWN;
}

static WsscHead head_of(View view, Link link, gsize cut, gsize on_wire)
{
    WsscHead head = {.kind = judge(&view, link)};
    gsize ip = link == LINK_IP6 ? IP6 : MIN_IP, ports = 4;
    if (head.kind < WSSC_HEAD_UNFIT || on_wire <= SMALLEST_FRAME || view.len < ip + ports)
        return head;
    gsize size = view.len + cut, tcp = MIN_TCP;
    if (view.len > ip + 12 && view.data[ip + 12] >> 4 >= MIN_TCP / 4)
        tcp = (gsize)(view.data[ip + 12] >> 4) * 4;
    head.octets = size > ip + tcp ? (guint32)(size - ip - tcp) : 0;
    const Network network = {.addresses = view.data + (link == LINK_IP6 ? 8 : 12),
                             .address_len = link == LINK_IP6 ? 16 : 4};
    head.side = note_ends(&head.ends, &network, view.data + ip);
    return head;
}

WsscPacketKind wssc_packet_look(WsscBytes frame, gsize on_wire, int encapsulation, WsscPacket *ret_packet,
                                WsscHead *ret_head)
{
    View view = {frame.data, frame.len};
    Link link = to_network(&view, encapsulation);
    *ret_head = head_of(view, link, on_wire > frame.len ? on_wire - frame.len : 0, on_wire);
    return read_packet(view, link, frame, frame.len >= on_wire, ret_packet);
}

/* ---- inside of others ------------------------------------------------------------------------------------------- */

enum { AT_ONCE = 32, ANY = 0xFF, VERSION_4 = 0x40, VERSION_6 = 0x60, AT_PROTOCOL = 9, AT_NEXT = 6 };

#define HAS(data, version, at, mask, value) ((((data)[0] & 0xF0) == (version)) & (((data)[at] & (mask)) == (value)))

/* Adds whether there may be IPv4 with TCP, or IPv6 with TCP or a header that it may stand behind. Written so that of a
 * loop of fixed length over it compilers make a few wide instructions. */
static inline guint8 or_may_be_ip(guint8 any, const guint8 *data)
{
    enum { BUT_FOR_ONE_BIT = 0xEF };
    G_STATIC_ASSERT((FRAGMENT & BUT_FOR_ONE_BIT) == (DESTINATION & BUT_FOR_ONE_BIT));
    any = (guint8)(any | HAS(data, VERSION_4, AT_PROTOCOL, ANY, PROTOCOL_TCP));
    any = (guint8)(any | HAS(data, VERSION_6, AT_NEXT, ANY, PROTOCOL_TCP));
    any = (guint8)(any | HAS(data, VERSION_6, AT_NEXT, ANY, HOP_BY_HOP));
    any = (guint8)(any | HAS(data, VERSION_6, AT_NEXT, ANY, ROUTING));
    return (guint8)(any | HAS(data, VERSION_6, AT_NEXT, BUT_FOR_ONE_BIT, FRAGMENT & BUT_FOR_ONE_BIT));
}

static inline gboolean may_any_be_ip(const guint8 *data)
{
    guint8 any = 0;
    for (int i = 0; i < AT_ONCE; i++)
        any = or_may_be_ip(any, data + i);
    return any != 0;
}

/* What stands there: where it is TCP, its ends are told. */
static __attribute__((noinline)) void tell_inside(const guint8 *data, gsize len, WsscEachPacket each, gpointer user)
{
    enum { PORTS = 4 };
    View view = {data, len};
    WsscPacket packet = {.side = 0};
    Network network;
    if (!behind_ip(&view, LINK_IP, &network) || network.protocol != PROTOCOL_TCP || view.len < PORTS)
        return;
    packet.side = note_ends(&packet.ends, &network, view.data);
    each(&packet, user);
}

void wssc_packet_foreach_inside(WsscBytes octets, WsscEachPacket each, gpointer user)
{
    enum { SMALLEST = MIN_IP + 4 }; /* with the ports */
    const guint8 *at = octets.data, *end = octets.data + octets.len;
    while (end - at >= SMALLEST) {
        gboolean is_block = end - at >= AT_ONCE + SMALLEST;
        if (is_block && !may_any_be_ip(at)) {
            at += AT_ONCE;
            continue;
        }
        for (guint i = 0; i < (is_block ? AT_ONCE : 1u); i++, at++)
            if (or_may_be_ip(0, at) != 0)
                tell_inside(at, (gsize)(end - at), each, user);
    }
}
