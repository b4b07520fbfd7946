/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "keys/pbe_work.h"

#include <openssl/asn1t.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/limits.h"

static guint64 number_of(const ASN1_INTEGER *value)
{
    guint64 number = 0;
    return value != NULL && ASN1_INTEGER_get_uint64(&number, value) == 1 ? number : G_MAXUINT32;
}

/* PBKDF2 (RFC 8018 appendix A.2), scrypt (RFC 7914 section 7). */
static guint64 work_of_derivation(const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *object;
    guint64 work = 0;
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    int nid = OBJ_obj2nid(object);
    if (nid == NID_id_pbkdf2) {
        PBKDF2PARAM *pbkdf2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), algorithm->parameter);
        work = pbkdf2 != NULL ? number_of(pbkdf2->iter) : 0;
        PBKDF2PARAM_free(pbkdf2);
    } else if (nid == NID_id_scrypt) {
        SCRYPT_PARAMS *scrypt = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), algorithm->parameter);
        guint64 cost = scrypt != NULL ? number_of(scrypt->costParameter) : 0;
        guint64 blocks = scrypt != NULL ? number_of(scrypt->blockSize) : 0;
        guint64 times = scrypt != NULL ? number_of(scrypt->parallelizationParameter) : 0;
        work = MIN(cost, G_MAXUINT32) * MIN(blocks, 64) / 8 * MIN(times, 4096);
        SCRYPT_PARAMS_free(scrypt);
    }
    return work;
}

static guint64 work_of(const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *object;
    guint64 work = 0;
    int type;
    if (algorithm == NULL)
        return 0;
    X509_ALGOR_get0(&object, &type, NULL, algorithm);
    if (type != V_ASN1_SEQUENCE)
        return 0;
    int nid = OBJ_obj2nid(object);
#ifdef NID_pbmac1
    gboolean is_newer = nid == NID_pbes2 || nid == NID_pbmac1;
#else
    gboolean is_newer = nid == NID_pbes2;
#endif
    if (is_newer) {
        PBE2PARAM *pbes2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
        work = pbes2 != NULL ? work_of_derivation(pbes2->keyfunc) : 0;
        PBE2PARAM_free(pbes2);
    } else {
        PBEPARAM *pbe = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
        work = pbe != NULL ? number_of(pbe->iter) : 0;
        PBEPARAM_free(pbe);
    }
    return work;
}

/* ---- PKCS#12 ---------------------------------------------------------------------------------------------------- */

static guint64 work_of_mac(const PKCS12 *store)
{
    const X509_ALGOR *algorithm;
    const ASN1_INTEGER *iterations;
    PKCS12_get0_mac(NULL, &algorithm, NULL, &iterations, store);
    return iterations != NULL ? MAX(number_of(iterations), work_of(algorithm)) : work_of(algorithm);
}

static guint64 work_of_bags(const STACK_OF(PKCS12_SAFEBAG) * bags)
{
    guint64 work = 0;
    for (int i = 0; bags != NULL && i < sk_PKCS12_SAFEBAG_num(bags); i++) {
        const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);
        const X509_ALGOR *algorithm = NULL;
        if (PKCS12_SAFEBAG_get_nid(bag) == NID_pkcs8ShroudedKeyBag)
            X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, NULL);
        work += work_of(algorithm);
    }
    return work;
}

static guint64 work_of_safe(PKCS7 *safe, const char *password, guint64 so_far)
{
    STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
    guint64 work = 0;
    if (OBJ_obj2nid(safe->type) == NID_pkcs7_data) {
        bags = PKCS12_unpack_p7data(safe);
    } else if (OBJ_obj2nid(safe->type) == NID_pkcs7_encrypted && safe->d.encrypted != NULL &&
               safe->d.encrypted->enc_data != NULL) {
        work = work_of(safe->d.encrypted->enc_data->algorithm);
        if (so_far + work <= WSSC_MAX_PASSWORD_ITERATIONS)
            bags = PKCS12_unpack_p7encdata(safe, password, (int)strlen(password));
    }
    work += work_of_bags(bags);
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
    return work;
}

guint64 wssc_pbe_work_of_pkcs12(const PKCS12 *store, const char *password)
{
    guint64 work = work_of_mac(store);
    STACK_OF(PKCS7) *safes = work <= WSSC_MAX_PASSWORD_ITERATIONS ? PKCS12_unpack_authsafes(store) : NULL;
    for (int i = 0; safes != NULL && i < sk_PKCS7_num(safes) && work <= WSSC_MAX_PASSWORD_ITERATIONS; i++)
        work += work_of_safe(sk_PKCS7_value(safes, i), password, work);
    sk_PKCS7_pop_free(safes, PKCS7_free);
    return work;
}

/* ---- keys ------------------------------------------------------------------------------------------------------- */

guint64 wssc_pbe_work_of_key(WsscBytes octets)
{
    const unsigned char *at = octets.data;
    const X509_ALGOR *algorithm = NULL;
    BIO *bio = BIO_new_mem_buf(octets.data, (int)octets.len);
    X509_SIG *key = PEM_read_bio_PKCS8(bio, NULL, NULL, NULL);
    guint64 work = 0;
    if (key == NULL)
        key = d2i_X509_SIG(NULL, &at, (long)octets.len);
    if (key != NULL) {
        X509_SIG_get0(key, &algorithm, NULL);
        work = work_of(algorithm);
    }
    X509_SIG_free(key);
    BIO_free(bio);
    return work;
}
