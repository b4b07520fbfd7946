/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key file: what is wrong is told with its line and the rest is used; nothing secret is repeated. And the ring:
 * certificates that share a name, keys of habits.
 */
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "keys/keyfile.h"
#include "security/certificate.h"
#include "signed_message.h"

/* ---- makers --------------------------------------------------------------------------------------------------- */

static EVP_PKEY *new_key(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

/* issuer NULL: self-signed. Valid from 2026-01-01 for days. */
static X509 *new_certificate(const char *subject, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, long serial,
                             int days)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_NAME_new();
    ASN1_TIME *from = ASN1_TIME_new(), *to = ASN1_TIME_new();
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const guchar *)subject, -1, -1, 0);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    ASN1_TIME_set_string_X509(from, "20260101000000Z");
    ASN1_TIME_adj(to, 1767225600, days, 0);
    X509_set1_notBefore(certificate, from);
    X509_set1_notAfter(certificate, to);
    X509_set_subject_name(certificate, name);
    X509_set_issuer_name(certificate, issuer != NULL ? X509_get_subject_name(issuer) : name);
    X509_set_pubkey(certificate, key);
    X509_EXTENSION *basic = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
                                                g_str_has_prefix(subject, "CA") ? "critical,CA:TRUE" : "CA:FALSE");
    X509_add_ext(certificate, basic, -1);
    X509_EXTENSION_free(basic);
    g_assert_cmpint(X509_sign(certificate, issuer_key != NULL ? issuer_key : key, EVP_sha256()), >, 0);
    X509_NAME_free(name);
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    return certificate;
}

static GBytes *take_bio(BIO *bio)
{
    char *data = NULL;
    long len = BIO_get_mem_data(bio, &data);
    GBytes *octets = g_bytes_new(data, (gsize)len);
    BIO_free(bio);
    return octets;
}

static GBytes *pem_key(EVP_PKEY *key, const char *password)
{
    BIO *bio = BIO_new(BIO_s_mem());
    g_assert_true(PEM_write_bio_PKCS8PrivateKey(bio, key, password != NULL ? EVP_aes_128_cbc() : NULL, NULL, 0, NULL,
                                                (void *)password) == 1);
    return take_bio(bio);
}

static GBytes *pkcs12(EVP_PKEY *key, X509 *certificate, const char *password)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PKCS12 *store = PKCS12_create(password, "name", key, certificate, NULL, 0, 0, 0, 0, 0);
    g_assert_true(i2d_PKCS12_bio(bio, store) == 1);
    PKCS12_free(store);
    return take_bio(bio);
}

/* ---- files ---------------------------------------------------------------------------------------------------- */

static GBytes *load(const char *path, gpointer user, GError **error)
{
    GBytes *octets = g_hash_table_lookup(user, path);
    if (octets == NULL)
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "No such file");
    return octets != NULL ? g_bytes_ref(octets) : NULL;
}

static void test_diagnostics(void)
{
    static const char text[] = "# comment\n"
                               "SCT urn:a 00112233\n"    /* good */
                               "PRIVATE_KEY plain.pem\n" /* good */
                               "PRIVATE_KEY locked.pem password=wrong-one\n"
                               "PRIVATE_KEY locked.pem password=right one\n" /* good */
                               "PRIVATE_KEY store.p12 password=wrong-two\n"
                               "PRIVATE_KEY store.p12 password=right\n" /* good */
                               "PRIVATE_KEY missing.pem\n"
                               "SCT urn:a\n"
                               "SCT urn:a zz==zz\n"
                               "SCT urn:a 0011 0022\n"
                               "topsecret 0011\n"
                               "ENCRYPTED_KEY sha1:AAAA 0011\n"
                               "KEY_NAME %ZZ 0011\n"
                               "PASSWORD user\n"
                               "KEY_NAME last 0011"; /* good, without a line end */
    static const guint lines[] = {4, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    static const char *const words[] = {"password does not open", "password does not open", "missing.pem", "missing",
                                        "neither hexadecimal",    "more after the secret",  "no keyword",  "20 octets",
                                        "percent-encoded",        "password is missing"};
    EVP_PKEY *key = new_key(), *other = new_key(), *third = new_key();
    X509 *certificate = new_certificate("one", key, NULL, NULL, 1, 10);
    g_autoptr(GHashTable) files = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_bytes_unref);
    g_hash_table_insert(files, (char *)"store.p12", pkcs12(key, certificate, "right"));
    g_hash_table_insert(files, (char *)"locked.pem", pem_key(other, "right one"));
    g_hash_table_insert(files, (char *)"plain.pem", pem_key(third, NULL));
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(GPtrArray) diagnostics = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    g_assert_cmpuint(wssc_keyfile_parse(wssc_bytes(text, sizeof text - 1), load, files, ring, diagnostics), ==, 5);
    g_assert_cmpuint(diagnostics->len, ==, G_N_ELEMENTS(lines));
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        const WsscKeyfileDiagnostic *diagnostic = diagnostics->pdata[i];
        g_test_message("%u: %s", diagnostic->line, diagnostic->text);
        g_assert_cmpuint(diagnostic->line, ==, lines[i]);
        g_assert_nonnull(strstr(diagnostic->text, words[i]));
        g_assert_null(strstr(diagnostic->text, "wrong-"));
        g_assert_null(strstr(diagnostic->text, "topsecret"));
        g_assert_null(strstr(diagnostic->text, "0011"));
    }
    g_assert_cmpuint(wssc_keyring_private_keys(ring)->len, ==, 3);
    g_assert_cmpuint(wssc_keyring_certificates(ring)->len, ==, 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    EVP_PKEY_free(third);
}

/* A key that only a habit makes is no key of the context. */
static void test_habits_not_written(void)
{
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscSecret) key = wssc_secret_new("key", 3), swapped = wssc_secret_new("other", 5);
    const WsscKeyOrigin here = {.source = WSSC_KEY_FROM_CAPTURE, .frame = 1};
    wssc_keyring_add_context(ring, "urn:a", NULL, key, here);
    wssc_keyring_add_context_habit(ring, "urn:a", NULL, swapped, WSSC_DEVIATION_ENTROPY_SWAPPED, here);
    g_autofree char *text = wssc_keyfile_write_capture(ring, NULL, NULL);
    g_assert_cmpstr(text, ==, "SCT urn:a 6b6579\n");
}

/* ---- certificates that messages bring --------------------------------------------------------------------------- */

static char *sign(EVP_PKEY *key, const char *text)
{
    guint8 der[128];
    size_t len = sizeof der;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    g_assert_true(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                  EVP_DigestSign(context, der, &len, (const guchar *)text, strlen(text)) == 1);
    EVP_MD_CTX_free(context);
    const unsigned char *at = der;
    guint8 pair[64];
    ECDSA_SIG *value = d2i_ECDSA_SIG(NULL, &at, (long)len);
    g_assert_true(BN_bn2binpad(ECDSA_SIG_get0_r(value), pair, 32) == 32 &&
                  BN_bn2binpad(ECDSA_SIG_get0_s(value), pair + 32, 32) == 32);
    ECDSA_SIG_free(value);
    return g_base64_encode(pair, sizeof pair);
}

static char *der_base64(X509 *certificate)
{
    unsigned char *der = NULL;
    int len = i2d_X509(certificate, &der);
    char *text = g_base64_encode(der, (gsize)len);
    OPENSSL_free(der);
    return text;
}

static char *signed_by(EVP_PKEY *key, const char *key_info)
{
    g_autofree char *ref = reference("#B", BODY);
    g_autofree char *info = signed_info("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", ref);
    g_autofree char *value = sign(key, info);
    return message(&(Parts){.info = info, .value = value, .after_info = key_info}, "", 0);
}

static const char issuer_serial[] =
    "<ds:KeyInfo><ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=same</ds:X509IssuerName>"
    "<ds:X509SerialNumber>007</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data></ds:KeyInfo>";

static void test_same_name(void)
{
    EVP_PKEY *mine = new_key(), *theirs = new_key();
    X509 *good = new_certificate("same", mine, NULL, NULL, 7, 10),
         *twin = new_certificate("same", theirs, NULL, NULL, 7, 10);
    g_autofree char *by_me = signed_by(mine, issuer_serial), *by_them = signed_by(theirs, issuer_serial);
    const WsscKeyOrigin seen = {.source = WSSC_KEY_FROM_CAPTURE}, given = {.source = WSSC_KEY_FROM_KEYFILE, .line = 1};
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    wssc_keyring_add_certificate(ring, twin, NULL, seen);
    g_autoptr(WsscKeyring) both = wssc_keyring_new();
    wssc_keyring_add_certificate(both, twin, NULL, seen);
    wssc_keyring_add_certificate(both, good, NULL, seen);
    g_autoptr(WsscSecurity) second = process(by_me, both);
    assert_verdict(only_signature(second), WSSC_VERDICT_VALID, NULL);
    wssc_keyring_add_certificate(ring, good, NULL, given);
    g_autoptr(WsscSecurity) first = process(by_me, ring), stranger = process(by_them, ring);
    assert_verdict(only_signature(first), WSSC_VERDICT_VALID, NULL);
    assert_verdict(only_signature(stranger), WSSC_VERDICT_INVALID, NULL); /* the user says whose name that is */
    X509_free(good);
    X509_free(twin);
    EVP_PKEY_free(mine);
    EVP_PKEY_free(theirs);
}

/* A chain in one X509Data, the end entity behind its issuers; and what a store of the root alone says of it. */
static void test_chain_and_trust(void)
{
    EVP_PKEY *root_key = new_key(), *mid_key = new_key(), *key = new_key();
    X509 *root = new_certificate("CA root", root_key, NULL, NULL, 1, 3650);
    X509 *mid = new_certificate("CA mid", mid_key, root, root_key, 2, 3650);
    X509 *leaf = new_certificate("leaf", key, mid, mid_key, 3, 10);
    g_autofree char *root_text = der_base64(root), *mid_text = der_base64(mid), *leaf_text = der_base64(leaf);
    g_autofree char *key_info = g_strdup_printf("<ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate>"
                                                "<ds:X509Certificate>%s</ds:X509Certificate><ds:X509Certificate>%s"
                                                "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
                                                root_text, mid_text, leaf_text);
    g_autofree char *text = signed_by(key, key_info);
    static const struct {
        gint64 time; /* seconds */
        gboolean is_root_given;
        const char *trust;
    } rows[] = {{1767225600 + 86400, TRUE, "trusted"},
                {0, TRUE, "trusted"},
                {1767225600 + 20 * 86400, TRUE, "certificate has expired"},
                {1767225600 + 86400, FALSE, "self-signed certificate in certificate chain"}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        X509_STORE *store = X509_STORE_new();
        if (rows[i].is_root_given)
            X509_STORE_add_cert(store, root);
        const WsscSecurityOptions options = {.time = rows[i].time * G_USEC_PER_SEC, .trust = store};
        g_autoptr(WsscKeyring) ring = wssc_keyring_new();
        g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
        g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
        g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
        g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
        assert_verdict(only_signature(security), WSSC_VERDICT_VALID, NULL); /* whoever vouches for it or not */
        g_assert_cmpstr(only_signature(security)->certificate, ==, "CN=leaf");
        g_assert_cmpstr(only_signature(security)->trust, ==, rows[i].trust);
        X509_STORE_free(store);
    }
    /* Not what the message names, but what fits proves itself. */
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autofree char *by_issuer = signed_by(mid_key, key_info);
    g_autoptr(WsscSecurity) security = process(by_issuer, ring);
    assert_verdict(only_signature(security), WSSC_VERDICT_VALID, NULL);
    g_assert_cmpstr(only_signature(security)->certificate, ==, "CN=CA mid");
    X509_free(root);
    X509_free(mid);
    X509_free(leaf);
    EVP_PKEY_free(root_key);
    EVP_PKEY_free(mid_key);
    EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keyfile/diagnostics", test_diagnostics);
    g_test_add_func("/keyfile/habits-not-written", test_habits_not_written);
    g_test_add_func("/certificates/same-name", test_same_name);
    g_test_add_func("/certificates/chain-and-trust", test_chain_and_trust);
    return g_test_run();
}
