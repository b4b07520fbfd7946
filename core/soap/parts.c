/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "soap/parts.h"

#include <string.h>

char *wssc_child_text(const xmlNode *parent, WsscNsFamily family, const char *local_name)
{
    const xmlNode *child = wssc_xml_child(parent, family, local_name);
    return child != NULL ? wssc_xml_text_stripped(child) : NULL;
}

gint64 wssc_number(const char *text)
{
    guint64 value;
    if (text == NULL)
        return -1;
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT32, &value, NULL) ? (gint64)value : -2;
}

char *wssc_id_text(const xmlNode *element)
{
    const xmlAttr *attr = wssc_xml_id_attr(element);
    if (attr == NULL)
        return NULL;
    return wssc_xml_attr_value(element,
                               attr->ns != NULL ? wssc_ns_family(wssc_xml_ns((const xmlNode *)attr))
                                                : WSSC_NS_FAMILY_NONE,
                               (const char *)attr->name);
}

WsscSct *wssc_sct_read(const xmlNode *element)
{
    WsscSct *sct = g_new0(WsscSct, 1);
    sct->ns = wssc_xml_ns(element);
    sct->id = wssc_id_text(element);
    sct->identifier = wssc_child_text(element, WSSC_NS_FAMILY_WSC, "Identifier");
    if (sct->identifier == NULL)
        sct->identifier = g_strdup("");
    sct->instance = wssc_child_text(element, WSSC_NS_FAMILY_WSC, "Instance");
    sct->has_cookie = wssc_xml_child(element, WSSC_NS_FAMILY_DOTNET, "Cookie") != NULL;
    return sct;
}

void wssc_sct_free(WsscSct *sct)
{
    if (sct == NULL)
        return;
    g_free(sct->id);
    g_free(sct->identifier);
    g_free(sct->instance);
    g_free(sct);
}

/* ---- wsse:SecurityTokenReference (WSS 1.1 section 7) --------------------------------------- */

static void read_uri_reference(const xmlNode *element, WsscReference *ref)
{
    g_autofree char *uri = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "URI");
    ref->kind = uri != NULL && uri[0] == '#' ? WSSC_STR_LOCAL : WSSC_STR_URI;
    ref->value = g_strdup(uri == NULL ? "" : uri[0] == '#' ? uri + 1 : uri);
    ref->value_type = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "ValueType");
    ref->instance = wssc_xml_attr_value(element, WSSC_NS_FAMILY_WSC, "Instance");
}

static void read_key_identifier(const xmlNode *element, WsscReference *ref)
{
    ref->kind = WSSC_STR_KEY_IDENTIFIER;
    ref->value = wssc_xml_text_stripped(element);
    ref->value_type = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "ValueType");
}

static void read_x509_data(const xmlNode *element, WsscReference *ref)
{
    const xmlNode *pair = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "X509IssuerSerial");
    ref->kind = WSSC_STR_X509_DATA;
    if (pair != NULL) {
        g_autofree char *issuer = wssc_child_text(pair, WSSC_NS_FAMILY_DS, "X509IssuerName");
        g_autofree char *serial = wssc_child_text(pair, WSSC_NS_FAMILY_DS, "X509SerialNumber");
        ref->kind = WSSC_STR_ISSUER_SERIAL;
        ref->value = g_strdup_printf("%s %s", issuer != NULL ? issuer : "", serial != NULL ? serial : "");
    }
}

static void read_embedded(const xmlNode *element, WsscReference *ref)
{
    const xmlNode *token = wssc_xml_first(element);
    ref->kind = WSSC_STR_EMBEDDED;
    if (wssc_xml_is(token, WSSC_NS_FAMILY_WSC, "SecurityContextToken"))
        ref->sct = wssc_sct_read(token);
}

static void read_key_name(const xmlNode *element, WsscReference *ref)
{
    ref->kind = WSSC_STR_KEY_NAME;
    ref->value = wssc_xml_text_stripped(element);
}

static void read_key_value(const xmlNode *element G_GNUC_UNUSED, WsscReference *ref)
{
    ref->kind = WSSC_STR_KEY_VALUE;
}

static const struct {
    WsscNsFamily family;
    const char *name;
    void (*read)(const xmlNode *element, WsscReference *ref);
} forms[] = {
    {WSSC_NS_FAMILY_WSSE, "Reference", read_uri_reference},
    {WSSC_NS_FAMILY_WSSE, "KeyIdentifier", read_key_identifier},
    {WSSC_NS_FAMILY_WSSE, "Embedded", read_embedded},
    {WSSC_NS_FAMILY_DS, "X509Data", read_x509_data},
    {WSSC_NS_FAMILY_DS, "KeyName", read_key_name},
    {WSSC_NS_FAMILY_DS, "KeyValue", read_key_value},
};

WsscReference *wssc_reference_read(const xmlNode *element)
{
    WsscReference *ref = g_new0(WsscReference, 1);
    g_autofree char *length = wssc_xml_attr_value(element, WSSC_NS_FAMILY_WSC, "Length");
    ref->token_type = wssc_xml_attr_value(element, WSSC_NS_FAMILY_WSSE11, "TokenType");
    ref->has_nonce = wssc_xml_attr(element, WSSC_NS_FAMILY_WSC, "Nonce") != NULL;
    ref->length = wssc_number(length);
    if (wssc_xml_is(element, WSSC_NS_FAMILY_WSC, "SecurityContextToken")) {
        ref->kind = WSSC_STR_EMBEDDED;
        ref->sct = wssc_sct_read(element);
        return ref;
    }
    /* A STR, or a ds:KeyInfo whose children are the same forms. */
    for (const xmlNode *child = wssc_xml_first(element); child != NULL; child = wssc_xml_next(child)) {
        for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
            if (wssc_xml_is(child, forms[i].family, forms[i].name)) {
                forms[i].read(child, ref);
                return ref;
            }
        }
    }
    ref->kind = wssc_xml_first(element) != NULL ? WSSC_STR_OTHER : WSSC_STR_NONE;
    return ref;
}

void wssc_reference_free(WsscReference *reference)
{
    if (reference == NULL)
        return;
    g_free(reference->value);
    g_free(reference->value_type);
    g_free(reference->instance);
    g_free(reference->token_type);
    wssc_sct_free(reference->sct);
    g_free(reference);
}
