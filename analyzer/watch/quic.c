/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/quic.h"

#include <string.h>

#include "watch/signs.h"

/* RFC 9000 section 17.2, RFC 8999 section 5.1. */
enum {
    LONG_HEADER = 0x80,
    FIXED_BIT = 0x40,
    TYPE = 0x30,
    AT_VERSION = 1,
    AT_ID = 5,
    MIN_FIRST_ID = 8, /* of the client's choice (section 7.2) */
    MAX_ID = 20,
    MIN_INITIAL = 1200 /* octets of the datagram (section 14.1) */
};

/* A version with the bits that an Initial packet has there (RFC 9000, RFC 9369 section 3.2). */
static const struct {
    guint32 version;
    guint8 type;
} versions[] = {{0x00000001, 0x00}, {0x6B3343CF, 0x10}};

typedef struct {
    WsscEnds ends; /* first: what it is found by */
    guint32 number;
    guint8 is_followed;
} Flow;

struct WsscQuic {
    GHashTable *by_ends; /* set of Flow */
    GPtrArray *flows;    /* Flow by number, from 1 on; owned */
};

WsscQuic *wssc_quic_new(void)
{
    WsscQuic *quic = g_new0(WsscQuic, 1);
    quic->by_ends = g_hash_table_new(wssc_ends_hash, wssc_ends_equal);
    quic->flows = g_ptr_array_new_with_free_func(g_free);
    return quic;
}

void wssc_quic_free(WsscQuic *quic)
{
    if (quic == NULL)
        return;
    g_hash_table_unref(quic->by_ends);
    g_ptr_array_unref(quic->flows);
    g_free(quic);
}

static gboolean is_initial(WsscBytes octets, guint32 len)
{
    const guint8 *at = octets.data;
    if (octets.len <= AT_ID + 1 + MAX_ID || len < MIN_INITIAL ||
        (at[0] & (LONG_HEADER | FIXED_BIT)) != (LONG_HEADER | FIXED_BIT) || at[AT_ID] < MIN_FIRST_ID ||
        at[AT_ID] > MAX_ID || at[AT_ID + 1 + at[AT_ID]] > MAX_ID)
        return FALSE;
    guint32 version = (guint32)at[AT_VERSION] << 24 | (guint32)at[AT_VERSION + 1] << 16 |
                      (guint32)at[AT_VERSION + 2] << 8 | at[AT_VERSION + 3];
    for (guint i = 0; i < G_N_ELEMENTS(versions); i++)
        if (versions[i].version == version && (at[0] & TYPE) == versions[i].type)
            return TRUE;
    return FALSE;
}

/* Whatever else is said: not in clear. */
static gboolean may_be_quic(WsscBytes octets)
{
    WsscSignTail tail = {.len = 0};
    return octets.len > 0 && (octets.data[0] & FIXED_BIT) != 0 && !wssc_signs_follow(&tail, octets);
}

static gboolean is_from_client(const WsscPacket *packet)
{
    return packet->ends.port[!packet->side] == WSSC_QUIC_PORT && packet->ends.port[packet->side] > WSSC_QUIC_PORT;
}

static gboolean is_on_port(const WsscPacket *packet)
{
    return MIN(packet->ends.port[0], packet->ends.port[1]) == WSSC_QUIC_PORT &&
           packet->ends.port[0] != packet->ends.port[1];
}

static Flow *flow_of(WsscQuic *quic, const WsscPacket *packet)
{
    Flow *flow = g_hash_table_lookup(quic->by_ends, &packet->ends);
    if (flow != NULL || quic->flows->len >= WSSC_MAX_QUIC_FLOWS)
        return flow;
    flow = g_new0(Flow, 1);
    flow->ends = packet->ends;
    flow->is_followed = is_from_client(packet) && is_initial(packet->payload, packet->segment.len);
    g_ptr_array_add(quic->flows, flow);
    flow->number = quic->flows->len;
    g_hash_table_add(quic->by_ends, flow);
    return flow;
}

guint32 wssc_quic_take(WsscQuic *quic, const WsscPacket *packet)
{
    if (!is_on_port(packet))
        return 0;
    Flow *flow = flow_of(quic, packet);
    if (flow == NULL || !flow->is_followed)
        return 0;
    if (packet->has_options || !may_be_quic(packet->payload))
        flow->is_followed = FALSE;
    return flow->number;
}

guint32 wssc_quic_count(const WsscQuic *quic)
{
    return quic->flows->len;
}

gboolean wssc_quic_is_followed(const WsscQuic *quic, guint32 number, guint16 *ret_client_port)
{
    const Flow *flow = quic->flows->pdata[number - 1];
    *ret_client_port = MAX(flow->ends.port[0], flow->ends.port[1]);
    return flow->is_followed != 0;
}
