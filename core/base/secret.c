/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

WsscSecret *wssc_secret_new_blank(gsize len)
{
    WsscSecret *secret = g_malloc0(sizeof *secret + len + 1);
    secret->refs = 1;
    secret->len = len;
    secret->data = (guint8 *)(secret + 1);
    return secret;
}

WsscSecret *wssc_secret_new(const void *data, gsize len)
{
    WsscSecret *secret = wssc_secret_new_blank(len);
    if (len > 0)
        memcpy(secret->data, data, len);
    return secret;
}

WsscSecret *wssc_secret_ref(WsscSecret *secret)
{
    g_atomic_int_inc(&secret->refs);
    return secret;
}

void wssc_secret_unref(WsscSecret *secret)
{
    if (secret == NULL || !g_atomic_int_dec_and_test(&secret->refs))
        return;
    OPENSSL_cleanse(secret->data, secret->len);
    g_free(secret->fingerprint);
    g_free(secret);
}

gboolean wssc_secret_equal(const WsscSecret *a, const WsscSecret *b)
{
    return a->len == b->len && CRYPTO_memcmp(a->data, b->data, a->len) == 0;
}

/* Fetched once: finding it takes longer than hashing a key. */
static const EVP_MD *sha256(void)
{
    static gsize once;
    static EVP_MD *found;
    if (g_once_init_enter(&once)) {
        found = EVP_MD_fetch(NULL, "SHA256", NULL);
        g_once_init_leave(&once, 1);
    }
    return found;
}

static char *make_fingerprint(const WsscSecret *secret)
{
    enum { SHOWN = 8 };
    static const char digits[] = "0123456789abcdef";
    guint8 digest[EVP_MAX_MD_SIZE];
    if (sha256() == NULL || !EVP_Digest(secret->data, secret->len, digest, NULL, sha256(), NULL))
        return g_strdup("?");
    char *text = g_malloc(2 * SHOWN + 1);
    for (guint i = 0; i < SHOWN; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[2 * SHOWN] = '\0';
    return text;
}

/* A context's key is asked for with each of its messages. */
char *wssc_secret_fingerprint(WsscSecret *secret)
{
    if (g_atomic_pointer_get(&secret->fingerprint) == NULL) {
        char *made = make_fingerprint(secret);
        if (!g_atomic_pointer_compare_and_exchange(&secret->fingerprint, NULL, made))
            g_free(made);
    }
    return g_strdup(g_atomic_pointer_get(&secret->fingerprint));
}
