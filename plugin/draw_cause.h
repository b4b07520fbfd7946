/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a message was refused, as a subtree and an expert item (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_DRAW_CAUSE_H
#define WSSC_PLUGIN_DRAW_CAUSE_H

#include "compat.h"

#include "model/message.h"

/* Draws nothing before the first pass is over (live_why.h). tree may be NULL: expert items are counted all the same. */
void wssc_draw_cause(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const WsscMessage *message);

#endif
