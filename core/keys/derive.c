/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "keys/derive.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/psha.h"

/* ---- derived keys --------------------------------------------------------------------------- */

/* The algorithm's URI in every version of WS-SecureConversation; the last row is OPC UA's. */
static const struct {
    const char *uri;
    const char *hash;
} derivations[] = {
    {"http://schemas.xmlsoap.org/ws/2004/04/security/sc/dk/p_sha1", "SHA1"},
    {"http://schemas.xmlsoap.org/ws/2005/02/sc/dk/p_sha1", "SHA1"},
    {"http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512/dk/p_sha1", "SHA1"},
    {"http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512/dk/p_sha256", "SHA256"},
};

const char *wssc_derive_hash(const char *algorithm_uri)
{
    if (algorithm_uri == NULL || *algorithm_uri == '\0')
        return "SHA1";
    for (guint i = 0; i < G_N_ELEMENTS(derivations); i++)
        if (strcmp(derivations[i].uri, algorithm_uri) == 0)
            return derivations[i].hash;
    return NULL;
}

static void give_reason(char **ret_reason, const char *reason)
{
    if (ret_reason != NULL)
        *ret_reason = g_strdup(reason);
}

static void give_number(char **ret_reason, const char *what, gint64 is, gint64 least, gint64 most)
{
    if (ret_reason != NULL)
        *ret_reason = g_strdup_printf("%s is %" G_GINT64_FORMAT ": no more than %" G_GINT64_FORMAT "%s is done", what,
                                      is, most, is < least ? ", and at least 1," : "");
}

gboolean wssc_derive_settle(const WsscDerivation *derivation, const char **ret_label, gsize *ret_offset,
                            gsize *ret_length, char **ret_reason)
{
    gint64 length = derivation->length;
    gint64 offset = derivation->offset;

    if (derivation->offset == WSSC_DERIVE_MALFORMED || derivation->generation == WSSC_DERIVE_MALFORMED ||
        length == WSSC_DERIVE_MALFORMED) {
        give_reason(ret_reason, "Generation, Offset or Length of the derived key is no number");
        return FALSE;
    }
    if (length == WSSC_DERIVE_ABSENT)
        length = WSSC_DERIVE_DEFAULT_LENGTH;
    if (length <= 0 || length > WSSC_MAX_DERIVED_OCTETS) {
        give_number(ret_reason, "the derived key's Length", length, 1, WSSC_MAX_DERIVED_OCTETS);
        return FALSE;
    }
    if (offset == WSSC_DERIVE_ABSENT) {
        offset = 0;
        if (derivation->generation > WSSC_MAX_DERIVED_OCTETS)
            offset = WSSC_MAX_DERIVED_OCTETS;
        else if (derivation->generation > 0)
            offset = derivation->generation * length;
    }
    if (offset > WSSC_MAX_DERIVED_OCTETS - length) {
        give_number(ret_reason, "the derived key's offset", offset, 0, WSSC_MAX_DERIVED_OCTETS - length);
        return FALSE;
    }
    *ret_label =
        derivation->label != NULL && *derivation->label != '\0' ? derivation->label : WSSC_DERIVE_DEFAULT_LABEL;
    *ret_offset = (gsize)offset;
    *ret_length = (gsize)length;
    return TRUE;
}

WsscSecret *wssc_derive_key(const WsscDerivation *derivation, WsscBytes secret, char **ret_reason)
{
    const char *label;
    gsize offset, length;

    if (!wssc_derive_settle(derivation, &label, &offset, &length, ret_reason))
        return NULL;
    gsize label_len = strlen(label);
    g_autoptr(WsscSecret) seed = wssc_secret_new_blank(label_len + derivation->nonce.len);
    memcpy(seed->data, label, label_len);
    if (derivation->nonce.len > 0)
        memcpy(seed->data + label_len, derivation->nonce.data, derivation->nonce.len);
    const char *hash = derivation->hash != NULL ? derivation->hash : "SHA1";
    WsscSecret *key = derivation->crypto != NULL
                          ? wssc_crypto_psha(derivation->crypto, hash, secret, wssc_secret_bytes(seed), offset, length)
                          : wssc_psha(hash, secret, wssc_secret_bytes(seed), offset, length);
    if (key == NULL)
        give_reason(ret_reason, "the derived key could not be computed");
    return key;
}

/* ---- other keys ------------------------------------------------------------------------------- */

WsscSecret *wssc_derive_combined(WsscBytes requestor, WsscBytes issuer, gint64 bits)
{
    if (bits <= 0 || bits % 8 != 0 || bits > WSSC_MAX_KEY_BITS)
        return NULL;
    return wssc_psha("SHA1", requestor, issuer, 0, (gsize)(bits / 8));
}

WsscSecret *wssc_derive_username(WsscBytes password, WsscBytes salt, gint64 iterations)
{
    guint8 digest[SHA_DIGEST_LENGTH];

    if (iterations < 1)
        iterations = WSSC_DERIVE_DEFAULT_ITERATIONS;
    if (iterations > WSSC_MAX_UT_ITERATIONS)
        return NULL;
    g_autoptr(WsscSecret) start = wssc_secret_new_blank(password.len + salt.len);
    if (password.len > 0)
        memcpy(start->data, password.data, password.len);
    if (salt.len > 0)
        memcpy(start->data + password.len, salt.data, salt.len);
    /* One context for all rounds: OpenSSL's one-shot calls fetch the algorithm each time. */
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    gboolean ok = EVP_DigestInit_ex2(context, EVP_sha1(), NULL) == 1 &&
                  EVP_DigestUpdate(context, start->data, start->len) == 1 &&
                  EVP_DigestFinal_ex(context, digest, NULL) == 1;
    for (gint64 i = 1; ok && i < iterations; i++)
        ok = EVP_DigestInit_ex2(context, NULL, NULL) == 1 && EVP_DigestUpdate(context, digest, sizeof digest) == 1 &&
             EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    WsscSecret *key = ok ? wssc_secret_new(digest, sizeof digest) : NULL;
    OPENSSL_cleanse(digest, sizeof digest);
    return key;
}

WsscSecret *wssc_derive_authenticator(WsscBytes proof_key, WsscBytes digest)
{
    static const char label[] = "AUTH-HASH";
    g_autoptr(GByteArray) seed = g_byte_array_new();
    g_byte_array_append(seed, (const guint8 *)label, sizeof label - 1);
    if (digest.len > 0)
        g_byte_array_append(seed, digest.data, (guint)digest.len);
    return wssc_psha("SHA1", proof_key, wssc_bytes(seed->data, seed->len), 0, 32);
}

char *wssc_derive_sha1_base64(WsscBytes octets)
{
    guint8 digest[SHA_DIGEST_LENGTH];
    SHA1(octets.data, octets.len, digest);
    return wssc_base64_encode(wssc_bytes(digest, sizeof digest));
}

/* ---- deviations ---------------------------------------------------------------------------------- */

static const WsscDeviationInfo deviations[] = {
    [WSSC_DEVIATION_NONE] = {"", "", ""},
#define WSSC_DEVIATION(ID, name, title, who) [WSSC_DEVIATION_##ID] = {name, title, who},
#include "keys/deviations.def"
#undef WSSC_DEVIATION
};

const WsscDeviationInfo *wssc_deviation_info(WsscDeviation deviation)
{
    return &deviations[deviation];
}

const char *wssc_deviation_title(const char *name)
{
    for (int d = WSSC_DEVIATION_NONE + 1; d < WSSC_DEVIATION_MAX; d++)
        if (strcmp(wssc_deviation_info((WsscDeviation)d)->name, name) == 0)
            return wssc_deviation_info((WsscDeviation)d)->title;
    return "";
}

static gboolean label_in_generation(WsscDerivation *changed)
{
    if (changed->generation_text == NULL || changed->generation != WSSC_DERIVE_MALFORMED || changed->label != NULL)
        return FALSE;
    changed->label = changed->generation_text;
    changed->generation = WSSC_DERIVE_ABSENT;
    return TRUE;
}

static gboolean generation_ignored(WsscDerivation *changed)
{
    if (changed->generation <= 0 || changed->offset > 0)
        return FALSE;
    changed->generation = WSSC_DERIVE_ABSENT;
    return TRUE;
}

static gboolean offset_ignored(WsscDerivation *changed)
{
    if (changed->offset <= 0)
        return FALSE;
    changed->offset = WSSC_DERIVE_ABSENT;
    return TRUE;
}

static gboolean label_once(WsscDerivation *changed)
{
    if (changed->label != NULL && *changed->label != '\0' && strcmp(changed->label, WSSC_DERIVE_DEFAULT_LABEL) != 0)
        return FALSE;
    changed->label = "WS-SecureConversation";
    return TRUE;
}

/* How a habit changes what is derived; NULL where it is about another thing. */
static gboolean (*const changes[WSSC_DEVIATION_MAX])(WsscDerivation *) = {
    [WSSC_DEVIATION_LABEL_IN_GENERATION] = label_in_generation,
    [WSSC_DEVIATION_GENERATION_IGNORED] = generation_ignored,
    [WSSC_DEVIATION_OFFSET_IGNORED] = offset_ignored,
    [WSSC_DEVIATION_LABEL_ONCE] = label_once,
};

gboolean wssc_derive_deviate(WsscDeviation deviation, const WsscDerivation *specified, WsscDerivation *ret_changed)
{
    *ret_changed = *specified;
    return changes[deviation] != NULL && changes[deviation](ret_changed);
}
