/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a message is written, and what an HTTP head says of its sender.
 */
#include "carrier/http_head.h"
#include "soap/message.h"

#include <string.h>

#define WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define WSU "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define DS "http://www.w3.org/2000/09/xmldsig#"
#define SC "http://schemas.xmlsoap.org/ws/2005/02/sc"

static WsscXml *parse(const char *text)
{
    g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
    g_autoptr(GError) error = NULL;
    WsscXml *xml = wssc_xml_parse(octets, NULL, &error);
    g_assert_no_error(error);
    return xml;
}

static WsscSoap *read_soap(const char *text)
{
    g_autoptr(WsscXml) xml = parse(text);
    return wssc_soap_read(xml);
}

static char *outline_text(const WsscSoap *soap)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < soap->outline->len; i++) {
        const WsscOutlineItem *item = soap->outline->pdata[i];
        g_string_append_printf(out, "%s%u %s:%s%s%s", i > 0 ? ", " : "", item->depth, item->prefix, item->name,
                               item->id != NULL ? "#" : "", item->id != NULL ? item->id : "");
    }
    return g_string_free(out, FALSE);
}

static const char message[] =
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing'>"
    "<s:Header><a:Action>urn:x</a:Action><MessageID xmlns='http://www.w3.org/2005/08/addressing'>urn:1</MessageID>"
    "<o:Security xmlns:o='" WSSE "' xmlns:u='" WSU "'>"
    "<u:Timestamp u:Id='_0'><u:Created>2026-01-01T00:00:00.1234567Z</u:Created>"
    "<u:Expires>2026-01-01T00:05:00Z</u:Expires></u:Timestamp>"
    "<o:UsernameToken u:Id='ut'><o:Username>x</o:Username><o:Password Type='urn:text'>y</o:Password></o:UsernameToken>"
    "<SecurityContextToken u:Id='_sct' xmlns='" SC "'><Identifier>urn:c</Identifier></SecurityContextToken>"
    "<Signature xmlns='" DS "'><SignedInfo><SignatureMethod Algorithm='" DS "hmac-sha1'>"
    "<HMACOutputLength>80</HMACOutputLength></SignatureMethod></SignedInfo><KeyInfo><o:SecurityTokenReference>"
    "<o:Reference ValueType='" SC "/sct' URI='#_sct'/></o:SecurityTokenReference></KeyInfo></Signature>"
    "</o:Security></s:Header><s:Body><Say xmlns='urn:x'/></s:Body></s:Envelope>";

static void test_outline(void)
{
    g_autoptr(WsscSoap) soap = read_soap(message);
    g_autofree char *outline = outline_text(soap);

    g_assert_cmpstr(outline, ==,
                    "0 s:Envelope, 2 a:Action, 2 :MessageID, 2 o:Security, 3 u:Timestamp#_0, 3 o:UsernameToken#ut, "
                    "3 :SecurityContextToken#_sct, 3 :Signature, 2 :Say");
    g_assert_cmpstr(wssc_outline_find(soap, WSSC_NS_FAMILY_WSSE, "UsernameToken")->type, ==, "urn:text");
    g_assert_null(wssc_outline_find(soap, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken"));
    g_assert_cmpint(soap->security->created_digits, ==, 7);
    g_assert_true(soap->security->has_output_length);
    const WsscReference *reference = soap->security->references->pdata[0];
    g_assert_true(reference->is_value_type_first);
}

/* What has neither a Security header nor a token request is not looked at. */
static void test_plain(void)
{
    g_autoptr(WsscSoap) soap = read_soap("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body>"
                                         "<x xmlns='urn:x'/></s:Body></s:Envelope>");
    g_assert_cmpuint(soap->outline->len, ==, 0);
}

static void test_bounded(void)
{
    g_autoptr(GString) text = g_string_new("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Header>");
    for (guint i = 0; i < 1000; i++)
        g_string_append(text, "<o:Security xmlns:o='" WSSE "'/>");
    g_string_append(text, "</s:Header></s:Envelope>");
    g_autoptr(WsscSoap) soap = read_soap(text->str);
    g_assert_cmpuint(soap->outline->len, ==, 48);
}

/* A model that is kept for long says the same, but of the outline only binary tokens stay. */
static void test_lasting(void)
{
    WsscStrings *strings = wssc_strings_new();
    g_autoptr(WsscXml) xml = parse("<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Header>"
                                   "<o:Security xmlns:o='" WSSE "'><o:BinarySecurityToken ValueType='urn:kind'/>"
                                   "<SecurityContextToken xmlns='" SC "'><Identifier>urn:c</Identifier>"
                                   "</SecurityContextToken></o:Security></s:Header><s:Body/></s:Envelope>");
    g_autoptr(WsscSoap) one = wssc_soap_read_lasting(xml, strings), other = wssc_soap_read_lasting(xml, strings);
    g_autofree char *outline = outline_text(one);
    const WsscSct *sct = one->security->scts->pdata[0], *again = other->security->scts->pdata[0];

    g_assert_cmpstr(outline, ==, "3 o:BinarySecurityToken");
    g_assert_cmpstr(wssc_outline_find(one, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken")->type, ==, "urn:kind");
    g_assert_cmpstr(sct->identifier, ==, "urn:c");
    g_assert_true(sct->identifier == again->identifier);
    g_clear_pointer(&one, wssc_soap_free);
    g_clear_pointer(&other, wssc_soap_free);
    wssc_strings_free(strings);
}

static void test_http_fields(void)
{
    static const char head[] = "POST / HTTP/1.1\r\nUser-Agent-X: no\r\nuser-agent:  MS-WebServices/1.0 \r\n"
                               "Via: 1.1 p\r\n\r\nServer: not in the head\r\n";
#define NAMED(text) {.name = text, .name_len = strlen(text)}
    WsscHttpField fields[] = {NAMED("User-Agent"), NAMED("via"), NAMED("server")};
    WsscHttpField of_cut = NAMED("user-agent"), of_none = NAMED("via");
#undef NAMED

    wssc_http_fields(head, strlen(head), fields, G_N_ELEMENTS(fields));
    g_assert_cmpmem(fields[0].value, (int)fields[0].len, "MS-WebServices/1.0", 18);
    g_assert_cmpmem(fields[1].value, (int)fields[1].len, "1.1 p", 5);
    g_assert_null(fields[2].value);
    wssc_http_fields(head, 20, &of_cut, 1);
    g_assert_null(of_cut.value);
    wssc_http_fields("", 0, &of_none, 1);
    g_assert_null(of_none.value);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/outline/elements", test_outline);
    g_test_add_func("/outline/plain", test_plain);
    g_test_add_func("/outline/bounded", test_bounded);
    g_test_add_func("/outline/lasting", test_lasting);
    g_test_add_func("/outline/http-field", test_http_fields);
    return g_test_run();
}
