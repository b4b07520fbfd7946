/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The table of algorithm URIs (algorithms.def): what each is and how OpenSSL calls it.
 */
#ifndef WSSC_SECURITY_ALGORITHMS_H
#define WSSC_SECURITY_ALGORITHMS_H

#include <glib.h>

typedef enum {
    WSSC_ALGORITHM_DIGEST,
    WSSC_ALGORITHM_HMAC,
    WSSC_ALGORITHM_RSA, /* PKCS#1 v1.5 */
    WSSC_ALGORITHM_RSA_PSS,
    WSSC_ALGORITHM_DSA,
    WSSC_ALGORITHM_ECDSA,
    WSSC_ALGORITHM_EDDSA,
    WSSC_ALGORITHM_C14N,
    WSSC_ALGORITHM_ENVELOPED,
    WSSC_ALGORITHM_BASE64,
    WSSC_ALGORITHM_STR,
    WSSC_ALGORITHM_ATTACHMENT, /* of the SwA profile; name is "content", "complete" or "ciphertext" */
    WSSC_ALGORITHM_CBC,
    WSSC_ALGORITHM_GCM,
    WSSC_ALGORITHM_WRAP_AES,
    WSSC_ALGORITHM_WRAP_3DES,
    WSSC_ALGORITHM_RSA15,
    WSSC_ALGORITHM_OAEP,
    WSSC_ALGORITHM_MGF,
    WSSC_ALGORITHM_REFUSED, /* known, never run; name says what it is */
} WsscAlgorithmKind;

enum {
    WSSC_C14N_INCLUSIVE = 0,
    WSSC_C14N_EXCLUSIVE = 1 << 0,
    WSSC_C14N_VERSION_11 = 1 << 1,
    WSSC_C14N_COMMENTS = 1 << 2,
    WSSC_OAEP_NAMES_MGF = 1 << 3, /* an xenc11:MGF child is obeyed */
};

typedef struct {
    const char *uri;
    guint uri_len;
    WsscAlgorithmKind kind;
    const char *name;
    guint octets;
    guint flags;
} WsscAlgorithm;

/* NULL for an unknown or missing URI. */
const WsscAlgorithm *wssc_algorithm_find(const char *uri);

static inline gboolean wssc_algorithm_is_signature(const WsscAlgorithm *algorithm)
{
    return algorithm->kind >= WSSC_ALGORITHM_HMAC && algorithm->kind <= WSSC_ALGORITHM_EDDSA;
}

#endif
