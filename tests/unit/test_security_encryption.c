/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encrypted content, made by OpenSSL here: odd forms, damage, and what signatures before and after it say.
 */
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "signed_message.h"

#define CBC XENC "aes128-cbc"
#define GCM "http://www.w3.org/2009/xmlenc11#aes128-gcm"

/* IV, ciphertext and with GCM the tag, in base64. The secret has the 16 octets that AES-128 takes. */
static char *encrypt(const char *algorithm, const char *text, gsize len, const char *secret)
{
    gboolean is_gcm = strcmp(algorithm, GCM) == 0;
    gsize iv = is_gcm ? 12 : 16;
    int used = 0, more = 0;
    g_autofree guint8 *out = g_malloc0(len + 64);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    g_assert_true(RAND_bytes(out, (int)iv) == 1 &&
                  EVP_EncryptInit_ex(context, is_gcm ? EVP_aes_128_gcm() : EVP_aes_128_cbc(), NULL,
                                     (const guint8 *)secret, out) == 1 &&
                  EVP_EncryptUpdate(context, out + iv, &used, (const guint8 *)text, (int)len) == 1 &&
                  EVP_EncryptFinal_ex(context, out + iv + used, &more) == 1);
    gsize total = iv + (gsize)(used + more);
    if (is_gcm) {
        g_assert_true(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, out + total) == 1);
        total += 16;
    }
    EVP_CIPHER_CTX_free(context);
    return g_base64_encode(out, total);
}

#define DATA                                                                                                           \
    "<xenc:EncryptedData xmlns:xenc=\"" XENC "\" Id=\"%s\" Type=\"" XENC                                               \
    "%s\"><xenc:EncryptionMethod Algorithm=\"%s\">"                                                                    \
    "</xenc:EncryptionMethod><ds:KeyInfo xmlns:ds=\"" DS                                                               \
    "\"><ds:KeyName>%s</ds:KeyName></ds:KeyInfo><xenc:CipherData>"                                                     \
    "<xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"

static char *encrypted(const char *id, const char *type, const char *algorithm, const char *text, const char *name)
{
    g_autofree char *cipher = encrypt(algorithm, text, strlen(text), SECRET);
    return g_strdup_printf(DATA, id, type, algorithm, name, cipher);
}

static WsscSecurity *open_body(const char *data)
{
    g_autofree char *text =
        g_strconcat("<s:Envelope xmlns:s=\"" SOAP "\"><s:Header/><s:Body>", data, "</s:Body></s:Envelope>", NULL);
    g_autoptr(WsscKeyring) ring = named_ring();
    return process(text, ring);
}

static void assert_result(const WsscSecurity *security, guint index, WsscDecryptionResult result, const char *in_reason)
{
    g_assert_cmpuint(security->decryptions->len, >, index);
    const WsscDecryption *decryption = security->decryptions->pdata[index];
    g_test_message("%s: %s", wssc_decryption_result_name(decryption->result),
                   decryption->reason != NULL ? decryption->reason : "-");
    g_assert_cmpstr(wssc_decryption_result_name(decryption->result), ==, wssc_decryption_result_name(result));
    if (in_reason != NULL)
        g_assert_nonnull(strstr(decryption->reason, in_reason));
}

static void test_forms(void)
{
    static const char *const algorithms[] = {CBC, GCM};
    static const char *const texts[] = {"", "text alone", "<a/>", "<a/>mixed<b/>", "\n<!-- c --><a/>\n"};
    for (guint a = 0; a < G_N_ELEMENTS(algorithms); a++)
        for (guint t = 0; t < G_N_ELEMENTS(texts); t++) {
            g_autofree char *data = encrypted("E", "Content", algorithms[a], texts[t], "k");
            g_autoptr(WsscSecurity) security = open_body(data);
            assert_result(security, 0, WSSC_DECRYPTION_DECRYPTED, NULL);
            const WsscDecryption *decryption = security->decryptions->pdata[0];
            g_assert_cmpmem(texts[t], (int)strlen(texts[t]), g_bytes_get_data(decryption->plaintext, NULL),
                            (int)g_bytes_get_size(decryption->plaintext));
            g_assert_nonnull(security->opened);
        }
}

static void test_not_what_it_says(void)
{
    g_autofree char *two = encrypted("E", "Element", CBC, "<a/><b/>", "k");
    g_autofree char *noise = encrypted("E", "Content", GCM, "\x01 no XML", "k");
    g_autoptr(WsscSecurity) elements = open_body(two), octets = open_body(noise);
    assert_result(elements, 0, WSSC_DECRYPTION_FAILED, NULL);
    assert_result(octets, 0, WSSC_DECRYPTION_UNSUPPORTED, "no XML");
}

static void test_without_octets(void)
{
    static const char *const values[] = {
        "", "!!!", "<x:Include xmlns:x=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:1\"/>"};
    static const WsscDecryptionResult results[] = {WSSC_DECRYPTION_FAILED, WSSC_DECRYPTION_FAILED,
                                                   WSSC_DECRYPTION_UNSUPPORTED};
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *data = g_strdup_printf(DATA, "E", "Content", CBC, "k", values[i]);
        g_autoptr(WsscSecurity) security = open_body(data);
        assert_result(security, 0, results[i], NULL);
    }
}

static void test_unknown_key_and_damage(void)
{
    g_autofree char *unknown = encrypted("E", "Content", GCM, "<a/>", "nobody");
    g_autofree char *good = encrypt(GCM, "<a/>", 4, SECRET);
    good[20] = good[20] == 'A' ? 'B' : 'A';
    g_autofree char *bad = g_strdup_printf(DATA, "E", "Content", GCM, "k", good);
    g_autofree char *short_key = encrypted("E", "Content", GCM, "<a/>", "k");
    g_auto(GStrv) parts = g_strsplit(short_key, "aes128-gcm", 2);
    g_autofree char *length = g_strjoinv("aes256-gcm", parts);
    g_autoptr(WsscSecurity) one = open_body(unknown), two = open_body(bad), three = open_body(length);
    assert_result(one, 0, WSSC_DECRYPTION_NO_KEY, "nobody");
    g_assert_true(one->waits);
    assert_result(two, 0, WSSC_DECRYPTION_FAILED, "tag");
    assert_result(three, 0, WSSC_DECRYPTION_DECRYPTED, NULL); /* with AES at the key's own length */
    g_assert_cmpstr(((const WsscDecryption *)three->decryptions->pdata[0])->deviation, ==, "aes-at-key-length");
}

/* ---- the key stands in what has to be opened first --------------------------------------------------------------- */

static void test_key_in_encrypted_header(void)
{
    static const char reference_to[] =
        "<ds:KeyInfo xmlns:ds=\"" DS "\"><wsse:SecurityTokenReference xmlns:wsse=\"" WSSE "\">"
        "<wsse:Reference URI=\"#S\"/></wsse:SecurityTokenReference></ds:KeyInfo>";
    static const char sct[] = "<c:SecurityContextToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"S\">"
                              "<c:Identifier>urn:c</c:Identifier></c:SecurityContextToken>";
    g_autofree char *token = encrypted("E1", "Element", GCM, sct, "k");
    g_autofree char *body = encrypted("E2", "Content", GCM, "<a/>", "@");
    g_auto(GStrv) halves =
        g_strsplit(body, "<ds:KeyInfo xmlns:ds=\"" DS "\"><ds:KeyName>@</ds:KeyName></ds:KeyInfo>", 2);
    g_autofree char *body_by_token = g_strjoinv(reference_to, halves);
    /* The Body before the Header that holds its key: no stack writes it, none forbids it. */
    g_autofree char *text = g_strconcat("<s:Envelope xmlns:s=\"" SOAP "\"><s:Body>", body_by_token,
                                        "</s:Body><s:Header>"
                                        "<wsse:Security xmlns:wsse=\"" WSSE "\">",
                                        token, "</wsse:Security></s:Header></s:Envelope>", NULL);
    g_autoptr(WsscKeyring) ring = named_ring();
    g_autoptr(WsscSecret) secret = wssc_secret_new(SECRET, strlen(SECRET));
    wssc_keyring_add_context(ring, "urn:c", NULL, secret, (WsscKeyOrigin){0});
    g_autoptr(WsscSecurity) security = process(text, ring);
    g_assert_cmpuint(security->decryptions->len, ==, 2);
    assert_result(security, 0, WSSC_DECRYPTION_DECRYPTED, NULL);
    assert_result(security, 1, WSSC_DECRYPTION_DECRYPTED, NULL);
    g_assert_false(security->waits);
}

/* ---- signatures beside encryption ------------------------------------------------------------------------------- */

/* A message whose Body was digested as one text and is sent as another. */
static void check_signed(const char *digested, const char *sent, WsscVerdict verdict, const char *in_reason)
{
    g_autofree char *ref = reference("#B", digested);
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    check(&(Parts){.info = info, .body = sent}, verdict, in_reason);
}

static char *body_with(const char *a, const char *b)
{
    return g_strconcat(BODY_TAG, a, b, "</s:Body>", NULL);
}

static void test_sign_and_encrypt(void)
{
    static const char one[] = "<one></one>", two[] = "<two></two>";
    g_autofree char *closed = encrypted("E1", "Element", CBC, one, "k");
    g_autofree char *closed2 = encrypted("E2", "Element", CBC, two, "k");
    g_autofree char *unknown = encrypted("E1", "Element", CBC, one, "nobody");
    g_autofree char *plain = body_with(one, ""), *sent = body_with(closed, ""), *kept = body_with(unknown, "");
    g_autofree char *both = body_with(closed, closed2), *between = body_with(closed, two),
                    *neither = body_with(one, two);
    check_signed(plain, sent, WSSC_VERDICT_VALID, NULL); /* signed, then encrypted */
    check_signed(sent, sent, WSSC_VERDICT_VALID, NULL);  /* encrypted, then signed */
    check_signed(kept, kept, WSSC_VERDICT_VALID, NULL);  /* the ciphertext is signed: no key needed */
    check_signed(plain, kept, WSSC_VERDICT_NO_KEY, "still encrypted");
    check_signed(BODY, sent, WSSC_VERDICT_INVALID, "does not fit"); /* opened, and it is something else */
    check_signed(neither, both, WSSC_VERDICT_VALID, NULL);
    check_signed(both, both, WSSC_VERDICT_VALID, NULL);
    check_signed(between, both, WSSC_VERDICT_UNSUPPORTED, "one by one");
}

static const char *signers(const WsscSecurity *security, const char *part)
{
    for (guint i = 0; i < security->coverage->len; i++) {
        const WsscCoverage *coverage = &g_array_index(security->coverage, WsscCoverage, i);
        if (strcmp(coverage->part, part) == 0)
            return coverage->signatures != 0 ? "signed" : "open";
    }
    return "absent";
}

/* What is signed is the ciphertext; what comes out of it is covered by that, whatever ids it claims. */
static void test_coverage_through_encryption(void)
{
    static const char user[] =
        "<wsse:UsernameToken xmlns:wsse=\"" WSSE "\"><wsse:Username>u</wsse:Username></wsse:UsernameToken>";
    g_autofree char *closed = encrypted("E1", "Element", CBC, user, "k");
    g_autofree char *ref = reference("#E1", closed);
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    g_autoptr(WsscKeyring) ring = named_ring();
    g_autofree char *text = message(&(Parts){.info = info, .tokens = closed}, SECRET, strlen(SECRET));
    g_autoptr(WsscSecurity) security = process(text, ring);
    assert_verdict(only_signature(security), WSSC_VERDICT_VALID, NULL);
    g_assert_cmpstr(signers(security, "UsernameToken"), ==, "signed");
    g_assert_cmpstr(signers(security, "Body"), ==, "open");
}

/* A header of a stranger is opened to an element that takes the id of the signed Body: no coverage is won. */
static void test_id_from_ciphertext(void)
{
    g_autofree char *closed = encrypted("E1", "Element", CBC, BODY_TAG "<evil/></s:Body>", "k");
    g_autofree char *ref = reference("#B", BODY);
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    check(&(Parts){.info = info, .header = closed}, WSSC_VERDICT_INVALID, "2 elements have the id B");
}

/* A comment that came out of decryption divides signed text as any other; one behind the text divides nothing. */
static void test_comment_from_ciphertext(void)
{
    static const char *const texts[] = {"one<!-- c -->two", "onetwo<!-- c -->"};
    g_autofree char *ref = reference("#B", BODY_TAG "<a>onetwo</a></s:Body>");
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *closed = encrypted("E", "Content", CBC, texts[i], "k");
        g_autofree char *body = g_strconcat(BODY_TAG "<a>", closed, "</a></s:Body>", NULL);
        g_autofree char *text = message(&(Parts){.info = info, .body = body}, SECRET, strlen(SECRET));
        g_autoptr(WsscKeyring) ring = named_ring();
        g_autoptr(WsscSecurity) security = process(text, ring);
        assert_verdict(only_signature(security), WSSC_VERDICT_VALID, NULL);
        g_assert_cmpint(has_note(security, "signed-comment"), ==, i == 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decryption/forms", test_forms);
    g_test_add_func("/decryption/not-what-it-says", test_not_what_it_says);
    g_test_add_func("/decryption/without-octets", test_without_octets);
    g_test_add_func("/decryption/unknown-key-and-damage", test_unknown_key_and_damage);
    g_test_add_func("/decryption/key-in-encrypted-header", test_key_in_encrypted_header);
    g_test_add_func("/decryption/sign-and-encrypt", test_sign_and_encrypt);
    g_test_add_func("/decryption/coverage", test_coverage_through_encryption);
    g_test_add_func("/decryption/id-from-ciphertext", test_id_from_ciphertext);
    g_test_add_func("/decryption/comment-from-ciphertext", test_comment_from_ciphertext);
    return g_test_run();
}
