/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What stacks do with a key whose length is not that of the algorithm that is announced (XML Encryption 1.1 sections
 * 5.2 and 5.6 want the algorithm's length). These are guesses in a fixed order: whoever takes one has to prove it by
 * what comes out.
 */
#ifndef WSSC_SECURITY_KEY_LENGTH_H
#define WSSC_SECURITY_KEY_LENGTH_H

#include "keys/derive.h"
#include "security/algorithms.h"

typedef struct {
    WsscDeviation deviation;
    char cipher[32]; /* OpenSSL's name */
    WsscSecret *key; /* owned */
} WsscKeyReading;

void wssc_key_reading_clear(WsscKeyReading *reading);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WsscKeyReading, wssc_key_reading_clear)

/* The way of that number, from 0, to use the key with the algorithm (of kind CBC, GCM or one of the wraps) though it
 * has another length. FALSE when that way is none for this key; ret_is_over: there is no further one. */
gboolean wssc_key_reading_next(const WsscAlgorithm *algorithm, const WsscSecret *key, guint which,
                               WsscKeyReading *ret_reading, gboolean *ret_is_over);

/* "the key has 16 octets, aes256-cbc takes 32". Caller frees. */
char *wssc_key_length_reason(const WsscAlgorithm *algorithm, gsize octets);

#endif
