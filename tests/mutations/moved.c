/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signature wrapping: what is signed stays in the message, to the octet, where nobody reads it; another thing of the
 * same name stands in its place. The digests may well fit.
 */
#include <string.h>

#include "mutate.h"

static void drop_ids(xmlNode *root)
{
    for (xmlNode *n = root; n != NULL; n = walk(root, n)) {
        xmlAttr *id = n->type == XML_ELEMENT_NODE ? id_of(n) : NULL;
        if (id != NULL)
            xmlRemoveProp(id);
    }
}

/* Like the signed one, but no longer what was signed. */
static xmlNode *forge(const xmlNode *target)
{
    xmlNode *forged = xmlDocCopyNode((xmlNode *)target, target->doc, 1);
    drop_ids(forged);
    for (xmlNode *n = forged; n != NULL; n = walk(forged, n)) {
        if (n->type == XML_TEXT_NODE) {
            flip_node(n);
            return forged;
        }
    }
    xmlAddChild(forged, xmlNewDocNode(target->doc, NULL, (const xmlChar *)"forged", NULL));
    return forged;
}

static xmlNode *wrapper_in(xmlNode *parent, gboolean is_first)
{
    xmlNode *wrapper = xmlNewDocNode(parent->doc, NULL, (const xmlChar *)"Wrapper", NULL);
    xmlSetNs(wrapper, xmlNewNs(wrapper, (const xmlChar *)"urn:wrapper", (const xmlChar *)"w"));
    if (is_first && parent->children != NULL)
        xmlAddPrevSibling(parent->children, wrapper);
    else
        xmlAddChild(parent, wrapper);
    return wrapper;
}

static void move_to(xmlNode *target, xmlNode *parent)
{
    xmlUnlinkNode(target);
    xmlAddChild(parent, target);
    xmlReconciliateNs(target->doc, target);
}

/* Elements that can be moved away from the signature: not those around it. */
static GPtrArray *movable(const Mutation *m)
{
    GPtrArray *list = g_ptr_array_new();
    for (guint i = 0; i < m->targets->len; i++)
        if (!is_below(m->signature, m->targets->pdata[i]) && !is_below(m->targets->pdata[i], m->signature) &&
            mutation_is_signed(m, m->targets->pdata[i]))
            g_ptr_array_add(list, m->targets->pdata[i]);
    return list;
}

static xmlNode *pick_target(Mutation *m)
{
    g_autoptr(GPtrArray) list = movable(m);
    xmlNode *target = m->header != NULL && m->body != NULL ? mutation_pick(m, list) : NULL;
    if (target != NULL)
        LABEL(m, "%s", target->name);
    return target;
}

static Step wrap(xmlNode *target, xmlNode *wrapper)
{
    xmlNode *forged = forge(target);
    xmlAddPrevSibling(target, forged);
    move_to(target, wrapper);
    return MUTATED;
}

static Step to_header(Mutation *m)
{
    xmlNode *target = pick_target(m);
    return target == NULL ? NO_MORE : wrap(target, wrapper_in(m->header, m->turn % 2 == 0));
}

static Step to_security(Mutation *m)
{
    xmlNode *target = pick_target(m);
    if (target == NULL || m->security == NULL)
        return NO_MORE;
    return wrap(target, wrapper_in(m->security, m->turn % 2 == 0));
}

static Step to_object(Mutation *m)
{
    xmlNode *target = pick_target(m);
    if (target == NULL)
        return NO_MORE;
    return wrap(target, xmlNewChild(m->signature, m->signature->ns, (const xmlChar *)"Object", NULL));
}

/* Behind the Body, or before the Header, where no version of SOAP has anything. */
static Step to_envelope(Mutation *m)
{
    xmlNode *target = pick_target(m);
    return target == NULL ? NO_MORE : wrap(target, wrapper_in(m->root, m->turn % 2 == 0));
}

/* The places where SOAP, WS-Security and WS-Addressing read their own parts. */
static gboolean is_read_once(const xmlNode *n)
{
    static const char *const names[] = {"Body", "Timestamp", "To", "Action", "MessageID", "ReplyTo", "From", "FaultTo"};
    const char *uri = n->ns != NULL ? (const char *)n->ns->href : "";
    if (strstr(uri, "/envelope") == NULL && strstr(uri, "soap-envelope") == NULL && strstr(uri, "addressing") == NULL &&
        strstr(uri, "utility") == NULL)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (is_named(n, names[i]))
            return TRUE;
    return FALSE;
}

static xmlNode *pick_read_once(Mutation *m)
{
    g_autoptr(GPtrArray) list = movable(m);
    g_autoptr(GPtrArray) once = g_ptr_array_new();
    for (guint i = 0; i < list->len; i++) {
        xmlNode *target = list->pdata[i];
        if (is_read_once(target) &&
            (target->parent == m->root || target->parent == m->header || target->parent == m->security))
            g_ptr_array_add(once, target);
    }
    xmlNode *target = m->header != NULL && m->body != NULL ? mutation_pick(m, once) : NULL;
    if (target != NULL)
        LABEL(m, "%s", target->name);
    return target;
}

/* Of two some receivers read the first, some the last. */
static Step forged_beside(Mutation *m)
{
    xmlNode *target = pick_read_once(m);
    if (target == NULL)
        return NO_MORE;
    if (m->turn % 2 == 0)
        xmlAddPrevSibling(target, forge(target));
    else
        xmlAddNextSibling(target, forge(target));
    return MUTATED;
}

/* One that belongs elsewhere: a Body as a header, a Timestamp beside the Security header, a To inside it. */
static Step other_place(Mutation *m)
{
    xmlNode *target = pick_read_once(m);
    if (target == NULL)
        return NO_MORE;
    xmlNode *place = target->parent == m->header ? (m->security != NULL ? m->security : m->root) : m->header;
    xmlAddPrevSibling(target, forge(target));
    move_to(target, place);
    return MUTATED;
}

/* Nothing stands in its place: where it is optional that is as good as another one. */
static Step hidden(Mutation *m)
{
    xmlNode *target = pick_read_once(m);
    if (target == NULL)
        return NO_MORE;
    move_to(target, wrapper_in(m->header, FALSE));
    return MUTATED;
}

/* A second Header before the signed one, or a second Body. */
static Step second_header(Mutation *m)
{
    xmlNode *target = pick_read_once(m);
    if (target == NULL)
        return NO_MORE;
    if (target->parent != m->header)
        return NOT_HERE;
    xmlNode *header = xmlNewDocNode(m->doc, m->header->ns, (const xmlChar *)"Header", NULL);
    xmlAddPrevSibling(m->header, header);
    xmlAddChild(header, forge(target));
    return MUTATED;
}

/* The whole message goes into a header of another one, which keeps the Security header. */
static Step whole_message(Mutation *m)
{
    g_autoptr(GPtrArray) list = movable(m);
    gboolean has_part = FALSE;
    for (guint i = 0; i < list->len; i++)
        has_part |= is_read_once(list->pdata[i]) && ((xmlNode *)list->pdata[i])->parent != m->security;
    if (m->turn > 0 || m->header == NULL || m->body == NULL || m->security == NULL || !has_part)
        return NO_MORE;
    xmlNode *outer = xmlDocCopyNode(m->root, m->doc, 2); /* with its declarations and attributes */
    xmlNode *header = xmlNewChild(outer, NULL, (const xmlChar *)"Header", NULL);
    xmlNode *security = m->security, *inner = m->root;
    drop_ids(outer);
    xmlSetNs(header, outer->ns);
    xmlNode *body = forge(m->body);
    xmlAddChild(outer, body);
    xmlDocSetRootElement(m->doc, outer);
    xmlUnlinkNode(security);
    xmlAddChild(header, security);
    xmlAddChild(wrapper_in(header, FALSE), inner);
    xmlReconciliateNs(m->doc, outer);
    LABEL(m, "the whole message");
    return MUTATED;
}

/* ---- ids --------------------------------------------------------------------------------------------------- */

/* By a reference itself, not only as the token behind one. */
static gboolean is_referred_to(const Mutation *m, const char *id)
{
    for (const xmlNode *r = m->signed_info->children; r != NULL; r = r->next) {
        g_autofree char *uri = is_named(r, "Reference") ? attribute(r, "URI") : NULL;
        if (uri != NULL && strstr(uri, id) != NULL)
            return TRUE;
    }
    return FALSE;
}

static Step id_twice(Mutation *m)
{
    g_autoptr(GPtrArray) list = movable(m);
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    for (guint i = 0; i < list->len; i++)
        if (id_of(list->pdata[i]) != NULL)
            g_ptr_array_add(named, list->pdata[i]);
    guint place = m->turn % 3;
    guint count = MIN(named->len, m->limit);
    if (m->turn / 3 >= count || m->header == NULL || m->body == NULL)
        return NO_MORE;
    xmlNode *target = named->pdata[m->turn / 3];
    g_autofree char *id = g_strdup((const char *)id_of(target)->children->content);
    g_autofree char *name = g_strdup((const char *)id_of(target)->name);
    xmlNode *forged = forge(target);
    m->touches_key |= !is_referred_to(m, id);
    if (id_of(target)->ns != NULL)
        xmlSetNsProp(forged, xmlSearchNsByHref(m->doc, forged, id_of(target)->ns->href), (const xmlChar *)name,
                     (const xmlChar *)id);
    else
        xmlNewProp(forged, (const xmlChar *)name, (const xmlChar *)id);
    LABEL(m, "%s, %s", target->name,
          place == 0   ? "before it"
          : place == 1 ? "first in the header"
                       : "last in the header");
    if (place == 0)
        xmlAddPrevSibling(target, forged);
    else
        xmlAddChild(wrapper_in(m->header, place == 1), forged);
    return MUTATED;
}

/* The id goes over to another element. */
static Step id_moved(Mutation *m)
{
    g_autoptr(GPtrArray) list = movable(m);
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    for (guint i = 0; i < list->len; i++)
        if (id_of(list->pdata[i]) != NULL)
            g_ptr_array_add(named, list->pdata[i]);
    xmlNode *target = m->header != NULL ? mutation_pick(m, named) : NULL;
    if (target == NULL)
        return NO_MORE;
    LABEL(m, "%s", target->name);
    xmlNode *wrapper = wrapper_in(m->header, TRUE);
    xmlNewProp(wrapper, (const xmlChar *)"Id", id_of(target)->children->content);
    xmlRemoveProp(id_of(target));
    return MUTATED;
}

const Family moved_families[] = {
    {"moved/under-another-header", to_header, WANTS_NOTE},
    {"moved/inside-security-header", to_security, WANTS_NOTE},
    {"moved/into-signature-object", to_object, WANTS_NOTE},
    {"moved/beside-the-body", to_envelope, WANTS_NOTE},
    {"moved/to-a-place-of-others", other_place, WANTS_NOTE},
    {"moved/hidden", hidden, WANTS_NOTE},
    {"moved/forged-beside", forged_beside, WANTS_NOTE},
    {"moved/second-header", second_header, WANTS_NOTE},
    {"moved/whole-message", whole_message, WANTS_NOTE},
    {"moved/id-twice", id_twice, WANTS_NOTE},
    {"moved/id-to-another", id_moved, 0},
    {NULL, NULL, 0},
};
