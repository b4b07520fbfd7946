/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/look.h"

#include <openssl/crypto.h>

#include "keys/crypto.h"
#include "security/value.h"

gboolean wssc_look_fits_key(const WsscLook *look, const WsscCandidate *key, WsscBytes octets)
{
    return (look->algorithm->kind != WSSC_ALGORITHM_HMAC || look->value.len >= 10) &&
           wssc_value_fits(look->work, look->algorithm, look->value, octets, key, NULL);
}

gboolean wssc_look_has_digest(const WsscLook *look, const WsscAlgorithm *digest, WsscBytes expected,
                              const GByteArray *octets)
{
    guint8 value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    EVP_MD_CTX *context = wssc_crypto_digest_start(look->work->crypto, digest->name);
    return context != NULL && (octets->len == 0 || EVP_DigestUpdate(context, octets->data, octets->len) == 1) &&
           EVP_DigestFinal_ex(context, value, &len) == 1 && len == expected.len &&
           CRYPTO_memcmp(value, expected.data, len) == 0;
}

const char *wssc_look_name(const WsscSignedReference *reference)
{
    return reference->element != NULL ? reference->element : "the document";
}
