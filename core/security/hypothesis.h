/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What would make an invalid signature fit: looked for, never believed.
 */
#ifndef WSSC_SECURITY_HYPOTHESIS_H
#define WSSC_SECURITY_HYPOTHESIS_H

#include "security/algorithms.h"
#include "security/work.h"

/* is_value_fit: SignedInfo is good, only a reference is not. In plain words; NULL when nothing was found. Caller frees.
 */
char *wssc_hypothesis_find(WsscWork *work, xmlNode *signature, const WsscSignature *verdict,
                           const WsscAlgorithm *algorithm, WsscBytes value, const GByteArray *signed_info,
                           gboolean is_value_fit);

#endif
