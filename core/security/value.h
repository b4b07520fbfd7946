/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Whether a signature value is what a key gives.
 */
#ifndef WSSC_SECURITY_VALUE_H
#define WSSC_SECURITY_VALUE_H

#include "security/algorithms.h"
#include "security/search.h"

/* TRUE when the key's kind is the algorithm's. */
gboolean wssc_value_is_for(const WsscAlgorithm *algorithm, const WsscCandidate *key);
/* TRUE when a key of the right kind gives the value over the octets. An HMAC may be cut to value.len.
 * ret_is_impossible (may be NULL): OpenSSL does not do that algorithm. */
gboolean wssc_value_fits(WsscWork *work, const WsscAlgorithm *algorithm, WsscBytes value, WsscBytes octets,
                         const WsscCandidate *key, gboolean *ret_is_impossible);

#endif
