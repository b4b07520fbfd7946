/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * SAML assertions: what they are called, who issued them about whom, and how long they are good (SAML 1.1 and 2.0
 * core).
 */
#include <string.h>

#include "soap/parts.h"

static gint64 time_attribute(WsscPool *pool, const xmlNode *element, const char *name)
{
    const char *text = element != NULL ? wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, name) : NULL;
    return text != NULL ? wssc_time_parse(text) : WSSC_TIME_NONE;
}

/* SAML 2.0: of the assertion; 1.1: of the first statement that has one. */
static char *subject_of(WsscPool *pool, const xmlNode *assertion)
{
    const xmlNode *subject = wssc_xml_child(assertion, WSSC_NS_FAMILY_SAML, "Subject");
    for (const xmlNode *e = wssc_xml_first(assertion); e != NULL && subject == NULL; e = wssc_xml_next(e))
        if (g_str_has_suffix((const char *)e->name, "Statement"))
            subject = wssc_xml_child(e, WSSC_NS_FAMILY_SAML, "Subject");
    if (subject == NULL)
        return NULL;
    char *name = wssc_child_text(pool, subject, WSSC_NS_FAMILY_SAML, "NameID");
    return name != NULL ? name : wssc_child_text(pool, subject, WSSC_NS_FAMILY_SAML, "NameIdentifier");
}

WsscSaml *wssc_saml_read(WsscPool *pool, const xmlNode *element)
{
    WsscSaml *assertion = wssc_pool_new0(pool, WsscSaml);
    const xmlNode *conditions = wssc_xml_child(element, WSSC_NS_FAMILY_SAML, "Conditions");
    gboolean is_20 = wssc_xml_ns(element) == WSSC_NS_SAML20;
    const char *id = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, is_20 ? "ID" : "AssertionID");

    assertion->kind = is_20 ? WSSC_TOKEN_KIND_SAML20 : WSSC_TOKEN_KIND_SAML11;
    assertion->id = id != NULL ? id : "";
    assertion->issuer = is_20 ? wssc_child_text(pool, element, WSSC_NS_FAMILY_SAML, "Issuer")
                              : wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, "Issuer");
    assertion->subject = subject_of(pool, element);
    assertion->created = time_attribute(pool, conditions, "NotBefore");
    assertion->expires = time_attribute(pool, conditions, "NotOnOrAfter");
    return assertion;
}
