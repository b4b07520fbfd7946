/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * An invalid signature that is looked into: shared inside core/security by what asks how it would fit.
 */
#ifndef WSSC_SECURITY_LOOK_H
#define WSSC_SECURITY_LOOK_H

#include "security/algorithms.h"
#include "security/search.h"
#include "security/work.h"

typedef struct {
    WsscWork *work;
    xmlNode *signature; /* ds:Signature */
    const WsscSignature *verdict;
    const WsscAlgorithm *algorithm;
    const WsscC14n *c14n; /* of SignedInfo */
    WsscBytes value;
    WsscBytes signed_info; /* canonical */
    gboolean is_value_fit; /* SignedInfo is good, only a reference is not */
    GPtrArray *keys;       /* WsscCandidate that the message names, and those of habits */
} WsscLook;

/* The value is what the key gives over these octets. An HMAC may be cut, but not to what chance gives. */
gboolean wssc_look_fits_key(const WsscLook *look, const WsscCandidate *key, WsscBytes octets);
/* The digest of these octets is the expected one. */
gboolean wssc_look_has_digest(const WsscLook *look, const WsscAlgorithm *digest, WsscBytes expected,
                              const GByteArray *octets);
/* How the element of a reference is called in a sentence. */
const char *wssc_look_name(const WsscSignedReference *reference);

#endif
