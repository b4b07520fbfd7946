/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One change of a message's structure, by four octets.
 */
#include "fuzz.h"

#include "wrapping.h"

enum { MOST_ELEMENTS = 4000 };

/* ---- which element ------------------------------------------------------------------------------------------- */

static void list_elements(xmlNode *node, GPtrArray *every, GPtrArray *outer, guint depth)
{
    for (; node != NULL && every->len < MOST_ELEMENTS; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        g_ptr_array_add(every, node);
        if (depth < 4)
            g_ptr_array_add(outer, node);
        list_elements(node->children, every, outer, depth + 1);
    }
}

/* Half of the numbers stand for the envelope's own parts, down to those of a Security header. */
static xmlNode *choose(xmlDoc *doc, guint8 number)
{
    g_autoptr(GPtrArray) every = g_ptr_array_new();
    g_autoptr(GPtrArray) outer = g_ptr_array_new();
    list_elements(xmlDocGetRootElement(doc), every, outer, 0);
    return number < 128 ? outer->pdata[number % outer->len] : every->pdata[(number - 128U) % every->len];
}

static gboolean is_below(const xmlNode *node, const xmlNode *ancestor)
{
    for (; node != NULL; node = node->parent)
        if (node == ancestor)
            return TRUE;
    return FALSE;
}

/* ---- what to make of it -------------------------------------------------------------------------------------- */

static const char *const names[] = {"Envelope",   "Header",    "Body",
                                    "Security",   "Signature", "Object",
                                    "Action",     "To",        "Timestamp",
                                    "MessageID",  "Wrapper",   "Assertion",
                                    "KeyInfo",    "Fault",     "EncryptedHeader",
                                    "SignedInfo", "ReplyTo",   "SecurityTokenReference",
                                    "Detail",     "detail"};
static const char *const spaces[] = {
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope",
    "http://www.w3.org/2005/08/addressing",
    "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "http://schemas.xmlsoap.org/ws/2003/03/addressing",
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
    "http://schemas.xmlsoap.org/ws/2003/06/secext",
    "http://schemas.xmlsoap.org/ws/2003/06/utility",
    "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd",
    "http://www.w3.org/2000/09/xmldsig#",
    "urn:oasis:names:tc:SAML:1.0:assertion",
    "urn:oasis:names:tc:SAML:2.0:assertion",
    "urn:foreign",
    "urn:orders",
};
static const char *const roles[] = {
    "http://www.w3.org/2003/05/soap-envelope/role/next",
    "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    "http://www.w3.org/2003/05/soap-envelope/role/none",
    "http://schemas.xmlsoap.org/soap/actor/next",
    "urn:gateway",
    "",
};

/* What the namespace is called there; declared where it is not known. */
static xmlNs *space_at(xmlNode *node, const char *uri)
{
    static guint made; /* prefixes that nothing else has */
    xmlNs *ns = xmlSearchNsByHref(node->doc, node, (const xmlChar *)uri);
    if (ns != NULL && ns->prefix != NULL)
        return ns;
    g_autofree char *prefix = g_strdup_printf("f%u", made++ % 1000);
    return xmlNewNs(node, (const xmlChar *)uri, (const xmlChar *)prefix);
}

static void put_space(xmlNode *node, const char *uri)
{
    xmlNs *ns = space_at(node, uri);
    if (ns != NULL)
        xmlSetNs(node, ns);
}

static xmlNode *make(xmlDoc *doc, xmlNode *parent, guint8 how)
{
    xmlNode *made = xmlNewDocNode(doc, NULL, (const xmlChar *)names[how % G_N_ELEMENTS(names)], NULL);
    xmlAddChild(parent, made);
    put_space(made, spaces[(how / G_N_ELEMENTS(names) * 7 + how) % G_N_ELEMENTS(spaces)]);
    return made;
}

static void set_role(xmlNode *node, guint8 how)
{
    const xmlNode *root = xmlDocGetRootElement(node->doc);
    xmlSetNsProp(node, root->ns, (const xmlChar *)((how & 64) != 0 ? "role" : "actor"),
                 (const xmlChar *)roles[how % G_N_ELEMENTS(roles)]);
}

static void strip_ids(xmlNode *node)
{
    static const char *const ids[] = {"Id", "ID", "id", "AssertionID"};
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
        for (xmlAttr *a = node->properties, *next; a != NULL; a = next) {
            next = a->next;
            if (strcmp((const char *)a->name, ids[i]) == 0)
                xmlRemoveProp(a);
        }
    for (xmlNode *n = node->children; n != NULL; n = n->next)
        if (n->type == XML_ELEMENT_NODE)
            strip_ids(n);
}

static void put(xmlNode *node, xmlNode *to, guint8 way)
{
    const xmlNode *root = xmlDocGetRootElement(to->doc);
    if (way % 3 == 0 || to == root)
        xmlAddChild(to, node);
    else if (way % 3 == 1)
        xmlAddPrevSibling(to, node);
    else
        xmlAddNextSibling(to, node);
    xmlReconciliateNs(node->doc, node);
}

static void move(xmlNode *node, xmlNode *to, guint8 how)
{
    if (is_below(to, node))
        return;
    xmlUnlinkNode(node);
    put(node, to, how);
}

/* how: where; without ids; with another text. */
static void copy(xmlNode *node, xmlNode *to, guint8 how)
{
    xmlNode *twin = xmlDocCopyNode(node, node->doc, 1);
    if ((how & 64) != 0)
        strip_ids(twin);
    if ((how & 128) != 0)
        xmlNodeAddContent(twin, (const xmlChar *)"forged");
    put(twin, to, how & 63);
}

static void wrap(xmlNode *node, guint8 how)
{
    if (node == xmlDocGetRootElement(node->doc))
        return;
    xmlNode *around = make(node->doc, node->parent, how);
    xmlReplaceNode(node, around);
    xmlAddChild(around, node);
    xmlReconciliateNs(node->doc, around);
}

static void unwrap(xmlNode *node)
{
    if (node == xmlDocGetRootElement(node->doc))
        return;
    for (xmlNode *child = node->children, *next; child != NULL; child = next) {
        next = child->next;
        xmlUnlinkNode(child);
        xmlNode *put = xmlAddPrevSibling(node, child);
        if (put->type == XML_ELEMENT_NODE) /* its names may be declared where it stood */
            xmlReconciliateNs(put->doc, put);
    }
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

static void take_id(xmlNode *node, const xmlNode *from)
{
    for (const xmlAttr *a = from->properties; a != NULL && node != from; a = a->next)
        if (g_ascii_strcasecmp((const char *)a->name, "Id") == 0 && a->children != NULL)
            xmlSetNsProp(node, a->ns != NULL ? space_at(node, (const char *)a->ns->href) : NULL, a->name,
                         a->children->content);
}

void wrapping_change(xmlDoc *doc, const guint8 octets[WRAPPING_OCTETS])
{
    xmlNode *node = choose(doc, octets[1]), *to = choose(doc, octets[2]);
    guint8 how = octets[3];
    switch (octets[0] % 12) {
    case 0:
    case 1:
        move(node, to, how);
        break;
    case 2:
    case 3:
        copy(node, to, how);
        break;
    case 4:
        xmlNodeSetName(node, (const xmlChar *)names[how % G_N_ELEMENTS(names)]);
        break;
    case 5:
        put_space(node, spaces[how % G_N_ELEMENTS(spaces)]);
        break;
    case 6:
        set_role(node, how);
        break;
    case 7:
        wrap(node, how);
        break;
    case 8:
        xmlNodeAddContent(node, (const xmlChar *)"forged");
        break;
    case 9:
        move(node, make(doc, to, how), 0);
        break;
    case 10:
        take_id(to, node);
        break;
    default:
        unwrap(node);
        break;
    }
}
