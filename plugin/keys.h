/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys that the user gives: the preference wssc.keylog_file and the table "WSSC keys" (internal to
 * plugin/).
 */
#ifndef WSSC_PLUGIN_KEYS_H
#define WSSC_PLUGIN_KEYS_H

#include "compat.h"

#include <epan/prefs.h>

#include "keys/keyring.h"

void wssc_keys_register(module_t *module);
/* Adds what the preferences say to the ring of a fresh session. Problems go to Wireshark's log. */
void wssc_keys_load(WsscKeyring *ring);

#endif
