/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From a ds:KeyInfo to the keys that may be meant (WSS 1.1 section 7, XML Signature 1.1 section 4.5): what the rest of
 * core/security asks. Tokens refer to tokens, and keys stand encrypted under keys: the files of this folder call each
 * other in a circle, bounded by the work's depth and steps.
 */
#ifndef WSSC_SECURITY_KEYINFO_KEYINFO_H
#define WSSC_SECURITY_KEYINFO_KEYINFO_H

#include "security/search.h"

/* The keys that a ds:KeyInfo or wsse:SecurityTokenReference may mean. Caller clears. */
WsscSearch wssc_resolve_key_info(WsscWork *work, const xmlNode *key_info, gboolean with_habits);
/* The same, and keys that nothing may be proved by: of contexts whose token has the same id elsewhere. */
WsscSearch wssc_resolve_hints(WsscWork *work, const xmlNode *key_info);
/* For a signature without KeyInfo: what the user gave by name, and the user's certificates. All are guesses. */
WsscSearch wssc_resolve_unnamed(WsscWork *work);
/* The keys that a wsc:DerivedKeyToken or an STR with wsc:Nonce derives from, as specified. */
WsscSearch wssc_resolve_derivation_base(WsscWork *work, xmlNode *token);
/* The element that an STR designates, for the STR-Transform; NULL when it is not in the message. */
xmlNode *wssc_resolve_token(const WsscStage *stage, const xmlNode *str);

/* Opens the key in an xenc:EncryptedKey: candidates of kind "encrypted-key". Borrowed, possibly empty. Records
 * a WsscDecryption the first time. */
const GPtrArray *wssc_open_encrypted_key(WsscWork *work, const xmlNode *encrypted_key);
/* Why it did not open; NULL when it did. Borrowed. */
const char *wssc_encrypted_key_problem(const WsscWork *work, const xmlNode *encrypted_key);

#endif
