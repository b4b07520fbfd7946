/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "nbfx/scope.h"

#include <string.h>

#define XMLNS_URI "http://www.w3.org/2000/xmlns/"
#define FEW_ATTRIBUTES 12

typedef struct {
    WsscBinding *binding;
    WsscBinding *hidden; /* what its prefix meant before; NULL for nothing */
} Declared;

struct WsscScope {
    GStringChunk *strings; /* NULL until there is one */
    GHashTable *bindings;  /* interned prefix -> WsscBinding in scope; NULL until something is declared */
    GArray *declared;      /* Declared, of all open elements */
    GArray *marks;         /* guint for each open element: length of "declared" before it */
    GArray *attributes;    /* WsscScopeAttribute of the current tag */
    const char *element_prefix;
    WsscBinding xml; /* bound without a declaration */
};

/* Interned without the chunk: small documents need no other. */
static const char empty[] = "", xml_prefix[] = "xml";

WsscScope *wssc_scope_new(void)
{
    WsscScope *scope = g_new0(WsscScope, 1);

    scope->declared = g_array_new(FALSE, FALSE, sizeof(Declared));
    scope->marks = g_array_new(FALSE, FALSE, sizeof(guint));
    scope->attributes = g_array_new(FALSE, FALSE, sizeof(WsscScopeAttribute));
    scope->xml.prefix = xml_prefix;
    return scope;
}

static const char *intern(WsscScope *scope, const char *string)
{
    if (*string == '\0')
        return empty;
    if (strcmp(string, xml_prefix) == 0)
        return xml_prefix;
    if (scope->strings == NULL)
        scope->strings = g_string_chunk_new(1024);
    return g_string_chunk_insert_const(scope->strings, string);
}

/* prefix is interned. */
static WsscBinding *binding_of(WsscScope *scope, const char *prefix)
{
    if (prefix != xml_prefix)
        return scope->bindings != NULL ? g_hash_table_lookup(scope->bindings, prefix) : NULL;
    if (scope->xml.uri == NULL)
        scope->xml.uri = intern(scope, (const char *)XML_XML_NAMESPACE);
    return &scope->xml;
}

static void forget(WsscScope *scope, guint keep)
{
    while (scope->declared->len > keep) {
        Declared *last = &g_array_index(scope->declared, Declared, scope->declared->len - 1);
        if (last->hidden != NULL)
            g_hash_table_insert(scope->bindings, (gpointer)last->binding->prefix, last->hidden);
        else
            g_hash_table_remove(scope->bindings, last->binding->prefix);
        g_free(last->binding);
        g_array_set_size(scope->declared, scope->declared->len - 1);
    }
}

void wssc_scope_free(WsscScope *scope)
{
    if (scope == NULL)
        return;
    forget(scope, 0);
    g_array_unref(scope->declared);
    g_array_unref(scope->marks);
    g_array_unref(scope->attributes);
    g_clear_pointer(&scope->bindings, g_hash_table_unref);
    g_clear_pointer(&scope->strings, g_string_chunk_free);
    g_free(scope);
}

static guint first_of_tag(const WsscScope *scope)
{
    return g_array_index(scope->marks, guint, scope->marks->len - 1);
}

void wssc_scope_open(WsscScope *scope, const char *prefix)
{
    g_array_append_val(scope->marks, scope->declared->len);
    g_array_set_size(scope->attributes, 0);
    scope->element_prefix = intern(scope, prefix);
}

const char *wssc_scope_declare(WsscScope *scope, const char *prefix, const char *uri)
{
    if (strcmp(prefix, xml_prefix) == 0) /* needs no declaration; Wine writes one */
        return strcmp(uri, (const char *)XML_XML_NAMESPACE) == 0 ? NULL
                                                                 : "the prefix xml declared for another namespace";
    if (strcmp(prefix, "xmlns") == 0 || strcmp(uri, XMLNS_URI) == 0)
        return "the prefix xmlns cannot be declared";
    if (*prefix != '\0' && *uri == '\0')
        return "a prefix declared for no namespace";
    prefix = intern(scope, prefix);
    Declared declared = {.hidden = binding_of(scope, prefix)};
    if (declared.hidden != NULL && declared.hidden->depth == scope->marks->len)
        return "a prefix declared twice on one element";
    declared.binding = g_new0(WsscBinding, 1);
    declared.binding->prefix = prefix;
    declared.binding->uri = intern(scope, uri);
    declared.binding->depth = scope->marks->len;
    if (scope->bindings == NULL)
        scope->bindings = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_hash_table_insert(scope->bindings, (gpointer)prefix, declared.binding);
    g_array_append_val(scope->declared, declared);
    return NULL;
}

void wssc_scope_add_attribute(WsscScope *scope, const char *prefix, const char *name)
{
    WsscScopeAttribute attribute = {.prefix = intern(scope, prefix), .name = intern(scope, name)};
    g_array_append_val(scope->attributes, attribute);
}

static int compare_attributes(const void *left, const void *right)
{
    const WsscScopeAttribute *a = *(const WsscScopeAttribute *const *)left;
    const WsscScopeAttribute *b = *(const WsscScopeAttribute *const *)right;
    gsize a_uri = a->binding != NULL ? (gsize)a->binding->uri : 0;
    gsize b_uri = b->binding != NULL ? (gsize)b->binding->uri : 0;

    if (a->name != b->name)
        return (gsize)a->name < (gsize)b->name ? -1 : 1;
    return a_uri < b_uri ? -1 : a_uri > b_uri;
}

static gboolean has_twins(const WsscScope *scope)
{
    guint count = scope->attributes->len;
    gboolean found = FALSE;

    if (count < 2)
        return FALSE;
    const WsscScopeAttribute *few[FEW_ATTRIBUTES];
    const WsscScopeAttribute **sorted = count <= FEW_ATTRIBUTES ? few : g_new(const WsscScopeAttribute *, count);
    for (guint i = 0; i < count; i++)
        sorted[i] = wssc_scope_nth_attribute(scope, i);
    qsort(sorted, count, sizeof *sorted, compare_attributes);
    for (guint i = 1; i < count && !found; i++)
        found = compare_attributes(&sorted[i - 1], &sorted[i]) == 0;
    if (sorted != few)
        g_free(sorted);
    return found;
}

const char *wssc_scope_complete(WsscScope *scope)
{
    if (*scope->element_prefix != '\0' && binding_of(scope, scope->element_prefix) == NULL)
        return "an element's prefix is not declared";
    for (guint i = 0; i < scope->attributes->len; i++) {
        WsscScopeAttribute *attribute = &g_array_index(scope->attributes, WsscScopeAttribute, i);
        if (*attribute->prefix == '\0')
            continue;
        attribute->binding = binding_of(scope, attribute->prefix);
        if (attribute->binding == NULL)
            return "an attribute's prefix is not declared";
    }
    return has_twins(scope) ? "an attribute stands twice on one element" : NULL;
}

void wssc_scope_close(WsscScope *scope)
{
    forget(scope, first_of_tag(scope));
    g_array_set_size(scope->marks, scope->marks->len - 1);
}

const WsscBinding *wssc_scope_element_binding(WsscScope *scope)
{
    const WsscBinding *binding = binding_of(scope, scope->element_prefix);
    return binding != NULL && *binding->uri != '\0' ? binding : NULL;
}

WsscBinding *wssc_scope_nth_declaration(const WsscScope *scope, guint i)
{
    guint at = first_of_tag(scope) + i;
    return at < scope->declared->len ? g_array_index(scope->declared, Declared, at).binding : NULL;
}

const WsscScopeAttribute *wssc_scope_nth_attribute(const WsscScope *scope, guint i)
{
    return i < scope->attributes->len ? &g_array_index(scope->attributes, WsscScopeAttribute, i) : NULL;
}
