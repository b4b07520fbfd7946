/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * P_hash, the key stream of RFC 2246 section 5 (SHA-1) and RFC 5246 section 5 (SHA-256), which
 * WS-Trust and WS-SecureConversation make keys from. It is not the TLS PRF: nothing is xored.
 */
#ifndef WSSC_KEYS_PSHA_H
#define WSSC_KEYS_PSHA_H

#include "base/secret.h"

/* Octets [offset, offset + length) of P_hash(secret, seed). hash is an OpenSSL name, "SHA1" or
 * "SHA256". NULL when the hash is not known, length is 0, or offset + length is over
 * WSSC_MAX_DERIVED_OCTETS. Caller owns the result. */
WsscSecret *wssc_psha(const char *hash, WsscBytes secret, WsscBytes seed, gsize offset, gsize length);

#endif
