/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A search for the keys that a reference may mean, and what it finds.
 */
#ifndef WSSC_SECURITY_SEARCH_H
#define WSSC_SECURITY_SEARCH_H

#include "security/work.h"

typedef struct {
    WsscKeyKind kind;
    WsscSecret *secret;  /* symmetric; or NULL */
    EVP_PKEY *pkey;      /* or NULL */
    gboolean is_private; /* pkey opens what is encrypted for it */
    X509 *certificate;   /* or NULL */
    char *context, *instance;
    WsscDeviation deviation;
    WsscKeyOrigin origin;
    gboolean is_guess;    /* not what the message names: a fit proves it, a misfit proves nothing */
    const xmlNode *claim; /* the token in which the key itself stands; or NULL */
    gsize context_octets; /* of the context's own key, where it is one or derived from one; else 0 */
    const xmlNode *token; /* of the header, where nothing names one: good only where no other token's key fits */
    WsscSecret *root;     /* what it was derived from, at the beginning of the chain; NULL: it is that itself */
    gboolean is_proven;   /* what it was opened from has a check in it: a misfit is not the key's fault */
    char *derivation;     /* how a derived key came to be, for the explanation; or NULL */
} WsscCandidate;

void wssc_candidate_free(gpointer candidate);

/* One search, and its answer. Who looks for a key searches twice: the specified keys, then, where has_habits says that
 * there may be any, those of habits too. */
typedef struct {
    WsscWork *work;
    gboolean with_habits; /* asked for: the habits of stacks too, not the specified keys alone */
    gboolean with_hints;  /* asked for: keys that nothing may be proved by */
    const char *open; /* why it proves nothing that no key that was found fits, in plain words (static): another may be
                         meant, which is not known; or NULL */
    gboolean has_habits; /* habits may add candidates to those that were found */
    GPtrArray *found;    /* WsscCandidate, the specified ones first; never NULL */
    WsscKeyKind kind;
    char *context, *instance; /* what was referred to, when that is a context */
    char *reason;             /* the first thing that was in the way, in plain words; set where nothing was found */
} WsscSearch;

WsscSearch wssc_search_begin(WsscWork *work, gboolean with_habits);
void wssc_search_clear(WsscSearch *search);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WsscSearch, wssc_search_clear)

WsscCandidate *wssc_search_add(WsscSearch *search, WsscKeyKind kind, WsscSecret *secret, WsscKeyOrigin origin);
/* Every key of a list of WsscKey, else the reason that there is none. */
void wssc_search_add_ring(WsscSearch *search, const GPtrArray *keys, WsscKeyKind kind, const char *what,
                          const char *value);
void wssc_search_fail(WsscSearch *search, WsscKeyKind kind, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The message that is worked on. */
WsscKeyOrigin wssc_search_here(const WsscSearch *search);

/* A search within the search, for what something is made from. */
WsscSearch wssc_search_sub(const WsscSearch *search);
/* Takes over what it tells and frees it. */
void wssc_search_end_sub(WsscSearch *search, WsscSearch *sub);

#endif
