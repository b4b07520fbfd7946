/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The digest of one ds:Reference.
 */
#ifndef WSSC_SECURITY_REFERENCE_H
#define WSSC_SECURITY_REFERENCE_H

#include "security/check.h"

/* The digest of one ds:Reference; adds its result to the signature. */
void wssc_reference_check(WsscCheck *check, const xmlNode *reference);

#endif
