/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many items one frame may still put into the tree. Wireshark gives up on a frame with a million of them and
 * calls it a bug of the dissector; a message may have more elements than that.
 */
#ifndef WSSC_PLUGIN_BUDGET_H
#define WSSC_PLUGIN_BUDGET_H

#include "compat.h"

/* The frame's budget; it lasts as long as the frame's dissection. */
guint *wssc_budget(packet_info *pinfo);
/* Takes the items of one element or record; FALSE when there is nothing left. */
static inline gboolean wssc_budget_take(guint *budget, guint items)
{
    if (*budget < items)
        return FALSE;
    *budget -= items;
    return TRUE;
}

#endif
