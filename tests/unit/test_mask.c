/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "report/mask.h"

#define WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define TYPE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
#define WST "http://schemas.xmlsoap.org/ws/2005/02/trust"
#define SECRET "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" /* "0123456789..." of 32 octets */

/* SHA-256 of the 32 octets, as Python's hashlib has it. */
#define SHOWN "[32 octets, fingerprint 861009ec4d599fab]"

static const struct {
    const char *xml, *marked, *over; /* NULL: as it was */
    const char *tree;                /* what the element's text is then */
} rows[] = {
    {"<p:Password xmlns:p=\"" WSSE "\">open</p:Password>",
     "<p:Password xmlns:p=\"" WSSE "\">[4 characters not shown]</p:Password>",
     "<p:Password xmlns:p=\"" WSSE "\">****</p:Password>", "[not shown]"},
    {"<p:Password xmlns:p=\"" WSSE "\" Type=\"" TYPE "#PasswordDigest\">open</p:Password>",
     "<p:Password xmlns:p=\"" WSSE "\" Type=\"" TYPE "#PasswordDigest\">[4 characters not shown]</p:Password>",
     "<p:Password xmlns:p=\"" WSSE "\" Type=\"" TYPE "#PasswordDigest\">****</p:Password>", "[not shown]"},
    {"<p:Password xmlns:p='urn:other' Type='a>b'>o<i>p</i>n</p:Password>",
     "<p:Password xmlns:p='urn:other' Type='a>b'>[10 characters not shown]</p:Password>",
     "<p:Password xmlns:p='urn:other' Type='a>b'>**********</p:Password>", "[not shown]"},
    {"<Password><Password>a</Password>b</Password>", "<Password>[23 characters not shown]</Password>",
     "<Password>***********************</Password>", "[not shown]"},
    {"<Password ><![CDATA[</Password>]]></Password\n>", "<Password >[23 characters not shown]</Password\n>",
     "<Password >***********************</Password\n>", "[not shown]"},
    {"<Password><!--</Password>-->open</Password>", "<Password>[22 characters not shown]</Password>",
     "<Password>**********************</Password>", "[not shown]"},
    {"<BinarySecret xmlns=\"" WST "\">" SECRET "</BinarySecret>",
     "<BinarySecret xmlns=\"" WST "\">[44 characters not shown]</BinarySecret>",
     "<BinarySecret xmlns=\"" WST "\">********************************************</BinarySecret>", SHOWN},
    {"<PasswordText>open</PasswordText>", NULL, NULL, "open"},
    {"<a Password='x'>open</a>", NULL, NULL, "open"},
    {"<Password/>", NULL, NULL, "[not shown]"},
};

static void test_text(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *marked = wssc_mask_canonical(rows[i].xml);
        g_autofree char *over = g_strdup(rows[i].xml);
        wssc_mask_over(over, strlen(over));
        g_assert_cmpstr(marked, ==, rows[i].marked != NULL ? rows[i].marked : rows[i].xml);
        g_assert_cmpstr(over, ==, rows[i].over != NULL ? rows[i].over : rows[i].xml);
    }
}

static void test_tree(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *document = g_strdup_printf("<r>%s</r>", rows[i].xml);
        g_autoptr(GBytes) octets = g_bytes_new(document, strlen(document));
        g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
        g_assert_nonnull(xml);
        wssc_mask_secrets(xml);
        const xmlNode *element = wssc_xml_first(wssc_xml_root(xml));
        g_autofree char *text = wssc_xml_text(element);
        g_assert_cmpstr(text, ==, rows[i].tree);
        g_assert_null(wssc_xml_first(element));
    }
}

/* What breaks off hides everything behind the start; nothing is read or written beyond the end. */
static void test_cut(void)
{
    static const char whole[] = "<r><a x=\"<\">t</a><s:Password Type='y'>open sesame</s:Password><b/></r>";
    const char *open = strstr(whole, "open"), *behind = strstr(whole, "</s:P");
    for (gsize len = 0; len <= strlen(whole); len++) {
        char *text = g_malloc(len + 1); /* of exactly that size: for the sanitizer */
        memcpy(text, whole, len);
        text[len] = '\0';
        g_autofree char *marked = wssc_mask_canonical(text);
        wssc_mask_over(text, len);
        g_assert_null(strstr(marked, "open"));
        /* A "<" that is the last may belong to the secret. */
        for (gsize i = 0; i < len && (i + 1 < len || whole + i != behind); i++)
            g_assert_true(text[i] == (whole + i >= open && whole + i < behind ? '*' : whole[i]));
        g_free(text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mask/text", test_text);
    g_test_add_func("/mask/tree", test_tree);
    g_test_add_func("/mask/cut", test_cut);
    return g_test_run();
}
