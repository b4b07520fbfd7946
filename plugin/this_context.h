/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The context of a packet: Conversation Filter > Security context, and the flow graph (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_THIS_CONTEXT_H
#define WSSC_PLUGIN_THIS_CONTEXT_H

#include "compat.h"

#include "model/model.h"

/* That of the packet's first message that has one; NULL: none has. */
const WsscContext *wssc_this_context(const packet_info *pinfo);
/* A display filter for all its messages; g_free it. */
char *wssc_this_context_filter(guint number);

void wssc_this_context_register(void);
void wssc_flow_register(int proto);

#endif
