/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why messages of the session were refused (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_LIVE_WHY_H
#define WSSC_PLUGIN_LIVE_WHY_H

#include "why/why.h"

/* All: only once the first pass is over, for what comes later decides. NULL before, and in the analyzer. The module
 * owns what is returned. */
const WsscWhy *wssc_live_why(void);
/* The trouble that shows in the message's frame, as its request or its answer; NULL where nothing was refused. */
const WsscTrouble *wssc_live_trouble(const WsscMessage *message);
/* WsscTrouble: those that befell the context; NULL for none. */
const GPtrArray *wssc_live_troubles_of(const WsscContext *context);
/* Cleanup routine of a capture: what is freed points into the session, and is not followed. */
void wssc_live_why_clear(void);

#endif
