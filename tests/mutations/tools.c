/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libxml/parser.h>
#include <string.h>

#include "base/text.h"
#include "mutate.h"

/* ---- trees --------------------------------------------------------------------------------------------- */

xmlDoc *tree_parse(GBytes *text)
{
    gsize len = 0;
    const char *data = g_bytes_get_data(text, &len);
    xmlDoc *doc = xmlReadMemory(data, (int)len, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_HUGE);
    g_assert_nonnull(doc);
    return doc;
}

GBytes *tree_text(xmlDoc *doc)
{
    xmlChar *text = NULL;
    int len = 0;
    xmlDocDumpMemoryEnc(doc, &text, &len, "UTF-8");
    GBytes *octets = g_bytes_new(text, (gsize)len);
    xmlFree(text);
    return octets;
}

xmlNode *walk(const xmlNode *root, xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children != NULL)
        return node->children;
    while (node != root && node->next == NULL)
        node = node->parent;
    return node != root ? node->next : NULL;
}

gboolean is_below(const xmlNode *node, const xmlNode *ancestor)
{
    for (; node != NULL; node = node->parent)
        if (node == ancestor)
            return TRUE;
    return FALSE;
}

gboolean is_named(const xmlNode *node, const char *local_name)
{
    return node != NULL && node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, local_name) == 0;
}

xmlNode *child_named(const xmlNode *node, const char *local_name)
{
    for (xmlNode *n = node != NULL ? node->children : NULL; n != NULL; n = n->next)
        if (is_named(n, local_name))
            return n;
    return NULL;
}

xmlNode *below_named(const xmlNode *root, const char *local_name)
{
    for (xmlNode *n = (xmlNode *)root; n != NULL; n = walk(root, n))
        if (is_named(n, local_name))
            return n;
    return NULL;
}

xmlAttr *id_of(const xmlNode *node)
{
    static const char *const names[] = {"Id", "ID", "id", "AssertionID"};
    for (guint i = 0; i < G_N_ELEMENTS(names) && node->type == XML_ELEMENT_NODE; i++)
        for (xmlAttr *a = node->properties; a != NULL; a = a->next)
            if (strcmp((const char *)a->name, names[i]) == 0)
                return a;
    return NULL;
}

xmlNode *by_id(xmlDoc *doc, const char *id)
{
    xmlNode *root = xmlDocGetRootElement(doc);
    for (xmlNode *n = root; n != NULL; n = walk(root, n)) {
        for (xmlAttr *a = n->type == XML_ELEMENT_NODE ? n->properties : NULL; a != NULL; a = a->next) {
            const char *name = (const char *)a->name;
            if ((g_ascii_strcasecmp(name, "id") == 0 || strcmp(name, "AssertionID") == 0) && a->children != NULL &&
                strcmp((const char *)a->children->content, id) == 0)
                return n;
        }
    }
    return NULL;
}

char *attribute(const xmlNode *node, const char *local_name)
{
    for (xmlAttr *a = node->properties; a != NULL; a = a->next) {
        if (strcmp((const char *)a->name, local_name) == 0) {
            xmlChar *value = xmlNodeGetContent((xmlNode *)a);
            char *copy = g_strdup((const char *)value);
            xmlFree(value);
            return copy;
        }
    }
    return NULL;
}

/* ---- one octet ------------------------------------------------------------------------------------------- */

gboolean flip_text(char *text)
{
    for (char *c = text; *c != '\0'; c++) {
        if (g_ascii_isalnum(*c)) {
            *c = *c == 'z' || *c == 'Z' || *c == '9' ? (char)(*c - 1) : (char)(*c + 1);
            return TRUE;
        }
    }
    return FALSE;
}

void flip_node(xmlNode *node)
{
    xmlChar *content = xmlNodeGetContent(node);
    g_autofree char *text = g_strdup((const char *)content);
    xmlFree(content);
    if (!flip_text(text)) { /* white space, or another script */
        char *longer = g_strconcat(text, "x", NULL);
        g_free(text);
        text = longer;
    }
    if (node->type == XML_ELEMENT_NODE) {
        xmlNodeSetContent(node, NULL);
        xmlAddChild(node, xmlNewDocText(node->doc, (const xmlChar *)text));
    } else {
        xmlNodeSetContent(node, (const xmlChar *)text);
    }
}

void flip_attribute(xmlAttr *attr)
{
    if (attr->children != NULL)
        flip_node(attr->children);
    else
        xmlSetNsProp(attr->parent, attr->ns, attr->name, (const xmlChar *)"x");
}

void set_base64(xmlNode *element, GBytes *octets)
{
    g_autofree char *text = wssc_base64_encode(wssc_bytes_of(octets));
    xmlNodeSetContent(element, (const xmlChar *)text);
}

void flip_base64(xmlNode *element, int place)
{
    g_autoptr(GBytes) octets = wssc_xml_base64(element);
    g_autoptr(GByteArray) changed = g_byte_array_new();
    g_assert_nonnull(octets);
    WsscBytes bytes = wssc_bytes_of(octets);
    g_byte_array_append(changed, bytes.data, (guint)bytes.len);
    if (bytes.len == 0)
        g_byte_array_append(changed, (const guint8 *)"", 1);
    changed->data[place < 0 ? changed->len - 1 : (guint)place % changed->len] ^= 1;
    g_autoptr(GBytes) result = g_bytes_new(changed->data, changed->len);
    set_base64(element, result);
}

/* ---- what a signature covers, and by which key ----------------------------------------------------------- */

static char *reference_id(const char *uri)
{
    static const char by_id_pointer[] = "#xpointer(id(";
    if (g_str_has_prefix(uri, by_id_pointer)) {
        const char *start = uri + sizeof by_id_pointer; /* past the quote */
        return g_strndup(start, strcspn(start, "'\""));
    }
    return *uri == '#' && !g_str_has_prefix(uri, "#xpointer(") ? g_strdup(uri + 1) : NULL;
}

/* STR-Transform: the token that the reference leads to is what is digested. */
static xmlNode *token_of(const xmlNode *str)
{
    const xmlNode *reference = child_named(str, "Reference");
    g_autofree char *uri = reference != NULL ? attribute(reference, "URI") : NULL;
    return uri != NULL && *uri == '#' ? by_id(str->doc, uri + 1) : NULL;
}

static gboolean has_transform(const xmlNode *reference, const char *ending)
{
    const xmlNode *list = child_named(reference, "Transforms");
    for (const xmlNode *t = list != NULL ? list->children : NULL; t != NULL; t = t->next) {
        g_autofree char *algorithm = is_named(t, "Transform") ? attribute(t, "Algorithm") : NULL;
        if (algorithm != NULL && g_str_has_suffix(algorithm, ending))
            return TRUE;
    }
    return FALSE;
}

static void find_targets(Mutation *m)
{
    for (xmlNode *r = m->signed_info->children; r != NULL; r = r->next) {
        g_autofree char *uri = is_named(r, "Reference") ? attribute(r, "URI") : NULL;
        g_autofree char *id = uri != NULL ? reference_id(uri) : NULL;
        xmlNode *target = id != NULL ? by_id(m->doc, id) : NULL;
        if (uri != NULL && (*uri == '\0' || strcmp(uri, "#xpointer(/)") == 0))
            target = m->root;
        if (target != NULL && has_transform(r, "#STR-Transform"))
            target = token_of(target);
        if (has_transform(r, "#base64")) /* of that only the decoded text is signed: the families know it not */
            target = NULL;
        if (target != NULL && !g_ptr_array_find(m->targets, target, NULL))
            g_ptr_array_add(m->targets, target);
    }
}

static void add_path(Mutation *m, xmlNode *node);

static void follow(Mutation *m, const xmlNode *node)
{
    g_autofree char *uri =
        is_named(node, "Reference") || is_named(node, "RetrievalMethod") ? attribute(node, "URI") : NULL;
    xmlNode *token = uri != NULL && *uri == '#' ? by_id(m->doc, uri + 1) : NULL;
    if (is_named(node, "KeyIdentifier")) { /* an assertion is named by its bare id */
        xmlChar *text = xmlNodeGetContent(node);
        token = by_id(m->doc, g_strstrip((char *)text));
        xmlFree(text);
    }
    if (token != NULL)
        add_path(m, token);
}

/* An EncryptedKey's own KeyInfo is another key's: it ends there. */
static void add_path(Mutation *m, xmlNode *node)
{
    if (g_ptr_array_find(m->path, node, NULL) || m->path->len > 8)
        return;
    g_ptr_array_add(m->path, node);
    for (xmlNode *n = node; n != NULL; n = walk(node, n))
        if (n->type == XML_ELEMENT_NODE && !(is_named(node, "EncryptedKey") && n != node))
            follow(m, n);
    if (is_named(node, "DerivedKeyToken") && child_named(node, "SecurityTokenReference") == NULL) {
        xmlNode *source = child_named(node->parent, "SecurityContextToken");
        if (source == NULL)
            source = child_named(node->parent, "EncryptedKey");
        if (source != NULL)
            add_path(m, source);
    }
}

static xmlNode *find_signature(xmlNode *root, guint position)
{
    for (xmlNode *n = root; n != NULL; n = walk(root, n))
        if (is_named(n, "Signature") && n->ns != NULL &&
            strcmp((const char *)n->ns->href, "http://www.w3.org/2000/09/xmldsig#") == 0 && --position == 0)
            return n;
    return NULL;
}

gboolean mutation_open(Mutation *m, const Subject *subject, xmlDoc *doc)
{
    m->subject = subject;
    m->doc = doc;
    m->root = xmlDocGetRootElement(doc);
    m->signature = find_signature(m->root, subject->position);
    m->signed_info = m->signature != NULL ? child_named(m->signature, "SignedInfo") : NULL;
    if (m->signed_info == NULL)
        return FALSE;
    m->header = child_named(m->root, "Header");
    m->body = child_named(m->root, "Body");
    m->security = is_named(m->signature->parent, "Security") ? m->signature->parent : NULL;
    m->targets = g_ptr_array_new();
    m->path = g_ptr_array_new();
    m->label = g_string_new(NULL);
    find_targets(m);
    xmlNode *key_info = child_named(m->signature, "KeyInfo");
    if (key_info != NULL)
        add_path(m, key_info);
    /* A bare subject is but a hint whose key it was: that none of them fits proves nothing. */
    m->touches_key = key_info != NULL && below_named(key_info, "X509SubjectName") != NULL;
    return TRUE;
}

void mutation_close(Mutation *m)
{
    g_clear_pointer(&m->targets, g_ptr_array_unref);
    g_clear_pointer(&m->path, g_ptr_array_unref);
    g_clear_pointer(&m->octets, g_bytes_unref);
    g_clear_pointer(&m->ring, wssc_keyring_free);
    g_clear_pointer(&m->doc, xmlFreeDoc);
    if (m->label != NULL)
        g_string_free(g_steal_pointer(&m->label), TRUE);
}

gpointer mutation_pick(const Mutation *m, const GPtrArray *places)
{
    guint count = MIN(places->len, m->limit);
    return m->turn < count ? places->pdata[(guint64)m->turn * places->len / count] : NULL;
}

/* What is still encrypted is digested as its plaintext, unless it was signed as it is; the signature itself never
 * is (an enveloped one is left out). Comments and processing instructions are not mutated. */
gboolean mutation_is_signed(const Mutation *m, const xmlNode *node)
{
    gboolean is_inside = FALSE;
    if (is_below(node, m->signature))
        return FALSE;
    for (guint i = 0; i < m->targets->len; i++)
        is_inside |= is_below(node, m->targets->pdata[i]);
    if (!is_inside || m->subject->covers_cipher)
        return is_inside;
    for (const xmlNode *n = node; n != NULL; n = n->parent)
        if (n->type == XML_ELEMENT_NODE && (is_named(n, "EncryptedData") || is_named(n, "EncryptedHeader")))
            return FALSE;
    return TRUE;
}
