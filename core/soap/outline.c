/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How a message is written: order, prefixes and ids, which the specifications leave open and stacks do each in their
 * own way.
 */
#include <string.h>

#include "base/limits.h"
#include "soap/parts.h"

typedef struct {
    WsscPool *pool;
    WsscPoolList **items;
    guint seen;
} Outline;

/* What says more of an element than its name: the kind of a token or of a password. */
static char *type_of(WsscPool *pool, const xmlNode *element)
{
    if (wssc_xml_is(element, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken"))
        return wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, "ValueType");
    if (!wssc_xml_is(element, WSSC_NS_FAMILY_WSSE, "UsernameToken"))
        return NULL;
    const xmlNode *password = wssc_xml_child(element, WSSC_NS_FAMILY_WSSE, "Password");
    return password != NULL ? wssc_attribute_text(pool, password, WSSC_NS_FAMILY_NONE, "Type") : NULL;
}

static void add(Outline *outline, const xmlNode *element, guint depth)
{
    WsscPool *pool = outline->pool;
    gboolean is_wanted =
        !wssc_pool_is_sharing(pool) || wssc_xml_is(element, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken");
    if (outline->seen++ >= WSSC_MAX_OUTLINE || !is_wanted)
        return;
    WsscOutlineItem *item = wssc_pool_new0(pool, WsscOutlineItem);
    const char *prefix = element->ns != NULL ? (const char *)element->ns->prefix : NULL;
    item->depth = depth;
    item->ns = wssc_xml_ns(element);
    item->name = wssc_pool_strdup(pool, (const char *)element->name);
    item->prefix = wssc_pool_strdup(pool, prefix != NULL ? prefix : "");
    item->type = type_of(pool, element);
    if (depth >= 2 && element->properties != NULL)
        item->id = wssc_id_text(pool, element);
    wssc_pool_add(pool, outline->items, item);
}

static void add_children(Outline *outline, const xmlNode *parent, guint depth)
{
    for (const xmlNode *e = wssc_xml_first(parent); e != NULL; e = wssc_xml_next(e)) {
        add(outline, e, depth);
        if (depth == 2 && wssc_xml_is(e, WSSC_NS_FAMILY_WSSE, "Security"))
            add_children(outline, e, depth + 1);
    }
}

void wssc_outline_read(WsscPool *pool, const xmlNode *root, WsscPoolList **items)
{
    Outline outline = {pool, items, 0};
    const xmlNode *header = wssc_xml_child(root, WSSC_NS_FAMILY_SOAP, "Header");
    const xmlNode *body = wssc_xml_child(root, WSSC_NS_FAMILY_SOAP, "Body");
    const xmlNode *content = wssc_xml_first(body);

    add(&outline, root, 0);
    add_children(&outline, header, 2);
    if (content != NULL)
        add(&outline, content, 2);
}

const WsscOutlineItem *wssc_outline_find(const WsscSoap *soap, WsscNsFamily family, const char *name)
{
    for (guint i = 0; i < soap->outline->len; i++) {
        const WsscOutlineItem *item = soap->outline->pdata[i];
        if (wssc_ns_family(item->ns) == family && strcmp(item->name, name) == 0)
            return item;
    }
    return NULL;
}

int wssc_fraction_digits(const char *time)
{
    const char *dot = time != NULL ? strchr(time, '.') : NULL;
    return time == NULL ? -1 : dot == NULL ? 0 : (int)strspn(dot + 1, "0123456789");
}
