/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The shape of a ds:Signature (XML Signature 1.1 sections 4.2 to 4.4): what may stand in it, and how often.
 */
#include "security/structure.h"

#include <string.h>

typedef struct Rule Rule;
struct Rule {
    const char *name;
    gboolean is_single;
    gboolean is_text;
    const Rule *children; /* NULL: not looked into */
};

static const Rule transforms[] = {{"Transform", FALSE, FALSE, NULL}, {0}};
static const Rule reference[] = {{"Transforms", TRUE, FALSE, transforms},
                                 {"DigestMethod", TRUE, FALSE, NULL},
                                 {"DigestValue", TRUE, TRUE, NULL},
                                 {0}};
static const Rule method[] = {{"HMACOutputLength", TRUE, FALSE, NULL}, {0}};
static const Rule signed_info[] = {{"CanonicalizationMethod", TRUE, FALSE, NULL},
                                   {"SignatureMethod", TRUE, FALSE, method},
                                   {"Reference", FALSE, FALSE, reference},
                                   {0}};
static const Rule signature[] = {{"SignedInfo", TRUE, FALSE, signed_info},
                                 {"SignatureValue", TRUE, TRUE, NULL},
                                 {"KeyInfo", TRUE, FALSE, NULL},
                                 {"Object", FALSE, FALSE, NULL},
                                 {0}};

/* A parent and how often each of its rules was used. */
typedef struct {
    const xmlNode *element;
    const Rule *rules;
    guint8 seen[G_N_ELEMENTS(signature)];
} Parent;
G_STATIC_ASSERT(G_N_ELEMENTS(signature) >= G_N_ELEMENTS(signed_info));
G_STATIC_ASSERT(G_N_ELEMENTS(signature) >= G_N_ELEMENTS(reference));

static char *check_children(const xmlNode *element, const Rule *rules, gboolean *ret_is_unknown);

static const Rule *rule_for(const Rule *rules, const xmlNode *child)
{
    const Rule *rule = rules;
    while (rule->name != NULL &&
           (child->name[0] != (xmlChar)rule->name[0] || strcmp((const char *)child->name, rule->name) != 0))
        rule++;
    return rule->name != NULL && wssc_ns_family(wssc_xml_ns(child)) == WSSC_NS_FAMILY_DS ? rule : NULL;
}

static gboolean is_repeated(Parent *parent, const Rule *rule)
{
    guint8 *seen = &parent->seen[rule - parent->rules];
    gboolean was_seen = *seen;
    *seen = TRUE;
    return rule->is_single && was_seen;
}

/* What is wrong with one child itself; NULL when nothing is. */
static char *check_child(Parent *parent, const xmlNode *child, gboolean *ret_is_unknown)
{
    const Rule *rule = rule_for(parent->rules, child);
    *ret_is_unknown = TRUE;
    /* In a ds:SignatureMethod anything may stand beside (xs:any). */
    if (rule == NULL)
        return parent->rules == method
                   ? NULL
                   : g_strdup_printf("%s holds an element that does not belong there: %s",
                                     (const char *)parent->element->name, (const char *)child->name);
    if (is_repeated(parent, rule)) {
        *ret_is_unknown = FALSE;
        return g_strdup_printf("%s holds more than one %s: receivers differ in which they take",
                               (const char *)parent->element->name, (const char *)child->name);
    }
    if (rule->is_text && wssc_xml_first(child) != NULL)
        return g_strdup_printf("%s has an element inside: %s", (const char *)child->name,
                               (const char *)wssc_xml_first(child)->name); /* xop:Include of a lost part, for one */
    return rule->children != NULL ? check_children(child, rule->children, ret_is_unknown) : NULL;
}

/* Three levels deep: Signature, SignedInfo, Reference, Transforms. What is surely wrong comes before what is not
 * known. */
static char *check_children(const xmlNode *element, const Rule *rules, gboolean *ret_is_unknown)
{
    Parent parent = {.element = element, .rules = rules};
    char *problem = NULL;
    *ret_is_unknown = FALSE;
    for (const xmlNode *child = wssc_xml_first(element); child != NULL; child = wssc_xml_next(child)) {
        gboolean is_unknown;
        char *own = check_child(&parent, child, &is_unknown);
        if (own != NULL && (problem == NULL || !is_unknown)) {
            g_free(problem);
            problem = own;
            *ret_is_unknown = is_unknown;
        } else {
            g_free(own);
        }
        if (problem != NULL && !*ret_is_unknown)
            break;
    }
    return problem;
}

char *wssc_structure_check(const xmlNode *element, gboolean *ret_is_unknown)
{
    return check_children(element, signature, ret_is_unknown);
}
