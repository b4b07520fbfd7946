/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Which prefix means which namespace, element by element, and what Namespaces in XML 1.0 asks of a
 * start tag: every prefix declared, no declaration and no attribute twice. In binary XML
 * declarations may follow the attributes that need them, so a start tag is judged when it is whole.
 *
 * Lookups are independent of the number of declarations in scope: hostile messages have many.
 */
#ifndef WSSC_NBFX_SCOPE_H
#define WSSC_NBFX_SCOPE_H

#include <libxml/tree.h>

#include "base/bytes.h"

typedef struct {
    const char *prefix; /* "" for the default namespace; interned in the scope */
    const char *uri;    /* interned: equal URIs are equal pointers */
    guint depth;        /* of the element that declares it, from 1 */
    xmlNs *ns;          /* for the user */
} WsscBinding;

typedef struct {
    const char *prefix, *name;  /* interned */
    const WsscBinding *binding; /* of the prefix once the tag is complete; NULL without prefix */
} WsscScopeAttribute;

typedef struct WsscScope WsscScope;

WsscScope *wssc_scope_new(void);
void wssc_scope_free(WsscScope *scope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscScope, wssc_scope_free)

/* A start tag begins. */
void wssc_scope_open(WsscScope *scope, const char *prefix);
/* Declarations and attributes of that tag. NULL, or why the declaration is refused (static). */
const char *wssc_scope_declare(WsscScope *scope, const char *prefix, const char *uri);
void wssc_scope_add_attribute(WsscScope *scope, const char *prefix, const char *name);
/* The start tag is whole. NULL, or what is wrong with it (static). */
const char *wssc_scope_complete(WsscScope *scope);
/* The element ends; what it declared is forgotten. */
void wssc_scope_close(WsscScope *scope);

/* Of the tag completed last: the element's binding (NULL: no namespace), what it declared, and its
 * attributes, in the order of the message. Good until the next wssc_scope_open. */
const WsscBinding *wssc_scope_element_binding(WsscScope *scope);
WsscBinding *wssc_scope_nth_declaration(const WsscScope *scope, guint i);
const WsscScopeAttribute *wssc_scope_nth_attribute(const WsscScope *scope, guint i);

#endif
