/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signatures that want to be called valid for what they are not (core/security): shapes, ids, algorithms, keys.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "signed_message.h"

/* ---- shape --------------------------------------------------------------------------------------------------- */

static char *good_info(void)
{
    g_autofree char *ref = reference("#B", BODY);
    return signed_info(HMAC_SHA1, ref);
}

static void test_good(void)
{
    g_autofree char *info = good_info();
    check(&(Parts){.info = info}, WSSC_VERDICT_VALID, NULL);
}

/* The good SignedInfo with one text replaced, signed as it is then. */
static void check_changed(const char *what, const char *by, WsscVerdict verdict, const char *in_reason)
{
    g_autofree char *info = good_info();
    g_auto(GStrv) pieces = g_strsplit(info, what, 2);
    g_assert_cmpuint(g_strv_length(pieces), ==, 2);
    g_autofree char *changed = g_strconcat(pieces[0], by, pieces[1], NULL);
    check(&(Parts){.info = changed}, verdict, in_reason);
}

static void test_doubled_children(void)
{
    check_changed("</ds:DigestValue>", "</ds:DigestValue><ds:DigestValue>AAAA</ds:DigestValue>", WSSC_VERDICT_INVALID,
                  "more than one DigestValue");
    check_changed("<ds:DigestMethod",
                  "<ds:DigestMethod Algorithm=\"" XENC "sha256\"></ds:DigestMethod><ds:DigestMethod",
                  WSSC_VERDICT_INVALID, "more than one DigestMethod");
    check_changed("<ds:Transforms>", "<ds:Transforms></ds:Transforms><ds:Transforms>", WSSC_VERDICT_INVALID,
                  "more than one Transforms");
    check_changed("</ds:SignatureMethod>",
                  "</ds:SignatureMethod><ds:SignatureMethod Algorithm=\"" DS "dsa-sha1\">"
                  "</ds:SignatureMethod>",
                  WSSC_VERDICT_INVALID, "more than one SignatureMethod");
    check_changed("<ds:CanonicalizationMethod",
                  "<ds:CanonicalizationMethod Algorithm=\"" EXC "\">"
                  "</ds:CanonicalizationMethod><ds:CanonicalizationMethod",
                  WSSC_VERDICT_INVALID, "more than one CanonicalizationMethod");
}

static void test_unknown_children(void)
{
    check_changed("</ds:SignedInfo>", "<x></x></ds:SignedInfo>", WSSC_VERDICT_UNSUPPORTED, "does not belong there");
    check_changed("</ds:Reference>", "<x></x></ds:Reference>", WSSC_VERDICT_UNSUPPORTED, "does not belong there");
    check_changed("<ds:DigestValue>", "<ds:DigestValue><x></x>", WSSC_VERDICT_UNSUPPORTED, "element inside");
}

/* Canonical XML 1.0 section 1.3 forbids relative namespace names. That is told whether or not the key is known. */
static void test_no_canonical_form(void)
{
    static const char *const lists[] = {"", "<ec:InclusiveNamespaces xmlns:ec=\"" EXC
                                            "\" PrefixList=\"s\"></ec:InclusiveNamespaces>"};
    static const char *const keys[] = {BY_NAME, "<ds:KeyInfo><ds:KeyName>nobody's</ds:KeyName></ds:KeyInfo>"};
    g_autofree char *good = good_info();
    g_auto(GStrv) pieces = g_strsplit(good, "</ds:CanonicalizationMethod>", 2);
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *info = g_strconcat(pieces[0], lists[i], "</ds:CanonicalizationMethod>", pieces[1], NULL);
        g_auto(GStrv) around = g_strsplit(info, "<ds:Transforms>", 2);
        g_autofree char *odd = g_strconcat(around[0], "<ds:Transforms xmlns:r=\"relative\">", around[1], NULL);
        for (guint k = 0; k < G_N_ELEMENTS(keys); k++)
            check(&(Parts){.info = odd, .after_info = keys[k]}, WSSC_VERDICT_UNSUPPORTED,
                  "SignedInfo cannot be brought");
        check(&(Parts){.info = info, .after_info = keys[1]}, WSSC_VERDICT_NO_KEY, "not known");
    }
}

static void test_two_signed_infos(void)
{
    g_autofree char *info = good_info();
    g_autofree char *other = signed_info(HMAC_SHA1, "");
    g_autofree char *behind = g_strconcat(BY_NAME, other, NULL);
    check(&(Parts){.info = info, .after_info = behind}, WSSC_VERDICT_INVALID, "more than one SignedInfo");
    check(&(Parts){.info = info, .after_info = BY_NAME BY_NAME}, WSSC_VERDICT_INVALID, "more than one KeyInfo");
    check(&(Parts){.info = info, .after_info = BY_NAME "<ds:SignatureValue>AAAA</ds:SignatureValue>"},
          WSSC_VERDICT_INVALID, "more than one SignatureValue");
}

static void test_nothing_signed(void)
{
    g_autofree char *empty = signed_info(HMAC_SHA1, "");
    g_autofree char *info = good_info();
    check(&(Parts){.info = empty}, WSSC_VERDICT_INVALID, "covers nothing");
    check(&(Parts){.info = info, .value = ""}, WSSC_VERDICT_INVALID, "SignatureValue");
    check(&(Parts){.info = info, .value = "===="}, WSSC_VERDICT_INVALID, "SignatureValue");
    check(&(Parts){.info = ""}, WSSC_VERDICT_INVALID, "no SignedInfo");
    check_changed("</ds:SignatureMethod>", "<ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>",
                  WSSC_VERDICT_INVALID, "too short");
}

static void test_too_many_signatures(void)
{
    g_autoptr(GString) text = g_string_new("<s:Envelope xmlns:s=\"" SOAP "\"><s:Body>");
    g_autofree char *info = good_info();
    for (guint i = 0; i < 70; i++)
        g_string_append_printf(text, "<ds:Signature xmlns:ds=\"" DS "\">%s</ds:Signature>", info);
    g_string_append(text, "</s:Body></s:Envelope>");
    g_autoptr(WsscKeyring) ring = named_ring();
    g_autoptr(WsscSecurity) security = process(text->str, ring);
    g_assert_cmpuint(security->signatures->len, ==, 70);
    assert_verdict(security->signatures->pdata[64], WSSC_VERDICT_UNSUPPORTED, "more than 64 signatures");
}

/* ---- ids and URIs -------------------------------------------------------------------------------------------- */

static void check_uri(const char *uri, const char *body, WsscVerdict verdict, const char *in_reason)
{
    g_autofree char *ref = reference(uri, body);
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    check(&(Parts){.info = info, .body = body}, verdict, in_reason);
}

static void test_uris(void)
{
    check_uri("#", BODY, WSSC_VERDICT_UNSUPPORTED, "XPointer");
    check_uri("#xpointer(id(&quot;&quot;))", BODY, WSSC_VERDICT_UNSUPPORTED, "XPointer");
    check_uri("#xpointer(//*)", BODY, WSSC_VERDICT_UNSUPPORTED, "XPointer");
    check_uri("http://127.0.0.1/x", BODY, WSSC_VERDICT_UNSUPPORTED, "out of the message");
    check_uri("cid:x@y", BODY, WSSC_VERDICT_UNSUPPORTED, "MIME part");
    check_uri("#nobody", BODY, WSSC_VERDICT_INVALID, "nothing in the message has that id");
}

static void test_ids(void)
{
    g_autoptr(GString) body = g_string_new(BODY_TAG);
    for (guint i = 0; i < 20; i++)
        g_string_append(body, "<a id=\"B\"></a>");
    g_string_append(body, "</s:Body>");
    check_uri("#B", body->str, WSSC_VERDICT_VALID, NULL); /* an application's own id does not count beside wsu:Id */
    check_uri("#B", BODY_TAG "<a Id=\"B\"></a></s:Body>", WSSC_VERDICT_INVALID, "2 elements have the id");
    check_uri("#B", "<s:Body xmlns:s=\"" SOAP "\" xmlns:x=\"urn:x\" x:Id=\"B\"></s:Body>", WSSC_VERDICT_INVALID,
              "nothing in the message");
}

/* A part that did not come along is no reason to call what covers it changed. */
static void test_lost_part(void)
{
    static const char *const here =
        BODY_TAG "<x:Include xmlns:x=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:1\">"
                 "</x:Include></s:Body>";
    g_autofree char *ref = reference("#B", BODY_TAG "AAAA</s:Body>");
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    check(&(Parts){.info = info, .body = here}, WSSC_VERDICT_UNSUPPORTED, "MIME part");
}

static void test_prefix_list(void)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(list, "p%u ", i);
    g_autofree char *params = g_strdup_printf("<ec:InclusiveNamespaces xmlns:ec=\"" EXC "\" PrefixList=\"%s\">"
                                              "</ec:InclusiveNamespaces></ds:Transform>",
                                              list->str);
    check_changed("</ds:Transform>", params, WSSC_VERDICT_UNSUPPORTED, "more than 256 prefixes");
}

/* ---- algorithms and keys ------------------------------------------------------------------------------------- */

static EVP_PKEY *new_rsa(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
}

static char *sign_rsa(EVP_PKEY *key, const char *text)
{
    guint8 value[256];
    size_t len = sizeof value;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    g_assert_true(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                  EVP_DigestSign(context, value, &len, (const guchar *)text, strlen(text)) == 1);
    EVP_MD_CTX_free(context);
    return g_base64_encode(value, len);
}

static char *rsa_number(EVP_PKEY *key, const char *name)
{
    guint8 octets[256];
    BIGNUM *number = NULL;
    g_assert_true(EVP_PKEY_get_bn_param(key, name, &number) == 1);
    int len = BN_bn2bin(number, octets);
    BN_free(number);
    return g_base64_encode(octets, (gsize)len);
}

static void check_rsa(const char *method, WsscVerdict verdict, const char *in_reason)
{
    EVP_PKEY *key = new_rsa();
    g_autofree char *ref = reference("#B", BODY);
    g_autofree char *info = signed_info(method, ref);
    g_autofree char *value = sign_rsa(key, info);
    g_autofree char *n = rsa_number(key, OSSL_PKEY_PARAM_RSA_N), *e = rsa_number(key, OSSL_PKEY_PARAM_RSA_E);
    g_autofree char *key_info =
        g_strdup_printf("<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>%s</ds:Modulus>"
                        "<ds:Exponent>%s</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>",
                        n, e);
    check(&(Parts){.info = info, .value = value, .after_info = key_info}, verdict, in_reason);
    EVP_PKEY_free(key);
}

/* A good RSA-SHA256 value under other names: OpenSSL would verify it if asked without a digest. */
static void test_key_kinds(void)
{
    check_rsa("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", WSSC_VERDICT_VALID, NULL);
    check_rsa("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", WSSC_VERDICT_INVALID, NULL);
    check_rsa("http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519", WSSC_VERDICT_UNSUPPORTED, "RSA");
    check_rsa("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", WSSC_VERDICT_UNSUPPORTED, "RSA");
    check_rsa(HMAC_SHA1, WSSC_VERDICT_UNSUPPORTED, "RSA");
    check_rsa("urn:my-own", WSSC_VERDICT_UNSUPPORTED, "urn:my-own");
}

static void test_secret_for_public_key_algorithm(void)
{
    g_autofree char *ref = reference("#B", BODY);
    g_autofree char *info = signed_info("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", ref);
    check(&(Parts){.info = info}, WSSC_VERDICT_UNSUPPORTED, "a secret");
}

#define USER(more)                                                                                                     \
    "<wsse:UsernameToken xmlns:k=\"" WSSE11 "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"U\"><wsse:Username>u"                   \
    "</wsse:Username>" more "</wsse:UsernameToken>"
#define BY_USER                                                                                                        \
    "<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI=\"#U\"/></wsse:SecurityTokenReference></ds:KeyInfo>"

/* Vector ut03 of the reference: password "p", salt of 16 zero octets, one iteration. */
static void test_password_in_message(void)
{
    static const guint8 key[] = {0x60, 0xd6, 0x05, 0x41, 0x2b, 0x93, 0x3b, 0xc2, 0xe6, 0x40,
                                 0x90, 0x81, 0x3f, 0xdc, 0x4f, 0xd1, 0x25, 0x4a, 0xc1, 0x77};
    static const char token[] = USER("<wsse:Password>p</wsse:Password><k:Salt>AAAAAAAAAAAAAAAAAAAAAA==</k:Salt>"
                                     "<k:Iteration>1</k:Iteration>");
    g_autofree char *info = good_info();
    g_autofree char *text = message(&(Parts){.info = info, .tokens = token, .after_info = BY_USER}, key, sizeof key);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscSecurity) unknown = process(text, ring);
    assert_verdict(only_signature(unknown), WSSC_VERDICT_NO_KEY, "password of user u is not known");
    g_assert_true(unknown->waits);
    wssc_keyring_add_password(ring, "u", "p", (WsscKeyOrigin){0});
    g_autoptr(WsscSecurity) known = process(text, ring);
    assert_verdict(only_signature(known), WSSC_VERDICT_VALID, NULL);
}

static void test_iterations(void)
{
    static const char *const iterations[] = {"many", "99999999999", "2000000000"};
    for (guint i = 0; i < G_N_ELEMENTS(iterations); i++) {
        g_autofree char *token =
            g_strdup_printf(USER("<k:Salt>AAAA</k:Salt><k:Iteration>%s</k:Iteration>"), iterations[i]);
        g_autofree char *info = good_info();
        g_autofree char *text = message(&(Parts){.info = info, .tokens = token, .after_info = BY_USER}, "x", 1);
        g_autoptr(WsscKeyring) ring = wssc_keyring_new();
        wssc_keyring_add_password(ring, "u", "p", (WsscKeyOrigin){0});
        g_autoptr(WsscSecurity) security = process(text, ring);
        assert_verdict(only_signature(security), WSSC_VERDICT_NO_KEY, "teration");
    }
}

static void test_token_twice(void)
{
    g_autofree char *info = good_info();
    g_autofree char *text = message(&(Parts){.info = info, .tokens = USER("") USER(""), .after_info = BY_USER}, "x", 1);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    wssc_keyring_add_password(ring, "u", "p", (WsscKeyOrigin){0});
    g_autoptr(WsscSecurity) security = process(text, ring);
    assert_verdict(only_signature(security), WSSC_VERDICT_NO_KEY, "2 elements have the id U");
}

static void test_wrong_key_of_file(void)
{
    g_autofree char *info = good_info();
    g_autofree char *text = message(&(Parts){.info = info}, "another key", 11);
    g_autoptr(WsscKeyring) ring = named_ring();
    g_autoptr(WsscSecurity) security = process(text, ring);
    assert_verdict(only_signature(security), WSSC_VERDICT_INVALID, "line 3 of the key file");
    g_assert_null(only_signature(security)->hypothesis);
}

/* ---- what is covered ----------------------------------------------------------------------------------------- */

static guint64 signers_of(const WsscSecurity *security, const char *part, guint which)
{
    for (guint i = 0; i < security->coverage->len; i++) {
        const WsscCoverage *coverage = &g_array_index(security->coverage, WsscCoverage, i);
        if (strcmp(coverage->part, part) == 0 && which-- == 0)
            return coverage->signatures;
    }
    g_error("%s is not listed", part);
}

static WsscSecurity *covered(const char *header, const char *body, WsscVerdict verdict, const char *reason)
{
    g_autofree char *info = good_info();
    g_autoptr(WsscKeyring) ring = named_ring();
    g_autofree char *text = message(&(Parts){.info = info, .header = header, .body = body}, SECRET, strlen(SECRET));
    WsscSecurity *security = process(text, ring);
    assert_verdict(only_signature(security), verdict, reason);
    return security;
}

static void test_body_twice(void)
{
    g_autoptr(WsscSecurity) security =
        covered(NULL, "<s:Body><evil/></s:Body>" BODY, WSSC_VERDICT_INVALID, "beside an unsigned one");
    g_assert_true(has_note(security, "signature-wrapping"));
    g_assert_cmpuint(security->coverage->len, ==, 0);
}

static void test_body_moved(void)
{
    g_autoptr(WsscSecurity) security =
        covered("<w>" BODY "</w>", "<s:Body><evil/></s:Body>", WSSC_VERDICT_INVALID, "wrapping");
    g_assert_true(has_note(security, "signature-wrapping"));
    g_assert_cmpuint(security->coverage->len, ==, 0);
}

static void test_body_in_place(void)
{
    g_autoptr(WsscSecurity) security =
        covered("<a:To xmlns:a=\"" WSA "\">urn:x</a:To>", BODY, WSSC_VERDICT_VALID, NULL);
    g_assert_false(has_note(security, "signature-wrapping"));
    g_assert_true(has_note(security, "part-unsigned"));
    g_assert_cmpuint(signers_of(security, "Body", 0), ==, 1);
    g_assert_cmpuint(signers_of(security, "To", 0), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/signature/good", test_good);
    g_test_add_func("/signature/doubled-children", test_doubled_children);
    g_test_add_func("/signature/unknown-children", test_unknown_children);
    g_test_add_func("/signature/no-canonical-form", test_no_canonical_form);
    g_test_add_func("/signature/two-signed-infos", test_two_signed_infos);
    g_test_add_func("/signature/nothing-signed", test_nothing_signed);
    g_test_add_func("/signature/too-many", test_too_many_signatures);
    g_test_add_func("/signature/uris", test_uris);
    g_test_add_func("/signature/ids", test_ids);
    g_test_add_func("/signature/lost-part", test_lost_part);
    g_test_add_func("/signature/prefix-list", test_prefix_list);
    g_test_add_func("/signature/key-kinds", test_key_kinds);
    g_test_add_func("/signature/secret-for-public-key-algorithm", test_secret_for_public_key_algorithm);
    g_test_add_func("/signature/password-in-message", test_password_in_message);
    g_test_add_func("/signature/iterations", test_iterations);
    g_test_add_func("/signature/token-twice", test_token_twice);
    g_test_add_func("/signature/wrong-key-of-file", test_wrong_key_of_file);
    g_test_add_func("/coverage/body-twice", test_body_twice);
    g_test_add_func("/coverage/body-moved", test_body_moved);
    g_test_add_func("/coverage/body-in-place", test_body_in_place);
    return g_test_run();
}
