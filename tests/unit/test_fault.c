/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which layer a fault comes from, and that all of it is told: faults as the stacks write them.
 */
#include <string.h>

#include "base/limits.h"
#include "soap/message.h"

#define S12 "http://www.w3.org/2003/05/soap-envelope"
#define S11 "http://schemas.xmlsoap.org/soap/envelope/"
#define WSC13 "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512"
#define WST13 "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define DOTNET "http://schemas.microsoft.com/ws/2006/05/security"
#define DISPATCH "http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher"
#define WSA "http://www.w3.org/2005/08/addressing"

static WsscSoap *read_fault(const char *soap, const char *namespace, const char *fault)
{
    g_autofree char *text =
        g_strdup_printf("<s:Envelope xmlns:s='%s' xmlns:x='%s'><s:Body><s:Fault>%s</s:Fault></s:Body>"
                        "</s:Envelope>",
                        soap, namespace, fault);
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
    return wssc_soap_read(xml);
}

#define CODE(outer, inner)                                                                                             \
    "<s:Code><s:Value>s:" outer "</s:Value><s:Subcode><s:Value>" inner "</s:Value></s:Subcode></s:Code>"
#define REASON(text) "<s:Reason><s:Text xml:lang='en'>" text "</s:Text></s:Reason>"

static const struct {
    const char *soap, *namespace, *fault, *layer;
} cases[] = {
    {S12, WSC13, CODE("Sender", "x:BadContextToken"), "wsc"},
    {S12, WST13, CODE("Sender", "x:FailedAuthentication"), "wst"},
    {S12, WSSE, CODE("Sender", "x:InvalidSecurity"), "wss"},
    {S12, DOTNET, CODE("Sender", "x:SecuritySessionAborted"), "dotnet"},
    {S12, DISPATCH, CODE("Receiver", "x:InternalServiceFault"), "dotnet"},
    {S12, WSA, CODE("Sender", "x:DestinationUnreachable"), "soap"},
    {S12, S12, "<s:Code><s:Value>s:MustUnderstand</s:Value></s:Code>", "soap"},
    /* A subcode of its own: what the service's authors wrote. */
    {S12, "urn:shop", CODE("Receiver", "x:OutOfStock"), "application"},
    {S12, S12, "<s:Code><s:Value>s:Receiver</s:Value></s:Code>" REASON("divide by zero"), "application"},
    /* An application's code of the name of ours is the application's. */
    {S12, "urn:shop", CODE("Sender", "x:BadContextToken"), "application"},
    {S11, WSSE, "<faultcode>x:FailedCheck</faultcode><faultstring>no</faultstring>", "wss"},
    {S11, WSC13, "<faultcode>x:BadContextToken</faultcode>", "wsc"},
    /* CXF and Metro: the code says no more than whose fault it was. */
    {S11, S11,
     "<faultcode>s:Client</faultcode><faultstring>These policy alternatives can not be satisfied: x</faultstring>",
     "wss"},
    {S12, S12, "<s:Code><s:Value>s:Sender</s:Value></s:Code>" REASON("WSSTUBE0031: no"), "wst"},
    {S11, S11, "<faultcode>s:Server</faultcode><faultstring>oops</faultstring>", "application"},
    {S11, S11, "<faultstring>no code at all</faultstring>", "application"},
};

static void test_layers(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(WsscSoap) soap = read_fault(cases[i].soap, cases[i].namespace, cases[i].fault);
        g_assert_nonnull(soap->fault);
        g_test_message("%s", cases[i].fault);
        g_assert_cmpstr(wssc_layer_name(soap->fault->layer), ==, cases[i].layer);
    }
    for (int layer = WSSC_LAYER_NONE + 1; layer < WSSC_LAYER_MAX; layer++) {
        g_assert_nonnull(wssc_layer_name((WsscLayer)layer));
        g_assert_nonnull(wssc_layer_title((WsscLayer)layer));
    }
}

static void test_words(void)
{
    g_autoptr(WsscSoap) soap = read_fault(S12, WSC13, CODE("Sender", "x:BadContextToken") REASON("The token is gone."));
    g_autofree char *words = wssc_fault_words(soap->fault, FALSE);
    g_autofree char *secured = wssc_fault_words(soap->fault, TRUE);
    g_assert_true(g_str_has_prefix(words, "BadContextToken: "));
    g_assert_nonnull(strstr(words, "WS-SecureConversation refuses"));
    g_assert_nonnull(strstr(words, "not secured"));
    g_assert_nonnull(strstr(words, "codes Sender > BadContextToken"));
    g_assert_nonnull(strstr(words, "text \"The token is gone.\""));
    g_assert_null(strstr(secured, "not secured"));
    g_autoptr(WsscSoap) empty = read_fault(S11, S11, "");
    g_autofree char *nothing = wssc_fault_words(empty->fault, FALSE);
    g_assert_nonnull(strstr(nothing, "codes none"));
}

/* Texts are quoted whole, but not without end. */
static void test_long_reason(void)
{
    GString *reason = g_string_new(NULL);
    for (guint i = 0; i < WSSC_MAX_FAULT_TEXT; i++)
        g_string_append(reason, "\xc3\xbc");
    g_autofree char *fault = g_strdup_printf(REASON("%s"), reason->str);
    g_autoptr(WsscSoap) soap = read_fault(S12, S12, fault);
    g_autofree char *words = wssc_fault_words(soap->fault, FALSE);
    g_assert_cmpuint(strlen(words), <, WSSC_MAX_FAULT_TEXT + 200);
    g_assert_true(g_utf8_validate(words, -1, NULL));
    g_string_free(reason, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fault/layers", test_layers);
    g_test_add_func("/fault/words", test_words);
    g_test_add_func("/fault/long-reason", test_long_reason);
    return g_test_run();
}
