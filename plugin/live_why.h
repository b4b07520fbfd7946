/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why messages of the session were refused (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_LIVE_WHY_H
#define WSSC_PLUGIN_LIVE_WHY_H

#include "why/why.h"

/* The trouble that shows in the message's frame, as its request or its answer. Only once the first pass is over, for
 * what comes later decides: NULL before, in the analyzer, and where nothing was refused. The module owns it. */
const WsscTrouble *wssc_live_trouble(const WsscMessage *message);
/* Cleanup routine of a capture: what is freed points into the session, and is not followed. */
void wssc_live_why_clear(void);

#endif
