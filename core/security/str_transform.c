/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/str_transform.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/text.h"
#include "keys/crypto.h"
#include "security/keyinfo/keyinfo.h"

#define X509V3 "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
#define BASE64 "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"

static gboolean has_digest(WsscWork *work, const WsscAlgorithm *digest, WsscBytes octets, WsscBytes expected)
{
    guint8 value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    EVP_MD_CTX *context = wssc_crypto_digest_start(work->crypto, digest->name);
    return context != NULL && EVP_DigestUpdate(context, octets.data, octets.len) == 1 &&
           EVP_DigestFinal_ex(context, value, &len) == 1 && len == expected.len &&
           CRYPTO_memcmp(value, expected.data, len) == 0;
}

/* The apex gets xmlns="" where it declares no default namespace, right behind its name. */
static void add_empty_default(GString *text)
{
    const char *end = strchr(text->str, '>');
    const char *declared = strstr(text->str, "xmlns=");
    gsize name = strcspn(text->str, " >/");
    if (end != NULL && (declared == NULL || declared > end))
        g_string_insert(text, (gssize)name, " xmlns=\"\"");
}

/* With and without xmlns="": the specification asks for it, not every stack does it. */
static gboolean fits_either(WsscWork *work, const WsscAlgorithm *digest, GString *text, WsscBytes expected)
{
    if (has_digest(work, digest, wssc_bytes(text->str, text->len), expected))
        return TRUE;
    add_empty_default(text);
    return has_digest(work, digest, wssc_bytes(text->str, text->len), expected);
}

/* The method's form, and for stacks that ask for "#default" without saying so; each without and with comments, about
 * which nothing is said for a token that takes the place of a reference. */
static gboolean token_fits(WsscWork *work, const WsscStage *stage, xmlNode *token, const WsscC14n *c14n,
                           const WsscAlgorithm *digest, WsscBytes expected)
{
    static char *const default_prefix[] = {(char *)"#default", NULL};
    for (guint i = 0; i < 4; i++) {
        WsscC14n form = *c14n;
        gboolean with_comments = i >= 2;
        if (with_comments && (c14n->flags & WSSC_C14N_COMMENTS) == 0)
            break;
        if (!with_comments)
            form.flags &= ~(guint)WSSC_C14N_COMMENTS;
        if (i % 2 == 1) {
            form.prefixes = (char **)default_prefix;
            form.prefix_count = 1;
        }
        g_autoptr(GByteArray) octets = g_byte_array_new();
        if (!wssc_c14n_write(&form, stage->doc, token, NULL, NULL, octets))
            continue;
        g_autoptr(GString) text = g_string_new_len((const char *)octets->data, octets->len);
        if (fits_either(work, digest, text, expected))
            return TRUE;
    }
    return FALSE;
}

static X509 *certificate_of(WsscWork *work, const xmlNode *str)
{
    X509 *certificate = NULL;
    g_auto(WsscSearch) search = wssc_resolve_key_info(work, str, FALSE);
    for (guint i = 0; i < search.found->len && certificate == NULL; i++) {
        certificate = ((WsscCandidate *)search.found->pdata[i])->certificate;
        if (certificate != NULL)
            X509_up_ref(certificate);
    }
    return certificate;
}

/* A token that is not in the message is made: a BinarySecurityToken around the certificate, in the prefix
 * that the reference uses. */
static gboolean made_token_fits(WsscWork *work, const xmlNode *str, const WsscAlgorithm *digest, WsscBytes expected)
{
    static const char *const attributes[] = {" ValueType=\"" X509V3 "\"",
                                             " EncodingType=\"" BASE64 "\" ValueType=\"" X509V3 "\""};
    const char *prefix = str->ns != NULL && str->ns->prefix != NULL ? (const char *)str->ns->prefix : "wsse";
    X509 *certificate = certificate_of(work, str);
    unsigned char *der = NULL;
    int len = certificate != NULL ? i2d_X509(certificate, &der) : 0;
    gboolean is_fit = FALSE;
    if (len > 0) {
        g_autofree char *base64 = wssc_base64_encode(wssc_bytes(der, (gsize)len));
        for (guint i = 0; i < G_N_ELEMENTS(attributes) && !is_fit; i++) {
            g_autoptr(GString) text = g_string_new(NULL);
            g_string_printf(text, "<%s:BinarySecurityToken xmlns:%s=\"%s\"%s>%s</%s:BinarySecurityToken>", prefix,
                            prefix, (const char *)str->ns->href, attributes[i], base64, prefix);
            is_fit = fits_either(work, digest, text, expected);
        }
    }
    OPENSSL_free(der);
    X509_free(certificate);
    return is_fit;
}

/* ---- which token ------------------------------------------------------------------------------------------------ */

enum { MOST_TOKENS = 3 };

static gboolean is_encrypted(const xmlNode *token)
{
    return wssc_xml_is(token, WSSC_NS_FAMILY_XENC, "EncryptedData");
}

/* What str may mean; the number of them, 0 when it is not in the message. SAML 2.0 core section 6.1 puts the
 * EncryptedData into an EncryptedAssertion, and only the former has an id. */
static guint find_tokens(const WsscWork *work, guint stage, const xmlNode *str, WsscStrToken *ret_tokens)
{
    xmlNode *token = wssc_resolve_token(work->stages->pdata[stage], str);
    guint count = 0, inner_stage = stage;
    if (token == NULL)
        return 0;
    ret_tokens[count++] = (WsscStrToken){token, stage};
    if (!is_encrypted(token))
        return count;
    if (wssc_xml_is(token->parent, WSSC_NS_FAMILY_SAML, "EncryptedAssertion"))
        ret_tokens[count++] = (WsscStrToken){token->parent, stage};
    xmlNode *inner = wssc_work_opened(work, token, stage, &inner_stage);
    if (inner != NULL)
        ret_tokens[count++] = (WsscStrToken){inner, inner_stage};
    return count;
}

gboolean wssc_str_digest_fits(WsscWork *work, guint stage, const xmlNode *str, const WsscC14n *c14n,
                              const WsscAlgorithm *digest, WsscBytes expected, WsscStrToken *ret_token)
{
    WsscStrToken tokens[MOST_TOKENS];
    guint count = find_tokens(work, stage, str, tokens);
    *ret_token = (WsscStrToken){NULL, stage};
    for (guint i = 0; i < count; i++) {
        const WsscStage *at = work->stages->pdata[tokens[i].stage];
        if (!token_fits(work, at, tokens[i].element, c14n, digest, expected))
            continue;
        *ret_token = tokens[i];
        return TRUE;
    }
    return count == 0 && made_token_fits(work, str, digest, expected);
}

WsscStrTokenState wssc_str_token_state(WsscWork *work, guint stage, const xmlNode *str)
{
    WsscStrToken tokens[MOST_TOKENS];
    guint count = find_tokens(work, stage, str, tokens), inner_stage;
    if (count > 0)
        return is_encrypted(tokens[0].element) && wssc_work_opened(work, tokens[0].element, stage, &inner_stage) == NULL
                   ? WSSC_STR_TOKEN_CLOSED
                   : WSSC_STR_TOKEN_KNOWN;
    X509 *certificate = certificate_of(work, str);
    X509_free(certificate);
    return certificate != NULL ? WSSC_STR_TOKEN_KNOWN : WSSC_STR_TOKEN_UNKNOWN;
}
