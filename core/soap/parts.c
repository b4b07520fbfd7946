/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "soap/parts.h"

#include <string.h>

char *wssc_element_text(WsscPool *pool, const xmlNode *element)
{
    const char *plain = wssc_xml_plain_text(element);
    g_autofree char *joined = plain == NULL ? wssc_xml_text(element) : NULL;
    return wssc_pool_strip(pool, plain != NULL ? plain : joined);
}

char *wssc_child_text(WsscPool *pool, const xmlNode *parent, WsscNsFamily family, const char *local_name)
{
    const xmlNode *child = wssc_xml_child(parent, family, local_name);
    return child != NULL ? wssc_element_text(pool, child) : NULL;
}

char *wssc_attribute_value(WsscPool *pool, const xmlAttr *attr)
{
    const char *plain = wssc_xml_plain_text((const xmlNode *)attr);
    g_autofree char *joined = plain == NULL ? wssc_xml_attr_text(attr) : NULL;
    return wssc_pool_strdup(pool, plain != NULL ? plain : joined);
}

char *wssc_attribute_text(WsscPool *pool, const xmlNode *element, WsscNsFamily family, const char *local_name)
{
    const xmlAttr *attr = wssc_xml_attr(element, family, local_name);
    return attr != NULL ? wssc_attribute_value(pool, attr) : NULL;
}

gint64 wssc_number(const char *text)
{
    guint64 value;
    if (text == NULL)
        return -1;
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT32, &value, NULL) ? (gint64)value : -2;
}

char *wssc_id_text(WsscPool *pool, const xmlNode *element)
{
    const xmlAttr *attr = wssc_xml_id_attr(element);
    return attr != NULL ? wssc_attribute_value(pool, attr) : NULL;
}

WsscSct *wssc_sct_read(WsscPool *pool, const xmlNode *element)
{
    WsscSct *sct = wssc_pool_new0(pool, WsscSct);
    sct->ns = wssc_xml_ns(element);
    sct->id = wssc_id_text(pool, element);
    sct->identifier = wssc_child_text(pool, element, WSSC_NS_FAMILY_WSC, "Identifier");
    if (sct->identifier == NULL)
        sct->identifier = wssc_pool_strdup(pool, "");
    sct->instance = wssc_child_text(pool, element, WSSC_NS_FAMILY_WSC, "Instance");
    sct->has_cookie = wssc_xml_child(element, WSSC_NS_FAMILY_DOTNET, "Cookie") != NULL;
    return sct;
}

/* ---- wsse:SecurityTokenReference (WSS 1.1 section 7) --------------------------------------- */

static void read_uri_reference(WsscPool *pool, const xmlNode *element, WsscReference *ref)
{
    char *uri = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, "URI");
    ref->kind = uri != NULL && uri[0] == '#' ? WSSC_STR_LOCAL : WSSC_STR_URI;
    ref->value = uri == NULL ? wssc_pool_strdup(pool, "") : uri[0] == '#' ? uri + 1 : uri;
    ref->value_type = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, "ValueType");
    ref->instance = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_WSC, "Instance");
    for (const xmlAttr *a = element->properties; a != NULL && strcmp((const char *)a->name, "URI") != 0; a = a->next)
        ref->is_value_type_first |= strcmp((const char *)a->name, "ValueType") == 0;
}

static void read_key_identifier(WsscPool *pool, const xmlNode *element, WsscReference *ref)
{
    ref->kind = WSSC_STR_KEY_IDENTIFIER;
    ref->value = wssc_element_text(pool, element);
    ref->value_type = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, "ValueType");
}

static void read_x509_data(WsscPool *pool, const xmlNode *element, WsscReference *ref)
{
    const xmlNode *pair = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "X509IssuerSerial");
    ref->kind = WSSC_STR_X509_DATA;
    if (pair != NULL) {
        const char *issuer = wssc_child_text(pool, pair, WSSC_NS_FAMILY_DS, "X509IssuerName");
        const char *serial = wssc_child_text(pool, pair, WSSC_NS_FAMILY_DS, "X509SerialNumber");
        g_autofree char *both = g_strconcat(issuer != NULL ? issuer : "", " ", serial != NULL ? serial : "", NULL);
        ref->kind = WSSC_STR_ISSUER_SERIAL;
        ref->value = wssc_pool_strdup(pool, both);
    }
}

static void read_embedded(WsscPool *pool, const xmlNode *element, WsscReference *ref)
{
    const xmlNode *token = wssc_xml_first(element);
    ref->kind = WSSC_STR_EMBEDDED;
    if (wssc_xml_is(token, WSSC_NS_FAMILY_WSC, "SecurityContextToken"))
        ref->sct = wssc_sct_read(pool, token);
}

static void read_key_name(WsscPool *pool, const xmlNode *element, WsscReference *ref)
{
    ref->kind = WSSC_STR_KEY_NAME;
    ref->value = wssc_element_text(pool, element);
}

static void read_key_value(WsscPool *pool G_GNUC_UNUSED, const xmlNode *element G_GNUC_UNUSED, WsscReference *ref)
{
    ref->kind = WSSC_STR_KEY_VALUE;
}

static const struct {
    WsscNsFamily family;
    const char *name;
    void (*read)(WsscPool *pool, const xmlNode *element, WsscReference *ref);
} forms[] = {
    {WSSC_NS_FAMILY_WSSE, "Reference", read_uri_reference}, {WSSC_NS_FAMILY_WSSE, "KeyIdentifier", read_key_identifier},
    {WSSC_NS_FAMILY_WSSE, "Embedded", read_embedded},       {WSSC_NS_FAMILY_DS, "X509Data", read_x509_data},
    {WSSC_NS_FAMILY_DS, "KeyName", read_key_name},          {WSSC_NS_FAMILY_DS, "KeyValue", read_key_value},
};

WsscReference *wssc_reference_read(WsscPool *pool, const xmlNode *element)
{
    WsscReference *ref = wssc_pool_new0(pool, WsscReference);
    const char *length = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_WSC, "Length");
    ref->token_type = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_WSSE11, "TokenType");
    ref->has_nonce = wssc_xml_attr(element, WSSC_NS_FAMILY_WSC, "Nonce") != NULL;
    ref->length = wssc_number(length);
    if (wssc_xml_is(element, WSSC_NS_FAMILY_WSC, "SecurityContextToken")) {
        ref->kind = WSSC_STR_EMBEDDED;
        ref->sct = wssc_sct_read(pool, element);
        return ref;
    }
    /* A STR, or a ds:KeyInfo whose children are the same forms. */
    for (const xmlNode *child = wssc_xml_first(element); child != NULL; child = wssc_xml_next(child)) {
        for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
            if (wssc_xml_is(child, forms[i].family, forms[i].name)) {
                forms[i].read(pool, child, ref);
                return ref;
            }
        }
    }
    ref->kind = wssc_xml_first(element) != NULL ? WSSC_STR_OTHER : WSSC_STR_NONE;
    return ref;
}

/* ---- names ------------------------------------------------------------------------------------------- */

const char *wssc_str_kind_name(WsscStrKind kind)
{
    static const char *const names[WSSC_STR_MAX] = {
        [WSSC_STR_NONE] = NULL,
        [WSSC_STR_LOCAL] = "local",
        [WSSC_STR_URI] = "uri",
        [WSSC_STR_KEY_IDENTIFIER] = "key-identifier",
        [WSSC_STR_ISSUER_SERIAL] = "issuer-serial",
        [WSSC_STR_X509_DATA] = "x509-data",
        [WSSC_STR_EMBEDDED] = "embedded",
        [WSSC_STR_KEY_NAME] = "key-name",
        [WSSC_STR_KEY_VALUE] = "key-value",
        [WSSC_STR_OTHER] = "other",
    };
    return names[kind];
}

const char *wssc_secret_kind_name(WsscSecretKind kind)
{
    static const char *const names[WSSC_SECRET_MAX] = {
        [WSSC_SECRET_NONE] = NULL,
        [WSSC_SECRET_BINARY] = "binary",
        [WSSC_SECRET_ENCRYPTED_KEY] = "encrypted-key",
        [WSSC_SECRET_ENCRYPTED_DATA] = "encrypted-data",
        [WSSC_SECRET_COMPUTED] = "computed",
        [WSSC_SECRET_OTHER] = "other",
    };
    return names[kind];
}
