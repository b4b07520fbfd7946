/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Verdicts over one message: every signature checked, everything encrypted opened as far as keys
 * are known, and for the rest the reason why not.
 *
 *     WsscSecurityOptions options = {.file = 0, .frame = 12};
 *     g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
 *
 * The Security header is walked from its top as a receiver does (WSS 1.1 section 8.4 and 9):
 * what was encrypted last stands first. A digest that does not fit in that state of the message is
 * tried in the state before and after decryption, since stacks prepend in both orders.
 *
 * Never does I/O, follows no URI out of the message, runs no XPath or XSLT. Input is hostile: all
 * work is bounded (base/limits.h). Results own all their strings; nothing in them points into
 * the tree that was given.
 */
#ifndef WSSC_SECURITY_SECURITY_H
#define WSSC_SECURITY_SECURITY_H

#include <openssl/x509.h>

#include "security/verifier.h"
#include "xml/xml.h"

/* ---- signatures ---------------------------------------------------------------------------- */

typedef enum {
    WSSC_VERDICT_UNCHECKED,
    WSSC_VERDICT_VALID,
    WSSC_VERDICT_INVALID,
    WSSC_VERDICT_NO_KEY,
    WSSC_VERDICT_UNSUPPORTED,
    WSSC_VERDICT_MAX
} WsscVerdict;
/* "unchecked", "valid", "invalid", "no-key", "unsupported". */
const char *wssc_verdict_name(WsscVerdict verdict);

typedef enum {
    WSSC_KEY_KIND_UNKNOWN,
    WSSC_KEY_KIND_SCT,
    WSSC_KEY_KIND_DERIVED,
    WSSC_KEY_KIND_X509,
    WSSC_KEY_KIND_ENCRYPTED_KEY,
    WSSC_KEY_KIND_USERNAME,
    WSSC_KEY_KIND_SAML,
    WSSC_KEY_KIND_KERBEROS,
    WSSC_KEY_KIND_MAX
} WsscKeyKind;
/* "unknown", "sct", "derived", "x509", "encrypted-key", "username", "saml", "kerberos". */
const char *wssc_key_kind_name(WsscKeyKind kind);

typedef enum {
    WSSC_DIGEST_UNCHECKED,
    WSSC_DIGEST_OK,
    WSSC_DIGEST_MISMATCH,
    WSSC_DIGEST_UNRESOLVED,
    WSSC_DIGEST_UNSUPPORTED,
    WSSC_DIGEST_MAX
} WsscDigest;
/* "unchecked", "ok", "mismatch", "unresolved", "unsupported". */
const char *wssc_digest_name(WsscDigest digest);

/* What a signature says something about, by the place where it stands (wrapping.c). */
typedef enum {
    WSSC_PROTECTS_MESSAGE, /* the message, for whom it is for */
    WSSC_PROTECTS_OTHERS,  /* the message, for the role that its Security header names */
    WSSC_PROTECTS_TOKEN,   /* the assertion that it stands in */
    WSSC_PROTECTS_PAYLOAD, /* something inside the Body: a message that is handed on, a signed document */
    WSSC_PROTECTS_NOTHING, /* what it signs is not what is read */
    WSSC_PROTECTS_MAX
} WsscProtects;
/* "message", "others", "token", "payload", "nothing". */
const char *wssc_protects_name(WsscProtects protects);

/* One ds:Reference (XML Signature section 4.3.3). */
typedef struct {
    char *uri;        /* as written; NULL when the attribute is absent */
    char *element;    /* local name of what it designates; NULL when unresolved */
    char *element_ns; /* its namespace URI, or NULL */
    WsscDigest digest;
    char *reason;           /* when digest is not OK; or NULL */
    char *expected;         /* of a MISMATCH: its DigestValue, without white space; or NULL */
    char *computed;         /* ... and what the octets of the message as it was read last give; or NULL */
    char *digest_algorithm; /* URI; NULL when absent */
    GPtrArray *transforms;  /* char *, URIs in order */
    WsscSpan span;          /* of the ds:Reference element; all zero when it does not stand there */
    WsscSpan target_span;   /* of the element; all zero likewise */
} WsscSignedReference;

/* One worked step of a verdict, only with want_explain. */
typedef struct {
    char *title;
    char *text; /* may hold line ends; canonical octets as they are */
} WsscStep;

typedef struct {
    guint position;         /* in the message, from 1, in document order */
    char *algorithm;        /* URI; NULL when absent */
    char *canonicalization; /* URI; NULL when absent */
    WsscKeyKind key_kind;
    char *context, *instance; /* of the key that fitted, else of the one referred to; NULL when none.
                                 instance is NULL for a context's first key */
    guint context_bits;       /* of that context's key, where one fitted; else 0 */
    WsscVerdict verdict;
    WsscProtects protects;
    char *reason;          /* never NULL unless the verdict is VALID */
    char *deviation;       /* id from keys/deviations.def, or NULL */
    char *hypothesis;      /* what would make an INVALID one fit, or NULL */
    GPtrArray *references; /* WsscSignedReference */
    gboolean decrypted;    /* it stood inside decrypted content */
    gboolean is_value_fit; /* SignatureValue is what a known key gives over SignedInfo, whatever the references say */
    gboolean has_key;      /* the two below are known */
    WsscKeyOrigin key_origin;
    char *key_doubt;       /* why that key may be somebody else's than it says; NULL without a doubt */
    char *key_fingerprint; /* of a symmetric key; NULL otherwise */
    char *certificate;     /* subject of the certificate used, RFC 2253; or NULL */
    char *trust;           /* "trusted", or why not; NULL when not asked or no certificate */
    char *value;           /* ds:SignatureValue as written, white space removed */
    GPtrArray *steps;      /* WsscStep; NULL unless asked for */
    WsscSpan span;         /* of ds:Signature; all zero when decrypted */
} WsscSignature;

/* ---- decryption ---------------------------------------------------------------------------- */

typedef enum {
    WSSC_DECRYPTION_DECRYPTED,
    WSSC_DECRYPTION_FAILED,
    WSSC_DECRYPTION_NO_KEY,
    WSSC_DECRYPTION_UNSUPPORTED,
    WSSC_DECRYPTION_MAX
} WsscDecryptionResult;
/* "decrypted", "failed", "no-key", "unsupported". */
const char *wssc_decryption_result_name(WsscDecryptionResult result);

/* One xenc:EncryptedData or xenc:EncryptedKey. */
typedef struct {
    char *element;   /* "EncryptedData", "EncryptedHeader", "EncryptedKey" */
    char *parent;    /* local name of the element around it, "Body" */
    char *content;   /* local name of the first element that came out; NULL when none */
    char *id;        /* its Id, or NULL */
    char *algorithm; /* URI; NULL when absent */
    WsscKeyKind key_kind;
    char *context, *instance;
    WsscDecryptionResult result;
    char *reason;    /* NULL when decrypted */
    char *deviation; /* or NULL */
    gboolean has_key;
    WsscKeyOrigin key_origin;
    char *key_fingerprint;
    char *root_fingerprint; /* of what the key was derived from; of the key itself when it was not derived; or NULL */
    gboolean is_key_proven; /* the key came out of something that has a check in it */
    GBytes *plaintext;      /* of EncryptedData when decrypted, without padding; never of an EncryptedKey */
    WsscSpan span;          /* all zero when it came out of another decryption */
} WsscDecryption;

/* ---- passwords ----------------------------------------------------------------------------- */

typedef enum {
    WSSC_PASSWORD_FITS,
    WSSC_PASSWORD_DIFFERS,
    WSSC_PASSWORD_NO_KEY,
    WSSC_PASSWORD_UNSUPPORTED,
    WSSC_PASSWORD_MAX
} WsscPasswordResult;
/* "fits", "misfit", "no-key", "unsupported". */
const char *wssc_password_result_name(WsscPasswordResult result);

typedef enum { WSSC_PASSWORD_TEXT, WSSC_PASSWORD_DIGEST, WSSC_PASSWORD_OTHER, WSSC_PASSWORD_KIND_MAX } WsscPasswordKind;
/* "PasswordText", "PasswordDigest", "other". */
const char *wssc_password_kind_name(WsscPasswordKind kind);

/* The wsse:Password of a UsernameToken, held to what the user gave for that name. */
typedef struct {
    char *user; /* never NULL */
    WsscPasswordKind kind;
    WsscPasswordResult result;
    char *reason;             /* or NULL */
    char *hypothesis;         /* what would make one fit that does not, or NULL */
    WsscKeyOrigin key_origin; /* of the password, where it fits or would */
    gboolean was_encrypted;   /* the token stood inside decrypted content */
} WsscPasswordCheck;

/* ---- the whole ----------------------------------------------------------------------------- */

/* A part of the message that matters, and which valid signatures cover it. */
typedef struct {
    const char *part;    /* local name: "Body", "Timestamp", "To", "Action", "SecurityContextToken", ... static */
    const char *part_ns; /* static */
    guint64 signatures;  /* a bit for each valid signature, from that of position 1 on; 0: not covered */
} WsscCoverage;

/* Something odd, with the stable id of a finding (findings/findings.def). */
typedef struct {
    const char *id;
    char *text;
} WsscSecurityNote;

typedef struct {
    guint file;
    guint32 frame;
    gint64 time;              /* microseconds since 1970; for certificate validity */
    gboolean want_explain;    /* keep steps and canonical octets */
    gboolean want_hypotheses; /* look into invalid signatures */
    gboolean is_strict;       /* try no habits of stacks (keys/deviations.def): the specifications alone count */
    X509_STORE *trust;        /* borrowed; NULL: say nothing about trust */
} WsscSecurityOptions;

typedef struct {
    GPtrArray *signatures;  /* WsscSignature, by position */
    GPtrArray *decryptions; /* WsscDecryption, in the order of opening */
    GPtrArray *passwords;   /* WsscPasswordCheck, in the order of the message */
    GArray *coverage;       /* WsscCoverage; of a message with at least one valid signature */
    GPtrArray *notes;       /* WsscSecurityNote */
    WsscXml *opened;        /* the message with plaintext in place; NULL when nothing was decrypted.
                               What stood in the message has spans of zeros, what came out of
                               decryption has none */
    gboolean waits; /* some result is "no-key", or "invalid" under a context's key: a key learned later may settle it */
} WsscSecurity;

/* Never NULL. Learns: certificates in the message and every opened EncryptedKey go to the verifier's ring. */
WsscSecurity *wssc_security_process(const WsscXml *xml, WsscVerifier *verifier, const WsscSecurityOptions *options);
void wssc_security_free(WsscSecurity *security);
/* Of results that were shown, only what says something of other messages is kept: verdicts, whose keys they are by,
 * algorithms, certificates, what is signed, why something did not open. */
void wssc_security_shorten(WsscSecurity *security);
/* Lets go of what was decrypted; that something was, "opened" still says, by an empty document. */
void wssc_security_forget_content(WsscSecurity *security);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscSecurity, wssc_security_free)

/* The secret that stands in wst:Entropy or wst:RequestedProofToken, or in their child:
 * wst:BinarySecret, xenc:EncryptedKey, or xenc:EncryptedData around one of them. NULL with the
 * reason in plain words (caller frees; may be NULL if not wanted). Caller owns the result. */
WsscSecret *wssc_security_element_secret(const xmlNode *element, WsscVerifier *verifier, char **ret_reason);

#endif
