/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "connection.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>

#define SLOTS 1024u

/* An address and a port, as words. */
typedef struct {
    guint64 address[2];
    guint32 port;
} End;

/* Ends as the frame that filled it had them. */
typedef struct {
    guint32 round; /* one of a round before is empty */
    End src, dst;
    WsscTcpConnection is;
} Slot;

static struct {
    Slot *slots; /* as long as the file */
    guint32 round;
    guint32 streams; /* that TCP's dissector knew */
} memo;

/* ---- slots ------------------------------------------------------------------------------------------------- */

/* FALSE: addresses of other kinds. */
static gboolean read_end(const address *addr, guint32 port, End *ret_end)
{
    ret_end->port = port;
    if (addr->type == AT_IPv4 && addr->len == (int)sizeof(guint32)) {
        guint32 word;
        memcpy(&word, addr->data, sizeof word);
        ret_end->address[0] = word;
        ret_end->address[1] = 0;
        return TRUE;
    }
    if (addr->type != AT_IPv6 || addr->len != (int)sizeof ret_end->address)
        return FALSE;
    memcpy(ret_end->address, addr->data, sizeof ret_end->address);
    return TRUE;
}

static gboolean is_same(const End *a, const End *b)
{
    return a->port == b->port && a->address[0] == b->address[0] && a->address[1] == b->address[1];
}

static guint64 sum(const End *end)
{
    return end->address[0] + end->address[1] + ((guint64)end->port << 32);
}

/* Both directions have one. */
static Slot *slot_of(const End *src, const End *dst)
{
    return &memo.slots[((sum(src) + sum(dst)) * 0x9E3779B97F4A7C15u >> 32) % SLOTS];
}

static gboolean is_of(const Slot *slot, const End *src, const End *dst)
{
    return slot->round == memo.round && ((is_same(&slot->src, src) && is_same(&slot->dst, dst)) ||
                                         (is_same(&slot->src, dst) && is_same(&slot->dst, src)));
}

static WsscTcpConnection found(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return (WsscTcpConnection){
        .conversation = conversation,
        .tcp = conversation != NULL ? get_tcp_conversation_data(conversation, pinfo) : NULL,
    };
}

static void fill(Slot *slot, packet_info *pinfo, const End *src, const End *dst)
{
    *slot = (Slot){memo.round, *src, *dst, found(pinfo)};
    if (slot->is.tcp == NULL)
        slot->round =
            0; /* of a conversation that TCP's dissector does not count, it is not told when it is another one */
}

/* ---- what is in them still holds ---------------------------------------------------------------------------- */

/* Ports that are used again are another conversation, which TCP's dissector counts when it makes it. Where that is one
 * new connection, and this, its slot is filled anew; else all are. */
static void see_new_streams(Slot *slot, packet_info *pinfo, const End *src, const End *dst)
{
    guint32 streams = get_tcp_stream_count();
    gboolean is_one = streams == memo.streams + 1;
    if (streams == memo.streams)
        return;
    memo.streams = streams;
    fill(slot, pinfo, src, dst);
    if (!is_one || slot->is.tcp == NULL || slot->is.tcp->stream != streams - 1)
        memo.round++;
}

static WsscTcpConnection *found_elsewhere(packet_info *pinfo)
{
    static WsscTcpConnection other;
    other = found(pinfo);
    return other.conversation != NULL ? &other : NULL;
}

WsscTcpConnection *wssc_tcp_connection(packet_info *pinfo)
{
    End src, dst;
    if (pinfo->ptype != PT_TCP)
        return NULL;
    /* Dissectors may have said that something else tells the conversation. */
    if (pinfo->conv_elements != NULL || pinfo->use_conv_addr_port_endpoints ||
        !read_end(&pinfo->src, pinfo->srcport, &src) || !read_end(&pinfo->dst, pinfo->destport, &dst))
        return found_elsewhere(pinfo);
    if (memo.slots == NULL)
        memo.slots = wmem_alloc0_array(wmem_file_scope(), Slot, SLOTS);
    Slot *slot = slot_of(&src, &dst);
    see_new_streams(slot, pinfo, &src, &dst);
    if (!is_of(slot, &src, &dst))
        fill(slot, pinfo, &src, &dst);
    return slot->is.conversation != NULL ? &slot->is : NULL;
}

static void begin(void)
{
    memo.slots = NULL;
    memo.round = 1;
    memo.streams = 0;
}

void wssc_tcp_connection_register(void)
{
    register_init_routine(begin);
    register_cleanup_routine(begin);
}
