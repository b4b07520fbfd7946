/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMAC as core/keys computes it against OpenSSL's own, with keys and data around every length that matters.
 */
#include <openssl/hmac.h>
#include <string.h>

#include "keys/crypto.h"

#define LONGEST 300 /* more than two blocks of any digest */

static void fill(guint8 *octets, gsize len)
{
    for (gsize i = 0; i < len; i++)
        octets[i] = (guint8)(i * 7 + i / 256 + 3);
}

static void check_hmac(WsscCrypto *crypto, const char *name, const EVP_MD *md, gsize key_len, gsize len)
{
    guint8 key[LONGEST], data[LONGEST], expected[EVP_MAX_MD_SIZE], seen[EVP_MAX_MD_SIZE];
    unsigned int expected_len = 0;
    gsize seen_len = 0;
    fill(key, key_len);
    fill(data, len);
    g_assert_nonnull(HMAC(md, key, (int)key_len, data, len, expected, &expected_len));
    g_assert_true(wssc_crypto_hmac(crypto, name, wssc_bytes(key, key_len), wssc_bytes(data, len), seen, &seen_len));
    g_assert_cmpmem(seen, (int)seen_len, expected, (int)expected_len);
}

static void test_hmac(gconstpointer name)
{
    static const gsize lengths[] = {0,   1,   20,  63,  64,  65,  71,  72,  73,     103,
                                    104, 105, 127, 128, 129, 143, 144, 145, LONGEST};
    g_autoptr(WsscCrypto) crypto = wssc_crypto_new();
    EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
    g_assert_nonnull(md);
    for (guint k = 0; k < G_N_ELEMENTS(lengths); k++)
        for (guint i = 0; i < G_N_ELEMENTS(lengths); i++)
            check_hmac(crypto, name, md, lengths[k], lengths[i]);
    EVP_MD_free(md);
}

static void test_no_such_digest(void)
{
    g_autoptr(WsscCrypto) crypto = wssc_crypto_new();
    const WsscBytes octets = wssc_bytes("text", 4);
    guint8 value[EVP_MAX_MD_SIZE];
    gsize len;
    for (guint again = 0; again < 2; again++) {
        g_assert_null(wssc_crypto_digest(crypto, "NO-SUCH-DIGEST"));
        g_assert_false(wssc_crypto_hmac(crypto, "NO-SUCH-DIGEST", octets, octets, value, &len));
    }
}

/* A digest that is under way is not disturbed. */
static void test_side_by_side(void)
{
    g_autoptr(WsscCrypto) crypto = wssc_crypto_new();
    g_autoptr(WsscSecret) secret = wssc_secret_new("secret", 6);
    guint8 first[EVP_MAX_MD_SIZE], second[EVP_MAX_MD_SIZE], value[EVP_MAX_MD_SIZE];
    unsigned int first_len = 0, second_len = 0;
    gsize len;
    EVP_MD_CTX *context = wssc_crypto_digest_start(crypto, "SHA1");
    g_assert_true(EVP_DigestUpdate(context, "text", 4) && EVP_DigestFinal_ex(context, first, &first_len));
    context = wssc_crypto_digest_start(crypto, "SHA1");
    g_assert_true(EVP_DigestUpdate(context, "te", 2));
    g_assert_true(wssc_crypto_hmac(crypto, "SHA1", wssc_secret_bytes(secret), wssc_bytes("x", 1), value, &len));
    g_assert_true(EVP_DigestUpdate(context, "xt", 2) && EVP_DigestFinal_ex(context, second, &second_len));
    g_assert_cmpmem(first, (int)first_len, second, (int)second_len);
}

static void test_fingerprint(void)
{
    g_autoptr(WsscSecret) secret = wssc_secret_new("abc", 3);
    g_autofree char *fingerprint = wssc_secret_fingerprint(secret);
    g_assert_cmpstr(fingerprint, ==, "ba7816bf8f01cfea"); /* FIPS 180-4's example */
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"SHA1", "SHA224",    "SHA256",   "SHA384",  "SHA512",
                                        "MD5",  "RIPEMD160", "SHA3-224", "SHA3-512"};
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strconcat("/hmac/", names[i], NULL);
        g_test_add_data_func(path, names[i], test_hmac);
    }
    g_test_add_func("/hmac/no-such-digest", test_no_such_digest);
    g_test_add_func("/digest/side-by-side", test_side_by_side);
    g_test_add_func("/fingerprint", test_fingerprint);
    return g_test_run();
}
