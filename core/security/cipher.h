/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The symmetric ciphers of XML Encryption 1.1 (sections 5.2 and 5.6) over whole octets.
 */
#ifndef WSSC_SECURITY_CIPHER_H
#define WSSC_SECURITY_CIPHER_H

#include "keys/crypto.h"

/* The plaintext of initialization vector and ciphertext (GCM: and tag); NULL when padding or tag are not right. key has
 * the cipher's length. Caller frees. */
GBytes *wssc_cipher_open_cbc(const EVP_CIPHER *cipher, const WsscSecret *key, WsscBytes in);
GBytes *wssc_cipher_open_gcm(const EVP_CIPHER *cipher, const WsscSecret *key, WsscBytes in);

/* The key in a key wrap; name is OpenSSL's, key has its length. NULL when the check in it does not fit. */
WsscSecret *wssc_cipher_unwrap(WsscCrypto *crypto, const char *name, const WsscSecret *key, WsscBytes cipher);
/* Makes it len octets. */
void wssc_cipher_shorten(WsscSecret *secret, gsize len);

#endif
