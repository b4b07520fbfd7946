/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/secret.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

WsscSecret *wssc_secret_new_blank(gsize len)
{
    WsscSecret *secret = g_new0(WsscSecret, 1);
    secret->refs = 1;
    secret->len = len;
    secret->data = g_malloc0(len + 1);
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
    g_free(secret->data);
    g_free(secret);
}

gboolean wssc_secret_equal(const WsscSecret *a, const WsscSecret *b)
{
    return a->len == b->len && CRYPTO_memcmp(a->data, b->data, a->len) == 0;
}

char *wssc_secret_fingerprint(const WsscSecret *secret)
{
    guint8 digest[SHA256_DIGEST_LENGTH];
    SHA256(secret->data, secret->len, digest);
    return wssc_secret_format_fingerprint(digest);
}

char *wssc_secret_format_fingerprint(const guint8 *sha256)
{
    enum { SHOWN = 8 };
    static const char digits[] = "0123456789abcdef";
    char *text = g_malloc(2 * SHOWN + 1);
    for (guint i = 0; i < SHOWN; i++) {
        text[2 * i] = digits[sha256[i] >> 4];
        text[2 * i + 1] = digits[sha256[i] & 15];
    }
    text[2 * SHOWN] = '\0';
    return text;
}
