/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/verifier.h"

struct WsscVerifier {
    WsscKeyring *ring;
    WsscCrypto *crypto;
    WsscC14nOut *out;
    GHashTable *certificates; /* GBytes as it stands in a message -> X509 */
    WsscLimits limits;
    WsscBudget budget;
    gsize vain; /* octets of rewritings that explained nothing, in all messages so far */
};

WsscVerifier *wssc_verifier_new(WsscKeyring *ring)
{
    WsscVerifier *verifier = g_new0(WsscVerifier, 1);
    verifier->ring = ring;
    wssc_limits_init(&verifier->limits);
    verifier->crypto = wssc_crypto_new();
    verifier->out = wssc_c14n_out_new();
    verifier->certificates =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, (GDestroyNotify)X509_free);
    return verifier;
}

void wssc_verifier_free(WsscVerifier *verifier)
{
    if (verifier == NULL)
        return;
    wssc_crypto_free(verifier->crypto);
    wssc_c14n_out_free(verifier->out);
    g_hash_table_unref(verifier->certificates);
    g_free(verifier);
}

void wssc_verifier_set_limits(WsscVerifier *verifier, const WsscLimits *limits)
{
    verifier->limits = *limits;
}

gboolean wssc_verifier_is_weary(const WsscVerifier *verifier)
{
    return verifier->vain >= verifier->limits.value[WSSC_LIMIT_VAIN_OCTETS];
}

/* What is guessed at may cost no more than five times what a benign message of the size does, however small its
 * elements are; what is verified is charged by octets alone, for nobody's rows are to be "unsupported". */
#define GUESS_PER_ELEMENT 16

void wssc_verifier_begin(WsscVerifier *verifier, gsize octets)
{
    const guint *most = verifier->limits.value;
    gsize guesses = most[WSSC_LIMIT_GUESS_OCTETS] + octets * most[WSSC_LIMIT_GUESS_TIMES];
    verifier->budget = (WsscBudget){
        .work.left = most[WSSC_LIMIT_WORK_OCTETS] + octets * most[WSSC_LIMIT_WORK_TIMES],
        .guesses.per_element = GUESS_PER_ELEMENT,
        .guesses.left = wssc_verifier_is_weary(verifier) ? guesses / WSSC_MAX_VAIN_SHARE : guesses,
        .spending = &verifier->budget.work,
        .limits = &verifier->limits,
        .iterations = verifier->limits.value[WSSC_LIMIT_UT_ITERATIONS],
        .steps = most[WSSC_LIMIT_RESOLUTION_STEPS],
        .passes = WSSC_MAX_SIGNATURES,
    };
}

gboolean wssc_verifier_take(WsscBudget *budget, gsize octets)
{
    gboolean is_enough = octets < budget->spending->left;
    budget->spending->left = is_enough ? budget->spending->left - octets : 0;
    return is_enough;
}

gboolean wssc_verifier_is_spent(const WsscBudget *budget)
{
    return budget->work.left == 0;
}

void wssc_verifier_note_vain(WsscVerifier *verifier, gsize octets)
{
    gsize most = verifier->limits.value[WSSC_LIMIT_VAIN_OCTETS];
    verifier->vain += MIN(octets, most - MIN(verifier->vain, most));
}

WsscBudget *wssc_verifier_budget(WsscVerifier *verifier)
{
    return &verifier->budget;
}

WsscKeyring *wssc_verifier_keyring(const WsscVerifier *verifier)
{
    return verifier->ring;
}

WsscCrypto *wssc_verifier_crypto(const WsscVerifier *verifier)
{
    return verifier->crypto;
}

WsscC14nOut *wssc_verifier_out(const WsscVerifier *verifier)
{
    return verifier->out;
}

X509 *wssc_verifier_certificate(const WsscVerifier *verifier, GBytes *octets)
{
    return g_hash_table_lookup(verifier->certificates, octets);
}

void wssc_verifier_keep_certificate(WsscVerifier *verifier, GBytes *octets, X509 *certificate)
{
    enum { MOST = 256, MOST_OCTETS = 16 * 1024 }; /* anybody can send some */
    if (g_bytes_get_size(octets) > MOST_OCTETS)
        return;
    if (g_hash_table_size(verifier->certificates) >= MOST)
        g_hash_table_remove_all(verifier->certificates);
    X509_up_ref(certificate);
    g_hash_table_insert(verifier->certificates, g_bytes_ref(octets), certificate);
}
