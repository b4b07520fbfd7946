/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What verify.c, reference.c, structure.c and value.c share while one ds:Signature is checked.
 */
#ifndef WSSC_SECURITY_VERIFY_H
#define WSSC_SECURITY_VERIFY_H

#include "security/work.h"

typedef struct {
    WsscWork *work;
    WsscSignature *signature;
    xmlNode *element;      /* ds:Signature */
    gboolean is_value_fit; /* SignedInfo is what the key's owner signed */
    gboolean is_lost;      /* some reference means nothing, or more than one thing */
} WsscCheck;

/* The digest of one ds:Reference; adds its result to the signature. */
void wssc_check_reference(WsscCheck *check, const xmlNode *reference);

/* What keeps a ds:Signature from being one by XML Signature's schema: a child twice, a child
 * that does not belong there, a value with elements inside. Receivers differ in which of two they take. NULL, or
 * what is wrong; ret_is_unknown: only a child that nobody knows. Caller frees. */
char *wssc_check_structure(const xmlNode *signature, gboolean *ret_is_unknown);

/* TRUE when the key's kind is the algorithm's. */
gboolean wssc_algorithm_fits_key(const WsscAlgorithm *algorithm, const WsscCandidate *key);
/* TRUE when a key of the right kind gives the value over the octets. An HMAC may be cut to value.len.
 * ret_is_impossible (may be NULL): OpenSSL does not do that algorithm. */
gboolean wssc_value_fits(WsscWork *work, const WsscAlgorithm *algorithm, WsscBytes value, WsscBytes octets,
                         const WsscCandidate *key, gboolean *ret_is_impossible);

#endif
