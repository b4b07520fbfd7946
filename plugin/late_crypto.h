/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OpenSSL's libcrypto, opened when something is to be digested, verified or decrypted for the first time: to load and
 * bind it takes longer than all else that the plugin adds to the start of Wireshark.
 */
#ifndef WSSC_PLUGIN_LATE_CRYPTO_H
#define WSSC_PLUGIN_LATE_CRYPTO_H

#include <glib.h>

/* FALSE, with the reason reported the first time, where it cannot be opened. */
gboolean wssc_late_crypto_open(void);

#endif
