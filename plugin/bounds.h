/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules' bounds as preferences, one for each row of rules/bounds.def (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_BOUNDS_H
#define WSSC_PLUGIN_BOUNDS_H

#include "compat.h"

#include <epan/prefs.h>

#include "dissect.h"

void wssc_bounds_register(module_t *module);

#endif
