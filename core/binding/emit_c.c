/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * An initializer of WS_SECURITY_DESCRIPTION for webservices.h, one for the client and one for the service. Names only,
 * never numbers: Wine counts binding types from 0, the SDK from 1.
 */
#include <string.h>

#include "binding/emit_private.h"

/* Which end's text it is, and what its names begin with. */
typedef struct {
    WsscEmitter *emitter;
    const char *name;
    gboolean is_service;
    gboolean has_transport, has_token;
} Text;

/* ---- declarations ----------------------------------------------------------------------------------------------- */

/* Facts of the SDK's header that Wine's lacks. Macros and names of its own: a later Wine may have them. */
static const char lacking[] =
    "#ifdef __WINE_WEBSERVICES_H /* what Wine's webservices.h lacks; names and values are the SDK's */\n"
    "#define WS_MESSAGE_SECURITY_USAGE int\n"
    "#define WS_SUPPORTING_MESSAGE_SECURITY_USAGE 1\n"
    "#define WS_SECURITY_KEY_ENTROPY_MODE int\n"
    "#define WS_SECURITY_KEY_ENTROPY_MODE_CLIENT_ONLY 1\n"
    "#define WS_SECURITY_KEY_ENTROPY_MODE_SERVER_ONLY 2\n"
    "#define WS_SECURITY_KEY_ENTROPY_MODE_COMBINED 3\n"
    "#define WS_SECURE_CONVERSATION_VERSION int\n"
    "#define WS_SECURE_CONVERSATION_VERSION_FEBRUARY_2005 1\n"
    "#define WS_SECURE_CONVERSATION_VERSION_1_3 2\n"
    "struct seen_timespan { __int64 ticks; };\n"
    "#define WS_TIMESPAN struct seen_timespan\n"
    "struct seen_ssl { WS_SECURITY_BINDING binding; WS_CERT_CREDENTIAL *localCertCredential; };\n"
    "#define WS_SSL_TRANSPORT_SECURITY_BINDING struct seen_ssl\n"
    "struct seen_sspi { WS_SECURITY_BINDING binding; void *clientCredential; };\n"
    "#define WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING struct seen_sspi\n"
    "typedef HRESULT (CALLBACK *seen_validator)(void *, const WS_STRING *, const WS_STRING *, const WS_ASYNC_CONTEXT "
    "*,\n"
    "                                           WS_ERROR *);\n"
    "struct seen_username { WS_SECURITY_BINDING binding; WS_MESSAGE_SECURITY_USAGE bindingUsage; void "
    "*clientCredential;\n"
    "                       seen_validator passwordValidator; void *passwordValidatorCallbackState; };\n"
    "#define WS_USERNAME_MESSAGE_SECURITY_BINDING struct seen_username\n"
    "struct seen_kerberos { WS_SECURITY_BINDING binding; WS_MESSAGE_SECURITY_USAGE bindingUsage; void "
    "*clientCredential; };\n"
    "#define WS_KERBEROS_APREQ_MESSAGE_SECURITY_BINDING struct seen_kerberos\n"
    "struct seen_token { WS_SECURITY_BINDING binding; WS_MESSAGE_SECURITY_USAGE bindingUsage; void *xmlToken; };\n"
    "#define WS_XML_TOKEN_MESSAGE_SECURITY_BINDING struct seen_token\n"
    "struct seen_saml { WS_SECURITY_BINDING binding; WS_MESSAGE_SECURITY_USAGE bindingUsage; void *authenticator; };\n"
    "#define WS_SAML_MESSAGE_SECURITY_BINDING struct seen_saml\n"
    "struct seen_context { WS_SECURITY_BINDING binding; WS_MESSAGE_SECURITY_USAGE bindingUsage;\n"
    "                      WS_SECURITY_DESCRIPTION *bootstrapSecurityDescription; };\n"
    "#define WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING struct seen_context\n"
    "#endif\n";

/* ---- transport and bootstrap ------------------------------------------------------------------------------------ */

static void put_ssl(Text *text, const char *role)
{
    wssc_emit_line(text->emitter,
                   "static WS_SSL_TRANSPORT_SECURITY_BINDING %s_%stransport = {\n"
                   "    {WS_SSL_TRANSPORT_SECURITY_BINDING_TYPE, NULL, 0}, NULL}; /* certificate: %s */",
                   text->name, role,
                   text->is_service ? "the one registered with HTTP.SYS"
                                    : "NULL is none; not seen whether one is asked for");
}

static void put_sspi(Text *text, const char *role)
{
    wssc_emit_line(text->emitter,
                   "static WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING %s_%stransport = {\n"
                   "    {WS_TCP_SSPI_TRANSPORT_SECURITY_BINDING_TYPE, NULL, 0}, NULL}; /* credential: %s */",
                   text->name, role, text->is_service ? "none on a service" : "to be set before the channel is made");
}

/* FALSE when WWSAPI has nothing for it. */
static gboolean put_transport(Text *text, const char *role)
{
    switch (text->emitter->binding->transport) {
    case WSSC_TRANSPORT_HTTPS:
        put_ssl(text, role);
        return TRUE;
    case WSSC_TRANSPORT_HTTP:
        wssc_emit_line(text->emitter, "/* %stransport: HTTP without TLS%s */", *role != '\0' ? "bootstrap's " : "",
                       text->is_service ? ", which needs WS_PROTECTION_LEVEL_NONE"
                                        : ": no WWSAPI client can send this, it would need TLS");
        return FALSE;
    case WSSC_TRANSPORT_NETTCP_TLS:
        wssc_emit_line(text->emitter,
                       "/* transport: TLS on net.tcp, which WWSAPI does not have; SSPI would go here */");
        return FALSE;
    default:
        break;
    }
    if (g_str_has_prefix(wssc_transport_name(text->emitter->binding->transport), "net.tcp+")) {
        put_sspi(text, role);
        return TRUE;
    }
    wssc_emit_line(text->emitter, "/* transport: %s, no binding of WWSAPI for it was seen */",
                   wssc_transport_name(text->emitter->binding->transport));
    return FALSE;
}

static gboolean put_username(Text *text)
{
    wssc_emit_line(text->emitter,
                   "static WS_USERNAME_MESSAGE_SECURITY_BINDING %s_token = {\n"
                   "    {WS_USERNAME_MESSAGE_SECURITY_BINDING_TYPE, NULL, 0}, WS_SUPPORTING_MESSAGE_SECURITY_USAGE,\n"
                   "    NULL, NULL, NULL}; /* %s */",
                   text->name,
                   text->is_service ? "passwordValidator: to be set before the listener is made"
                                    : "clientCredential: to be set before the channel is made");
    return TRUE;
}

static gboolean put_kerberos(Text *text)
{
    wssc_emit_line(
        text->emitter,
        "static WS_KERBEROS_APREQ_MESSAGE_SECURITY_BINDING %s_token = {\n"
        "    {WS_KERBEROS_APREQ_MESSAGE_SECURITY_BINDING_TYPE, NULL, 0}, WS_SUPPORTING_MESSAGE_SECURITY_USAGE,\n"
        "    NULL}; /* credential: %s */",
        text->name, text->is_service ? "none on a service" : "to be set before the channel is made");
    return TRUE;
}

static gboolean put_assertion(Text *text)
{
    const char *type = text->is_service ? "SAML" : "XML_TOKEN";
    wssc_emit_line(text->emitter,
                   "static WS_%s_MESSAGE_SECURITY_BINDING %s_token = {\n"
                   "    {WS_%s_MESSAGE_SECURITY_BINDING_TYPE, NULL, 0}, WS_SUPPORTING_MESSAGE_SECURITY_USAGE, NULL};"
                   " /* %s: to be set */",
                   type, text->name, type, text->is_service ? "authenticator" : "xmlToken");
    return TRUE;
}

static gboolean put_token(Text *text)
{
    const WsscBinding *binding = text->emitter->binding;
    if (wssc_emit_has_token(binding, WSSC_TOKEN_KIND_USERNAME))
        return put_username(text);
    if (wssc_emit_has_token(binding, WSSC_TOKEN_KIND_KERBEROS))
        return put_kerberos(text);
    if (wssc_emit_has_token(binding, WSSC_TOKEN_KIND_SAML11))
        return put_assertion(text);
    wssc_emit_line(text->emitter, "/* token of the request for the context: %s */",
                   binding->bootstrap.count > 0 ? "none that WWSAPI has a binding for" : "unknown");
    return FALSE;
}

/* The last element is for C, which has no empty arrays; the count leaves it away. */
static void put_bindings(Text *text, const char *array, const char *transport, const char *message)
{
    g_string_append_printf(text->emitter->out, "static WS_SECURITY_BINDING *%s_%s[] = {", text->name, array);
    if (transport != NULL)
        g_string_append_printf(text->emitter->out, "&%s_%s.binding, ", text->name, transport);
    if (message != NULL)
        g_string_append_printf(text->emitter->out, "&%s_%s.binding, ", text->name, message);
    wssc_emit_line(text->emitter, "NULL};");
}

static void put_bootstrap(Text *text)
{
    text->has_transport = put_transport(text, "bootstrap_");
    text->has_token = put_token(text);
    put_bindings(text, "bootstrap_bindings", text->has_transport ? "bootstrap_transport" : NULL,
                 text->has_token ? "token" : NULL);
    wssc_emit_line(text->emitter,
                   "static WS_SECURITY_DESCRIPTION %s_bootstrap = {%s_bootstrap_bindings, %d, NULL, 0};\n", text->name,
                   text->name, text->has_transport + text->has_token);
}

/* ---- properties ------------------------------------------------------------------------------------------------- */

/* Those of the end; the client's renewal interval is the service's other property. */
static gboolean concerns(const Text *text, WsscPropertyId id)
{
    switch (id) {
    case WSSC_PROPERTY_RENEWAL_CLIENT:
        return !text->is_service;
    case WSSC_PROPERTY_RENEWAL_SERVICE:
    case WSSC_PROPERTY_ROLLOVER:
    case WSSC_PROPERTY_MAX_PENDING:
    case WSSC_PROPERTY_MAX_ACTIVE:
        return text->is_service;
    default:
        return TRUE;
    }
}

/* A value is written where it is exact for that end. */
static gboolean is_written(const Text *text, WsscPropertyId id)
{
    const WsscBinding *binding = text->emitter->binding;
    if (!concerns(text, id) || !wssc_emit_is_exact(binding, id))
        return FALSE;
    if (id == WSSC_PROPERTY_KEY_SIZE)
        return text->is_service ? binding->shown.size_given > 0 : binding->shown.size_asked > 0;
    if (id == WSSC_PROPERTY_MESSAGE_PROPERTIES)
        return binding->properties[id].is_default == WSSC_TRUTH_NO && binding->rst != NULL &&
               wssc_ns_family(binding->rst->soap->wsa) == WSSC_NS_FAMILY_WSA;
    return binding->properties[id].value != WSSC_NO_VALUE;
}

/* "client_key_size" */
static char *variable(const Text *text, WsscPropertyId id)
{
    static const char *const names[WSSC_PROPERTY_MAX] = {
        [WSSC_PROPERTY_KEY_SIZE] = "key_size",           [WSSC_PROPERTY_ENTROPY_MODE] = "entropy",
        [WSSC_PROPERTY_MESSAGE_PROPERTIES] = "messages", [WSSC_PROPERTY_MAX_PENDING] = "max_pending",
        [WSSC_PROPERTY_MAX_ACTIVE] = "max_active",       [WSSC_PROPERTY_VERSION] = "version",
        [WSSC_PROPERTY_SUPPORT_RENEW] = "support_renew", [WSSC_PROPERTY_RENEWAL_CLIENT] = "renewal",
        [WSSC_PROPERTY_RENEWAL_SERVICE] = "renewal",     [WSSC_PROPERTY_ROLLOVER] = "rollover"};
    return g_strdup_printf("%s_%s", text->name, names[id]);
}

/* Of the token messages. */
static void put_message_properties(Text *text)
{
    const WsscSoap *soap = text->emitter->binding->rst->soap;
    const char *name = text->name;
    wssc_emit_line(text->emitter, "static WS_ENVELOPE_VERSION %s_envelope = WS_ENVELOPE_VERSION_SOAP_1_%d;", name,
                   soap->version == WSSC_SOAP_11 ? 1 : 2);
    wssc_emit_line(text->emitter, "static WS_ADDRESSING_VERSION %s_addressing = WS_ADDRESSING_VERSION_%s;", name,
                   soap->wsa == WSSC_NS_WSA_10 ? "1_0" : "0_9");
    wssc_emit_line(text->emitter,
                   "static WS_MESSAGE_PROPERTY %s_message_properties[] = {\n"
                   "    {WS_MESSAGE_PROPERTY_ENVELOPE_VERSION, &%s_envelope, sizeof(%s_envelope)},\n"
                   "    {WS_MESSAGE_PROPERTY_ADDRESSING_VERSION, &%s_addressing, sizeof(%s_addressing)},\n};",
                   name, name, name, name, name);
    wssc_emit_line(text->emitter, "static WS_MESSAGE_PROPERTIES %s_messages = {%s_message_properties, 2};", name, name);
}

static void put_value(Text *text, WsscPropertyId id)
{
    gint64 value = text->emitter->binding->properties[id].value;
    g_autofree char *name = variable(text, id);
    g_autofree char *word = value != WSSC_NO_VALUE ? wssc_property_value_text(id, value) : NULL;
    switch (wssc_property_info(id)->kind) {
    case WSSC_PROPERTY_KIND_BITS:
    case WSSC_PROPERTY_KIND_COUNT:
        wssc_emit_line(text->emitter, "static ULONG %s = %" G_GINT64_FORMAT ";", name, value);
        break;
    case WSSC_PROPERTY_KIND_MODE:
        wssc_emit_line(text->emitter, "static WS_SECURITY_KEY_ENTROPY_MODE %s = WS_SECURITY_KEY_ENTROPY_MODE_%s;", name,
                       word);
        break;
    case WSSC_PROPERTY_KIND_VERSION:
        wssc_emit_line(text->emitter, "static WS_SECURE_CONVERSATION_VERSION %s = WS_SECURE_CONVERSATION_VERSION_%s;",
                       name, word);
        break;
    case WSSC_PROPERTY_KIND_FLAG:
        wssc_emit_line(text->emitter, "static BOOL %s = %s;", name, word);
        break;
    case WSSC_PROPERTY_KIND_TIME: /* ticks of 100 ns */
        if (value % G_USEC_PER_SEC == 0)
            wssc_emit_line(text->emitter, "static WS_TIMESPAN %s = {%" G_GINT64_FORMAT "LL * 10000000}; /* %s */", name,
                           value / G_USEC_PER_SEC, word);
        else
            wssc_emit_line(text->emitter, "static WS_TIMESPAN %s = {%" G_GINT64_FORMAT "LL}; /* %s */", name,
                           value * 10, word);
        break;
    case WSSC_PROPERTY_KIND_TEXT:
        put_message_properties(text);
        break;
    }
}

static void put_properties(Text *text)
{
    guint count = 0;
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++)
        if (is_written(text, (WsscPropertyId)id))
            put_value(text, (WsscPropertyId)id);
    wssc_emit_line(text->emitter, "static WS_SECURITY_BINDING_PROPERTY %s_properties[] = {", text->name);
    for (int i = 0; i < WSSC_PROPERTY_MAX; i++) {
        WsscPropertyId id = (WsscPropertyId)i;
        if (!concerns(text, id))
            continue;
        g_autofree char *remark = wssc_emit_remark(text->emitter, id);
        g_autofree char *name = variable(text, id);
        const char *constant = wssc_property_info(id)->constant;
        if (is_written(text, id)) {
            wssc_emit_line(text->emitter, "    {WS_SECURITY_BINDING_PROPERTY_%s, &%s, sizeof(%s)}, /* %s */", constant,
                           name, name, remark);
            count++;
        } else {
            wssc_emit_line(text->emitter, "    /* %s: %s */", constant, remark);
        }
    }
    if (count == 0)
        wssc_emit_line(text->emitter,
                       "    {WS_SECURITY_BINDING_PROPERTY_SECURITY_CONTEXT_SUPPORT_RENEW, NULL, 0}, /* not counted:"
                       " nothing is exact, and C has no empty arrays */");
    wssc_emit_line(text->emitter, "};");
    wssc_emit_line(text->emitter,
                   "static WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING %s_context = {\n"
                   "    {WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING_TYPE, %s_properties, %u},\n"
                   "    WS_SUPPORTING_MESSAGE_SECURITY_USAGE, &%s_bootstrap};\n",
                   text->name, text->name, count, text->name);
}

/* ---- the description -------------------------------------------------------------------------------------------- */

static void put_suite_remark(Text *text)
{
    gboolean is_sure;
    const char *suite = wssc_emit_suite(text->emitter->binding, &is_sure);
    g_autofree char *words =
        text->emitter->binding->suite_text != NULL ? wssc_emit_words(text->emitter->binding->suite_text) : NULL;
    if (suite == NULL)
        wssc_emit_line(text->emitter, "/* ALGORITHM_SUITE_NAME: %s (default BASIC256, BASIC128 with Kerberos) */",
                       words != NULL ? words : "unknown");
    else
        wssc_emit_line(text->emitter,
                       "/* ALGORITHM_SUITE_NAME: %s fits; %s (default BASIC256, BASIC128 with Kerberos) */",
                       text->emitter->binding->suite != NULL ? text->emitter->binding->suite : suite, words);
}

static void put_description(Text *text)
{
    gboolean is_clear = text->is_service && text->emitter->binding->transport == WSSC_TRANSPORT_HTTP;
    gboolean has_transport = put_transport(text, "");
    put_suite_remark(text);
    if (is_clear)
        wssc_emit_line(
            text->emitter,
            "static WS_PROTECTION_LEVEL %s_protection = WS_PROTECTION_LEVEL_NONE;\n"
            "static WS_SECURITY_PROPERTY %s_security_properties[] = {\n"
            "    {WS_SECURITY_PROPERTY_TRANSPORT_PROTECTION_LEVEL, &%s_protection, sizeof(%s_protection)},\n};",
            text->name, text->name, text->name, text->name);
    put_bindings(text, "bindings", has_transport ? "transport" : NULL, "context");
    wssc_emit_line(text->emitter, "WS_SECURITY_DESCRIPTION %s_description = {%s_bindings, %d, %s%s, %d};", text->name,
                   text->name, has_transport + 1, is_clear ? text->name : "NULL",
                   is_clear ? "_security_properties" : "", is_clear);
}

static void put_text(WsscEmitter *emitter, gboolean is_service)
{
    Text text = {emitter, is_service ? "service" : "client", is_service, FALSE, FALSE};
    wssc_emit_line(emitter, "\n/* ---- the %s: for %s ---- */\n", text.name,
                   is_service ? "WsCreateListener and WsCreateServiceHost"
                              : "WsCreateChannel and WsCreateServiceProxy");
    put_bootstrap(&text);
    put_properties(&text);
    put_description(&text);
}

static void put_breaches(WsscEmitter *emitter)
{
    const GPtrArray *breaches = emitter->binding->breaches;
    for (guint i = 0; i < breaches->len; i++) {
        const WsscBreach *breach = breaches->pdata[i];
        wssc_emit_line(emitter, " * not WWSAPI: the %s: %s", breach->part == WSSC_PART_CLIENT ? "client" : "service",
                       breach->text);
    }
}

void wssc_emit_c(WsscEmitter *emitter)
{
    const WsscBinding *binding = emitter->binding;
    g_autofree char *endpoint = wssc_emit_words(binding->endpoint);
    g_autofree char *identifier = binding->context != NULL && binding->context->identifier != NULL
                                      ? wssc_emit_words(binding->context->identifier)
                                      : NULL;

    wssc_emit_line(emitter, "/* What a capture shows of the security binding behind");
    wssc_emit_line(emitter, " *   %s%s%s", endpoint, identifier != NULL ? ", context " : "",
                   identifier != NULL ? identifier : "");
    wssc_emit_line(emitter, " * Values are exact; what is bounded or unknown is a comment. Template: %s.",
                   binding->template_name != NULL ? binding->template_name : "none");
    put_breaches(emitter);
    wssc_emit_line(emitter, " */");
    wssc_emit_line(emitter, "#include <windef.h>\n#include <winbase.h>\n#include <webservices.h>\n");
    g_string_append(emitter->out, lacking);
    put_text(emitter, FALSE);
    put_text(emitter, TRUE);
}
