/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "mutate.h"

gboolean is_in_message(const Mutation *m)
{
    return m->header != NULL && m->body != NULL && m->security != NULL && m->signature->parent == m->security &&
           m->security->parent == m->header;
}

gboolean is_soap11(const Mutation *m)
{
    return strcmp((const char *)m->root->ns->href, "http://schemas.xmlsoap.org/soap/envelope/") == 0;
}

gboolean is_signed_around(const Mutation *m, const xmlNode *node)
{
    for (guint i = 0; i < m->targets->len; i++)
        if (is_below(node, m->targets->pdata[i]))
            return TRUE;
    return FALSE;
}

xmlNode *make(xmlNode *parent, const char *uri, const char *name)
{
    xmlNode *made = xmlNewDocNode(parent->doc, NULL, (const xmlChar *)name, NULL);
    if (uri != NULL)
        xmlSetNs(made, xmlNewNs(made, (const xmlChar *)uri, (const xmlChar *)"made"));
    xmlAddChild(parent, made);
    return made;
}

void set_role(const Mutation *m, xmlNode *block, const char *role)
{
    xmlSetNsProp(block, m->root->ns, (const xmlChar *)(is_soap11(m) ? "actor" : "role"), (const xmlChar *)role);
}

xmlNode *unsigned_copy(xmlNode *target, const char *text)
{
    xmlNode *copy = xmlDocCopyNode(target, target->doc, 1);
    while (copy->properties != NULL)
        xmlRemoveProp(copy->properties);
    if (text != NULL)
        xmlNodeAddContent(copy, (const xmlChar *)text);
    xmlAddPrevSibling(target, copy);
    for (xmlNode *n = copy; n != NULL; n = walk(copy, n)) {
        xmlAttr *id = n->type == XML_ELEMENT_NODE ? id_of(n) : NULL;
        if (id != NULL)
            xmlRemoveProp(id);
    }
    return copy;
}
