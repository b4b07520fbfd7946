/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * wst:RequestSecurityToken, wst:RequestSecurityTokenResponse and their collections. Child order
 * means nothing in them (the schema's content is an open wildcard), so each child is looked up by
 * name in one table; what is not in the table stays in the tree and is no error.
 */
#include <string.h>

#include "base/limits.h"
#include "soap/parts.h"

static void read_token_type(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    t->token_type = wssc_element_text(pool, e);
}

static void read_request_type(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    t->request_type = wssc_element_text(pool, e);
}

static void read_key_type(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    t->key_type = wssc_element_text(pool, e);
}

static void read_computed_key_algorithm(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    t->computed_key_algorithm = wssc_element_text(pool, e);
}

static void read_key_size(WsscPool *pool G_GNUC_UNUSED, const xmlNode *e, WsscTrust *t)
{
    g_autofree char *text = wssc_xml_text_stripped(e);
    t->key_size = wssc_number(text);
}

static const struct {
    WsscNsFamily family;
    const char *name;
    WsscSecretKind kind;
} secret_kinds[] = {
    {WSSC_NS_FAMILY_WST, "BinarySecret", WSSC_SECRET_BINARY},
    {WSSC_NS_FAMILY_WST, "ComputedKey", WSSC_SECRET_COMPUTED},
    {WSSC_NS_FAMILY_XENC, "EncryptedKey", WSSC_SECRET_ENCRYPTED_KEY},
    {WSSC_NS_FAMILY_XENC, "EncryptedData", WSSC_SECRET_ENCRYPTED_DATA},
};

static void read_secret(WsscPool *pool, const xmlNode *e, WsscSecretElement *secret)
{
    const xmlNode *child = wssc_xml_first(e);
    if (child == NULL)
        return;
    *secret = (WsscSecretElement){.kind = WSSC_SECRET_OTHER, .node = child};
    for (guint i = 0; i < G_N_ELEMENTS(secret_kinds); i++)
        if (wssc_xml_is(child, secret_kinds[i].family, secret_kinds[i].name))
            secret->kind = secret_kinds[i].kind;
    if (secret->kind == WSSC_SECRET_COMPUTED)
        secret->type = wssc_element_text(pool, child);
    else
        secret->type = wssc_attribute_text(pool, child, WSSC_NS_FAMILY_NONE, "Type");
}

static void read_entropy(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    read_secret(pool, e, &t->entropy);
}

static void read_proof(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    read_secret(pool, e, &t->proof);
}

static void read_lifetime(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    const char *created = wssc_child_text(pool, e, WSSC_NS_FAMILY_WSU, "Created");
    const char *expires = wssc_child_text(pool, e, WSSC_NS_FAMILY_WSU, "Expires");
    t->has_lifetime = TRUE;
    t->created_digits = wssc_fraction_digits(created);
    t->created = created != NULL ? wssc_time_parse(created) : WSSC_TIME_NONE;
    t->expires = expires != NULL ? wssc_time_parse(expires) : WSSC_TIME_NONE;
}

static void read_target(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    const xmlNode *child = wssc_xml_first(e);
    t->target_element = wssc_pool_strdup(pool, (const char *)e->name);
    t->target = child != NULL ? wssc_reference_read(pool, child) : NULL;
}

static void read_requested_token(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    const xmlNode *token = wssc_xml_first(e);
    if (token == NULL)
        return;
    t->requested_token = wssc_pool_strdup(pool, (const char *)token->name);
    if (wssc_xml_is(token, WSSC_NS_FAMILY_WSC, "SecurityContextToken")) {
        t->sct = wssc_sct_read(pool, token);
    }
    if (wssc_xml_is(token, WSSC_NS_FAMILY_SAML, "Assertion"))
        t->assertion = wssc_saml_read(pool, token);
}

static WsscReference *first_reference(WsscPool *pool, const xmlNode *e)
{
    const xmlNode *child = wssc_xml_first(e);
    return child != NULL ? wssc_reference_read(pool, child) : NULL;
}

static void read_attached(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    t->attached = first_reference(pool, e);
}

static void read_unattached(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    t->unattached = first_reference(pool, e);
}

static void read_cancelled(WsscPool *pool G_GNUC_UNUSED, const xmlNode *e G_GNUC_UNUSED, WsscTrust *t)
{
    t->is_cancelled = TRUE;
}

static void read_status(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    t->status_code = wssc_child_text(pool, e, WSSC_NS_FAMILY_WST, "Code");
    t->status_reason = wssc_child_text(pool, e, WSSC_NS_FAMILY_WST, "Reason");
}

static void add_kind(WsscTokenKinds *kinds, WsscTokenKind kind)
{
    if (!wssc_token_kinds_have(kinds, kind))
        kinds->list[kinds->count++] = (guint8)kind;
}

static gboolean holds(WsscBytes octets, const char *pattern, gsize len)
{
    for (gsize i = 0; i + len <= octets.len; i++)
        if (memcmp(octets.data + i, pattern, len) == 0)
            return TRUE;
    return FALSE;
}

/* What is inside is told by its own marks: NTLM's signature ([MS-NLMP] 2.2.1), the object identifier of Kerberos in
 * front of a token (RFC 4121 section 4.1). That a mechanism is offered is not enough. */
static void find_mechanism(const xmlNode *e, WsscTokenKinds *kinds)
{
    static const char ntlm[] = "NTLMSSP";
    static const char kerberos[] = "\x06\x09\x2A\x86\x48\x86\xF7\x12\x01\x02\x02";
    g_autoptr(GBytes) blob = wssc_xml_base64(e);
    WsscBytes octets = blob != NULL ? wssc_bytes_of(blob) : wssc_bytes(NULL, 0);
    if (octets.len == 0)
        return;
    if (holds(octets, ntlm, sizeof ntlm))
        add_kind(kinds, WSSC_TOKEN_KIND_NTLM);
    for (guint i = 1; i <= 2; i++) { /* AP-REQ, AP-REP */
        char token[sizeof kerberos + 1];
        memcpy(token, kerberos, sizeof kerberos - 1);
        token[sizeof kerberos - 1] = (char)i;
        token[sizeof kerberos] = 0;
        if (holds(octets, token, sizeof token))
            add_kind(kinds, WSSC_TOKEN_KIND_KERBEROS);
    }
}

static void read_binary_exchange(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    const char *type = wssc_attribute_text(pool, e, WSSC_NS_FAMILY_NONE, "ValueType");
    t->binary_exchange_encoding = wssc_attribute_text(pool, e, WSSC_NS_FAMILY_NONE, "EncodingType");
    t->has_binary_exchange = TRUE;
    if (type != NULL) {
        g_autofree char *lower = g_ascii_strdown(type, -1); /* "WS-SPNego" before 2005 */
        if (strstr(lower, "spnego") != NULL)
            add_kind(&t->exchanged, WSSC_TOKEN_KIND_SPNEGO);
        if (strstr(lower, "tlsnego") != NULL)
            add_kind(&t->exchanged, WSSC_TOKEN_KIND_TLSNEGO);
    }
    find_mechanism(e, &t->exchanged);
    t->binary_exchange = type != NULL ? wssc_pool_strip(pool, type) : NULL;
}

static void read_authenticator(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    t->combined_hash = wssc_child_text(pool, e, WSSC_NS_FAMILY_WST, "CombinedHash");
}

static void read_renewing(WsscPool *pool G_GNUC_UNUSED, const xmlNode *e G_GNUC_UNUSED, WsscTrust *t)
{
    t->has_renewing = TRUE;
}

static void read_on_behalf_of(WsscPool *pool G_GNUC_UNUSED, const xmlNode *e G_GNUC_UNUSED, WsscTrust *t)
{
    t->has_on_behalf_of = TRUE;
}

static void read_act_as(WsscPool *pool G_GNUC_UNUSED, const xmlNode *e G_GNUC_UNUSED, WsscTrust *t)
{
    t->has_act_as = TRUE;
}

/* wsp:AppliesTo normally holds one endpoint reference. */
static void read_applies_to(WsscPool *pool, const xmlNode *e, WsscTrust *t)
{
    const xmlNode *epr = wssc_xml_child(e, WSSC_NS_FAMILY_WSA, "EndpointReference");
    t->applies_to = wssc_child_text(pool, epr, WSSC_NS_FAMILY_WSA, "Address");
}

static const struct {
    const char *name;
    void (*read)(WsscPool *pool, const xmlNode *element, WsscTrust *trust);
} handlers[] = {
    {"TokenType", read_token_type},
    {"RequestType", read_request_type},
    {"KeyType", read_key_type},
    {"KeySize", read_key_size},
    {"ComputedKeyAlgorithm", read_computed_key_algorithm},
    {"Entropy", read_entropy},
    {"RequestedProofToken", read_proof},
    {"Lifetime", read_lifetime},
    {"RenewTarget", read_target},
    {"CancelTarget", read_target},
    {"ValidateTarget", read_target},
    {"RequestedSecurityToken", read_requested_token},
    {"RequestedAttachedReference", read_attached},
    {"RequestedTokenReference", read_attached},
    {"RequestedUnattachedReference", read_unattached},
    {"RequestedTokenCancelled", read_cancelled},
    {"Status", read_status},
    {"BinaryExchange", read_binary_exchange},
    {"Authenticator", read_authenticator},
    {"Renewing", read_renewing},
    {"OnBehalfOf", read_on_behalf_of},
    {"ActAs", read_act_as},
};

/* ---- every parameter -------------------------------------------------------------------------- */

/* What a parameter says in one string. Key material is left out: it is for core/security. */
static char *parameter_value(WsscPool *pool, const xmlNode *element)
{
    static const char *const secret[] = {"Entropy", "RequestedProofToken", "BinarySecret", NULL};
    if (g_strv_contains(secret, (const char *)element->name))
        return NULL;
    const xmlNode *child = wssc_xml_first(element);
    if (wssc_xml_is(child, WSSC_NS_FAMILY_WSA, "EndpointReference"))
        return wssc_child_text(pool, child, WSSC_NS_FAMILY_WSA, "Address");
    if (child != NULL)
        return wssc_child_text(pool, element, WSSC_NS_FAMILY_WSA, "Address");
    char *text = wssc_element_text(pool, element);
    return *text != '\0' ? text : NULL;
}

static char *parameter_attributes(WsscPool *pool, const xmlNode *element)
{
    if (element->properties == NULL)
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    for (const xmlAttr *attr = element->properties; attr != NULL; attr = attr->next) {
        WsscNsFamily family =
            attr->ns != NULL ? wssc_ns_family(wssc_xml_ns((const xmlNode *)attr)) : WSSC_NS_FAMILY_NONE;
        g_autofree char *value = wssc_xml_attr_value(element, family, (const char *)attr->name);
        if (value != NULL)
            g_string_append_printf(out, "%s%s=%s", out->len > 0 ? " " : "", (const char *)attr->name, value);
    }
    return out->len > 0 ? wssc_pool_strndup(pool, out->str, out->len) : NULL;
}

const WsscParameter *wssc_trust_parameter(const WsscTrust *trust, const char *name)
{
    const WsscParameter *secondary = NULL;
    for (guint i = trust->parameters->len; i > 0; i--) {
        const WsscParameter *parameter = trust->parameters->pdata[i - 1];
        WsscNsFamily family = wssc_ns_family(parameter->ns);
        if (strcmp(parameter->name, name) != 0 || (family != WSSC_NS_FAMILY_WST && family != WSSC_NS_FAMILY_WSP))
            continue;
        if (!parameter->is_secondary)
            return parameter;
        secondary = secondary != NULL ? secondary : parameter;
    }
    return secondary;
}

static void add_parameter(WsscPool *pool, const xmlNode *element, WsscTrust *trust, gboolean is_secondary)
{
    WsscParameter *parameter = wssc_pool_new0(pool, WsscParameter);
    parameter->ns = wssc_xml_ns(element);
    parameter->name = wssc_pool_strdup(pool, (const char *)element->name);
    parameter->value = parameter_value(pool, element);
    parameter->attributes = parameter_attributes(pool, element);
    parameter->is_secondary = is_secondary;
    wssc_pool_add(pool, &trust->parameters, parameter);
}

/* seen: so many came before it. */
static void read_parameter(WsscPool *pool, const xmlNode *element, WsscTrust *trust, gboolean is_secondary, guint seen,
                           WsscLimitSet *met)
{
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(element));
    if (seen >= WSSC_MAX_PARAMETERS)
        wssc_limit_set_add(met, WSSC_LIMIT_PARAMETERS);
    else if (!wssc_pool_is_sharing(pool))
        add_parameter(pool, element, trust, is_secondary);
    if (family == WSSC_NS_FAMILY_WSP && strcmp((const char *)element->name, "AppliesTo") == 0)
        read_applies_to(pool, element, trust);
    if (family != WSSC_NS_FAMILY_WST)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
        if (element->name[0] == (xmlChar)handlers[i].name[0] &&
            strcmp((const char *)element->name, handlers[i].name) == 0)
            handlers[i].read(pool, element, trust);
}

static WsscTrust *read_one(WsscPool *pool, const xmlNode *element, gboolean is_response, WsscLimitSet *met)
{
    WsscTrust *trust = wssc_pool_new0(pool, WsscTrust);
    guint parameters = 0, secondaries = 0;

    trust->is_response = is_response;
    trust->ns = wssc_xml_ns(element);
    trust->node = element;
    trust->key_size = trust->created_digits = -1;
    trust->parameters = wssc_pool_no_items();
    trust->created = trust->expires = WSSC_TIME_NONE;
    trust->context = wssc_attribute_text(pool, element, WSSC_NS_FAMILY_NONE, "Context");
    /* WS-Trust 1.3 section 9.1: SecondaryParameters stand for what policy asked; parameters at the
     * top win, so they are read last. */
    const xmlNode *secondary = wssc_xml_child(element, WSSC_NS_FAMILY_WST, "SecondaryParameters");
    for (const xmlNode *e = wssc_xml_first(secondary); e != NULL; e = wssc_xml_next(e))
        read_parameter(pool, e, trust, TRUE, secondaries++, met);
    for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e)) {
        read_parameter(pool, e, trust, FALSE, secondaries + parameters, met);
        parameters++;
    }
    trust->is_authenticator_only = parameters == 1 && trust->combined_hash != NULL;
    return trust;
}

static void add_one(WsscPool *pool, const xmlNode *element, WsscPoolList **trusts, WsscLimitSet *met)
{
    gboolean is_response = wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponse");
    if ((*trusts)->len < WSSC_MAX_RSTR)
        wssc_pool_add(pool, trusts, read_one(pool, element, is_response, met));
    else
        wssc_limit_set_add(met, WSSC_LIMIT_RSTR);
}

void wssc_trust_read(WsscPool *pool, const xmlNode *element, WsscPoolList **trusts, WsscLimitSet *met)
{
    if (wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityToken") ||
        wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponse"))
        add_one(pool, element, trusts, met);
    else if (wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponseCollection") ||
             wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenCollection") ||
             wssc_xml_is(element, WSSC_NS_FAMILY_WST, "IssuedTokens"))
        for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e))
            if (!wssc_xml_is(e, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponseCollection"))
                wssc_trust_read(pool, e, trusts, met);
}

gboolean wssc_trust_is_psha1(const char *uri)
{
    return uri != NULL && g_str_has_suffix(uri, "/CK/PSHA1");
}

gboolean wssc_key_type_has_no_secret(const char *key_type)
{
    return key_type != NULL && (g_str_has_suffix(key_type, "/PublicKey") || g_str_has_suffix(key_type, "/Bearer") ||
                                g_str_has_suffix(key_type, "/NoProofKey"));
}
