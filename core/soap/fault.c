/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "base/limits.h"
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
    WsscLayer layer;
    const char *fragment;
    const char *cause;
} texts[] = {
#define WSSC_FAULT_TEXT(layer, fragment, cause) {WSSC_LAYER_##layer, fragment, cause},
#include "soap/fault_texts.def"
#undef WSSC_FAULT_TEXT
};

static const struct {
    WsscNsFamily family;
    const char *code;
    const char *cause;
} under_context[] = {
#define WSSC_FAULT_UNDER_CONTEXT(family, code, cause) {WSSC_NS_FAMILY_##family, code, cause},
#include "soap/fault_context.def"
#undef WSSC_FAULT_UNDER_CONTEXT
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

/* Its row in the table, or -1. */
static int find_text(const char *reason)
{
    for (guint i = 0; reason != NULL && i < G_N_ELEMENTS(texts); i++)
        if (strstr(reason, texts[i].fragment) != NULL)
            return (int)i;
    return -1;
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
    int row = find_text(fault->reason);
    if (row >= 0)
        fault->cause = texts[row].cause;
}

static WsscLayer layer_of(const WsscFaultCode *code)
{
    switch (wssc_ns_family(code->ns)) {
    case WSSC_NS_FAMILY_WSSE:
    case WSSC_NS_FAMILY_WSSE11:
    case WSSC_NS_FAMILY_WSU:
    case WSSC_NS_FAMILY_WSS4J:
        return WSSC_LAYER_WSS;
    case WSSC_NS_FAMILY_WST:
        return WSSC_LAYER_WST;
    case WSSC_NS_FAMILY_WSC:
        return WSSC_LAYER_WSC;
    case WSSC_NS_FAMILY_DOTNET:
    case WSSC_NS_FAMILY_DOTNET_DISPATCH:
        return WSSC_LAYER_DOTNET;
    case WSSC_NS_FAMILY_WSA:
        return WSSC_LAYER_SOAP;
    default:
        return WSSC_LAYER_NONE;
    }
}

/* Codes of SOAP's own say whose fault it was; two of them are about SOAP itself (SOAP 1.2 part 1, section 5.4.6). */
static gboolean is_about_soap(const WsscFaultCode *code)
{
    return strcmp(code->name, "MustUnderstand") == 0 || strcmp(code->name, "VersionMismatch") == 0 ||
           strcmp(code->name, "DataEncodingUnknown") == 0;
}

/* By the innermost code that belongs to a layer, else by the text; what is left is the application's. */
static void find_layer(WsscFault *fault)
{
    int row = find_text(fault->reason);
    for (guint i = fault->codes->len; i > 0 && fault->layer == WSSC_LAYER_NONE; i--)
        fault->layer = layer_of(fault->codes->pdata[i - 1]);
    if (fault->layer == WSSC_LAYER_NONE && row >= 0)
        fault->layer = texts[row].layer;
    for (guint i = 0; i < fault->codes->len && fault->layer == WSSC_LAYER_NONE; i++)
        if (is_about_soap(fault->codes->pdata[i]))
            fault->layer = WSSC_LAYER_SOAP;
    if (fault->layer == WSSC_LAYER_NONE)
        fault->layer = WSSC_LAYER_APPLICATION;
}

char *wssc_fault_codes(const WsscFault *fault)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < fault->codes->len; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : " > ",
                               ((const WsscFaultCode *)fault->codes->pdata[i])->name);
    return g_string_free(text, FALSE);
}

static char *quoted(const char *reason)
{
    gsize len = reason != NULL ? strlen(reason) : 0;
    if (len <= WSSC_MAX_FAULT_TEXT)
        return g_strdup(reason);
    const char *end = g_utf8_find_prev_char(reason, reason + WSSC_MAX_FAULT_TEXT);
    g_autofree char *cut = g_strndup(reason, (gsize)(end - reason));
    return g_strconcat(cut, "\xE2\x80\xA6", NULL);
}

char *wssc_fault_words(const WsscFault *fault, gboolean is_secured)
{
    g_autofree char *codes = wssc_fault_codes(fault);
    g_autofree char *reason = quoted(fault->reason);
    return g_strdup_printf("%s%s%s (%s refuses, in a fault that is %ssecured; codes %s%s%s%s)", fault->code,
                           fault->cause != NULL ? ": " : "", fault->cause != NULL ? fault->cause : "",
                           wssc_layer_title(fault->layer), is_secured ? "" : "not ", *codes != '\0' ? codes : "none",
                           reason != NULL ? "; text \"" : "", reason != NULL ? reason : "", reason != NULL ? "\"" : "");
}

gboolean wssc_fault_is_security(const WsscFault *fault)
{
    return fault->layer == WSSC_LAYER_WSS || fault->layer == WSSC_LAYER_WST || fault->layer == WSSC_LAYER_WSC ||
           wssc_ns_family(fault->code_ns) == WSSC_NS_FAMILY_DOTNET;
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
    find_layer(fault);
    return fault;
}

void wssc_fault_fit_context(WsscFault *fault)
{
    for (guint i = 0; i < fault->codes->len; i++) {
        const WsscFaultCode *code = fault->codes->pdata[i];
        if (fault->cause == NULL || g_strcmp0(fault->cause, cause_of(code)) != 0)
            continue;
        for (guint k = 0; k < G_N_ELEMENTS(under_context); k++)
            if (under_context[k].family == wssc_ns_family(code->ns) && strcmp(under_context[k].code, code->name) == 0)
                fault->cause = under_context[k].cause;
    }
}
