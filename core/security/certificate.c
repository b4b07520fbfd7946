/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/certificate.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/keyring.h"
#include "xml/xml.h"

/* ---- tokens ------------------------------------------------------------------------------------------ */

static void read_pki_path(WsscBytes octets, GPtrArray *list)
{
    const unsigned char *p = octets.data;
    long length;
    int tag, class;

    if ((ASN1_get_object(&p, &length, &tag, &class, (long)octets.len) & 0x80) != 0 || tag != V_ASN1_SEQUENCE)
        return;
    for (const unsigned char *end = p + length; p < end && list->len < WSSC_MAX_CERTIFICATES;) {
        X509 *certificate = d2i_X509(NULL, &p, (long)(end - p));
        if (certificate == NULL)
            break;
        g_ptr_array_add(list, certificate);
    }
}

static void read_pkcs7(WsscBytes octets, GPtrArray *list)
{
    const unsigned char *p = octets.data;
    PKCS7 *bag = d2i_PKCS7(NULL, &p, (long)octets.len);
    gboolean is_signed = bag != NULL && PKCS7_type_is_signed(bag) && bag->d.sign != NULL;
    for (int i = 0; is_signed && i < MIN(sk_X509_num(bag->d.sign->cert), WSSC_MAX_CERTIFICATES); i++) {
        X509 *certificate = sk_X509_value(bag->d.sign->cert, i);
        X509_up_ref(certificate);
        g_ptr_array_add(list, certificate);
    }
    PKCS7_free(bag);
}

static void read_one(WsscBytes octets, GPtrArray *list)
{
    const unsigned char *p = octets.data;
    X509 *certificate = d2i_X509(NULL, &p, (long)octets.len);
    if (certificate != NULL)
        g_ptr_array_add(list, certificate);
}

GPtrArray *wssc_certificates_read(WsscBytes octets, const char *value_type)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)X509_free);
    if (octets.len == 0 || octets.len >= 1024 * 1024)
        return list;
    if (value_type != NULL && strstr(value_type, "PKIPath") != NULL)
        read_pki_path(octets, list);
    else if (value_type != NULL && strstr(value_type, "PKCS7") != NULL)
        read_pkcs7(octets, list);
    else
        read_one(octets, list);
    ERR_clear_error();
    return list;
}

void wssc_certificates_sort(GPtrArray *list)
{
    for (guint i = list->len; list->len > 1 && i > 0; i--) {
        gboolean is_issuer = FALSE;
        for (guint k = 0; k < list->len; k++)
            is_issuer |= k != i - 1 && X509_check_issued(list->pdata[i - 1], list->pdata[k]) == X509_V_OK;
        if (is_issuer)
            continue;
        gpointer end_entity = list->pdata[i - 1];
        list->pdata[i - 1] = list->pdata[0];
        list->pdata[0] = end_entity;
        break;
    }
    ERR_clear_error();
}

/* ---- naming ---------------------------------------------------------------------------------------------- */

/* OpenSSL keeps the SHA-1 of a certificate with it. */
static gboolean matches_thumbprint(X509 *certificate, const char *value)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    if (!X509_digest(certificate, EVP_sha1(), digest, &len))
        return FALSE;
    g_autofree char *sha1 = wssc_base64_encode(wssc_bytes(digest, len));
    return strcmp(sha1, value) == 0;
}

static gboolean matches_ski(X509 *certificate, const char *value)
{
    const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(certificate);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    WsscBytes octets;
    if (ski != NULL)
        octets = wssc_bytes(ASN1_STRING_get0_data(ski), (gsize)ASN1_STRING_length(ski));
    else if (X509_pubkey_digest(certificate, EVP_sha1(), digest, &len)) /* RFC 5280 section 4.2.1.2, method 1 */
        octets = wssc_bytes(digest, len);
    else
        return FALSE;
    g_autofree char *text = wssc_base64_encode(octets);
    return strcmp(text, value) == 0;
}

static int compare_octets(const void *a, const void *b)
{
    return *(const guint8 *)a - *(const guint8 *)b;
}

/* The octets of a name's values, sorted: stacks write the same name in another order, with other separators,
 * quotes, escapes, blanks and attribute names. Beside an equal serial number this tells names apart well
 * enough to pick a certificate; whether it fits, the signature says. */
static char *normal_name(const char *name)
{
    GString *values = g_string_new(NULL);
    gboolean is_type = TRUE, is_quoted = FALSE;
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '\\' && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
            g_string_append_c(values, (char)(g_ascii_xdigit_value(p[1]) << 4 | g_ascii_xdigit_value(p[2])));
            p += 2;
        } else if (*p == '\\' && p[1] != '\0') {
            p++;
            if (*p != ' ')
                g_string_append_c(values, *p);
        } else if (*p == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted && strchr(",;+/", *p) != NULL) {
            is_type = TRUE;
        } else if (is_type) {
            is_type = *p != '=';
        } else if (*p != ' ') {
            g_string_append_c(values, g_ascii_tolower(*p));
        }
    }
    qsort(values->str, values->len, 1, compare_octets);
    return g_string_free(values, FALSE);
}

static char *name_text(const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    long len = BIO_get_mem_data(bio, &data);
    char *text = g_strndup(data, (gsize)MAX(len, 0));
    BIO_free(bio);
    return text;
}

static gboolean matches_name(const X509_NAME *name, const char *wanted)
{
    g_autofree char *own = name_text(name);
    g_autofree char *left = normal_name(own);
    g_autofree char *right = normal_name(wanted);
    return strcmp(left, right) == 0;
}

/* By the whole name, or by its common name alone. */
static gboolean matches_subject(X509 *certificate, const char *subject)
{
    char common[256];
    const X509_NAME *name = X509_get_subject_name(certificate);
    int len = X509_NAME_get_text_by_NID((X509_NAME *)name, NID_commonName, common, sizeof common);
    return *subject != '\0' && ((len > 0 && strcmp(common, subject) == 0) || matches_name(name, subject));
}

static gboolean matches_issuer_serial(X509 *certificate, const char *issuer, const char *serial)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
    char *decimal = BN_bn2dec(number);
    const char *digits = serial + strspn(serial, "0");
    gboolean is_serial = decimal != NULL && strcmp(decimal, *digits != '\0' ? digits : "0") == 0;
    OPENSSL_free(decimal);
    BN_free(number);
    return is_serial && matches_name(X509_get_issuer_name(certificate), issuer);
}

gboolean wssc_certificate_matches(X509 *certificate, WsscCertificateMatch match, const char *value, const char *serial)
{
    switch (match) {
    case WSSC_CERTIFICATE_THUMBPRINT:
        return matches_thumbprint(certificate, value);
    case WSSC_CERTIFICATE_SKI:
        return matches_ski(certificate, value);
    case WSSC_CERTIFICATE_SUBJECT:
        return matches_subject(certificate, value);
    default:
        return matches_issuer_serial(certificate, value, serial);
    }
}

char *wssc_certificate_subject(X509 *certificate)
{
    return name_text(X509_get_subject_name(certificate));
}

char *wssc_certificate_trust(X509 *certificate, const GPtrArray *chain, X509_STORE *store, gint64 time)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *between = sk_X509_new_null();
    char *text = NULL;
    for (guint i = 0; chain != NULL && i < chain->len; i++)
        sk_X509_push(between, ((const WsscCertificate *)chain->pdata[i])->certificate);
    X509_STORE_CTX_init(context, store, certificate, between);
    if (time > 0)
        X509_STORE_CTX_set_time(context, 0, (time_t)(time / G_USEC_PER_SEC));
    else
        X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
    if (X509_verify_cert(context) == 1)
        text = g_strdup("trusted");
    else
        text = g_strdup(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    X509_STORE_CTX_free(context);
    sk_X509_free(between);
    ERR_clear_error();
    return text;
}

/* ---- ds:KeyValue (XML Signature section 4.5.2) --------------------------------------------------------- */

static gboolean push_number(OSSL_PARAM_BLD *builder, const char *param, const xmlNode *parent, const char *name,
                            GPtrArray *numbers)
{
    const xmlNode *element = wssc_xml_child(parent, WSSC_NS_FAMILY_DS, name);
    g_autoptr(GBytes) octets = element != NULL ? wssc_xml_base64(element) : NULL;
    if (octets == NULL || g_bytes_get_size(octets) > 2048)
        return FALSE;
    WsscBytes bytes = wssc_bytes_of(octets);
    BIGNUM *number = BN_bin2bn(bytes.data, (int)bytes.len, NULL);
    g_ptr_array_add(numbers, number);
    return OSSL_PARAM_BLD_push_BN(builder, param, number) == 1;
}

static EVP_PKEY *build(const char *type, OSSL_PARAM_BLD *builder)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return key;
}

/* dsig11:NamedCurve: "urn:oid:" and the curve's object identifier. */
static const char *curve_name(const char *urn)
{
    if (urn == NULL || !g_str_has_prefix(urn, "urn:oid:"))
        return NULL;
    ASN1_OBJECT *object = OBJ_txt2obj(urn + strlen("urn:oid:"), 1);
    int nid = object != NULL ? OBJ_obj2nid(object) : NID_undef;
    ASN1_OBJECT_free(object);
    return nid != NID_undef ? OBJ_nid2sn(nid) : NULL;
}

static EVP_PKEY *read_ec(const xmlNode *value, OSSL_PARAM_BLD *builder)
{
    const xmlNode *named = wssc_xml_child(value, WSSC_NS_FAMILY_DS11, "NamedCurve");
    const xmlNode *point = wssc_xml_child(value, WSSC_NS_FAMILY_DS11, "PublicKey");
    g_autofree char *urn = named != NULL ? wssc_xml_attr_value(named, WSSC_NS_FAMILY_NONE, "URI") : NULL;
    g_autoptr(GBytes) octets = point != NULL ? wssc_xml_base64(point) : NULL;
    const char *curve = curve_name(urn);
    if (curve == NULL || octets == NULL)
        return NULL;
    WsscBytes bytes = wssc_bytes_of(octets);
    OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0);
    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, bytes.data, bytes.len);
    return build("EC", builder);
}

EVP_PKEY *wssc_certificate_public_key(WsscBytes octets)
{
    const unsigned char *p = octets.data;
    EVP_PKEY *key = octets.len > 0 && octets.len < 64 * 1024 ? d2i_PUBKEY(NULL, &p, (long)octets.len) : NULL;
    ERR_clear_error();
    return key;
}

static void free_number(gpointer number)
{
    BN_free(number);
}

EVP_PKEY *wssc_certificate_key_value(const xmlNode *key_value)
{
    const xmlNode *rsa = wssc_xml_child(key_value, WSSC_NS_FAMILY_DS, "RSAKeyValue");
    const xmlNode *dsa = wssc_xml_child(key_value, WSSC_NS_FAMILY_DS, "DSAKeyValue");
    const xmlNode *ec = wssc_xml_child(key_value, WSSC_NS_FAMILY_DS11, "ECKeyValue");
    g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(free_number);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;

    if (rsa != NULL && push_number(builder, OSSL_PKEY_PARAM_RSA_N, rsa, "Modulus", numbers) &&
        push_number(builder, OSSL_PKEY_PARAM_RSA_E, rsa, "Exponent", numbers))
        key = build("RSA", builder);
    else if (dsa != NULL && push_number(builder, OSSL_PKEY_PARAM_FFC_P, dsa, "P", numbers) &&
             push_number(builder, OSSL_PKEY_PARAM_FFC_Q, dsa, "Q", numbers) &&
             push_number(builder, OSSL_PKEY_PARAM_FFC_G, dsa, "G", numbers) &&
             push_number(builder, OSSL_PKEY_PARAM_PUB_KEY, dsa, "Y", numbers))
        key = build("DSA", builder);
    else if (ec != NULL)
        key = read_ec(ec, builder);
    OSSL_PARAM_BLD_free(builder);
    ERR_clear_error();
    return key;
}
