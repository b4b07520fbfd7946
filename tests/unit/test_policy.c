/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies in normal form, and where they stand.
 */
#include "binding/policy.h"

#include <string.h>

#include "base/limits.h"

#define WSP "http://schemas.xmlsoap.org/ws/2004/09/policy"
#define WSP15 "http://www.w3.org/ns/ws-policy"
#define SP11 "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy"
#define SP12 "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702"
#define WSU "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define WSDL "http://schemas.xmlsoap.org/wsdl/"
#define HEAD "<p:Policy xmlns:p='" WSP "' xmlns:s='" SP11 "' xmlns:u='" WSU "'>"
#define TAIL "</p:Policy>"

static WsscPolicy *read_error(const char *text, GError **error)
{
    g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
    g_autoptr(GError) wrong = NULL;
    g_autoptr(WsscXml) xml = wssc_xml_parse_without_spans(octets, NULL, &wrong);
    g_assert_no_error(wrong);
    return wssc_policy_read(wssc_xml_root(xml), error);
}

static WsscPolicy *read_policy(const char *text)
{
    g_autoptr(GError) error = NULL;
    WsscPolicy *policy = read_error(text, &error);
    g_assert_no_error(error);
    return policy;
}

static const WsscSubject *subject(const WsscPolicy *policy, guint i)
{
    g_assert_cmpuint(policy->subjects->len, >, i);
    return policy->subjects->pdata[i];
}

static guint alternatives(const char *text)
{
    g_autoptr(WsscPolicy) policy = read_policy(text);
    g_assert_cmpuint(policy->subjects->len, ==, 1);
    return subject(policy, 0)->alternatives->len;
}

#define TOKEN(inner)                                                                                                   \
    "<s:EndorsingSupportingTokens><p:Policy><s:SecureConversationToken><p:Policy>" inner                               \
    "</p:Policy></s:SecureConversationToken></p:Policy></s:EndorsingSupportingTokens>"

/* WS-Policy 1.5 section 4.3. */
static void test_alternatives(void)
{
    g_assert_cmpuint(alternatives(HEAD TAIL), ==, 1);
    g_assert_cmpuint(alternatives(HEAD "<p:ExactlyOne/>" TAIL), ==, 0);
    g_assert_cmpuint(alternatives(HEAD "<p:All/>" TAIL), ==, 1);
    g_assert_cmpuint(alternatives(HEAD "<p:ExactlyOne><p:All/><p:All/></p:ExactlyOne>" TAIL), ==, 2);
    g_assert_cmpuint(alternatives(HEAD "<s:Wss10/><s:Wss11 p:Optional='true'/>" TAIL), ==, 2);
    g_assert_cmpuint(alternatives(HEAD "<s:Wss10 p:Optional='1'/><s:Wss11 p:Optional='false'/>" TAIL), ==, 2);
    g_assert_cmpuint(alternatives(HEAD "<p:ExactlyOne><s:Wss10/><s:Wss11/></p:ExactlyOne>"
                                       "<p:ExactlyOne><s:Wss10/><s:Wss11/><s:Trust10/></p:ExactlyOne>" TAIL),
                     ==, 6);
    /* A nested policy has alternatives of its own. */
    g_assert_cmpuint(alternatives(HEAD TOKEN("<p:ExactlyOne><s:RequireDerivedKeys/><p:All/></p:ExactlyOne>") TAIL), ==,
                     2);
    g_assert_cmpuint(alternatives(HEAD TOKEN("<p:ExactlyOne/>") TAIL), ==, 0);
}

static void test_nested(void)
{
    g_autoptr(WsscPolicy) policy = read_policy(HEAD TOKEN("<s:RequireDerivedKeys p:Optional='true'/>") TAIL);
    const WsscSubject *one = subject(policy, 0);
    const WsscAlternative *without = one->alternatives->pdata[0], *with = one->alternatives->pdata[1];
    g_assert_cmpuint(one->alternatives->len, ==, 2);
    g_assert_false(without->derived_keys);
    g_assert_true(with->derived_keys);
    g_assert_cmpint(with->place, ==, WSSC_PLACE_SUPPORTING);
    g_assert_cmpint(with->version, ==, WSSC_VERSION_FEBRUARY_2005);
    g_assert_cmpint(with->entropy, ==, WSSC_NO_VALUE);
    g_assert_true(wssc_policy_has_context(policy));
}

/* More assertions than alternatives are made of: none is lost. */
static void test_many(void)
{
    g_autoptr(GString) text = g_string_new(HEAD);
    for (int i = 0; i < 2 * WSSC_MAX_ALTERNATIVES; i++)
        g_string_append_printf(text, "<x:A%d xmlns:x='urn:x'/>", i);
    g_string_append(text, TOKEN("<s:RequireDerivedKeys/>") TAIL);
    g_autoptr(WsscPolicy) policy = read_policy(text->str);
    g_assert_false(policy->is_partial);
    g_assert_cmpuint(subject(policy, 0)->alternatives->len, ==, 1);
    g_assert_true(wssc_policy_has_context(policy));
}

/* 2^32 alternatives: some are left away, which is told, and what all have stays. */
static void test_bounded(void)
{
    g_autoptr(GString) text = g_string_new(HEAD);
    for (int i = 0; i < 32; i++)
        g_string_append(text, "<s:Wss10 p:Optional='true'/>");
    g_string_append(text, TOKEN("<s:RequireDerivedKeys/>") TAIL);
    g_autoptr(WsscPolicy) policy = read_policy(text->str);
    const WsscSubject *one = subject(policy, 0);
    g_assert_true(policy->is_partial);
    g_assert_cmpuint(policy->problems->len, ==, 1);
    g_assert_cmpuint(one->alternatives->len, <=, WSSC_MAX_ALTERNATIVES + 1);
    for (guint i = 0; i < one->alternatives->len; i++)
        g_assert_cmpint(((const WsscAlternative *)one->alternatives->pdata[i])->place, ==, WSSC_PLACE_SUPPORTING);
}

static void test_references(void)
{
    g_autoptr(WsscPolicy) circle =
        read_policy("<a>" HEAD "<p:PolicyReference URI='#b'/>" TAIL "<p:Policy xmlns:p='" WSP "' xmlns:u='" WSU
                    "' u:Id='b'><p:PolicyReference URI='#b'/></p:Policy></a>");
    g_assert_true(circle->is_partial);
    g_autoptr(WsscPolicy) missing = read_policy(HEAD "<p:PolicyReference URI='#none'/>" TAIL);
    g_assert_true(missing->is_partial);
    g_assert_cmpuint(subject(missing, 0)->alternatives->len, ==, 1);
    g_autoptr(WsscPolicy) named =
        read_policy("<a>" HEAD "<p:PolicyReference URI='urn:other'/>" TAIL "<p:Policy xmlns:p='" WSP "' xmlns:s='" SP11
                    "' Name='urn:other'>" TOKEN("") "</p:Policy></a>");
    g_assert_false(named->is_partial);
    g_assert_true(wssc_policy_has_context(named));
}

/* 1.2 under WS-Policy 1.5, and what its assertions are called. */
static void test_later(void)
{
    g_autoptr(WsscPolicy) policy = read_policy(
        "<p:Policy xmlns:p='" WSP15 "' xmlns:s='" SP12 "'><s:TransportBinding><p:Policy><s:TransportToken><p:Policy>"
        "<s:HttpsToken><p:Policy><s:RequireClientCertificate/></p:Policy></s:HttpsToken></p:Policy></s:TransportToken>"
        "<s:AlgorithmSuite><p:Policy><s:Basic128/></p:Policy></s:AlgorithmSuite><s:IncludeTimestamp/></p:Policy>"
        "</s:TransportBinding>" TOKEN("<s:MustNotSendCancel/><s:MustNotSendRenew/><s:BootstrapPolicy><p:Policy>"
                                      "<s:SignedSupportingTokens><p:Policy><s:UsernameToken/></p:Policy>"
                                      "</s:SignedSupportingTokens><s:Trust13><p:Policy><s:RequireServerEntropy/>"
                                      "</p:Policy></s:Trust13></p:Policy></s:BootstrapPolicy>") TAIL);
    const WsscAlternative *said = subject(policy, 0)->alternatives->pdata[0];
    const WsscSaidToken *token = said->tokens->pdata[0];
    g_assert_cmpint(said->version, ==, WSSC_VERSION_1_3);
    g_assert_cmpint(said->entropy, ==, WSSC_MODE_SERVER_ONLY);
    g_assert_cmpint(said->transport, ==, WSSC_SAID_HTTPS);
    g_assert_cmpint(said->client_certificate, ==, WSSC_TRUTH_YES);
    g_assert_cmpstr(said->suite, ==, "Basic128");
    g_assert_true(said->timestamp && said->no_cancel && said->no_renew && said->has_bootstrap);
    g_assert_cmpuint(said->tokens->len, ==, 1);
    g_assert_cmpint(token->kind, ==, WSSC_TOKEN_KIND_USERNAME);
}

/* Metadata: the service, the binding and the port type stand in definitions of their own; names are told by namespace.
 */
static void test_metadata(void)
{
    static const char text[] =
        "<m:Metadata xmlns:m='http://schemas.xmlsoap.org/ws/2004/09/mex' xmlns:w='" WSDL "' xmlns:p='" WSP
        "' xmlns:s='" SP12 "' xmlns:u='" WSU
        "'><m:MetadataSection><w:definitions targetNamespace='urn:a' xmlns:b='urn:b'>"
        "<w:binding name='B' type='x'/><w:service name='S'><w:port name='P' binding='b:B'>"
        "<a:address xmlns:a='http://schemas.xmlsoap.org/wsdl/soap12/' location='https://h/s'/></w:port></w:service>"
        "</w:definitions></m:MetadataSection><m:MetadataSection><w:definitions targetNamespace='urn:b'>"
        "<p:Policy u:Id='pol'>" TOKEN("") "</p:Policy><w:binding name='B' type='x'><p:PolicyReference URI='#pol'/>"
                                          "</w:binding></w:definitions></m:MetadataSection></m:Metadata>";
    g_autoptr(WsscPolicy) policy = read_policy(text);
    g_assert_cmpuint(policy->subjects->len, ==, 1);
    g_assert_cmpstr(subject(policy, 0)->name, ==, "P");
    g_assert_cmpstr(subject(policy, 0)->address, ==, "https://h/s");
    g_assert_true(wssc_policy_has_context(policy));
}

static void test_none(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(read_error("<w:definitions xmlns:w='" WSDL "'/>", &error));
    g_assert_error(error, WSSC_POLICY_ERROR, WSSC_POLICY_ERROR_NONE);
    g_autoptr(WsscPolicy) other = read_policy(HEAD "<s:Wss10/>" TAIL);
    g_assert_false(wssc_policy_has_context(other));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/alternatives", test_alternatives);
    g_test_add_func("/policy/nested", test_nested);
    g_test_add_func("/policy/many", test_many);
    g_test_add_func("/policy/bounded", test_bounded);
    g_test_add_func("/policy/references", test_references);
    g_test_add_func("/policy/later", test_later);
    g_test_add_func("/policy/metadata", test_metadata);
    g_test_add_func("/policy/none", test_none);
    return g_test_run();
}
