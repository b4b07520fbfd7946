/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages with valid signatures, and the keys they were checked with: from the captures of real traffic
 * and from the interop corpus.
 */
#ifndef WSSC_TESTS_MUTATIONS_SAMPLE_H
#define WSSC_TESTS_MUTATIONS_SAMPLE_H

#include "keys/keyring.h"
#include "security/security.h"
#include "xml/xml.h"

/* ---- keys -------------------------------------------------------------------------------------------- */

/* What a keyring holds, as a list that can be changed before a keyring is made of it. */
typedef struct {
    GPtrArray *entries;      /* KeyEntry */
    GPtrArray *privates;     /* EVP_PKEY, each with its certificate (or NULL) at the same index: */
    GPtrArray *owners;       /* X509 */
    GPtrArray *certificates; /* X509 */
} KeySet;

typedef enum {
    KEYS_AS_THEY_ARE,
    KEYS_BIT,    /* one bit of each symmetric key is another; private keys and certificates are others */
    KEYS_LENGTH, /* one octet less or more */
    KEYS_OTHER,  /* each is the key of another context, token or name, or of nobody */
    KEYS_NONE,
} KeyChange;

KeySet *keys_from_ring(const WsscKeyring *ring, const char *key_file);
/* NULL when there is no such change, or no further one (turn counts from 0). Caller's. */
WsscKeyring *keys_ring(const KeySet *keys, KeyChange change, guint turn);
/* One instance's key in place of another's of the same context: of the one named (NULL: the first). NULL when the
 * context has but one. Caller's. */
WsscKeyring *keys_ring_instance(const KeySet *keys, const char *context, const char *instance);
/* TRUE when some of them may be tried for a signature that names no key: those given by name, and certificates. */
gboolean keys_has_unnamed(const KeySet *keys);
/* A certificate that says the same as this one, but for another key and so another signature. Caller's. */
X509 *keys_forge_certificate(X509 *certificate);

/* ---- messages ---------------------------------------------------------------------------------------- */

typedef struct {
    char *source; /* "corpus", "cxf", ... */
    char *name;   /* "cxf/sym05-issue, frame 12" */
    GBytes *octets;
    char *content_type, *charset; /* or NULL */
    gboolean is_carried;          /* binary XML, MTOM, compressed: not text as it stands */
    GPtrArray *strings;           /* those of the session before it; NULL without a session */
    const KeySet *keys;
} Sample;

/* The tree of a sample, or of other octets in its place. NULL when they cannot be read. Caller's. */
WsscXml *sample_read(const Sample *sample, GBytes *octets);

/* NAME.xml with NAME.keys, each. source: what they are called. */
void samples_from_folder(GPtrArray *samples, const char *source, const char *folder);
/* plan: one capture a line, "SOURCE NAME CAPTURE KEYFILE" parted by tabs; keylog: of all of them, or NULL. */
void samples_from_captures(GPtrArray *samples, const char *plan, const char *keylog);

#endif
