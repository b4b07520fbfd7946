/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documents with an arena each: as they are without, freed at once, and bounded together. */
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nbfx/nbfx.h"
#include "xml/arena.h"
#include "xml/xml.h"

#define MANY 9000 /* documents, of which each has a block of 32 KB at least: more than 256 MB */

static const char small[] =
    "<s:E xmlns:s='urn:s' xmlns='urn:d'><a b='1' s:c='2'>text &amp; more</a><!--note--><e/></s:E>";

static WsscXml *read_text(const char *text, GError **error)
{
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    return wssc_xml_parse_without_spans(octets, NULL, error);
}

static char *shown(const WsscXml *xml)
{
    xmlBuffer *buffer = xmlBufferCreate();
    xmlNodeDump(buffer, xml->doc, wssc_xml_root(xml), 0, 0);
    char *text = g_strdup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

/* Texts and values longer than a block, more attributes and depth than libxml2 has room for at first. */
static char *large(void)
{
    g_autofree char *long_text = g_strnfill(100 * 1000, 'x');
    g_autofree char *long_value = g_strnfill(50 * 1000, 'y');
    GString *text = g_string_new("<root xmlns:p='urn:p'>");
    g_string_append_printf(text, "<t v='%s'>%s</t><many", long_value, long_text);
    for (guint i = 0; i < 200; i++)
        g_string_append_printf(text, " a%u='v%u' p:a%u='w'", i, i, i);
    g_string_append(text, "/>");
    for (guint i = 0; i < 40; i++)
        g_string_append_printf(text, "<d%u xmlns:q%u='urn:%u'>", i, i, i);
    for (guint i = 40; i-- > 0;)
        g_string_append_printf(text, "</d%u>", i);
    g_string_append(text, "</root>");
    return g_string_free(text, FALSE);
}

static void test_equal(gconstpointer user)
{
    const char *const *before = user; /* small, large, why broken: without arenas */
    g_autofree char *much = large();
    const char *const texts[] = {small, much};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(WsscXml) xml = read_text(texts[i], NULL);
        g_autofree char *now = shown(xml);
        g_assert_true(wssc_arena_has(xml->doc));
        g_assert_true(wssc_arena_has(wssc_xml_root(xml)));
        g_assert_cmpint(wssc_arena_holds_all(xml->arena), ==, texts[i] == small);
        g_assert_cmpstr(now, ==, before[i]);
    }
}

static void test_broken(gconstpointer user)
{
    const char *const *before = user;
    g_autoptr(GError) error = NULL;
    g_assert_null(read_text("<a><b></a>", &error));
    g_assert_cmpstr(error->message, ==, before[2]);
    g_assert_null(xmlGetLastError() != NULL ? xmlGetLastError()->message : NULL);
}

static void test_binary(void)
{
    static const guint8 records[] = {0x40, 1, 'a', 0x98, 2, 'h', 'i', 0x01}; /* <a>hi</a> */
    g_autoptr(GBytes) octets = g_bytes_new(records, sizeof records);
    g_autoptr(WsscXml) xml = wssc_nbfx_to_xml(octets, 0, &(WsscNbfxOptions){0}, NULL, NULL);
    g_autofree char *text = shown(xml);
    g_assert_cmpstr(text, ==, "<a>hi</a>");
    g_assert_true(wssc_arena_has(wssc_xml_root(xml)));
}

/* Nodes that come later are no part of it. */
static void test_changed(void)
{
    g_autoptr(WsscXml) xml = read_text("<a><i>cid:1</i><t/></a>", NULL);
    xmlNode *text = xmlNewDocText(xml->doc, (const xmlChar *)"octets of some part");
    g_assert_false(wssc_arena_has(text));
    wssc_xml_replace_include(xml, wssc_xml_first(wssc_xml_root(xml)), text);
    g_autofree char *now = shown(xml);
    g_assert_cmpstr(now, ==, "<a>octets of some part<t/></a>");
    /* libxml2 notes down that it was asked for this one. */
    g_autoptr(WsscXml) other = read_text(small, NULL);
    g_assert_nonnull(xmlSearchNs(other->doc, wssc_xml_root(other), (const xmlChar *)"xml"));
    /* Names of a fragment go to the dictionary of the document that it is read for. */
    g_autoptr(WsscXml) place = read_text(small, NULL);
    g_autoptr(GString) fragment = g_string_new(NULL);
    for (guint i = 0; i < 500; i++)
        g_string_append_printf(fragment, "<name%u/>", i);
    xmlNode *list =
        wssc_xml_parse_fragment(wssc_xml_root(place), wssc_bytes((const guint8 *)fragment->str, fragment->len), NULL);
    g_assert_nonnull(list);
    xmlFreeNodeList(list);
}

static void test_again(void)
{
    const void *first = NULL;
    for (guint i = 0; i < 1000; i++) {
        g_autoptr(WsscXml) xml = read_text(small, NULL);
        if (first == NULL)
            first = xml->doc;
        g_assert_true(xml->doc == first);
    }
}

static void test_bound(gconstpointer user)
{
    const char *const *before = user;
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)wssc_xml_unref);
    guint outside = 0;
    for (guint i = 0; i < MANY; i++) {
        WsscXml *xml = read_text(small, NULL);
        g_ptr_array_add(all, xml);
        outside += wssc_arena_has(xml->doc) ? 0 : 1;
    }
    g_assert_cmpuint(outside, >, 0);
    g_assert_cmpuint(outside, <, MANY / 2);
    g_autofree char *last = shown(all->pdata[MANY - 1]);
    g_assert_cmpstr(last, ==, before[0]);
    g_ptr_array_set_size(all, 0);
    g_autoptr(WsscXml) xml = read_text(small, NULL);
    g_assert_true(wssc_arena_has(xml->doc));
}

static gpointer read_many(gpointer user)
{
    GPtrArray *into = user;
    for (guint i = 0; i < 2000; i++) {
        WsscXml *xml = read_text(small, NULL);
        if (i % 2 == 0)
            wssc_xml_unref(xml);
        else
            g_ptr_array_add(into, xml);
    }
    return NULL;
}

/* What one thread read another one frees; a process begins meanwhile, and finds no lock held. Locks of libxml2 may be:
 * whoever is forked beside threads must not read. */
static void test_threads(gconstpointer user)
{
    const char *const *before = user;
    GPtrArray *read[3];
    GThread *threads[G_N_ELEMENTS(read)];
    for (guint i = 0; i < G_N_ELEMENTS(read); i++) {
        read[i] = g_ptr_array_new_with_free_func((GDestroyNotify)wssc_xml_unref);
        threads[i] = g_thread_new("reader", read_many, read[i]);
    }
    for (guint i = 0; i < 20; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(60);
            WsscArena *arena = wssc_arena_begin();
            const void *piece = xmlMalloc(100);
            wssc_arena_end(arena);
            _exit(wssc_arena_has(piece) ? 0 : 1);
        }
        int status = -1;
        g_assert_cmpint(waitpid(child, &status, 0), ==, child);
        g_assert_cmpint(status, ==, 0);
    }
    for (guint i = 0; i < G_N_ELEMENTS(read); i++) {
        g_thread_join(threads[i]);
        for (guint k = 0; k < read[i]->len; k++) {
            g_autofree char *text = shown(read[i]->pdata[k]);
            g_assert_cmpstr(text, ==, before[0]);
        }
        g_ptr_array_unref(read[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_null(wssc_arena_begin());
    g_autofree char *much = large();
    g_autoptr(WsscXml) first = read_text(small, NULL);
    g_autoptr(WsscXml) second = read_text(much, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(read_text("<a><b></a>", &error));
    g_assert_false(wssc_arena_has(first->doc));
    g_autofree char *first_text = shown(first), *second_text = shown(second);
    const char *const before[] = {first_text, second_text, error->message};

    wssc_xml_use_arenas();
    g_test_add_data_func("/arena/equal", before, test_equal);
    g_test_add_data_func("/arena/broken", before, test_broken);
    g_test_add_func("/arena/binary", test_binary);
    g_test_add_func("/arena/changed", test_changed);
    g_test_add_func("/arena/again", test_again);
    g_test_add_data_func("/arena/bound", before, test_bound);
    g_test_add_data_func("/arena/threads", before, test_threads);
    return g_test_run();
}
