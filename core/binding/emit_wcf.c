/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * WCF's customBinding: what .NET Framework reads from its configuration, and what the same names are in code elsewhere.
 */
#include <string.h>

#include "binding/emit_private.h"

#define FEBRUARY_2005 "WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11"
#define OASIS_13 "WSSecurity11WSTrust13WSSecureConversation13WSSecurityPolicy12"

static void put_comment(WsscEmitter *emitter, const char *indent, const char *what, WsscPropertyId id)
{
    g_autofree char *remark = wssc_emit_remark(emitter, id);
    wssc_emit_line(emitter, "%s<!-- %s: %s -->", indent, what, remark);
}

static const char *version_of(const WsscBinding *binding)
{
    return binding->properties[WSSC_PROPERTY_VERSION].value == WSSC_VERSION_1_3 ? OASIS_13 : FEBRUARY_2005;
}

/* WCF has no suites of GCM; without a word of the messages its default stands. */
static const char *suite_of(const WsscBinding *binding)
{
    gboolean is_sure;
    const char *suite = wssc_emit_suite(binding, &is_sure);
    return suite != NULL && !g_str_has_suffix(suite, "GCM") ? suite : "Basic256";
}

/* NULL where nothing tells it. */
static const char *entropy_of(const WsscBinding *binding)
{
    static const char *const modes[] = {NULL, "ClientEntropy", "ServerEntropy", "CombinedEntropy"};
    const WsscProperty *mode = &binding->properties[WSSC_PROPERTY_ENTROPY_MODE];
    return mode->knowledge == WSSC_KNOWN_EXACT && mode->value > 0 ? modes[mode->value] : NULL;
}

/* "10:00:00", "00:00:04.5000000", days in front of them. Caller frees. */
static char *timespan(gint64 microseconds)
{
    gint64 seconds = microseconds / G_USEC_PER_SEC, fraction = microseconds % G_USEC_PER_SEC;
    GString *text = g_string_new(NULL);
    if (seconds >= 86400)
        g_string_append_printf(text, "%" G_GINT64_FORMAT ".", seconds / 86400);
    g_string_append_printf(text, "%02d:%02d:%02d", (int)(seconds / 3600 % 24), (int)(seconds / 60 % 60),
                           (int)(seconds % 60));
    if (fraction != 0)
        g_string_append_printf(text, ".%06d0", (int)fraction);
    return g_string_free(text, FALSE);
}

/* ---- security --------------------------------------------------------------------------------------------------- */

static void put_security(WsscEmitter *emitter)
{
    const WsscBinding *binding = emitter->binding;
    const WsscShown *shown = &binding->shown;
    const char *entropy = entropy_of(binding);
    gboolean renews = wssc_emit_is_exact(binding, WSSC_PROPERTY_SUPPORT_RENEW);

    g_string_append_printf(
        emitter->out,
        "    <security authenticationMode=\"SecureConversation\" defaultAlgorithmSuite=\"%s\"\n"
        "              requireDerivedKeys=\"%s\" securityHeaderLayout=\"%s\" includeTimestamp=\"%s\"",
        suite_of(binding), shown->derived_keys == WSSC_TRUTH_YES ? "true" : "false",
        shown->declared_late == WSSC_TRUTH_YES ? "Lax" : "Strict",
        shown->timestamp == WSSC_TRUTH_NO ? "false" : "true");
    if (entropy != NULL)
        g_string_append_printf(emitter->out, "\n              keyEntropyMode=\"%s\"", entropy);
    if (shown->cancel_seen == WSSC_TRUTH_YES)
        g_string_append(emitter->out, "\n              requireSecurityContextCancellation=\"true\"");
    if (renews)
        g_string_append_printf(emitter->out, "\n              canRenewSecurityContextToken=\"%s\"",
                               binding->properties[WSSC_PROPERTY_SUPPORT_RENEW].value != 0 ? "true" : "false");
    wssc_emit_line(emitter, "\n              messageSecurityVersion=\"%s\">", version_of(binding));
}

static void put_remarks(WsscEmitter *emitter)
{
    const WsscBinding *binding = emitter->binding;
    g_autofree char *suite = binding->suite_text != NULL ? wssc_emit_words(binding->suite_text) : NULL;
    const char *indent = "      ";

    put_comment(emitter, indent, "messageSecurityVersion", WSSC_PROPERTY_VERSION);
    wssc_emit_line(emitter, "%s<!-- defaultAlgorithmSuite: %s%s%s -->", indent,
                   binding->suite != NULL ? binding->suite : "", binding->suite != NULL ? " fits; " : "",
                   suite != NULL ? suite : "unknown: no signature of the context was read");
    put_comment(emitter, indent, "key size: WCF takes that of the suite", WSSC_PROPERTY_KEY_SIZE);
    put_comment(emitter, indent, "keyEntropyMode", WSSC_PROPERTY_ENTROPY_MODE);
    put_comment(emitter, indent, "canRenewSecurityContextToken", WSSC_PROPERTY_SUPPORT_RENEW);
    put_comment(emitter, indent, "active contexts: the nearest is serviceThrottling", WSSC_PROPERTY_MAX_ACTIVE);
}

static void put_client(WsscEmitter *emitter)
{
    put_comment(emitter, "      ", "client's sessionKeyRenewalInterval", WSSC_PROPERTY_RENEWAL_CLIENT);
    if (!wssc_emit_is_exact(emitter->binding, WSSC_PROPERTY_RENEWAL_CLIENT))
        return;
    g_autofree char *renewal = timespan(emitter->binding->properties[WSSC_PROPERTY_RENEWAL_CLIENT].value);
    wssc_emit_line(emitter, "      <localClientSettings sessionKeyRenewalInterval=\"%s\"/>", renewal);
}

/* A life below the rollover's default of 5 minutes says that the rollover was set, too. */
static void put_service(WsscEmitter *emitter)
{
    const WsscProperty *life = &emitter->binding->properties[WSSC_PROPERTY_RENEWAL_SERVICE];
    const WsscProperty *pending = &emitter->binding->properties[WSSC_PROPERTY_MAX_PENDING];
    gboolean has_life = wssc_emit_is_exact(emitter->binding, WSSC_PROPERTY_RENEWAL_SERVICE);
    gboolean has_pending = wssc_emit_is_exact(emitter->binding, WSSC_PROPERTY_MAX_PENDING);

    put_comment(emitter, "      ", "service's sessionKeyRenewalInterval", WSSC_PROPERTY_RENEWAL_SERVICE);
    put_comment(emitter, "      ", "service's sessionKeyRolloverInterval", WSSC_PROPERTY_ROLLOVER);
    put_comment(emitter, "      ", "maxPendingSessions, which WCF has 128 of", WSSC_PROPERTY_MAX_PENDING);
    if (has_life && life->value < wssc_property_info(WSSC_PROPERTY_ROLLOVER)->standard)
        wssc_emit_line(emitter,
                       "      <!-- sessionKeyRolloverInterval must be set, too: at most the renewal interval -->");
    if (!has_life && !has_pending)
        return;
    g_string_append(emitter->out, "      <localServiceSettings");
    if (has_life) {
        g_autofree char *renewal = timespan(life->value);
        g_string_append_printf(emitter->out, " sessionKeyRenewalInterval=\"%s\"", renewal);
    }
    if (has_pending)
        g_string_append_printf(emitter->out, " maxPendingSessions=\"%" G_GINT64_FORMAT "\"", pending->value);
    wssc_emit_line(emitter, "/>");
}

static const char *bootstrap_mode(const WsscBinding *binding)
{
    static const struct {
        WsscTokenKind token;
        const char *mode;
    } modes[] = {
        {WSSC_TOKEN_KIND_SPNEGO, "SspiNegotiatedOverTransport"}, {WSSC_TOKEN_KIND_USERNAME, "UserNameOverTransport"},
        {WSSC_TOKEN_KIND_KERBEROS, "KerberosOverTransport"},     {WSSC_TOKEN_KIND_SAML11, "IssuedTokenOverTransport"},
        {WSSC_TOKEN_KIND_SAML20, "IssuedTokenOverTransport"},    {WSSC_TOKEN_KIND_X509, "CertificateOverTransport"}};
    gboolean is_protected = binding->transport == WSSC_TRANSPORT_HTTPS ||
                            g_str_has_prefix(wssc_transport_name(binding->transport), "net.tcp+");
    for (guint i = 0; is_protected && i < G_N_ELEMENTS(modes); i++)
        if (wssc_emit_has_token(binding, modes[i].token))
            return modes[i].mode;
    return NULL;
}

static void put_bootstrap(WsscEmitter *emitter)
{
    const WsscBinding *binding = emitter->binding;
    const char *mode = bootstrap_mode(binding);
    g_autoptr(GString) tokens = g_string_new(NULL);
    for (guint i = 0; i < binding->bootstrap.count; i++)
        g_string_append_printf(tokens, "%s%s", i > 0 ? ", " : "", wssc_token_kind_name(binding->bootstrap.list[i]));
    if (mode == NULL) {
        wssc_emit_line(emitter, "      <!-- secureConversationBootstrap: %s over %s -->",
                       tokens->len > 0 ? tokens->str : "tokens unknown", wssc_transport_name(binding->transport));
        return;
    }
    wssc_emit_line(emitter,
                   "      <secureConversationBootstrap authenticationMode=\"%s\" defaultAlgorithmSuite=\"%s\"\n"
                   "              requireDerivedKeys=\"false\" includeTimestamp=\"true\"\n"
                   "              messageSecurityVersion=\"%s\"/>",
                   mode, suite_of(binding), version_of(binding));
}

/* ---- encoder and transport -------------------------------------------------------------------------------------- */

static void put_encoder(WsscEmitter *emitter)
{
    const WsscShown *shown = &emitter->binding->shown;
    if (wssc_encoding_is_binary(shown->encoding)) {
        wssc_emit_line(emitter, "    <binaryMessageEncoding/>");
        return;
    }
    if (shown->encoding == WSSC_ENCODING_MTOM)
        wssc_emit_line(emitter, "    <!-- the messages are MTOM: mtomMessageEncoding in place of this -->");
    wssc_emit_line(emitter, "    <textMessageEncoding messageVersion=\"Soap1%d%s\"/>",
                   shown->soap == WSSC_SOAP_11 ? 1 : 2,
                   shown->wsa == WSSC_NS_WSA_200408 ? "WSAddressingAugust2004"
                   : shown->wsa == WSSC_NS_NONE     ? ""
                                                    : "WSAddressing10");
}

static void put_transport(WsscEmitter *emitter)
{
    WsscTransport transport = emitter->binding->transport;
    if (transport == WSSC_TRANSPORT_HTTPS)
        wssc_emit_line(emitter, "    <httpsTransport/>");
    else if (g_str_has_prefix(wssc_transport_name(transport), "net.tcp"))
        wssc_emit_line(emitter, "    <tcpTransport/>");
    else
        wssc_emit_line(emitter, "    <!-- transport: %s, without protection -->", wssc_transport_name(transport));
}

static void put_stream_security(WsscEmitter *emitter)
{
    WsscTransport transport = emitter->binding->transport;
    if (transport == WSSC_TRANSPORT_NETTCP_TLS)
        wssc_emit_line(emitter, "    <sslStreamSecurity/>");
    else if (g_str_has_prefix(wssc_transport_name(transport), "net.tcp+"))
        wssc_emit_line(emitter, "    <windowsStreamSecurity/>");
}

void wssc_emit_wcf(WsscEmitter *emitter)
{
    g_autofree char *endpoint = wssc_emit_words(emitter->binding->endpoint);
    wssc_emit_line(emitter, "<customBinding>\n  <!-- what a capture shows of %s -->\n  <binding name=\"observed\">",
                   endpoint);
    put_security(emitter);
    put_remarks(emitter);
    put_client(emitter);
    put_service(emitter);
    put_bootstrap(emitter);
    wssc_emit_line(emitter, "    </security>");
    put_stream_security(emitter);
    put_encoder(emitter);
    put_transport(emitter);
    wssc_emit_line(emitter, "  </binding>\n</customBinding>");
}
