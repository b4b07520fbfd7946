/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/limits.h"
#include "security/verifier.h"

/* However much was tried in vain, it is never at the cost of a verdict, and never nothing. */
static void test_vain_guesses(void)
{
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    WsscBudget *budget = wssc_verifier_budget(verifier);

    wssc_verifier_begin(verifier, 1000);
    gsize guesses = budget->guesses.left, work = budget->work.left;
    wssc_verifier_note_vain(verifier, WSSC_MAX_VAIN_OCTETS - 1);
    wssc_verifier_begin(verifier, 1000);
    g_assert_cmpuint(budget->guesses.left, ==, guesses);
    for (guint i = 0; i < 3; i++)
        wssc_verifier_note_vain(verifier, G_MAXSIZE);
    wssc_verifier_begin(verifier, 1000);
    g_assert_cmpuint(budget->guesses.left, <, guesses / 10);
    g_assert_cmpuint(budget->guesses.left, >, 0);
    g_assert_cmpuint(budget->work.left, ==, work);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verifier/vain-guesses", test_vain_guesses);
    return g_test_run();
}
