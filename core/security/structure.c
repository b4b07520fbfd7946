/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The shape of a ds:Signature (XML Signature 1.1 sections 4.2 to 4.4): what may stand in it, and how often.
 */
#include <string.h>

#include "security/verify.h"

typedef struct {
    const char *parent, *name;
    guint most; /* 0: any number */
} Child;

static const Child children[] = {
    {"Signature", "SignedInfo", 1},          {"Signature", "SignatureValue", 1},
    {"Signature", "KeyInfo", 1},             {"Signature", "Object", 0},
    {"SignedInfo", "CanonicalizationMethod", 1}, {"SignedInfo", "SignatureMethod", 1},
    {"SignedInfo", "Reference", 0},          {"SignatureMethod", "HMACOutputLength", 1},
    {"Reference", "Transforms", 1},          {"Reference", "DigestMethod", 1},
    {"Reference", "DigestValue", 1},         {"Transforms", "Transform", 0},
};

static gboolean is_named(const xmlNode *element, const char *name)
{
    return strcmp((const char *)element->name, name) == 0;
}

/* The parent is one of XML Signature's elements already. */
static const Child *rule_for(const xmlNode *parent, const xmlNode *child)
{
    for (guint i = 0; i < G_N_ELEMENTS(children); i++)
        if (is_named(child, children[i].name) && is_named(parent, children[i].parent))
            return wssc_ns_family(wssc_xml_ns(child)) == WSSC_NS_FAMILY_DS ? &children[i] : NULL;
    return NULL;
}

static gboolean is_repeated(const xmlNode *child)
{
    for (const xmlNode *before = wssc_xml_first(child->parent); before != child; before = wssc_xml_next(before))
        if (wssc_xml_is(before, WSSC_NS_FAMILY_DS, (const char *)child->name))
            return TRUE;
    return FALSE;
}

static gboolean is_looked_into(const xmlNode *element)
{
    return is_named(element, "SignedInfo") || is_named(element, "SignatureMethod") || is_named(element, "Reference") ||
           is_named(element, "Transforms");
}

/* What is wrong with one child itself; NULL when nothing is. */
static char *check_child(const xmlNode *parent, const xmlNode *child, gboolean *ret_is_unknown)
{
    const Child *rule = rule_for(parent, child);
    *ret_is_unknown = TRUE;
    /* In a ds:SignatureMethod anything may stand beside (xs:any). */
    if (rule == NULL)
        return is_named(parent, "SignatureMethod")
                   ? NULL : g_strdup_printf("%s holds an element that does not belong there: %s",
                                            (const char *)parent->name, (const char *)child->name);
    if (rule->most == 1 && is_repeated(child)) {
        *ret_is_unknown = FALSE;
        return g_strdup_printf("%s holds more than one %s: receivers differ in which they take",
                               (const char *)parent->name, (const char *)child->name);
    }
    if ((is_named(child, "SignatureValue") || is_named(child, "DigestValue")) && wssc_xml_first(child) != NULL)
        return g_strdup_printf("%s has an element inside: %s", (const char *)child->name,
                               (const char *)wssc_xml_first(child)->name); /* xop:Include of a lost part, for one */
    return is_looked_into(child) ? wssc_check_structure(child, ret_is_unknown) : NULL;
}

/* Three levels deep: Signature, SignedInfo, Reference, Transforms. What is surely wrong comes before what is not
 * known. */
char *wssc_check_structure(const xmlNode *parent, gboolean *ret_is_unknown)
{
    char *problem = NULL;
    *ret_is_unknown = FALSE;
    for (const xmlNode *child = wssc_xml_first(parent); child != NULL; child = wssc_xml_next(child)) {
        gboolean is_unknown;
        char *own = check_child(parent, child, &is_unknown);
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
