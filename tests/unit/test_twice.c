/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "envelope.h"

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
