/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * OpenSSL's digests, HMAC and ciphers, fetched once and kept: a fetch costs more than the HMAC of a
 * Timestamp. One WsscCrypto is used by one thread; a verifier owns one.
 *
 * Names are OpenSSL's ("SHA1", "AES-256-GCM"). A name that this OpenSSL does not have gives NULL or
 * FALSE.
 */
#ifndef WSSC_KEYS_CRYPTO_H
#define WSSC_KEYS_CRYPTO_H

#include <openssl/evp.h>

#include "base/secret.h"

typedef struct WsscCrypto WsscCrypto;

WsscCrypto *wssc_crypto_new(void);
void wssc_crypto_free(WsscCrypto *crypto);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscCrypto, wssc_crypto_free)

/* Borrowed. */
const EVP_MD *wssc_crypto_digest(WsscCrypto *crypto, const char *name);
const EVP_CIPHER *wssc_crypto_cipher(WsscCrypto *crypto, const char *name);

/* Starts a digest in a context that the crypto owns; the next call starts it anew. Borrowed. */
EVP_MD_CTX *wssc_crypto_digest_start(WsscCrypto *crypto, const char *name);

/* ret_value has room for EVP_MAX_MD_SIZE; ret_len is the number of octets. */
gboolean wssc_crypto_hmac(WsscCrypto *crypto, const char *digest, WsscBytes key, WsscBytes data, guint8 *ret_value,
                          gsize *ret_len);

/* wssc_psha with kept algorithms. */
WsscSecret *wssc_crypto_psha(WsscCrypto *crypto, const char *hash, WsscBytes secret, WsscBytes seed, gsize offset,
                             gsize length);

#endif
