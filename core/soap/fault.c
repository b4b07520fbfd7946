/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "soap/parts.h"

static const struct {
    WsscNsFamily family;
    const char *code;
    WsscFaultEffect effect;
    const char *cause;
} known[] = {
#define WSSC_FAULT(family, code, effect, cause) {WSSC_NS_FAMILY_##family, code, WSSC_EFFECT_##effect, cause},
#include "soap/faults.def"
#undef WSSC_FAULT
};

static const struct {
    const char *fragment;
    const char *cause;
} texts[] = {
#define WSSC_FAULT_TEXT(fragment, cause) {fragment, cause},
#include "soap/fault_texts.def"
#undef WSSC_FAULT_TEXT
};

/* Resolves a QName in element content with the declarations in scope there. */
static void add_code(WsscPool *pool, WsscFault *fault, const xmlNode *element)
{
    char *text = wssc_element_text(pool, element);
    WsscFaultCode *code = wssc_pool_new0(pool, WsscFaultCode);
    char *colon = strchr(text, ':');

    if (colon != NULL)
        *colon = '\0';
    xmlNs *ns = xmlSearchNs(element->doc, (xmlNode *)element, colon != NULL ? (xmlChar *)text : NULL);
    code->name = colon != NULL ? colon + 1 : text;
    code->uri = wssc_pool_strdup(pool, ns != NULL ? (const char *)ns->href : NULL);
    code->ns = wssc_ns_from_uri(code->uri);
    wssc_pool_add(pool, &fault->codes, code);
}

/* SOAP 1.1 section 4.4.1: "Client.Authentication" says more after each dot. */
static void split_dotted(WsscPool *pool, WsscFault *fault)
{
    WsscFaultCode *code = fault->codes->len > 0 ? fault->codes->pdata[0] : NULL;
    char *dot = code != NULL ? strchr(code->name, '.') : NULL;
    if (dot == NULL || wssc_ns_family(code->ns) != WSSC_NS_FAMILY_SOAP)
        return;
    WsscFaultCode *inner = wssc_pool_new0(pool, WsscFaultCode);
    inner->name = dot + 1;
    *dot = '\0';
    wssc_pool_add(pool, &fault->codes, inner);
}

/* Its row in the table, or -1. */
static int find_known(const WsscFaultCode *code)
{
    WsscNsFamily family = wssc_ns_family(code->ns);
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].family == family && strcmp(known[i].code, code->name) == 0)
            return (int)i;
    return -1;
}

static const char *cause_of(const WsscFaultCode *code)
{
    int row = find_known(code);
    return row >= 0 ? known[row].cause : NULL;
}

static void find_effect(WsscFault *fault)
{
    for (guint i = 0; i < fault->codes->len; i++) {
        int row = find_known(fault->codes->pdata[i]);
        if (row >= 0)
            fault->effect = MAX(fault->effect, known[row].effect);
    }
}

static const char *cause_in_text(const char *reason)
{
    for (guint i = 0; reason != NULL && i < G_N_ELEMENTS(texts); i++)
        if (strstr(reason, texts[i].fragment) != NULL)
            return texts[i].cause;
    return NULL;
}

/* The innermost code that is known says most. Where that is no more than whose fault it was, or hides the
 * cause by intent, the text may tell. */
static void find_cause(WsscFault *fault)
{
    const WsscFaultCode *chosen = NULL;
    for (guint i = fault->codes->len; i > 0 && fault->cause == NULL; i--) {
        chosen = fault->codes->pdata[i - 1];
        fault->cause = cause_of(chosen);
    }
    if (fault->cause == NULL && fault->codes->len > 0)
        chosen = fault->codes->pdata[fault->codes->len - 1];
    fault->code = chosen != NULL ? chosen->name : "";
    fault->code_uri = chosen != NULL ? chosen->uri : NULL;
    fault->code_ns = chosen != NULL ? chosen->ns : WSSC_NS_NONE;
    WsscNsFamily family = wssc_ns_family(fault->code_ns);
    if (fault->cause != NULL && family != WSSC_NS_FAMILY_SOAP && family != WSSC_NS_FAMILY_WSS4J &&
        family != WSSC_NS_FAMILY_DOTNET_DISPATCH)
        return;
    const char *told = cause_in_text(fault->reason);
    if (told != NULL)
        fault->cause = told;
}

gboolean wssc_fault_has(const WsscFault *fault, WsscNsFamily family, const char *code)
{
    for (guint i = 0; i < fault->codes->len; i++) {
        const WsscFaultCode *own = fault->codes->pdata[i];
        if (wssc_ns_family(own->ns) == family && strcmp(own->name, code) == 0)
            return TRUE;
    }
    return FALSE;
}

static char *detail_name(WsscPool *pool, const xmlNode *detail)
{
    const xmlNode *child = wssc_xml_first(detail);
    return child != NULL ? wssc_pool_strdup(pool, (const char *)child->name) : NULL;
}

/* SOAP 1.2 part 1, section 5.4: Code/Value, then Subcode within Subcode. */
static void read_soap12(WsscPool *pool, const xmlNode *element, WsscFault *fault)
{
    const xmlNode *code = wssc_xml_child(element, WSSC_NS_FAMILY_SOAP, "Code");
    for (guint depth = 0; code != NULL && depth < 8; depth++) {
        const xmlNode *value = wssc_xml_child(code, WSSC_NS_FAMILY_SOAP, "Value");
        if (value != NULL)
            add_code(pool, fault, value);
        code = wssc_xml_child(code, WSSC_NS_FAMILY_SOAP, "Subcode");
    }
    /* Several languages say the same: the first will do. */
    const xmlNode *reason = wssc_xml_child(element, WSSC_NS_FAMILY_SOAP, "Reason");
    fault->reason = reason != NULL ? wssc_child_text(pool, reason, WSSC_NS_FAMILY_SOAP, "Text") : NULL;
    if (reason != NULL && fault->reason == NULL)
        fault->reason = wssc_element_text(pool, reason);
    fault->role = wssc_child_text(pool, element, WSSC_NS_FAMILY_SOAP, "Role");
    fault->detail = detail_name(pool, wssc_xml_child(element, WSSC_NS_FAMILY_SOAP, "Detail"));
}

/* SOAP 1.1 section 4.4: unqualified children; some stacks qualify them all the same. */
static void read_soap11(WsscPool *pool, const xmlNode *element, WsscFault *fault)
{
    for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e)) {
        const char *name = (const char *)e->name;
        if (strcmp(name, "faultcode") == 0 && fault->codes->len == 0)
            add_code(pool, fault, e);
        else if (strcmp(name, "faultstring") == 0)
            fault->reason = wssc_element_text(pool, e);
        else if (strcmp(name, "faultactor") == 0)
            fault->role = wssc_element_text(pool, e);
        else if (strcmp(name, "detail") == 0)
            fault->detail = detail_name(pool, e);
    }
    split_dotted(pool, fault);
}

WsscFault *wssc_fault_read(WsscPool *pool, const xmlNode *element, WsscSoapVersion version)
{
    WsscFault *fault = wssc_pool_new0(pool, WsscFault);
    fault->codes = wssc_pool_no_items();
    if (version == WSSC_SOAP_12)
        read_soap12(pool, element, fault);
    else
        read_soap11(pool, element, fault);
    if (fault->codes->len > 0)
        fault->top = wssc_pool_strdup(pool, ((const WsscFaultCode *)fault->codes->pdata[0])->name);
    find_cause(fault);
    find_effect(fault);
    return fault;
}
