/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics count what is settled (model/message.h). Wireshark taps again when the first pass is over; tshark with one
 * pass taps while it reads, and then draws: there each message waits until just before that (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_SETTLED_H
#define WSSC_PLUGIN_SETTLED_H

#include "compat.h"

#include "model/model.h"
#include "xml/xml.h"

/* What the tap WSSC_TAP_SHOWN carries; both as long as the packet's dissection. */
typedef struct {
    const WsscMessage *message;
    WsscXml *xml; /* what the message was read from; NULL where it could not be read */
} WsscTapped;

/* listener: the tap's data. pinfo: where it waited, only frame and times are known. */
typedef void (*WsscOnCount)(void *listener, packet_info *pinfo, const WsscTapped *tapped);

/* Calls back once, now or before the listeners are drawn. Takes a reference to the tree where it waits. */
void wssc_settled_count(void *listener, packet_info *pinfo, const WsscTapped *tapped, WsscOnCount on_count);
/* The listener begins anew, or is no more: what waits for it is forgotten. */
void wssc_settled_forget(const void *listener);
/* Cleanup routine of a capture. */
void wssc_settled_clear(void);
/* Whether messages that are tapped now may still change, and nobody will tap them again. */
gboolean wssc_settled_is_waiting(void);

#endif
