/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Keys computed from other keys: DerivedKeyToken (WS-SC 1.4 section 7), combined entropy
 * (WS-Trust 1.4 section 4.4.4), UsernameToken (profile 1.1 section 4), and the negotiation's
 * Authenticator (WS-Trust 1.4 section 8.9); and the habits of known stacks that leave these.
 */
#ifndef WSSC_KEYS_DERIVE_H
#define WSSC_KEYS_DERIVE_H

#include "keys/crypto.h"

#define WSSC_DERIVE_DEFAULT_LABEL "WS-SecureConversationWS-SecureConversation"
#define WSSC_DERIVE_DEFAULT_LENGTH 32
#define WSSC_DERIVE_DEFAULT_ITERATIONS 1000

enum { WSSC_DERIVE_ABSENT = -1, WSSC_DERIVE_MALFORMED = -2 };

/* What a DerivedKeyToken says. Numbers: octets, or one of the two values above. Borrowed. */
typedef struct {
    WsscCrypto *crypto; /* kept algorithms; NULL: fetched for the call */
    const char *hash;   /* "SHA1", "SHA256"; NULL is SHA1 */
    const char *label;  /* NULL or "": default */
    WsscBytes nonce;
    gint64 offset, generation, length;
    const char *generation_text; /* as written, when it is no number; or NULL */
} WsscDerivation;

/* OpenSSL's name of the hash of a derivation algorithm URI of any version (NULL: SHA1); NULL when
 * the URI is not known. */
const char *wssc_derive_hash(const char *algorithm_uri);

/* Label, offset and length as they apply: defaults filled in, generation multiplied out. FALSE
 * with a reason (caller frees) when they can't be used. */
gboolean wssc_derive_settle(const WsscDerivation *derivation, const char **ret_label, gsize *ret_offset,
                            gsize *ret_length, char **ret_reason);

/* NULL with a reason (caller frees; may be NULL if not wanted). */
WsscSecret *wssc_derive_key(const WsscDerivation *derivation, WsscBytes secret, char **ret_reason);

/* P_SHA1(requestor's entropy, issuer's entropy), bits / 8 octets. NULL when bits is no multiple of
 * 8 or out of bounds. */
WsscSecret *wssc_derive_combined(WsscBytes requestor, WsscBytes issuer, gint64 bits);

/* iterations < 1: the default. NULL over WSSC_MAX_UT_ITERATIONS. 20 octets. */
WsscSecret *wssc_derive_username(WsscBytes password, WsscBytes salt, gint64 iterations);

/* CombinedHash, 32 octets. digest: SHA-1 over the canonical messages; empty for the shortened form
 * that CXF computes. */
WsscSecret *wssc_derive_authenticator(WsscBytes proof_key, WsscBytes digest);

/* base64 of SHA-1 over octets: EncryptedKeySHA1, ThumbprintSHA1 and their like. Caller frees. */
char *wssc_derive_sha1_base64(WsscBytes octets);

/* ---- deviations ---------------------------------------------------------------------------- */

typedef enum {
    WSSC_DEVIATION_NONE,
#define WSSC_DEVIATION(ID, name, title, who) WSSC_DEVIATION_##ID,
#include "keys/deviations.def"
#undef WSSC_DEVIATION
    WSSC_DEVIATION_MAX
} WsscDeviation;

typedef struct {
    const char *name;  /* stable id, "generation-ignored" */
    const char *title; /* what differs */
    const char *who;   /* stacks seen to do it */
} WsscDeviationInfo;

const WsscDeviationInfo *wssc_deviation_info(WsscDeviation deviation);
/* What a habit is, by its stable id; "" for an id that is not in the table. */
const char *wssc_deviation_title(const char *name);

/* The derivation as that habit would do it. FALSE when the habit is not about derivation or makes
 * no difference here. */
gboolean wssc_derive_deviate(WsscDeviation deviation, const WsscDerivation *specified, WsscDerivation *ret_changed);

#endif
