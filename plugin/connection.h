/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TCP connection of a frame, found again quickly: what looks at each frame may cost next to nothing, and looking a
 * conversation up takes libwireshark longer than all the rest of it (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_CONNECTION_H
#define WSSC_PLUGIN_CONNECTION_H

#include "compat.h"

#include <epan/conversation.h>

struct tcp_analysis;

/* Valid until the next call. */
typedef struct {
    conversation_t *conversation; /* never NULL */
    struct tcp_analysis *tcp;     /* NULL: no connection of TCP's */
    gpointer watched;             /* the caller's, of this conversation; NULL at first, and maybe again */
    gboolean is_asked;            /* the caller's, likewise: FALSE at first */
} WsscTcpConnection;

/* Bits of the completeness that TCP's dissector keeps of a connection. */
enum {
    WSSC_SEEN_SYN = 0x01,
    WSSC_SEEN_SYN_ACK = 0x02,
    WSSC_SEEN_DATA = 0x08,
    WSSC_SEEN_FIN = 0x10,
    WSSC_SEEN_RESET = 0x20,
};

/* That of the frame's addresses and ports as they are now; only on the first pass, which goes in order. NULL: none. */
WsscTcpConnection *wssc_tcp_connection(packet_info *pinfo);

void wssc_tcp_connection_register(void);

/* Of the two ends of a conversation, the one behind the other by address and port: the same order for both directions.
 */
static inline gboolean wssc_is_second_end(const packet_info *pinfo)
{
    int order = cmp_address(&pinfo->src, &pinfo->dst);
    return order != 0 ? order > 0 : pinfo->srcport > pinfo->destport;
}

#endif
