/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signed messages made by hand: what is signed is written in exclusive canonical form already, so that GLib's
 * checksums alone give its digest and its value, and nothing of ours takes part.
 */
#ifndef SIGNED_MESSAGE_H
#define SIGNED_MESSAGE_H

#include <string.h>

#include "keys/keyring.h"
#include "security/security.h"
#include "xml/xml.h"

#define SOAP "http://www.w3.org/2003/05/soap-envelope"
#define WSA "http://www.w3.org/2005/08/addressing"
#define WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define WSSE11 "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
#define WSU "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define WSC "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512"
#define DS "http://www.w3.org/2000/09/xmldsig#"
#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define EXC "http://www.w3.org/2001/10/xml-exc-c14n#"
#define HMAC_SHA1 DS "hmac-sha1"
#define SECRET "0123456789abcdef"

#define BODY_TAG "<s:Body xmlns:s=\"" SOAP "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"B\">"
#define BODY BODY_TAG "<a>1</a></s:Body>"
#define BY_NAME "<ds:KeyInfo><ds:KeyName>k</ds:KeyName></ds:KeyInfo>"

typedef struct {
    const char *header;     /* children of the Header before Security */
    const char *tokens;     /* children of Security before the Signature */
    const char *info;       /* ds:SignedInfo, whole */
    const char *value;      /* base64; NULL: HMAC-SHA1 over info with the secret */
    const char *after_info; /* children of ds:Signature behind SignatureValue; NULL: BY_NAME */
    const char *body;       /* whole; NULL: BODY */
} Parts;

static inline char *digest_of(const char *text)
{
    guint8 octets[20];
    gsize len = sizeof octets;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text));
    g_checksum_get_digest(checksum, octets, &len);
    return g_base64_encode(octets, len);
}

static inline char *hmac_of(const void *key, gsize key_len, const char *text)
{
    guint8 octets[20];
    gsize len = sizeof octets;
    g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, key, key_len);
    g_hmac_update(hmac, (const guchar *)text, (gssize)strlen(text));
    g_hmac_get_digest(hmac, octets, &len);
    return g_base64_encode(octets, len);
}

/* A ds:Reference with exclusive canonical form and SHA-1 over text. */
static inline char *reference(const char *uri, const char *text)
{
    g_autofree char *digest = digest_of(text);
    return g_strdup_printf("<ds:Reference URI=\"%s\"><ds:Transforms><ds:Transform Algorithm=\"" EXC "\"></ds:Transform>"
                           "</ds:Transforms><ds:DigestMethod Algorithm=\"" DS "sha1\"></ds:DigestMethod>"
                           "<ds:DigestValue>%s</ds:DigestValue></ds:Reference>",
                           uri, digest);
}

static inline char *signed_info(const char *method, const char *references)
{
    return g_strdup_printf("<ds:SignedInfo xmlns:ds=\"" DS "\"><ds:CanonicalizationMethod Algorithm=\"" EXC "\">"
                           "</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"%s\"></ds:SignatureMethod>%s"
                           "</ds:SignedInfo>",
                           method, references);
}

static inline char *message(const Parts *parts, const void *secret, gsize secret_len)
{
    g_autofree char *made = parts->value == NULL ? hmac_of(secret, secret_len, parts->info) : NULL;
    return g_strdup_printf(
        "<s:Envelope xmlns:s=\"" SOAP "\"><s:Header>%s<wsse:Security xmlns:wsse=\"" WSSE "\">%s"
        "<ds:Signature xmlns:ds=\"" DS "\">%s<ds:SignatureValue>%s</ds:SignatureValue>%s</ds:Signature>"
        "</wsse:Security></s:Header>%s</s:Envelope>",
        parts->header != NULL ? parts->header : "", parts->tokens != NULL ? parts->tokens : "", parts->info,
        parts->value != NULL ? parts->value : made, parts->after_info != NULL ? parts->after_info : BY_NAME,
        parts->body != NULL ? parts->body : BODY);
}

/* The ring knows SECRET by the name "k". */
static inline WsscKeyring *named_ring(void)
{
    WsscKeyring *ring = wssc_keyring_new();
    g_autoptr(WsscSecret) secret = wssc_secret_new(SECRET, strlen(SECRET));
    wssc_keyring_add_key_name(ring, "k", secret, (WsscKeyOrigin){.source = WSSC_KEY_FROM_KEYFILE, .line = 3});
    return ring;
}

static inline WsscSecurity *process(const char *text, WsscKeyring *ring)
{
    const WsscSecurityOptions options = {.frame = 1, .want_hypotheses = TRUE};
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    return wssc_security_process(xml, verifier, &options);
}

static inline const WsscSignature *only_signature(const WsscSecurity *security)
{
    g_assert_cmpuint(security->signatures->len, ==, 1);
    return security->signatures->pdata[0];
}

static inline void assert_verdict(const WsscSignature *signature, WsscVerdict verdict, const char *in_reason)
{
    g_test_message("%s: %s", wssc_verdict_name(signature->verdict),
                   signature->reason != NULL ? signature->reason : "-");
    g_assert_cmpstr(wssc_verdict_name(signature->verdict), ==, wssc_verdict_name(verdict));
    if (in_reason != NULL)
        g_assert_nonnull(strstr(signature->reason, in_reason));
}

/* A message that SECRET signs, and the verdict on it. */
static inline void check(const Parts *parts, WsscVerdict verdict, const char *in_reason)
{
    g_autoptr(WsscKeyring) ring = named_ring();
    g_autofree char *text = message(parts, SECRET, strlen(SECRET));
    g_autoptr(WsscSecurity) security = process(text, ring);
    assert_verdict(only_signature(security), verdict, in_reason);
}

static inline gboolean has_note(const WsscSecurity *security, const char *id)
{
    for (guint i = 0; i < security->notes->len; i++)
        if (strcmp(((const WsscSecurityNote *)security->notes->pdata[i])->id, id) == 0)
            return TRUE;
    return FALSE;
}

#endif
