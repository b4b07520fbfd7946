/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One xenc:EncryptedData or xenc:EncryptedKey: what it asks for, and the WsscDecryption that is said about it.
 */
#ifndef WSSC_SECURITY_DECRYPTION_H
#define WSSC_SECURITY_DECRYPTION_H

#include "security/algorithms.h"
#include "security/search.h"

/* The xenc:EncryptionMethod; NULL when it is not known. ret_uri: caller's. */
const WsscAlgorithm *wssc_decryption_method(const xmlNode *encrypted, char **ret_uri);
/* The octets of the CipherValue; NULL without one. Caller frees. */
GBytes *wssc_decryption_octets(const xmlNode *encrypted);
/* Adds a result about the element; the work owns it. */
WsscDecryption *wssc_decryption_new(WsscWork *work, const xmlNode *element);
/* Takes the reason over. */
void wssc_decryption_finish(WsscDecryption *decryption, WsscDecryptionResult result, char *reason);
/* There is nothing to open: it stands elsewhere, or is broken. */
void wssc_decryption_finish_without_octets(WsscDecryption *decryption, const xmlNode *encrypted);
/* What its key was looked for by. */
void wssc_decryption_note_search(WsscDecryption *decryption, const WsscSearch *search);
/* The key that it was opened with. */
void wssc_decryption_note_key(WsscDecryption *decryption, const WsscCandidate *key);

#endif
