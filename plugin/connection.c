/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "connection.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>

#include "dissect.h"

#define SLOTS 1024u
#define SLOT_OCTETS 128u /* a power of two: what is multiplied by for each frame */
/* Inlined it would be paid for by each frame. */
#define RARE __attribute__((noinline))

/* An address and a port, as words: those of IPv4 are one, which most frames are found by. */
typedef struct {
    guint64 head;    /* port, IS_IPV4 and its address */
    guint64 rest[2]; /* the address of IPv6; else 0 */
} End;

#define PORT_BITS 16u
#define IS_IPV4 ((guint64)1 << PORT_BITS)

/* Ends as the frame that filled it had them. */
typedef struct {
    _Alignas(SLOT_OCTETS) WsscTcpConnection is;
    guint32 round; /* one of a round before is empty */
    End src, dst;
} Slot;

static struct {
    Slot slots[SLOTS];
    guint32 round;   /* 0: none yet */
    guint32 streams; /* that TCP's dissector knew */
} memo;

/* ---- slots ------------------------------------------------------------------------------------------------- */

static inline gboolean is_ipv4(const address *addr)
{
    return ((addr->type ^ AT_IPv4) | (addr->len ^ (int)sizeof(guint32))) == 0;
}

static inline guint64 head_of(const address *addr, guint32 port)
{
    guint32 word;
    memcpy(&word, addr->data, sizeof word);
    return (guint64)word << 32 | IS_IPV4 | port;
}

/* FALSE: addresses of other kinds. */
static gboolean read_end(const address *addr, guint32 port, End *ret_end)
{
    *ret_end = (End){.head = port};
    if (port >> PORT_BITS != 0)
        return FALSE;
    if (is_ipv4(addr)) {
        ret_end->head = head_of(addr, port);
        return TRUE;
    }
    if (addr->type != AT_IPv6 || addr->len != (int)sizeof ret_end->rest)
        return FALSE;
    memcpy(ret_end->rest, addr->data, sizeof ret_end->rest);
    return TRUE;
}

static gboolean is_same(const End *a, const End *b)
{
    return a->head == b->head && a->rest[0] == b->rest[0] && a->rest[1] == b->rest[1];
}

static guint64 sum(const End *end)
{
    return end->head + end->rest[0] + end->rest[1];
}

/* Both directions have one. */
static inline Slot *slot_of(guint64 sum_of_ends)
{
    return &memo.slots[(sum_of_ends * 0x9E3779B97F4A7C15u >> 32) % SLOTS];
}

static gboolean is_of(const Slot *slot, const End *src, const End *dst)
{
    return slot->round == memo.round && ((is_same(&slot->src, src) && is_same(&slot->dst, dst)) ||
                                         (is_same(&slot->src, dst) && is_same(&slot->dst, src)));
}

static RARE WsscTcpConnection found(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return (WsscTcpConnection){
        .conversation = conversation,
        .tcp = conversation != NULL ? get_tcp_conversation_data(conversation, pinfo) : NULL,
    };
}

static RARE void fill(Slot *slot, packet_info *pinfo, const End *src, const End *dst)
{
    *slot = (Slot){.is = found(pinfo), .round = memo.round, .src = *src, .dst = *dst};
    if (slot->is.tcp == NULL)
        slot->round =
            0; /* of a conversation that TCP's dissector does not count, it is not told when it is another one */
}

/* ---- what is in them still holds ---------------------------------------------------------------------------- */

/* Ports that are used again are another conversation, which TCP's dissector counts when it makes it. Where that is one
 * new connection, and this, its slot is filled anew; else all are. */
static RARE void see_new_streams(guint32 streams, Slot *slot, packet_info *pinfo, const End *src, const End *dst)
{
    gboolean is_one = streams == memo.streams + 1;
    memo.streams = streams;
    fill(slot, pinfo, src, dst);
    if (!is_one || slot->is.tcp == NULL || slot->is.tcp->stream != streams - 1)
        memo.round++;
}

static RARE WsscTcpConnection *found_elsewhere(packet_info *pinfo)
{
    static WsscTcpConnection other;
    other = found(pinfo);
    return other.conversation != NULL ? &other : NULL;
}

static RARE WsscTcpConnection *found_with_care(packet_info *pinfo, guint32 streams)
{
    End src, dst;
    if (!read_end(&pinfo->src, pinfo->srcport, &src) || !read_end(&pinfo->dst, pinfo->destport, &dst))
        return found_elsewhere(pinfo);
    Slot *slot = slot_of(sum(&src) + sum(&dst));
    if (streams != memo.streams)
        see_new_streams(streams, slot, pinfo, &src, &dst);
    if (!is_of(slot, &src, &dst))
        fill(slot, pinfo, &src, &dst);
    return slot->is.conversation != NULL ? &slot->is : NULL;
}

WsscTcpConnection *wssc_tcp_connection(packet_info *pinfo)
{
    if (pinfo->ptype != PT_TCP)
        return NULL;
    /* Dissectors may have said that something else tells the conversation. */
    if (pinfo->conv_elements != NULL || pinfo->use_conv_addr_port_endpoints)
        return found_elsewhere(pinfo);
    guint32 streams = get_tcp_stream_count();
    if (!is_ipv4(&pinfo->src) || !is_ipv4(&pinfo->dst) || (pinfo->srcport | pinfo->destport) >> PORT_BITS != 0)
        return found_with_care(pinfo, streams);
    guint64 src = head_of(&pinfo->src, pinfo->srcport), dst = head_of(&pinfo->dst, pinfo->destport);
    Slot *slot = slot_of(src + dst);
    gboolean is_of =
        (slot->src.head == src && slot->dst.head == dst) || (slot->src.head == dst && slot->dst.head == src);
    if (!is_of || slot->round != memo.round || streams != memo.streams || slot->is.conversation == NULL)
        return found_with_care(pinfo, streams);
    return &slot->is;
}

guint wssc_dissect_ends(const packet_info *pinfo, WsscEnds *ret_ends)
{
    gboolean is_second = wssc_is_second_end(pinfo);
    *ret_ends = (WsscEnds){.length = {0}};
    wssc_ends_put(ret_ends, is_second ? 1 : 0, pinfo->src.data, (gsize)pinfo->src.len, (guint16)pinfo->srcport);
    wssc_ends_put(ret_ends, is_second ? 0 : 1, pinfo->dst.data, (gsize)pinfo->dst.len, (guint16)pinfo->destport);
    return is_second ? 1 : 0;
}

static void begin(void)
{
    memo.round++;
    memo.streams = 0;
}

void wssc_tcp_connection_register(void)
{
    register_init_routine(begin);
    register_cleanup_routine(begin);
}
