/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What is said about a signature, and why: from the digests of its references and what became of its value.
 */
#ifndef WSSC_SECURITY_VERDICT_H
#define WSSC_SECURITY_VERDICT_H

#include "security/algorithms.h"
#include "security/check.h"
#include "security/search.h"

/* Takes the reason over; NULL for a valid one. */
void wssc_verdict_decide(WsscSignature *signature, WsscVerdict verdict, char *reason);
/* What the references alone settle: it can't be valid. */
void wssc_verdict_by_references(WsscCheck *check);
/* The key gives the value: valid, unless some reference keeps it from being that. */
void wssc_verdict_fit(WsscCheck *check, const WsscCandidate *key);
/* No key (WsscCandidate) that was tried gives the value. why: there are none; or NULL. is_impossible: OpenSSL would not
 * try some key. */
void wssc_verdict_misfit(WsscCheck *check, const WsscAlgorithm *algorithm, const GPtrArray *keys, const char *why,
                         gboolean is_impossible, const char *open);
/* A reference has settled it; whether the value fits tells more. key: that it fits, or NULL. */
void wssc_verdict_settled(WsscCheck *check, const WsscAlgorithm *algorithm, const WsscCandidate *key,
                          const GPtrArray *keys);
/* Some method of the signature names no algorithm: valid by what fits, or invalid by all that may be meant. */
void wssc_verdict_note_implied(WsscSignature *signature);
/* SignedInfo has no canonical form: whatever key it names, nothing can be said. */
void wssc_verdict_formless(WsscSignature *signature, const char *reason);
/* Strings of the message are not known: a placeholder may stand in what was signed, in SignedInfo, in an id or a key's
 * name, so that a misfit proves nothing. */
void wssc_verdict_spare_unknown(const WsscWork *work, WsscSignature *signature);

#endif
