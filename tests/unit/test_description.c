/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptions of services are kept, and nothing else is.
 */
#include "session/session.h"

#include <string.h>

#define SOAP(body)                                                                                                     \
    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body>" body "</s:Body></s:Envelope>"
#define WSDL "http://schemas.xmlsoap.org/wsdl/"
#define MEX "http://schemas.xmlsoap.org/ws/2004/09/mex"

static guint kept(const char *text)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
    const WsscUnit unit = {.file = wssc_session_add_file(session, "one"),
                           .frame = 7,
                           .time = 1,
                           .src = "s:80",
                           .dst = "c:1",
                           .transport = WSSC_TRANSPORT_HTTP,
                           .encoding = WSSC_ENCODING_TEXT,
                           .content_type = "text/xml",
                           .octets = octets};
    wssc_session_feed(session, &unit);
    wssc_session_finish(session, 2);
    const GPtrArray *descriptions = wssc_session_model(session)->descriptions;
    for (guint i = 0; i < descriptions->len; i++) {
        const WsscDescription *description = descriptions->pdata[i];
        g_assert_cmpuint(description->frame, ==, 7);
        g_assert_cmpstr(description->src, ==, "s:80");
        g_assert_cmpint(description->is_message, ==, strstr(text, "Envelope") != NULL);
        g_assert_nonnull(wssc_xml_root(description->xml));
    }
    return descriptions->len;
}

static void test_kept(void)
{
    g_assert_cmpuint(kept("<w:definitions xmlns:w='" WSDL "'/>"), ==, 1);
    g_assert_cmpuint(kept("<p:Policy xmlns:p='http://www.w3.org/ns/ws-policy'/>"), ==, 1);
    g_assert_cmpuint(kept(SOAP("<m:Metadata xmlns:m='" MEX "'/>")), ==, 1);
}

static void test_not_kept(void)
{
    g_assert_cmpuint(kept("<w:definitions xmlns:w='urn:other'/>"), ==, 0);
    g_assert_cmpuint(kept("<html/>"), ==, 0);
    g_assert_cmpuint(kept(SOAP("<Say xmlns='urn:x'/>")), ==, 0);
    g_assert_cmpuint(kept(SOAP("")), ==, 0);
    g_assert_cmpuint(kept("<broken"), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/description/kept", test_kept);
    g_test_add_func("/description/not-kept", test_not_kept);
    return g_test_run();
}
