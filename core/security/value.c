/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Whether a signature value is what a key gives over some octets (XML Signature section 6).
 */
#include "security/value.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/dsa.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/limits.h"
#include "keys/crypto.h"

/* XML Signature gives r and s one after the other; OpenSSL wants them in DER. */
static guint8 *to_der(WsscBytes value, gboolean is_dsa, int *ret_len)
{
    gsize half = value.len / 2;
    unsigned char *der = NULL;
    if (value.len == 0 || value.len % 2 != 0 || half > 256)
        return NULL;
    BIGNUM *r = BN_bin2bn(value.data, (int)half, NULL);
    BIGNUM *s = BN_bin2bn(value.data + half, (int)half, NULL);
    if (is_dsa) {
        DSA_SIG *pair = DSA_SIG_new();
        DSA_SIG_set0(pair, r, s);
        *ret_len = i2d_DSA_SIG(pair, &der);
        DSA_SIG_free(pair);
    } else {
        ECDSA_SIG *pair = ECDSA_SIG_new();
        ECDSA_SIG_set0(pair, r, s);
        *ret_len = i2d_ECDSA_SIG(pair, &der);
        ECDSA_SIG_free(pair);
    }
    return der;
}

gboolean wssc_value_is_for(const WsscAlgorithm *algorithm, const WsscCandidate *key)
{
    if (algorithm->kind == WSSC_ALGORITHM_HMAC || key->pkey == NULL)
        return algorithm->kind == WSSC_ALGORITHM_HMAC && key->secret != NULL;
    switch (algorithm->kind) {
    case WSSC_ALGORITHM_RSA:
        return EVP_PKEY_is_a(key->pkey, "RSA");
    case WSSC_ALGORITHM_RSA_PSS:
        return EVP_PKEY_is_a(key->pkey, "RSA") || EVP_PKEY_is_a(key->pkey, "RSA-PSS");
    case WSSC_ALGORITHM_DSA:
        return EVP_PKEY_is_a(key->pkey, "DSA");
    case WSSC_ALGORITHM_ECDSA:
        return EVP_PKEY_is_a(key->pkey, "EC");
    default: /* EdDSA: the curve is the algorithm */
        return algorithm->kind == WSSC_ALGORITHM_EDDSA && EVP_PKEY_is_a(key->pkey, algorithm->name);
    }
}

static gboolean fits_public(const WsscAlgorithm *algorithm, WsscBytes value, WsscBytes octets, EVP_PKEY *key,
                            gboolean *ret_is_impossible)
{
    gboolean is_pair = algorithm->kind == WSSC_ALGORITHM_DSA || algorithm->kind == WSSC_ALGORITHM_ECDSA;
    const char *digest = algorithm->kind == WSSC_ALGORITHM_EDDSA ? NULL : algorithm->name;
    int der_len = 0;
    guint8 *der = is_pair ? to_der(value, algorithm->kind == WSSC_ALGORITHM_DSA, &der_len) : NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL;
    if (is_pair)
        value = wssc_bytes(der, der != NULL ? (gsize)MAX(der_len, 0) : 0);
    gboolean is_ready = EVP_DigestVerifyInit_ex(context, &parameters, digest, NULL, NULL, key, NULL) == 1 &&
                        (algorithm->kind != WSSC_ALGORITHM_RSA_PSS ||
                         EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) > 0);
    gboolean is_fit =
        is_ready && value.len > 0 && EVP_DigestVerify(context, value.data, value.len, octets.data, octets.len) == 1;
    *ret_is_impossible |= !is_ready;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ERR_clear_error();
    return is_fit;
}

/* Of an RSA key; 0 for others. */
static gsize exponent_bits(const WsscCandidate *key)
{
    BIGNUM *exponent = NULL;
    if (EVP_PKEY_is_a(key->pkey, "RSA") || EVP_PKEY_is_a(key->pkey, "RSA-PSS"))
        EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_E, &exponent);
    gsize bits = exponent != NULL ? (gsize)MAX(BN_num_bits(exponent), 0) : 0;
    BN_free(exponent);
    return bits;
}

/* What one try takes, in octets brought into canonical form. Exponents in use have 17 bits. */
static gsize cost_of(const WsscAlgorithm *algorithm, const WsscCandidate *key, WsscBytes octets)
{
    enum { CALL = 1000, USUAL_EXPONENT = 17 };
    if (algorithm->kind == WSSC_ALGORITHM_HMAC)
        return octets.len + CALL;
    gsize bits = (gsize)MAX(EVP_PKEY_get_bits(key->pkey), 0), exponent = exponent_bits(key);
    return octets.len + CALL + (exponent > 0 ? bits * bits / 1024 * (1 + exponent / USUAL_EXPONENT) : bits * bits / 16);
}

/* Whoever sends a key chooses how long it takes to use it. */
static gboolean is_sane(const WsscCandidate *key)
{
    return EVP_PKEY_get_bits(key->pkey) <= WSSC_MAX_MODULUS_BITS && exponent_bits(key) <= WSSC_MAX_EXPONENT_BITS;
}

gboolean wssc_value_fits(WsscWork *work, const WsscAlgorithm *algorithm, WsscBytes value, WsscBytes octets,
                         const WsscCandidate *key, gboolean *ret_is_impossible)
{
    guint8 computed[EVP_MAX_MD_SIZE];
    gboolean is_impossible = FALSE;
    gsize len = 0;
    if (!wssc_value_is_for(algorithm, key))
        return FALSE;
    if (!wssc_verifier_take(work->budget, cost_of(algorithm, key, octets)))
        return FALSE;
    gboolean is_fit;
    if (algorithm->kind != WSSC_ALGORITHM_HMAC && !is_sane(key)) {
        is_impossible = TRUE;
        is_fit = FALSE;
    } else if (algorithm->kind != WSSC_ALGORITHM_HMAC) {
        is_fit = fits_public(algorithm, value, octets, key->pkey, &is_impossible);
    } else {
        is_impossible =
            !wssc_crypto_hmac(work->crypto, algorithm->name, wssc_secret_bytes(key->secret), octets, computed, &len);
        is_fit =
            !is_impossible && value.len > 0 && value.len <= len && CRYPTO_memcmp(computed, value.data, value.len) == 0;
    }
    if (ret_is_impossible != NULL)
        *ret_is_impossible |= is_impossible;
    return is_fit;
}
