/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sentences that name frames of their evidence.
 */
#include "findings/evidence.h"

static char *name_file(gconstpointer user, guint file)
{
    const char *const *names = user;
    return g_strdup(names[file]);
}

static void check(const char *text, const char *want)
{
    static const char *const names[] = {"a.pcap", "b.pcap", NULL};
    g_autoptr(GPtrArray) evidence = wssc_evidence_list_new();
    wssc_evidence_add(evidence, WSSC_EVIDENCE_USE, 0, 7, "call %s", "x");
    wssc_evidence_add(evidence, WSSC_EVIDENCE_CANCEL, 0, 5, "request to cancel");
    wssc_evidence_add(evidence, WSSC_EVIDENCE_ISSUE, 1, 4294967295u, "issued");
    wssc_evidence_add(evidence, WSSC_EVIDENCE_KEY, 2, 3, "in a file without a name");
    g_autofree char *sentence = wssc_evidence_sentence(text, evidence, 0, name_file, names);
    g_assert_cmpstr(sentence, ==, want);
}

static void test_places(void)
{
    check("nothing is named", "nothing is named");
    check("cancelled in " WSSC_AT(1) ", used here", "cancelled in frame 5, used here");
    check(WSSC_AT(0) WSSC_AT(1), "frame 7frame 5");
    check("issued in " WSSC_AT(2), "issued in frame 4294967295 of b.pcap");
    check("from " WSSC_AT(3) ".", "from frame 3.");
}

/* Words of a capture that look like a place. */
static void test_no_such_entry(void)
{
    check("a" WSSC_AT(9) "b\x1A"
                         "c\x1A",
          "abc");
    g_autofree char *sentence = wssc_evidence_sentence("in " WSSC_AT(0), NULL, 0, NULL, NULL);
    g_assert_cmpstr(sentence, ==, "in ");
}

static void test_without_names(void)
{
    g_autoptr(GPtrArray) evidence = wssc_evidence_list_new();
    wssc_evidence_add(evidence, WSSC_EVIDENCE_USE, 3, 7, "call");
    g_autofree char *sentence = wssc_evidence_sentence("in " WSSC_AT(0), evidence, 0, NULL, NULL);
    g_assert_cmpstr(sentence, ==, "in frame 7");
}

static void test_roles(void)
{
    for (int role = 0; role < WSSC_EVIDENCE_MAX; role++)
        g_assert_nonnull(wssc_evidence_role_name((WsscEvidenceRole)role));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/places", test_places);
    g_test_add_func("/evidence/no-such-entry", test_no_such_entry);
    g_test_add_func("/evidence/without-names", test_without_names);
    g_test_add_func("/evidence/roles", test_roles);
    return g_test_run();
}
