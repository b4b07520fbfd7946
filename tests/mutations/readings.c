/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages with two readings: every signed part a second time and unsigned, for other roles, of other versions;
 * Security headers for others; envelopes and their parts in another version's names.
 */
#include <string.h>

#include "mutate.h"

/* ---- the same part twice ------------------------------------------------------------------------------------- */

/* There may be many of these, and readers take the one that is named by its id. */
static gboolean may_be_many(const xmlNode *target)
{
    static const char *const names[] = {"BinarySecurityToken",
                                        "SecurityTokenReference",
                                        "EncryptedKey",
                                        "DerivedKeyToken",
                                        "KeyInfo",
                                        "Signature",
                                        "EncryptedData",
                                        "EncryptedHeader",
                                        "SignatureConfirmation",
                                        "ReferenceList",
                                        "Object"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (is_named(target, names[i]))
            return TRUE;
    return FALSE;
}

/* In a place where receivers look for it: of what stands deeper in something else only its reader knows. */
static gboolean is_read_there(const Mutation *m, const xmlNode *target)
{
    return target->parent == m->header || target->parent == m->security || target->parent == m->root;
}

typedef enum { BEFORE, BEHIND, SAME_BEFORE, FOR_NEXT, FOR_LAST, OTHER_VERSION, WAYS } Way;
static const char *const way_names[WAYS] = {"before it",     "behind it",        "the same before it",
                                            "for role next", "for the last one", "of another version"};

static const char *other_version(const char *uri)
{
    static const char *const pairs[][2] = {
        {"http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"},
        {"http://schemas.xmlsoap.org/ws/2004/08/addressing", "http://www.w3.org/2005/08/addressing"},
        {"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
         "http://schemas.xmlsoap.org/ws/2003/06/utility"},
        {"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
         "http://schemas.xmlsoap.org/ws/2003/06/secext"},
        {"http://schemas.xmlsoap.org/ws/2005/02/sc", "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512"},
        {"urn:oasis:names:tc:SAML:1.0:assertion", "urn:oasis:names:tc:SAML:2.0:assertion"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
        for (guint k = 0; k < 2; k++)
            if (strcmp(uri, pairs[i][k]) == 0)
                return pairs[i][1 - k];
    return NULL;
}

static gboolean go_way(const Mutation *m, xmlNode *target, Way way)
{
    const char *version = target->ns != NULL ? other_version((const char *)target->ns->href) : NULL;
    if ((way == OTHER_VERSION && version == NULL) ||
        ((way == FOR_NEXT || way == FOR_LAST) && (target->parent != m->header || (way == FOR_LAST && is_soap11(m)))))
        return FALSE;
    xmlNode *copy = unsigned_copy(target, way == SAME_BEFORE ? NULL : "forged");
    if (way == BEHIND) {
        xmlUnlinkNode(copy);
        xmlAddNextSibling(target, copy);
    } else if (way == OTHER_VERSION) {
        xmlSetNs(copy, xmlNewNs(copy, (const xmlChar *)version, (const xmlChar *)"forged"));
    } else if (way == FOR_NEXT || way == FOR_LAST) {
        set_role(m, copy, way == FOR_LAST ? ROLE_LAST : is_soap11(m) ? ACTOR_NEXT : ROLE_NEXT);
    }
    return TRUE;
}

static Step doubled(Mutation *m)
{
    guint which = m->turn / WAYS;
    Way way = (Way)(m->turn % WAYS);
    if (!is_in_message(m) || which >= m->targets->len)
        return NO_MORE;
    xmlNode *target = m->targets->pdata[which];
    if (!is_read_there(m, target) || is_signed_around(m, target->parent) || !mutation_is_signed(m, target) ||
        may_be_many(target) || is_below(m->signature, target) || !go_way(m, target, way))
        return NOT_HERE;
    LABEL(m, "%s %s", target->name, way_names[way]);
    return MUTATED;
}

/* An unsigned Timestamp for the same reader in a Security header of its own, before the signed one's and behind. */
static Step timestamp_elsewhere(Mutation *m)
{
    if (!is_in_message(m) || m->turn >= 4 || is_signed_around(m, m->header))
        return NO_MORE;
    xmlNode *timestamp = NULL;
    for (guint i = 0; i < m->targets->len && timestamp == NULL; i++)
        if (is_named(m->targets->pdata[i], "Timestamp") && ((xmlNode *)m->targets->pdata[i])->parent == m->security)
            timestamp = m->targets->pdata[i];
    if (timestamp == NULL)
        return NO_MORE;
    xmlNode *copy = unsigned_copy(timestamp, NULL);
    xmlNode *security = make(m->header, (const char *)m->security->ns->href, "Security");
    if (m->turn >= 2)
        set_role(m, security, is_soap11(m) ? ACTOR_NEXT : ROLE_NEXT);
    if (m->turn % 2 == 0) {
        xmlUnlinkNode(security);
        xmlAddPrevSibling(m->security, security);
    }
    xmlUnlinkNode(copy);
    xmlAddChild(security, copy);
    LABEL(m, "%s", m->turn % 2 == 0 ? "before" : "behind");
    return MUTATED;
}

/* ---- what was not there -------------------------------------------------------------------------------------- */

static gboolean is_there(const xmlNode *parent, const char *name)
{
    return child_named(parent, name) != NULL || below_named(parent, "EncryptedData") != NULL;
}

/* Where the Body and the addressing are signed, what comes to it unsigned turns the answer elsewhere, or says who asks.
 */
static Step added(Mutation *m)
{
    static const char *const names[] = {"ReplyTo",   "FaultTo",       "From",     "RelatesTo",
                                        "MessageID", "UsernameToken", "Assertion"};
    static const char *const signed_ones[] = {"To", "Action", NULL};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(names) || is_signed_around(m, m->header) ||
        !g_ptr_array_find(m->targets, m->body, NULL))
        return NO_MORE;
    const char *name = names[m->turn];
    const xmlNode *addressed = NULL;
    gboolean is_token = m->turn >= 5;
    for (guint i = 0; i < m->targets->len; i++)
        for (guint k = 0; signed_ones[k] != NULL; k++)
            if (is_named(m->targets->pdata[i], signed_ones[k]))
                addressed = m->targets->pdata[i];
    if (is_there(is_token ? m->security : m->header, name) || (!is_token && addressed == NULL))
        return NOT_HERE;
    const char *uri = !is_token      ? (const char *)addressed->ns->href
                      : m->turn == 5 ? (const char *)m->security->ns->href
                                     : "urn:oasis:names:tc:SAML:2.0:assertion";
    xmlNode *made = make(is_token ? m->security : m->header, uri, name);
    xmlNodeAddContent(made, (const xmlChar *)"urn:forged");
    m->added = name;
    LABEL(m, "%s", name);
    return MUTATED;
}

/* ---- roles --------------------------------------------------------------------------------------------------- */

/* Roles next and ultimateReceiver leave it the receiver's: nothing is read otherwise, and the verdict stands. */
static Step security_for_others(Mutation *m)
{
    static const char *const roles[] = {"urn:gateway", ROLE_NONE, "http://www.w3.org/2003/05/soap-envelope/role/Next",
                                        " " ROLE_NEXT "x", "next"};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(roles) || is_signed_around(m, m->security))
        return NO_MORE;
    set_role(m, m->security, roles[m->turn]);
    LABEL(m, "%s", roles[m->turn]);
    return MUTATED;
}

/* The signature's header is another's, and an unsigned one is the receiver's. */
static Step security_beside_for_others(Mutation *m)
{
    Step step = security_for_others(m);
    if (step == MUTATED)
        make(m->header, (const char *)m->security->ns->href, "Security");
    return step;
}

/* ---- versions ------------------------------------------------------------------------------------------------- */

static void rename_to(xmlNode *node, const char *uri)
{
    xmlSetNs(node, xmlNewNs(node, (const xmlChar *)uri, (const xmlChar *)"renamed"));
}

static Step envelope_of_another_version(Mutation *m)
{
    static const char *const names[] = {
        "Envelope", "Header", "Envelope and Header", "Body", "Envelope of no version", "Header of no version"};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(names) || is_signed_around(m, m->header))
        return NO_MORE;
    const char *uri = m->turn >= 4 ? "urn:foreign" : other_version((const char *)m->root->ns->href);
    if (m->turn == 3 && is_signed_around(m, m->body))
        return NOT_HERE;
    if (m->turn == 0 || m->turn == 2 || m->turn == 4)
        rename_to(m->root, uri);
    if (m->turn == 1 || m->turn == 2 || m->turn == 5)
        rename_to(m->header, uri);
    if (m->turn == 3)
        rename_to(m->body, uri);
    LABEL(m, "%s", names[m->turn]);
    return MUTATED;
}

/* Something in it, or the id of what is signed, is of the version that the Security header is of. */
static gboolean is_of_version(const Mutation *m)
{
    const xmlNode *key_info = child_named(m->signature, "KeyInfo");
    gboolean is = FALSE;
    for (guint i = 0; i < m->targets->len; i++) {
        const xmlAttr *id = id_of(m->targets->pdata[i]);
        is |= id != NULL && id->ns != NULL && strstr((const char *)id->ns->href, "wssecurity-utility") != NULL;
    }
    for (const xmlNode *n = m->security->children; n != NULL; n = n->next)
        is |= n->ns != NULL && strstr((const char *)n->ns->href, "wssecurity-") != NULL;
    return is || (key_info != NULL && child_named(key_info, "SecurityTokenReference") != NULL);
}

static Step security_of_another_version(Mutation *m)
{
    static const char *const uris[] = {
        "http://schemas.xmlsoap.org/ws/2002/04/secext", "http://schemas.xmlsoap.org/ws/2002/07/secext",
        "http://schemas.xmlsoap.org/ws/2002/12/secext", "http://schemas.xmlsoap.org/ws/2003/06/secext",
        "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"};
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(uris) || is_signed_around(m, m->security) || !is_of_version(m))
        return NO_MORE;
    rename_to(m->security, uris[m->turn]);
    LABEL(m, "%s", uris[m->turn]);
    return MUTATED;
}

const Family readings_families[] = {
    {"readings/doubled", doubled, NEVER_PLAIN | MAY_LACK_KEY},
    {"readings/timestamp-elsewhere", timestamp_elsewhere, NEVER_PLAIN},
    {"readings/added", added, NEVER_PLAIN},
    {"readings/security-for-others", security_for_others, NEVER_PLAIN},
    {"readings/security-beside-for-others", security_beside_for_others, NEVER_PLAIN | MAY_LACK_KEY},
    {"readings/envelope-of-another-version", envelope_of_another_version, NEVER_PLAIN | MAY_LACK_KEY | MAY_BE_GONE},
    {"readings/security-of-another-version", security_of_another_version, NEVER_PLAIN | MAY_LACK_KEY},
    {NULL, NULL, 0},
};
