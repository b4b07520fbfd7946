/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz.h"

#include "wrapping.h"

/* Names that mean the same to a receiver that reads more than one version. */
static const char *const families[][4] = {
    {"http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"},
    {"http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing",
     "http://schemas.xmlsoap.org/ws/2003/03/addressing"},
    {"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
     "http://schemas.xmlsoap.org/ws/2003/06/secext"},
    {"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
     "http://schemas.xmlsoap.org/ws/2003/06/utility"},
};

enum { SOAP, ADDRESSING, SECURITY_HEADER };

static int family_of(const char *uri)
{
    for (guint i = 0; i < G_N_ELEMENTS(families); i++)
        for (guint k = 0; k < G_N_ELEMENTS(families[i]) && families[i][k] != NULL; k++)
            if (strcmp(uri, families[i][k]) == 0)
                return (int)i;
    return -1;
}

static const char *space_of(const xmlNode *node)
{
    return node->ns != NULL && node->ns->href != NULL ? (const char *)node->ns->href : "";
}

static gboolean is_same_name(const xmlNode *node, const char *uri, const char *name)
{
    int family = family_of(uri);
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0 &&
           (strcmp(space_of(node), uri) == 0 || (family >= 0 && family_of(space_of(node)) == family));
}

static gboolean is_of(const xmlNode *node, int family, const char *name)
{
    return node != NULL && is_same_name(node, families[family][0], name);
}

/* ---- what an element says ------------------------------------------------------------------------------------ */

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void say_attributes(const xmlNode *node, GString *out)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        xmlChar *value = xmlNodeGetContent((const xmlNode *)a);
        g_ptr_array_add(lines, g_strdup_printf("@{%s}%s=%s\n", a->ns != NULL ? (const char *)a->ns->href : "", a->name,
                                               (const char *)value));
        xmlFree(value);
    }
    g_ptr_array_sort(lines, by_text);
    for (guint i = 0; i < lines->len; i++)
        g_string_append(out, lines->pdata[i]);
}

static void say(const xmlNode *node, GString *out)
{
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
        g_string_append(out, (const char *)node->content);
    if (node->type != XML_ELEMENT_NODE)
        return;
    g_string_append_printf(out, "<{%s}%s", space_of(node), node->name);
    say_attributes(node, out);
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        say(child, out);
    g_string_append(out, "/>");
}

/* ---- where a receiver looks ---------------------------------------------------------------------------------- */

/* SOAP 1.1's actor, SOAP 1.2's role, each in its own namespace. */
static gboolean is_role(const xmlAttr *a)
{
    const char *ns = a->ns != NULL ? (const char *)a->ns->href : "";
    return (strcmp(ns, families[SOAP][0]) == 0 && strcmp((const char *)a->name, "actor") == 0) ||
           (strcmp(ns, families[SOAP][1]) == 0 && strcmp((const char *)a->name, "role") == 0);
}

/* The one who reads is the last receiver: what is for a gateway, or for nobody, is not read. */
static gboolean is_for_reader(const xmlNode *block)
{
    gboolean is_for = TRUE;
    for (const xmlAttr *a = block->properties; a != NULL; a = a->next) {
        if (!is_role(a))
            continue;
        xmlChar *role = xmlNodeGetContent((const xmlNode *)a);
        is_for = is_for && (*role == '\0' || g_str_has_suffix((const char *)role, "/next") ||
                            g_str_has_suffix((const char *)role, "/ultimateReceiver"));
        xmlFree(role);
    }
    return is_for;
}

WrappingPart *wrapping_part_at(const xmlNode *element)
{
    const xmlNode *root = xmlDocGetRootElement(element->doc), *parent = element->parent;
    gboolean is_header = parent != root && is_of(parent, SOAP, "Header") && parent->parent == root;
    gboolean is_in_security = is_of(parent, SECURITY_HEADER, "Security") && is_of(parent->parent, SOAP, "Header") &&
                              parent->parent->parent == root &&
                              (strcmp((const char *)element->name, "Timestamp") == 0 ||
                               strcmp((const char *)element->name, "UsernameToken") == 0);
    if (!(parent == root && is_of(element, SOAP, "Body")) && !is_header && !is_in_security)
        return NULL;
    WrappingPart *part = g_new0(WrappingPart, 1);
    g_autoptr(GString) text = g_string_new(NULL);
    say(element, text);
    part->place = is_header ? WRAPPING_BLOCK : is_in_security ? WRAPPING_IN_SECURITY : WRAPPING_BODY;
    part->name = g_strdup((const char *)element->name);
    part->ns = g_strdup(space_of(element));
    part->text = g_strdup(text->str);
    return part;
}

void wrapping_part_free(gpointer data)
{
    WrappingPart *part = data;
    g_free(part->name);
    g_free(part->ns);
    g_free(part->text);
    g_free(part);
}

static guint count_in(const xmlNode *around, const WrappingPart *part, guint *same)
{
    guint count = 0;
    for (const xmlNode *n = around->children; n != NULL; n = n->next) {
        if (!is_same_name(n, part->ns, part->name) || (part->place == WRAPPING_BLOCK && !is_for_reader(n)))
            continue;
        g_autoptr(GString) text = g_string_new(NULL);
        say(n, text);
        count++;
        *same += strcmp(text->str, part->text) == 0 ? 1 : 0;
    }
    return count;
}

static guint count_in_header(const xmlNode *header, const WrappingPart *part, guint *same)
{
    guint count = 0;
    if (part->place == WRAPPING_BLOCK)
        return count_in(header, part, same);
    for (const xmlNode *n = header->children; n != NULL; n = n->next)
        if (is_of(n, SECURITY_HEADER, "Security") && is_for_reader(n))
            count += count_in(n, part, same);
    return count;
}

guint wrapping_count(xmlDoc *doc, const WrappingPart *part, guint *ret_same)
{
    const xmlNode *root = xmlDocGetRootElement(doc);
    guint count = 0;
    *ret_same = 0;
    if (part->place == WRAPPING_BODY)
        return count_in(root, part, ret_same);
    for (const xmlNode *n = root->children; n != NULL; n = n->next)
        if (is_of(n, SOAP, "Header"))
            count += count_in_header(n, part, ret_same);
    return count;
}
