/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Private keys and certificates from the octets of a file: PEM, DER, PKCS#12.
 */
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <string.h>

#include "base/limits.h"
#include "keys/keyfile.h"
#include "keys/pbe_work.h"

/* OpenSSL's own default would ask on the terminal. */
static int give_password(char *buffer, int size, int writing G_GNUC_UNUSED, void *user)
{
    const char *password = user;
    gsize len = password != NULL ? strlen(password) : 0;
    if (len > (gsize)size)
        return -1;
    if (len > 0)
        memcpy(buffer, password, len);
    return (int)len;
}

/* ---- PEM and DER ---------------------------------------------------------------------------- */

static GPtrArray *read_certificates(WsscBytes octets)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)X509_free);
    BIO *bio = BIO_new_mem_buf(octets.data, (int)octets.len);
    X509 *certificate;
    while ((certificate = PEM_read_bio_X509(bio, NULL, give_password, NULL)) != NULL)
        g_ptr_array_add(list, certificate);
    BIO_free(bio);
    if (list->len == 0) {
        const unsigned char *at = octets.data;
        certificate = d2i_X509(NULL, &at, (long)octets.len);
        if (certificate != NULL)
            g_ptr_array_add(list, certificate);
    }
    return list;
}

static EVP_PKEY *read_plain_key(WsscBytes octets, const char *password)
{
    BIO *bio = BIO_new_mem_buf(octets.data, (int)octets.len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, give_password, (void *)password);
    BIO_free(bio);
    if (key == NULL) {
        const unsigned char *at = octets.data;
        key = d2i_AutoPrivateKey(NULL, &at, (long)octets.len);
    }
    return key;
}

/* ---- PKCS#12 ---------------------------------------------------------------------------------- */

/* Keys made in a library context die with it: over to the common one by their octets. */
static EVP_PKEY *rehome_key(EVP_PKEY *key)
{
    unsigned char *der = NULL;
    int len = i2d_PrivateKey(key, &der);
    const unsigned char *at = der;
    EVP_PKEY *copy = len > 0 ? d2i_AutoPrivateKey(NULL, &at, len) : NULL;
    if (len > 0)
        OPENSSL_clear_free(der, (size_t)len);
    EVP_PKEY_free(key);
    return copy;
}

static X509 *rehome_certificate(X509 *certificate)
{
    unsigned char *der = NULL;
    int len = certificate != NULL ? i2d_X509(certificate, &der) : 0;
    const unsigned char *at = der;
    X509 *copy = len > 0 ? d2i_X509(NULL, &at, len) : NULL;
    OPENSSL_free(der);
    X509_free(certificate);
    return copy;
}

/* Old PKCS#12 files need ciphers of the legacy provider. It is loaded into a context of our own, so
 * that the process around us keeps its providers. */
static gboolean read_pkcs12(WsscBytes octets, const char *password, EVP_PKEY **ret_key, X509 **ret_certificate,
                            gboolean *ret_is_pkcs12, guint64 *ret_work)
{
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    OSSL_PROVIDER *plain = OSSL_PROVIDER_load(context, "default");
    OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(context, "legacy");
    PKCS12 *store = PKCS12_init_ex(NID_pkcs7_data, context, NULL);
    const unsigned char *at = octets.data;
    gboolean ok = FALSE;

    *ret_is_pkcs12 = store != NULL && d2i_PKCS12(&store, &at, (long)octets.len) != NULL;
    *ret_work = *ret_is_pkcs12 ? wssc_pbe_work_of_pkcs12(store, password != NULL ? password : "") : 0;
    if (*ret_is_pkcs12 && *ret_work <= WSSC_MAX_PASSWORD_ITERATIONS &&
        PKCS12_parse(store, password != NULL ? password : "", ret_key, ret_certificate, NULL)) {
        *ret_certificate = rehome_certificate(*ret_certificate);
        *ret_key = *ret_key != NULL ? rehome_key(*ret_key) : NULL;
        ok = *ret_key != NULL;
    }
    /* d2i frees and clears what it was given when it fails. */
    PKCS12_free(store);
    if (legacy != NULL)
        OSSL_PROVIDER_unload(legacy);
    if (plain != NULL)
        OSSL_PROVIDER_unload(plain);
    OSSL_LIB_CTX_free(context);
    return ok;
}

/* ---- calls ------------------------------------------------------------------------------------- */

static X509 *certificate_of(const GPtrArray *certificates, EVP_PKEY *key)
{
    for (guint i = 0; i < certificates->len; i++)
        if (X509_check_private_key(certificates->pdata[i], key))
            return certificates->pdata[i];
    return NULL;
}

static char *too_much_work(guint64 work)
{
    return g_strdup_printf("asks for %" G_GUINT64_FORMAT " or more iterations of its password, the limit is %u", work,
                           WSSC_MAX_PASSWORD_ITERATIONS);
}

static char *add_key(WsscKeyring *ring, WsscBytes octets, const char *password, WsscKeyOrigin origin)
{
    g_autoptr(GPtrArray) certificates = read_certificates(octets);
    guint64 work = wssc_pbe_work_of_key(octets);
    EVP_PKEY *key = work <= WSSC_MAX_PASSWORD_ITERATIONS ? read_plain_key(octets, password) : NULL;
    X509 *certificate = NULL;
    gboolean is_pkcs12 = FALSE;

    if (key != NULL)
        wssc_keyring_add_private_key(ring, key, certificate_of(certificates, key), origin);
    else if (work == 0 && read_pkcs12(octets, password, &key, &certificate, &is_pkcs12, &work))
        wssc_keyring_add_private_key(ring, key, certificate, origin);
    gboolean ok = key != NULL;
    EVP_PKEY_free(key);
    X509_free(certificate);
    if (ok)
        return NULL;
    if (work > WSSC_MAX_PASSWORD_ITERATIONS)
        return too_much_work(work);
    if (is_pkcs12)
        return g_strdup("PKCS#12, but the password does not open it");
    return g_strdup(g_strstr_len((const char *)octets.data, (gssize)octets.len, "ENCRYPTED")
                        ? "an encrypted key that the password does not open"
                        : "holds no private key (PEM, DER or PKCS#12)");
}

char *wssc_keyfile_add_private_key(WsscKeyring *ring, WsscBytes octets, const char *password, WsscKeyOrigin origin)
{
    if (octets.len == 0 || octets.len > WSSC_MAX_KEY_FILE_OCTETS)
        return g_strdup("is empty or too large for a key");
    ERR_set_mark();
    char *problem = add_key(ring, octets, password, origin);
    ERR_pop_to_mark();
    return problem;
}

char *wssc_keyfile_add_certificates(WsscKeyring *ring, WsscBytes octets, const char *path, WsscKeyOrigin origin)
{
    if (octets.len == 0 || octets.len > WSSC_MAX_KEY_FILE_OCTETS)
        return g_strdup("is empty or too large for certificates");
    ERR_set_mark();
    g_autoptr(GPtrArray) certificates = read_certificates(octets);
    ERR_pop_to_mark();
    for (guint i = 0; i < certificates->len; i++)
        wssc_keyring_add_certificate(ring, certificates->pdata[i], path, origin);
    return certificates->len == 0 ? g_strdup("holds no certificate (PEM or DER)") : NULL;
}

/* ---- files by themselves ---------------------------------------------------------------------------- */

static gboolean has(WsscBytes octets, const char *words)
{
    return g_strstr_len((const char *)octets.data, (gssize)octets.len, words) != NULL;
}

/* No line of a key file has a rule of PEM, or begins with an octet of these. */
WsscKeyfileKind wssc_keyfile_kind(WsscBytes octets)
{
    if (octets.len > 4 &&
        (memcmp(octets.data, "\xFE\xED\xFE\xED", 4) == 0 || memcmp(octets.data, "\xCE\xCE\xCE\xCE", 4) == 0))
        return WSSC_KEYFILE_JAVA_STORE;
    if (octets.len > 2 && octets.data[0] == 0x30 && octets.data[1] >= 0x80) /* a SEQUENCE of more than 127 octets */
        return WSSC_KEYFILE_STORE;
    return has(octets, "-----BEGIN ") ? WSSC_KEYFILE_STORE : WSSC_KEYFILE_LINES;
}

char *wssc_keyfile_add_store(WsscKeyring *ring, WsscBytes octets, const char *path, WsscKeyOrigin origin)
{
    gboolean is_pem = has(octets, "-----BEGIN "), has_key = !is_pem || has(octets, "PRIVATE KEY-----");
    g_autofree char *problem = has_key ? wssc_keyfile_add_private_key(ring, octets, NULL, origin) : NULL;
    g_autofree char *other = wssc_keyfile_add_certificates(ring, octets, path, origin);
    if ((has_key && problem == NULL) || (problem == NULL && other == NULL) || (!is_pem && other == NULL))
        return NULL;
    if (problem == NULL)
        return g_strdup("holds no private key and no certificate");
    if (strstr(problem, "password") == NULL)
        return g_steal_pointer(&problem);
    return g_strdup_printf("%s; a line of a key file tells it: PRIVATE_KEY %s password=...", problem, path);
}

char *wssc_keyfile_convert_hint(const char *path)
{
    return g_strdup_printf("a Java key store, which only Java reads; make PKCS#12 of it:\n"
                           "    keytool -importkeystore -srckeystore %s -destkeystore %s.p12 -deststoretype PKCS12\n"
                           "  and name that in a key file: PRIVATE_KEY %s.p12 password=...",
                           path, path, path);
}
