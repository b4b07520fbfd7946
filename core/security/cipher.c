/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/cipher.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "base/limits.h"

GBytes *wssc_cipher_open_cbc(const EVP_CIPHER *cipher, const WsscSecret *key, WsscBytes in)
{
    gsize block = (gsize)EVP_CIPHER_get_block_size(cipher);
    int len = 0, more = 0;
    if (in.len < 2 * block || in.len % block != 0 || in.len > WSSC_MAX_MESSAGE_OCTETS)
        return NULL;
    guint8 *out = g_malloc(in.len);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    gboolean is_ok = EVP_DecryptInit_ex(context, cipher, NULL, key->data, in.data) == 1 &&
                     EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
                     EVP_DecryptUpdate(context, out, &len, in.data + block, (int)(in.len - block)) == 1 &&
                     EVP_DecryptFinal_ex(context, out + len, &more) == 1;
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    gsize total = (gsize)(len + more);
    /* XML Encryption section 5.2: only the last octet of the padding says something. */
    if (!is_ok || total == 0 || out[total - 1] == 0 || out[total - 1] > block || out[total - 1] > total) {
        g_free(out);
        return NULL;
    }
    return g_bytes_new_take(out, total - out[total - 1]);
}

GBytes *wssc_cipher_open_gcm(const EVP_CIPHER *cipher, const WsscSecret *key, WsscBytes in)
{
    enum { IV = 12, TAG = 16 };
    int len = 0, more = 0;
    if (in.len < IV + TAG || in.len > WSSC_MAX_MESSAGE_OCTETS)
        return NULL;
    gsize size = in.len - IV - TAG;
    guint8 *out = g_malloc(size + 16);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    gboolean is_ok = EVP_DecryptInit_ex(context, cipher, NULL, key->data, in.data) == 1 &&
                     EVP_DecryptUpdate(context, out, &len, in.data + IV, (int)size) == 1 &&
                     EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG, (void *)(in.data + in.len - TAG)) == 1 &&
                     EVP_DecryptFinal_ex(context, out + len, &more) == 1;
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    if (!is_ok) {
        g_free(out);
        return NULL;
    }
    return g_bytes_new_take(out, (gsize)(len + more));
}

/* What is behind the end is gone too. */
void wssc_cipher_shorten(WsscSecret *secret, gsize len)
{
    if (len < secret->len)
        OPENSSL_cleanse(secret->data + len, secret->len - len);
    secret->len = len;
}

WsscSecret *wssc_cipher_unwrap(WsscCrypto *crypto, const char *name, const WsscSecret *key, WsscBytes cipher)
{
    const EVP_CIPHER *wrap = wssc_crypto_cipher(crypto, name);
    WsscSecret *secret = NULL;
    int len = 0, more = 0;

    if (wrap == NULL || cipher.len == 0 || cipher.len > 4096)
        return NULL;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    secret = wssc_secret_new_blank(cipher.len + 16);
    if (EVP_DecryptInit_ex(context, wrap, NULL, key->data, NULL) != 1 ||
        EVP_DecryptUpdate(context, secret->data, &len, cipher.data, (int)cipher.len) != 1 ||
        EVP_DecryptFinal_ex(context, secret->data + len, &more) != 1)
        g_clear_pointer(&secret, wssc_secret_unref);
    else
        wssc_cipher_shorten(secret, (gsize)(len + more));
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return secret;
}
