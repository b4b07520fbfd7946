/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The wsse:Security header: which tokens, keys and references it carries. Verdicts on them are
 * the matter of core/security.
 */
#include <string.h>

#include "soap/derived_key.h"
#include "soap/parts.h"

static WsscSecurityHeader *new_header(WsscPool *pool)
{
    WsscSecurityHeader *header = wssc_pool_new0(pool, WsscSecurityHeader);
    header->created = header->expires = WSSC_TIME_NONE;
    header->created_digits = -1;
    header->scts = header->derived_keys = header->assertions = header->misplaced = header->references =
        wssc_pool_no_items();
    return header;
}

const char *wssc_token_kind_name(WsscTokenKind kind)
{
    static const char *const names[WSSC_TOKEN_KIND_MAX] = {
#define WSSC_TOKEN_KIND(ID, name) name,
#include "soap/token_kinds.def"
#undef WSSC_TOKEN_KIND
    };
    return names[kind];
}

gboolean wssc_token_kinds_have(const WsscTokenKinds *kinds, WsscTokenKind kind)
{
    for (guint i = 0; i < kinds->count; i++)
        if (kinds->list[i] == kind)
            return TRUE;
    return FALSE;
}

static void note_token(WsscSecurityHeader *header, WsscTokenKind kind)
{
    if (!wssc_token_kinds_have(&header->tokens, kind))
        header->tokens.list[header->tokens.count++] = (guint8)kind;
}

static gint64 child_time(const xmlNode *element, const char *name, int *ret_digits)
{
    const xmlNode *child = wssc_xml_child(element, WSSC_NS_FAMILY_WSU, name);
    g_autofree char *text = child != NULL ? wssc_xml_text_stripped(child) : NULL;
    *ret_digits = wssc_fraction_digits(text);
    return text != NULL ? wssc_time_parse(text) : WSSC_TIME_NONE;
}

static void read_timestamp(WsscPool *pool G_GNUC_UNUSED, const xmlNode *element, WsscSecurityHeader *header)
{
    header->timestamps++;
    if (header->has_timestamp)
        return;
    int digits;
    header->has_timestamp = TRUE;
    header->created = child_time(element, "Created", &header->created_digits);
    header->expires = child_time(element, "Expires", &digits);
}

static void read_username(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header)
{
    note_token(header, WSSC_TOKEN_KIND_USERNAME);
    header->has_password |= wssc_xml_child(element, WSSC_NS_FAMILY_WSSE, "Password") != NULL;
    if (header->username == NULL)
        header->username = wssc_child_text(pool, element, WSSC_NS_FAMILY_WSSE, "Username");
    const xmlNode *nonce = wssc_xml_child(element, WSSC_NS_FAMILY_WSSE, "Nonce");
    g_autoptr(GBytes) octets = nonce != NULL ? wssc_xml_base64(nonce) : NULL;
    if (header->username_nonce == 0 && octets != NULL && g_bytes_get_size(octets) > 0)
        header->username_nonce = wssc_bytes_hash(wssc_bytes_of(octets));
}

static void read_binary_token(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header)
{
    const char *type = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, "ValueType");
    WsscTokenKind kind = WSSC_TOKEN_KIND_BINARY;
    if (type == NULL || strstr(type, "x509") != NULL || strstr(type, "X509") != NULL)
        kind = WSSC_TOKEN_KIND_X509;
    else if (strstr(type, "erberos") != NULL)
        kind = WSSC_TOKEN_KIND_KERBEROS;
    note_token(header, kind);
}

static void read_assertion(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header)
{
    wssc_pool_add(pool, &header->assertions, wssc_saml_read(pool, element));
    note_token(header, wssc_xml_ns(element) == WSSC_NS_SAML20 ? WSSC_TOKEN_KIND_SAML20 : WSSC_TOKEN_KIND_SAML11);
}

static void read_sct(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header)
{
    note_token(header, WSSC_TOKEN_KIND_SCT);
    wssc_pool_add(pool, &header->scts, wssc_sct_read(pool, element));
}

static void read_key_info(WsscPool *pool, const xmlNode *key_info, WsscSecurityHeader *header)
{
    for (const xmlNode *child = wssc_xml_first(key_info); child != NULL; child = wssc_xml_next(child))
        if (wssc_xml_is(child, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference"))
            wssc_pool_add(pool, &header->references, wssc_reference_read(pool, child));
}

static gint64 number_in(WsscPool *pool, const xmlNode *element)
{
    return wssc_number(element != NULL ? wssc_element_text(pool, element) : NULL);
}

static void read_derived_key(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header)
{
    WsscDerivedKey *key = wssc_pool_new0(pool, WsscDerivedKey);
    const WsscDerivedKeyParts parts = wssc_derived_key_find(element);

    key->ns = wssc_xml_ns(element);
    key->id = wssc_id_text(pool, element);
    if (parts.algorithm != NULL)
        key->algorithm = wssc_attribute_value(pool, parts.algorithm);
    key->generation = number_in(pool, parts.generation);
    key->offset = number_in(pool, parts.offset);
    key->length = number_in(pool, parts.length);
    if (parts.label != NULL) {
        g_autofree char *text = wssc_xml_text(parts.label);
        key->label = wssc_pool_strdup(pool, text);
    }
    if (parts.nonce != NULL) {
        g_autoptr(GBytes) octets = wssc_xml_base64(parts.nonce);
        key->has_nonce = TRUE;
        key->nonce_len = octets != NULL ? g_bytes_get_size(octets) : 0;
        key->nonce_hash = key->nonce_len > 0 ? wssc_bytes_hash(wssc_bytes_of(octets)) : 0;
    }
    if (parts.source != NULL) {
        key->source = wssc_reference_read(pool, parts.source);
        wssc_pool_add(pool, &header->references, wssc_reference_read(pool, parts.source));
    }
    wssc_pool_add(pool, &header->derived_keys, key);
}

static void read_signature(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header)
{
    const xmlNode *info = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "SignedInfo");
    const xmlNode *method = info != NULL ? wssc_xml_child(info, WSSC_NS_FAMILY_DS, "SignatureMethod") : NULL;
    header->signatures++;
    header->has_output_length |=
        method != NULL && wssc_xml_child(method, WSSC_NS_FAMILY_DS, "HMACOutputLength") != NULL;
    read_key_info(pool, wssc_xml_child(element, WSSC_NS_FAMILY_DS, "KeyInfo"), header);
}

static void read_encrypted(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header)
{
    header->encrypted++;
    read_key_info(pool, wssc_xml_child(element, WSSC_NS_FAMILY_DS, "KeyInfo"), header);
}

static void read_encrypted_key(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header)
{
    note_token(header, WSSC_TOKEN_KIND_ENCRYPTED_KEY);
    read_encrypted(pool, element, header);
}

static void read_reference_list(WsscPool *pool G_GNUC_UNUSED, const xmlNode *element G_GNUC_UNUSED,
                                WsscSecurityHeader *header)
{
    header->reference_lists++;
}

static void read_confirmation(WsscPool *pool G_GNUC_UNUSED, const xmlNode *element G_GNUC_UNUSED,
                              WsscSecurityHeader *header)
{
    header->signature_confirmations++;
}

static void read_binary_secret(WsscPool *pool G_GNUC_UNUSED, const xmlNode *element G_GNUC_UNUSED,
                               WsscSecurityHeader *header)
{
    header->has_binary_secret = TRUE;
}

static const struct {
    WsscNsFamily family;
    const char *name;
    void (*read)(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *header);
} handlers[] = {
    {WSSC_NS_FAMILY_WSU, "Timestamp", read_timestamp},
    {WSSC_NS_FAMILY_WSSE, "UsernameToken", read_username},
    {WSSC_NS_FAMILY_WSSE, "BinarySecurityToken", read_binary_token},
    {WSSC_NS_FAMILY_SAML, "Assertion", read_assertion},
    {WSSC_NS_FAMILY_WST, "BinarySecret", read_binary_secret},
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", read_sct},
    {WSSC_NS_FAMILY_WSC, "DerivedKeyToken", read_derived_key},
    {WSSC_NS_FAMILY_DS, "Signature", read_signature},
    {WSSC_NS_FAMILY_XENC, "EncryptedKey", read_encrypted_key},
    {WSSC_NS_FAMILY_XENC, "EncryptedData", read_encrypted},
    {WSSC_NS_FAMILY_XENC, "ReferenceList", read_reference_list},
    {WSSC_NS_FAMILY_WSSE11, "EncryptedHeader", read_encrypted},
    {WSSC_NS_FAMILY_WSSE11, "SignatureConfirmation", read_confirmation},
};

/* ---- order ----------------------------------------------------------------------------------------------------- */

/* Children of a header whose order is looked at: what stacks write is far less. */
#define MAX_ORDERED 32

/* What a child of the header says by which token its key is: the fragment of its reference; NULL when it names none. */
static const char *used_id(WsscPool *pool, const xmlNode *child)
{
    const xmlNode *info = wssc_xml_child(child, WSSC_NS_FAMILY_DS, "KeyInfo");
    const xmlNode *str = wssc_xml_child(info != NULL ? info : child, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference");
    const xmlNode *reference = str != NULL ? wssc_xml_child(str, WSSC_NS_FAMILY_WSSE, "Reference") : NULL;
    const char *uri = reference != NULL ? wssc_attribute_text(pool, reference, WSSC_NS_FAMILY_NONE, "URI") : NULL;
    return uri != NULL && *uri == '#' ? uri + 1 : NULL;
}

static void note_misplaced(WsscPool *pool, const xmlNode *user, const char *id, WsscSecurityHeader *header)
{
    guint behind = 0;
    for (const xmlNode *token = wssc_xml_next(user); token != NULL && behind < MAX_ORDERED;
         token = wssc_xml_next(token), behind++) {
        if (token->properties == NULL || g_strcmp0(wssc_id_text(pool, token), id) != 0)
            continue;
        WsscMisplaced *misplaced = wssc_pool_new0(pool, WsscMisplaced);
        misplaced->user = wssc_pool_strdup(pool, (const char *)user->name);
        misplaced->token = wssc_pool_strdup(pool, (const char *)token->name);
        misplaced->id = id;
        wssc_pool_add(pool, &header->misplaced, misplaced);
        return;
    }
}

/* Receivers that read a header as it comes want each token before its use (WS-SecurityPolicy 1.2 section 6.7). */
static void find_misplaced(WsscPool *pool, const xmlNode *security, WsscSecurityHeader *header)
{
    guint looked_at = 0;
    for (const xmlNode *user = wssc_xml_first(security); user != NULL && looked_at < MAX_ORDERED;
         user = wssc_xml_next(user), looked_at++) {
        const char *id = used_id(pool, user);
        if (id != NULL)
            note_misplaced(pool, user, id, header);
    }
}

WsscSecurityHeader *wssc_security_header_read(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *into)
{
    WsscSecurityHeader *header = into != NULL ? into : new_header(pool);
    if (header->actor == NULL)
        header->actor = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_SOAP, "actor");
    if (header->actor == NULL)
        header->actor = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_SOAP, "role");
    for (const xmlNode *child = wssc_xml_first(element); child != NULL; child = wssc_xml_next(child))
        for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
            if (wssc_xml_is(child, handlers[i].family, handlers[i].name))
                handlers[i].read(pool, child, header);
    if (header->signatures + header->derived_keys->len > 0)
        find_misplaced(pool, element, header);
    return header;
}
