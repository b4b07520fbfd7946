/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "soap/message.h"

#include <string.h>

#include "soap/action.h"
#include "base/limits.h"
#include "soap/parts.h"

static void set_header(WsscPool *pool, const xmlNode *element, char **field)
{
    if (*field == NULL)
        *field = wssc_element_text(pool, element);
}

/* WS-Addressing 1.0 section 3.1 and its forerunners: without a RelationshipType, or with that of a reply, the
 * message answers; other relationships are the application's own. */
static gboolean is_reply(const xmlNode *relates_to)
{
    g_autofree char *type = wssc_xml_attr_value(relates_to, WSSC_NS_FAMILY_NONE, "RelationshipType");
    if (type == NULL)
        return TRUE;
    g_autofree char *stripped = wssc_strip(type);
    gsize len = strlen(stripped);
    return len >= 5 && g_ascii_strcasecmp(stripped + len - 5, "reply") == 0;
}

static void read_addressing(const xmlNode *element, WsscSoap *soap)
{
    static const struct {
        const char *name;
        gsize field;
        gboolean is_endpoint; /* an endpoint reference: the address is what counts */
    } headers[] = {
        {"Action", G_STRUCT_OFFSET(WsscSoap, action), FALSE},
        {"MessageID", G_STRUCT_OFFSET(WsscSoap, message_id), FALSE},
        {"RelatesTo", G_STRUCT_OFFSET(WsscSoap, relates_to), FALSE},
        {"To", G_STRUCT_OFFSET(WsscSoap, to), FALSE},
        {"ReplyTo", G_STRUCT_OFFSET(WsscSoap, reply_to), TRUE},
    };
    if (soap->wsa == WSSC_NS_NONE)
        soap->wsa = wssc_xml_ns(element);
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        if (strcmp((const char *)element->name, headers[i].name) != 0)
            continue;
        if (headers[i].field == G_STRUCT_OFFSET(WsscSoap, relates_to) && !is_reply(element))
            continue;
        const xmlNode *from = headers[i].is_endpoint ? wssc_xml_child(element, WSSC_NS_FAMILY_WSA, "Address") : element;
        if (from != NULL)
            set_header(soap->pool, from, G_STRUCT_MEMBER_P(soap, headers[i].field));
    }
}

static void read_header(const xmlNode *header, WsscSoap *soap)
{
    for (const xmlNode *e = wssc_xml_first(header); e != NULL; e = wssc_xml_next(e)) {
        if (wssc_ns_family(wssc_xml_ns(e)) == WSSC_NS_FAMILY_WSA) {
            read_addressing(e, soap);
        } else if (wssc_xml_is(e, WSSC_NS_FAMILY_WSSE, "Security")) {
            soap->security = wssc_security_header_read(soap->pool, e, soap->security);
            soap->security_headers++;
        } else if (wssc_xml_is(e, WSSC_NS_FAMILY_WST, "IssuedTokens")) {
            wssc_trust_read(soap->pool, e, &soap->trusts, &soap->limits_met);
        } else if (wssc_xml_is(e, WSSC_NS_FAMILY_WSSE11, "EncryptedHeader") ||
                   wssc_xml_is(e, WSSC_NS_FAMILY_XENC, "EncryptedData")) {
            soap->has_encrypted_header = TRUE;
        }
    }
}

static gboolean is_trust(const xmlNode *element)
{
    return g_str_has_prefix((const char *)element->name, "RequestSecurityToken") &&
           (wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityToken") ||
            wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponse") ||
            wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponseCollection") ||
            wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenCollection"));
}

/* What is a message of its own, or nothing to read. */
static gboolean is_closed(const xmlNode *element)
{
    return wssc_xml_is(element, WSSC_NS_FAMILY_SOAP, "Envelope") ||
           wssc_xml_is(element, WSSC_NS_FAMILY_XENC, "EncryptedData");
}

/* The element behind in document order, not below the last one when that is closed; NULL at the end of the body. */
static const xmlNode *step(const xmlNode *body, const xmlNode *element, gboolean is_below_wanted)
{
    const xmlNode *below = is_below_wanted ? wssc_xml_first(element) : NULL;
    if (below != NULL)
        return below;
    for (; element != body; element = element->parent) {
        const xmlNode *beside = wssc_xml_next(element);
        if (beside != NULL)
            return beside;
    }
    return NULL;
}

/* Services that have a protocol of their own carry requests and responses of WS-Trust inside its elements. */
static void find_nested_trust(const xmlNode *body, WsscSoap *soap)
{
    const xmlNode *element = wssc_xml_first(body);
    for (guint looked_at = 0; element != NULL && looked_at < WSSC_MAX_NESTED_TRUST_SEARCH; looked_at++) {
        gboolean is_found = is_trust(element);
        if (is_found) {
            soap->is_collection |= g_str_has_suffix((const char *)element->name, "Collection");
            wssc_trust_read(soap->pool, element, &soap->trusts, &soap->limits_met);
        }
        element = step(body, element, !is_found && !is_closed(element));
    }
    if (element != NULL)
        wssc_limit_set_add(&soap->limits_met, WSSC_LIMIT_NESTED_TRUST_SEARCH);
}

static void read_body(const xmlNode *body, WsscSoap *soap)
{
    const xmlNode *first = wssc_xml_first(body);
    if (first == NULL)
        return;
    soap->body_name = wssc_pool_strdup(soap->pool, (const char *)first->name);
    soap->body_encrypted = wssc_xml_is(first, WSSC_NS_FAMILY_XENC, "EncryptedData");
    if (wssc_xml_is(first, WSSC_NS_FAMILY_SOAP, "Fault"))
        soap->fault = wssc_fault_read(soap->pool, first, soap->version);
    soap->is_collection = g_str_has_suffix(soap->body_name, "Collection");
    guint before = soap->trusts->len;
    wssc_trust_read(soap->pool, first, &soap->trusts, &soap->limits_met);
    if (soap->trusts->len == before && soap->fault == NULL)
        find_nested_trust(body, soap);
}

static gboolean asks_for_sct(const WsscSoap *soap)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->sct != NULL || wssc_is_sct_type(trust->token_type))
            return TRUE;
        if (trust->target != NULL && (trust->target->sct != NULL || wssc_is_sct_type(trust->target->value_type)))
            return TRUE;
    }
    return FALSE;
}

/* The action says it best: amending is an Issue by its RequestType, and a cancel's response has no
 * RequestType at all. */
static void find_operation(WsscSoap *soap)
{
    WsscAction action;
    if (soap->trusts->len == 0 && !soap->body_encrypted)
        return;
    if (wssc_action_parse(soap->action, &action)) {
        soap->operation = action.operation;
        soap->is_sct_operation = action.is_sct;
    }
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        soap->is_negotiation |= trust->has_binary_exchange;
        if (soap->operation == WSSC_OPERATION_NONE)
            soap->operation = wssc_request_type_parse(trust->request_type);
        if (soap->operation == WSSC_OPERATION_NONE && trust->is_cancelled)
            soap->operation = WSSC_OPERATION_CANCEL;
        if (soap->operation == WSSC_OPERATION_NONE && trust->status_code != NULL)
            soap->operation = WSSC_OPERATION_VALIDATE;
        if (soap->operation == WSSC_OPERATION_NONE && trust->requested_token != NULL)
            soap->operation = WSSC_OPERATION_ISSUE;
    }
    soap->is_sct_operation |= asks_for_sct(soap);
}

static WsscSoapVersion envelope_version(const xmlNode *root)
{
    if (root == NULL || strcmp((const char *)root->name, "Envelope") != 0)
        return WSSC_SOAP_NOT;
    WsscNs ns = wssc_xml_ns(root);
    return ns == WSSC_NS_SOAP11 ? WSSC_SOAP_11 : ns == WSSC_NS_SOAP12 ? WSSC_SOAP_12 : WSSC_SOAP_NOT;
}

/* What may stand by itself in a file: a Security header, an element of WS-Trust. */
static void read_fragment(const xmlNode *root, WsscSoap *soap)
{
    if (wssc_xml_is(root, WSSC_NS_FAMILY_WSSE, "Security")) {
        soap->security = wssc_security_header_read(soap->pool, root, NULL);
        soap->security_headers = 1;
    } else if (wssc_ns_family(wssc_xml_ns(root)) == WSSC_NS_FAMILY_WST) {
        wssc_trust_read(soap->pool, root, &soap->trusts, &soap->limits_met);
        find_operation(soap);
    }
}

gboolean wssc_soap_is_envelope(const WsscXml *xml)
{
    return envelope_version(wssc_xml_root(xml)) != WSSC_SOAP_NOT;
}

static gboolean has_body(const xmlNode *root)
{
    for (const xmlNode *n = wssc_xml_first(root); n != NULL; n = wssc_xml_next(n))
        if (strcmp((const char *)n->name, "Body") == 0 && n->ns != NULL && root->ns != NULL &&
            xmlStrEqual(n->ns->href, root->ns->href))
            return TRUE;
    return FALSE;
}

char *wssc_soap_no_envelope(const WsscXml *xml, const char *content_type)
{
    const xmlNode *root = wssc_xml_root(xml);
    gboolean is_said = content_type != NULL && strstr(content_type, "soap") != NULL;
    if (root == NULL || envelope_version(root) != WSSC_SOAP_NOT)
        return NULL;
    gboolean is_alike = (strcmp((const char *)root->name, "Envelope") == 0 ||
                         wssc_ns_family(wssc_xml_ns(root)) == WSSC_NS_FAMILY_SOAP) &&
                        has_body(root);
    if (!is_said && !is_alike)
        return NULL;
    g_autofree char *words = g_strdup_printf(
        "the first element is %.64s of %.128s: no Envelope of SOAP 1.1 or 1.2", (const char *)root->name,
        root->ns != NULL && root->ns->href != NULL ? (const char *)root->ns->href : "no namespace");
    return g_utf8_make_valid(words, -1);
}

static WsscSoap *read_into(WsscPool *pool, const WsscXml *xml)
{
    WsscSoap *soap = wssc_pool_new0(pool, WsscSoap);
    const xmlNode *root = wssc_xml_root(xml);

    soap->pool = pool;
    soap->trusts = soap->outline = soap->twice = wssc_pool_no_items();
    soap->version = envelope_version(root);
    if (soap->version == WSSC_SOAP_NOT && root != NULL)
        read_fragment(root, soap);
    if (soap->version == WSSC_SOAP_NOT)
        return soap;
    read_header(wssc_xml_child(root, WSSC_NS_FAMILY_SOAP, "Header"), soap);
    read_body(wssc_xml_child(root, WSSC_NS_FAMILY_SOAP, "Body"), soap);
    find_operation(soap);
    wssc_twice_read(soap, root);
    if (soap->security != NULL || soap->trusts->len > 0 || soap->fault != NULL)
        wssc_outline_read(pool, root, &soap->outline);
    return soap;
}

WsscSoap *wssc_soap_read(const WsscXml *xml)
{
    return read_into(wssc_pool_new(), xml);
}

WsscSoap *wssc_soap_read_lasting(const WsscXml *xml, WsscStrings *strings)
{
    return read_into(wssc_pool_new_sharing(strings), xml);
}

void wssc_soap_free(WsscSoap *soap)
{
    if (soap != NULL)
        wssc_pool_free(soap->pool);
}
