/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From a ds:KeyInfo to the keys that may be meant (WSS 1.1 section 7).
 */
#include "security/keyinfo/resolve.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "security/algorithms.h"

gint64 wssc_resolve_number(const xmlNode *element)
{
    guint64 value;
    if (element == NULL)
        return WSSC_DERIVE_ABSENT;
    g_autofree char *text = wssc_xml_text_stripped(element);
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT32, &value, NULL) ? (gint64)value : WSSC_DERIVE_MALFORMED;
}

char *wssc_resolve_child_text(const xmlNode *parent, WsscNsFamily family, const char *name)
{
    const xmlNode *child = wssc_xml_child(parent, family, name);
    return child != NULL ? wssc_xml_text_stripped(child) : NULL;
}

/* ---- tokens ---------------------------------------------------------------------------------------------------- */

static void resolve_reference_checked(WsscSearch *search, const xmlNode *str)
{
    if (search->work->depth >= WSSC_MAX_DERIVATION_CHAIN) {
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "references to references, too deep or in a circle");
        return;
    }
    search->work->depth++;
    wssc_resolve_reference(search, str);
    search->work->depth--;
}

static void resolve_str_token(WsscSearch *search, xmlNode *token)
{
    resolve_reference_checked(search, token);
}

/* ds:RetrievalMethod may lead to parts of another KeyInfo. */
static void resolve_x509_token(WsscSearch *search, xmlNode *token)
{
    wssc_resolve_x509_data(search, token);
}

static const struct {
    WsscNsFamily family;
    const char *name;
    void (*resolve)(WsscSearch *search, xmlNode *token);
} tokens[] = {
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", wssc_resolve_sct},
    {WSSC_NS_FAMILY_WSC, "DerivedKeyToken", wssc_resolve_derived},
    {WSSC_NS_FAMILY_XENC, "EncryptedKey", wssc_resolve_encrypted_key},
    {WSSC_NS_FAMILY_SAML, "Assertion", wssc_resolve_assertion},
    {WSSC_NS_FAMILY_WSSE, "UsernameToken", wssc_resolve_username},
    {WSSC_NS_FAMILY_WSSE, "BinarySecurityToken", wssc_resolve_binary_token},
    {WSSC_NS_FAMILY_WSSE, "SecurityTokenReference", resolve_str_token},
    {WSSC_NS_FAMILY_DS, "X509Data", resolve_x509_token},
    {WSSC_NS_FAMILY_WST, "BinarySecret", wssc_resolve_binary_secret},
};

#define STEP_OCTETS 4000 /* what following one reference takes, in octets digested */

void wssc_resolve_element(WsscSearch *search, xmlNode *token)
{
    if (search->work->budget->steps == 0 || !wssc_verifier_take(search->work->budget, STEP_OCTETS)) {
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "the message holds more references than are followed");
        return;
    }
    search->work->budget->steps--;
    for (guint i = 0; i < G_N_ELEMENTS(tokens); i++) {
        if (wssc_xml_is(token, tokens[i].family, tokens[i].name)) {
            tokens[i].resolve(search, token);
            return;
        }
    }
    wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN,
                     wssc_xml_is(token, WSSC_NS_FAMILY_XENC, "EncryptedData") ? "the token is still encrypted (%s)"
                                                                              : "a token of kind %s is not supported",
                     (const char *)token->name);
}

/* ---- wsse:SecurityTokenReference ------------------------------------------------------------------------- */

/* The token with an id: where two have it, which is meant is open, and so is the verdict. */
static xmlNode *token_with_id(WsscSearch *search, const char *id)
{
    guint count;
    xmlNode *token = wssc_work_find_id(search->work, id, &count);
    if (count > 1)
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "%u elements have the id %s of the token", count, id);
    return token;
}

/* Base64 in the one spelling that keys are kept under. Caller frees. */
static char *plain_base64(const char *text)
{
    g_autoptr(GBytes) octets = wssc_base64_decode(text, strlen(text));
    return octets != NULL ? wssc_base64_encode(wssc_bytes_of(octets)) : g_strdup(text);
}

static void resolve_uri(WsscSearch *search, const xmlNode *reference)
{
    g_autofree char *uri = wssc_xml_attr_value(reference, WSSC_NS_FAMILY_NONE, "URI");
    g_autofree char *type = wssc_xml_attr_value(reference, WSSC_NS_FAMILY_NONE, "ValueType");
    g_autofree char *instance = wssc_xml_attr_value(reference, WSSC_NS_FAMILY_WSC, "Instance");

    if (uri == NULL || *uri == '\0') {
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "a reference without URI");
    } else if (uri[0] == '#') {
        xmlNode *token = token_with_id(search, uri + 1);
        if (token != NULL)
            wssc_resolve_element(search, token);
        else
            wssc_resolve_elsewhere(search, uri + 1);
    } else if (type != NULL && g_str_has_suffix(type, "#EncryptedKey")) {
        wssc_search_add_ring(search, wssc_keyring_encrypted_key(search->work->ring, uri), WSSC_KEY_KIND_ENCRYPTED_KEY,
                             "EncryptedKey", uri);
    } else if ((type == NULL && wssc_keyring_token(search->work->ring, uri) == NULL) ||
               (type != NULL && g_str_has_suffix(type, "/sct"))) {
        if (wssc_keyring_context(search->work->ring, uri) != NULL || !wssc_resolve_given_name(search, uri))
            wssc_resolve_context(search, uri, instance);
    } else {
        wssc_search_add_ring(search, wssc_keyring_token(search->work->ring, uri), WSSC_KEY_KIND_UNKNOWN, "token", uri);
    }
}

static void resolve_saml_id(WsscSearch *search, const char *id)
{
    xmlNode *assertion = token_with_id(search, id);
    if (wssc_xml_is(assertion, WSSC_NS_FAMILY_SAML, "Assertion"))
        wssc_resolve_assertion(search, assertion);
    else
        wssc_search_add_ring(search, wssc_keyring_token(search->work->ring, id), WSSC_KEY_KIND_SAML, "assertion", id);
}

static void resolve_key_identifier(WsscSearch *search, const xmlNode *identifier)
{
    g_autofree char *type = wssc_xml_attr_value(identifier, WSSC_NS_FAMILY_NONE, "ValueType");
    g_autofree char *text = wssc_xml_text_stripped(identifier);
    g_autofree char *value = plain_base64(text);
    const WsscKeyring *ring = search->work->ring;
    const char *kind = type != NULL && strrchr(type, '#') != NULL ? strrchr(type, '#') + 1 : "";

    if (strcmp(kind, "EncryptedKeySHA1") == 0)
        wssc_search_add_ring(search, wssc_keyring_encrypted_key(ring, value), WSSC_KEY_KIND_ENCRYPTED_KEY,
                             "EncryptedKey", value);
    else if (strcmp(kind, "ThumbprintSHA1") == 0)
        wssc_resolve_known_certificate(search, WSSC_CERTIFICATE_THUMBPRINT, value, NULL);
    else if (strcmp(kind, "X509SubjectKeyIdentifier") == 0)
        wssc_resolve_known_certificate(search, WSSC_CERTIFICATE_SKI, value, NULL);
    else if (g_str_has_prefix(kind, "X509") || strcmp(kind, "PKCS7") == 0)
        wssc_resolve_certificate(search, identifier);
    else if (g_str_has_prefix(kind, "SAML"))
        resolve_saml_id(search, text);
    else if (g_str_has_prefix(kind, "Kerberos"))
        wssc_search_add_ring(search, wssc_keyring_token(ring, wssc_keyring_token(ring, value) != NULL ? value : text),
                             WSSC_KEY_KIND_KERBEROS, "the Kerberos ticket", value);
    else
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "a key identifier of type %s is not supported",
                         type != NULL ? type : "(none)");
}

static void resolve_key_name(WsscSearch *search, const xmlNode *name)
{
    g_autofree char *value = wssc_xml_text_stripped(name);
    const GPtrArray *keys = wssc_keyring_key_name(search->work->ring, value);
    /* A name may be a certificate's subject as well: XML Signature section 4.5.1 leaves open what it names. */
    if (keys != NULL || !wssc_resolve_subject(search, value))
        wssc_search_add_ring(search, keys, WSSC_KEY_KIND_UNKNOWN, "KeyName", value);
}

static void resolve_embedded(WsscSearch *search, const xmlNode *embedded)
{
    xmlNode *token = wssc_xml_first(embedded);
    if (token != NULL)
        wssc_resolve_element(search, token);
    else
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "an empty wsse:Embedded");
}

/* What the transforms would have picked is not known: what stands there may be meant, a fit shows it. */
static void resolve_untransformed(WsscSearch *search, xmlNode *target, const char *uri, const xmlNode *transforms)
{
    const xmlNode *first = wssc_xml_child(transforms, WSSC_NS_FAMILY_DS, "Transform");
    g_autofree char *name = first != NULL ? wssc_xml_attr_value(first, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    const WsscAlgorithm *algorithm = wssc_algorithm_find(name);
    guint before = search->found->len;
    for (xmlNode *n = target; n != NULL; n = wssc_ids_walk(target, n)) {
        if (!wssc_xml_is(n, WSSC_NS_FAMILY_DS, "X509Data"))
            continue;
        wssc_resolve_x509_data(search, n);
        break;
    }
    for (guint i = before; i < search->found->len; i++)
        ((WsscCandidate *)search->found->pdata[i])->is_guess = TRUE;
    wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "RetrievalMethod %s: transform %s is never run", uri,
                     algorithm != NULL && *algorithm->name != '\0' ? algorithm->name
                     : name != NULL                                ? name
                                                                   : "without algorithm");
}

/* XML Signature section 4.5.3. */
static void resolve_retrieval(WsscSearch *search, const xmlNode *method)
{
    g_autofree char *uri = wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "URI");
    const xmlNode *transforms = wssc_xml_child(method, WSSC_NS_FAMILY_DS, "Transforms");
    gboolean keeps_comments;
    if (uri == NULL || *uri != '#') {
        wssc_resolve_file(search, uri != NULL ? uri : "");
        return;
    }
    g_autofree char *id = wssc_ids_from_uri(uri, &keeps_comments);
    xmlNode *target = id != NULL ? token_with_id(search, id) : NULL;
    if (target == NULL)
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "what RetrievalMethod %s names is not in the message", uri);
    else if (transforms != NULL)
        resolve_untransformed(search, target, uri, transforms);
    else if (wssc_xml_is(target, WSSC_NS_FAMILY_DS, "KeyValue"))
        wssc_resolve_key_value(search, target);
    else
        wssc_resolve_element(search, target);
}

static void resolve_inline(WsscSearch *search, const xmlNode *element)
{
    wssc_resolve_element(search, (xmlNode *)element);
}

static void resolve_agreement(WsscSearch *search, const xmlNode *element)
{
    g_autofree char *algorithm = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "Algorithm");
    wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "key agreement (%s) is not supported",
                     algorithm != NULL ? algorithm : "no algorithm");
}

static const struct {
    WsscNsFamily family;
    const char *name;
    void (*resolve)(WsscSearch *search, const xmlNode *element);
    gboolean is_bare; /* a key without a name: only where nothing beside it says more */
} forms[] = {
    {WSSC_NS_FAMILY_WSSE, "SecurityTokenReference", resolve_reference_checked, FALSE},
    {WSSC_NS_FAMILY_WSSE, "Reference", resolve_uri, FALSE},
    {WSSC_NS_FAMILY_WSSE, "KeyIdentifier", resolve_key_identifier, FALSE},
    {WSSC_NS_FAMILY_WSSE, "Embedded", resolve_embedded, FALSE},
    {WSSC_NS_FAMILY_DS, "X509Data", wssc_resolve_x509_data, FALSE},
    {WSSC_NS_FAMILY_DS, "KeyName", resolve_key_name, FALSE},
    {WSSC_NS_FAMILY_DS, "KeyValue", wssc_resolve_key_value, TRUE},
    {WSSC_NS_FAMILY_DS11, "DEREncodedKeyValue", wssc_resolve_der_key_value, TRUE},
    {WSSC_NS_FAMILY_DS, "RetrievalMethod", resolve_retrieval, FALSE},
    {WSSC_NS_FAMILY_XENC, "EncryptedKey", resolve_inline, FALSE},
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", resolve_inline, FALSE},
    {WSSC_NS_FAMILY_SAML, "Assertion", resolve_inline, FALSE},
    {WSSC_NS_FAMILY_WST, "BinarySecret", resolve_inline, FALSE},
    {WSSC_NS_FAMILY_XENC, "AgreementMethod", resolve_agreement, FALSE},
};

/* Something was found that is surely meant. */
static gboolean is_settled(const WsscSearch *search)
{
    for (guint i = 0; i < search->found->len; i++)
        if (!((const WsscCandidate *)search->found->pdata[i])->is_guess)
            return TRUE;
    return FALSE;
}

void wssc_resolve_forms(WsscSearch *search, const xmlNode *parent)
{
    for (int is_bare = FALSE; is_bare <= TRUE; is_bare++) {
        for (const xmlNode *child = wssc_xml_first(parent); child != NULL; child = wssc_xml_next(child)) {
            WsscNsFamily family = wssc_ns_family(wssc_xml_ns(child));
            for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
                if (forms[i].is_bare == is_bare && forms[i].family == family &&
                    strcmp((const char *)child->name, forms[i].name) == 0)
                    forms[i].resolve(search, child);
            if (is_settled(search))
                return;
        }
    }
    if (search->found->len == 0)
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "nothing in the KeyInfo says which key%s%s",
                         search->work->xml->undeclared != NULL ? ": " : "",
                         search->work->xml->undeclared != NULL ? search->work->xml->undeclared : "");
}

void wssc_resolve_reference(WsscSearch *search, const xmlNode *str)
{
    if (!wssc_resolve_implied(search, str))
        wssc_resolve_forms(search, str);
}

/* ---- a KeyInfo that names nothing -------------------------------------------------------------------------- */

/* A form by its local name alone: one that slipped out of its namespace. */
static gboolean is_slipped(const xmlNode *element)
{
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        if (strcmp((const char *)element->name, forms[i].name) == 0)
            return forms[i].family != wssc_ns_family(wssc_xml_ns(element));
    return FALSE;
}

/* Empty, or nothing but forms in the wrong namespace: what says of a key what is not understood here is another thing.
 */
static gboolean names_nothing(const WsscSearch *search, const xmlNode *key_info)
{
    const xmlNode *child = wssc_xml_first(key_info);
    while (child != NULL && is_slipped(child))
        child = wssc_xml_next(child);
    return child == NULL && search->found->len == 0 && search->context == NULL;
}

static void guess_token(WsscSearch *search, xmlNode *token)
{
    g_auto(WsscSearch) sub = wssc_search_begin(search->work, FALSE);
    wssc_resolve_element(&sub, token);
    g_ptr_array_set_free_func(sub.found, NULL);
    for (guint i = 0; i < sub.found->len; i++) {
        WsscCandidate *candidate = sub.found->pdata[i];
        candidate->is_guess = TRUE;
        candidate->deviation = WSSC_DEVIATION_KEY_INFO_NAMELESS;
        candidate->token = token;
        g_ptr_array_add(search->found, candidate);
    }
}

/* Children of KeyInfo that slipped into another namespace name no key to a reader; their writer meant some token of the
 * header. */
static void guess_tokens(WsscSearch *search, const xmlNode *key_info)
{
    const xmlNode *security = key_info->parent;
    while (security != NULL && !wssc_xml_is(security, WSSC_NS_FAMILY_WSSE, "Security"))
        security = security->parent;
    if (security == NULL) {
        const xmlNode *root = xmlDocGetRootElement(key_info->doc);
        security = wssc_xml_child(wssc_xml_child(root, WSSC_NS_FAMILY_SOAP, "Header"), WSSC_NS_FAMILY_WSSE, "Security");
    }
    for (xmlNode *token = wssc_xml_first(security); token != NULL; token = wssc_xml_next(token))
        for (guint i = 0; i < G_N_ELEMENTS(tokens); i++)
            if (wssc_xml_is(token, tokens[i].family, tokens[i].name) && !wssc_work_is_within(key_info, token))
                guess_token(search, token);
}

WsscSearch wssc_resolve_key_info(WsscWork *work, const xmlNode *key_info, gboolean with_habits)
{
    WsscSearch search = wssc_search_begin(work, with_habits);
    if (key_info != NULL)
        wssc_resolve_forms(&search, key_info);
    else
        wssc_search_fail(&search, WSSC_KEY_KIND_UNKNOWN, "there is no KeyInfo");
    if (key_info != NULL && names_nothing(&search, key_info)) {
        search.has_habits = TRUE;
        if (with_habits)
            guess_tokens(&search, key_info);
    }
    search.has_habits = search.has_habits && !work->options->is_strict;
    return search;
}

WsscSearch wssc_resolve_hints(WsscWork *work, const xmlNode *key_info)
{
    WsscSearch search = wssc_search_begin(work, FALSE);
    search.with_hints = TRUE;
    wssc_resolve_forms(&search, key_info);
    return search;
}

/* XML Signature section 4.5: the receiver is expected to know the key from the context. */
WsscSearch wssc_resolve_unnamed(WsscWork *work)
{
    WsscSearch search = wssc_search_begin(work, FALSE);
    g_autoptr(GPtrArray) keys = wssc_keyring_named(work->ring);
    guint most = wssc_work_most(work, WSSC_LIMIT_UNNAMED_KEYS);

    for (guint i = 0; i < keys->len && search.found->len < most; i++) {
        const WsscKey *key = keys->pdata[i];
        wssc_search_add(&search, WSSC_KEY_KIND_UNKNOWN, key->secret, key->origin)->is_guess = TRUE;
    }
    wssc_resolve_given_certificates(&search);
    if (keys->len > most)
        wssc_search_fail(&search, WSSC_KEY_KIND_UNKNOWN,
                         "there is no KeyInfo, and none of the first %u keys given by name gives the signature value "
                         "(%u were given)",
                         most, keys->len);
    else
        wssc_search_fail(&search, WSSC_KEY_KIND_UNKNOWN,
                         "there is no KeyInfo, and no key given by name or as a certificate gives the signature value");
    return search;
}

xmlNode *wssc_resolve_token(const WsscStage *stage, const xmlNode *str)
{
    const xmlNode *reference = wssc_xml_child(str, WSSC_NS_FAMILY_WSSE, "Reference");
    const xmlNode *identifier = wssc_xml_child(str, WSSC_NS_FAMILY_WSSE, "KeyIdentifier");
    const xmlNode *embedded = wssc_xml_child(str, WSSC_NS_FAMILY_WSSE, "Embedded");
    g_autofree char *type =
        identifier != NULL ? wssc_xml_attr_value(identifier, WSSC_NS_FAMILY_NONE, "ValueType") : NULL;
    g_autofree char *id = NULL;
    if (embedded != NULL)
        return wssc_xml_first(embedded);
    if (reference != NULL)
        id = wssc_xml_attr_value(reference, WSSC_NS_FAMILY_NONE, "URI");
    else if (type != NULL && strstr(type, "#SAML") != NULL)
        return wssc_ids_find(stage->ids, (id = wssc_xml_text_stripped(identifier)), NULL);
    return id != NULL && id[0] == '#' ? wssc_ids_find(stage->ids, id + 1, NULL) : NULL;
}
