/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/document.h"

#include <libxml/xmlsave.h>

#include "report/mask.h"
#include "security/certificate.h"

WsscXml *wssc_document_tree(const WsscMessage *message, WsscXml *xml)
{
    return message->security != NULL && message->security->opened != NULL ? message->security->opened : xml;
}

static GBytes *save(xmlDoc *doc, int options)
{
    xmlBuffer *buffer = xmlBufferCreate();
    xmlSaveCtxt *context = xmlSaveToBuffer(buffer, "UTF-8", options);
    xmlSaveDoc(context, doc);
    xmlSaveClose(context);
    GBytes *octets = g_bytes_new(xmlBufferContent(buffer), (gsize)xmlBufferLength(buffer));
    xmlBufferFree(buffer);
    return octets;
}

char *wssc_document_indented(const WsscXml *xml)
{
    g_autoptr(WsscXml) shown = wssc_xml_copy(xml);
    wssc_mask_secrets(shown);
    g_autoptr(GBytes) octets = save(shown->doc, XML_SAVE_FORMAT | XML_SAVE_NO_DECL);
    WsscBytes text = wssc_bytes_of(octets);
    return g_strndup((const char *)text.data, text.len);
}

/* ---- objects --------------------------------------------------------------------------------------------------- */

void wssc_object_free(WsscObject *object)
{
    g_free(object->name);
    g_bytes_unref(object->octets);
    g_free(object);
}

#define MAX_TOKENS 1000 /* of one message */

typedef struct {
    GPtrArray *objects;
    const WsscMessage *message;
    guint tokens;
} Collection;

/* "frame12", or "frame12.2" for the second message of that frame. */
static char *place_of(const WsscMessage *message)
{
    return message->ordinal > 0 ? g_strdup_printf("frame%u.%u", message->frame, message->ordinal + 1)
                                : g_strdup_printf("frame%u", message->frame);
}

/* Takes the octets over. kind: put into the name, where only letters, digits and hyphens of it are kept. */
static void add(Collection *collection, const char *kind, const char *suffix, const char *media, GBytes *octets)
{
    g_autofree char *place = place_of(collection->message);
    g_autofree char *word = g_strdup(kind);
    WsscObject *object = g_new0(WsscObject, 1);
    for (char *c = word; *c != '\0'; c++)
        *c = g_ascii_isalnum(*c) ? *c : '-';
    object->name = g_strdup_printf("%s-%.40s.%s", place, word, suffix);
    object->media = media;
    object->octets = octets;
    g_ptr_array_add(collection->objects, object);
}

/* "issue-request", "fault", "call", "answer". */
static char *kind_of(const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    if (soap->fault != NULL)
        return g_strdup("fault");
    if (soap->operation != WSSC_OPERATION_NONE)
        return g_strdup_printf("%s-%s", wssc_operation_name(soap->operation),
                               message->is_response ? "response" : "request");
    return g_strdup(message->is_response ? "answer" : "call");
}

static gboolean is_token(const xmlNode *element)
{
    return wssc_xml_is(element, WSSC_NS_FAMILY_WSC, "SecurityContextToken") ||
           wssc_xml_is(element, WSSC_NS_FAMILY_SAML, "Assertion") ||
           wssc_xml_is(element, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken") ||
           wssc_xml_is(element, WSSC_NS_FAMILY_WSSE, "UsernameToken") ||
           (element->parent != NULL && wssc_xml_is(element->parent, WSSC_NS_FAMILY_WST, "RequestedSecurityToken"));
}

/* Prefixes that are declared around it are declared on it. */
static void add_token(Collection *collection, xmlNode *element)
{
    xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNode *copy = xmlDocCopyNode(element, doc, 1);
    g_autofree char *kind = g_strdup_printf("token%u-%.24s", ++collection->tokens, (const char *)element->name);
    if (copy != NULL) {
        xmlDocSetRootElement(doc, copy);
        add(collection, kind, "xml", "application/xml", save(doc, XML_SAVE_NO_DECL));
    }
    xmlFreeDoc(doc);
}

static void add_certificates(Collection *collection, const xmlNode *element, const char *value_type)
{
    g_autoptr(GBytes) octets = wssc_xml_base64(element);
    if (octets == NULL)
        return;
    GPtrArray *found = wssc_certificates_read(wssc_bytes_of(octets), value_type);
    for (guint i = 0; i < found->len; i++) {
        unsigned char *der = NULL;
        int length = i2d_X509(found->pdata[i], &der);
        if (length <= 0)
            continue;
        g_autoptr(GBytes) copy = g_bytes_new(der, (gsize)length);
        g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA1, copy);
        g_autofree char *kind = g_strdup_printf("certificate-%.16s", hash);
        add(collection, kind, "cer", "application/pkix-cert", g_steal_pointer(&copy));
        OPENSSL_free(der);
    }
    g_ptr_array_unref(found);
}

/* Tokens inside of tokens are not taken out, so that each octet is copied once. Depth is bounded by
 * WSSC_MAX_XML_DEPTH. */
static void collect(Collection *collection, xmlNode *parent, gboolean is_in_token)
{
    for (xmlNode *node = wssc_xml_first(parent); node != NULL; node = wssc_xml_next(node)) {
        gboolean is_taken = !is_in_token && collection->tokens < MAX_TOKENS && is_token(node);
        if (is_taken)
            add_token(collection, node);
        if (wssc_xml_is(node, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken")) {
            g_autofree char *value_type = wssc_xml_attr_value(node, WSSC_NS_FAMILY_NONE, "ValueType");
            add_certificates(collection, node, value_type);
        }
        if (wssc_xml_is(node, WSSC_NS_FAMILY_DS, "X509Certificate"))
            add_certificates(collection, node, NULL);
        collect(collection, node, is_in_token || is_taken);
    }
}

GPtrArray *wssc_document_objects(const WsscMessage *message, WsscXml *xml)
{
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)wssc_object_free);
    Collection collection = {.objects = objects, .message = message};
    const WsscXml *tree = wssc_document_tree(message, xml);
    if (tree == NULL || wssc_xml_root(tree) == NULL)
        return objects;
    g_autoptr(WsscXml) shown = wssc_xml_copy(tree);
    g_autofree char *kind = kind_of(message);
    wssc_mask_secrets(shown);
    add(&collection, kind, "xml", "application/soap+xml", save(shown->doc, XML_SAVE_NO_DECL));
    collect(&collection, wssc_xml_root(shown), FALSE);
    return objects;
}
