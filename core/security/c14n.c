/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/c14n.h"

#include <libxml/c14n.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "base/limits.h"

typedef struct {
    EVP_MD_CTX *digest;
    GByteArray *buffer;
    WsscC14nBudget *budget;
    gsize weight; /* work for one octet */
} Sink;

void wssc_c14n_clear(WsscC14n *c14n)
{
    g_clear_pointer(&c14n->prefixes, g_strfreev);
}

/* Each prefix once: libxml2 looks every one up at every element. seen: made once there are more than a few. */
static gboolean is_new(const GPtrArray *prefixes, GHashTable **seen, const char *prefix)
{
    enum { FEW = 4 };
    if (prefixes->len < FEW) {
        for (guint i = 0; i < prefixes->len; i++)
            if (strcmp(prefixes->pdata[i], prefix) == 0)
                return FALSE;
        return TRUE;
    }
    if (*seen == NULL) {
        *seen = g_hash_table_new(g_str_hash, g_str_equal);
        for (guint i = 0; i < prefixes->len; i++)
            g_hash_table_add(*seen, prefixes->pdata[i]);
    }
    return g_hash_table_add(*seen, (gpointer)prefix);
}

static char **read_prefixes(const xmlNode *method, guint *ret_count)
{
    const xmlNode *list = wssc_xml_child(method, WSSC_NS_FAMILY_EC, "InclusiveNamespaces");
    g_autofree char *text = list != NULL ? wssc_xml_attr_value(list, WSSC_NS_FAMILY_NONE, "PrefixList") : NULL;
    if (text == NULL)
        return NULL;
    g_autoptr(GHashTable) seen = NULL;
    GPtrArray *prefixes = g_ptr_array_new();
    for (char *at = text; *at != '\0';) {
        gsize len = strcspn(at, " \t\r\n");
        char *next = at[len] != '\0' ? at + len + 1 : at + len;
        at[len] = '\0';
        if (len > 0 && is_new(prefixes, &seen, at))
            g_ptr_array_add(prefixes, g_strdup(at));
        at = next;
    }
    *ret_count = prefixes->len;
    g_ptr_array_add(prefixes, NULL);
    return (char **)g_ptr_array_free(prefixes, FALSE);
}

WsscC14n wssc_c14n_read(const WsscAlgorithm *algorithm, const xmlNode *method)
{
    WsscC14n c14n = {.flags = algorithm->flags};
    if ((c14n.flags & WSSC_C14N_EXCLUSIVE) != 0 && method != NULL)
        c14n.prefixes = read_prefixes(method, &c14n.prefix_count);
    return c14n;
}

/* ---- what it costs ------------------------------------------------------------------------- */

#define LOOKUPS_PER_OCTET 4 /* a look at a declaration takes a quarter of the time that writing an octet takes */

static gsize declarations_of(const xmlNode *node)
{
    gsize count = 0;
    for (const xmlNs *ns = node->nsDef; ns != NULL; ns = ns->next)
        count++;
    return count;
}

/* Where an element stands. */
typedef struct {
    gsize declarations; /* that are in scope */
    gsize depth;
} Place;

/* At each element libxml2 looks the prefixes of its names and of the list up among all declarations in scope; in
 * the inclusive forms it looks up all of these. What an element does not bring along itself, which is a name without
 * prefix and what the list names, it looks for from ancestor to ancestor. */
static gsize lookups_at(const WsscC14n *c14n, const xmlNode *node, const Place *place)
{
    if ((c14n->flags & WSSC_C14N_EXCLUSIVE) == 0)
        return place->declarations * (place->declarations + place->depth * 4 / 3);
    gsize names = 1 + c14n->prefix_count, climbs = c14n->prefix_count + (node->ns == NULL ? 1 : 0);
    for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next)
        names += attr->ns != NULL;
    return names * place->declarations + climbs * place->depth * 4 / 3; /* memory that nothing else has touched */
}

static gsize lookups_below(const WsscC14n *c14n, const xmlNode *node, const Place *above)
{
    const Place place = {above->declarations + declarations_of(node), above->depth + 1};
    gsize total = lookups_at(c14n, node, &place) + (gsize)c14n->budget->per_element * LOOKUPS_PER_OCTET;
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        total += child->type == XML_ELEMENT_NODE ? lookups_below(c14n, child, &place) : 0;
    return total;
}

/* FALSE when the budget has not enough left for the lookups; then nothing is left of it. */
static gboolean pay_for_lookups(const WsscC14n *c14n, const xmlDoc *doc, const xmlNode *apex)
{
    Place above = {0};
    if (c14n->budget->left == 0)
        return FALSE;
    const xmlNode *top = apex != NULL ? apex : xmlDocGetRootElement(doc);
    for (const xmlNode *n = top != NULL ? top->parent : NULL; n != NULL && n->type == XML_ELEMENT_NODE; n = n->parent)
        above = (Place){above.declarations + declarations_of(n), above.depth + 1};
    gsize cost = top != NULL ? lookups_below(c14n, top, &above) / LOOKUPS_PER_OCTET : 0;
    gboolean is_enough = cost < c14n->budget->left;
    c14n->budget->left = is_enough ? c14n->budget->left - cost : 0;
    return is_enough;
}

/* ---- running libxml2 ---------------------------------------------------------------------- */

static int write_out(void *user, const char *data, int len)
{
    Sink *sink = user;
    if (len <= 0) /* the last flush, when the buffer is closed: there may be no sink any more */
        return 0;
    if (sink->budget != NULL) {
        gsize cost = (gsize)len * sink->weight;
        if (sink->budget->left < cost) {
            sink->budget->left = 0; /* and every further call ends at once */
            return -1;
        }
        sink->budget->left -= cost;
    }
    if (sink->digest != NULL && !EVP_DigestUpdate(sink->digest, data, (size_t)len))
        return -1;
    if (sink->buffer != NULL)
        g_byte_array_append(sink->buffer, (const guint8 *)data, (guint)len);
    return len;
}

static int close_out(void *user G_GNUC_UNUSED)
{
    return 0;
}

/* libxml2 2.12 made the handler's argument const. */
#if LIBXML_VERSION >= 21200
static void ignore_error(void *user G_GNUC_UNUSED, const xmlError *error G_GNUC_UNUSED)
#else
static void ignore_error(void *user G_GNUC_UNUSED, xmlError *error G_GNUC_UNUSED)
#endif
{
}

struct WsscC14nOut {
    xmlOutputBuffer *buffer; /* empty between calls; NULL after one that failed */
};

WsscC14nOut *wssc_c14n_out_new(void)
{
    return g_new0(WsscC14nOut, 1);
}

void wssc_c14n_out_free(WsscC14nOut *out)
{
    if (out == NULL)
        return;
    if (out->buffer != NULL)
        xmlOutputBufferClose(out->buffer);
    g_free(out);
}

static xmlOutputBuffer *take_buffer(WsscC14nOut *out, Sink *sink)
{
    xmlOutputBuffer *buffer = g_steal_pointer(&out->buffer);
    if (buffer == NULL)
        return xmlOutputBufferCreateIO(write_out, close_out, sink, NULL);
    buffer->context = sink;
    buffer->written = 0; /* an int, which would flow over one day */
    return buffer;
}

/* xmlC14NExecute() flushes what it has written, so that nothing is left in a buffer it was content with. */
static gboolean give_back(WsscC14nOut *out, xmlOutputBuffer *buffer, gboolean is_fine)
{
    if (is_fine && buffer->error == 0 && xmlOutputBufferGetSize(buffer) == 0) {
        buffer->context = NULL;
        out->buffer = buffer;
        return TRUE;
    }
    return xmlOutputBufferClose(buffer) >= 0 && is_fine;
}

static gboolean execute_into(const WsscC14n *c14n, xmlDoc *doc, xmlC14NIsVisibleCallback is_visible, void *user,
                             Sink *sink, WsscC14nOut *out)
{
    int mode = (c14n->flags & WSSC_C14N_EXCLUSIVE) != 0    ? XML_C14N_EXCLUSIVE_1_0
               : (c14n->flags & WSSC_C14N_VERSION_11) != 0 ? XML_C14N_1_1
                                                           : XML_C14N_1_0;
    xmlOutputBuffer *buffer = take_buffer(out, sink);
    if (buffer == NULL)
        return FALSE;
    /* What libxml2 refuses it would print: its handler is this thread's, and is put back. */
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;
    xmlSetStructuredErrorFunc(NULL, ignore_error);
    int status = xmlC14NExecute(doc, is_visible, user, mode, (xmlChar **)c14n->prefixes,
                                (c14n->flags & WSSC_C14N_COMMENTS) != 0, buffer);
    xmlSetStructuredErrorFunc(context, handler);
    return give_back(out, buffer, status >= 0);
}

static gboolean execute(const WsscC14n *c14n, xmlDoc *doc, xmlC14NIsVisibleCallback is_visible, void *user, Sink *sink)
{
    WsscC14nOut own = {0};
    if (c14n->out != NULL)
        return execute_into(c14n, doc, is_visible, user, sink, c14n->out);
    gboolean ok = execute_into(c14n, doc, is_visible, user, sink, &own);
    if (own.buffer != NULL)
        xmlOutputBufferClose(own.buffer);
    return ok;
}

/* ---- the fast way --------------------------------------------------------------------------- */

static int hide_parent(void *user, xmlNode *node, xmlNode *parent G_GNUC_UNUSED)
{
    return (const void *)node != user;
}

/* Canonical XML 1.1 looks for xml: attributes among all ancestors that are not seen. */
static int hide_ancestors(void *user, xmlNode *node, xmlNode *parent G_GNUC_UNUSED)
{
    for (const xmlNode *p = user; p != NULL; p = p->parent)
        if (p == node)
            return 0;
    return 1;
}

/* Takes a node out of its parent's list, its own links untouched. */
static void splice_out(xmlNode *node)
{
    if (node->prev != NULL)
        node->prev->next = node->next;
    else if (node->parent != NULL)
        node->parent->children = node->next;
    if (node->next != NULL)
        node->next->prev = node->prev;
    else if (node->parent != NULL)
        node->parent->last = node->prev;
}

static void splice_in(xmlNode *node)
{
    if (node->prev != NULL)
        node->prev->next = node;
    else if (node->parent != NULL)
        node->parent->children = node;
    if (node->next != NULL)
        node->next->prev = node;
    else if (node->parent != NULL)
        node->parent->last = node;
}

/* libxml2 walks doc->children and asks about every node whether it is seen, which for one element
 * of a large message is most of the work. It is given a document of one child instead, the apex.
 * The apex keeps its parent, so that namespaces (and xml: attributes) declared above are found, and
 * the parent is the one thing that is said to be unseen. */
static gboolean write_subtree(const WsscC14n *c14n, xmlNode *apex, Sink *sink)
{
    xmlDoc cut = {.type = XML_DOCUMENT_NODE, .children = apex, .last = apex};
    xmlNode *next = apex->next;

    cut.doc = &cut;
    apex->next = NULL;
    gboolean is_11 = (c14n->flags & WSSC_C14N_VERSION_11) != 0;
    gboolean ok = execute(c14n, &cut, is_11 ? hide_ancestors : hide_parent, apex->parent, sink);
    apex->next = next;
    return ok;
}

/* ---- namespace names that need escaping ------------------------------------------------------------- */

typedef struct {
    xmlNs *ns;
    const xmlChar *href; /* as it was */
    char *escaped;
} OddName;

static void restore_name(gpointer data)
{
    OddName *odd = data;
    odd->ns->href = odd->href;
    g_free(odd->escaped);
    g_free(odd);
}

/* As attribute values are (Canonical XML section 2.3). */
static char *escape(const char *name)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&quot;", "&#x9;", "&#xA;", "&#xD;"};
    static const char specials[] = "&<\"\t\n\r";
    GString *out = g_string_new(NULL);
    for (; *name != '\0'; name++) {
        gsize which = strcspn(specials, (char[]){*name, '\0'});
        if (which < strlen(specials))
            g_string_append(out, entities[which]);
        else
            g_string_append_c(out, *name);
    }
    return g_string_free(out, FALSE);
}

static void escape_names(xmlNode *node, GPtrArray *names)
{
    for (; node != NULL; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        for (xmlNs *ns = node->nsDef; ns != NULL; ns = ns->next) {
            if (ns->href == NULL || strpbrk((const char *)ns->href, "&<\"\t\r\n") == NULL)
                continue;
            OddName *odd = g_new0(OddName, 1);
            *odd = (OddName){.ns = ns, .href = ns->href, .escaped = escape((const char *)ns->href)};
            ns->href = (const xmlChar *)odd->escaped;
            g_ptr_array_add(names, odd);
        }
        escape_names(node->children, names);
    }
}

gboolean wssc_c14n_write(const WsscC14n *c14n, xmlDoc *doc, xmlNode *apex, xmlNode *hidden, EVP_MD_CTX *digest,
                         GByteArray *buffer)
{
    Sink sink = {digest, buffer, c14n->budget, 1 + c14n->prefix_count / 4};
    gboolean ok;
    g_autoptr(GPtrArray) names = NULL;

    if (apex != NULL && apex == hidden)
        return TRUE;
    if (c14n->prefix_count > WSSC_MAX_PREFIXES || (c14n->budget != NULL && !pay_for_lookups(c14n, doc, apex)))
        return FALSE;
    if (wssc_xml_has_odd_names(doc)) {
        names = g_ptr_array_new_with_free_func(restore_name);
        escape_names(doc->children, names);
    }
    if (hidden != NULL)
        splice_out(hidden);
    if (apex != NULL)
        ok = write_subtree(c14n, apex, &sink);
    else
        ok = execute(c14n, doc, NULL, NULL, &sink);
    if (hidden != NULL)
        splice_in(hidden);
    return ok;
}

/* ---- the plain way ---------------------------------------------------------------------------- */

typedef struct {
    const xmlNode *apex;
    const xmlNode *hidden;
} Visible;

static int is_below(void *user, xmlNode *node, xmlNode *parent)
{
    const Visible *visible = user;
    gboolean is_in = visible->apex == NULL;
    /* A namespace "node" has no links of its own. */
    const xmlNode *start = node->type == XML_NAMESPACE_DECL ? parent : node;
    for (const xmlNode *n = start; n != NULL && n->type != XML_DOCUMENT_NODE; n = n->parent) {
        if (n == visible->hidden)
            return 0;
        is_in = is_in || n == visible->apex;
    }
    return is_in;
}

gboolean wssc_c14n_write_plain(const WsscC14n *c14n, xmlDoc *doc, xmlNode *apex, xmlNode *hidden, GByteArray *buffer)
{
    Visible visible = {apex, hidden};
    Sink sink = {NULL, buffer, NULL, 1};
    return execute(c14n, doc, is_below, &visible, &sink);
}
