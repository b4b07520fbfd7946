/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "soap/parts.h"

static const struct {
    WsscNsFamily family;
    const char *code;
    const char *cause;
} causes[] = {
#define WSSC_FAULT(family, code, cause) {WSSC_NS_FAMILY_##family, code, cause},
#include "soap/faults.def"
#undef WSSC_FAULT
};

/* Resolves a QName in element content with the declarations in scope there. */
static void read_qname(const xmlNode *element, WsscFault *fault, char **ret_local)
{
    g_autofree char *text = wssc_xml_text_stripped(element);
    char *colon = strchr(text, ':');
    xmlNs *ns;

    if (colon != NULL)
        *colon = '\0';
    ns = xmlSearchNs(element->doc, (xmlNode *)element, colon != NULL ? (xmlChar *)text : NULL);
    g_free(*ret_local);
    *ret_local = g_strdup(colon != NULL ? colon + 1 : text);
    g_free(fault->code_uri);
    fault->code_uri = g_strdup(ns != NULL ? (const char *)ns->href : NULL);
    fault->code_ns = wssc_ns_from_uri(fault->code_uri);
}

static void find_cause(WsscFault *fault)
{
    WsscNsFamily family = wssc_ns_family(fault->code_ns);
    for (guint i = 0; i < G_N_ELEMENTS(causes); i++)
        if (causes[i].family == family && strcmp(causes[i].code, fault->code) == 0)
            fault->cause = causes[i].cause;
}

/* SOAP 1.2 part 1, section 5.4: Code/Value, then Subcode within Subcode; the innermost says most. */
static void read_soap12(const xmlNode *element, WsscFault *fault)
{
    const xmlNode *code = wssc_xml_child(element, WSSC_NS_FAMILY_SOAP, "Code");
    for (guint depth = 0; code != NULL && depth < 8; depth++) {
        const xmlNode *value = wssc_xml_child(code, WSSC_NS_FAMILY_SOAP, "Value");
        if (value != NULL)
            read_qname(value, fault, &fault->code);
        if (depth == 0)
            fault->top = g_strdup(fault->code);
        code = wssc_xml_child(code, WSSC_NS_FAMILY_SOAP, "Subcode");
    }
    const xmlNode *reason = wssc_xml_child(element, WSSC_NS_FAMILY_SOAP, "Reason");
    if (reason != NULL)
        fault->reason = wssc_xml_text_stripped(reason);
}

/* SOAP 1.1 section 4.4: unqualified children. A dotted code puts the detail after the dot. */
static void read_soap11(const xmlNode *element, WsscFault *fault)
{
    for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e)) {
        if (strcmp((const char *)e->name, "faultcode") == 0) {
            read_qname(e, fault, &fault->code);
            g_free(fault->top);
            fault->top = g_strdup(fault->code);
        } else if (strcmp((const char *)e->name, "faultstring") == 0) {
            g_free(fault->reason);
            fault->reason = wssc_xml_text_stripped(e);
        }
    }
}

WsscFault *wssc_fault_read(const xmlNode *element, WsscSoapVersion version)
{
    WsscFault *fault = g_new0(WsscFault, 1);
    if (version == WSSC_SOAP_12)
        read_soap12(element, fault);
    else
        read_soap11(element, fault);
    if (fault->code == NULL)
        fault->code = g_strdup("");
    find_cause(fault);
    return fault;
}

void wssc_fault_free(WsscFault *fault)
{
    if (fault == NULL)
        return;
    g_free(fault->code);
    g_free(fault->code_uri);
    g_free(fault->top);
    g_free(fault->reason);
    g_free(fault);
}
