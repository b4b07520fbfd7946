/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/ids.h"

#include <string.h>

typedef struct Claim {
    xmlNode *node;
    const char *id; /* in the node */
    gboolean is_strong;
    gboolean is_pooled;
    struct Claim *next; /* in document order, as far as added */
} Claim;

/* Ids of one message, as a rule: a table by hash costs more than it spares there. */
#define FEW 12

struct WsscIds {
    GHashTable *claims; /* id of the first -> Claim; NULL as long as there are few */
    Claim *first[FEW];  /* of different ids */
    guint first_count;
    Claim pool[FEW];
    guint pool_used;
    guint seen; /* WsscSeen */
    gboolean has_doubles;
};

static Claim *new_claim(WsscIds *ids)
{
    if (ids->pool_used == FEW)
        return g_new0(Claim, 1);
    Claim *claim = &ids->pool[ids->pool_used++];
    claim->is_pooled = TRUE;
    return claim;
}

static void free_claim(Claim *claim)
{
    if (!claim->is_pooled)
        g_free(claim);
}

static void free_claims(gpointer data)
{
    Claim *claim = data;
    while (claim != NULL) {
        Claim *next = claim->next;
        free_claim(claim);
        claim = next;
    }
}

/* The first claim to the id; NULL when nobody claims it. */
static Claim *first_claim(const WsscIds *ids, const char *id)
{
    if (ids->claims != NULL)
        return g_hash_table_lookup(ids->claims, id);
    for (guint i = 0; i < ids->first_count; i++)
        if (strcmp(ids->first[i]->id, id) == 0)
            return ids->first[i];
    return NULL;
}

static void insert_first(WsscIds *ids, Claim *claim)
{
    if (ids->claims == NULL && ids->first_count < FEW) {
        ids->first[ids->first_count++] = claim;
        return;
    }
    if (ids->claims == NULL) {
        ids->claims = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_claims);
        for (guint i = 0; i < ids->first_count; i++)
            g_hash_table_insert(ids->claims, (gpointer)ids->first[i]->id, ids->first[i]);
        ids->first_count = 0;
    }
    g_hash_table_insert(ids->claims, (gpointer)claim->id, claim);
}

/* Takes the first claim to an id away, with those behind it. */
static void remove_first(WsscIds *ids, Claim *claim)
{
    if (ids->claims != NULL) {
        g_hash_table_remove(ids->claims, claim->id);
        return;
    }
    for (guint i = 0; i < ids->first_count; i++) {
        if (ids->first[i] != claim)
            continue;
        ids->first[i] = ids->first[--ids->first_count];
        free_claims(claim);
        return;
    }
}

static xmlNode *first_element(const xmlNode *node)
{
    xmlNode *child = node->children;
    while (child != NULL && child->type != XML_ELEMENT_NODE)
        child = child->next;
    return child;
}

static xmlNode *next_element(const xmlNode *node)
{
    xmlNode *next = node->next;
    while (next != NULL && next->type != XML_ELEMENT_NODE)
        next = next->next;
    return next;
}

xmlNode *wssc_ids_walk(const xmlNode *root, xmlNode *node)
{
    xmlNode *next = first_element(node);
    while (next == NULL && node != NULL && node != root) {
        next = next_element(node);
        node = node->parent;
    }
    return next;
}

typedef enum { NO_ID, WEAK_ID, STRONG_ID } Strength;

static Strength strength_of(const xmlNode *node, const xmlAttr *attr)
{
    const char *name = (const char *)attr->name;
    /* Every name that counts begins so: a fast way out for all other attributes. */
    if (*name != 'I' && *name != 'i' && *name != 'A')
        return NO_ID;
    if (attr->ns != NULL) {
        WsscNsFamily family = wssc_ns_family(wssc_xml_ns((const xmlNode *)attr));
        return (family == WSSC_NS_FAMILY_WSU && strcmp(name, "Id") == 0) ||
                       (family == WSSC_NS_FAMILY_XML && strcmp(name, "id") == 0)
                   ? STRONG_ID
                   : NO_ID;
    }
    if (strcmp(name, "Id") == 0 || strcmp(name, "AssertionID") == 0)
        return STRONG_ID;
    if (strcmp(name, "ID") == 0 || strcmp(name, "id") == 0)
        return wssc_ns_family(wssc_xml_ns(node)) == WSSC_NS_FAMILY_SAML ? STRONG_ID : WEAK_ID;
    return NO_ID;
}

static const char *value_of(const xmlAttr *attr)
{
    const xmlNode *text = attr->children;
    return text != NULL && text->next == NULL && text->content != NULL ? (const char *)text->content : NULL;
}

static void add_claim(WsscIds *ids, const char *id, xmlNode *node, Strength strength)
{
    gboolean is_strong = strength == STRONG_ID;
    Claim *first = first_claim(ids, id), *last = NULL;
    /* Two attributes of one element are one claim; so are claims beyond a few, of which one more
     * tells nothing new. */
    guint count = 0;
    for (Claim *c = first; c != NULL; c = c->next) {
        count += c->is_strong == is_strong;
        if (c->node == node || count > 8) {
            c->is_strong |= c->node == node && is_strong;
            return;
        }
        last = c;
    }
    Claim *claim = new_claim(ids);
    claim->node = node;
    claim->id = id;
    claim->is_strong = is_strong;
    if (first == NULL) {
        insert_first(ids, claim);
        return;
    }
    ids->has_doubles = TRUE;
    last->next = claim;
}

static guint seen_element(const xmlNode *node)
{
    const char *name = (const char *)node->name;
    switch (*name) {
    case 'E':
        return wssc_xml_is(node, WSSC_NS_FAMILY_XENC, "EncryptedData") ? WSSC_SEEN_ENCRYPTED : 0;
    case 'I':
        return wssc_xml_is(node, WSSC_NS_FAMILY_XOP, "Include") ? WSSC_SEEN_INCLUDE : 0;
    case 'V':
        return wssc_xml_is(node, WSSC_NS_FAMILY_SOAP, "Value") ? WSSC_SEEN_QNAME : 0;
    case 'f':
        return strcmp(name, "faultcode") == 0 ? WSSC_SEEN_QNAME : 0;
    default:
        return 0;
    }
}

/* By the name first: what else the attribute has lies elsewhere in memory. */
static guint seen_attribute(const xmlAttr *attr)
{
    return attr->name[0] == 't' && strcmp((const char *)attr->name, "type") == 0 && attr->ns != NULL ? WSSC_SEEN_QNAME
                                                                                                     : 0;
}

static void take_element(WsscIds *ids, xmlNode *node)
{
    ids->seen |= seen_element(node);
    for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
        Strength strength = strength_of(node, attr);
        const char *id = strength != NO_ID ? value_of(attr) : NULL;
        if (id != NULL)
            add_claim(ids, id, node, strength);
        ids->seen |= seen_attribute(attr);
    }
}

/* Document order over all that is no attribute: the next one below root; NULL at the end. */
static xmlNode *next_node(const xmlNode *root, xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children != NULL)
        return node->children;
    while (node != root && node->next == NULL)
        node = node->parent;
    return node != root ? node->next : NULL;
}

void wssc_ids_add(WsscIds *ids, xmlNode *root)
{
    for (xmlNode *node = root; node != NULL; node = next_node(root, node)) {
        if (node->type == XML_ELEMENT_NODE)
            take_element(ids, node);
        else if (node->type == XML_COMMENT_NODE)
            ids->seen |= WSSC_SEEN_COMMENT;
    }
}

static void remove_claim(WsscIds *ids, const char *id, const xmlNode *node)
{
    Claim *first = first_claim(ids, id);
    if (first == NULL)
        return;
    if (first->node == node) {
        Claim *rest = first->next;
        first->next = NULL;
        remove_first(ids, first);
        if (rest != NULL)
            insert_first(ids, rest);
        return;
    }
    for (Claim *c = first; c->next != NULL; c = c->next) {
        if (c->next->node == node) {
            Claim *gone = c->next;
            c->next = gone->next;
            free_claim(gone);
            return;
        }
    }
}

void wssc_ids_remove(WsscIds *ids, const xmlNode *root)
{
    for (const xmlNode *node = root; node != NULL; node = wssc_ids_walk(root, (xmlNode *)node)) {
        for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
            const char *id = strength_of(node, attr) != NO_ID ? value_of(attr) : NULL;
            if (id != NULL)
                remove_claim(ids, id, node);
        }
    }
}

WsscIds *wssc_ids_new(const xmlDoc *doc)
{
    WsscIds *ids = g_new0(WsscIds, 1);
    xmlNode *root = xmlDocGetRootElement(doc);
    if (root != NULL)
        wssc_ids_add(ids, root);
    return ids;
}

void wssc_ids_free(WsscIds *ids)
{
    if (ids == NULL)
        return;
    if (ids->claims != NULL)
        g_hash_table_unref(ids->claims);
    for (guint i = 0; i < ids->first_count; i++)
        free_claims(ids->first[i]);
    g_free(ids);
}

gboolean wssc_ids_has_doubles(const WsscIds *ids)
{
    return ids->has_doubles;
}

gboolean wssc_ids_has_seen(const WsscIds *ids, WsscSeen what)
{
    return (ids->seen & what) != 0;
}

xmlNode *wssc_ids_find(const WsscIds *ids, const char *id, guint *ret_count)
{
    guint strong = 0, weak = 0;
    xmlNode *first_strong = NULL, *first_weak = NULL;

    for (const Claim *c = first_claim(ids, id); c != NULL; c = c->next) {
        if (c->is_strong && strong++ == 0)
            first_strong = c->node;
        else if (!c->is_strong && weak++ == 0)
            first_weak = c->node;
    }
    if (ret_count != NULL)
        *ret_count = strong > 0 ? strong : weak;
    return first_strong != NULL ? first_strong : first_weak;
}

/* "#id", or one of the two XPointers that XML Signature section 4.4.3.3 asks for, which keep comments. */
char *wssc_ids_from_uri(const char *uri, gboolean *ret_keeps_comments)
{
    static const char root[] = "#xpointer(/)", by_id[] = "#xpointer(id(";
    gsize len = strlen(uri);
    *ret_keeps_comments = g_str_has_prefix(uri, "#xpointer(");
    if (*uri == '\0' || strcmp(uri, root) == 0)
        return g_strdup("");
    if (!*ret_keeps_comments)
        return *uri == '#' && uri[1] != '\0' ? g_strdup(uri + 1) : NULL;
    gsize start = sizeof by_id; /* past the quote */
    if (g_str_has_prefix(uri, by_id) && len > start + 3 && strcmp(uri + len - 2, "))") == 0 &&
        (uri[start - 1] == '\'' || uri[start - 1] == '"') && uri[len - 3] == uri[start - 1])
        return g_strndup(uri + start, len - 3 - start);
    return NULL;
}
