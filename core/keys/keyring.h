/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Every key known at a moment, and where it came from. Keys come from a key file, from the
 * exchanges in the capture, and from tokens that were opened on the way.
 *
 * Adding takes a reference; the caller keeps its own. What is already there is not added again
 * and does not change the serial. Lookups return borrowed entries in the order of adding, valid
 * as long as the keyring.
 */
#ifndef WSSC_KEYS_KEYRING_H
#define WSSC_KEYS_KEYRING_H

#include "base/limits.h"
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/secret.h"
#include "keys/derive.h"

typedef struct WsscKeyring WsscKeyring;

typedef enum {
    WSSC_KEY_FROM_CAPTURE,
    WSSC_KEY_FROM_KEYFILE,
} WsscKeySource;

/* "capture", "keyfile". */
const char *wssc_key_source_name(WsscKeySource source);

typedef struct {
    WsscKeySource source;
    guint file;    /* index of the capture file, for WSSC_KEY_FROM_CAPTURE */
    guint32 frame; /* frame that revealed it; 0 when none */
    guint line;    /* line of the key file, from 1; 0 when none */
} WsscKeyOrigin;

/* A symmetric key. */
typedef struct {
    WsscSecret *secret;
    char *instance; /* wsc:Instance of a context's key, "" for the first one; else "" */
    WsscKeyOrigin origin;
    WsscDeviation deviation; /* the habit of a stack that would make it the context's key; or NONE */
} WsscKey;

/* A context that was called by a name. */
typedef struct {
    char *identifier;
    char *instance; /* "" for the first key */
    gboolean is_given;
} WsscContextName;

/* A private key, with its certificate where that is known. */
typedef struct {
    EVP_PKEY *key;
    X509 *certificate; /* or NULL */
    WsscKeyOrigin origin;
} WsscPrivateKey;

typedef struct {
    X509 *certificate;
    char *path; /* of the file it came from, as the user wrote it; or NULL */
    WsscKeyOrigin origin;
} WsscCertificate;

WsscKeyring *wssc_keyring_new(void);
/* Without it all are at their defaults. Copied. */
void wssc_keyring_set_limits(WsscKeyring *ring, const WsscLimits *limits);
void wssc_keyring_free(WsscKeyring *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscKeyring, wssc_keyring_free)

/* Grows with each key that was not known before. */
guint64 wssc_keyring_serial(const WsscKeyring *ring);

/* What was asked of a ring while it listened: only an answer that grew since can make the same work end otherwise. */
typedef struct {
    GArray *list;           /* guint, a number for each question */
    gboolean is_everything; /* there were more than WSSC_MAX_KEY_QUESTIONS */
} WsscKeyQuestions;
void wssc_key_questions_init(WsscKeyQuestions *questions);
void wssc_key_questions_reset(WsscKeyQuestions *questions);
void wssc_key_questions_clear(WsscKeyQuestions *questions);
/* From now on questions go there as well (borrowed); NULL: nowhere. */
void wssc_keyring_listen(WsscKeyring *ring, WsscKeyQuestions *questions);
/* Whether one of them would be answered otherwise than when the ring had that serial; may err on the side of TRUE. */
gboolean wssc_keyring_has_news(const WsscKeyring *ring, const WsscKeyQuestions *questions, guint64 serial);

/* instance NULL or "" is the context's first key. Several keys for one (identifier, instance) are
 * kept in the order of adding. */
void wssc_keyring_add_context(WsscKeyring *ring, const char *identifier, const char *instance, WsscSecret *secret,
                              WsscKeyOrigin origin);
/* The context was issued with an instance named from its first key on: it has none without a name. */
void wssc_keyring_name_first(WsscKeyring *ring, const char *identifier);
/* Whether it may have one, as far as is known. */
gboolean wssc_keyring_may_have_unnamed(const WsscKeyring *ring, const char *identifier);
/* The key that a stack with that habit makes for the context: only used where the others don't fit, and never
 * visited by wssc_keyring_foreach. */
void wssc_keyring_add_context_habit(WsscKeyring *ring, const char *identifier, const char *instance, WsscSecret *secret,
                                    WsscDeviation deviation, WsscKeyOrigin origin);
/* What other messages may call a context by: the wsu:Id of its token in the message where that stood, the URI of a
 * reference that its issuer gave for it. Several contexts may have one name. is_given: by the issuer, for messages
 * without the token (wst:RequestedUnattachedReference). instance: as above. */
void wssc_keyring_add_context_name(WsscKeyring *ring, const char *name, const char *identifier, const char *instance,
                                   gboolean is_given);
/* sha1: base64 of SHA-1 over the octets of the EncryptedKey's CipherValue. */
void wssc_keyring_add_encrypted_key(WsscKeyring *ring, const char *sha1, WsscSecret *secret, WsscKeyOrigin origin);
/* certificate may be NULL. */
void wssc_keyring_add_private_key(WsscKeyring *ring, EVP_PKEY *key, X509 *certificate, WsscKeyOrigin origin);
/* path may be NULL. */
void wssc_keyring_add_certificate(WsscKeyring *ring, X509 *certificate, const char *path, WsscKeyOrigin origin);
void wssc_keyring_add_password(WsscKeyring *ring, const char *user, const char *password, WsscKeyOrigin origin);
/* id of an assertion, or base64 SHA-1 of a Kerberos AP-REQ. */
void wssc_keyring_add_token(WsscKeyring *ring, const char *id, WsscSecret *secret, WsscKeyOrigin origin);
void wssc_keyring_add_key_name(WsscKeyring *ring, const char *name, WsscSecret *secret, WsscKeyOrigin origin);

/* Lists of WsscKey; NULL when there is none. Of a context: the keys of every instance. */
const GPtrArray *wssc_keyring_context(const WsscKeyring *ring, const char *identifier);
/* WsscContextName, in the order of adding; NULL when no context was called so. */
const GPtrArray *wssc_keyring_context_names(const WsscKeyring *ring, const char *name);
const GPtrArray *wssc_keyring_encrypted_key(const WsscKeyring *ring, const char *sha1);
const GPtrArray *wssc_keyring_passwords(const WsscKeyring *ring, const char *user);
const GPtrArray *wssc_keyring_token(const WsscKeyring *ring, const char *id);
const GPtrArray *wssc_keyring_key_name(const WsscKeyring *ring, const char *name);
/* Every WsscKey that was added by a name, sorted by it; the list is the caller's. */
GPtrArray *wssc_keyring_named(const WsscKeyring *ring);
/* WsscPrivateKey; WsscCertificate (those of private keys among them). Never NULL. */
const GPtrArray *wssc_keyring_private_keys(const WsscKeyring *ring);
const GPtrArray *wssc_keyring_certificates(const WsscKeyring *ring);

/* Calls back for every context key and encrypted key, sorted by identifier. kind is "SCT" or
 * "ENCRYPTED_KEY", id the identifier or the base64 SHA-1. */
typedef void (*WsscKeyringVisit)(const char *kind, const char *id, const WsscKey *key, gpointer user);
void wssc_keyring_foreach(const WsscKeyring *ring, WsscKeyringVisit visit, gpointer user);

/* Limits at which something that a message brought was not kept. */
const WsscLimitSet *wssc_keyring_limits_met(const WsscKeyring *ring);

#endif
