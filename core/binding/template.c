/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Which of the WS_BINDING_TEMPLATE_TYPEs with a security context the traffic fits.
 */
#include "binding/private.h"

static const struct {
    const char *name;
    gboolean is_tcp;
    WsscTokenKind token;
} templates[] = {
    {"HTTP_SSL_USERNAME_SECURITY_CONTEXT", FALSE, WSSC_TOKEN_KIND_USERNAME},
    {"HTTP_SSL_KERBEROS_APREQ_SECURITY_CONTEXT", FALSE, WSSC_TOKEN_KIND_KERBEROS},
    {"TCP_SSPI_USERNAME_SECURITY_CONTEXT", TRUE, WSSC_TOKEN_KIND_USERNAME},
    {"TCP_SSPI_KERBEROS_APREQ_SECURITY_CONTEXT", TRUE, WSSC_TOKEN_KIND_KERBEROS},
};

static gboolean has_transport(const WsscBinding *binding, gboolean is_tcp)
{
    const char *name = wssc_transport_name(binding->transport);
    if (is_tcp)
        return g_str_has_prefix(name, "net.tcp+") && binding->transport != WSSC_TRANSPORT_NETTCP_TLS;
    return binding->transport == WSSC_TRANSPORT_HTTPS;
}

static char *without_template(const WsscBinding *binding)
{
    GString *text = g_string_new(NULL);
    if (binding->transport == WSSC_TRANSPORT_HTTP)
        return g_string_free(g_string_append(text, "none: HTTP without TLS"), FALSE);
    for (guint i = 0; binding->rst == NULL && i < G_N_ELEMENTS(templates); i++)
        if (has_transport(binding, templates[i].is_tcp))
            g_string_append_printf(text, "%s%s", text->len > 0 ? " or " : "", templates[i].name);
    if (text->len > 0)
        return g_string_free(
            g_string_append(text, ": the request for the context is not readable or not in the capture"), FALSE);
    return g_string_free(g_string_append(text, binding->bootstrap.count > 0
                                                   ? "none has these tokens over this transport"
                                                   : "none without a token in the request"),
                         FALSE);
}

void wssc_template_choose(WsscBinding *binding)
{
    if (binding->breaches->len > 0) {
        const WsscBreach *first = binding->breaches->pdata[0];
        binding->template_text = g_strdup_printf("not WWSAPI: %s", first->text);
        return;
    }
    for (guint i = 0; binding->rst != NULL && i < G_N_ELEMENTS(templates); i++) {
        if (!has_transport(binding, templates[i].is_tcp) ||
            !wssc_token_kinds_have(&binding->bootstrap, templates[i].token))
            continue;
        binding->template_name = templates[i].name;
        binding->template_text = g_strdup("by transport and token");
        return;
    }
    binding->template_text = without_template(binding);
}

char *wssc_binding_line(const WsscBinding *binding)
{
    g_autoptr(GString) others = g_string_new(NULL);
    if (binding->breaches->len == 0)
        return g_strdup_printf("WWSAPI template %s",
                               binding->template_name != NULL ? binding->template_name : binding->template_text);
    if (binding->breaches->len > 1)
        g_string_printf(others, " (and %u more)", binding->breaches->len - 1);
    return g_strdup_printf("%s%s", binding->template_text, others->str);
}
