/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection of net.tcp in clear that is followed record by record ([MC-NMF] 2.2), strictly and without keeping any
 * octets of them: one session after the other, each from its preamble on. An upgrade, a fault and whatever is not
 * written as everybody writes it are not followed.
 */
#ifndef WSSC_WATCH_NETTCP_TALK_H
#define WSSC_WATCH_NETTCP_TALK_H

#include "base/bytes.h"

typedef struct WsscNettcpTalk WsscNettcpTalk;

WsscNettcpTalk *wssc_nettcp_talk_new(void);
void wssc_nettcp_talk_free(WsscNettcpTalk *talk);
/* The next segment of one direction, whole. FALSE when it cannot be followed any more. */
gboolean wssc_nettcp_talk_take(WsscNettcpTalk *talk, gboolean is_from_server, WsscBytes octets);
/* The server has taken the session up, and no record is under way in either direction. */
gboolean wssc_nettcp_talk_is_between(const WsscNettcpTalk *talk);

#endif
