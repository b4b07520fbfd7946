/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far each end of a connection of TCP was heard, by the frames so far (internal to plugin/). First pass only.
 */
#ifndef WSSC_PLUGIN_HEARD_H
#define WSSC_PLUGIN_HEARD_H

#include "compat.h"

#include <epan/conversation.h>

struct tcp_analysis;

/* As long as the file. Ends: client, server. */
typedef struct {
    gboolean has_next[2];
    guint32 next[2];   /* sequence number behind what that end sent, as TCP's dissector counts them */
    guint server_port; /* where no SYN tells: that of who was asked; 0: not known */
    gpointer watched;  /* carrier_watch.c's own of the connection; NULL: none yet */
} WsscHeard;

/* Of the conversation; it begins zeroed. */
WsscHeard *wssc_heard_of(const conversation_t *conversation);

/* Which end sends the frame. server: the port that a SYN went to, else that of who was asked; 0: unknown, the lower one
 * is the server's. */
static inline gboolean wssc_heard_is_from_server(const packet_info *pinfo, guint32 server)
{
    if (server != 0 && pinfo->srcport != pinfo->destport)
        return pinfo->srcport == server;
    return pinfo->srcport < pinfo->destport;
}

/* While a segment is dissected: whether octets are missing between what its end sent before and its last ones, so
 * many. */
gboolean wssc_heard_misses(const packet_info *pinfo, const conversation_t *conversation, const struct tcp_analysis *tcp,
                           guint octets);

void wssc_heard_register(void);

#endif
