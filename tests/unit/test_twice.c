/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "soap/message.h"

#define NS                                                                                                             \
    "xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing' "                \
    "xmlns:t='http://docs.oasis-open.org/ws-sx/ws-trust/200512' "                                                      \
    "xmlns:c='http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512' "                                         \
    "xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' "                     \
    "xmlns:u='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd' "                    \
    "xmlns:p='http://www.w3.org/ns/ws-policy'"

typedef struct {
    WsscXml *xml;
    WsscSoap *soap;
} Read;

static Read read_envelope(const char *header, const char *body)
{
    g_autofree char *text =
        g_strdup_printf("<s:Envelope " NS "><s:Header>%s</s:Header><s:Body>%s</s:Body></s:Envelope>", header, body);
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
    wssc_xml_unref(read->xml);
}

/* What a receiver takes one of, and what may well be there more often. */
static void test_twice(void)
{
#define ROLE(uri) " xmlns:r='http://www.w3.org/2003/05/soap-envelope' r:role='" uri "'"
    static const struct {
        const char *header, *body;
        const char *expected; /* "what/where" of each */
    } cases[] = {
        {"<a:Action>x</a:Action><a:Action>y</a:Action>", "", "Action/Header "},
        {"<a:Action>x</a:Action><a:Action>x</a:Action><a:Action>x</a:Action>", "", "Action/Header "},
        {"<a:To>x</a:To><q/><a:To>y</a:To>", "", "To/Header "},
        {"<a:To>x</a:To><a:To" ROLE("urn:gateway") ">y</a:To>", "", ""},
        {"<a:To>x</a:To><a:To" ROLE("http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver") ">y</a:To>", "",
         "To/Header "},
        {"<a:To>x</a:To><a:To xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'>x</a:To>", "", ""},
        {"<a:RelatesTo>x</a:RelatesTo><a:RelatesTo RelationshipType='urn:t'>y</a:RelatesTo>", "", ""},
        {"<o:Security/><o:Security" ROLE("urn:gateway") "/>", "", ""},
        {"<o:Security/><o:Security/>", "", "Security/Header "},
        {"<o:Security><c:SecurityContextToken><c:Identifier>x</c:Identifier><c:Identifier>y</c:Identifier>"
         "</c:SecurityContextToken></o:Security>",
         "", "Identifier/SecurityContextToken "},
        {"<o:Security><c:SecurityContextToken><c:Identifier>x</c:Identifier></c:SecurityContextToken>"
         "<c:SecurityContextToken><c:Identifier>y</c:Identifier></c:SecurityContextToken></o:Security>",
         "", ""},
        {"<o:Security><u:Timestamp><u:Created/><u:Expires/><u:Created/></u:Timestamp></o:Security>", "",
         "Created/Timestamp "},
        {"<a:Action>x</a:Action>", "</s:Body><s:Body>", "Body/Envelope "},
    };
#undef ROLE
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Read read = read_envelope(cases[i].header, cases[i].body);
        g_autoptr(GString) seen = g_string_new(NULL);
        for (guint k = 0; k < read.soap->twice->len; k++) {
            const WsscTwice *twice = read.soap->twice->pdata[k];
            g_string_append_printf(seen, "%s/%s ", twice->what, twice->where);
        }
        g_test_message("%u", i);
        g_assert_cmpstr(seen->str, ==, cases[i].expected);
        done(&read);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/twice/each", test_twice);
    return g_test_run();
}
