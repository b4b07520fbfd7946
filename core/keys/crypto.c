/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "keys/crypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

#include "base/limits.h"

#define MAX_BLOCK 144 /* SHA3-224, the longest of any digest */

/* A fetched thing by name; value NULL remembers that there is none. */
typedef struct {
    char *name;
    gpointer value;
} Fetched;

/* A digest with a context for each use of it: one that is started anew with the same digest keeps what it has
 * allocated. */
typedef struct {
    EVP_MD *md;
    EVP_MD_CTX *running; /* wssc_crypto_digest_start's */
    EVP_MD_CTX *hmac;
    gsize block;
} Digest;

struct WsscCrypto {
    GArray *digests; /* Fetched: Digest */
    GArray *ciphers; /* Fetched: EVP_CIPHER */
};

WsscCrypto *wssc_crypto_new(void)
{
    WsscCrypto *crypto = g_new0(WsscCrypto, 1);
    crypto->digests = g_array_new(FALSE, FALSE, sizeof(Fetched));
    crypto->ciphers = g_array_new(FALSE, FALSE, sizeof(Fetched));
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
    Digest *digest = value;
    if (digest == NULL)
        return;
    EVP_MD_CTX_free(digest->running);
    EVP_MD_CTX_free(digest->hmac);
    EVP_MD_free(digest->md);
    g_free(digest);
}

static void free_cipher(gpointer value)
{
    EVP_CIPHER_free(value);
}

void wssc_crypto_free(WsscCrypto *crypto)
{
    if (crypto == NULL)
        return;
    free_all(crypto->digests, free_digest);
    free_all(crypto->ciphers, free_cipher);
    g_free(crypto);
}

static gpointer fetch_digest(const char *name)
{
    EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
    if (md == NULL)
        return NULL;
    Digest *digest = g_new0(Digest, 1);
    digest->md = md;
    digest->running = EVP_MD_CTX_new();
    digest->hmac = EVP_MD_CTX_new();
    digest->block = (gsize)MAX(EVP_MD_get_block_size(md), 0);
    return digest;
}

static gpointer fetch_cipher(const char *name)
{
    return EVP_CIPHER_fetch(NULL, name, NULL);
}

static gpointer find(GArray *list, const char *name, gpointer (*fetch)(const char *))
{
    for (guint i = 0; i < list->len; i++) {
        Fetched *fetched = &g_array_index(list, Fetched, i);
        if (strcmp(fetched->name, name) == 0)
            return fetched->value;
    }
    /* What a provider does not have leaves an entry in OpenSSL's error queue, which is the whole
     * process's. */
    ERR_set_mark();
    Fetched fresh = {.name = g_strdup(name), .value = fetch(name)};
    ERR_pop_to_mark();
    g_array_append_val(list, fresh);
    return fresh.value;
}

const EVP_MD *wssc_crypto_digest(WsscCrypto *crypto, const char *name)
{
    const Digest *digest = find(crypto->digests, name, fetch_digest);
    return digest != NULL ? digest->md : NULL;
}

const EVP_CIPHER *wssc_crypto_cipher(WsscCrypto *crypto, const char *name)
{
    return find(crypto->ciphers, name, fetch_cipher);
}

EVP_MD_CTX *wssc_crypto_digest_start(WsscCrypto *crypto, const char *name)
{
    const Digest *digest = find(crypto->digests, name, fetch_digest);
    return digest != NULL && EVP_DigestInit_ex2(digest->running, digest->md, NULL) ? digest->running : NULL;
}

/* ---- HMAC ------------------------------------------------------------------------------------------ */

/* HMAC (RFC 2104) by its definition: OpenSSL's own, whose contexts are copied for each value, takes several times as
 * long as the hashing for what a message holds. The pads are the key, and are cleansed by whoever made them. */
typedef struct {
    const Digest *digest;
    guint8 inner[MAX_BLOCK], outer[MAX_BLOCK];
} Hmac;

static gboolean digest_three(const Digest *digest, WsscBytes first, WsscBytes second, WsscBytes third,
                             guint8 *ret_value, gsize *ret_len)
{
    unsigned int len = 0;
    gboolean ok = EVP_DigestInit_ex2(digest->hmac, digest->md, NULL) &&
                  (first.len == 0 || EVP_DigestUpdate(digest->hmac, first.data, first.len)) &&
                  (second.len == 0 || EVP_DigestUpdate(digest->hmac, second.data, second.len)) &&
                  (third.len == 0 || EVP_DigestUpdate(digest->hmac, third.data, third.len)) &&
                  EVP_DigestFinal_ex(digest->hmac, ret_value, &len);
    *ret_len = len;
    return ok;
}

static gboolean hmac_init(Hmac *hmac, const Digest *digest, WsscBytes key)
{
    const WsscBytes none = wssc_bytes(NULL, 0);
    guint8 hashed[EVP_MAX_MD_SIZE];
    gboolean is_long = key.len > digest->block;
    gboolean ok = digest->block > 0 && digest->block <= MAX_BLOCK;
    if (ok && is_long) {
        ok = digest_three(digest, key, none, none, hashed, &key.len);
        key.data = hashed;
    }
    hmac->digest = digest;
    for (gsize i = 0; ok && i < digest->block; i++) {
        guint8 octet = i < key.len ? key.data[i] : 0;
        hmac->inner[i] = octet ^ 0x36;
        hmac->outer[i] = octet ^ 0x5c;
    }
    if (is_long)
        OPENSSL_cleanse(hashed, sizeof hashed);
    return ok;
}

static void hmac_clear(Hmac *hmac)
{
    OPENSSL_cleanse(hmac->inner, MIN(hmac->digest->block, MAX_BLOCK));
    OPENSSL_cleanse(hmac->outer, MIN(hmac->digest->block, MAX_BLOCK));
}

/* Over two runs of octets, one behind the other. */
static gboolean hmac_value(const Hmac *hmac, WsscBytes first, WsscBytes second, guint8 *ret_value, gsize *ret_len)
{
    const WsscBytes none = wssc_bytes(NULL, 0);
    const Digest *digest = hmac->digest;
    return digest_three(digest, wssc_bytes(hmac->inner, digest->block), first, second, ret_value, ret_len) &&
           digest_three(digest, wssc_bytes(hmac->outer, digest->block), wssc_bytes(ret_value, *ret_len), none,
                        ret_value, ret_len);
}

gboolean wssc_crypto_hmac(WsscCrypto *crypto, const char *digest, WsscBytes key, WsscBytes data, guint8 *ret_value,
                          gsize *ret_len)
{
    const Digest *found = find(crypto->digests, digest, fetch_digest);
    Hmac hmac;
    if (found == NULL)
        return FALSE;
    gboolean ok = hmac_init(&hmac, found, key) && hmac_value(&hmac, data, wssc_bytes(NULL, 0), ret_value, ret_len);
    hmac_clear(&hmac);
    return ok;
}

WsscSecret *wssc_crypto_psha(WsscCrypto *crypto, const char *hash, WsscBytes secret, WsscBytes seed, gsize offset,
                             gsize length)
{
    const Digest *digest = find(crypto->digests, hash, fetch_digest);
    const WsscBytes none = wssc_bytes(NULL, 0);
    guint8 a[EVP_MAX_MD_SIZE], block[EVP_MAX_MD_SIZE];
    gsize a_len = 0, block_len = 0;
    Hmac hmac;

    if (digest == NULL || length == 0 || length > WSSC_MAX_DERIVED_OCTETS || offset > WSSC_MAX_DERIVED_OCTETS - length)
        return NULL;
    g_autoptr(WsscSecret) out = wssc_secret_new_blank(length);
    gboolean ok = hmac_init(&hmac, digest, secret) && hmac_value(&hmac, seed, none, a, &a_len);
    for (gsize position = 0; ok && position < offset + length; position += block_len) {
        ok = hmac_value(&hmac, wssc_bytes(a, a_len), seed, block, &block_len) && block_len > 0;
        gsize from = MAX(position, offset);
        gsize to = MIN(position + block_len, offset + length);
        if (ok && from < to)
            memcpy(out->data + (from - offset), block + (from - position), to - from);
        /* A(i) for the block behind this one, when there is one. */
        ok =
            ok && (position + block_len >= offset + length || hmac_value(&hmac, wssc_bytes(a, a_len), none, a, &a_len));
    }
    hmac_clear(&hmac);
    OPENSSL_cleanse(a, sizeof a);
    OPENSSL_cleanse(block, sizeof block);
    return ok ? g_steal_pointer(&out) : NULL;
}
