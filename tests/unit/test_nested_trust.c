/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests and responses of WS-Trust that are not the Body's first child.
 */
#include <string.h>

#include "soap/message.h"

#define BASE "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define ENVELOPE                                                                                                       \
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:t='" BASE "'><s:Body>%s</s:Body></"           \
    "s:Envelope>"
#define IN_APP(content) "<p:Sign xmlns:p='urn:app'><p:Options><p:First/>" content "</p:Options></p:Sign>"
#define NESTED_RST "<t:RequestSecurityToken><t:RequestType>" BASE "/Cancel</t:RequestType></t:RequestSecurityToken>"

/* Inside the elements of another protocol, and not where they are part of a message of their own. */
static void test_nested_trust(void)
{
    static const struct {
        const char *body;
        guint trusts;
    } cases[] = {
        {IN_APP(NESTED_RST), 1},
        {"<p:First xmlns:p='urn:app'/>" NESTED_RST, 1},
        {IN_APP(NESTED_RST) IN_APP(NESTED_RST), 2},
        {IN_APP("<t:RequestSecurityTokenCollection>" NESTED_RST NESTED_RST "</t:RequestSecurityTokenCollection>"), 2},
        {IN_APP("<RequestSecurityToken xmlns='urn:app'/>"), 0},
        {IN_APP("<t:RequestSecurityTokenTemplate/>"), 0},
        {IN_APP("<s:Envelope><s:Body>" NESTED_RST "</s:Body></s:Envelope>"), 0},
        {"<s:Fault><s:Detail>" NESTED_RST "</s:Detail></s:Fault>", 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(ENVELOPE, cases[i].body);
        g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
        g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
        g_autoptr(WsscSoap) soap = wssc_soap_read(xml);
        g_test_message("%s", cases[i].body);
        g_assert_cmpuint(soap->trusts->len, ==, cases[i].trusts);
        g_assert_cmpint(soap->operation, ==, cases[i].trusts > 0 ? WSSC_OPERATION_CANCEL : WSSC_OPERATION_NONE);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/soap/nested-trust", test_nested_trust);
    return g_test_run();
}
