/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/implied.h"

#define DS "http://www.w3.org/2000/09/xmldsig#"
#define MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define XENC "http://www.w3.org/2001/04/xmlenc#"

const WsscAlgorithm *wssc_implied_digest(guint which, gsize octets)
{
    static const char *const digests[] = {DS "sha1",     MORE "sha224",    XENC "sha256", MORE "sha384",
                                          XENC "sha512", XENC "ripemd160", MORE "md5"};
    for (guint i = 0; i < G_N_ELEMENTS(digests); i++) {
        const WsscAlgorithm *algorithm = wssc_algorithm_find(digests[i]);
        if (algorithm->octets == octets && which-- == 0)
            return algorithm;
    }
    return NULL;
}

const WsscAlgorithm *wssc_implied_signature(guint which, gsize octets)
{
    static const char *const signatures[] = {
        DS "hmac-sha1",      MORE "hmac-sha256",  MORE "hmac-sha384", MORE "hmac-sha512", MORE "hmac-sha224",
        DS "rsa-sha1",       MORE "rsa-sha256",   MORE "rsa-sha384",  MORE "rsa-sha512",  MORE "ecdsa-sha256",
        MORE "ecdsa-sha384", MORE "ecdsa-sha512", MORE "ecdsa-sha1",  DS "dsa-sha1"};
    for (guint i = 0; i < G_N_ELEMENTS(signatures); i++) {
        const WsscAlgorithm *algorithm = wssc_algorithm_find(signatures[i]);
        gboolean is_possible = algorithm->kind == WSSC_ALGORITHM_HMAC ? algorithm->octets == octets : octets >= 40;
        if (is_possible && which-- == 0)
            return algorithm;
    }
    return NULL;
}

gboolean wssc_implied_c14n(guint which, guint *ret_flags)
{
    static const guint forms[] = {WSSC_C14N_EXCLUSIVE, WSSC_C14N_INCLUSIVE, WSSC_C14N_VERSION_11};
    if (which >= G_N_ELEMENTS(forms))
        return FALSE;
    *ret_flags = forms[which];
    return TRUE;
}
