/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether libcrypto is there: the plugin opens it late (wssc_dissect_use_crypto).
 */
#ifndef WSSC_PLUGIN_HAS_CRYPTO_H
#define WSSC_PLUGIN_HAS_CRYPTO_H

#include <glib.h>

/* To be asked before keys or messages are taken to the session. */
gboolean wssc_has_crypto(void);

#endif
