/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where policies stand: alone, or attached to the parts of a WSDL (WS-PolicyAttachment 1.5 section 4). What is attached
 * to port, binding and port type applies to the endpoint together; what is attached to operations and messages is added
 * for the parts that they sign and encrypt.
 */
#include "binding/policy.h"

#include <string.h>

#include "base/limits.h"
#include "binding/policy_private.h"

GQuark wssc_policy_error_quark(void)
{
    return g_quark_from_static_string("wssc-policy-error");
}

/* ---- walking ---------------------------------------------------------------------------------------------------- */

/* The next element in document order below root; NULL at the end. */
static const xmlNode *walk(const xmlNode *root, const xmlNode *node)
{
    const xmlNode *next = wssc_xml_first(node);
    while (next == NULL && node != NULL && node != root) {
        next = wssc_xml_next(node);
        node = node->parent;
    }
    return next;
}

static gboolean is_policy(const xmlNode *node)
{
    return wssc_xml_is(node, WSSC_NS_FAMILY_WSP, "Policy");
}

static gboolean is_wsdl(const xmlNode *node, const char *name)
{
    return wssc_xml_is(node, WSSC_NS_FAMILY_WSDL, name);
}

/* Every policy by its id and by its name. */
static GHashTable *collect_ids(const xmlNode *root)
{
    GHashTable *ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (const xmlNode *n = root; n != NULL; n = walk(root, n)) {
        const xmlAttr *id = is_policy(n) ? wssc_xml_id_attr(n) : NULL;
        char *name = is_policy(n) ? wssc_xml_attr_value(n, WSSC_NS_FAMILY_NONE, "Name") : NULL;
        if (id != NULL)
            g_hash_table_insert(ids, wssc_xml_attr_text(id), (gpointer)n);
        if (name != NULL)
            g_hash_table_insert(ids, name, (gpointer)n);
    }
    return ids;
}

/* ---- subjects --------------------------------------------------------------------------------------------------- */

/* Policies and references that stand directly in the element, or are named by its attribute PolicyURIs. */
static void take_attached(WsscPolicyReader *reader, const xmlNode *element, WsscPoolList **policies)
{
    WsscPool *pool = reader->policy->pool;
    for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e))
        if (is_policy(e) || wssc_xml_is(e, WSSC_NS_FAMILY_WSP, "PolicyReference"))
            wssc_pool_add(pool, policies, (gpointer)e);
    g_autofree char *uris = wssc_xml_attr_value(element, WSSC_NS_FAMILY_WSP, "PolicyURIs");
    g_auto(GStrv) each = uris != NULL ? g_strsplit_set(uris, " \t\r\n", 64) : NULL;
    for (guint i = 0; each != NULL && each[i] != NULL; i++) {
        const xmlNode *target = wssc_policy_target(reader, each[i]);
        if (target != NULL)
            wssc_pool_add(pool, policies, (gpointer)target);
        else if (*each[i] != '\0')
            wssc_policy_left_away(reader, "no policy \"%.100s\" in the document", each[i]);
    }
}

static void add_subject(WsscPolicyReader *reader, const char *name, const char *address, const WsscPoolList *policies)
{
    WsscPolicy *policy = reader->policy;
    WsscSubject *subject = wssc_pool_new0(policy->pool, WsscSubject);
    if (policy->subjects->len >= WSSC_MAX_SUBJECTS) {
        wssc_policy_left_away(reader, "more than %d ports: the others are left away", WSSC_MAX_SUBJECTS);
        return;
    }
    reader->made = 0; /* what is bounded for the document is "steps" */
    WsscPoolList *normal = wssc_policy_normal_form(reader, policies);
    subject->name = wssc_pool_strdup(policy->pool, name);
    subject->address = wssc_pool_strdup(policy->pool, address);
    subject->alternatives = wssc_pool_no_items();
    for (guint i = 0; i < normal->len; i++)
        wssc_pool_add(policy->pool, &subject->alternatives, wssc_policy_facts(reader, normal->pdata[i]));
    wssc_pool_add(policy->pool, &policy->subjects, subject);
}

/* "tns:EchoBinding" names "EchoBinding" of the definitions whose target namespace tns stands for; metadata has the
 * service, its bindings and port types in definitions of their own. */
static gboolean is_named(const xmlNode *element, const xmlNode *from, const char *qname)
{
    const char *colon = strchr(qname, ':');
    g_autofree char *prefix = colon != NULL ? g_strndup(qname, (gsize)(colon - qname)) : NULL;
    g_autofree char *name = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "name");
    g_autofree char *target = wssc_xml_attr_value(element->parent, WSSC_NS_FAMILY_NONE, "targetNamespace");
    const xmlNs *ns = xmlSearchNs(from->doc, (xmlNode *)from, (const xmlChar *)prefix);

    return name != NULL && strcmp(name, colon != NULL ? colon + 1 : qname) == 0 &&
           g_strcmp0(target != NULL ? target : "", ns != NULL ? (const char *)ns->href : "") == 0;
}

/* Of what from's attribute names; NULL. */
static const xmlNode *find_wsdl(const WsscPolicyReader *reader, const char *kind, const xmlNode *from,
                                const char *attribute)
{
    g_autofree char *qname = wssc_xml_attr_value(from, WSSC_NS_FAMILY_NONE, attribute);
    for (guint i = 0; qname != NULL && i < reader->definitions->len; i++)
        for (const xmlNode *e = wssc_xml_first(reader->definitions->pdata[i]); e != NULL; e = wssc_xml_next(e))
            if (is_wsdl(e, kind) && is_named(e, from, qname))
                return e;
    return NULL;
}

/* Of operations and of their input: the strictest that one of them asks for. */
static void take_parts(WsscPolicyReader *reader, const xmlNode *binding, WsscPoolList **policies)
{
    for (const xmlNode *operation = wssc_xml_first(binding); operation != NULL; operation = wssc_xml_next(operation)) {
        WsscPoolList *own = wssc_pool_no_items();
        if (!is_wsdl(operation, "operation"))
            continue;
        take_attached(reader, operation, &own);
        take_attached(reader, wssc_xml_child(operation, WSSC_NS_FAMILY_WSDL, "input"), &own);
        if (own->len == 0)
            continue;
        for (guint i = 0; i < own->len; i++)
            wssc_pool_add(reader->policy->pool, policies, own->pdata[i]);
        return;
    }
}

static char *address_of(const xmlNode *port)
{
    for (const xmlNode *e = wssc_xml_first(port); e != NULL; e = wssc_xml_next(e))
        if (wssc_xml_is(e, WSSC_NS_FAMILY_WSDL_SOAP, "address"))
            return wssc_xml_attr_value(e, WSSC_NS_FAMILY_NONE, "location");
    return NULL;
}

static void take_binding(WsscPolicyReader *reader, const xmlNode *port, const xmlNode *binding)
{
    WsscPoolList *policies = wssc_pool_no_items();
    g_autofree char *name = wssc_xml_attr_value(port != NULL ? port : binding, WSSC_NS_FAMILY_NONE, "name");
    g_autofree char *address = port != NULL ? address_of(port) : NULL;
    const xmlNode *port_type = find_wsdl(reader, "portType", binding, "type");

    reader->ports++;
    if (port != NULL)
        take_attached(reader, port, &policies);
    take_attached(reader, binding, &policies);
    if (port_type != NULL)
        take_attached(reader, port_type, &policies);
    take_parts(reader, binding, &policies);
    if (policies->len > 0)
        add_subject(reader, name != NULL ? name : "", address, policies);
}

/* Each is looked for in the whole document. */
static gboolean may_look(WsscPolicyReader *reader)
{
    if (reader->ports < WSSC_MAX_PORTS)
        return TRUE;
    wssc_policy_left_away(reader, "more than %d ports and bindings: the others are left away", WSSC_MAX_PORTS);
    return FALSE;
}

static void read_ports(WsscPolicyReader *reader, const xmlNode *service, GHashTable *named)
{
    for (const xmlNode *port = wssc_xml_first(service); port != NULL && may_look(reader); port = wssc_xml_next(port)) {
        const xmlNode *binding = is_wsdl(port, "port") ? find_wsdl(reader, "binding", port, "binding") : NULL;
        reader->ports++;
        if (binding == NULL)
            continue;
        g_hash_table_add(named, (gpointer)binding);
        take_binding(reader, port, binding);
    }
}

/* Each port; a binding that no port names is a subject of its own. */
static void read_definitions(WsscPolicyReader *reader)
{
    g_autoptr(GHashTable) named = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < reader->definitions->len; i++)
        for (const xmlNode *e = wssc_xml_first(reader->definitions->pdata[i]); e != NULL; e = wssc_xml_next(e))
            if (is_wsdl(e, "service"))
                read_ports(reader, e, named);
    for (guint i = 0; i < reader->definitions->len; i++) {
        for (const xmlNode *e = wssc_xml_first(reader->definitions->pdata[i]); e != NULL; e = wssc_xml_next(e)) {
            if (is_wsdl(e, "binding") && !g_hash_table_contains(named, e) && may_look(reader))
                take_binding(reader, NULL, e);
            else if (is_wsdl(e, "import"))
                wssc_policy_problem(reader, "the WSDL imports others, which are not read");
        }
    }
}

/* ---- documents -------------------------------------------------------------------------------------------------- */

static gboolean is_within_policy(const xmlNode *node)
{
    for (node = node->parent; node != NULL; node = node->parent)
        if (is_policy(node))
            return TRUE;
    return FALSE;
}

/* Policies that nothing known here names, or that stand alone: each is a subject. */
static void read_policies(WsscPolicyReader *reader)
{
    const xmlNode *root = reader->root;
    for (const xmlNode *n = root; n != NULL; n = walk(root, n)) {
        WsscPoolList *policies = wssc_pool_no_items();
        if (!is_policy(n) || is_within_policy(n))
            continue;
        const xmlAttr *id = wssc_xml_id_attr(n);
        g_autofree char *name = id != NULL ? wssc_xml_attr_text(id) : NULL;
        wssc_pool_add(reader->policy->pool, &policies, (gpointer)n);
        add_subject(reader, name != NULL ? name : "", NULL, policies);
    }
}

static void read_document(WsscPolicyReader *reader)
{
    const xmlNode *root = reader->root;
    for (const xmlNode *n = root; n != NULL; n = walk(root, n))
        if (is_wsdl(n, "definitions"))
            g_ptr_array_add(reader->definitions, (gpointer)n);
    read_definitions(reader);
    if (reader->policy->subjects->len > 0)
        return;
    read_policies(reader);
    if (reader->policy->subjects->len > 0 && reader->definitions->len > 0)
        wssc_policy_problem(reader, "no port or binding names the policies of the WSDL: each is looked at by itself");
}

WsscPolicy *wssc_policy_read(const xmlNode *root, GError **error)
{
    WsscPool *pool = wssc_pool_new();
    WsscPolicy *policy = g_new0(WsscPolicy, 1);
    WsscPolicyReader reader = {
        .policy = policy, .root = root, .definitions = g_ptr_array_new(), .ids = collect_ids(root)};

    policy->pool = pool;
    policy->subjects = policy->unknown = policy->problems = wssc_pool_no_items();
    read_document(&reader);
    g_hash_table_unref(reader.ids);
    g_ptr_array_unref(reader.definitions);
    if (policy->subjects->len > 0)
        return policy;
    g_set_error(error, WSSC_POLICY_ERROR, WSSC_POLICY_ERROR_NONE, "no WS-Policy in it");
    wssc_policy_free(policy);
    return NULL;
}

void wssc_policy_free(WsscPolicy *policy)
{
    if (policy == NULL)
        return;
    wssc_pool_free(policy->pool);
    g_free(policy);
}

gboolean wssc_policy_has_context(const WsscPolicy *policy)
{
    for (guint s = 0; s < policy->subjects->len; s++) {
        const WsscSubject *subject = policy->subjects->pdata[s];
        for (guint i = 0; i < subject->alternatives->len; i++)
            if (((const WsscAlternative *)subject->alternatives->pdata[i])->place != WSSC_PLACE_NONE)
                return TRUE;
    }
    return FALSE;
}
