/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * XML Encryption: content, opened in place.
 */
#ifndef WSSC_SECURITY_DECRYPT_H
#define WSSC_SECURITY_DECRYPT_H

#include "security/work.h"

/* Opens every xenc:EncryptedData that can be, round by round. */
void wssc_decrypt_all(WsscWork *work);

#endif
