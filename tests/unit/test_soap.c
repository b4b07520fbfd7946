/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "envelope.h"
#include "soap/action.h"

#define BASE "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define SCT_TYPE "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512/sct"

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
        "<c:SecurityContextToken "
        "u:Id='i'><c:Identifier>urn:ctx</c:Identifier><c:Instance>urn:k</c:Instance></c:SecurityContextToken>"
        "</t:RequestedSecurityToken><t:RequestedProofToken><t:ComputedKey>" BASE
        "/CK/PSHA1</t:ComputedKey></t:RequestedProofToken>"
        "<t:Lifetime><u:Created>2026-01-01T00:00:00Z</u:Created><u:Expires>2026-01-01T01:00:00Z</u:Expires></"
        "t:Lifetime>"
        "<t:RequestedUnattachedReference><o:SecurityTokenReference><o:Reference URI='urn:ctx' "
        "c:Instance='urn:k'/></o:SecurityTokenReference></t:RequestedUnattachedReference>"
        "</t:RequestSecurityTokenResponse>"
        "<t:RequestSecurityTokenResponse "
        "Context='urn:c'><t:Authenticator><t:CombinedHash>AAAA</t:CombinedHash></t:Authenticator></"
        "t:RequestSecurityTokenResponse>"
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
    g_assert_cmpuint(security->tokens.count, ==, 2);
    g_assert_cmpint(security->tokens.list[0], ==, WSSC_TOKEN_KIND_SCT);
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
    Read read = read_envelope("", "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>c:BadContextToken</"
                                  "s:Value></s:Subcode></s:Code>"
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

/* Every parameter of an RST is found again by its name, known to us or not. */
static void test_parameters(void)
{
    static const char *const texts[] = {"TokenType",
                                        "RequestType",
                                        "AuthenticationType",
                                        "KeyType",
                                        "KeySize",
                                        "SignatureAlgorithm",
                                        "EncryptionAlgorithm",
                                        "CanonicalizationAlgorithm",
                                        "ComputedKeyAlgorithm",
                                        "KeyWrapAlgorithm",
                                        "SignWith",
                                        "EncryptWith",
                                        "Forwardable",
                                        "Delegatable",
                                        "SignChallenge",
                                        "SignChallengeResponse",
                                        "KeyExchangeToken",
                                        "ItsOwn"};
    static const char *const containers[] = {"AppliesTo",
                                             "Claims",
                                             "Entropy",
                                             "Lifetime",
                                             "AllowPostdating",
                                             "Renewing",
                                             "OnBehalfOf",
                                             "Issuer",
                                             "Encryption",
                                             "ProofEncryption",
                                             "UseKey",
                                             "DelegateTo",
                                             "Policy",
                                             "PolicyReference",
                                             "RenewTarget",
                                             "CancelTarget",
                                             "ValidateTarget",
                                             "BinaryExchange",
                                             "RequestKET",
                                             "Participants",
                                             "ActAs",
                                             "InteractiveChallenge",
                                             "Authenticator",
                                             "Status",
                                             "RequestedTokenReference"};
    GString *body = g_string_new("<t:RequestSecurityToken>");
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_string_append_printf(body, "<t:%s> 12%u\n</t:%s>", texts[i], i, texts[i]);
    for (guint i = 0; i < G_N_ELEMENTS(containers); i++) {
        const char *prefix = i == 0 || g_str_has_prefix(containers[i], "Policy") ? "p" : "t";
        g_string_append_printf(body, "<%s:%s Mark='m%u'><x/></%s:%s>", prefix, containers[i], i, prefix, containers[i]);
    }
    g_string_append(body, "</t:RequestSecurityToken>");
    Read read = read_envelope("", body->str);
    const WsscTrust *rst = read.soap->trusts->pdata[0];
    g_assert_cmpuint(rst->parameters->len, ==, G_N_ELEMENTS(texts) + G_N_ELEMENTS(containers));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *expected = g_strdup_printf("12%u", i);
        const WsscParameter *parameter = wssc_trust_parameter(rst, texts[i]);
        g_assert_nonnull(parameter);
        g_assert_cmpstr(parameter->value, ==, expected);
    }
    for (guint i = 0; i < G_N_ELEMENTS(containers); i++) {
        g_autofree char *expected = g_strdup_printf("Mark=m%u", i);
        const WsscParameter *parameter = wssc_trust_parameter(rst, containers[i]);
        g_assert_nonnull(parameter);
        g_assert_cmpstr(parameter->attributes, ==, expected);
    }
    g_string_free(body, TRUE);
    done(&read);
}

/* Parameters at the top count before secondary ones; key material is no value; endpoint addresses are. */
static void test_parameter_values(void)
{
    Read read =
        read_envelope("", "<t:RequestSecurityToken><t:KeySize>128</t:KeySize><t:SecondaryParameters>"
                          "<t:KeySize>256</t:KeySize><t:KeyType>" BASE "/Bearer</t:KeyType></t:SecondaryParameters>"
                          "<t:Issuer><a:Address>http://sts</a:Address></t:Issuer>"
                          "<t:Entropy><t:BinarySecret>AAAA</t:BinarySecret></t:Entropy>"
                          "<t:Renewing Allow='true' OK='false'/></t:RequestSecurityToken>");
    const WsscTrust *rst = read.soap->trusts->pdata[0];
    g_assert_cmpint(rst->key_size, ==, 128);
    g_assert_cmpstr(wssc_trust_parameter(rst, "KeySize")->value, ==, "128");
    g_assert_true(wssc_trust_parameter(rst, "KeyType")->is_secondary);
    g_assert_cmpstr(rst->key_type, ==, BASE "/Bearer");
    g_assert_cmpstr(wssc_trust_parameter(rst, "Issuer")->value, ==, "http://sts");
    g_assert_null(wssc_trust_parameter(rst, "Entropy")->value);
    g_assert_cmpstr(wssc_trust_parameter(rst, "Renewing")->attributes, ==, "Allow=true OK=false");
    g_assert_null(wssc_trust_parameter(rst, "Claims"));
    done(&read);
}

static void test_rstr_parameters(void)
{
    Read read =
        read_envelope("<a:Action>" BASE "/RSTR/ValidateFinal</a:Action>",
                      "<t:RequestSecurityTokenResponse><t:Status><t:Code>" BASE
                      "/status/invalid</t:Code><t:Reason>gone</t:Reason></t:Status>"
                      "<t:BinaryExchange ValueType=' http://schemas.xmlsoap.org/ws/2005/02/trust/tlsnego' "
                      "EncodingType='urn:b64'>AAAA</t:BinaryExchange>"
                      "<t:RequestedAttachedReference><o:SecurityTokenReference k:TokenType='" SCT_TYPE
                      "' c:Nonce='AAAA' c:Length='24' "
                      "xmlns:k='http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd'><o:Reference "
                      "URI='#i'/></o:SecurityTokenReference></t:RequestedAttachedReference>"
                      "</t:RequestSecurityTokenResponse>");
    const WsscTrust *rstr = read.soap->trusts->pdata[0];
    g_assert_cmpint(read.soap->operation, ==, WSSC_OPERATION_VALIDATE);
    g_assert_cmpstr(rstr->status_code, ==, BASE "/status/invalid");
    g_assert_cmpstr(rstr->status_reason, ==, "gone");
    g_assert_cmpstr(rstr->binary_exchange, ==, "http://schemas.xmlsoap.org/ws/2005/02/trust/tlsnego");
    g_assert_cmpstr(rstr->binary_exchange_encoding, ==, "urn:b64");
    g_assert_true(read.soap->is_negotiation);
    g_assert_cmpstr(rstr->attached->token_type, ==, SCT_TYPE);
    g_assert_true(rstr->attached->has_nonce);
    g_assert_cmpint(rstr->attached->length, ==, 24);
    done(&read);
}

/* April 2004: element namespaces without "security", URIs with it; one reference in place of two. */
static void test_2004(void)
{
#define A04 "http://schemas.xmlsoap.org/ws/2004/04/security"
    Read read =
        read_text("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' "
                  "xmlns:a='http://schemas.xmlsoap.org/ws/2004/03/addressing' "
                  "xmlns:t='http://schemas.xmlsoap.org/ws/2004/04/trust' "
                  "xmlns:c='http://schemas.xmlsoap.org/ws/2004/04/sc'><s:Header>"
                  "<a:Action>" A04 "/trust/RSTR/SCT</a:Action><a:RelatesTo>uuid:1</a:RelatesTo></s:Header><s:Body>"
                  "<t:RequestSecurityTokenResponse><t:TokenType>" A04 "/sc/sct</t:TokenType><t:RequestedSecurityToken>"
                  "<c:SecurityContextToken><c:Identifier>uuid:ctx</c:Identifier></c:SecurityContextToken></"
                  "t:RequestedSecurityToken>"
                  "<t:RequestedTokenReference><w:SecurityTokenReference "
                  "xmlns:w='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'>"
                  "<w:Reference URI='uuid:ctx'/></w:SecurityTokenReference></t:RequestedTokenReference>"
                  "<t:RequestedProofToken><t:BinarySecret Type='" A04
                  "/trust/SymmetricKey'>AAAA</t:BinarySecret></t:RequestedProofToken>"
                  "</t:RequestSecurityTokenResponse></s:Body></s:Envelope>");
    const WsscTrust *rstr = read.soap->trusts->pdata[0];
    g_assert_cmpint(read.soap->wsa, ==, WSSC_NS_WSA_200403);
    g_assert_cmpint(read.soap->operation, ==, WSSC_OPERATION_ISSUE);
    g_assert_true(read.soap->is_sct_operation);
    g_assert_cmpint(rstr->ns, ==, WSSC_NS_WST_200404);
    g_assert_cmpint(rstr->sct->ns, ==, WSSC_NS_WSC_200404);
    g_assert_cmpstr(rstr->attached->value, ==, "uuid:ctx");
    g_assert_cmpint(rstr->proof.kind, ==, WSSC_SECRET_BINARY);
    done(&read);
}

static void test_addressing(void)
{
    static const struct {
        const char *uri;
        WsscNs ns;
    } versions[] = {
        {"http://schemas.xmlsoap.org/ws/2003/03/addressing", WSSC_NS_WSA_200303},
        {"http://schemas.xmlsoap.org/ws/2004/03/addressing", WSSC_NS_WSA_200403},
        {"http://schemas.xmlsoap.org/ws/2004/08/addressing", WSSC_NS_WSA_200408},
        {"http://www.w3.org/2005/08/addressing", WSSC_NS_WSA_10},
    };
    for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
        g_autofree char *text = g_strdup_printf(
            "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "
            "xmlns:w='%s'><s:Header><w:Action>urn:a</w:Action>"
            "<w:MessageID>urn:m</w:MessageID><w:RelatesTo RelationshipType='urn:copy-of'>urn:x</w:RelatesTo>"
            "<w:RelatesTo RelationshipType='w:Reply'> urn:r </w:RelatesTo><w:To>urn:to</w:To>"
            "<w:ReplyTo><w:Address>urn:back</w:Address></w:ReplyTo></s:Header><s:Body/></s:Envelope>",
            versions[i].uri);
        Read read = read_text(text);
        g_assert_cmpint(read.soap->wsa, ==, versions[i].ns);
        g_assert_cmpstr(read.soap->action, ==, "urn:a");
        g_assert_cmpstr(read.soap->message_id, ==, "urn:m");
        g_assert_cmpstr(read.soap->relates_to, ==, "urn:r");
        g_assert_cmpstr(read.soap->to, ==, "urn:to");
        g_assert_cmpstr(read.soap->reply_to, ==, "urn:back");
        done(&read);
    }
}

/* The innermost known code says most; where the code says nothing the text may. */
static void test_fault_causes(void)
{
#define CODE(outer, inner)                                                                                             \
    "<s:Fault><s:Code><s:Value>s:" outer "</s:Value>" inner                                                            \
    "</s:Code><s:Reason><s:Text xml:lang='en'>%s</s:Text><s:Text "                                                     \
    "xml:lang='de'>nein</s:Text></s:Reason><s:Role>urn:role</s:Role><s:Detail><why/></s:Detail></s:Fault>"
#define SUB(code, inner) "<s:Subcode><s:Value>" code "</s:Value>" inner "</s:Subcode>"
    static const struct {
        const char *body, *reason, *code, *cause; /* cause: a part of it */
    } cases[] = {
        {CODE("Sender", SUB("t:InvalidRequest", SUB("x:Detail", ""))), "no", "InvalidRequest", "invalid or malformed"},
        {CODE("Sender", SUB("t:RequestFailed", SUB("c:BadContextToken", ""))), "no", "BadContextToken", "context"},
        {CODE("Sender", SUB("x:One", SUB("x:Two", ""))), "no", "Sender", "refused"},
        {CODE("Receiver", ""), "WSSTUBE0031: Unable to create JAXBElement", "Receiver", "renewal"},
        {CODE("Receiver", ""), "WSS1717: Error occurred while doing digest verification", "Receiver", "digest"},
        {CODE("Sender", SUB("y:SecurityError", "")),
         "These policy alternatives can not be satisfied: {x}SymmetricBinding", "SecurityError", "policy"},
        {CODE("Sender", SUB("a:DestinationUnreachable", "")), "AddressFilter mismatch at the EndpointDispatcher",
         "DestinationUnreachable", "To address"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) halves = g_strsplit(cases[i].body, "%s", 2);
        g_autofree char *text = g_strdup_printf(
            "<s:Envelope " NS
            " xmlns:x='urn:x' xmlns:y='http://ws.apache.org/wss4j'><s:Body>%s%s%s</s:Body></s:Envelope>",
            halves[0], cases[i].reason, halves[1]);
        Read read = read_text(text);
        const WsscFault *fault = read.soap->fault;
        g_assert_cmpstr(fault->code, ==, cases[i].code);
        g_assert_nonnull(fault->cause);
        g_assert_nonnull(strstr(fault->cause, cases[i].cause));
        g_assert_cmpstr(fault->reason, ==, cases[i].reason);
        g_assert_cmpstr(fault->role, ==, "urn:role");
        g_assert_cmpstr(fault->detail, ==, "why");
        done(&read);
    }
}

static void test_fault11_dotted(void)
{
    Read read = read_text(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault>"
        "<faultcode>e:Client.Authentication</faultcode><faultstring>no</faultstring><faultactor>urn:me</faultactor>"
        "<detail><d/></detail></e:Fault></e:Body></e:Envelope>");
    const WsscFault *fault = read.soap->fault;
    g_assert_cmpstr(fault->top, ==, "Client");
    g_assert_cmpuint(fault->codes->len, ==, 2);
    g_assert_true(wssc_fault_has(fault, WSSC_NS_FAMILY_SOAP, "Client"));
    g_assert_true(wssc_fault_has(fault, WSSC_NS_FAMILY_NONE, "Authentication"));
    g_assert_cmpstr(fault->role, ==, "urn:me");
    done(&read);
}

/* Every code of protocol.md section 6 has its cause. */
static void test_fault_codes(void)
{
    static const struct {
        const char *uri;
        const char *codes;
    } families[] = {
        {"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
         "UnsupportedSecurityToken UnsupportedAlgorithm InvalidSecurity InvalidSecurityToken FailedAuthentication "
         "FailedCheck SecurityTokenUnavailable MessageExpired"},
        {"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd", "MessageExpired"},
        {BASE,
         "InvalidRequest FailedAuthentication RequestFailed InvalidSecurityToken AuthenticationBadElements BadRequest "
         "ExpiredData InvalidTimeRange InvalidScope RenewNeeded UnableToRenew"},
        {"http://schemas.xmlsoap.org/ws/2005/02/sc",
         "BadContextToken UnsupportedContextToken UnknownDerivationSource RenewNeeded UnableToRenew"},
        {"http://schemas.microsoft.com/ws/2006/05/security", "ExpiredSecurityContextTokenKey SecuritySessionAborted "
                                                             "ServerTooBusy SecureConversationCancellationNotAllowed"},
        {"http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher", "InternalServiceFault"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(families); i++) {
        g_auto(GStrv) codes = g_strsplit(families[i].codes, " ", -1);
        for (char **code = codes; *code != NULL; code++) {
            g_autofree char *text = g_strdup_printf(
                "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault><faultcode "
                "xmlns:f='%s'>f:%s</faultcode>"
                "</e:Fault></e:Body></e:Envelope>",
                families[i].uri, *code);
            Read read = read_text(text);
            g_assert_cmpstr(read.soap->fault->code, ==, *code);
            g_assert_nonnull(read.soap->fault->cause);
            done(&read);
        }
    }
}

static void test_actions(void)
{
    WsscAction action;
    g_assert_true(wssc_action_parse("http://schemas.xmlsoap.org/ws/2005/02/trust/RST/SCT/Amend", &action));
    g_assert_cmpint(action.operation, ==, WSSC_OPERATION_AMEND);
    g_assert_true(wssc_action_parse("http://schemas.xmlsoap.org/ws/2004/04/security/trust/RSTR/SCT-Amend", &action));
    g_assert_cmpint(action.trust, ==, WSSC_NS_WST_200404);
    g_assert_true(action.is_response && action.is_sct);
    static const char *const suffixes[] = {"Issue",     "Renew",     "Cancel",     "Validate",  "KET",       "SCT",
                                           "SCT/Amend", "SCT/Renew", "SCT/Cancel", "SCT-Amend", "SCT-Cancel"};
    static const char *const bases[] = {"http://schemas.xmlsoap.org/ws/2004/04/security/trust",
                                        "http://schemas.xmlsoap.org/ws/2005/02/trust", BASE};
    for (guint b = 0; b < G_N_ELEMENTS(bases); b++) {
        for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
            g_autofree char *request = g_strdup_printf("%s/RST/%s", bases[b], suffixes[i]);
            g_autofree char *response = g_strdup_printf("%s/RSTR/%s", bases[b], suffixes[i]);
            WsscAction answer;
            g_assert_true(wssc_action_parse(request, &action));
            g_assert_true(wssc_action_parse(response, &answer));
            g_assert_false(action.is_response);
            g_assert_true(answer.is_response);
            g_assert_cmpint(action.operation, ==, answer.operation);
            g_assert_cmpint(action.is_sct, ==, g_str_has_prefix(suffixes[i], "SCT"));
        }
    }
    static const char *const finals[] = {"RSTRC/IssueFinal",   "RSTR/RenewFinal", "RSTR/CancelFinal",
                                         "RSTR/ValidateFinal", "RSTR/KETFinal",   "RSTRC/RenewFinal",
                                         "RSTRC/CancelFinal"};
    for (guint i = 0; i < G_N_ELEMENTS(finals); i++) {
        g_autofree char *uri = g_strdup_printf(BASE "/%s", finals[i]);
        g_assert_true(wssc_action_parse(uri, &action));
        g_assert_true(action.is_response);
    }
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
    g_test_add_func("/soap/parameters", test_parameters);
    g_test_add_func("/soap/parameter-values", test_parameter_values);
    g_test_add_func("/soap/rstr-parameters", test_rstr_parameters);
    g_test_add_func("/soap/2004", test_2004);
    g_test_add_func("/soap/addressing", test_addressing);
    g_test_add_func("/soap/fault-causes", test_fault_causes);
    g_test_add_func("/soap/fault-1.1-dotted", test_fault11_dotted);
    g_test_add_func("/soap/fault-codes", test_fault_codes);
    g_test_add_func("/soap/actions", test_actions);
    g_test_add_func("/soap/not-soap", test_not_soap);
    return g_test_run();
}
