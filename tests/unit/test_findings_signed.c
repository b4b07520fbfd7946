/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings on verdicts and coverage: each has a signed message that raises it and one that comes close and does
 * not. Messages are signed here with libxml2's exclusive canonical form and OpenSSL's HMAC alone.
 */
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "session/session.h"

#define DS "http://www.w3.org/2000/09/xmldsig#"
#define EXC "http://www.w3.org/2001/10/xml-exc-c14n#"
#define DSMORE "http://www.w3.org/2001/04/xmldsig-more#"
#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define SHORT_KEY "0123456789"
#define FIRST_KEY "0123456789abcdef0123456789abcdef"
#define NO_KEY_OF_IT "00112233445566770011223344556677"
#define SECOND_KEY "fedcba9876543210fedcba9876543210"

/* ---- signing ------------------------------------------------------------------------------------------------- */

static int is_below(void *apex, xmlNode *node, xmlNode *parent)
{
    /* A namespace node comes with its element as parent. */
    for (const xmlNode *n = node->type == XML_NAMESPACE_DECL ? parent : node; n != NULL; n = n->parent)
        if (n == apex)
            return 1;
    return 0;
}

static char *canonical(xmlNode *apex)
{
    xmlOutputBuffer *out = xmlAllocOutputBuffer(NULL);
    g_assert_cmpint(xmlC14NExecute(apex->doc, is_below, apex, XML_C14N_EXCLUSIVE_1_0, NULL, 0, out), >=, 0);
    char *text = g_strndup((const char *)xmlOutputBufferGetContent(out), xmlOutputBufferGetSize(out));
    xmlOutputBufferClose(out);
    return text;
}

static xmlNode *find(xmlNode *node, const char *name, const char *id)
{
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        xmlChar *own = xmlGetProp(node, (const xmlChar *)"Id");
        gboolean is_it = (name == NULL || strcmp((const char *)node->name, name) == 0) &&
                         (id == NULL || g_strcmp0((const char *)own, id) == 0);
        xmlFree(own);
        xmlNode *found = is_it ? node : find(node->children, name, id);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static void set_base64(xmlNode *node, const guint8 *data, gsize len)
{
    g_autofree char *text = g_base64_encode(data, len);
    xmlNodeSetContent(node, (const xmlChar *)text);
}

/* Fills in the digests and the value of the message's only signature. Caller frees. */
static char *sign(const char *text, const char *key)
{
    guint8 octets[EVP_MAX_MD_SIZE];
    guint len = 0;
    xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);
    xmlNode *root = xmlDocGetRootElement(doc);
    xmlNode *info = find(root, "SignedInfo", NULL);

    for (xmlNode *ref = info != NULL ? info->children : NULL; ref != NULL; ref = ref->next) {
        if (ref->type != XML_ELEMENT_NODE || strcmp((const char *)ref->name, "Reference") != 0)
            continue;
        xmlChar *uri = xmlGetProp(ref, (const xmlChar *)"URI");
        g_autofree char *covered = canonical(find(root, NULL, (const char *)uri + 1));
        EVP_Digest(covered, strlen(covered), octets, &len, EVP_sha1(), NULL);
        set_base64(find(ref->children, "DigestValue", NULL), octets, len);
        xmlFree(uri);
    }
    if (info != NULL) {
        g_autofree char *covered = canonical(info);
        HMAC(EVP_sha1(), key, (int)strlen(key), (const guint8 *)covered, strlen(covered), octets, &len);
        set_base64(find(root, "SignatureValue", NULL), octets, len);
    }
    xmlBuffer *buffer = xmlBufferCreate();
    xmlNodeDump(buffer, doc, root, 0, 0);
    char *signed_text = g_strdup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    xmlFreeDoc(doc);
    return signed_text;
}

/* ---- messages -------------------------------------------------------------------------------------------------- */

#define REFERENCE(id)                                                                                                  \
    "<d:Reference URI='#" id "'><d:Transforms><d:Transform Algorithm='" EXC                                            \
    "'/></d:Transforms><d:DigestMethod Algorithm='" DS "sha1'/><d:DigestValue/></d:Reference>"
#define SIGNATURE(references, to)                                                                                      \
    "<d:Signature><d:SignedInfo><d:CanonicalizationMethod Algorithm='" EXC "'/><d:SignatureMethod Algorithm='" DS      \
    "hmac-sha1'/>" references                                                                                          \
    "</d:SignedInfo><d:SignatureValue/><d:KeyInfo><o:SecurityTokenReference><o:Reference URI='#" to                    \
    "'/></o:SecurityTokenReference></d:KeyInfo></d:Signature>"
#define ALL REFERENCE("body") REFERENCE("time") REFERENCE("action")
#define TIMESTAMP "<u:Timestamp u:Id='time'><u:Created>2026-03-01T12:00:00Z</u:Created></u:Timestamp>"
#define SCT(instance)                                                                                                  \
    "<c:SecurityContextToken u:Id='sct'><c:Identifier>urn:ctx</c:Identifier>" instance "</c:SecurityContextToken>"
/* FIRST_KEY in clear: whoever wrote it chose the key. */
#define ASSERTION                                                                                                      \
    "<l:Assertion xmlns:l='urn:oasis:names:tc:SAML:2.0:assertion' ID='claim'><l:Subject><l:SubjectConfirmation>"       \
    "<l:SubjectConfirmationData><d:KeyInfo><t:BinarySecret "                                                           \
    "xmlns:t='http://docs.oasis-open.org/ws-sx/ws-trust/200512'>MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=</"        \
    "t:BinarySecret></d:KeyInfo>"                                                                                      \
    "</l:SubjectConfirmationData></l:SubjectConfirmation></l:Subject></l:Assertion>"
#define ACTION "<a:Action u:Id='action'>urn:call</a:Action>"
#define BODY "<s:Body u:Id='body'><q>one</q></s:Body>"
#define ENVELOPE(header, security, body)                                                                               \
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing' "    \
    "xmlns:c='http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512' xmlns:d='" DS "' "                        \
    "xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' "                     \
    "xmlns:u='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd' "                    \
    "xmlns:e='http://www.w3.org/2001/04/xmlenc#'><s:Header>" header "<o:Security>" security                            \
    "</o:Security></s:Header>" body "</s:Envelope>"
#define WHOLE(references) ENVELOPE(ACTION, TIMESTAMP SCT("") SIGNATURE(references, "sct"), BODY)

/* AES-256-CBC, the IV in front. */
static char *encrypt(const char *plain, const char *key)
{
    guint8 out[256] = "0123456789abcdef";
    int len = 0, rest = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, (const guint8 *)key, out);
    EVP_EncryptUpdate(ctx, out + 16, &len, (const guint8 *)plain, (int)strlen(plain));
    EVP_EncryptFinal_ex(ctx, out + 16 + len, &rest);
    EVP_CIPHER_CTX_free(ctx);
    return g_base64_encode(out, (gsize)(16 + len + rest));
}

#define ENCRYPTED ENCRYPTED_WITH("")
#define ENCRYPTED_WITH(more)                                                                                           \
    ENVELOPE(ACTION, TIMESTAMP SCT("") "<e:ReferenceList><e:DataReference URI='#enc'/></e:ReferenceList>" more,        \
             "<s:Body u:Id='body'><e:EncryptedData Id='enc' "                                                          \
             "Type='http://www.w3.org/2001/04/xmlenc#Content'><e:EncryptionMethod "                                    \
             "Algorithm='http://www.w3.org/2001/04/xmlenc#aes256-cbc'/>"                                               \
             "<d:KeyInfo><o:SecurityTokenReference><o:Reference "                                                      \
             "URI='#sct'/></o:SecurityTokenReference></d:KeyInfo><e:CipherData><e:CipherValue>CIPHER_OCTETS</"         \
             "e:CipherValue></e:CipherData></e:EncryptedData></s:Body>")

#define SHORT_CONTEXT                                                                                                  \
    ENVELOPE(ACTION,                                                                                                   \
             TIMESTAMP "<c:SecurityContextToken u:Id='sct'><c:Identifier>urn:short</c:Identifier>"                     \
                       "</c:SecurityContextToken>" SIGNATURE(ALL, "sct"),                                              \
             BODY)
#define ENCRYPTED_KEY(by)                                                                                              \
    ENVELOPE(ACTION,                                                                                                   \
             "<e:EncryptedKey><e:EncryptionMethod Algorithm='" XENC by                                                 \
             "'/><e:CipherData><e:CipherValue>AAAA</e:CipherValue></e:CipherData></e:EncryptedKey>",                   \
             BODY)
#define SIGNED_BODY(content)                                                                                           \
    ENVELOPE(ACTION, TIMESTAMP SCT("") SIGNATURE(ALL, "sct"), "<s:Body u:Id='body'>" content "</s:Body>")
#define TYPED(content)                                                                                                 \
    SIGNED_BODY("<q xmlns:p='urn:a' xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><p:r/>" content "</q>")

#define CODED(content) SIGNED_BODY("<s:Fault xmlns:p='urn:a'><p:r/>" content "</s:Fault>")

#define PASSWORD(type, text)                                                                                           \
    ENVELOPE(ACTION,                                                                                                   \
             "<o:UsernameToken><o:Username>user</o:Username><o:Password" type ">" text "</o:Password>"                 \
             "</o:UsernameToken>",                                                                                     \
             BODY)

typedef struct {
    const char *text;
    const char *key;       /* it is signed, or its content encrypted, with */
    const char *from, *to; /* changed after signing; or NULL */
} Message;

static const struct {
    WsscFindingId id;
    Message raise, calm;
} fixtures[] = {
    {WSSC_FINDING_SIGNATURE_INVALID, {WHOLE(ALL), FIRST_KEY, "one", "two"}, {WHOLE(ALL), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_SIGNATURE_DEVIATION,
     {ENVELOPE(ACTION, TIMESTAMP SCT("<c:Instance>urn:k2</c:Instance>") SIGNATURE(ALL, "sct"), BODY), FIRST_KEY, NULL,
      NULL},
     {ENVELOPE(ACTION, TIMESTAMP SCT("<c:Instance>urn:k2</c:Instance>") SIGNATURE(ALL, "sct"), BODY), SECOND_KEY, NULL,
      NULL}},
    {WSSC_FINDING_TIMESTAMP_UNSIGNED,
     {WHOLE(REFERENCE("body") REFERENCE("action")), FIRST_KEY, NULL, NULL},
     {WHOLE(REFERENCE("time")), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_PART_UNSIGNED,
     {WHOLE(REFERENCE("body") REFERENCE("time")), FIRST_KEY, NULL, NULL},
     {WHOLE(REFERENCE("time")), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_SIGNATURE_WRAPPING,
     {ENVELOPE(ACTION "<w>" BODY "</w>", TIMESTAMP SCT("") SIGNATURE(ALL, "sct"),
               "<s:Body u:Id='other'><q>two</q></s:Body>"),
      FIRST_KEY, NULL, NULL},
     {ENVELOPE(ACTION "<w u:Id='other'/>", TIMESTAMP SCT("") SIGNATURE(ALL REFERENCE("other"), "sct"), BODY), FIRST_KEY,
      NULL, NULL}},
    {WSSC_FINDING_SIGNATURE_FOR_OTHERS,
     {WHOLE(ALL), FIRST_KEY, "<o:Security", "<o:Security s:role='urn:gateway'"},
     {WHOLE(ALL), FIRST_KEY, "<o:Security", "<o:Security s:role='http://www.w3.org/2003/05/soap-envelope/role/next'"}},
    {WSSC_FINDING_NESTED_MESSAGE,
     {"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body>" WHOLE(ALL) "</s:Body></s:Envelope>",
      FIRST_KEY, NULL, NULL},
     {WHOLE(ALL), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_SIGNED_INSIDE_BODY,
     {ENVELOPE(ACTION, TIMESTAMP SCT("") SIGNATURE(REFERENCE("time") REFERENCE("q"), "sct"),
               "<s:Body><q u:Id='q'>one</q></s:Body>"),
      FIRST_KEY, NULL, NULL},
     {ENVELOPE(ACTION, TIMESTAMP SCT("") SIGNATURE(ALL REFERENCE("q"), "sct"),
               "<s:Body u:Id='body'><q u:Id='q'>one</q></s:Body>"),
      FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_KEY_UNPROVEN,
     {ENVELOPE(ACTION, TIMESTAMP ASSERTION SIGNATURE(ALL, "claim"), BODY), FIRST_KEY, NULL, NULL},
     {ENVELOPE(ACTION, TIMESTAMP SCT("") ASSERTION SIGNATURE(ALL, "sct"), BODY), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_TOKEN_UNSIGNED,
     {ENVELOPE(ACTION, TIMESTAMP SCT("") ASSERTION SIGNATURE(ALL, "sct"), BODY), FIRST_KEY, NULL, NULL},
     {ENVELOPE(ACTION, TIMESTAMP SCT("") SIGNATURE(ALL, "sct"), "<s:Body u:Id='body'>" ASSERTION "</s:Body>"),
      FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_BODY_UNSIGNED,
     {WHOLE(REFERENCE("time") REFERENCE("action")), FIRST_KEY, NULL, NULL},
     {WHOLE(ALL), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_CBC_UNSIGNED,
     {ENCRYPTED_WITH(SIGNATURE(REFERENCE("time"), "sct")), FIRST_KEY, NULL, NULL},
     {ENCRYPTED_WITH(SIGNATURE(ALL, "sct")), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_MD5_USED,
     {WHOLE(ALL), FIRST_KEY, DS "sha1", DSMORE "md5"},
     {WHOLE(ALL), FIRST_KEY, DS "sha1", DSMORE "sha384"}},
    {WSSC_FINDING_SHA1_SIGNATURE,
     {WHOLE(ALL), FIRST_KEY, DS "hmac-sha1", DS "rsa-sha1"},
     {WHOLE(ALL), FIRST_KEY, DS "hmac-sha1", DSMORE "rsa-sha256"}},
    {WSSC_FINDING_SHORT_KEY, {SHORT_CONTEXT, SHORT_KEY, NULL, NULL}, {WHOLE(ALL), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_RSA_1_5,
     {ENCRYPTED_KEY("rsa-1_5"), NULL, NULL, NULL},
     {ENCRYPTED_KEY("rsa-oaep-mgf1p"), NULL, NULL, NULL}},
    {WSSC_FINDING_SIGNED_COMMENT,
     {SIGNED_BODY("<q>one<!-- put in -->two</q>"), FIRST_KEY, NULL, NULL},
     {SIGNED_BODY("<q>one<!-- at the end --></q>"), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_QNAME_REBOUND,
     {TYPED("<r xmlns:p='urn:b' i:type='p:t'/>"), FIRST_KEY, NULL, NULL},
     {TYPED("<p:r xmlns:p='urn:b' i:type='p:t'/>"), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_QNAME_REBOUND,
     {CODED("<faultcode xmlns:p='urn:b'>p:t</faultcode>"), FIRST_KEY, NULL, NULL},
     {CODED("<faultcode>p:t</faultcode>"), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_QNAME_REBOUND,
     {CODED("<s:Code><s:Value xmlns:p='urn:b'>p:t</s:Value></s:Code>"), FIRST_KEY, NULL, NULL},
     {CODED("<s:Code><s:Value>p:t</s:Value></s:Code>"), FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_DUPLICATE_ID,
     {ENVELOPE(ACTION "<w u:Id='body'/>",
               TIMESTAMP SCT("") SIGNATURE(REFERENCE("time") REFERENCE("action") REFERENCE("body"), "sct"), BODY),
      FIRST_KEY, NULL, NULL},
     {ENVELOPE(ACTION "<w u:Id='x'/><w u:Id='x'/>", TIMESTAMP SCT("") SIGNATURE(ALL, "sct"), BODY), FIRST_KEY, NULL,
      NULL}},
    {WSSC_FINDING_DECRYPTION_FAILED, {ENCRYPTED, NO_KEY_OF_IT, NULL, NULL}, {ENCRYPTED, FIRST_KEY, NULL, NULL}},
    {WSSC_FINDING_PASSWORD_WRONG, {PASSWORD("", "other"), NULL, NULL, NULL}, {PASSWORD("", "right"), NULL, NULL, NULL}},
    {WSSC_FINDING_PASSWORD_FITS, {PASSWORD("", "right"), NULL, NULL, NULL}, {PASSWORD("", "other"), NULL, NULL, NULL}},
    {WSSC_FINDING_CLEAR_PASSWORD,
     {PASSWORD("", "right"), NULL, NULL, NULL},
     {PASSWORD(" Type='urn:x#PasswordDigest'", "right"), NULL, NULL, NULL}},
    {WSSC_FINDING_DECRYPTION_DEVIATION, {ENCRYPTED, SECOND_KEY, NULL, NULL}, {ENCRYPTED, FIRST_KEY, NULL, NULL}},
};

static void add_key(WsscSession *session, const char *identifier, const char *instance, const char *key, guint line)
{
    WsscSecret *secret = wssc_secret_new(key, strlen(key));
    wssc_keyring_add_context(wssc_session_keyring(session), identifier, instance, secret,
                             (WsscKeyOrigin){.source = WSSC_KEY_FROM_KEYFILE, .line = line});
    wssc_secret_unref(secret);
}

static char *replaced(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) parts = g_strsplit(text, from, 2);
    g_assert_nonnull(parts[1]);
    return g_strconcat(parts[0], to, parts[1], NULL);
}

static guint count(const Message *message, WsscFindingId id)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    g_autofree char *cipher = message->key != NULL ? encrypt("<q>one</q>", message->key) : NULL;
    g_autofree char *filled = strstr(message->text, "CIPHER_OCTETS") != NULL
                                  ? replaced(message->text, "CIPHER_OCTETS", cipher)
                                  : g_strdup(message->text);
    g_autofree char *text = sign(filled, message->key);
    g_autofree char *changed = message->from != NULL ? replaced(text, message->from, message->to) : g_strdup(text);
    g_autoptr(GBytes) octets = g_bytes_new(changed, strlen(changed));
    WsscUnit unit = {.frame = 1,
                     .time = wssc_time_parse("2026-03-01T12:00:01Z"),
                     .src = "192.0.2.1:5000",
                     .dst = "192.0.2.2:80",
                     .transport = WSSC_TRANSPORT_HTTP,
                     .encoding = WSSC_ENCODING_TEXT,
                     .direction = WSSC_DIRECTION_REQUEST,
                     .stream = 1,
                     .pair = 1,
                     .octets = octets};
    guint n = 0;

    wssc_session_add_file(session, "message");
    add_key(session, "urn:ctx", NULL, FIRST_KEY, 1);
    add_key(session, "urn:short", NULL, SHORT_KEY, 3);
    add_key(session, "urn:ctx", "urn:k2", SECOND_KEY, 2);
    wssc_keyring_add_password(wssc_session_keyring(session), "user", "right", (WsscKeyOrigin){0});
    wssc_session_feed(session, &unit);
    wssc_session_finish(session, unit.time);
    const GPtrArray *findings = wssc_session_findings(session);
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        g_test_message("%s: %s", wssc_finding_info(finding->id)->name, finding->text);
        n += finding->id == id;
    }
    return n;
}

static void test_fixture(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_assert_cmpuint(count(&fixtures[i].raise, fixtures[i].id), >, 0);
    g_assert_cmpuint(count(&fixtures[i].calm, fixtures[i].id), ==, 0);
}

static void test_every_one_has_a_fixture(void)
{
    static const WsscFindingId ids[] = {
#define SIGNED(id) WSSC_FINDING_##id,
#include "signed_findings.def"
#undef SIGNED
    };
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        gboolean is_covered = FALSE;
        for (guint f = 0; f < G_N_ELEMENTS(fixtures); f++)
            is_covered |= fixtures[f].id == ids[i];
        if (!is_covered)
            g_error("finding %s has no fixture", wssc_finding_info(ids[i])->name);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/findings-signed/every-one-has-a-fixture", test_every_one_has_a_fixture);
    for (guint i = 0; i < G_N_ELEMENTS(fixtures); i++) {
        g_autofree char *path = g_strdup_printf("/findings-signed/%s-%u", wssc_finding_info(fixtures[i].id)->name, i);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_fixture);
    }
    return g_test_run();
}
