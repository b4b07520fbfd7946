/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes inside what is signed. Canonical XML keeps every character of text, every attribute, and every name with
 * its namespace: whatever of these changes, the digested octets do.
 */
#include <string.h>

#include "mutate.h"

typedef gboolean (*Wanted)(const Mutation *m, const xmlNode *node);

static GPtrArray *signed_nodes(const Mutation *m, Wanted is_wanted)
{
    GPtrArray *nodes = g_ptr_array_new();
    for (guint i = 0; i < m->targets->len; i++) {
        xmlNode *target = m->targets->pdata[i];
        for (xmlNode *n = target; n != NULL; n = walk(target, n))
            if (is_wanted(m, n) && mutation_is_signed(m, n))
                g_ptr_array_add(nodes, n);
    }
    return nodes;
}

static gboolean is_text(const Mutation *m G_GNUC_UNUSED, const xmlNode *n)
{
    return (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && *n->content != '\0';
}

static gboolean is_element(const Mutation *m G_GNUC_UNUSED, const xmlNode *n)
{
    return n->type == XML_ELEMENT_NODE;
}

/* By what a key is found or made, or content decrypted: without it there may be no key. */
static void note_key_part(Mutation *m, const xmlNode *node)
{
    static const char *const names[] = {
        "EncryptedData", "EncryptedKey", "DerivedKeyToken", "SecurityContextToken",   "BinarySecurityToken",
        "UsernameToken", "Assertion",    "KeyInfo",         "SecurityTokenReference", "ReferenceList"};
    for (const xmlNode *n = node; n != NULL; n = n->parent)
        for (guint i = 0; i < G_N_ELEMENTS(names); i++)
            m->touches_key |= is_named(n, names[i]);
}

static xmlNode *pick_node(Mutation *m, Wanted is_wanted)
{
    g_autoptr(GPtrArray) nodes = signed_nodes(m, is_wanted);
    xmlNode *node = mutation_pick(m, nodes);
    if (node != NULL)
        LABEL(m, "in %s", node->type == XML_ELEMENT_NODE ? (const char *)node->name : (const char *)node->parent->name);
    note_key_part(m, node);
    return node;
}

static Step text(Mutation *m)
{
    xmlNode *node = pick_node(m, is_text);
    if (node == NULL)
        return NO_MORE;
    flip_node(node);
    return MUTATED;
}

static Step text_gone(Mutation *m)
{
    xmlNode *node = pick_node(m, is_text);
    if (node == NULL)
        return NO_MORE;
    xmlUnlinkNode(node);
    xmlFreeNode(node);
    return MUTATED;
}

static Step text_added(Mutation *m)
{
    xmlNode *node = pick_node(m, is_element);
    if (node == NULL)
        return NO_MORE;
    xmlAddChild(node, xmlNewDocText(m->doc, (const xmlChar *)(m->turn % 2 == 0 ? " " : "forged")));
    return MUTATED;
}

static xmlAttr *pick_attribute(Mutation *m)
{
    g_autoptr(GPtrArray) elements = signed_nodes(m, is_element);
    g_autoptr(GPtrArray) attributes = g_ptr_array_new();
    for (guint i = 0; i < elements->len; i++)
        for (xmlAttr *a = ((xmlNode *)elements->pdata[i])->properties; a != NULL; a = a->next)
            g_ptr_array_add(attributes, a);
    xmlAttr *attr = mutation_pick(m, attributes);
    if (attr != NULL)
        LABEL(m, "%s of %s", attr->name, attr->parent->name);
    note_key_part(m, attr != NULL ? attr->parent : NULL);
    return attr;
}

static Step attribute_value(Mutation *m)
{
    xmlAttr *attr = pick_attribute(m);
    if (attr == NULL)
        return NO_MORE;
    flip_attribute(attr);
    return MUTATED;
}

static Step attribute_gone(Mutation *m)
{
    xmlAttr *attr = pick_attribute(m);
    if (attr == NULL)
        return NO_MORE;
    xmlRemoveProp(attr);
    return MUTATED;
}

static Step attribute_name(Mutation *m)
{
    xmlAttr *attr = pick_attribute(m);
    if (attr == NULL)
        return NO_MORE;
    g_autofree char *name = g_strconcat((const char *)attr->name, "x", NULL);
    xmlNodeSetName((xmlNode *)attr, (const xmlChar *)name);
    return MUTATED;
}

static Step attribute_added(Mutation *m)
{
    xmlNode *node = pick_node(m, is_element);
    if (node == NULL)
        return NO_MORE;
    xmlNewProp(node, (const xmlChar *)"added", (const xmlChar *)"1");
    return MUTATED;
}

static Step element_name(Mutation *m)
{
    xmlNode *node = pick_node(m, is_element);
    if (node == NULL)
        return NO_MORE;
    g_autofree char *name = g_strconcat((const char *)node->name, "x", NULL);
    xmlNodeSetName(node, (const xmlChar *)name);
    return MUTATED;
}

/* Exclusive canonical XML drops declarations that nothing uses: only those count that a name below uses. */
static gboolean is_used(const Mutation *m, xmlNode *root, const xmlNs *ns)
{
    for (xmlNode *n = root; n != NULL; n = walk(root, n)) {
        if (n->type != XML_ELEMENT_NODE || !mutation_is_signed(m, n))
            continue;
        if (n->ns == ns)
            return TRUE;
        for (const xmlAttr *a = n->properties; a != NULL; a = a->next)
            if (a->ns == ns)
                return TRUE;
    }
    return FALSE;
}

static Step declaration(Mutation *m)
{
    g_autoptr(GPtrArray) elements = signed_nodes(m, is_element);
    g_autoptr(GPtrArray) used = g_ptr_array_new();
    for (guint i = 0; i < elements->len; i++)
        for (xmlNs *ns = ((xmlNode *)elements->pdata[i])->nsDef; ns != NULL; ns = ns->next)
            if (is_used(m, elements->pdata[i], ns))
                g_ptr_array_add(used, ns);
    /* Those around what is signed, too: its names are others then. */
    for (guint i = 0; i < m->targets->len; i++)
        for (xmlNode *n = ((xmlNode *)m->targets->pdata[i])->parent; n != NULL && n->type == XML_ELEMENT_NODE;
             n = n->parent)
            for (xmlNs *ns = n->nsDef; ns != NULL; ns = ns->next)
                if (is_used(m, m->targets->pdata[i], ns) && !g_ptr_array_find(used, ns, NULL))
                    g_ptr_array_add(used, ns);
    xmlNs *ns = mutation_pick(m, used);
    if (ns == NULL)
        return NO_MORE;
    LABEL(m, "xmlns%s%s", ns->prefix != NULL ? ":" : "", ns->prefix != NULL ? (const char *)ns->prefix : "");
    g_autofree char *uri = g_strdup((const char *)ns->href);
    if (!flip_text(uri)) {
        g_free(uri);
        uri = g_strdup("urn:forged");
    }
    xmlFree((xmlChar *)ns->href);
    ns->href = xmlStrdup((const xmlChar *)uri);
    return MUTATED;
}

static Step element_namespace(Mutation *m)
{
    xmlNode *node = pick_node(m, is_element);
    if (node == NULL)
        return NO_MORE;
    const xmlChar *prefix = node->ns != NULL ? node->ns->prefix : NULL;
    xmlNs *other = xmlNewNs(node, (const xmlChar *)"urn:forged", prefix);
    if (other == NULL) /* declared on this very element: the family before */
        return NOT_HERE;
    xmlSetNs(node, other);
    return MUTATED;
}

static gboolean is_child(const Mutation *m, const xmlNode *n)
{
    return n->type == XML_ELEMENT_NODE && n->parent != NULL && n->parent->type == XML_ELEMENT_NODE &&
           !g_ptr_array_find(m->targets, n, NULL) && !is_below(m->signature, n);
}

static Step child_gone(Mutation *m)
{
    xmlNode *node = pick_node(m, is_child);
    if (node == NULL)
        return NO_MORE;
    xmlUnlinkNode(node);
    xmlFreeNode(node);
    return MUTATED;
}

static Step child_added(Mutation *m)
{
    xmlNode *node = pick_node(m, is_element);
    if (node == NULL)
        return NO_MORE;
    xmlNode *child = xmlNewDocNode(m->doc, NULL, (const xmlChar *)"forged", NULL);
    if (m->turn % 2 == 0 || node->children == NULL)
        xmlAddChild(node, child);
    else
        xmlAddPrevSibling(node->children, child);
    return MUTATED;
}

static Step child_twice(Mutation *m)
{
    xmlNode *node = pick_node(m, is_child);
    if (node == NULL)
        return NO_MORE;
    xmlAddNextSibling(node, xmlDocCopyNode(node, m->doc, 1));
    return MUTATED;
}

/* Two neighbours that differ in name: the order of elements counts. */
static Step children_swapped(Mutation *m)
{
    g_autoptr(GPtrArray) nodes = signed_nodes(m, is_child);
    g_autoptr(GPtrArray) pairs = g_ptr_array_new();
    for (guint i = 0; i < nodes->len; i++) {
        xmlNode *next = xmlNextElementSibling(nodes->pdata[i]);
        if (next != NULL && mutation_is_signed(m, next) && !is_below(m->signature, next) &&
            strcmp((const char *)next->name, (const char *)((xmlNode *)nodes->pdata[i])->name) != 0)
            g_ptr_array_add(pairs, nodes->pdata[i]);
    }
    xmlNode *node = mutation_pick(m, pairs);
    if (node == NULL)
        return NO_MORE;
    xmlNode *next = xmlNextElementSibling(node);
    LABEL(m, "%s and %s", node->name, next->name);
    note_key_part(m, node);
    note_key_part(m, next);
    xmlUnlinkNode(next);
    xmlAddPrevSibling(node, next);
    return MUTATED;
}

/* Cipher octets: the first one is of the initialization vector, so the first octet of the plaintext changes (CBC),
 * or nothing comes out at all (GCM). */
static gboolean is_cipher(const Mutation *m, const xmlNode *n)
{
    (void)m;
    return is_named(n, "CipherValue") && is_named(n->parent, "CipherData") &&
           is_named(n->parent->parent, "EncryptedData");
}

static Step cipher(Mutation *m)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    for (guint i = 0; i < m->targets->len; i++) {
        xmlNode *target = m->targets->pdata[i];
        for (xmlNode *n = target; n != NULL; n = walk(target, n))
            if (is_cipher(m, n) && !is_below(n, m->signature))
                g_ptr_array_add(values, n);
    }
    xmlNode *value = mutation_pick(m, values);
    if (value == NULL)
        return NO_MORE;
    LABEL(m, "CipherValue in %s", value->parent->parent->parent->name);
    flip_base64(value, 0);
    return MUTATED;
}

const Family content_families[] = {
    {"content/text-octet", text, 0},
    {"content/text-removed", text_gone, 0},
    {"content/text-added", text_added, 0},
    {"content/attribute-value", attribute_value, 0},
    {"content/attribute-name", attribute_name, 0},
    {"content/attribute-removed", attribute_gone, 0},
    {"content/attribute-added", attribute_added, 0},
    {"content/element-name", element_name, MAY_BE_GONE},
    {"content/namespace-declaration", declaration, MAY_BE_GONE | MAY_LACK_KEY},
    {"content/element-namespace", element_namespace, MAY_BE_GONE},
    {"content/child-removed", child_gone, 0},
    {"content/child-added", child_added, 0},
    {"content/child-repeated", child_twice, 0},
    {"content/children-swapped", children_swapped, 0},
    {"content/cipher-octet", cipher, ON_WIRE_ONLY},
    {NULL, NULL, 0},
};
