/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The verdict on one ds:Signature.
 */
#ifndef WSSC_SECURITY_VERIFY_H
#define WSSC_SECURITY_VERIFY_H

#include "security/work.h"

/* Checks one ds:Signature of the current tree and adds the verdict. */
void wssc_verify_signature(WsscWork *work, xmlNode *signature, guint position);

#endif
