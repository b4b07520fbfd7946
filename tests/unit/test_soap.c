/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "soap/action.h"
#include "soap/message.h"

#define NS                                                                                         \
    "xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing' " \
    "xmlns:t='http://docs.oasis-open.org/ws-sx/ws-trust/200512' "                                  \
    "xmlns:c='http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512' "                     \
    "xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' " \
    "xmlns:u='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd' " \
    "xmlns:p='http://www.w3.org/ns/ws-policy'"
#define BASE "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define SCT_TYPE "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512/sct"

typedef struct {
    WsscXml *xml;
    WsscSoap *soap;
} Read;

static Read read_envelope(const char *header, const char *body)
{
    g_autofree char *text =
        g_strdup_printf("<s:Envelope " NS "><s:Header>%s</s:Header><s:Body>%s</s:Body></s:Envelope>",
                        header, body);
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    g_autoptr(GError) error = NULL;
    Read read = {.xml = wssc_xml_parse(octets, NULL, &error)};
    g_assert_no_error(error);
    read.soap = wssc_soap_read(read.xml);
    return read;
}

static void done(Read *read)
{
    wssc_soap_free(read->soap);
    wssc_xml_free(read->xml);
}

static void test_rst(void)
{
    Read read = read_envelope(
        "<a:Action> " BASE "/RST/SCT </a:Action><a:MessageID>urn:1</a:MessageID>"
        "<a:ReplyTo><a:Address>http://x/anonymous</a:Address></a:ReplyTo>",
        "<t:RequestSecurityToken Context='urn:c'><t:KeySize>256</t:KeySize>"
        "<t:TokenType>" SCT_TYPE "</t:TokenType><t:RequestType>" BASE "/Issue</t:RequestType>"
        "<p:AppliesTo><a:EndpointReference><a:Address>http://svc</a:Address></a:EndpointReference></p:AppliesTo>"
        "<t:Entropy><t:BinarySecret Type='" BASE "/Nonce'>AAEC</t:BinarySecret></t:Entropy>"
        "<x xmlns='urn:unknown'/></t:RequestSecurityToken>");
    const WsscSoap *soap = read.soap;
    g_assert_cmpint(soap->version, ==, WSSC_SOAP_12);
    g_assert_cmpint(soap->operation, ==, WSSC_OPERATION_ISSUE);
    g_assert_true(soap->is_sct_operation);
    g_assert_cmpstr(soap->action, ==, BASE "/RST/SCT");
    g_assert_cmpstr(soap->reply_to, ==, "http://x/anonymous");
    g_assert_cmpuint(soap->trusts->len, ==, 1);
    const WsscTrust *rst = soap->trusts->pdata[0];
    g_assert_false(rst->is_response);
    g_assert_cmpint(rst->key_size, ==, 256);
    g_assert_cmpstr(rst->context, ==, "urn:c");
    g_assert_cmpstr(rst->applies_to, ==, "http://svc");
    g_assert_cmpint(rst->entropy.kind, ==, WSSC_SECRET_BINARY);
    g_assert_cmpstr(rst->entropy.type, ==, BASE "/Nonce");
    done(&read);
}

static void test_rstr_collection(void)
{
    Read read = read_envelope(
        "<a:Action>" BASE "/RSTRC/IssueFinal</a:Action><a:RelatesTo>urn:1</a:RelatesTo>",
        "<t:RequestSecurityTokenResponseCollection>"
        "<t:RequestSecurityTokenResponse Context='urn:c'><t:RequestedSecurityToken>"
        "<c:SecurityContextToken u:Id='i'><c:Identifier>urn:ctx</c:Identifier><c:Instance>urn:k</c:Instance></c:SecurityContextToken>"
        "</t:RequestedSecurityToken><t:RequestedProofToken><t:ComputedKey>" BASE "/CK/PSHA1</t:ComputedKey></t:RequestedProofToken>"
        "<t:Lifetime><u:Created>2026-01-01T00:00:00Z</u:Created><u:Expires>2026-01-01T01:00:00Z</u:Expires></t:Lifetime>"
        "<t:RequestedUnattachedReference><o:SecurityTokenReference><o:Reference URI='urn:ctx' c:Instance='urn:k'/></o:SecurityTokenReference></t:RequestedUnattachedReference>"
        "</t:RequestSecurityTokenResponse>"
        "<t:RequestSecurityTokenResponse Context='urn:c'><t:Authenticator><t:CombinedHash>AAAA</t:CombinedHash></t:Authenticator></t:RequestSecurityTokenResponse>"
        "</t:RequestSecurityTokenResponseCollection>");
    g_assert_true(read.soap->is_collection);
    g_assert_cmpuint(read.soap->trusts->len, ==, 2);
    const WsscTrust *rstr = read.soap->trusts->pdata[0];
    g_assert_cmpstr(rstr->sct->identifier, ==, "urn:ctx");
    g_assert_cmpstr(rstr->sct->instance, ==, "urn:k");
    g_assert_cmpint(rstr->sct->ns, ==, WSSC_NS_WSC_200512);
    g_assert_cmpint(rstr->proof.kind, ==, WSSC_SECRET_COMPUTED);
    g_assert_cmpint(rstr->expires - rstr->created, ==, G_GINT64_CONSTANT(3600000000));
    g_assert_cmpstr(rstr->unattached->instance, ==, "urn:k");
    g_assert_true(((WsscTrust *)read.soap->trusts->pdata[1])->is_authenticator_only);
    done(&read);
}

static void test_header(void)
{
    Read read = read_envelope(
        "<o:Security><u:Timestamp><u:Created>2026-01-01T00:00:00Z</u:Created></u:Timestamp>"
        "<c:SecurityContextToken><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken>"
        "<o:UsernameToken><o:Username>alice</o:Username></o:UsernameToken>"
        "<c:DerivedKeyToken u:Id='d'><o:SecurityTokenReference><o:Reference URI='#x'/></o:SecurityTokenReference>"
        "<c:Generation>two</c:Generation><c:Offset>0</c:Offset><c:Nonce>AAAA</c:Nonce></c:DerivedKeyToken>"
        "</o:Security>",
        "<q xmlns='urn:app'/>");
    const WsscSecurityHeader *security = read.soap->security;
    g_assert_cmpuint(security->scts->len, ==, 1);
    g_assert_cmpuint(security->tokens->len, ==, 2);
    g_assert_cmpstr(security->tokens->pdata[0], ==, "sct");
    g_assert_cmpstr(security->username, ==, "alice");
    const WsscDerivedKey *key = security->derived_keys->pdata[0];
    g_assert_cmpint(key->generation, ==, -2);
    g_assert_cmpint(key->offset, ==, 0);
    g_assert_cmpint(key->length, ==, -1);
    g_assert_cmpuint(key->nonce_len, ==, 3);
    g_assert_cmpint(key->source->kind, ==, WSSC_STR_LOCAL);
    g_assert_cmpint(read.soap->operation, ==, WSSC_OPERATION_NONE);
    done(&read);
}

static void test_fault12(void)
{
    Read read = read_envelope(
        "", "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>c:BadContextToken</s:Value></s:Subcode></s:Code>"
            "<s:Reason><s:Text xml:lang='en'>no</s:Text></s:Reason></s:Fault>");
    g_assert_cmpstr(read.soap->fault->top, ==, "Sender");
    g_assert_cmpstr(read.soap->fault->code, ==, "BadContextToken");
    g_assert_cmpint(read.soap->fault->code_ns, ==, WSSC_NS_WSC_200512);
    g_assert_nonnull(read.soap->fault->cause);
    g_assert_cmpstr(read.soap->fault->reason, ==, "no");
    done(&read);
}

static void test_fault11(void)
{
    const char *text = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault>"
                       "<faultcode xmlns:w='http://ws.apache.org/wss4j'>w:SecurityError</faultcode>"
                       "<faultstring>A security error</faultstring></e:Fault></e:Body></e:Envelope>";
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
    g_autoptr(WsscSoap) soap = wssc_soap_read(xml);
    g_assert_cmpint(soap->version, ==, WSSC_SOAP_11);
    g_assert_cmpint(soap->fault->code_ns, ==, WSSC_NS_WSS4J);
    g_assert_cmpstr(soap->fault->code, ==, "SecurityError");
    g_assert_nonnull(soap->fault->cause);
}

static void test_actions(void)
{
    WsscAction action;
    g_assert_true(wssc_action_parse("http://schemas.xmlsoap.org/ws/2005/02/trust/RST/SCT/Amend", &action));
    g_assert_cmpint(action.operation, ==, WSSC_OPERATION_AMEND);
    g_assert_true(wssc_action_parse("http://schemas.xmlsoap.org/ws/2004/04/security/trust/RSTR/SCT-Amend", &action));
    g_assert_cmpint(action.trust, ==, WSSC_NS_WST_200404);
    g_assert_true(action.is_response && action.is_sct);
    g_assert_false(wssc_action_parse("http://schemas.xmlsoap.org/ws/2005/02/trust", &action));
    g_assert_false(wssc_action_parse("urn:other/RST/SCT", &action));
    g_assert_cmpint(wssc_request_type_parse(BASE "/Cancel"), ==, WSSC_OPERATION_CANCEL);
    g_assert_cmpint(wssc_request_type_parse(BASE "/Nothing"), ==, WSSC_OPERATION_NONE);
}

static void test_not_soap(void)
{
    g_autoptr(GBytes) octets = g_bytes_new_static("<Envelope xmlns='urn:x'/>", 25);
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
    g_autoptr(WsscSoap) soap = wssc_soap_read(xml);
    g_assert_cmpint(soap->version, ==, WSSC_SOAP_NOT);
    g_assert_false(wssc_soap_is_envelope(xml));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/soap/rst", test_rst);
    g_test_add_func("/soap/rstr-collection", test_rstr_collection);
    g_test_add_func("/soap/security-header", test_header);
    g_test_add_func("/soap/fault-1.2", test_fault12);
    g_test_add_func("/soap/fault-1.1", test_fault11);
    g_test_add_func("/soap/actions", test_actions);
    g_test_add_func("/soap/not-soap", test_not_soap);
    return g_test_run();
}
