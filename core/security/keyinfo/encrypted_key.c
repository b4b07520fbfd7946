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
#include "security/cipher.h"
#include "security/decryption.h"
#include "security/key_length.h"
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

/* A key in transport, and the private key that may open it. */
typedef struct {
    EVP_PKEY *key;
    const WsscAlgorithm *algorithm;
    const xmlNode *encrypted; /* xenc:EncryptedKey */
    WsscBytes cipher;
    gboolean is_named; /* the message says that this is the key */
    gboolean is_strict;
    WsscBudget *budget;
} Transport;

/* What using a private key takes, in octets brought into canonical form. */
static gsize cost_of(const EVP_PKEY *key)
{
    gsize bits = (gsize)MAX(EVP_PKEY_get_bits(key), 0);
    return bits * bits / 100;
}

/* oaep NULL: PKCS#1 v1.5. */
static WsscSecret *open_with_rsa(const Transport *transport, const Oaep *oaep)
{
    WsscBytes cipher = transport->cipher;
    if (!wssc_verifier_take(transport->budget, cost_of(transport->key)))
        return NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(transport->key, NULL);
    WsscSecret *secret = NULL;
    size_t len = 0;

    if (context != NULL && EVP_PKEY_decrypt_init(context) > 0 &&
        (oaep != NULL ? set_oaep(context, oaep) : set_rsa15(context)) &&
        EVP_PKEY_decrypt(context, NULL, &len, cipher.data, cipher.len) > 0) {
        secret = wssc_secret_new_blank(len);
        if (EVP_PKEY_decrypt(context, secret->data, &len, cipher.data, cipher.len) > 0 && len > 0)
            wssc_cipher_shorten(secret, len);
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
static WsscSecret *open_oaep(const Transport *transport, Oaep *oaep, WsscDeviation *ret_habit)
{
    const char *const masks[] = {oaep->mgf, oaep->digest, "SHA1"};
    WsscSecret *secret = NULL;
    for (guint i = 0; i < (transport->is_strict ? 1 : G_N_ELEMENTS(masks)) && secret == NULL; i++) {
        if (i > 0 && (strcmp(masks[i], masks[0]) == 0 || strcmp(masks[i], masks[i - 1]) == 0))
            continue;
        oaep->mgf = masks[i];
        secret = open_with_rsa(transport, oaep);
        *ret_habit = i > 0 ? WSSC_DEVIATION_OAEP_MASK : WSSC_DEVIATION_NONE;
    }
    return secret;
}

/* XML Encryption wants the key to be of the kind that the data's algorithm takes: what comes out of the padding that
 * proves least has to be that at least. */
static WsscSecret *open_as_rsa15(const Transport *transport)
{
    WsscSecret *secret = open_with_rsa(transport, NULL);
    if (secret != NULL && secret->len != 16 && secret->len != 24 && secret->len != 32)
        g_clear_pointer(&secret, wssc_secret_unref);
    return secret;
}

static WsscSecret *open_transported(const Transport *transport, WsscDeviation *ret_habit)
{
    *ret_habit = WSSC_DEVIATION_NONE;
    if (transport->algorithm->kind == WSSC_ALGORITHM_RSA15) {
        WsscSecret *secret = open_with_rsa(transport, NULL);
        if (secret != NULL && !transport->is_named && !has_key_length(secret))
            g_clear_pointer(&secret, wssc_secret_unref);
        return secret;
    }
    Oaep oaep = read_oaep(transport->algorithm, transport->encrypted);
    WsscSecret *secret = oaep.unknown == NULL ? open_oaep(transport, &oaep, ret_habit) : NULL;
    g_clear_pointer(&oaep.label, g_bytes_unref);
    if (secret == NULL && transport->is_named && !transport->is_strict) {
        secret = open_as_rsa15(transport);
        *ret_habit = WSSC_DEVIATION_OAEP_AS_RSA15;
    }
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

/* The check that both kinds of wrap have in them proves with which reading of the key it was made. */
static WsscSecret *unwrap(WsscWork *work, const WsscAlgorithm *algorithm, const WsscCandidate *with, WsscBytes cipher,
                          WsscDeviation *ret_habit)
{
    const WsscSecret *key = with->secret;
    WsscSecret *secret = NULL;
    gboolean is_over = with->is_guess || work->options->is_strict;

    *ret_habit = WSSC_DEVIATION_NONE;
    if (key->len == algorithm->octets)
        return wssc_cipher_unwrap(work->crypto, algorithm->name, key, cipher);
    for (guint i = 0; !is_over && secret == NULL; i++) {
        g_auto(WsscKeyReading) reading = {0};
        if (!wssc_key_reading_next(algorithm, key, i, &reading, &is_over))
            continue;
        secret = wssc_cipher_unwrap(work->crypto, reading.cipher, reading.key, cipher);
        *ret_habit = reading.deviation;
    }
    return secret;
}

typedef struct {
    WsscWork *work;
    const xmlNode *element; /* xenc:EncryptedKey */
    const WsscAlgorithm *algorithm;
    WsscBytes cipher;
    GPtrArray *keys; /* WsscCandidate: what came out */
    WsscDecryption *decryption;
} Attempt;

static void add_opened(const Attempt *attempt, WsscSecret *secret, const WsscCandidate *with, WsscDeviation habit)
{
    const WsscSecurityOptions *options = attempt->work->options;
    WsscCandidate *candidate = g_new0(WsscCandidate, 1);
    WsscCandidate used = *with;
    g_autofree char *sha1 = wssc_derive_sha1_base64(attempt->cipher);
    if (habit != WSSC_DEVIATION_NONE)
        used.deviation = habit;
    wssc_decryption_note_key(attempt->decryption, &used);
    candidate->kind = WSSC_KEY_KIND_ENCRYPTED_KEY;
    candidate->secret = secret;
    candidate->origin = with->origin;
    candidate->deviation = used.deviation;
    candidate->claim = with->claim;
    /* OAEP and the wraps check what comes out; PKCS#1 v1.5 only its padding, and the key's length. A key that was given
     * needs no algorithm. */
    candidate->is_proven = attempt->algorithm != NULL && attempt->algorithm->kind != WSSC_ALGORITHM_RSA15 &&
                           used.deviation != WSSC_DEVIATION_OAEP_AS_RSA15;
    g_ptr_array_add(attempt->keys, candidate);
    wssc_decryption_finish(attempt->decryption, WSSC_DECRYPTION_DECRYPTED, NULL);
    if (with->claim != NULL) /* who vouches for it in this message does not in others */
        return;
    /* A response may refer to the request's key by this hash (WSS 1.1 section 7.7). */
    wssc_keyring_add_encrypted_key(
        attempt->work->ring, sha1, secret,
        (WsscKeyOrigin){.source = WSSC_KEY_FROM_CAPTURE, .file = options->file, .frame = options->frame});
}

static gboolean is_transport(const WsscAlgorithm *algorithm)
{
    return algorithm->kind == WSSC_ALGORITHM_RSA15 || algorithm->kind == WSSC_ALGORITHM_OAEP;
}

static Transport transport_for(const Attempt *attempt, EVP_PKEY *key, gboolean is_named)
{
    return (Transport){.key = key,
                       .algorithm = attempt->algorithm,
                       .encrypted = attempt->element,
                       .cipher = attempt->cipher,
                       .is_named = is_named,
                       .is_strict = attempt->work->options->is_strict,
                       .budget = attempt->work->budget};
}

/* Caller frees. */
static char *misfit_reason(const Attempt *attempt, const WsscCandidate *with)
{
    g_autofree char *line = with->origin.source == WSSC_KEY_FROM_KEYFILE && with->origin.line > 0
                                ? g_strdup_printf(" (line %u of the key file)", with->origin.line)
                                : g_strdup("");
    if (is_transport(attempt->algorithm))
        return g_strdup_printf("the private key that it names%s is known and does not open it", line);
    if (with->secret->len == attempt->algorithm->octets)
        return g_strdup_printf("the key it names%s does not open it: the check that is wrapped with it does not fit",
                               line);
    g_autofree char *length = wssc_key_length_reason(attempt->algorithm, with->secret->len);
    return g_strdup_printf("the key it names%s does not open it: %s", line, length);
}

/* With what the KeyInfo names. */
static void try_named(const Attempt *attempt, const GPtrArray *named)
{
    const WsscCandidate *misfit = NULL;
    for (guint i = 0; i < named->len && attempt->keys->len == 0; i++) {
        const WsscCandidate *with = named->pdata[i];
        WsscDeviation habit = WSSC_DEVIATION_NONE;
        WsscSecret *secret = NULL;
        gboolean is_usable = is_transport(attempt->algorithm) ? with->is_private : with->secret != NULL;
        if (is_usable && is_transport(attempt->algorithm)) {
            const Transport transport = transport_for(attempt, with->pkey, TRUE);
            secret = open_transported(&transport, &habit);
        } else if (is_usable) {
            secret = unwrap(attempt->work, attempt->algorithm, with, attempt->cipher, &habit);
        }
        if (secret != NULL)
            add_opened(attempt, secret, with, habit);
        else if (is_usable && !with->is_guess && misfit == NULL)
            misfit = with;
    }
    if (attempt->keys->len == 0 && misfit != NULL)
        wssc_decryption_finish(attempt->decryption, WSSC_DECRYPTION_FAILED, misfit_reason(attempt, misfit));
}

/* With every private key we have: where the message does not say which, or names one we have not. */
static void try_private_keys(const Attempt *attempt)
{
    const GPtrArray *privates = wssc_keyring_private_keys(attempt->work->ring);
    guint tried = MIN(privates->len, MAX_PRIVATE_KEYS);
    for (guint i = 0; attempt->keys->len == 0 && i < tried; i++) {
        const WsscPrivateKey *known = privates->pdata[i];
        const WsscCandidate with = {.kind = WSSC_KEY_KIND_X509, .origin = known->origin};
        const Transport transport = transport_for(attempt, known->key, FALSE);
        WsscDeviation habit;
        WsscSecret *secret = open_transported(&transport, &habit);
        if (secret != NULL)
            add_opened(attempt, secret, &with, habit);
    }
    if (attempt->keys->len > 0 || tried == 0 || attempt->decryption->result != WSSC_DECRYPTION_NO_KEY)
        return;
    wssc_decryption_finish(attempt->decryption, WSSC_DECRYPTION_NO_KEY,
                           g_strdup_printf("%s; the %u private key%s known do%s not open it",
                                           attempt->decryption->reason, tried, tried == 1 ? "" : "s that are",
                                           tried == 1 ? "es" : ""));
}

static const char *no_key_reason(const GPtrArray *named)
{
    return named->len > 0 ? "the private key of the certificate that it names is not known"
                          : "the private key is not known";
}

/* A key file may give the key itself by the hash of its encrypted form. */
static void take_given(const Attempt *attempt)
{
    g_autofree char *sha1 = wssc_derive_sha1_base64(attempt->cipher);
    const GPtrArray *known = wssc_keyring_encrypted_key(attempt->work->ring, sha1);
    for (guint i = 0; known != NULL && i < known->len; i++) {
        const WsscKey *key = known->pdata[i];
        WsscCandidate with = {.kind = WSSC_KEY_KIND_ENCRYPTED_KEY, .secret = key->secret, .origin = key->origin};
        add_opened(attempt, wssc_secret_ref(key->secret), &with, WSSC_DEVIATION_NONE);
    }
}

/* With what its KeyInfo names, as specified and then as stacks do it. */
static void open_named(const Attempt *attempt)
{
    WsscWork *work = attempt->work;
    const xmlNode *key_info = wssc_xml_child(attempt->element, WSSC_NS_FAMILY_DS, "KeyInfo");
    gboolean has_more = TRUE;
    for (int with_habits = FALSE; attempt->keys->len == 0 && has_more && with_habits <= TRUE; with_habits++) {
        work->depth++;
        g_auto(WsscSearch) named = wssc_resolve_key_info(work, key_info, with_habits);
        work->depth--;
        wssc_decryption_note_search(attempt->decryption, &named);
        wssc_decryption_finish(attempt->decryption, WSSC_DECRYPTION_NO_KEY,
                               g_strdup(named.reason != NULL ? named.reason : no_key_reason(named.found)));
        try_named(attempt, named.found);
        if (attempt->keys->len == 0 && is_transport(attempt->algorithm))
            try_private_keys(attempt);
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
    if (work->result->decryptions->len >= 2 * wssc_work_most(work, WSSC_LIMIT_DECRYPTIONS))
        return keys;

    WsscDecryption *decryption = wssc_decryption_new(work, element);
    const WsscAlgorithm *algorithm = wssc_decryption_method(element, &decryption->algorithm);
    g_autoptr(GBytes) octets = wssc_decryption_octets(element);
    Attempt attempt = {
        .work = work, .element = element, .algorithm = algorithm, .keys = keys, .decryption = decryption};
    wssc_work_keep(&work->key_results, element, decryption, NULL);
    if (octets != NULL)
        attempt.cipher = wssc_bytes_of(octets);
    if (algorithm == NULL || algorithm->kind < WSSC_ALGORITHM_WRAP_AES || algorithm->kind > WSSC_ALGORITHM_OAEP)
        wssc_decryption_finish(
            decryption, WSSC_DECRYPTION_UNSUPPORTED,
            algorithm != NULL && algorithm->kind == WSSC_ALGORITHM_REFUSED
                ? g_strdup(algorithm->name)
                : g_strdup_printf("algorithm %s", decryption->algorithm != NULL ? decryption->algorithm : "missing"));
    else if (attempt.cipher.len == 0)
        wssc_decryption_finish_without_octets(decryption, element);
    else if (unknown_parameter(algorithm, element) != NULL)
        wssc_decryption_finish(
            decryption, WSSC_DECRYPTION_UNSUPPORTED,
            g_strdup_printf("the %s of %s is not known", unknown_parameter(algorithm, element), decryption->algorithm));
    else if (work->depth < WSSC_MAX_DERIVATION_CHAIN)
        open_named(&attempt);
    else
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_NO_KEY,
                               g_strdup_printf("its key hangs on more than %d others", WSSC_MAX_DERIVATION_CHAIN));
    if (keys->len == 0 && attempt.cipher.len > 0)
        take_given(&attempt);
    return keys;
}

const char *wssc_encrypted_key_problem(const WsscWork *work, const xmlNode *element)
{
    const WsscDecryption *decryption = wssc_work_kept(work->key_results, element);
    return decryption != NULL ? decryption->reason : NULL;
}
