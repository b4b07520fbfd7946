/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The shape of a ds:Signature (XML Signature 1.1 sections 4.2 to 4.4): what may stand in it, and how often.
 */
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

/* Elements in which anything may stand beside what the table has (xs:any). */
static gboolean is_open(const xmlNode *parent)
{
    return wssc_xml_is(parent, WSSC_NS_FAMILY_DS, "SignatureMethod");
}

static const Child *rule_for(const xmlNode *parent, const xmlNode *child)
{
    for (guint i = 0; i < G_N_ELEMENTS(children); i++)
        if (wssc_xml_is(parent, WSSC_NS_FAMILY_DS, children[i].parent) &&
            wssc_xml_is(child, WSSC_NS_FAMILY_DS, children[i].name))
            return &children[i];
    return NULL;
}

static gboolean is_repeated(const xmlNode *child)
{
    const xmlNode *first = wssc_xml_child(child->parent, WSSC_NS_FAMILY_DS, (const char *)child->name);
    return first != child;
}

static gboolean is_value(const xmlNode *element)
{
    return wssc_xml_is(element, WSSC_NS_FAMILY_DS, "SignatureValue") ||
           wssc_xml_is(element, WSSC_NS_FAMILY_DS, "DigestValue");
}

static gboolean is_looked_into(const xmlNode *element)
{
    static const char *const names[] = {"SignedInfo", "SignatureMethod", "Reference", "Transforms"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (wssc_xml_is(element, WSSC_NS_FAMILY_DS, names[i]))
            return TRUE;
    return FALSE;
}

/* Three levels deep: Signature, SignedInfo, Reference, Transforms. */
char *wssc_check_structure(const xmlNode *parent, gboolean *ret_is_unknown)
{
    char *problem = NULL;
    *ret_is_unknown = FALSE;
    for (const xmlNode *child = wssc_xml_first(parent); child != NULL; child = wssc_xml_next(child)) {
        const Child *rule = rule_for(parent, child);
        if (rule == NULL && !is_open(parent) && problem == NULL) {
            problem = g_strdup_printf("%s holds an element that does not belong there: %s", (const char *)parent->name,
                                      (const char *)child->name);
            *ret_is_unknown = TRUE;
        }
        if (rule != NULL && rule->most == 1 && is_repeated(child)) {
            g_free(problem);
            *ret_is_unknown = FALSE;
            return g_strdup_printf("%s holds more than one %s: receivers differ in which they take",
                                   (const char *)parent->name, (const char *)child->name);
        }
        if (is_value(child) && wssc_xml_first(child) != NULL && problem == NULL) {
            problem = g_strdup_printf("%s has an element inside: %s", (const char *)child->name,
                                      (const char *)wssc_xml_first(child)->name);
            *ret_is_unknown = TRUE; /* xop:Include of a part that is not there, for one */
        }
        gboolean is_unknown = FALSE;
        char *below = is_looked_into(child) ? wssc_check_structure(child, &is_unknown) : NULL;
        if (below != NULL && (problem == NULL || !is_unknown)) {
            g_free(problem);
            problem = below;
            *ret_is_unknown = is_unknown;
            if (!is_unknown)
                return problem;
        } else {
            g_free(below);
        }
    }
    return problem;
}
