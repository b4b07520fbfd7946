/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signature wrapping by place alone: nothing signed is changed, and often nothing is put in its place. A signature that
 * stands where nobody looks for one, parts that are for another role or of another version, whole messages inside
 * others.
 */
#include <string.h>

#include "mutate.h"

#define SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP12 "http://www.w3.org/2003/05/soap-envelope"

static void put(xmlNode *node, xmlNode *parent)
{
    xmlUnlinkNode(node);
    xmlAddChild(parent, node);
    xmlReconciliateNs(node->doc, node);
}

static xmlNode *foreign(xmlNode *parent)
{
    xmlNode *made = xmlNewDocNode(parent->doc, NULL, (const xmlChar *)"Foreign", NULL);
    xmlSetNs(made, xmlNewNs(made, (const xmlChar *)"urn:foreign", (const xmlChar *)"foreign"));
    xmlAddChild(parent, made);
    return made;
}

/* ---- the signature ------------------------------------------------------------------------------------------ */

static Step signature_elsewhere(Mutation *m)
{
    static const char *const names[] = {"into the Header", "into the Body", "into a wrapper in Security",
                                        "into another header", "behind the Body"};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(names))
        return NO_MORE;
    xmlNode *const places[] = {m->header, m->body, m->security, m->header, m->root};
    xmlNode *place = places[m->turn];
    if (is_signed_around(m, place) || is_signed_around(m, m->signature))
        return NOT_HERE;
    if (m->turn == 2 || m->turn == 3)
        place = foreign(place);
    LABEL(m, "%s", names[m->turn]);
    put(m->signature, place);
    return MUTATED;
}

static Step security_of_unknown_name(Mutation *m)
{
    if (!is_in_message(m) || m->turn > 0 || is_signed_around(m, m->security))
        return NO_MORE;
    xmlSetNs(m->security, xmlNewNs(m->security, (const xmlChar *)"urn:foreign", (const xmlChar *)"foreign"));
    LABEL(m, "Security");
    return MUTATED;
}

static Step security_for_others(Mutation *m)
{
    static const char *const roles[] = {"urn:gateway", SOAP12 "/role/none"};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(roles) || is_signed_around(m, m->security))
        return NO_MORE;
    xmlSetNsProp(m->security, m->root->ns, (const xmlChar *)(is_soap11(m) ? "actor" : "role"),
                 (const xmlChar *)roles[m->turn]);
    LABEL(m, "%s", roles[m->turn]);
    return MUTATED;
}

/* ---- one of its kind for the same reader ------------------------------------------------------------------ */

static xmlNode *signed_child(const Mutation *m, const xmlNode *parent, const char *const *names, guint which)
{
    for (guint i = 0; i < m->targets->len; i++) {
        xmlNode *target = m->targets->pdata[i];
        for (guint k = 0; target->parent == parent && names[k] != NULL; k++)
            if (is_named(target, names[k]) && which-- == 0)
                return target;
    }
    return NULL;
}

static const char *const addressed[] = {"To", "Action", "MessageID", "ReplyTo", "From", "FaultTo", NULL};

static Step beside_for_a_role(Mutation *m)
{
    static const char *const roles[] = {SOAP12 "/role/next", SOAP12 "/role/ultimateReceiver"};
    xmlNode *target = is_in_message(m) && !is_signed_around(m, m->header)
                          ? signed_child(m, m->header, addressed, m->turn / G_N_ELEMENTS(roles))
                          : NULL;
    if (target == NULL)
        return NO_MORE;
    const char *role = roles[m->turn % G_N_ELEMENTS(roles)];
    xmlNode *copy = unsigned_copy(target, "urn:forged");
    xmlSetNsProp(copy, m->root->ns, (const xmlChar *)(is_soap11(m) ? "actor" : "role"),
                 (const xmlChar *)(is_soap11(m) ? "http://schemas.xmlsoap.org/soap/actor/next" : role));
    LABEL(m, "%s for %s", target->name, role);
    return MUTATED;
}

static Step beside_of_another_version(Mutation *m)
{
    static const char *const versions[] = {"http://schemas.xmlsoap.org/ws/2004/08/addressing",
                                           "http://www.w3.org/2005/08/addressing"};
    xmlNode *target =
        is_in_message(m) && !is_signed_around(m, m->header) ? signed_child(m, m->header, addressed, m->turn) : NULL;
    if (target == NULL)
        return NO_MORE;
    gboolean is_first = strcmp((const char *)target->ns->href, versions[0]) == 0;
    xmlNode *copy = unsigned_copy(target, "urn:forged");
    xmlSetNs(copy, xmlNewNs(copy, (const xmlChar *)versions[is_first], (const xmlChar *)"forged"));
    LABEL(m, "%s", target->name);
    return MUTATED;
}

static Step body_of_another_version(Mutation *m)
{
    static const char *const bodies[] = {"Body", NULL};
    xmlNode *body = is_in_message(m) ? signed_child(m, m->root, bodies, 0) : NULL;
    if (body == NULL || m->turn > 1)
        return NO_MORE;
    xmlNode *copy = unsigned_copy(body, "forged");
    xmlSetNs(copy, xmlNewNs(copy, (const xmlChar *)(is_soap11(m) ? SOAP12 : SOAP11), (const xmlChar *)"forged"));
    if (m->turn == 1)
        put(copy, m->root);
    LABEL(m, "%s", m->turn == 1 ? "behind it" : "before it");
    return MUTATED;
}

/* ---- the signed thing elsewhere, and nothing in its place ------------------------------------------------- */

static Step moved_alone(Mutation *m)
{
    static const char *const names[] = {"into the Header", "into Security",  "into a wrapper in the Header",
                                        "into KeyInfo",    "into an Object", "behind the Body",
                                        "into the Body"};
    const guint count = G_N_ELEMENTS(names);
    xmlNode *key_info = child_named(m->signature, "KeyInfo");
    guint which = m->turn / count, place = m->turn % count;
    if (!is_in_message(m) || which >= m->targets->len)
        return NO_MORE;
    xmlNode *target = m->targets->pdata[which];
    xmlNode *const places[] = {m->header, m->security, m->header, key_info, m->signature, m->root, m->body};
    xmlNode *to = places[place];
    if (to == NULL || target == m->root || is_below(m->signature, target) || is_below(target, m->signature) ||
        is_below(to, target) || target->parent == to || is_signed_around(m, to) || !mutation_is_signed(m, target))
        return NOT_HERE;
    /* Tokens and application headers have a right to stand there. */
    gboolean is_part = is_named(target, "Body") || is_named(target, "Timestamp");
    for (guint i = 0; addressed[i] != NULL; i++)
        is_part |= is_named(target, addressed[i]);
    if (!is_part)
        return NOT_HERE;
    if (place == 2)
        to = foreign(to);
    if (place == 4)
        to = xmlNewChild(m->signature, m->signature->ns, (const xmlChar *)"Object", NULL);
    LABEL(m, "%s %s", target->name, names[place]);
    put(target, to);
    return MUTATED;
}

/* ---- the whole message inside another --------------------------------------------------------------------- */

static Step nested(Mutation *m)
{
    static const char *const names[] = {"in the Body", "in a header", "in Security", "behind the Body"};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(names) || is_signed_around(m, m->root))
        return NO_MORE;
    xmlNode *inner = m->root;
    xmlNode *outer = xmlNewDocNode(m->doc, NULL, (const xmlChar *)"Envelope", NULL);
    xmlSetNs(outer, xmlNewNs(outer, inner->ns->href, (const xmlChar *)"outer"));
    xmlDocSetRootElement(m->doc, outer);
    xmlNode *header = xmlNewChild(outer, outer->ns, (const xmlChar *)"Header", NULL);
    xmlNode *security = xmlNewChild(header, NULL, (const xmlChar *)"Security", NULL);
    xmlSetNs(security, xmlNewNs(security, m->security->ns->href, (const xmlChar *)"outersec"));
    xmlNode *body = xmlNewChild(outer, outer->ns, (const xmlChar *)"Body", NULL);
    xmlNode *const places[] = {body, header, security, outer};
    xmlUnlinkNode(inner);
    xmlAddChild(places[m->turn], inner);
    LABEL(m, "%s", names[m->turn]);
    return MUTATED;
}

const Family placed_families[] = {
    {"placed/signature-elsewhere", signature_elsewhere, MAY_BE_MARKED | MAY_LACK_KEY},
    {"placed/security-of-unknown-name", security_of_unknown_name, MAY_LACK_KEY},
    {"placed/security-for-others", security_for_others, MAY_BE_MARKED | MAY_LACK_KEY},
    {"placed/beside-for-a-role", beside_for_a_role, WANTS_NOTE},
    {"placed/beside-of-another-version", beside_of_another_version, WANTS_NOTE},
    {"placed/body-of-another-version", body_of_another_version, WANTS_NOTE},
    {"placed/moved-alone", moved_alone, WANTS_NOTE},
    {"placed/nested", nested, MAY_BE_MARKED},
    {NULL, NULL, 0},
};
