/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a message to Wireshark's tree, columns and expert items (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_DRAW_H
#define WSSC_PLUGIN_DRAW_H

#include "compat.h"

#include "session/session.h"

void wssc_draw_register(int proto);

/* Tree, columns and tap show what the session knows at this visit: on the first pass that may be older than the key;
 * once that pass is over (wssc_live_finish) it is settled, and every visit shows the same (model/message.h). tvb holds
 * the octets that the spans of xml point into. xml may be NULL: no tree wanted, or damaged. */
void wssc_draw_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const WsscMessage *message,
                       const WsscXml *xml);

#endif
