/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "keys/psha.h"

#include "keys/crypto.h"

WsscSecret *wssc_psha(const char *hash, WsscBytes secret, WsscBytes seed, gsize offset, gsize length)
{
    g_autoptr(WsscCrypto) crypto = wssc_crypto_new();
    return wssc_crypto_psha(crypto, hash, secret, seed, offset, length);
}
