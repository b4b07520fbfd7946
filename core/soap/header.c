/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The wsse:Security header: which tokens, keys and references it carries. Verdicts on them are
 * the matter of core/security.
 */
#include <string.h>

#include "soap/parts.h"

static void free_derived_key(gpointer data)
{
    WsscDerivedKey *key = data;
    g_free(key->id);
    g_free(key->algorithm);
    wssc_reference_free(key->source);
    g_free(key->label);
    g_free(key);
}

static WsscSecurityHeader *new_header(void)
{
    WsscSecurityHeader *header = g_new0(WsscSecurityHeader, 1);
    header->created = header->expires = WSSC_TIME_NONE;
    header->scts = g_ptr_array_new_with_free_func((GDestroyNotify)wssc_sct_free);
    header->derived_keys = g_ptr_array_new_with_free_func(free_derived_key);
    header->tokens = g_ptr_array_new();
    header->references = g_ptr_array_new_with_free_func((GDestroyNotify)wssc_reference_free);
    return header;
}

void wssc_security_header_free(WsscSecurityHeader *header)
{
    if (header == NULL)
        return;
    g_free(header->actor);
    g_free(header->username);
    g_ptr_array_unref(header->scts);
    g_ptr_array_unref(header->derived_keys);
    g_ptr_array_unref(header->tokens);
    g_ptr_array_unref(header->references);
    g_free(header);
}

static void note_token(WsscSecurityHeader *header, const char *kind)
{
    for (guint i = 0; i < header->tokens->len; i++)
        if (strcmp(header->tokens->pdata[i], kind) == 0)
            return;
    g_ptr_array_add(header->tokens, (gpointer)kind);
}

static gint64 child_time(const xmlNode *element, const char *name)
{
    g_autofree char *text = wssc_child_text(element, WSSC_NS_FAMILY_WSU, name);
    return text != NULL ? wssc_time_parse(text) : WSSC_TIME_NONE;
}

static void read_timestamp(const xmlNode *element, WsscSecurityHeader *header)
{
    header->timestamps++;
    if (header->has_timestamp)
        return;
    header->has_timestamp = TRUE;
    header->created = child_time(element, "Created");
    header->expires = child_time(element, "Expires");
}

static void read_username(const xmlNode *element, WsscSecurityHeader *header)
{
    note_token(header, "username");
    if (header->username == NULL)
        header->username = wssc_child_text(element, WSSC_NS_FAMILY_WSSE, "Username");
}

static void read_binary_token(const xmlNode *element, WsscSecurityHeader *header)
{
    g_autofree char *type = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "ValueType");
    const char *kind = "binary";
    if (type == NULL || strstr(type, "x509") != NULL || strstr(type, "X509") != NULL)
        kind = "x509";
    else if (strstr(type, "erberos") != NULL)
        kind = "kerberos";
    note_token(header, kind);
}

static void read_assertion(const xmlNode *element, WsscSecurityHeader *header)
{
    note_token(header, wssc_xml_ns(element) == WSSC_NS_SAML20 ? "saml20" : "saml11");
}

static void read_sct(const xmlNode *element, WsscSecurityHeader *header)
{
    note_token(header, "sct");
    g_ptr_array_add(header->scts, wssc_sct_read(element));
}

static void read_key_info(const xmlNode *key_info, WsscSecurityHeader *header)
{
    for (const xmlNode *child = wssc_xml_first(key_info); child != NULL; child = wssc_xml_next(child))
        if (wssc_xml_is(child, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference"))
            g_ptr_array_add(header->references, wssc_reference_read(child));
}

/* WS-SC 1.4 section 7.1; wsc:Properties may hold label and nonce as defaults. */
static void read_derived_key(const xmlNode *element, WsscSecurityHeader *header)
{
    WsscDerivedKey *key = g_new0(WsscDerivedKey, 1);
    const xmlNode *properties = wssc_xml_child(element, WSSC_NS_FAMILY_WSC, "Properties");
    const xmlNode *str = wssc_xml_child(element, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference");
    const xmlNode *nonce = wssc_xml_child(element, WSSC_NS_FAMILY_WSC, "Nonce");
    if (nonce == NULL)
        nonce = wssc_xml_child(element, WSSC_NS_FAMILY_WSSE, "Nonce");
    if (nonce == NULL)
        nonce = wssc_xml_child(properties, WSSC_NS_FAMILY_WSC, "Nonce");

    key->ns = wssc_xml_ns(element);
    key->id = wssc_id_text(element);
    key->algorithm = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "Algorithm");
    if (key->algorithm == NULL)
        key->algorithm = wssc_xml_attr_value(element, WSSC_NS_FAMILY_WSC, "Algorithm");
    g_autofree char *generation = wssc_child_text(element, WSSC_NS_FAMILY_WSC, "Generation");
    g_autofree char *offset = wssc_child_text(element, WSSC_NS_FAMILY_WSC, "Offset");
    g_autofree char *length = wssc_child_text(element, WSSC_NS_FAMILY_WSC, "Length");
    key->generation = wssc_number(generation);
    key->offset = wssc_number(offset);
    key->length = wssc_number(length);
    const xmlNode *label = wssc_xml_child(element, WSSC_NS_FAMILY_WSC, "Label");
    if (label == NULL)
        label = wssc_xml_child(properties, WSSC_NS_FAMILY_WSC, "Label");
    key->label = label != NULL ? wssc_xml_text(label) : NULL;
    if (nonce != NULL) {
        g_autoptr(GBytes) octets = wssc_xml_base64(nonce);
        key->has_nonce = TRUE;
        key->nonce_len = octets != NULL ? g_bytes_get_size(octets) : 0;
    }
    if (str != NULL) {
        key->source = wssc_reference_read(str);
        g_ptr_array_add(header->references, wssc_reference_read(str));
    }
    g_ptr_array_add(header->derived_keys, key);
}

static void read_signature(const xmlNode *element, WsscSecurityHeader *header)
{
    header->signatures++;
    read_key_info(wssc_xml_child(element, WSSC_NS_FAMILY_DS, "KeyInfo"), header);
}

static void read_encrypted(const xmlNode *element, WsscSecurityHeader *header)
{
    header->encrypted++;
    read_key_info(wssc_xml_child(element, WSSC_NS_FAMILY_DS, "KeyInfo"), header);
}

static void read_encrypted_key(const xmlNode *element, WsscSecurityHeader *header)
{
    note_token(header, "encrypted-key");
    read_encrypted(element, header);
}

static void read_reference_list(const xmlNode *element G_GNUC_UNUSED, WsscSecurityHeader *header)
{
    header->reference_lists++;
}

static void read_confirmation(const xmlNode *element G_GNUC_UNUSED, WsscSecurityHeader *header)
{
    header->signature_confirmations++;
}

static const struct {
    WsscNsFamily family;
    const char *name;
    void (*read)(const xmlNode *element, WsscSecurityHeader *header);
} handlers[] = {
    {WSSC_NS_FAMILY_WSU, "Timestamp", read_timestamp},
    {WSSC_NS_FAMILY_WSSE, "UsernameToken", read_username},
    {WSSC_NS_FAMILY_WSSE, "BinarySecurityToken", read_binary_token},
    {WSSC_NS_FAMILY_SAML, "Assertion", read_assertion},
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", read_sct},
    {WSSC_NS_FAMILY_WSC, "DerivedKeyToken", read_derived_key},
    {WSSC_NS_FAMILY_DS, "Signature", read_signature},
    {WSSC_NS_FAMILY_XENC, "EncryptedKey", read_encrypted_key},
    {WSSC_NS_FAMILY_XENC, "EncryptedData", read_encrypted},
    {WSSC_NS_FAMILY_XENC, "ReferenceList", read_reference_list},
    {WSSC_NS_FAMILY_WSSE11, "EncryptedHeader", read_encrypted},
    {WSSC_NS_FAMILY_WSSE11, "SignatureConfirmation", read_confirmation},
};

WsscSecurityHeader *wssc_security_header_read(const xmlNode *element, WsscSecurityHeader *into)
{
    WsscSecurityHeader *header = into != NULL ? into : new_header();
    if (header->actor == NULL)
        header->actor = wssc_xml_attr_value(element, WSSC_NS_FAMILY_SOAP, "actor");
    if (header->actor == NULL)
        header->actor = wssc_xml_attr_value(element, WSSC_NS_FAMILY_SOAP, "role");
    for (const xmlNode *child = wssc_xml_first(element); child != NULL; child = wssc_xml_next(child))
        for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
            if (wssc_xml_is(child, handlers[i].family, handlers[i].name))
                handlers[i].read(child, header);
    return header;
}
