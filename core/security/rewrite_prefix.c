/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Prefixes rewritten on the way: a part's canonical octets are read again, and its namespaces called by other prefixes:
 * those that another part had, those that the message has for them elsewhere, those that stacks use, and short ones
 * that people write.
 */
#include <string.h>

#include "security/rewriting.h"

/* A prefix and its namespace in the part. */
typedef struct {
    const xmlChar *href;
    const xmlChar *prefix;   /* as it arrived; NULL: the default namespace */
    GPtrArray *declarations; /* xmlNs, and their own prefixes at the same index: */
    GPtrArray *originals;    /* const xmlChar * */
    GPtrArray *candidates;   /* const char *, "" for the default namespace */
    gboolean is_of_elements, is_of_attributes;
    WsscNsFamily family;
    const char *base;  /* what it is while others are changed; NULL: as it arrived */
    const char *tried; /* or NULL */
} Binding;

typedef struct {
    const WsscRewritten *part;
    WsscXml *xml;        /* the part */
    GStringChunk *names; /* of candidates */
    GPtrArray *bindings; /* Binding */
} Search;

enum { MOST_BINDINGS = 16, STACKS = 4, LEAST_LEFT = 128 * 1024 };

static void free_binding(gpointer data)
{
    Binding *binding = data;
    g_ptr_array_unref(binding->declarations);
    g_ptr_array_unref(binding->originals);
    g_ptr_array_unref(binding->candidates);
    g_free(binding);
}

/* ---- what there is ---------------------------------------------------------------------------------------------- */

static Binding *binding_of(Search *search, const xmlNs *ns)
{
    for (guint i = 0; i < search->bindings->len; i++) {
        Binding *binding = search->bindings->pdata[i];
        if (xmlStrEqual(binding->href, ns->href) && xmlStrEqual(binding->prefix, ns->prefix))
            return binding;
    }
    if (search->bindings->len >= MOST_BINDINGS || ns->href == NULL || *ns->href == '\0')
        return NULL;
    Binding *binding = g_new0(Binding, 1);
    binding->href = ns->href;
    binding->prefix = ns->prefix;
    binding->family = wssc_ns_family(wssc_ns_from_uri((const char *)ns->href));
    binding->declarations = g_ptr_array_new();
    binding->originals = g_ptr_array_new();
    binding->candidates = g_ptr_array_new();
    g_ptr_array_add(search->bindings, binding);
    return binding;
}

static void find_bindings(Search *search)
{
    xmlNode *root = wssc_xml_root(search->xml);
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n)) {
        for (xmlNs *ns = n->nsDef; ns != NULL; ns = ns->next) {
            Binding *binding = binding_of(search, ns);
            if (binding == NULL)
                continue;
            g_ptr_array_add(binding->declarations, ns);
            g_ptr_array_add(binding->originals, (gpointer)ns->prefix);
        }
        Binding *own = n->ns != NULL ? binding_of(search, n->ns) : NULL;
        if (own != NULL)
            own->is_of_elements = TRUE;
        for (const xmlAttr *a = n->properties; a != NULL; a = a->next) {
            Binding *of_attribute = a->ns != NULL ? binding_of(search, a->ns) : NULL;
            if (of_attribute != NULL)
                of_attribute->is_of_attributes = TRUE;
        }
    }
}

/* ---- what it may have been --------------------------------------------------------------------------------------- */

static void add_candidate(Search *search, Binding *binding, const char *prefix)
{
    if (g_strcmp0(prefix, binding->prefix != NULL ? (const char *)binding->prefix : "") == 0 ||
        (*prefix == '\0' && binding->is_of_attributes))
        return;
    const char *name = g_string_chunk_insert_const(search->names, prefix); /* the same for equal ones */
    if (!g_ptr_array_find(binding->candidates, name, NULL))
        g_ptr_array_add(binding->candidates, (gpointer)name);
}

static void add_from_message(Search *search, Binding *binding)
{
    enum { MOST = 8, LONGEST = 16, MOST_ELEMENTS = 2000 };
    guint elements = 0;
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(search->part->work)->doc);
    for (xmlNode *n = root; n != NULL && binding->candidates->len < MOST && elements++ < MOST_ELEMENTS;
         n = wssc_ids_walk(root, n))
        for (const xmlNs *ns = n->nsDef; ns != NULL; ns = ns->next)
            if (xmlStrEqual(ns->href, binding->href) && xmlStrlen(ns->prefix) <= LONGEST)
                add_candidate(search, binding, ns->prefix != NULL ? (const char *)ns->prefix : "");
}

static const char *const known_prefixes[] = {
#define WSSC_PREFIXES(family, list) [WSSC_NS_FAMILY_##family] = list,
#include "security/prefixes.def"
#undef WSSC_PREFIXES
};

static const char *known_of(WsscNsFamily family)
{
    return family < G_N_ELEMENTS(known_prefixes) ? known_prefixes[family] : NULL;
}

static void add_words(Search *search, Binding *binding, const char *list)
{
    g_auto(GStrv) words = g_strsplit(list, " ", -1);
    for (char **word = words; *word != NULL; word++)
        add_candidate(search, binding, *word);
}

static void add_numbered(Search *search, Binding *binding)
{
    static const char *const numbered[] = {"ns", "n", "q", "p", "a"};
    char text[16];
    for (guint i = 0; i < 100; i++)
        for (guint f = 0; f < (i < 10 ? G_N_ELEMENTS(numbered) : 1); f++) {
            g_snprintf(text, sizeof text, "%s%u", numbered[f], i);
            add_candidate(search, binding, text);
        }
    for (guint i = 0; i < 64; i++) { /* .NET: by depth and count */
        g_snprintf(text, sizeof text, "d%up%u", i / 8 + 1, i % 8 + 1);
        add_candidate(search, binding, text);
    }
}

static void add_candidates(Search *search, Binding *binding)
{
    char text[2] = {0};
    add_from_message(search, binding);
    if (known_of(binding->family) != NULL)
        add_words(search, binding, known_of(binding->family));
    add_candidate(search, binding, "");
    for (text[0] = 'a'; text[0] <= 'z'; text[0]++)
        add_candidate(search, binding, text);
    add_words(search, binding, "ns tns app ns0 ns1 ns2 ns3 ns4 ns5");
    add_words(search, binding, "xsi xsd xs msg typ web ser urn impl ex tem m0 my req res svc data types schema");
    add_numbered(search, binding);
}

/* ---- trying ----------------------------------------------------------------------------------------------------- */

/* NULL: as it arrived. */
static void set_prefix(Binding *binding, const char *prefix)
{
    binding->tried = prefix;
    for (guint i = 0; i < binding->declarations->len; i++) {
        xmlNs *ns = binding->declarations->pdata[i];
        if (prefix == NULL)
            ns->prefix = binding->originals->pdata[i];
        else
            ns->prefix = *prefix != '\0' ? (const xmlChar *)prefix : NULL;
    }
}

static const char *shown_prefix(const Binding *binding)
{
    return binding->tried != NULL ? binding->tried : binding->prefix != NULL ? (const char *)binding->prefix : "";
}

/* Two namespaces under one prefix are another document. */
static gboolean are_distinct(const Search *search)
{
    for (guint i = 0; i < search->bindings->len; i++)
        for (guint k = i + 1; k < search->bindings->len; k++) {
            const Binding *one = search->bindings->pdata[i], *other = search->bindings->pdata[k];
            if (!xmlStrEqual(one->href, other->href) && strcmp(shown_prefix(one), shown_prefix(other)) == 0)
                return FALSE;
        }
    return TRUE;
}

static gboolean fits(const Search *search)
{
    g_autoptr(GByteArray) octets = g_byte_array_new();
    WsscC14n c14n = *search->part->c14n;
    if (wssc_rewrite_is_spent(search->part) || !are_distinct(search))
        return FALSE;
    c14n.budget = NULL;
    c14n.out = search->part->work->out;
    return wssc_c14n_write(&c14n, search->xml->doc, wssc_xml_root(search->xml), NULL, NULL, octets) &&
           wssc_rewrite_try(search->part, octets);
}

/* Changes "more" of the bindings from "from" on. */
static gboolean change(Search *search, guint from, guint more, guint limit)
{
    if (more == 0)
        return fits(search);
    for (guint i = from; i + more <= search->bindings->len; i++) {
        Binding *binding = search->bindings->pdata[i];
        if (binding->base != NULL)
            continue;
        for (guint c = 0; c < MIN(binding->candidates->len, limit) && !wssc_rewrite_is_spent(search->part); c++) {
            set_prefix(binding, binding->candidates->pdata[c]);
            if (change(search, i + 1, more - 1, limit))
                return TRUE;
        }
        set_prefix(binding, NULL);
    }
    return FALSE;
}

/* What the others start from: what was found for another part, and of what remains the prefixes of one stack. FALSE
 * when that changes nothing. */
static gboolean set_base(Search *search, const char *(*choose)(const Search *, const Binding *, guint), guint which)
{
    gboolean is_changed = FALSE;
    for (guint i = 0; i < search->bindings->len; i++) {
        Binding *binding = search->bindings->pdata[i];
        const char *prefix = choose != NULL ? choose(search, binding, which) : NULL;
        if (prefix != NULL && binding->is_of_attributes && *prefix == '\0')
            prefix = NULL;
        binding->base = prefix;
        set_prefix(binding, prefix);
        is_changed |= prefix != NULL && strcmp(prefix, binding->prefix != NULL ? (char *)binding->prefix : "") != 0;
    }
    return is_changed;
}

static const char *found_elsewhere(const Search *search, const Binding *binding, guint which G_GNUC_UNUSED)
{
    return g_hash_table_lookup(search->part->rewriting->prefixes, binding->href);
}

/* Those of the specifications stay as they are: only the application's were changed. */
static const char *as_arrived(const Search *search, const Binding *binding, guint which G_GNUC_UNUSED)
{
    const char *found = found_elsewhere(search, binding, 0);
    if (found != NULL || known_of(binding->family) == NULL)
        return found;
    return binding->prefix != NULL ? (const char *)binding->prefix : "";
}

static const char *stack_prefix(const Search *search, WsscNsFamily family, guint stack)
{
    const char *known = known_of(family);
    g_auto(GStrv) words = g_strsplit(known != NULL ? known : "", " ", -1);
    return known != NULL && stack < g_strv_length(words) ? g_string_chunk_insert_const(search->names, words[stack])
                                                         : NULL;
}

static const char *of_stack(const Search *search, const Binding *binding, guint stack)
{
    const char *found = found_elsewhere(search, binding, 0);
    return found != NULL ? found : stack_prefix(search, binding->family, stack);
}

/* What was found for other parts is not what that stack writes. */
static gboolean is_contradicted(const Search *search, guint stack)
{
    GHashTableIter iter;
    gpointer href, found;
    g_hash_table_iter_init(&iter, search->part->rewriting->prefixes);
    while (g_hash_table_iter_next(&iter, &href, &found)) {
        const char *own = stack_prefix(search, wssc_ns_family(wssc_ns_from_uri(href)), stack);
        if (own != NULL && strcmp(own, found) != 0)
            return TRUE;
    }
    return FALSE;
}

typedef enum {
    APPLICATION, /* only prefixes of the application were changed */
    STACK,       /* all of the specifications' were, from what a stack calls them */
    ALL,
} Base;

/* So many prefixes are changed beside those of the base, each to so many of its candidates. */
static const struct {
    Base base;
    guint depth, limit;
} steps[] = {{APPLICATION, 0, 1}, {STACK, 0, 1},        {APPLICATION, 1, G_MAXUINT},
             {STACK, 1, 64},      {APPLICATION, 2, 36}, {ALL, 1, G_MAXUINT},
             {STACK, 2, 28},      {ALL, 2, 36},         {ALL, 3, 10}};

static gboolean try_stacks(Search *search, guint depth, guint limit)
{
    for (guint pass = 0; pass < 2; pass++)
        for (guint stack = 0; stack < STACKS; stack++)
            if (is_contradicted(search, stack) == (pass == 1) && set_base(search, of_stack, stack) &&
                change(search, 0, depth, limit))
                return TRUE;
    return FALSE;
}

static gboolean try_step(Search *search, guint which)
{
    guint depth = steps[which].depth, limit = steps[which].limit;
    if (steps[which].base == STACK)
        return try_stacks(search, depth, limit);
    gboolean is_other = set_base(search, steps[which].base == APPLICATION ? as_arrived : found_elsewhere, 0);
    return (is_other || depth > 0) && change(search, 0, depth, limit);
}

/* ---- what was found --------------------------------------------------------------------------------------------- */

static gboolean is_changed(const Binding *binding)
{
    return binding->tried != NULL &&
           strcmp(binding->tried, binding->prefix != NULL ? (const char *)binding->prefix : "") != 0;
}

static char *describe(const Search *search)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < search->bindings->len; i++) {
        const Binding *binding = search->bindings->pdata[i];
        if (!is_changed(binding))
            continue;
        g_string_append_printf(text, "%sthe %s prefix of %s was %s and became %s", text->len > 0 ? "; " : "",
                               !binding->is_of_elements    ? "attribute"
                               : binding->is_of_attributes ? "element and attribute"
                                                           : "element",
                               (const char *)binding->href, *binding->tried != '\0' ? binding->tried : "(none)",
                               binding->prefix != NULL ? (const char *)binding->prefix : "(none)");
    }
    return g_string_free(text, FALSE);
}

/* What was one part's prefix was the other parts', too. */
static void remember(const Search *search)
{
    for (guint i = 0; i < search->bindings->len; i++) {
        const Binding *binding = search->bindings->pdata[i];
        if (is_changed(binding))
            g_hash_table_replace(search->part->rewriting->prefixes, g_strdup((const char *)binding->href),
                                 g_strdup(binding->tried));
    }
}

gboolean wssc_rewrite_prefixes(const WsscRewritten *part, char **ret_detail)
{
    g_autoptr(GBytes) octets = g_bytes_new(part->octets->data, part->octets->len);
    /* The candidates alone cost as much as some tries. */
    gboolean is_worth = part->rewriting->left > part->octets->len + LEAST_LEFT;
    g_autoptr(WsscXml) xml = is_worth ? wssc_xml_parse_without_spans(octets, NULL, NULL) : NULL;
    g_autoptr(GPtrArray) bindings = g_ptr_array_new_with_free_func(free_binding);
    Search search = {.part = part, .xml = xml, .bindings = bindings};
    gboolean is_fit = FALSE;
    if (xml == NULL)
        return FALSE;
    search.names = g_string_chunk_new(512);
    find_bindings(&search);
    for (guint i = 0; i < bindings->len; i++)
        add_candidates(&search, bindings->pdata[i]);
    for (guint i = 0; i < G_N_ELEMENTS(steps) && !is_fit; i++)
        is_fit = try_step(&search, i);
    if (is_fit) {
        *ret_detail = describe(&search);
        remember(&search);
    }
    set_base(&search, NULL, 0); /* the tree is freed with its own prefixes */
    g_string_chunk_free(search.names);
    return is_fit;
}
