/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * wst:RequestSecurityToken, wst:RequestSecurityTokenResponse and their collections. Child order
 * means nothing in them (the schema's content is an open wildcard), so each child is looked up by
 * name in one table; what is not in the table stays in the tree and is no error.
 */
#include <string.h>

#include "base/limits.h"
#include "soap/parts.h"

static void free_parameter(gpointer data)
{
    WsscParameter *parameter = data;
    g_free(parameter->name);
    g_free(parameter->value);
    g_free(parameter->attributes);
    g_free(parameter);
}

static void secret_element_clear(WsscSecretElement *secret)
{
    g_free(secret->type);
}

void wssc_trust_free(WsscTrust *trust)
{
    if (trust == NULL)
        return;
    g_free(trust->context);
    g_free(trust->token_type);
    g_free(trust->request_type);
    g_free(trust->key_type);
    g_free(trust->computed_key_algorithm);
    secret_element_clear(&trust->entropy);
    secret_element_clear(&trust->proof);
    g_free(trust->applies_to);
    wssc_reference_free(trust->target);
    g_free(trust->target_element);
    wssc_sct_free(trust->sct);
    g_free(trust->requested_token);
    wssc_reference_free(trust->attached);
    wssc_reference_free(trust->unattached);
    g_free(trust->status_code);
    g_free(trust->status_reason);
    g_free(trust->binary_exchange_encoding);
    g_ptr_array_unref(trust->parameters);
    g_free(trust->binary_exchange);
    g_free(trust->combined_hash);
    g_free(trust);
}

static void set_text(const xmlNode *element, char **field)
{
    g_free(*field);
    *field = wssc_xml_text_stripped(element);
}

static void read_token_type(const xmlNode *e, WsscTrust *t)
{
    set_text(e, &t->token_type);
}

static void read_request_type(const xmlNode *e, WsscTrust *t)
{
    set_text(e, &t->request_type);
}

static void read_key_type(const xmlNode *e, WsscTrust *t)
{
    set_text(e, &t->key_type);
}

static void read_computed_key_algorithm(const xmlNode *e, WsscTrust *t)
{
    set_text(e, &t->computed_key_algorithm);
}

static void read_key_size(const xmlNode *e, WsscTrust *t)
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

static void read_secret(const xmlNode *e, WsscSecretElement *secret)
{
    const xmlNode *child = wssc_xml_first(e);
    if (child == NULL)
        return;
    secret_element_clear(secret);
    *secret = (WsscSecretElement){.kind = WSSC_SECRET_OTHER, .node = child};
    for (guint i = 0; i < G_N_ELEMENTS(secret_kinds); i++)
        if (wssc_xml_is(child, secret_kinds[i].family, secret_kinds[i].name))
            secret->kind = secret_kinds[i].kind;
    if (secret->kind == WSSC_SECRET_COMPUTED)
        secret->type = wssc_xml_text_stripped(child);
    else
        secret->type = wssc_xml_attr_value(child, WSSC_NS_FAMILY_NONE, "Type");
}

static void read_entropy(const xmlNode *e, WsscTrust *t)
{
    read_secret(e, &t->entropy);
}

static void read_proof(const xmlNode *e, WsscTrust *t)
{
    read_secret(e, &t->proof);
}

static void read_lifetime(const xmlNode *e, WsscTrust *t)
{
    g_autofree char *created = wssc_child_text(e, WSSC_NS_FAMILY_WSU, "Created");
    g_autofree char *expires = wssc_child_text(e, WSSC_NS_FAMILY_WSU, "Expires");
    t->has_lifetime = TRUE;
    t->created = created != NULL ? wssc_time_parse(created) : WSSC_TIME_NONE;
    t->expires = expires != NULL ? wssc_time_parse(expires) : WSSC_TIME_NONE;
}

static void read_target(const xmlNode *e, WsscTrust *t)
{
    const xmlNode *child = wssc_xml_first(e);
    wssc_reference_free(t->target);
    g_free(t->target_element);
    t->target_element = g_strdup((const char *)e->name);
    t->target = child != NULL ? wssc_reference_read(child) : NULL;
}

static void read_requested_token(const xmlNode *e, WsscTrust *t)
{
    const xmlNode *token = wssc_xml_first(e);
    if (token == NULL)
        return;
    g_free(t->requested_token);
    t->requested_token = g_strdup((const char *)token->name);
    if (wssc_xml_is(token, WSSC_NS_FAMILY_WSC, "SecurityContextToken")) {
        wssc_sct_free(t->sct);
        t->sct = wssc_sct_read(token);
    }
}

static WsscReference *first_reference(const xmlNode *e)
{
    const xmlNode *child = wssc_xml_first(e);
    return child != NULL ? wssc_reference_read(child) : NULL;
}

static void read_attached(const xmlNode *e, WsscTrust *t)
{
    wssc_reference_free(t->attached);
    t->attached = first_reference(e);
}

static void read_unattached(const xmlNode *e, WsscTrust *t)
{
    wssc_reference_free(t->unattached);
    t->unattached = first_reference(e);
}

static void read_cancelled(const xmlNode *e G_GNUC_UNUSED, WsscTrust *t)
{
    t->is_cancelled = TRUE;
}

static void read_status(const xmlNode *e, WsscTrust *t)
{
    g_free(t->status_code);
    g_free(t->status_reason);
    t->status_code = wssc_child_text(e, WSSC_NS_FAMILY_WST, "Code");
    t->status_reason = wssc_child_text(e, WSSC_NS_FAMILY_WST, "Reason");
}

static void read_binary_exchange(const xmlNode *e, WsscTrust *t)
{
    g_autofree char *type = wssc_xml_attr_value(e, WSSC_NS_FAMILY_NONE, "ValueType");
    g_free(t->binary_exchange);
    g_free(t->binary_exchange_encoding);
    t->binary_exchange_encoding = wssc_xml_attr_value(e, WSSC_NS_FAMILY_NONE, "EncodingType");
    t->has_binary_exchange = TRUE;
    t->binary_exchange = type != NULL ? wssc_strip(type) : NULL;
}

static void read_authenticator(const xmlNode *e, WsscTrust *t)
{
    g_free(t->combined_hash);
    t->combined_hash = wssc_child_text(e, WSSC_NS_FAMILY_WST, "CombinedHash");
}

static void read_renewing(const xmlNode *e G_GNUC_UNUSED, WsscTrust *t)
{
    t->has_renewing = TRUE;
}

static void read_on_behalf_of(const xmlNode *e G_GNUC_UNUSED, WsscTrust *t)
{
    t->has_on_behalf_of = TRUE;
}

static void read_act_as(const xmlNode *e G_GNUC_UNUSED, WsscTrust *t)
{
    t->has_act_as = TRUE;
}

/* wsp:AppliesTo normally holds one endpoint reference. */
static void read_applies_to(const xmlNode *e, WsscTrust *t)
{
    const xmlNode *epr = wssc_xml_child(e, WSSC_NS_FAMILY_WSA, "EndpointReference");
    g_free(t->applies_to);
    t->applies_to = wssc_child_text(epr, WSSC_NS_FAMILY_WSA, "Address");
}

static const struct {
    const char *name;
    void (*read)(const xmlNode *element, WsscTrust *trust);
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
static char *parameter_value(const xmlNode *element)
{
    static const char *const secret[] = {"Entropy", "RequestedProofToken", "BinarySecret", NULL};
    if (g_strv_contains(secret, (const char *)element->name))
        return NULL;
    const xmlNode *child = wssc_xml_first(element);
    if (wssc_xml_is(child, WSSC_NS_FAMILY_WSA, "EndpointReference"))
        return wssc_child_text(child, WSSC_NS_FAMILY_WSA, "Address");
    if (child != NULL)
        return wssc_child_text(element, WSSC_NS_FAMILY_WSA, "Address");
    char *text = wssc_xml_text_stripped(element);
    if (*text == '\0')
        g_clear_pointer(&text, g_free);
    return text;
}

static char *parameter_attributes(const xmlNode *element)
{
    GString *out = g_string_new(NULL);
    for (const xmlAttr *attr = element->properties; attr != NULL; attr = attr->next) {
        WsscNsFamily family = attr->ns != NULL ? wssc_ns_family(wssc_xml_ns((const xmlNode *)attr))
                                               : WSSC_NS_FAMILY_NONE;
        g_autofree char *value = wssc_xml_attr_value(element, family, (const char *)attr->name);
        if (value != NULL)
            g_string_append_printf(out, "%s%s=%s", out->len > 0 ? " " : "", (const char *)attr->name, value);
    }
    if (out->len == 0) {
        g_string_free(out, TRUE);
        return NULL;
    }
    return g_string_free(out, FALSE);
}

const WsscParameter *wssc_trust_parameter(const WsscTrust *trust, const char *name)
{
    const WsscParameter *secondary = NULL;
    for (guint i = trust->parameters->len; i > 0; i--) {
        const WsscParameter *parameter = trust->parameters->pdata[i - 1];
        WsscNsFamily family = wssc_ns_family(parameter->ns);
        if (strcmp(parameter->name, name) != 0 ||
            (family != WSSC_NS_FAMILY_WST && family != WSSC_NS_FAMILY_WSP))
            continue;
        if (!parameter->is_secondary)
            return parameter;
        secondary = secondary != NULL ? secondary : parameter;
    }
    return secondary;
}

static void read_parameter(const xmlNode *element, WsscTrust *trust, gboolean is_secondary)
{
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(element));
    if (trust->parameters->len < WSSC_MAX_PARAMETERS) {
        WsscParameter *parameter = g_new0(WsscParameter, 1);
        parameter->ns = wssc_xml_ns(element);
        parameter->name = g_strdup((const char *)element->name);
        parameter->value = parameter_value(element);
        parameter->attributes = parameter_attributes(element);
        parameter->is_secondary = is_secondary;
        g_ptr_array_add(trust->parameters, parameter);
    }
    if (family == WSSC_NS_FAMILY_WSP && strcmp((const char *)element->name, "AppliesTo") == 0)
        read_applies_to(element, trust);
    if (family != WSSC_NS_FAMILY_WST)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
        if (strcmp((const char *)element->name, handlers[i].name) == 0)
            handlers[i].read(element, trust);
}

static WsscTrust *read_one(const xmlNode *element, gboolean is_response)
{
    WsscTrust *trust = g_new0(WsscTrust, 1);
    guint parameters = 0;

    trust->is_response = is_response;
    trust->ns = wssc_xml_ns(element);
    trust->node = element;
    trust->key_size = -1;
    trust->parameters = g_ptr_array_new_with_free_func(free_parameter);
    trust->created = trust->expires = WSSC_TIME_NONE;
    trust->context = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "Context");
    /* WS-Trust 1.3 section 9.1: SecondaryParameters stand for what policy asked; parameters at the
     * top win, so they are read last. */
    const xmlNode *secondary = wssc_xml_child(element, WSSC_NS_FAMILY_WST, "SecondaryParameters");
    for (const xmlNode *e = wssc_xml_first(secondary); e != NULL; e = wssc_xml_next(e))
        read_parameter(e, trust, TRUE);
    for (const xmlNode *e = wssc_xml_first(element); e != NULL; e = wssc_xml_next(e)) {
        read_parameter(e, trust, FALSE);
        parameters++;
    }
    trust->is_authenticator_only = parameters == 1 && trust->combined_hash != NULL;
    return trust;
}

void wssc_trust_read(const xmlNode *element, GPtrArray *trusts)
{
    if (wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityToken"))
        g_ptr_array_add(trusts, read_one(element, FALSE));
    else if (wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponse"))
        g_ptr_array_add(trusts, read_one(element, TRUE));
    else if (wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponseCollection") ||
             wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestSecurityTokenCollection") ||
             wssc_xml_is(element, WSSC_NS_FAMILY_WST, "IssuedTokens"))
        for (const xmlNode *e = wssc_xml_first(element);
             e != NULL && trusts->len < WSSC_MAX_RSTR; e = wssc_xml_next(e))
            if (!wssc_xml_is(e, WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponseCollection"))
                wssc_trust_read(e, trusts);
}
