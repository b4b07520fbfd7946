/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signed messages in whose shape something is moved, forged or only unusual. They are signed here, with libxml2's
 * exclusive canonical form and OpenSSL's HMAC; then the text is changed.
 */
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/text.h"
#include "security/security.h"

#define S "http://www.w3.org/2003/05/soap-envelope"
#define S11 "http://schemas.xmlsoap.org/soap/envelope/"
#define WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define WSU "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define WSA "http://www.w3.org/2005/08/addressing"
#define DS "http://www.w3.org/2000/09/xmldsig#"
#define EXC "http://www.w3.org/2001/10/xml-exc-c14n#"

static const char key[] = "0123456789abcdef";

/* ---- signing ---------------------------------------------------------------------------------------------- */

static xmlNode *find(xmlNode *root, const char *name)
{
    for (xmlNode *n = root; n != NULL; n = n->next) {
        if (n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0)
            return n;
        xmlNode *below = n->children != NULL && n->type == XML_ELEMENT_NODE ? find(n->children, name) : NULL;
        if (below != NULL)
            return below;
    }
    return NULL;
}

static xmlNode *find_id(xmlNode *root, const char *id)
{
    for (xmlNode *n = root; n != NULL; n = n->next) {
        xmlChar *value = n->type == XML_ELEMENT_NODE ? xmlGetProp(n, (const xmlChar *)"Id") : NULL;
        gboolean is_this = value != NULL && strcmp((const char *)value, id) == 0;
        xmlFree(value);
        if (is_this)
            return n;
        xmlNode *below = n->type == XML_ELEMENT_NODE && n->children != NULL ? find_id(n->children, id) : NULL;
        if (below != NULL)
            return below;
    }
    return NULL;
}

static int is_visible(void *root, xmlNodePtr node, xmlNodePtr parent)
{
    for (xmlNode *n = node->type == XML_NAMESPACE_DECL ? parent : node; n != NULL; n = n->parent)
        if (n == root)
            return 1;
    return 0;
}

static GString *canonical(xmlNode *root)
{
    xmlOutputBuffer *buffer = xmlAllocOutputBuffer(NULL);
    xmlC14NExecute(root->doc, is_visible, root, XML_C14N_EXCLUSIVE_1_0, NULL, 0, buffer);
    GString *text =
        g_string_new_len((const char *)xmlOutputBufferGetContent(buffer), (gssize)xmlOutputBufferGetSize(buffer));
    xmlOutputBufferClose(buffer);
    return text;
}

static void replace(GString *text, const char *what, const char *with)
{
    char *at = strstr(text->str, what);
    g_assert_nonnull(at);
    gssize offset = at - text->str;
    g_string_erase(text, offset, (gssize)strlen(what));
    g_string_insert(text, offset, with);
}

static char *base64_of(const guint8 *octets, guint len)
{
    return wssc_base64_encode(wssc_bytes(octets, len));
}

/* Puts the digest of each "@id@" and the value of "@@" into the text. */
static GString *sign(const char *template, const char *const *ids)
{
    GString *text = g_string_new(template);
    guint8 octets[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    for (; *ids != NULL; ids++) {
        g_autoptr(xmlDoc) doc = xmlReadMemory(text->str, (int)text->len, NULL, NULL, 0);
        xmlNode *target = find_id(doc->children, *ids);
        g_autofree char *place = g_strdup_printf("@%s@", *ids);
        g_assert_nonnull(target);
        GString *form = canonical(target);
        EVP_Digest(form->str, form->len, octets, &len, EVP_sha256(), NULL);
        g_string_free(form, TRUE);
        g_autofree char *digest = base64_of(octets, len);
        replace(text, place, digest);
    }
    g_autoptr(xmlDoc) doc = xmlReadMemory(text->str, (int)text->len, NULL, NULL, 0);
    GString *form = canonical(find(doc->children, "SignedInfo"));
    HMAC(EVP_sha256(), key, (int)strlen(key), (const guint8 *)form->str, form->len, octets, &len);
    g_string_free(form, TRUE);
    g_autofree char *value = base64_of(octets, len);
    replace(text, "@@", value);
    return text;
}

/* ---- a message ---------------------------------------------------------------------------------------------- */

#define REFERENCE(id)                                                                                                  \
    "<ds:Reference URI='#" id "'><ds:Transforms><ds:Transform Algorithm='" EXC "'/></ds:Transforms>"                   \
    "<ds:DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/><ds:DigestValue>@" id "@</ds:DigestValue>"  \
    "</ds:Reference>"
#define SIGNATURE                                                                                                      \
    "<ds:Signature xmlns:ds='" DS "'><ds:SignedInfo><ds:CanonicalizationMethod Algorithm='" EXC "'/>"                  \
    "<ds:SignatureMethod Algorithm='http://www.w3.org/2001/04/xmldsig-more#hmac-sha256'/>" REFERENCE("body")           \
        REFERENCE("time") REFERENCE("to") REFERENCE("about")                                                           \
            REFERENCE("own") "</ds:SignedInfo><ds:SignatureValue>@@</ds:SignatureValue><ds:KeyInfo><ds:KeyName>k</"    \
                             "ds:KeyName></ds:KeyInfo>"                                                                \
                             "</ds:Signature>"
#define TIME "<u:Timestamp u:Id='time'><u:Created>2026-01-01T00:00:00Z</u:Created></u:Timestamp>"
#define TO "<a:To u:Id='to'>urn:to</a:To>"
#define ABOUT "<a:RelatesTo u:Id='about'>urn:1</a:RelatesTo>"
#define OWN "<o:Own xmlns:o='urn:own' u:Id='own'>text</o:Own>"
#define BODY "<s:Body u:Id='body'><p xmlns='urn:p'>text</p></s:Body>"
#define ENVELOPE "<s:Envelope xmlns:s='" S "' xmlns:u='" WSU "' xmlns:a='" WSA "' xmlns:w='" WSSE "'>"
#define MESSAGE                                                                                                        \
    ENVELOPE "<s:Header>" TO ABOUT OWN "<w:Security>" TIME SIGNATURE "</w:Security></s:Header>" BODY "</s:Envelope>"

static const char *const ids[] = {"body", "time", "to", "about", "own", NULL};

/* What is put in the place of what, in order. */
static const struct {
    const char *name;
    enum { PLAIN, NOTED /* that it may be another one that is read */, WRAPPED } seen;
    const char *changes[9];
} cases[] = {
    {"as-signed", PLAIN, {NULL}},
    {"body-in-a-header",
     WRAPPED,
     {BODY, "<s:Body/>", "</s:Header>", "<x:w xmlns:x='urn:x'>" BODY "</x:w></s:Header>", NULL}},
    {"body-in-an-object",
     WRAPPED,
     {BODY, "<s:Body/>", "</ds:Signature>", "<ds:Object>" BODY "</ds:Object></ds:Signature>", NULL}},
    {"body-behind-another", WRAPPED, {BODY, "<s:Body/>" BODY, NULL}},
    {"body-before-another", WRAPPED, {BODY, BODY "<s:Body/>", NULL}},
    {"timestamp-as-a-header", WRAPPED, {TIME, "<u:Timestamp/>", "</s:Header>", TIME "</s:Header>", NULL}},
    {"timestamp-of-another-actor",
     WRAPPED,
     {TIME, "<u:Timestamp/>", "</s:Header>", "<w:Security s:role='urn:r'>" TIME "</w:Security></s:Header>", NULL}},
    {"only-timestamp-with-another-actor",
     WRAPPED,
     {TIME, "", "</s:Header>", "<w:Security s:role='urn:r'>" TIME "</w:Security></s:Header>", NULL}},
    {"to-in-a-reply-to", WRAPPED, {TO, "<a:ReplyTo>" TO "</a:ReplyTo>", NULL}},
    {"to-behind-another", WRAPPED, {TO, "<a:To>urn:evil</a:To>" TO, NULL}},
    {"to-before-another", WRAPPED, {TO, TO "<a:To>urn:evil</a:To>", NULL}},
    {"two-timestamps", WRAPPED, {TIME, TIME "<u:Timestamp/>", NULL}},
    {"to-behind-that-of-another-role", PLAIN, {TO, "<a:To s:role='urn:r'>urn:other</a:To>" TO, NULL}},
    {"to-behind-that-of-another-version",
     WRAPPED,
     {TO, "<b:To xmlns:b='http://schemas.xmlsoap.org/ws/2004/08/addressing'>urn:to</b:To>" TO, NULL}},
    {"two-relates-to", PLAIN, {ABOUT, "<a:RelatesTo RelationshipType='urn:r'>urn:2</a:RelatesTo>" ABOUT, NULL}},
    {"header-in-another",
     WRAPPED,
     {OWN, "<o:Own xmlns:o='urn:own'>evil</o:Own><x:w xmlns:x='urn:x'>" OWN "</x:w>", NULL}},
    {"header-in-another-without-twin", WRAPPED, {OWN, "<x:w xmlns:x='urn:x'>" OWN "</x:w>", NULL}},
    {"two-replies", NOTED, {ABOUT, "<a:RelatesTo>urn:2</a:RelatesTo>" ABOUT, NULL}},
    {"header-twice", NOTED, {OWN, "<o:Own xmlns:o='urn:own'>other</o:Own>" OWN, NULL}},
    {"header-twice-of-two-names", PLAIN, {OWN, "<o:Own xmlns:o='urn:other'>other</o:Own>" OWN, NULL}},
    {"header-behind-the-body", WRAPPED, {BODY, "", "<s:Header>", BODY "<s:Header>", NULL}},
    {"body-of-no-version-but-the-other",
     WRAPPED,
     {BODY, "<t:Body xmlns:t='" S11 "'/>", "</s:Envelope>", "<x:w xmlns:x='urn:x'>" BODY "</x:w></s:Envelope>", NULL}},
    {"timestamp-for-next",
     WRAPPED,
     {TIME, "", "</s:Header>", "<w:Security s:role='" S "/role/next'>" TIME "</w:Security></s:Header>", NULL}},
    {"timestamp-in-a-draft-of-security",
     WRAPPED,
     {TIME, "", "</s:Header>",
      "<d:Security xmlns:d='http://schemas.xmlsoap.org/ws/2003/06/secext'>" TIME "</d:Security></s:Header>", NULL}},
    {"security-of-a-draft",
     WRAPPED,
     {"<w:Security>", "<d:Security xmlns:d='http://schemas.xmlsoap.org/ws/2003/06/secext'>", "</w:Security>",
      "</d:Security>", NULL}},
    {"header-in-signed-properties",
     WRAPPED,
     {OWN, "", "</ds:Signature>",
      "<ds:Object><x:QualifyingProperties xmlns:x='http://uri.etsi.org/01903/v1.3.2#'>" OWN
      "</x:QualifyingProperties></ds:Object></ds:Signature>",
      NULL}},
    {"message-in-a-document", WRAPPED, {ENVELOPE, "<x>" ENVELOPE, "</s:Envelope>", "</s:Envelope></x>", NULL}},
    {"envelope-of-no-version",
     WRAPPED,
     {ENVELOPE, "<x:Envelope xmlns:x='urn:x' xmlns:s='" S "' xmlns:u='" WSU "' xmlns:a='" WSA "' xmlns:w='" WSSE "'>",
      "</s:Envelope>", "</x:Envelope>", NULL}},
    {"second-header", WRAPPED, {"<s:Header>", "<s:Header/><s:Header>", NULL}},
    {"to-behind-that-for-next", WRAPPED, {TO, "<a:To s:role='" S "/role/next'>urn:evil</a:To>" TO, NULL}},
    {"to-behind-that-for-the-ultimate-receiver",
     WRAPPED,
     {TO, "<a:To s:role='" S "/role/ultimateReceiver'>urn:evil</a:To>" TO, NULL}},
    {"to-behind-that-with-an-actor-of-the-other-version",
     WRAPPED,
     {TO, "<a:To xmlns:t='" S11 "' t:actor='urn:r'>urn:evil</a:To>" TO, NULL}},
    {"header-beside-the-body", WRAPPED, {OWN, "", "</s:Envelope>", OWN "</s:Envelope>", NULL}},
    {"header-in-security", WRAPPED, {OWN, "", "</w:Security>", OWN "</w:Security>", NULL}},
    {"header-in-the-key-info", WRAPPED, {OWN, "", "</ds:KeyInfo>", OWN "</ds:KeyInfo>", NULL}},
    {"header-in-an-object",
     WRAPPED,
     {OWN, "", "</ds:Signature>", "<ds:Object>" OWN "</ds:Object></ds:Signature>", NULL}},
    {"body-of-the-other-version",
     WRAPPED,
     {BODY, BODY "<t:Body xmlns:t='" S11 "'><evil xmlns='urn:p'/></t:Body>", NULL}},
    {"body-of-the-other-version-first",
     WRAPPED,
     {BODY, "<t:Body xmlns:t='" S11 "'><evil xmlns='urn:p'/></t:Body>" BODY, NULL}},
    {"to-as-security", WRAPPED, {TO, "", "</w:Security>", TO "</w:Security>", NULL}},
    {"signature-in-the-header",
     WRAPPED,
     {"<w:Security>", "<w:Security/><x:w xmlns:x='urn:x'>", "</w:Security></s:Header>", "</x:w></s:Header>", NULL}},
    {"signature-in-a-wrapper-in-security",
     WRAPPED,
     {"<ds:Signature", "<x:w xmlns:x='urn:x'><ds:Signature", "</ds:Signature>", "</ds:Signature></x:w>", NULL}},
    {"security-of-an-unknown-namespace",
     WRAPPED,
     {"<w:Security>", "<x:Security xmlns:x='urn:x'>", "</w:Security>", "</x:Security>", NULL}},
    {"security-for-nobody", WRAPPED, {"<w:Security>", "<w:Security s:role='" S "/role/none'>", NULL}},
    {"security-for-next", PLAIN, {"<w:Security>", "<w:Security s:role='" S "/role/next'>", NULL}},
    {"whole-message-inside-a-header",
     WRAPPED,
     {ENVELOPE, ENVELOPE "<s:Header><x:w xmlns:x='urn:x'>" ENVELOPE, "</s:Envelope>",
      "</s:Envelope></x:w></s:Header><s:Body/></s:Envelope>", NULL}},
    {"whole-message-behind-a-body",
     WRAPPED,
     {ENVELOPE, ENVELOPE "<s:Header/><s:Body/>" ENVELOPE, "</s:Envelope>", "</s:Envelope></s:Envelope>", NULL}},
    {"whole-message-inside-security",
     WRAPPED,
     {ENVELOPE, ENVELOPE "<s:Header><w:Security>" ENVELOPE, "</s:Envelope>",
      "</s:Envelope></w:Security></s:Header><s:Body/></s:Envelope>", NULL}},
    {"whole-message-inside-a-body",
     PLAIN,
     {ENVELOPE, ENVELOPE "<s:Header/><s:Body>" ENVELOPE, "</s:Envelope>", "</s:Envelope></s:Body></s:Envelope>", NULL}},
};

static WsscSecurity *check(const GString *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = g_bytes_new(text->str, text->len);
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscSecret) secret = wssc_secret_new(key, strlen(key));
    WsscSecurityOptions options = {.frame = 1};
    wssc_keyring_add_key_name(ring, "k", secret, (WsscKeyOrigin){.source = WSSC_KEY_FROM_KEYFILE});
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    return wssc_security_process(xml, verifier, &options);
}

static gboolean has_note(const WsscSecurity *security, const char *id)
{
    for (guint i = 0; i < security->notes->len; i++)
        if (strcmp(((const WsscSecurityNote *)security->notes->pdata[i])->id, id) == 0)
            return TRUE;
    return FALSE;
}

static void test_case(gconstpointer data)
{
    guint position = GPOINTER_TO_UINT(data);
    GString *text = sign(MESSAGE, ids);
    for (const char *const *change = cases[position].changes; *change != NULL; change += 2)
        replace(text, change[0], change[1]);
    g_autoptr(WsscSecurity) security = check(text);
    g_string_free(text, TRUE);
    g_assert_cmpuint(security->signatures->len, ==, 1);
    const WsscSignature *signature = security->signatures->pdata[0];
    g_test_message("%s %s", wssc_verdict_name(signature->verdict), signature->reason != NULL ? signature->reason : "");
    for (guint i = 0; i < signature->references->len; i++)
        g_assert_cmpint(((const WsscSignedReference *)signature->references->pdata[i])->digest, ==, WSSC_DIGEST_OK);
    gboolean is_wrapped = cases[position].seen == WRAPPED;
    g_assert_cmpint(signature->verdict, ==, is_wrapped ? WSSC_VERDICT_INVALID : WSSC_VERDICT_VALID);
    g_assert_true(!is_wrapped || g_str_has_prefix(signature->reason, "wrapping: "));
    g_assert_cmpint(has_note(security, "signature-wrapping"), ==, is_wrapped);
    g_assert_cmpint(has_note(security, "part-unsigned"), ==, cases[position].seen == NOTED);
}

/* A part of ds:Signature that is there twice: which one is meant nobody can say. */
static void test_part_twice(gconstpointer part)
{
    GString *text = sign(MESSAGE, ids);
    g_autofree char *end = g_strdup_printf("</ds:%s>", (const char *)part);
    g_autofree char *twice = g_strdup_printf("%s<ds:%s/>", end, (const char *)part);
    replace(text, end, twice);
    g_autoptr(WsscSecurity) security = check(text);
    g_string_free(text, TRUE);
    const WsscSignature *signature = security->signatures->pdata[0];
    g_assert_cmpint(signature->verdict, ==, WSSC_VERDICT_INVALID);
    g_assert_nonnull(strstr(signature->reason, part));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *title = g_strconcat("/wrapping/", cases[i].name, NULL);
        g_test_add_data_func(title, GUINT_TO_POINTER(i), test_case);
    }
    g_test_add_data_func("/parts-twice/SignedInfo", "SignedInfo", test_part_twice);
    g_test_add_data_func("/parts-twice/SignatureValue", "SignatureValue", test_part_twice);
    g_test_add_data_func("/parts-twice/KeyInfo", "KeyInfo", test_part_twice);
    return g_test_run();
}
