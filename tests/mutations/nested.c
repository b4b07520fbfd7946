/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole signed messages inside another one, which nobody signed; and assertions with their own signatures inside others
 * (Somorovsky and others, "On Breaking SAML", 2012: eight ways).
 */
#include <string.h>

#include "mutate.h"

#define DS "http://www.w3.org/2000/09/xmldsig#"
#define SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define SOAP12 "http://www.w3.org/2003/05/soap-envelope"
#define SAML20 "urn:oasis:names:tc:SAML:2.0:assertion"

/* ---- messages ------------------------------------------------------------------------------------------------- */

typedef struct {
    xmlNode *envelope, *header, *security, *body;
} Outer;

/* With the addressing headers of the one inside, unsigned, so that it is one that is answered. */
static Outer new_outer(const Mutation *m, const char *soap)
{
    Outer outer = {.envelope = xmlNewDocNode(m->doc, NULL, (const xmlChar *)"Envelope", NULL)};
    xmlSetNs(outer.envelope, xmlNewNs(outer.envelope, (const xmlChar *)soap, (const xmlChar *)"outer"));
    xmlDocSetRootElement(m->doc, outer.envelope);
    outer.header = xmlNewChild(outer.envelope, outer.envelope->ns, (const xmlChar *)"Header", NULL);
    for (xmlNode *n = m->header->children; n != NULL; n = n->next)
        if (n->type == XML_ELEMENT_NODE && n->ns != NULL && strstr((const char *)n->ns->href, "/addressing") != NULL) {
            xmlNode *copy = xmlDocCopyNode(n, m->doc, 1);
            while (copy->properties != NULL)
                xmlRemoveProp(copy->properties);
            xmlAddChild(outer.header, copy);
        }
    outer.security = make(outer.header, (const char *)m->security->ns->href, "Security");
    outer.body = xmlNewChild(outer.envelope, outer.envelope->ns, (const xmlChar *)"Body", NULL);
    return outer;
}

static const char *const nests[] = {
    "in the Body",  "in a wrapper in the Body", "in a Fault",      "in a header",       "in the Header",
    "in Security",  "in a wrapper in Security", "in an Object",    "in KeyInfo",        "in an Assertion",
    "in an Advice", "in an EncryptedHeader",    "behind the Body", "before the Header", "in a token's answer",
};

static xmlNode *nest(const Outer *outer, guint which)
{
    switch (which) {
    case 0:
        return outer->body;
    case 1:
        return make(outer->body, "urn:foreign", "Foreign");
    case 2:
        return make(make(outer->body, (const char *)outer->envelope->ns->href, "Fault"), NULL, "detail");
    case 3:
        return make(outer->header, "urn:foreign", "Foreign");
    case 4:
        return outer->header;
    case 5:
        return outer->security;
    case 6:
        return make(outer->security, "urn:foreign", "Foreign");
    case 7:
        return make(make(outer->security, DS, "Signature"), DS, "Object");
    case 8:
        return make(make(outer->security, DS, "Signature"), DS, "KeyInfo");
    case 9:
        return make(outer->security, SAML20, "Assertion");
    case 10:
        return make(make(outer->security, SAML20, "Assertion"), SAML20, "Advice");
    case 11:
        return make(outer->header, "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd",
                    "EncryptedHeader");
    case 14:
        return make(outer->body, "http://docs.oasis-open.org/ws-sx/ws-trust/200512", "RequestSecurityTokenResponse");
    default:
        return outer->envelope;
    }
}

static Step nest_message(Mutation *m, const char *soap)
{
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(nests) || is_signed_around(m, m->root))
        return NO_MORE;
    xmlNode *inner = m->root;
    Outer outer = new_outer(m, soap);
    xmlUnlinkNode(inner);
    if (m->turn == 13)
        xmlAddPrevSibling(outer.header, inner);
    else
        xmlAddChild(nest(&outer, m->turn), inner);
    LABEL(m, "%s", nests[m->turn]);
    return MUTATED;
}

static Step message_nested(Mutation *m)
{
    return m->header != NULL ? nest_message(m, (const char *)m->root->ns->href) : NO_MORE;
}

static Step message_nested_in_another_version(Mutation *m)
{
    return m->header != NULL ? nest_message(m, is_soap11(m) ? SOAP12 : SOAP11) : NO_MORE;
}

/* In a document that is no message at all. */
static Step message_in_a_document(Mutation *m)
{
    if (!is_in_message(m) || m->turn > 0 || is_signed_around(m, m->root))
        return NO_MORE;
    xmlNode *inner = m->root;
    xmlNode *root = xmlNewDocNode(m->doc, NULL, (const xmlChar *)"Document", NULL);
    xmlDocSetRootElement(m->doc, root);
    xmlUnlinkNode(inner);
    xmlAddChild(root, inner);
    LABEL(m, "in a document");
    return MUTATED;
}

/* The message goes into a header of one that has its Security header still, with another Body. */
static Step message_behind_its_security(Mutation *m)
{
    if (!is_in_message(m) || m->turn >= G_N_ELEMENTS(nests) || is_signed_around(m, m->header))
        return NO_MORE;
    gboolean has_part = FALSE;
    for (guint i = 0; i < m->targets->len; i++)
        has_part |= !is_below(m->targets->pdata[i], m->security) && mutation_is_signed(m, m->targets->pdata[i]);
    if (!has_part || is_signed_around(m, m->security))
        return NO_MORE;
    xmlNode *inner = m->root;
    Outer outer = new_outer(m, (const char *)m->root->ns->href);
    xmlUnlinkNode(outer.security);
    xmlFreeNode(outer.security);
    xmlUnlinkNode(m->security);
    xmlAddChild(outer.header, m->security);
    xmlReconciliateNs(m->doc, m->security);
    outer.security = m->security;
    xmlUnlinkNode(inner);
    if (m->turn == 13)
        xmlAddPrevSibling(outer.header, inner);
    else
        xmlAddChild(nest(&outer, m->turn), inner);
    xmlReconciliateNs(m->doc, outer.envelope);
    LABEL(m, "%s", nests[m->turn]);
    return MUTATED;
}

/* ---- assertions ------------------------------------------------------------------------------------------------ */

/* A copy without its signature, of another id, that says another thing. */
static xmlNode *forged_assertion(const Mutation *m, const xmlNode *assertion)
{
    xmlNode *copy = xmlDocCopyNode((xmlNode *)assertion, m->doc, 1);
    xmlNode *signature = child_named(copy, "Signature");
    xmlUnlinkNode(signature);
    xmlFreeNode(signature);
    xmlNodeSetContent(id_of(copy)->children, (const xmlChar *)"_forged");
    for (xmlNode *n = copy; n != NULL; n = walk(copy, n))
        if (is_named(n, "NameID") || is_named(n, "NameIdentifier"))
            flip_node(n);
    return copy;
}

static xmlNode *object_in(xmlNode *signature)
{
    return make(signature, DS, "Object");
}

static void way_1_to_4(const Mutation *m, xmlNode *original, xmlNode *forged)
{
    switch (m->turn) {
    case 0: /* the forged one holds the signed one */
        xmlAddPrevSibling(original, forged);
        xmlUnlinkNode(original);
        xmlAddChild(forged, original);
        break;
    case 1: /* the forged one before it */
        xmlAddPrevSibling(original, forged);
        break;
    case 2: /* the forged one behind it */
        xmlAddNextSibling(original, forged);
        break;
    default: /* the signature goes to the forged one, the signed one beside */
        xmlAddPrevSibling(original, forged);
        xmlUnlinkNode(m->signature);
        xmlAddChild(forged, m->signature);
        break;
    }
}

static void way_5_to_8(const Mutation *m, xmlNode *original, xmlNode *forged)
{
    xmlAddPrevSibling(original, forged);
    if (m->turn == 5 || m->turn == 7) { /* the forged one has the signature, whose Object holds the signed one */
        xmlUnlinkNode(m->signature);
        xmlAddChild(forged, m->signature);
        xmlUnlinkNode(original);
        xmlAddChild(m->turn == 5 ? object_in(m->signature) : make(forged, SAML20, "Advice"), original);
    } else if (m->turn == 4) { /* an extension of the forged one holds the signed one */
        xmlUnlinkNode(original);
        xmlAddChild(make(forged, "urn:foreign", "Foreign"), original);
    } else { /* an Advice of the forged one */
        xmlUnlinkNode(original);
        xmlAddChild(make(forged, SAML20, "Advice"), original);
    }
}

static gboolean is_in_assertion(const Mutation *m)
{
    const xmlNode *parent = m->signature->parent;
    return is_named(parent, "Assertion") && id_of(parent) != NULL && g_ptr_array_find(m->targets, parent, NULL) &&
           m->header != NULL && is_below(parent, m->header);
}

static Step assertion_wrapped(Mutation *m)
{
    if (!is_in_assertion(m) || m->turn >= 8)
        return NO_MORE;
    xmlNode *original = m->signature->parent, *forged = forged_assertion(m, original);
    if (m->turn < 4)
        way_1_to_4(m, original, forged);
    else
        way_5_to_8(m, original, forged);
    LABEL(m, "way %u", m->turn + 1);
    return MUTATED;
}

/* The signed one where no receiver looks for it, the forged one in its place. */
static Step assertion_replaced(Mutation *m)
{
    static const char *const names[] = {"into the Body",         "into a wrapper in the Body", "into the Header",
                                        "into another Security", "into a Security for nobody", "behind the Body",
                                        "into a reference"};
    if (!is_in_assertion(m) || m->turn >= G_N_ELEMENTS(names) || m->body == NULL)
        return NO_MORE;
    xmlNode *original = m->signature->parent, *forged = forged_assertion(m, original);
    const char *wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    xmlAddPrevSibling(original, forged);
    xmlNode *to = m->turn == 0   ? m->body
                  : m->turn == 1 ? make(m->body, "urn:foreign", "Foreign")
                  : m->turn == 2 ? m->header
                  : m->turn <= 4 ? make(m->header, wsse, "Security")
                  : m->turn == 5 ? m->root
                                 : make(make(original->parent, wsse, "SecurityTokenReference"), wsse, "Embedded");
    if (m->turn == 3 || m->turn == 4)
        set_role(m, to, m->turn == 4 ? ROLE_NONE : "urn:gateway");
    xmlUnlinkNode(original);
    xmlAddChild(to, original);
    LABEL(m, "%s", names[m->turn]);
    return MUTATED;
}

const Family nested_families[] = {
    {"nested/message", message_nested, NEVER_PLAIN},
    {"nested/message-in-another-version", message_nested_in_another_version, NEVER_PLAIN},
    {"nested/message-in-a-document", message_in_a_document, NEVER_PLAIN},
    {"nested/message-behind-its-security", message_behind_its_security, NEVER_PLAIN},
    {"nested/assertion-eight-ways", assertion_wrapped, NEVER_PLAIN | MAY_LACK_KEY},
    {"nested/assertion-replaced", assertion_replaced, NEVER_PLAIN | MAY_LACK_KEY},
    {NULL, NULL, 0},
};
