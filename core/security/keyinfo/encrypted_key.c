/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * XML Encryption: keys in xenc:EncryptedKey, by key transport and by key wrap.
 */
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/limits.h"
#include "keys/crypto.h"
#include "security/decryption.h"
#include "security/keyinfo/keyinfo.h"

#define MAX_PRIVATE_KEYS 16 /* tried where the message does not say which */

/* ---- key transport and wrap ---------------------------------------------------------------------------- */

typedef struct {
    const char *digest, *mgf;
    GBytes *label;
    const char *unknown; /* what it names that is not known here; or NULL */
} Oaep;

static const char *named_digest(const xmlNode *method, WsscNsFamily family, const char *name, WsscAlgorithmKind kind,
                                const char **ret_unknown)
{
    const xmlNode *element = wssc_xml_child(method, family, name);
    g_autofree char *uri = element != NULL ? wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    const WsscAlgorithm *algorithm = wssc_algorithm_find(uri);
    if (element != NULL && (algorithm == NULL || algorithm->kind != kind))
        *ret_unknown = name;
    return algorithm != NULL ? algorithm->name : "SHA1";
}

static Oaep read_oaep(const WsscAlgorithm *algorithm, const xmlNode *encrypted)
{
    const xmlNode *method = wssc_xml_child(encrypted, WSSC_NS_FAMILY_XENC, "EncryptionMethod");
    const xmlNode *params = wssc_xml_child(method, WSSC_NS_FAMILY_XENC, "OAEPparams");
    Oaep oaep = {.mgf = "SHA1"};
    oaep.digest = named_digest(method, WSSC_NS_FAMILY_DS, "DigestMethod", WSSC_ALGORITHM_DIGEST, &oaep.unknown);
    /* rsa-oaep-mgf1p is bound to MGF1 with SHA-1 (XML Encryption 1.1 section 5.5.2). */
    if ((algorithm->flags & WSSC_OAEP_NAMES_MGF) != 0)
        oaep.mgf = named_digest(method, WSSC_NS_FAMILY_XENC11, "MGF", WSSC_ALGORITHM_MGF, &oaep.unknown);
    oaep.label = params != NULL ? wssc_xml_base64(params) : NULL;
    if (params != NULL && oaep.label == NULL)
        oaep.unknown = "OAEPparams";
    return oaep;
}

static gboolean set_oaep(EVP_PKEY_CTX *context, const Oaep *oaep)
{
    gboolean is_set = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
                      EVP_PKEY_CTX_set_rsa_oaep_md_name(context, oaep->digest, NULL) > 0 &&
                      EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, oaep->mgf, NULL) > 0;
    if (is_set && oaep->label != NULL && g_bytes_get_size(oaep->label) > 0) {
        gsize len;
        const void *data = g_bytes_get_data(oaep->label, &len);
        is_set = EVP_PKEY_CTX_set0_rsa_oaep_label(context, OPENSSL_memdup(data, len), (int)len) > 0;
    }
    return is_set;
}

/* From 3.2 on OpenSSL hides a wrong padding behind made-up octets, which would pass for a key here. Nobody can ask
 * us anything, so there is nothing to hide. Versions before don't know the parameter and ignore it. */
static gboolean set_rsa15(EVP_PKEY_CTX *context)
{
    unsigned int no = 0;
    OSSL_PARAM params[] = {OSSL_PARAM_construct_uint("implicit-rejection", &no), OSSL_PARAM_construct_end()};
    gboolean is_set = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
    if (is_set)
        EVP_PKEY_CTX_set_params(context, params);
    return is_set;
}

/* What is behind the end is gone too. */
static void shorten(WsscSecret *secret, gsize len)
{
    if (len < secret->len)
        OPENSSL_cleanse(secret->data + len, secret->len - len);
    secret->len = len;
}

/* oaep NULL: PKCS#1 v1.5. */
static WsscSecret *open_with_rsa(EVP_PKEY *key, const Oaep *oaep, WsscBytes cipher)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    WsscSecret *secret = NULL;
    size_t len = 0;

    if (context != NULL && EVP_PKEY_decrypt_init(context) > 0 &&
        (oaep != NULL ? set_oaep(context, oaep) : set_rsa15(context)) &&
        EVP_PKEY_decrypt(context, NULL, &len, cipher.data, cipher.len) > 0) {
        secret = wssc_secret_new_blank(len);
        if (EVP_PKEY_decrypt(context, secret->data, &len, cipher.data, cipher.len) > 0 && len > 0)
            shorten(secret, len);
        else
            g_clear_pointer(&secret, wssc_secret_unref);
    }
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return secret;
}

/* A wrong private key passes PKCS#1 v1.5's padding once in some ten thousand times: then the length is odd too. */
static gboolean has_key_length(const WsscSecret *secret)
{
    return secret->len <= 64 && (secret->len % 8 == 0 || secret->len == 20 || secret->len == 28);
}

/* Stacks mix up the mask's digest: some take that of the label for it, Santuario 2.1 takes SHA-1 where it is
 * told SHA-224. OAEP itself proves which it was. */
static WsscSecret *open_oaep(EVP_PKEY *key, Oaep *oaep, WsscBytes cipher)
{
    const char *const masks[] = {oaep->mgf, oaep->digest, "SHA1"};
    WsscSecret *secret = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(masks) && secret == NULL; i++) {
        if (i > 0 && strcmp(masks[i], masks[i - 1]) == 0)
            continue;
        oaep->mgf = masks[i];
        secret = open_with_rsa(key, oaep, cipher);
    }
    return secret;
}

static WsscSecret *open_transported(EVP_PKEY *key, const WsscAlgorithm *algorithm, const xmlNode *encrypted,
                                    WsscBytes cipher, gboolean is_named)
{
    if (algorithm->kind == WSSC_ALGORITHM_RSA15) {
        WsscSecret *secret = open_with_rsa(key, NULL, cipher);
        if (secret != NULL && !is_named && !has_key_length(secret))
            g_clear_pointer(&secret, wssc_secret_unref);
        return secret;
    }
    Oaep oaep = read_oaep(algorithm, encrypted);
    WsscSecret *secret = oaep.unknown == NULL ? open_oaep(key, &oaep, cipher) : NULL;
    g_clear_pointer(&oaep.label, g_bytes_unref);
    return secret;
}

/* A parameter of OAEP that is not known here; NULL when all are. */
static const char *unknown_parameter(const WsscAlgorithm *algorithm, const xmlNode *encrypted)
{
    if (algorithm->kind != WSSC_ALGORITHM_OAEP)
        return NULL;
    Oaep oaep = read_oaep(algorithm, encrypted);
    g_clear_pointer(&oaep.label, g_bytes_unref);
    return oaep.unknown;
}

static WsscSecret *unwrap(WsscWork *work, const WsscAlgorithm *algorithm, const WsscSecret *key, WsscBytes cipher)
{
    const EVP_CIPHER *wrap = wssc_crypto_cipher(work->crypto, algorithm->name);
    WsscSecret *secret = NULL;
    int len = 0, more = 0;

    if (wrap == NULL || key->len != algorithm->octets || cipher.len == 0 || cipher.len > 4096)
        return NULL;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    secret = wssc_secret_new_blank(cipher.len + 16);
    if (EVP_DecryptInit_ex(context, wrap, NULL, key->data, NULL) != 1 ||
        EVP_DecryptUpdate(context, secret->data, &len, cipher.data, (int)cipher.len) != 1 ||
        EVP_DecryptFinal_ex(context, secret->data + len, &more) != 1)
        g_clear_pointer(&secret, wssc_secret_unref);
    else
        shorten(secret, (gsize)(len + more));
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return secret;
}

static void add_opened(WsscWork *work, GPtrArray *keys, WsscSecret *secret, const WsscCandidate *with, WsscBytes cipher)
{
    WsscCandidate *candidate = g_new0(WsscCandidate, 1);
    g_autofree char *sha1 = wssc_derive_sha1_base64(cipher);
    candidate->kind = WSSC_KEY_KIND_ENCRYPTED_KEY;
    candidate->secret = secret;
    candidate->origin = with->origin;
    g_ptr_array_add(keys, candidate);
    /* A response may refer to the request's key by this hash (WSS 1.1 section 7.7). */
    wssc_keyring_add_encrypted_key(
        work->ring, sha1, secret,
        (WsscKeyOrigin){.source = WSSC_KEY_FROM_CAPTURE, .file = work->options->file, .frame = work->options->frame});
}

/* With what the KeyInfo names; where that is nothing we have, with every private key we have. */
static void try_keys(WsscWork *work, const xmlNode *element, const WsscAlgorithm *algorithm, WsscBytes cipher,
                     const GPtrArray *named, GPtrArray *keys, WsscDecryption *decryption)
{
    gboolean is_rsa = algorithm->kind == WSSC_ALGORITHM_RSA15 || algorithm->kind == WSSC_ALGORITHM_OAEP;
    gboolean has_named_key = FALSE;
    for (guint i = 0; i < named->len && keys->len == 0; i++) {
        const WsscCandidate *with = named->pdata[i];
        WsscSecret *secret = NULL;
        if (is_rsa && with->is_private) {
            secret = open_transported(with->pkey, algorithm, element, cipher, TRUE);
        } else if (!is_rsa && with->secret != NULL) {
            has_named_key |= !with->is_guess;
            secret = unwrap(work, algorithm, with->secret, cipher);
        }
        if (secret != NULL) {
            wssc_decryption_note_key(decryption, with);
            add_opened(work, keys, secret, with, cipher);
        }
    }
    const GPtrArray *privates = wssc_keyring_private_keys(work->ring);
    for (guint i = 0; is_rsa && keys->len == 0 && i < MIN(privates->len, MAX_PRIVATE_KEYS); i++) {
        const WsscPrivateKey *known = privates->pdata[i];
        WsscCandidate with = {.kind = WSSC_KEY_KIND_X509, .origin = known->origin};
        WsscSecret *secret = open_transported(known->key, algorithm, element, cipher, FALSE);
        if (secret != NULL) {
            wssc_decryption_note_key(decryption, &with);
            add_opened(work, keys, secret, &with, cipher);
        }
    }
    if (keys->len > 0)
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_DECRYPTED, NULL);
    else if (has_named_key)
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_FAILED, g_strdup("the key it names does not open it"));
}

/* A key file may give the key itself by the hash of its encrypted form. */
static void take_given(WsscWork *work, WsscBytes cipher, GPtrArray *keys, WsscDecryption *decryption)
{
    g_autofree char *sha1 = wssc_derive_sha1_base64(cipher);
    const GPtrArray *known = wssc_keyring_encrypted_key(work->ring, sha1);
    for (guint i = 0; known != NULL && i < known->len; i++) {
        const WsscKey *key = known->pdata[i];
        WsscCandidate with = {.kind = WSSC_KEY_KIND_ENCRYPTED_KEY, .secret = key->secret, .origin = key->origin};
        wssc_decryption_note_key(decryption, &with);
        add_opened(work, keys, wssc_secret_ref(key->secret), &with, cipher);
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_DECRYPTED, NULL);
    }
}

/* With what its KeyInfo names, as specified and then as stacks do it. */
static void open_named(WsscWork *work, const xmlNode *element, const WsscAlgorithm *algorithm, WsscBytes cipher,
                       GPtrArray *keys, WsscDecryption *decryption)
{
    gboolean has_more = TRUE;
    for (int with_habits = FALSE; keys->len == 0 && has_more && with_habits <= TRUE; with_habits++) {
        work->depth++;
        g_auto(WsscSearch) named =
            wssc_resolve_key_info(work, wssc_xml_child(element, WSSC_NS_FAMILY_DS, "KeyInfo"), with_habits);
        work->depth--;
        wssc_decryption_note_search(decryption, &named);
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_NO_KEY,
                               g_strdup(named.reason != NULL ? named.reason : "the private key is not known"));
        try_keys(work, element, algorithm, cipher, named.found, keys, decryption);
        has_more = named.has_habits;
    }
}

const GPtrArray *wssc_open_encrypted_key(WsscWork *work, const xmlNode *element)
{
    GPtrArray *keys = wssc_work_kept(work->opened_keys, element);
    if (keys != NULL)
        return keys;
    keys = g_ptr_array_new_with_free_func(wssc_candidate_free);
    wssc_work_keep(&work->opened_keys, element, keys, (GDestroyNotify)g_ptr_array_unref);
    if (work->result->decryptions->len >= 2 * WSSC_MAX_DECRYPTIONS)
        return keys;

    WsscDecryption *decryption = wssc_decryption_new(work, element);
    const WsscAlgorithm *algorithm = wssc_decryption_method(element, &decryption->algorithm);
    g_autoptr(GBytes) octets = wssc_decryption_octets(element);
    wssc_work_keep(&work->key_results, element, decryption, NULL);
    if (algorithm == NULL || algorithm->kind < WSSC_ALGORITHM_WRAP_AES || algorithm->kind > WSSC_ALGORITHM_OAEP)
        wssc_decryption_finish(
            decryption, WSSC_DECRYPTION_UNSUPPORTED,
            algorithm != NULL && algorithm->kind == WSSC_ALGORITHM_REFUSED
                ? g_strdup(algorithm->name)
                : g_strdup_printf("algorithm %s", decryption->algorithm != NULL ? decryption->algorithm : "missing"));
    else if (octets == NULL || g_bytes_get_size(octets) == 0)
        wssc_decryption_finish_without_octets(decryption, element);
    else if (unknown_parameter(algorithm, element) != NULL)
        wssc_decryption_finish(
            decryption, WSSC_DECRYPTION_UNSUPPORTED,
            g_strdup_printf("the %s of %s is not known", unknown_parameter(algorithm, element), decryption->algorithm));
    else if (work->depth < WSSC_MAX_DERIVATION_CHAIN)
        open_named(work, element, algorithm, wssc_bytes_of(octets), keys, decryption);
    else
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_NO_KEY, g_strdup("its key hangs on too many others"));
    if (keys->len == 0 && octets != NULL && g_bytes_get_size(octets) > 0)
        take_given(work, wssc_bytes_of(octets), keys, decryption);
    return keys;
}

const char *wssc_encrypted_key_problem(const WsscWork *work, const xmlNode *element)
{
    const WsscDecryption *decryption = wssc_work_kept(work->key_results, element);
    return decryption != NULL ? decryption->reason : NULL;
}
