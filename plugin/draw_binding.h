/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The binding behind a message's context, as a subtree (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_DRAW_BINDING_H
#define WSSC_PLUGIN_DRAW_BINDING_H

#include "compat.h"

#include "model/message.h"

/* Settled once the first pass is over; before that, what the messages so far tell (live_bindings.h). Draws nothing
 * where nobody would see it. */
void wssc_draw_binding(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const WsscMessage *message);

#endif
