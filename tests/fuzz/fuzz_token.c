/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates as tokens of a message hold them: the octets of a BinarySecurityToken of each kind. */
#include "fuzz.h"

#include "base/text.h"
#include "security/security.h"

#define WSS "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
#define DS "http://www.w3.org/2000/09/xmldsig#"

static const char head[] =
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:o='" WSS "wssecurity-secext-1.0.xsd' "
    "xmlns:u='" WSS "wssecurity-utility-1.0.xsd' xmlns:d='" DS "'><s:Header><o:Security>"
    "<o:BinarySecurityToken u:Id='t' ValueType='" WSS "x509-token-profile-1.0%s'>%s</o:BinarySecurityToken>"
    "<d:Signature><d:SignedInfo><d:CanonicalizationMethod Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/>"
    "<d:SignatureMethod Algorithm='" DS "rsa-sha1'/><d:Reference URI='#b'><d:DigestMethod Algorithm='" DS "sha1'/>"
    "<d:DigestValue>AAAA</d:DigestValue></d:Reference></d:SignedInfo><d:SignatureValue>AAAA</d:SignatureValue>"
    "<d:KeyInfo><o:SecurityTokenReference><o:Reference URI='#t'/></o:SecurityTokenReference></d:KeyInfo>"
    "</d:Signature></o:Security></s:Header><s:Body u:Id='b'/></s:Envelope>";

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    static const char *const types[] = {"#X509v3", "#X509PKIPathv1", "#PKCS7"};
    g_autofree char *base64 = wssc_base64_encode(wssc_bytes(data, size));
    WsscSecurityOptions options = {.frame = 1, .time = 1};

    options.trust = X509_STORE_new();
    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        char *text = g_strdup_printf(head, types[i], base64);
        g_autoptr(GBytes) octets = g_bytes_new_take(text, strlen(text));
        g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
        g_autoptr(WsscKeyring) ring = wssc_keyring_new();
        FUZZ_ASSERT(xml != NULL);
        g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
        g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
        FUZZ_ASSERT(security->signatures->len == 1);
        FUZZ_ASSERT(((const WsscSignature *)security->signatures->pdata[0])->verdict != WSSC_VERDICT_VALID);
    }
    X509_STORE_free(options.trust);
    return 0;
}
