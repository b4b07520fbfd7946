/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "keys/crypto.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <string.h>

#include "base/limits.h"

/* A fetched thing by name; value NULL remembers that there is none. */
typedef struct {
    char *name;
    gpointer value;
} Fetched;

struct WsscCrypto {
    GArray *digests; /* Fetched: EVP_MD */
    GArray *ciphers; /* Fetched: EVP_CIPHER */
    GArray *macs;    /* Fetched: EVP_MAC_CTX of HMAC with that digest */
    EVP_MAC *hmac;
    EVP_MD_CTX *digest_ctx;
};

WsscCrypto *wssc_crypto_new(void)
{
    WsscCrypto *crypto = g_new0(WsscCrypto, 1);
    crypto->digests = g_array_new(FALSE, FALSE, sizeof(Fetched));
    crypto->ciphers = g_array_new(FALSE, FALSE, sizeof(Fetched));
    crypto->macs = g_array_new(FALSE, FALSE, sizeof(Fetched));
    return crypto;
}

static void free_all(GArray *list, void (*free_value)(gpointer))
{
    for (guint i = 0; i < list->len; i++) {
        Fetched *fetched = &g_array_index(list, Fetched, i);
        free_value(fetched->value);
        g_free(fetched->name);
    }
    g_array_unref(list);
}

static void free_digest(gpointer value)
{
    EVP_MD_free(value);
}

static void free_cipher(gpointer value)
{
    EVP_CIPHER_free(value);
}

static void free_mac(gpointer value)
{
    EVP_MAC_CTX_free(value);
}

void wssc_crypto_free(WsscCrypto *crypto)
{
    if (crypto == NULL)
        return;
    free_all(crypto->digests, free_digest);
    free_all(crypto->ciphers, free_cipher);
    free_all(crypto->macs, free_mac);
    EVP_MAC_free(crypto->hmac);
    EVP_MD_CTX_free(crypto->digest_ctx);
    g_free(crypto);
}

static gpointer fetch_digest(WsscCrypto *crypto G_GNUC_UNUSED, const char *name)
{
    return EVP_MD_fetch(NULL, name, NULL);
}

static gpointer fetch_cipher(WsscCrypto *crypto G_GNUC_UNUSED, const char *name)
{
    return EVP_CIPHER_fetch(NULL, name, NULL);
}

static gpointer fetch_mac(WsscCrypto *crypto, const char *name)
{
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)name, 0),
        OSSL_PARAM_construct_end(),
    };
    if (crypto->hmac == NULL)
        crypto->hmac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
    EVP_MAC_CTX *ctx = crypto->hmac != NULL ? EVP_MAC_CTX_new(crypto->hmac) : NULL;
    if (ctx != NULL && !EVP_MAC_CTX_set_params(ctx, params))
        g_clear_pointer(&ctx, EVP_MAC_CTX_free);
    return ctx;
}

static gpointer find(WsscCrypto *crypto, GArray *list, const char *name,
                     gpointer (*fetch)(WsscCrypto *, const char *))
{
    for (guint i = 0; i < list->len; i++) {
        Fetched *fetched = &g_array_index(list, Fetched, i);
        if (strcmp(fetched->name, name) == 0)
            return fetched->value;
    }
    /* What a provider does not have leaves an entry in OpenSSL's error queue, which is the whole
     * process's. */
    ERR_set_mark();
    Fetched fresh = {.name = g_strdup(name), .value = fetch(crypto, name)};
    ERR_pop_to_mark();
    g_array_append_val(list, fresh);
    return fresh.value;
}

const EVP_MD *wssc_crypto_digest(WsscCrypto *crypto, const char *name)
{
    return find(crypto, crypto->digests, name, fetch_digest);
}

const EVP_CIPHER *wssc_crypto_cipher(WsscCrypto *crypto, const char *name)
{
    return find(crypto, crypto->ciphers, name, fetch_cipher);
}

EVP_MD_CTX *wssc_crypto_digest_start(WsscCrypto *crypto, const char *name)
{
    const EVP_MD *digest = wssc_crypto_digest(crypto, name);
    if (digest == NULL)
        return NULL;
    if (crypto->digest_ctx == NULL)
        crypto->digest_ctx = EVP_MD_CTX_new();
    return EVP_DigestInit_ex2(crypto->digest_ctx, digest, NULL) ? crypto->digest_ctx : NULL;
}

/* OpenSSL takes a key of no octets only by a pointer that is not NULL. */
static const guint8 *key_data(WsscBytes key)
{
    static const guint8 none[1] = {0};
    return key.len > 0 ? key.data : none;
}

gboolean wssc_crypto_hmac(WsscCrypto *crypto, const char *digest, WsscBytes key, WsscBytes data,
                          guint8 *ret_value, gsize *ret_len)
{
    EVP_MAC_CTX *ctx = find(crypto, crypto->macs, digest, fetch_mac);
    return ctx != NULL && EVP_MAC_init(ctx, key_data(key), key.len, NULL) &&
           (data.len == 0 || EVP_MAC_update(ctx, data.data, data.len)) &&
           EVP_MAC_final(ctx, ret_value, ret_len, EVP_MAX_MD_SIZE);
}

WsscSecret *wssc_crypto_psha(WsscCrypto *crypto, const char *hash, WsscBytes secret, WsscBytes seed,
                             gsize offset, gsize length)
{
    EVP_MAC_CTX *ctx = find(crypto, crypto->macs, hash, fetch_mac);
    guint8 a[EVP_MAX_MD_SIZE], block[EVP_MAX_MD_SIZE];
    gsize a_len = 0, block_len = 0;

    if (ctx == NULL || length == 0 || length > WSSC_MAX_DERIVED_OCTETS ||
        offset > WSSC_MAX_DERIVED_OCTETS - length)
        return NULL;
    g_autoptr(WsscSecret) out = wssc_secret_new_blank(length);
    gboolean ok = wssc_crypto_hmac(crypto, hash, secret, seed, a, &a_len);
    /* The key is set by the first HMAC and kept: setting a long one means to hash it. */
    for (gsize position = 0; ok && position < offset + length; position += block_len) {
        ok = EVP_MAC_init(ctx, NULL, 0, NULL) && EVP_MAC_update(ctx, a, a_len) &&
             (seed.len == 0 || EVP_MAC_update(ctx, seed.data, seed.len)) &&
             EVP_MAC_final(ctx, block, &block_len, sizeof block) && block_len > 0;
        gsize from = MAX(position, offset);
        gsize to = MIN(position + block_len, offset + length);
        if (ok && from < to)
            memcpy(out->data + (from - offset), block + (from - position), to - from);
        ok = ok && EVP_MAC_init(ctx, NULL, 0, NULL) && EVP_MAC_update(ctx, a, a_len) &&
             EVP_MAC_final(ctx, a, &a_len, sizeof a);
    }
    OPENSSL_cleanse(a, sizeof a);
    OPENSSL_cleanse(block, sizeof block);
    return ok ? g_steal_pointer(&out) : NULL;
}
