/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What one alternative says of a security context (WS-SecurityPolicy 1.2 sections 5 to 8).
 */
#include <string.h>

#include "base/limits.h"
#include "binding/policy_private.h"

static gboolean is_sp(const WsscAssertion *assertion, const char *name)
{
    return wssc_xml_is(assertion->node, WSSC_NS_FAMILY_SP, name);
}

static const WsscAssertion *find(const WsscPoolList *assertions, const char *name)
{
    for (guint i = 0; assertions != NULL && i < assertions->len; i++)
        if (is_sp(assertions->pdata[i], name))
            return assertions->pdata[i];
    return NULL;
}

static gboolean has(const WsscPoolList *assertions, const char *name)
{
    return find(assertions, name) != NULL;
}

/* Of the first of these that is there; NULL. */
static const WsscAssertion *find_any(const WsscPoolList *assertions, const char *const *names)
{
    const WsscAssertion *found = NULL;
    for (; *names != NULL && found == NULL; names++)
        found = find(assertions, *names);
    return found;
}

static const char *const bindings[] = {"TransportBinding", "SymmetricBinding", "AsymmetricBinding", NULL};
static const char *const supporting[] = {"SupportingTokens",
                                         "SignedSupportingTokens",
                                         "EndorsingSupportingTokens",
                                         "SignedEndorsingSupportingTokens",
                                         "EncryptedSupportingTokens",
                                         "SignedEncryptedSupportingTokens",
                                         "EndorsingEncryptedSupportingTokens",
                                         "SignedEndorsingEncryptedSupportingTokens",
                                         NULL};
static const char *const protecting[] = {"ProtectionToken",          "SignatureToken",
                                         "EncryptionToken",          "InitiatorToken",
                                         "InitiatorSignatureToken",  "InitiatorEncryptionToken",
                                         "RecipientToken",           "RecipientSignatureToken",
                                         "RecipientEncryptionToken", NULL};
static const char *const trusts[] = {"Trust13", "Trust10", NULL};

/* ---- the binding ------------------------------------------------------------------------------------------------ */

/* 1.1: an attribute; 1.2: an assertion inside. */
static WsscTruth certificate_of(const WsscAssertion *https)
{
    g_autofree char *text = wssc_xml_attr_value(https->node, WSSC_NS_FAMILY_NONE, "RequireClientCertificate");
    if (text != NULL)
        return strcmp(text, "true") == 0 || strcmp(text, "1") == 0 ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
    return has(https->nested, "RequireClientCertificate") ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
}

static void read_transport(const WsscAssertion *token, WsscAlternative *facts)
{
    for (guint i = 0; token != NULL && token->nested != NULL && i < token->nested->len; i++) {
        const WsscAssertion *kind = token->nested->pdata[i];
        if (is_sp(kind, "HttpsToken")) {
            facts->transport = WSSC_SAID_HTTPS;
            facts->client_certificate = certificate_of(kind);
        } else if (wssc_xml_is(kind->node, WSSC_NS_FAMILY_FRAMING, "SslTransportSecurity")) {
            facts->transport = WSSC_SAID_TCP_TLS;
        } else if (wssc_xml_is(kind->node, WSSC_NS_FAMILY_FRAMING, "WindowsTransportSecurity")) {
            facts->transport = WSSC_SAID_TCP_SSPI;
        }
    }
}

static WsscLayout layout_of(const WsscAssertion *layout)
{
    static const struct {
        const char *name;
        WsscLayout layout;
    } layouts[] = {{"Strict", WSSC_LAYOUT_STRICT},           {"Lax", WSSC_LAYOUT_LAX},
                   {"LaxTsFirst", WSSC_LAYOUT_LAX_TS_FIRST}, {"LaxTimestampFirst", WSSC_LAYOUT_LAX_TS_FIRST},
                   {"LaxTsLast", WSSC_LAYOUT_LAX_TS_LAST},   {"LaxTimestampLast", WSSC_LAYOUT_LAX_TS_LAST}};
    for (guint i = 0; layout != NULL && i < G_N_ELEMENTS(layouts); i++)
        if (has(layout->nested, layouts[i].name))
            return layouts[i].layout;
    return WSSC_LAYOUT_UNSAID;
}

static void read_binding(const WsscPolicyReader *reader, const WsscPoolList *assertions, WsscAlternative *facts)
{
    const WsscAssertion *binding = find_any(assertions, bindings);
    if (binding == NULL || binding->nested == NULL)
        return;
    const WsscAssertion *suite = find(binding->nested, "AlgorithmSuite");
    read_transport(find(binding->nested, "TransportToken"), facts);
    /* Some have a namespace of their own for it. */
    if (suite != NULL && suite->nested != NULL && suite->nested->len > 0)
        facts->suite = wssc_pool_strdup(reader->policy->pool,
                                        (const char *)((const WsscAssertion *)suite->nested->pdata[0])->node->name);
    facts->timestamp = has(binding->nested, "IncludeTimestamp");
    facts->layout = layout_of(find(binding->nested, "Layout"));
}

/* SignedParts and EncryptedParts: the Body, or everything where nothing is named. */
static gboolean names_body(const WsscAssertion *parts)
{
    return parts != NULL &&
           (wssc_xml_first(parts->node) == NULL || wssc_xml_child(parts->node, WSSC_NS_FAMILY_SP, "Body") != NULL);
}

/* ---- the context's token ---------------------------------------------------------------------------------------- */

static const WsscAssertion *context_in(const WsscPoolList *assertions, const char *const *holders,
                                       const char **ret_holder)
{
    for (guint i = 0; assertions != NULL && i < assertions->len; i++) {
        const WsscAssertion *holder = assertions->pdata[i];
        for (guint k = 0; holders[k] != NULL; k++) {
            const WsscAssertion *token =
                is_sp(holder, holders[k]) ? find(holder->nested, "SecureConversationToken") : NULL;
            if (token != NULL) {
                *ret_holder = holders[k];
                return token;
            }
        }
    }
    return NULL;
}

static const WsscAssertion *context_token(const WsscPoolList *assertions, WsscAlternative *facts)
{
    const WsscAssertion *binding = find_any(assertions, bindings);
    const WsscAssertion *token = binding != NULL ? context_in(binding->nested, protecting, &facts->token_place) : NULL;
    if (token != NULL) {
        facts->place = WSSC_PLACE_PROTECTION;
        return token;
    }
    token = context_in(assertions, supporting, &facts->token_place);
    if (token != NULL)
        facts->place = WSSC_PLACE_SUPPORTING;
    return token;
}

static gint64 version_of(const WsscAssertion *token)
{
    if (has(token->nested, "SC10SecurityContextToken"))
        return WSSC_VERSION_FEBRUARY_2005;
    if (has(token->nested, "SC13SecurityContextToken"))
        return WSSC_VERSION_1_3;
    return wssc_xml_ns(token->node) == WSSC_NS_SP_200507 ? WSSC_VERSION_FEBRUARY_2005 : WSSC_VERSION_1_3;
}

static gint64 entropy_of(const WsscPoolList *assertions)
{
    const WsscAssertion *trust = find_any(assertions, trusts);
    gboolean client = trust != NULL && has(trust->nested, "RequireClientEntropy");
    gboolean server = trust != NULL && has(trust->nested, "RequireServerEntropy");
    if (client || server)
        return client && server ? WSSC_MODE_COMBINED : client ? WSSC_MODE_CLIENT_ONLY : WSSC_MODE_SERVER_ONLY;
    return WSSC_NO_VALUE;
}

static gboolean forbids(const WsscPoolList *assertions, const char *name)
{
    for (guint i = 0; assertions != NULL && i < assertions->len; i++) {
        const WsscAssertion *assertion = assertions->pdata[i];
        if (is_sp(assertion, name) || wssc_xml_is(assertion->node, WSSC_NS_FAMILY_MSSP, name))
            return TRUE;
    }
    return FALSE;
}

/* ---- tokens of the bootstrap ------------------------------------------------------------------------------------ */

/* To the recipient, that is: requests don't carry what is for the initiator alone. */
static gboolean is_never_sent(const xmlNode *node)
{
    g_autofree char *include = wssc_xml_attr_value(node, WSSC_NS_FAMILY_SP, "IncludeToken");
    return include != NULL && (g_str_has_suffix(include, "/Never") || g_str_has_suffix(include, "/AlwaysToInitiator"));
}

static void add_token(WsscPolicyReader *reader, const WsscAssertion *token, WsscAlternative *facts)
{
    static const struct {
        const char *name;
        WsscTokenKind kind;
        gboolean is_any_issued;
    } kinds[] = {
        {"UsernameToken", WSSC_TOKEN_KIND_USERNAME, FALSE},      {"X509Token", WSSC_TOKEN_KIND_X509, FALSE},
        {"KerberosToken", WSSC_TOKEN_KIND_KERBEROS, FALSE},      {"SamlToken", WSSC_TOKEN_KIND_SAML11, TRUE},
        {"IssuedToken", WSSC_TOKEN_KIND_SAML11, TRUE},           {"SecurityContextToken", WSSC_TOKEN_KIND_SCT, FALSE},
        {"SecureConversationToken", WSSC_TOKEN_KIND_SCT, FALSE}, {"SpnegoContextToken", WSSC_TOKEN_KIND_SCT, FALSE}};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!is_sp(token, kinds[i].name) || facts->tokens->len >= WSSC_MAX_POLICY_TOKENS)
            continue;
        WsscSaidToken *said = wssc_pool_new0(reader->policy->pool, WsscSaidToken);
        said->kind = kinds[i].kind;
        said->is_any_issued = kinds[i].is_any_issued;
        said->is_never_sent = is_never_sent(token->node);
        wssc_pool_add(reader->policy->pool, &facts->tokens, said);
    }
}

static void read_tokens_of(WsscPolicyReader *reader, const WsscPoolList *assertions, const char *const *holders,
                           WsscAlternative *facts)
{
    for (guint i = 0; assertions != NULL && i < assertions->len; i++) {
        const WsscAssertion *holder = assertions->pdata[i];
        if (holder->nested == NULL || holder->node->name == NULL ||
            !g_strv_contains(holders, (const char *)holder->node->name))
            continue;
        for (guint k = 0; k < holder->nested->len; k++)
            add_token(reader, holder->nested->pdata[k], facts);
    }
}

static void read_bootstrap(WsscPolicyReader *reader, const WsscAssertion *bootstrap, WsscAlternative *facts)
{
    const WsscAssertion *binding = find_any(bootstrap->nested, bindings);
    facts->has_bootstrap = TRUE;
    if (binding != NULL)
        read_tokens_of(reader, binding->nested, protecting, facts);
    read_tokens_of(reader, bootstrap->nested, supporting, facts);
    facts->entropy = entropy_of(bootstrap->nested);
}

/* ---- what is not looked at -------------------------------------------------------------------------------------- */

/* "private" ones are for the end's own use (key stores, handlers of WSIT). */
static gboolean is_private(const xmlNode *node)
{
    for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
        g_autofree char *value = strcmp((const char *)a->name, "visibility") == 0 ? wssc_xml_attr_text(a) : NULL;
        if (value != NULL && strcmp(value, "private") == 0)
            return TRUE;
    }
    return FALSE;
}

static void note_unknown(WsscPolicyReader *reader, const xmlNode *node)
{
    static const char *const known[] = {"/addressing", "/securitypolicy", "/framing/policy", "/mspolicy/"};
    const char *uri = node->ns != NULL ? (const char *)node->ns->href : "";
    WsscPolicy *policy = reader->policy;

    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (strstr(uri, known[i]) != NULL)
            return;
    if (is_private(node) || policy->unknown->len >= WSSC_MAX_POLICY_PROBLEMS)
        return;
    g_autofree char *name = g_strdup_printf("%.60s of %.120s", (const char *)node->name, uri);
    for (guint i = 0; i < policy->unknown->len; i++)
        if (strcmp(policy->unknown->pdata[i], name) == 0)
            return;
    wssc_pool_add(policy->pool, &policy->unknown, wssc_pool_strdup(policy->pool, name));
}

WsscAlternative *wssc_policy_facts(WsscPolicyReader *reader, const WsscPoolList *assertions)
{
    WsscAlternative *facts = wssc_pool_new0(reader->policy->pool, WsscAlternative);
    facts->version = facts->entropy = WSSC_NO_VALUE;
    facts->tokens = wssc_pool_no_items();

    read_binding(reader, assertions, facts);
    facts->body_signed = names_body(find(assertions, "SignedParts"));
    facts->body_encrypted = names_body(find(assertions, "EncryptedParts"));
    for (guint i = 0; i < assertions->len; i++)
        note_unknown(reader, ((const WsscAssertion *)assertions->pdata[i])->node);
    const WsscAssertion *token = context_token(assertions, facts);
    if (token == NULL)
        return facts;
    facts->version = version_of(token);
    facts->derived_keys = has(token->nested, "RequireDerivedKeys") || has(token->nested, "RequireImpliedDerivedKeys") ||
                          has(token->nested, "RequireExplicitDerivedKeys");
    facts->no_cancel = forbids(token->nested, "MustNotSendCancel");
    facts->no_renew = forbids(token->nested, "MustNotSendRenew");
    const WsscAssertion *bootstrap = find(token->nested, "BootstrapPolicy");
    if (bootstrap != NULL)
        read_bootstrap(reader, bootstrap, facts);
    if (facts->entropy == WSSC_NO_VALUE)
        facts->entropy = entropy_of(assertions);
    return facts;
}
