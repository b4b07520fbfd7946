/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * WS-SecurityPolicy: 1.1 with WS-SecureConversation of 2005/02, which is the one that WWSAPI reads, else 1.2. What it
 * has no assertion for is a comment.
 */
#include <string.h>

#include "binding/emit_private.h"

#define SP_11 "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy"
#define SP_12 "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702"

/* Elements that are open, by name: each nested policy is closed with its assertion. */
typedef struct {
    WsscEmitter *emitter;
    guint depth;
    gboolean is_12;
} Page;

static void put(Page *page, const char *text)
{
    wssc_emit_line(page->emitter, "%*s%s", (int)page->depth * 2, "", text);
}

/* An assertion with a policy in it. attributes: "" or with a blank before. */
static void open_assertion(Page *page, const char *name, const char *attributes)
{
    wssc_emit_line(page->emitter, "%*s<%s%s><wsp:Policy>", (int)page->depth * 2, "", name, attributes);
    page->depth++;
}

static void close_assertion(Page *page, const char *name)
{
    page->depth--;
    wssc_emit_line(page->emitter, "%*s</wsp:Policy></%s>", (int)page->depth * 2, "", name);
}

static void open_token(Page *page, const char *name, const char *include)
{
    g_autofree char *attributes =
        g_strdup_printf(" sp:IncludeToken=\"%s/IncludeToken/%s\"", page->is_12 ? SP_12 : SP_11, include);
    open_assertion(page, name, attributes);
}

static void put_remark(Page *page, WsscPropertyId id)
{
    g_autofree char *remark = wssc_emit_remark(page->emitter, id);
    wssc_emit_line(page->emitter, "%*s<!-- %s: %s -->", (int)page->depth * 2, "", wssc_property_info(id)->title,
                   remark);
}

/* ---- parts of a binding ----------------------------------------------------------------------------------------- */

static void put_suite(Page *page)
{
    gboolean is_sure;
    const WsscBinding *binding = page->emitter->binding;
    const char *suite = wssc_emit_suite(binding, &is_sure);
    gboolean is_known = suite != NULL && !g_str_has_suffix(suite, "GCM");
    g_autofree char *words = binding->suite_text != NULL ? wssc_emit_words(binding->suite_text) : NULL;

    if (!is_sure)
        wssc_emit_line(page->emitter, "%*s<!-- algorithm suite: %s -->", (int)page->depth * 2, "",
                       words != NULL ? words : "unknown, no signature of the context was read");
    open_assertion(page, "sp:AlgorithmSuite", "");
    if (is_known || suite == NULL)
        wssc_emit_line(page->emitter, "%*s<sp:%s/>", (int)page->depth * 2, "", suite != NULL ? suite : "Basic256");
    else
        /* WS-SecurityPolicy has no suites with GCM; CXF has names of its own for them. */
        wssc_emit_line(page->emitter, "%*s<cxf:%s xmlns:cxf=\"http://cxf.apache.org/custom/security-policy\"/>",
                       (int)page->depth * 2, "", suite);
    close_assertion(page, "sp:AlgorithmSuite");
}

static void put_layout(Page *page)
{
    const WsscShown *shown = &page->emitter->binding->shown;
    open_assertion(page, "sp:Layout", "");
    put(page, shown->declared_late == WSSC_TRUTH_YES ? "<sp:Lax/>" : "<sp:Strict/>");
    close_assertion(page, "sp:Layout");
    if (shown->timestamp != WSSC_TRUTH_NO)
        put(page, "<sp:IncludeTimestamp/>");
}

static gboolean is_protected(const WsscBinding *binding)
{
    return binding->transport == WSSC_TRANSPORT_HTTPS || binding->transport == WSSC_TRANSPORT_NETTCP_TLS ||
           g_str_has_prefix(wssc_transport_name(binding->transport), "net.tcp+");
}

static void put_transport_token(Page *page)
{
    WsscTransport transport = page->emitter->binding->transport;
    open_assertion(page, "sp:TransportToken", "");
    if (transport == WSSC_TRANSPORT_HTTPS)
        put(page, page->is_12 ? "<sp:HttpsToken><wsp:Policy/></sp:HttpsToken>"
                              : "<sp:HttpsToken RequireClientCertificate=\"false\"/>");
    else if (transport == WSSC_TRANSPORT_NETTCP_TLS)
        put(page, "<netf:SslTransportSecurity/>");
    else
        put(page, "<netf:WindowsTransportSecurity><netf:ProtectionLevel>EncryptAndSign</netf:ProtectionLevel>"
                  "</netf:WindowsTransportSecurity>");
    close_assertion(page, "sp:TransportToken");
}

static void put_transport_binding(Page *page)
{
    open_assertion(page, "sp:TransportBinding", "");
    put_transport_token(page);
    put_suite(page);
    put_layout(page);
    close_assertion(page, "sp:TransportBinding");
}

static void put_trust(Page *page, gboolean is_outer)
{
    const WsscProperty *mode = &page->emitter->binding->properties[WSSC_PROPERTY_ENTROPY_MODE];
    const char *name = page->is_12 ? "sp:Trust13" : "sp:Trust10";

    put(page, "<sp:Wss11><wsp:Policy/></sp:Wss11>");
    if (mode->knowledge != WSSC_KNOWN_EXACT)
        put_remark(page, WSSC_PROPERTY_ENTROPY_MODE);
    open_assertion(page, name, "");
    if (is_outer)
        put(page, "<sp:MustSupportIssuedTokens/>");
    if (mode->knowledge == WSSC_KNOWN_EXACT && mode->value != WSSC_MODE_SERVER_ONLY)
        put(page, "<sp:RequireClientEntropy/>");
    if (mode->knowledge == WSSC_KNOWN_EXACT && mode->value != WSSC_MODE_CLIENT_ONLY)
        put(page, "<sp:RequireServerEntropy/>");
    close_assertion(page, name);
}

/* ---- bootstrap -------------------------------------------------------------------------------------------------- */

static void put_token(Page *page, const char *token, const char *include, const char *form)
{
    open_token(page, token, include);
    put(page, form);
    close_assertion(page, token);
}

static const char *assertion_form(const Page *page)
{
    return wssc_emit_has_token(page->emitter->binding, WSSC_TOKEN_KIND_SAML20) && page->is_12
               ? "<sp:WssSamlV20Token11/>"
               : "<sp:WssSamlV11Token10/>";
}

/* Tokens that say who asks. */
static void put_supporting_tokens(Page *page)
{
    const WsscBinding *binding = page->emitter->binding;
    if (wssc_emit_has_token(binding, WSSC_TOKEN_KIND_USERNAME)) {
        open_assertion(page, "sp:SignedSupportingTokens", "");
        put_token(page, "sp:UsernameToken", "AlwaysToRecipient", "<sp:WssUsernameToken10/>");
        close_assertion(page, "sp:SignedSupportingTokens");
    }
    if (wssc_emit_has_token(binding, WSSC_TOKEN_KIND_KERBEROS)) {
        open_assertion(page, "sp:EndorsingSupportingTokens", "");
        put_token(page, "sp:KerberosToken", "AlwaysToRecipient", "<sp:WssGssKerberosV5ApReqToken11/>");
        close_assertion(page, "sp:EndorsingSupportingTokens");
    }
    if (wssc_emit_has_token(binding, WSSC_TOKEN_KIND_SAML11) || wssc_emit_has_token(binding, WSSC_TOKEN_KIND_SAML20)) {
        open_assertion(page, "sp:EndorsingSupportingTokens", "");
        put_token(page, "sp:SamlToken", "AlwaysToRecipient", assertion_form(page));
        close_assertion(page, "sp:EndorsingSupportingTokens");
    }
    if (is_protected(binding) && wssc_emit_has_token(binding, WSSC_TOKEN_KIND_X509)) {
        open_assertion(page, "sp:EndorsingSupportingTokens", "");
        put_token(page, "sp:X509Token", "AlwaysToRecipient", "<sp:WssX509V3Token10/>");
        close_assertion(page, "sp:EndorsingSupportingTokens");
    }
}

/* Without protection by the transport the request is protected by the service's certificate: which binding of
 * WS-SecurityPolicy did so shows in its tokens. */
static void put_message_binding(Page *page)
{
    const WsscBinding *binding = page->emitter->binding;
    gboolean is_asymmetric = wssc_emit_has_token(binding, WSSC_TOKEN_KIND_X509) &&
                             wssc_emit_has_token(binding, WSSC_TOKEN_KIND_ENCRYPTED_KEY);
    const char *name = is_asymmetric ? "sp:AsymmetricBinding" : "sp:SymmetricBinding";

    open_assertion(page, name, "");
    if (is_asymmetric) {
        open_assertion(page, "sp:InitiatorToken", "");
        put_token(page, "sp:X509Token", "AlwaysToRecipient", "<sp:WssX509V3Token10/>");
        close_assertion(page, "sp:InitiatorToken");
        open_assertion(page, "sp:RecipientToken", "");
        put_token(page, "sp:X509Token", "Never", "<sp:WssX509V3Token10/>");
        close_assertion(page, "sp:RecipientToken");
    } else {
        open_assertion(page, "sp:ProtectionToken", "");
        put_token(page, "sp:X509Token", "Never", "<sp:WssX509V3Token10/>");
        close_assertion(page, "sp:ProtectionToken");
    }
    put_suite(page);
    put_layout(page);
    close_assertion(page, name);
}

static void put_bootstrap(Page *page)
{
    const WsscBinding *binding = page->emitter->binding;
    if (binding->bootstrap.count == 0)
        put(page, "<!-- tokens of the request for the context: unknown -->");
    open_assertion(page, "sp:BootstrapPolicy", "");
    if (is_protected(binding))
        put_transport_binding(page);
    else if (wssc_emit_has_token(binding, WSSC_TOKEN_KIND_X509) ||
             wssc_emit_has_token(binding, WSSC_TOKEN_KIND_ENCRYPTED_KEY))
        put_message_binding(page);
    put_supporting_tokens(page);
    put_trust(page, FALSE);
    close_assertion(page, "sp:BootstrapPolicy");
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

static void put_context_token(Page *page)
{
    const WsscBinding *binding = page->emitter->binding;
    open_token(page, "sp:SecureConversationToken", "AlwaysToRecipient");
    if (binding->shown.derived_keys == WSSC_TRUTH_YES)
        put(page, "<sp:RequireDerivedKeys/>");
    put_bootstrap(page);
    close_assertion(page, "sp:SecureConversationToken");
}

/* The context itself protects the messages. */
static void put_protection(Page *page)
{
    const WsscShown *shown = &page->emitter->binding->shown;
    open_assertion(page, "sp:SymmetricBinding", "");
    open_assertion(page, "sp:ProtectionToken", "");
    put_context_token(page);
    close_assertion(page, "sp:ProtectionToken");
    put_suite(page);
    put_layout(page);
    close_assertion(page, "sp:SymmetricBinding");
    if (shown->body_signed == WSSC_TRUTH_YES)
        put(page, "<sp:SignedParts><sp:Body/></sp:SignedParts>");
    if (shown->body_encrypted == WSSC_TRUTH_YES)
        put(page, "<sp:EncryptedParts><sp:Body/></sp:EncryptedParts>");
}

static void put_remarks(Page *page)
{
    static const WsscPropertyId without_assertion[] = {WSSC_PROPERTY_KEY_SIZE,        WSSC_PROPERTY_MESSAGE_PROPERTIES,
                                                       WSSC_PROPERTY_MAX_PENDING,     WSSC_PROPERTY_MAX_ACTIVE,
                                                       WSSC_PROPERTY_SUPPORT_RENEW,   WSSC_PROPERTY_RENEWAL_CLIENT,
                                                       WSSC_PROPERTY_RENEWAL_SERVICE, WSSC_PROPERTY_ROLLOVER};
    put(page, "<!-- WS-SecurityPolicy has no assertion for the following:");
    for (guint i = 0; i < G_N_ELEMENTS(without_assertion); i++) {
        g_autofree char *remark = wssc_emit_remark(page->emitter, without_assertion[i]);
        wssc_emit_line(page->emitter, "%*s     %s: %s", (int)page->depth * 2, "",
                       wssc_property_info(without_assertion[i])->title, remark);
    }
    put(page, "-->");
}

void wssc_emit_policy(WsscEmitter *emitter)
{
    const WsscBinding *binding = emitter->binding;
    g_autofree char *endpoint = wssc_emit_words(binding->endpoint);
    Page page = {emitter, 2, binding->properties[WSSC_PROPERTY_VERSION].value == WSSC_VERSION_1_3};

    wssc_emit_line(
        emitter,
        "<wsp:Policy wsu:Id=\"observed\"\n"
        "    xmlns:wsp=\"http://schemas.xmlsoap.org/ws/2004/09/policy\"\n"
        "    xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\"\n"
        "    xmlns:netf=\"http://schemas.microsoft.com/ws/2006/05/framing/policy\"\n"
        "    xmlns:sp=\"%s\">",
        page.is_12 ? SP_12 : SP_11);
    wssc_emit_line(emitter, "  <!-- what a capture shows of %s -->", endpoint);
    wssc_emit_line(emitter, "  <wsp:ExactlyOne><wsp:All>");
    put_remark(&page, WSSC_PROPERTY_VERSION);
    put_remarks(&page);
    if (is_protected(binding)) {
        put_transport_binding(&page);
        open_assertion(&page, "sp:EndorsingSupportingTokens", "");
        put_context_token(&page);
        close_assertion(&page, "sp:EndorsingSupportingTokens");
    } else {
        put_protection(&page);
    }
    put_trust(&page, TRUE);
    wssc_emit_line(emitter, "  </wsp:All></wsp:ExactlyOne>\n</wsp:Policy>");
}
