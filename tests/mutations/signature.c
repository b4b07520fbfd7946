/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes inside ds:Signature. All of SignedInfo is signed, white space between its elements too; the octets of
 * SignatureValue are compared whole.
 */
#include <string.h>

#include "base/text.h"
#include "mutate.h"

#define DS "http://www.w3.org/2000/09/xmldsig#"
#define EXC "http://www.w3.org/2001/10/xml-exc-c14n#"

/* ---- one octet ------------------------------------------------------------------------------------------- */

static GPtrArray *info_nodes(const Mutation *m, gboolean wants_elements)
{
    GPtrArray *nodes = g_ptr_array_new();
    for (xmlNode *n = m->signed_info; n != NULL; n = walk(m->signed_info, n))
        if (wants_elements ? n->type == XML_ELEMENT_NODE && n != m->signed_info : n->type == XML_TEXT_NODE)
            g_ptr_array_add(nodes, n);
    return nodes;
}

static Step info_text(Mutation *m)
{
    g_autoptr(GPtrArray) nodes = info_nodes(m, FALSE);
    xmlNode *node = mutation_pick(m, nodes);
    if (node == NULL)
        return NO_MORE;
    LABEL(m, "in %s", node->parent->name);
    flip_node(node);
    return MUTATED;
}

static Step info_attribute(Mutation *m)
{
    g_autoptr(GPtrArray) nodes = info_nodes(m, TRUE);
    g_autoptr(GPtrArray) attributes = g_ptr_array_new();
    for (guint i = 0; i < nodes->len; i++)
        for (xmlAttr *a = ((xmlNode *)nodes->pdata[i])->properties; a != NULL; a = a->next)
            g_ptr_array_add(attributes, a);
    xmlAttr *attr = mutation_pick(m, attributes);
    if (attr == NULL)
        return NO_MORE;
    LABEL(m, "%s of %s", attr->name, attr->parent->name);
    flip_attribute(attr);
    return MUTATED;
}

static Step info_name(Mutation *m)
{
    g_autoptr(GPtrArray) nodes = info_nodes(m, TRUE);
    xmlNode *node = mutation_pick(m, nodes);
    if (node == NULL)
        return NO_MORE;
    LABEL(m, "%s", node->name);
    g_autofree char *name = g_strconcat((const char *)node->name, "x", NULL);
    xmlNodeSetName(node, (const xmlChar *)name);
    return MUTATED;
}

static Step info_removed(Mutation *m)
{
    g_autoptr(GPtrArray) nodes = info_nodes(m, TRUE);
    xmlNode *node = mutation_pick(m, nodes);
    if (node == NULL)
        return NO_MORE;
    LABEL(m, "%s", node->name);
    xmlUnlinkNode(node);
    xmlFreeNode(node);
    return MUTATED;
}

/* ---- algorithms ------------------------------------------------------------------------------------------ */

/* Of each kind those that say how strong the proof is, and one that nobody knows. */
static const struct {
    const char *element;
    const char *uris[10];
} algorithms[] = {
    {"SignatureMethod",
     {DS "hmac-sha1", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
      "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512", DS "rsa-sha1",
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
      "http://www.w3.org/2001/04/xmldsig-more#hmac-md5", DS "dsa-sha1", DS "sha1", "urn:unknown"}},
    {"DigestMethod",
     {DS "sha1", "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmlenc#sha512",
      "http://www.w3.org/2001/04/xmldsig-more#md5", "http://www.w3.org/2001/04/xmldsig-more#sha384", DS "hmac-sha1",
      EXC, "", "urn:unknown", NULL}},
    {"CanonicalizationMethod",
     {EXC, EXC "WithComments", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
      "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", "http://www.w3.org/2006/12/xml-c14n11",
      DS "enveloped-signature", "http://www.w3.org/TR/1999/REC-xslt-19991116", "", "urn:unknown", NULL}},
    {"Transform",
     {EXC, EXC "WithComments", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
      "http://www.w3.org/2006/12/xml-c14n11", DS "enveloped-signature", DS "base64",
      "http://www.w3.org/TR/1999/REC-xpath-19991116", "http://www.w3.org/TR/1999/REC-xslt-19991116",
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform",
      "urn:unknown"}},
};

static Step algorithm(Mutation *m, guint kind)
{
    guint count = 0;
    for (xmlNode *n = m->signed_info; n != NULL; n = walk(m->signed_info, n)) {
        g_autofree char *uri = is_named(n, algorithms[kind].element) ? attribute(n, "Algorithm") : NULL;
        for (guint i = 0; uri != NULL && i < G_N_ELEMENTS(algorithms[kind].uris); i++) {
            const char *other = algorithms[kind].uris[i];
            if (other == NULL || strcmp(other, uri) == 0 || count++ != m->turn)
                continue;
            LABEL(m, "%s %s becomes %s", algorithms[kind].element, uri, other);
            xmlSetProp(n, (const xmlChar *)"Algorithm", (const xmlChar *)other);
            return MUTATED;
        }
    }
    return NO_MORE;
}

static Step signature_method(Mutation *m)
{
    return algorithm(m, 0);
}

static Step digest_method(Mutation *m)
{
    return algorithm(m, 1);
}

static Step canonicalization(Mutation *m)
{
    return algorithm(m, 2);
}

static Step transform(Mutation *m)
{
    return algorithm(m, 3);
}

static Step transform_removed(Mutation *m)
{
    g_autoptr(GPtrArray) places = g_ptr_array_new();
    for (xmlNode *n = m->signed_info; n != NULL; n = walk(m->signed_info, n))
        if (is_named(n, "Transform") || is_named(n, "Transforms"))
            g_ptr_array_add(places, n);
    xmlNode *node = mutation_pick(m, places);
    if (node == NULL)
        return NO_MORE;
    LABEL(m, "%s", node->name);
    xmlUnlinkNode(node);
    xmlFreeNode(node);
    return MUTATED;
}

static Step transform_added(Mutation *m)
{
    const guint count = G_N_ELEMENTS(algorithms[3].uris);
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    for (xmlNode *n = m->signed_info; n != NULL; n = walk(m->signed_info, n))
        if (is_named(n, "Reference"))
            g_ptr_array_add(references, n);
    if (references->len == 0 || m->turn >= MIN(references->len, m->limit) * count)
        return NO_MORE;
    xmlNode *reference = references->pdata[m->turn / count];
    xmlNode *list = child_named(reference, "Transforms");
    if (list == NULL)
        list = xmlNewChild(reference, reference->ns, (const xmlChar *)"Transforms", NULL);
    xmlNode *added = xmlNewDocNode(m->doc, reference->ns, (const xmlChar *)"Transform", NULL);
    xmlNewProp(added, (const xmlChar *)"Algorithm", (const xmlChar *)algorithms[3].uris[m->turn % count]);
    if (m->turn % 2 == 0 || list->children == NULL)
        xmlAddChild(list, added);
    else
        xmlAddPrevSibling(list->children, added);
    LABEL(m, "%s", algorithms[3].uris[m->turn % count]);
    return MUTATED;
}

/* Prefixes are signed as they are written, whether anything is declared for them or not. */
static Step prefix_list(Mutation *m)
{
    g_autoptr(GPtrArray) methods = g_ptr_array_new();
    for (xmlNode *n = m->signed_info; n != NULL; n = walk(m->signed_info, n)) {
        g_autofree char *uri =
            is_named(n, "Transform") || is_named(n, "CanonicalizationMethod") ? attribute(n, "Algorithm") : NULL;
        if (uri != NULL && g_str_has_prefix(uri, EXC))
            g_ptr_array_add(methods, n);
    }
    if (m->turn / 3 >= MIN(methods->len, m->limit))
        return NO_MORE;
    xmlNode *method = methods->pdata[m->turn / 3];
    xmlNode *list = child_named(method, "InclusiveNamespaces");
    g_autofree char *prefixes = list != NULL ? attribute(list, "PrefixList") : NULL;
    g_autofree char *longer = g_strconcat(prefixes != NULL ? prefixes : "", " wsse u s soap #default", NULL);
    LABEL(m, "%s of %s", m->turn % 3 == 0 ? "longer" : m->turn % 3 == 1 ? "emptied" : "removed", method->name);
    if (list == NULL && m->turn % 3 != 0)
        return NOT_HERE;
    if (list == NULL) {
        list = xmlNewChild(method, NULL, (const xmlChar *)"InclusiveNamespaces", NULL);
        xmlSetNs(list, xmlNewNs(list, (const xmlChar *)EXC, (const xmlChar *)"ec"));
    }
    if (m->turn % 3 == 0)
        xmlSetProp(list, (const xmlChar *)"PrefixList", (const xmlChar *)longer);
    else if (m->turn % 3 == 1 && prefixes != NULL && *prefixes != '\0')
        xmlSetProp(list, (const xmlChar *)"PrefixList", (const xmlChar *)"");
    else if (m->turn % 3 == 2) {
        xmlUnlinkNode(list);
        xmlFreeNode(list);
    } else
        return NOT_HERE;
    return MUTATED;
}

/* ---- references -------------------------------------------------------------------------------------------- */

static GPtrArray *references(const Mutation *m)
{
    GPtrArray *list = g_ptr_array_new();
    for (xmlNode *n = m->signed_info->children; n != NULL; n = n->next)
        if (is_named(n, "Reference"))
            g_ptr_array_add(list, n);
    return list;
}

static gboolean swap(xmlNode *a, xmlNode *b, const char *attr)
{
    xmlChar *first = attr != NULL ? xmlGetProp(a, (const xmlChar *)attr) : xmlNodeGetContent(a);
    xmlChar *second = attr != NULL ? xmlGetProp(b, (const xmlChar *)attr) : xmlNodeGetContent(b);
    gboolean differ = first != NULL && second != NULL && xmlStrcmp(first, second) != 0;
    if (differ && attr != NULL) {
        xmlSetProp(a, (const xmlChar *)attr, second);
        xmlSetProp(b, (const xmlChar *)attr, first);
    } else if (differ) {
        xmlNodeSetContent(a, second);
        xmlNodeSetContent(b, first);
    }
    xmlFree(first);
    xmlFree(second);
    return differ;
}

/* turn counts the neighbours in a circle, and in each pair: the URIs, the digests, both, the elements. */
static Step references_swapped(Mutation *m)
{
    g_autoptr(GPtrArray) list = references(m);
    guint i = m->turn / 4;
    if (list->len < 2 || i >= MIN(list->len, m->limit) || (list->len == 2 && i == 1))
        return NO_MORE;
    xmlNode *a = list->pdata[i], *b = list->pdata[(i + 1) % list->len];
    xmlNode *a_value = child_named(a, "DigestValue"), *b_value = child_named(b, "DigestValue");
    gboolean is_done = FALSE;
    static const char *const names[] = {"URIs", "digests", "URIs and digests", "elements"};
    LABEL(m, "%s of references %u and %u", names[m->turn % 4], i + 1, (i + 1) % list->len + 1);
    switch (m->turn % 4) {
    case 0:
        is_done = swap(a, b, "URI");
        break;
    case 1:
        is_done = swap(a_value, b_value, NULL);
        break;
    case 2:
        is_done = swap(a, b, "URI") && swap(a_value, b_value, NULL);
        break;
    default: { /* where the two are the same to the letter their order is nothing */
        xmlChar *first = xmlGetProp(a, (const xmlChar *)"URI"), *second = xmlGetProp(b, (const xmlChar *)"URI");
        is_done = xmlStrcmp(first, second) != 0;
        xmlFree(first);
        xmlFree(second);
        xmlNode *mark = xmlNewDocText(m->doc, (const xmlChar *)"");
        xmlReplaceNode(a, mark);
        xmlReplaceNode(b, a);
        xmlReplaceNode(mark, b);
        xmlFreeNode(mark);
    }
    }
    return is_done ? MUTATED : NOT_HERE;
}

/* turn: each one removed, each one repeated, then all removed. */
static Step references_count(Mutation *m)
{
    g_autoptr(GPtrArray) list = references(m);
    guint each = MIN(list->len, m->limit);
    if (m->turn > 2 * each)
        return NO_MORE;
    if (m->turn == 2 * each) {
        LABEL(m, "none is left");
        for (guint i = 0; i < list->len; i++) {
            xmlUnlinkNode(list->pdata[i]);
            xmlFreeNode(list->pdata[i]);
        }
        return MUTATED;
    }
    xmlNode *one = list->pdata[m->turn % each];
    LABEL(m, "reference %u %s", m->turn % each + 1, m->turn < each ? "removed" : "repeated");
    if (m->turn >= each) {
        xmlAddNextSibling(one, xmlDocCopyNode(one, m->doc, 1));
    } else {
        xmlUnlinkNode(one);
        xmlFreeNode(one);
    }
    return MUTATED;
}

/* ---- the value --------------------------------------------------------------------------------------------- */

static Step value(Mutation *m)
{
    xmlNode *element = child_named(m->signature, "SignatureValue");
    g_autoptr(GBytes) octets = wssc_xml_base64(element);
    gsize len = g_bytes_get_size(octets);
    g_autoptr(GByteArray) changed = g_byte_array_new();
    static const char *const labels[] = {"first octet",    "last octet",     "middle octet",
                                         "one octet less", "one octet more", "half of it",
                                         "zeros",          "nothing",        "the value of another signature"};
    if (m->turn >= G_N_ELEMENTS(labels))
        return NO_MORE;
    LABEL(m, "%s", labels[m->turn]);
    if (m->turn == 8) {
        if (m->subject->other_value == NULL)
            return NO_MORE;
        xmlNodeSetContent(element, (const xmlChar *)m->subject->other_value);
        return MUTATED;
    }
    g_byte_array_append(changed, g_bytes_get_data(octets, NULL), (guint)len);
    switch (m->turn) {
    case 0:
        changed->data[0] ^= 1;
        break;
    case 1:
        changed->data[len - 1] ^= 1;
        break;
    case 2:
        changed->data[len / 2] ^= 0x80;
        break;
    case 3:
        g_byte_array_set_size(changed, (guint)len - 1);
        break;
    case 4:
        g_byte_array_append(changed, (const guint8 *)"", 1);
        break;
    case 5:
        g_byte_array_set_size(changed, (guint)len / 2);
        break;
    case 6:
        memset(changed->data, 0, len);
        break;
    default:
        g_byte_array_set_size(changed, 0);
    }
    g_autoptr(GBytes) result = g_bytes_new(changed->data, changed->len);
    set_base64(element, result);
    return MUTATED;
}

/* An HMAC cut to a few bits can be guessed: of the 256 values of one octet one is right. All of them for some. */
static Step truncation(Mutation *m)
{
    static const guint bits[] = {0, 1, 7, 8, 16, 40, 72, 79};
    xmlNode *method = child_named(m->signed_info, "SignatureMethod");
    xmlNode *element = child_named(m->signature, "SignatureValue");
    g_autoptr(GBytes) octets = wssc_xml_base64(element);
    guint length = m->turn < G_N_ELEMENTS(bits) ? bits[m->turn] : 8;
    g_autofree char *text = g_strdup_printf("%u", length);
    g_autoptr(GBytes) cut = NULL;

    gboolean is_hmac = m->subject->algorithm == NULL || strstr(m->subject->algorithm, "hmac") != NULL;
    if (!is_hmac || child_named(method, "HMACOutputLength") != NULL ||
        m->turn >= G_N_ELEMENTS(bits) + (m->subject->index % 32 == 0 ? 256 : 0))
        return NO_MORE;
    LABEL(m, "%u bits", length);
    xmlNewChild(method, method->ns, (const xmlChar *)"HMACOutputLength", (const xmlChar *)text);
    if (m->turn < G_N_ELEMENTS(bits)) {
        cut = g_bytes_new_from_bytes(octets, 0, (length + 7) / 8);
    } else {
        guint8 guess = (guint8)(m->turn - G_N_ELEMENTS(bits));
        cut = g_bytes_new(&guess, 1);
    }
    set_base64(element, cut);
    return MUTATED;
}

/* Readers that take another SignedInfo or another value than the one that was checked have been fooled by this. */
static Step parts_twice(Mutation *m)
{
    if (m->turn >= 4)
        return NO_MORE;
    xmlNode *part = m->turn < 2 ? m->signed_info : child_named(m->signature, "SignatureValue");
    xmlNode *twin = xmlDocCopyNode(part, m->doc, 1);
    xmlNode *digest = below_named(twin, "DigestValue");
    LABEL(m, "a second %s %s it", part->name, m->turn % 2 == 0 ? "before" : "behind");
    flip_base64(digest != NULL ? digest : twin, 0);
    if (m->turn % 2 == 0)
        xmlAddPrevSibling(part, twin);
    else
        xmlAddNextSibling(part, twin);
    return MUTATED;
}

const Family signature_families[] = {
    {"signed-info/octet-in-text", info_text, 0},
    {"signed-info/octet-in-attribute", info_attribute, 0},
    {"signed-info/element-name", info_name, 0},
    {"signed-info/element-removed", info_removed, 0},
    {"signed-info/signature-method", signature_method, 0},
    {"signed-info/digest-method", digest_method, 0},
    {"signed-info/canonicalization", canonicalization, 0},
    {"signed-info/transform", transform, 0},
    {"signed-info/transform-removed", transform_removed, 0},
    {"signed-info/transform-added", transform_added, 0},
    {"signed-info/prefix-list", prefix_list, 0},
    {"signed-info/references-swapped", references_swapped, 0},
    {"signed-info/references-removed-repeated", references_count, 0},
    {"signature/value", value, BY_POSITION},
    {"signature/hmac-truncated", truncation, BY_POSITION},
    {"signature/parts-twice", parts_twice, BY_POSITION},
    {NULL, NULL, 0},
};
