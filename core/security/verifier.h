/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Who checks messages: what is needed for each of them and made once. A session has one, used by one thread.
 *
 *     g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
 *     for each message:
 *         g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
 */
#ifndef WSSC_SECURITY_VERIFIER_H
#define WSSC_SECURITY_VERIFIER_H

#include "base/limits.h"
#include "keys/keyring.h"
#include "security/c14n.h"

typedef struct WsscVerifier WsscVerifier;

/* The ring is borrowed: it outlives the verifier. */
WsscVerifier *wssc_verifier_new(WsscKeyring *ring);
void wssc_verifier_free(WsscVerifier *verifier);
/* Copied; without, all are at their defaults. */
void wssc_verifier_set_limits(WsscVerifier *verifier, const WsscLimits *limits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscVerifier, wssc_verifier_free)

/* ---- inside core/security ---------------------------------------------------------------------- */

/* What one message may still cost: hostile ones ask for much with little (base/limits.h). Whatever it is that takes the
 * time, it is charged in octets as brought into canonical form. */
typedef struct {
    WsscC14nBudget work;      /* for decryption and verdicts */
    WsscC14nBudget guesses;   /* to see what would make an invalid signature fit: never at the cost of a verdict */
    WsscC14nBudget *spending; /* the one of these two that is charged now */
    const WsscLimits *limits; /* borrowed */
    gboolean is_extended;     /* work was, for parts that are not among the message's own octets */
    gint64 iterations;        /* of UsernameToken keys */
    guint steps;              /* of key resolution: references may lead to many others, each of them again */
    guint passes;             /* how often the order of encryption may be looked into */
} WsscBudget;

/* FALSE when there is not so much left: then nothing is left. */
gboolean wssc_verifier_take(WsscBudget *budget, gsize octets);
/* All work was used up: what was not looked at then is "unsupported". */
gboolean wssc_verifier_is_spent(const WsscBudget *budget);
#define WSSC_BUDGET_SPENT "the message asks for more work than is done for one"

/* A message of that many octets begins: the whole budget is there again. */
void wssc_verifier_begin(WsscVerifier *verifier, gsize octets);
/* Rewritings were tried for so much and explained nothing. A capture may have very many signatures that nothing
 * explains: past a bound less is tried for each. */
void wssc_verifier_note_vain(WsscVerifier *verifier, gsize octets);
gboolean wssc_verifier_is_weary(const WsscVerifier *verifier);
WsscBudget *wssc_verifier_budget(WsscVerifier *verifier);
/* All borrowed. */
WsscKeyring *wssc_verifier_keyring(const WsscVerifier *verifier);
WsscCrypto *wssc_verifier_crypto(const WsscVerifier *verifier);
WsscC14nOut *wssc_verifier_out(const WsscVerifier *verifier);

/* The certificate that octets of a message were read as before; NULL when they are not known. Reading one takes longer
 * than to check a message with it, and whoever signs sends it each time. */
X509 *wssc_verifier_certificate(const WsscVerifier *verifier, GBytes *octets);
void wssc_verifier_keep_certificate(WsscVerifier *verifier, GBytes *octets, X509 *certificate);

#endif
