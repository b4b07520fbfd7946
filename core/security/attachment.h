/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * MIME parts that are signed or encrypted (WSS SOAP Messages with Attachments profile 1.1 sections 5.2 to 5.5).
 */
#ifndef WSSC_SECURITY_ATTACHMENT_H
#define WSSC_SECURITY_ATTACHMENT_H

#include "security/check.h"

/* The octets that an EncryptedData's CipherReference names; NULL when it names no part, or one that is not there.
 * Caller frees. */
GBytes *wssc_attachment_cipher(const WsscWork *work, const xmlNode *encrypted);
gboolean wssc_attachment_is_encrypted(const xmlNode *encrypted);
/* What is signed of a MIME part (section 5.4): the digest of a reference "cid:...". */
void wssc_attachment_reference(WsscCheck *check, WsscSignedReference *reference, const char *kind,
                               const WsscAlgorithm *digest, WsscBytes expected);
/* What came out of it stands in the place of the part for signatures that were made before. */
void wssc_attachment_take(WsscWork *work, const xmlNode *encrypted, GBytes *plain);

#endif
