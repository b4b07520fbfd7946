/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits that users may set as preferences, one for each such row of base/limits.def (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_LIMIT_PREFS_H
#define WSSC_PLUGIN_LIMIT_PREFS_H

#include "compat.h"

#include <epan/prefs.h>

#include "dissect.h"

void wssc_limits_register(module_t *module);
/* As the preferences have it. */
guint wssc_dissect_limit(WsscLimitId id);

#endif
