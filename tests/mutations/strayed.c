/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every signed part of a message in every place that is not its own, with another one left behind or without; whole
 * Security headers, Headers and Bodies in places of others.
 */
#include <string.h>

#include "mutate.h"

/* ---- places ------------------------------------------------------------------------------------------------ */

typedef enum {
    IN_HEADER,
    IN_HEADER_WRAPPER,
    IN_ENCRYPTED_HEADER,
    IN_SECURITY,
    IN_SECURITY_WRAPPER,
    IN_SECOND_SECURITY,
    IN_SECURITY_FOR_NEXT,
    IN_SECURITY_FOR_OTHERS,
    IN_SECURITY_FOR_NOBODY,
    IN_SECURITY_OF_ANOTHER_VERSION,
    IN_ASSERTION,
    IN_REFERENCE,
    IN_OBJECT,
    IN_OBJECT_OF_ANOTHER,
    IN_PROPERTIES,
    IN_KEY_INFO,
    IN_BODY,
    IN_BODY_WRAPPER,
    IN_FAULT,
    BEFORE_HEADER,
    BEHIND_BODY,
    BEHIND_BODY_WRAPPED,
    IN_SECOND_HEADER,
    IN_SECOND_BODY,
    PLACE_MAX
} Place;

static const char *const place_names[PLACE_MAX] = {
    "into the Header",
    "into a wrapper in the Header",
    "into an EncryptedHeader",
    "into Security",
    "into a wrapper in Security",
    "into a second Security",
    "into a Security for next",
    "into a Security for a gateway",
    "into a Security for nobody",
    "into a Security of another version",
    "into an Assertion",
    "into a SecurityTokenReference",
    "into an Object",
    "into the Object of another signature",
    "into properties of a signature",
    "into KeyInfo",
    "into the Body",
    "into a wrapper in the Body",
    "into a Fault",
    "before the Header",
    "behind the Body",
    "into a wrapper behind the Body",
    "into a second Header",
    "into a second Body",
};

#define WSSE11 "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"

static xmlNode *second_security(const Mutation *m, const char *role)
{
    xmlNode *made = make(m->header, (const char *)m->security->ns->href, "Security");
    if (role != NULL)
        set_role(m, made, role);
    return made;
}

static xmlNode *in_security(const Mutation *m, Place place)
{
    switch (place) {
    case IN_SECURITY_WRAPPER:
        return make(m->security, "urn:foreign", "Foreign");
    case IN_SECOND_SECURITY:
        return second_security(m, NULL);
    case IN_SECURITY_FOR_NEXT:
        return second_security(m, is_soap11(m) ? ACTOR_NEXT : ROLE_NEXT);
    case IN_SECURITY_FOR_OTHERS:
        return second_security(m, "urn:gateway");
    case IN_SECURITY_FOR_NOBODY:
        return second_security(m, ROLE_NONE);
    case IN_SECURITY_OF_ANOTHER_VERSION:
        return make(m->header, "http://schemas.xmlsoap.org/ws/2003/06/secext", "Security");
    case IN_ASSERTION:
        return make(m->security, "urn:oasis:names:tc:SAML:2.0:assertion", "Assertion");
    case IN_REFERENCE:
        return make(m->security, (const char *)m->security->ns->href, "SecurityTokenReference");
    default:
        return m->security;
    }
}

static xmlNode *in_signature(const Mutation *m, Place place)
{
    const char *ds = (const char *)m->signature->ns->href;
    if (place == IN_KEY_INFO)
        return child_named(m->signature, "KeyInfo");
    if (place == IN_OBJECT_OF_ANOTHER)
        return make(make(m->security, ds, "Signature"), ds, "Object");
    xmlNode *object = make(m->signature, ds, "Object");
    return place == IN_PROPERTIES ? make(object, "http://uri.etsi.org/01903/v1.3.2#", "QualifyingProperties") : object;
}

static xmlNode *in_envelope(const Mutation *m, Place place)
{
    const char *soap = (const char *)m->root->ns->href;
    switch (place) {
    case IN_HEADER_WRAPPER:
        return make(m->header, "urn:foreign", "Foreign");
    case IN_ENCRYPTED_HEADER:
        return make(m->header, WSSE11, "EncryptedHeader");
    case IN_BODY:
        return m->body;
    case IN_BODY_WRAPPER:
        return make(m->body, "urn:foreign", "Foreign");
    case IN_FAULT:
        return make(make(m->body, soap, "Fault"), is_soap11(m) ? NULL : soap, is_soap11(m) ? "detail" : "Detail");
    case BEHIND_BODY_WRAPPED:
        return make(m->root, "urn:foreign", "Foreign");
    case IN_SECOND_HEADER:
        return make(m->root, soap, "Header");
    case IN_SECOND_BODY:
        return make(m->root, soap, "Body");
    default:
        return m->header;
    }
}

static xmlNode *find_place(const Mutation *m, Place place)
{
    if (place == BEFORE_HEADER || place == BEHIND_BODY)
        return m->root;
    if (place >= IN_SECURITY && place <= IN_REFERENCE)
        return in_security(m, place);
    return place >= IN_OBJECT && place <= IN_KEY_INFO ? in_signature(m, place) : in_envelope(m, place);
}

/* The elements of which the place is made, as they stand before anything is made. */
static const xmlNode *stands_in(const Mutation *m, Place place)
{
    if (place >= IN_SECOND_SECURITY && place <= IN_SECURITY_OF_ANOTHER_VERSION)
        return m->header;
    if (place >= IN_SECURITY && place <= IN_REFERENCE)
        return m->security;
    if (place == IN_OBJECT_OF_ANOTHER)
        return m->security;
    if (place >= IN_OBJECT && place <= IN_KEY_INFO)
        return m->signature;
    return place >= IN_BODY && place <= IN_FAULT ? m->body : place <= IN_ENCRYPTED_HEADER ? m->header : m->root;
}

static void put(const Mutation *m, xmlNode *node, Place place)
{
    xmlNode *to = find_place(m, place);
    xmlUnlinkNode(node);
    if (place == BEFORE_HEADER)
        xmlAddPrevSibling(m->header, node);
    else
        xmlAddChild(to, node);
    xmlReconciliateNs(node->doc, node);
}

/* ---- parts --------------------------------------------------------------------------------------------------- */

/* Keys and tokens are found by their names wherever they stand: what a KeyInfo or a reference holds is told there, and
 * which Security header a receiver takes them from is for it to say. */
static gboolean is_key_material(const xmlNode *target)
{
    static const char *const names[] = {"BinarySecurityToken", "SecurityTokenReference", "EncryptedKey",
                                        "DerivedKeyToken",     "SecurityContextToken",   "KeyInfo",
                                        "Signature",           "EncryptedData",          "Assertion"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (is_named(target, names[i]))
            return TRUE;
    return FALSE;
}

static gboolean may_stand_there(const xmlNode *target, Place place)
{
    if (is_key_material(target) && (place == IN_KEY_INFO || place == IN_REFERENCE || place == IN_SECOND_SECURITY ||
                                    (place >= IN_SECOND_SECURITY && place <= IN_SECURITY_OF_ANOTHER_VERSION &&
                                     place != IN_SECURITY_FOR_NOBODY && place != IN_SECURITY_OF_ANOTHER_VERSION)))
        return TRUE;
    /* An encrypted header's place is the header, an encrypted token's the Security header. */
    return is_named(target, "EncryptedData") &&
           (place == IN_HEADER || place == IN_ENCRYPTED_HEADER || place == IN_SECURITY);
}

static gboolean can_move(const Mutation *m, const xmlNode *target, Place place)
{
    const xmlNode *around = stands_in(m, place);
    return around != NULL && target != m->root && !is_below(m->signature, target) && !is_below(target, m->signature) &&
           !is_below(around, target) && !is_signed_around(m, around) && mutation_is_signed(m, target) &&
           !(target->parent == around && (place == IN_HEADER || place == IN_SECURITY || place == IN_BODY ||
                                          place == BEFORE_HEADER || place == BEHIND_BODY)) &&
           !may_stand_there(target, place);
}

static Step move_part(Mutation *m, gboolean leaves_another)
{
    guint which = m->turn / PLACE_MAX;
    Place place = (Place)(m->turn % PLACE_MAX);
    if (!is_in_message(m) || which >= m->targets->len)
        return NO_MORE;
    xmlNode *target = m->targets->pdata[which];
    if (!can_move(m, target, place) || (place == IN_KEY_INFO && child_named(m->signature, "KeyInfo") == NULL))
        return NOT_HERE;
    LABEL(m, "%s %s", target->name, place_names[place]);
    m->opens_body = target != m->body && is_below(target, m->body);
    if (leaves_another)
        unsigned_copy(target, "forged");
    put(m, target, place);
    return MUTATED;
}

static Step part_moved(Mutation *m)
{
    return move_part(m, FALSE);
}

static Step part_replaced(Mutation *m)
{
    return move_part(m, TRUE);
}

/* ---- the signature, and what stands around it ---------------------------------------------------------------- */

static Step around_moved(Mutation *m, xmlNode *node)
{
    static const Place places[] = {IN_HEADER,
                                   IN_HEADER_WRAPPER,
                                   IN_ENCRYPTED_HEADER,
                                   IN_SECURITY_WRAPPER,
                                   IN_ASSERTION,
                                   IN_REFERENCE,
                                   IN_OBJECT_OF_ANOTHER,
                                   IN_BODY,
                                   IN_BODY_WRAPPER,
                                   IN_FAULT,
                                   BEFORE_HEADER,
                                   BEHIND_BODY,
                                   BEHIND_BODY_WRAPPED,
                                   IN_SECURITY_FOR_NOBODY,
                                   IN_SECURITY_OF_ANOTHER_VERSION};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(places))
        return NO_MORE;
    const xmlNode *around = stands_in(m, places[m->turn]);
    if (is_signed_around(m, around) || is_signed_around(m, node->parent) || is_below(around, node) ||
        (places[m->turn] == IN_HEADER && node->parent == m->header))
        return NOT_HERE;
    LABEL(m, "%s %s", node->name, place_names[places[m->turn]]);
    put(m, node, places[m->turn]);
    return MUTATED;
}

static Step signature_moved(Mutation *m)
{
    return is_in_message(m) && !is_signed_around(m, m->signature) ? around_moved(m, m->signature) : NO_MORE;
}

/* With all that it holds, so that a signature and its Timestamp stay together. */
static Step security_moved(Mutation *m)
{
    return is_in_message(m) && !is_signed_around(m, m->security) ? around_moved(m, m->security) : NO_MORE;
}

/* In a Security header of its own in the one that is read. */
static Step security_in_security(Mutation *m)
{
    if (!is_in_message(m) || m->turn > 0 || is_signed_around(m, m->security))
        return NO_MORE;
    xmlNode *outer = make(m->header, (const char *)m->security->ns->href, "Security");
    xmlUnlinkNode(m->security);
    xmlAddChild(outer, m->security);
    LABEL(m, "Security in Security");
    return MUTATED;
}

/* A Header in a Header, a Body in a Body, each in the other. */
static Step envelope_parts(Mutation *m)
{
    static const char *const names[] = {"Header in a Header", "Body in a Body", "Header in the Body",
                                        "Body in the Header", "Header behind the Body"};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(names))
        return NO_MORE;
    gboolean is_body = m->turn == 1 || m->turn == 3;
    xmlNode *node = is_body ? m->body : m->header;
    if (is_signed_around(m, node->parent) || (m->turn == 2 && is_signed_around(m, m->body)) ||
        (m->turn == 3 && is_signed_around(m, m->header)))
        return NOT_HERE;
    if (is_body && !g_ptr_array_find(m->targets, node, NULL)) /* nothing signed is moved */
        return NOT_HERE;
    if (m->turn == 4) {
        xmlUnlinkNode(node);
        xmlAddNextSibling(m->body, node);
        LABEL(m, "%s", names[m->turn]);
        return MUTATED;
    }
    xmlNode *to = m->turn == 2 ? m->body : m->turn == 3 ? m->header : NULL;
    if (to == NULL) {
        to = xmlNewDocNode(m->doc, node->ns, node->name, NULL);
        xmlAddPrevSibling(node, to);
    }
    xmlUnlinkNode(node);
    xmlAddChild(to, node);
    xmlReconciliateNs(m->doc, node);
    LABEL(m, "%s", names[m->turn]);
    return MUTATED;
}

const Family strayed_families[] = {
    {"strayed/part-moved", part_moved, NEVER_PLAIN | MAY_LACK_KEY},
    {"strayed/part-replaced", part_replaced, NEVER_PLAIN | MAY_LACK_KEY},
    {"strayed/signature-moved", signature_moved, NEVER_PLAIN | MAY_LACK_KEY},
    {"strayed/security-moved", security_moved, NEVER_PLAIN | MAY_LACK_KEY | MAY_BE_GONE},
    {"strayed/security-in-security", security_in_security, NEVER_PLAIN | MAY_LACK_KEY},
    {"strayed/envelope-parts", envelope_parts, NEVER_PLAIN | MAY_LACK_KEY},
    {NULL, NULL, 0},
};
