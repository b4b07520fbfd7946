/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "base/text.h"
#include "xml/xml.h"

const WsscSpan *wssc_xml_span(const void *node)
{
    /* xmlNode and xmlAttr both begin with _private and the type. */
    return node != NULL ? ((const xmlNode *)node)->_private : NULL;
}

/* A document's _private is ours as a node's is. */
gboolean wssc_xml_has_odd_names(const xmlDoc *doc)
{
    return doc->_private != NULL;
}

void wssc_xml_set_odd_names(xmlDoc *doc, gboolean has_odd_names)
{
    doc->_private = GINT_TO_POINTER(has_odd_names ? 1 : 0);
}

xmlNode *wssc_xml_root(const WsscXml *xml)
{
    return xmlDocGetRootElement(xml->doc);
}

static xmlNode *element_from(xmlNode *node)
{
    while (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

xmlNode *wssc_xml_first(const xmlNode *parent)
{
    return parent != NULL ? element_from(parent->children) : NULL;
}

xmlNode *wssc_xml_next(const xmlNode *node)
{
    return element_from(node->next);
}

xmlNode *wssc_xml_child(const xmlNode *parent, WsscNsFamily family, const char *local_name)
{
    xmlNode *child = wssc_xml_first(parent);
    while (child != NULL && !wssc_xml_is(child, family, local_name))
        child = wssc_xml_next(child);
    return child;
}

static void collect_text(const xmlNode *node, GString *out)
{
    for (const xmlNode *n = node->children; n != NULL; n = n->next) {
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE)
            g_string_append(out, n->content != NULL ? (const char *)n->content : "");
        else if (n->type == XML_ELEMENT_NODE)
            collect_text(n, out);
    }
}

const char *wssc_xml_plain_text(const xmlNode *node)
{
    const xmlNode *only = node->children;
    if (only == NULL)
        return "";
    if (only->next != NULL || only->type != XML_TEXT_NODE)
        return NULL;
    return only->content != NULL ? (const char *)only->content : "";
}

char *wssc_xml_text(const xmlNode *node)
{
    const char *plain = wssc_xml_plain_text(node);
    if (plain != NULL)
        return g_strdup(plain);
    GString *out = g_string_new(NULL);
    collect_text(node, out);
    return g_string_free(out, FALSE);
}

char *wssc_xml_text_stripped(const xmlNode *node)
{
    const char *plain = wssc_xml_plain_text(node);
    g_autofree char *joined = plain == NULL ? wssc_xml_text(node) : NULL;
    return wssc_strip(plain != NULL ? plain : joined);
}

xmlAttr *wssc_xml_attr(const xmlNode *node, WsscNsFamily family, const char *local_name)
{
    for (xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
        if (strcmp((const char *)attr->name, local_name) != 0)
            continue;
        if (attr->ns == NULL ? family == WSSC_NS_FAMILY_NONE
                             : wssc_ns_family(wssc_xml_ns((const xmlNode *)attr)) == family)
            return attr;
    }
    return NULL;
}

char *wssc_xml_attr_text(const xmlAttr *attr)
{
    const char *plain = wssc_xml_plain_text((const xmlNode *)attr);
    if (plain != NULL)
        return g_strdup(plain);
    GString *out = g_string_new(NULL);
    for (const xmlNode *text = attr->children; text != NULL; text = text->next)
        g_string_append(out, text->content != NULL ? (const char *)text->content : "");
    return g_string_free(out, FALSE);
}

char *wssc_xml_attr_value(const xmlNode *node, WsscNsFamily family, const char *local_name)
{
    xmlAttr *attr = wssc_xml_attr(node, family, local_name);
    return attr != NULL ? wssc_xml_attr_text(attr) : NULL;
}

GBytes *wssc_xml_base64(const xmlNode *node)
{
    const char *plain = wssc_xml_plain_text(node);
    g_autofree char *joined = plain == NULL ? wssc_xml_text(node) : NULL;
    const char *text = plain != NULL ? plain : joined;
    return wssc_base64_decode(text, strlen(text));
}

char *wssc_xml_base64_problem(const xmlNode *node, const char *name)
{
    g_autofree char *text = node != NULL ? wssc_xml_text_stripped(node) : NULL;
    if (text == NULL)
        return g_strdup_printf("the %s is missing", name);
    return *text == '\0' ? g_strdup_printf("the %s is empty", name)
                         : g_strdup_printf("the %s of %" G_GSIZE_FORMAT " characters is no base64", name, strlen(text));
}

xmlAttr *wssc_xml_id_attr(const xmlNode *node)
{
    static const struct {
        WsscNsFamily family;
        const char *name;
    } kinds[] = {
        {WSSC_NS_FAMILY_WSU, "Id"},  {WSSC_NS_FAMILY_XML, "id"},  {WSSC_NS_FAMILY_NONE, "Id"},
        {WSSC_NS_FAMILY_NONE, "ID"}, {WSSC_NS_FAMILY_NONE, "id"}, {WSSC_NS_FAMILY_NONE, "AssertionID"},
    };
    if (node->properties == NULL)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        xmlAttr *attr = wssc_xml_attr(node, kinds[i].family, kinds[i].name);
        if (attr != NULL)
            return attr;
    }
    return NULL;
}
