/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The state of checking one message, shared inside core/security.
 *
 * A message that holds encrypted parts is worked on in a copy. After each round of decryption the tree as
 * it was before is kept: a signature may cover what was there before or after encryption.
 */
#ifndef WSSC_SECURITY_WORK_H
#define WSSC_SECURITY_WORK_H

#include "keys/derive.h"
#include "security/ids.h"
#include "security/security.h"

/* A tree of the message and its ids. */
typedef struct {
    xmlDoc *doc;   /* owned, but for the first (the caller's) and the current one */
    WsscIds *ids;
    gboolean is_owned;
} WsscStage;

typedef struct {
    const WsscXml *xml;
    WsscKeyring *ring;
    WsscCrypto *crypto;
    const WsscSecurityOptions *options;
    WsscSecurity *result;
    GPtrArray *stages;       /* WsscStage, oldest first; the last is the current tree */
    GHashTable *opened_keys; /* xmlNode of an EncryptedKey -> GPtrArray of WsscCandidate; NULL value: closed */
    GHashTable *refused;     /* xmlNode of an EncryptedData that will not open: not tried again */
    GPtrArray *garbage;      /* xmlNode taken out of trees, freed at the end */
    guint depth;             /* of key resolution */
} WsscWork;

static inline WsscStage *wssc_work_current(const WsscWork *work)
{
    return work->stages->pdata[work->stages->len - 1];
}

/* ---- keys that may have been meant ---------------------------------------------------------------- */

typedef struct {
    WsscKeyKind kind;
    WsscSecret *secret; /* symmetric; or NULL */
    EVP_PKEY *pkey;     /* public or private; or NULL */
    X509 *certificate;  /* or NULL */
    char *context, *instance;
    WsscDeviation deviation;
    WsscKeyOrigin origin;
    gboolean is_guess; /* not what the message names: a fit proves it, a misfit proves nothing */
    char *derivation;  /* how a derived key came to be, for the explanation; or NULL */
} WsscCandidate;

void wssc_candidate_free(gpointer candidate);

/* The keys that a ds:KeyInfo or wsse:SecurityTokenReference may mean, the specified ones first. Never
 * NULL. When empty ret_reason says why, in plain words, and what was referred to is in ret_context and
 * ret_instance when that is a context. All caller's. */
GPtrArray *wssc_resolve_key_info(WsscWork *work, const xmlNode *key_info, WsscKeyKind *ret_kind,
                                 char **ret_context, char **ret_instance, char **ret_reason);
/* For a signature without KeyInfo: what the user gave by name, and the user's certificates. All are guesses. */
GPtrArray *wssc_resolve_unnamed(WsscWork *work);
/* The element that an STR designates, for the STR-Transform; NULL when it is not in the message. */
xmlNode *wssc_resolve_token(const WsscStage *stage, const xmlNode *str);

/* ---- steps ------------------------------------------------------------------------------------------ */

/* Opens the key in an xenc:EncryptedKey: candidates of kind "encrypted-key". Borrowed, possibly empty. Records
 * a WsscDecryption the first time. */
const GPtrArray *wssc_open_encrypted_key(WsscWork *work, const xmlNode *encrypted_key);
/* Opens every xenc:EncryptedData that can be, round by round. */
void wssc_decrypt_all(WsscWork *work);
/* Checks one ds:Signature of the current tree and adds the verdict. */
void wssc_verify_signature(WsscWork *work, xmlNode *signature, guint position);
/* The id in a same-document URI: "#id", or one of the two XPointers that XML Signature section 4.3.3.3 asks
 * for. "" is the whole document; NULL for anything else. Those XPointers keep comments. Caller frees. */
char *wssc_reference_id(const char *uri, gboolean *ret_keeps_comments);
/* What valid signatures cover, and what they should. */
void wssc_cover(WsscWork *work);

/* Steps of an explanation; nothing when none was asked for. */
void wssc_explain(WsscSignature *signature, const char *title, const char *format, ...) G_GNUC_PRINTF(3, 4);
void wssc_explain_octets(WsscSignature *signature, const char *title, const GByteArray *octets);

#endif
