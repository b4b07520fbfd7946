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

static const struct {
    const char *fragment;
    const char *cause;
} texts[] = {
#define WSSC_FAULT_TEXT(fragment, cause) {fragment, cause},
#include "soap/fault_texts.def"
#undef WSSC_FAULT_TEXT
};

static void free_code(gpointer data)
{
    WsscFaultCode *code = data;
    g_free(code->uri);
    g_free(code->name);
    g_free(code);
}

/* Resolves a QName in element content with the declarations in scope there. */
static void add_code(WsscFault *fault, const xmlNode *element)
{
    g_autofree char *text = wssc_xml_text_stripped(element);
    WsscFaultCode *code = g_new0(WsscFaultCode, 1);
    char *colon = strchr(text, ':');

    if (colon != NULL)
        *colon = '\0';
    xmlNs *ns = xmlSearchNs(element->doc, (xmlNode *)element, colon != NULL ? (xmlChar *)text : NULL);
    code->name = g_strdup(colon != NULL ? colon + 1 : text);
    code->uri = g_strdup(ns != NULL ? (const char *)ns->href : NULL);
    code->ns = wssc_ns_from_uri(code->uri);
    g_ptr_array_add(fault->codes, code);
}

/* SOAP 1.1 section 4.4.1: "Client.Authentication" says more after each dot. */
static void split_dotted(WsscFault *fault)
{
    WsscFaultCode *code = fault->codes->len > 0 ? fault->codes->pdata[0] : NULL;
    char *dot = code != NULL ? strchr(code->name, '.') : NULL;
    if (dot == NULL || wssc_ns_family(code->ns) != WSSC_NS_FAMILY_SOAP)
        return;
    WsscFaultCode *inner = g_new0(WsscFaultCode, 1);
    inner->name = g_strdup(dot + 1);
    *dot = '\0';
    g_ptr_array_add(fault->codes, inner);
}

static const char *cause_of(const WsscFaultCode *code)
{
    WsscNsFamily family = wssc_ns_family(code->ns);
    for (guint i = 0; i < G_N_ELEMENTS(causes); i++)
        if (causes[i].family == family && strcmp(causes[i].code, code->name) == 0)
            return causes[i].cause;
    return NULL;
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

static char *detail_name(const xmlNode *detail)
{
    const xmlNode *child = wssc_xml_first(detail);
    return child != NULL ? g_strdup((const char *)child->name) : NULL;
}

/* SOAP 1.2 part 1, section 5.4: Code/Value, then Subcode within Subcode. */
static void read_soap12(const xmlNode *element, WsscFault *fault)
{
    const xmlNode *code = wssc_xml_child(element, WSSC_NS_FAMILY_SOAP, "Code");
    for (guint depth = 0; code != NULL && depth < 8; depth++) {
        const xmlNode *value = wssc_xml_child(code, WSSC_NS_FAMILY_SOAP, "Value");
        if (value != NULL)
            add_code(fault, value);
        code = wssc_xml_child(code, WSSC_NS_FAMILY_SOAP, "Subcode");
    }
    /* Several languages say the same: the first will do. */
    const xmlNode *reason = wssc_xml_child(element, WSSC_NS_FAMILY_SOAP, "Reason");
    fault->reason = reason != NULL ? wssc_child_text(reason, WSSC_NS_FAMILY_SOAP, "Text") : NULL;
    if (reason != NULL && fault->reason == NULL)
        fault->reason = wssc_xml_text_stripped(reason);
    fault->role = wssc_child_text(element, WSSC_NS_FAMILY_SOAP, "Role");
    fault->detail = detail_name(wssc_xml_child(element, WSSC_NS_FAMILY_SOAP, "Detail"));
}

static void replace(char **field, char *text)
{
    g_free(*field);
    *field = text;
}

/* SOAP 1.1 section 4.4: unqualified children; some stacks qualify them all the same. */
static void read_soap11(const xmlNode *element, WsscFault *fault)
{
    for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e)) {
        const char *name = (const char *)e->name;
        if (strcmp(name, "faultcode") == 0 && fault->codes->len == 0)
            add_code(fault, e);
        else if (strcmp(name, "faultstring") == 0)
            replace(&fault->reason, wssc_xml_text_stripped(e));
        else if (strcmp(name, "faultactor") == 0)
            replace(&fault->role, wssc_xml_text_stripped(e));
        else if (strcmp(name, "detail") == 0)
            replace(&fault->detail, detail_name(e));
    }
    split_dotted(fault);
}

WsscFault *wssc_fault_read(const xmlNode *element, WsscSoapVersion version)
{
    WsscFault *fault = g_new0(WsscFault, 1);
    fault->codes = g_ptr_array_new_with_free_func(free_code);
    if (version == WSSC_SOAP_12)
        read_soap12(element, fault);
    else
        read_soap11(element, fault);
    if (fault->codes->len > 0)
        fault->top = g_strdup(((const WsscFaultCode *)fault->codes->pdata[0])->name);
    find_cause(fault);
    return fault;
}

void wssc_fault_free(WsscFault *fault)
{
    if (fault == NULL)
        return;
    g_ptr_array_unref(fault->codes);
    g_free(fault->top);
    g_free(fault->reason);
    g_free(fault->role);
    g_free(fault->detail);
    g_free(fault);
}
