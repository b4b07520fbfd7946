/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bindings behind the contexts of the session (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_LIVE_BINDINGS_H
#define WSSC_PLUGIN_LIVE_BINDINGS_H

#include "binding/binding.h"

/* Settled once the first pass is over. While it goes on: what was known some messages ago, for to infer anew with each
 * one would cost the square of their number. NULL in the analyzer, which shows bindings itself. The module owns them,
 * until the next call. */
const WsscBindings *wssc_live_bindings(const WsscContext *context);
/* Cleanup routine of a capture: what is freed points into the session, and is not followed. */
void wssc_live_bindings_clear(void);

#endif
