/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The state of checking one message, shared inside core/security.
 *
 * A message that holds encrypted parts is worked on in a copy. After each round of decryption the tree as
 * it was before is kept: a signature may cover what was there before or after encryption.
 */
#ifndef WSSC_SECURITY_WORK_H
#define WSSC_SECURITY_WORK_H

#include "security/c14n.h"
#include "security/ids.h"
#include "security/security.h"
#include "security/verifier.h"

/* A tree of the message and its ids. */
typedef struct {
    xmlDoc *doc; /* owned, but for the first (the caller's) and the current one */
    WsscIds *ids;
    gboolean is_owned;
    GHashTable *listed; /* id -> the first DataReference that names it; NULL until it is asked for */
    GHashTable *older;  /* element -> the element of the stage before that it is a copy of; NULL in the first */
    GHashTable *newer;  /* the other way round; NULL until it is asked for */
    GHashTable *opened; /* what stood there -> the first element that came out of it; NULL in the first */
    GHashTable *places; /* element that came out of decryption -> what stood in its place; NULL in the first */
} WsscStage;

/* Where the digest of a reference fitted. */
typedef struct {
    const WsscSignedReference *reference;
    guint stage;
    xmlNode *target;        /* in that stage's tree (STR-Transform: the token); NULL: the whole document */
    const xmlNode *without; /* the ds:Signature that the enveloped transform leaves out; or NULL */
    gboolean is_text_only;  /* base64 transform: neither the element nor what is around its text is signed */
} WsscMatch;

/* What is behind a result. */
typedef struct {
    xmlNode *element;               /* ds:Signature */
    guint first_match, match_count; /* of its references, in their order */
    const xmlNode *claim;           /* the token in which the key that fitted itself stands; or NULL */
} WsscChecked;

/* What was asked of an element, and how: of what it holds, or for its digest. */
typedef struct {
    gconstpointer node, without;
    const char *name; /* static */
    char *prefixes;   /* NULL for none */
    guint stage, how;
} WsscAsked;

/* Answers by what was asked. *table: NULL until the first goes in. Takes the prefixes of asked and the answer, which
 * free_answer is for (of the whole table; may be NULL). */
void wssc_asked_keep(GHashTable **table, const WsscAsked *asked, gpointer answer, GDestroyNotify free_answer);
/* FALSE when it was not asked. */
static inline gboolean wssc_asked_find(GHashTable *table, const WsscAsked *asked, gpointer *ret_answer)
{
    return table != NULL && g_hash_table_lookup_extended(table, asked, NULL, ret_answer);
}

typedef struct {
    const WsscXml *xml;
    WsscVerifier *verifier;
    WsscKeyring *ring;
    WsscCrypto *crypto;
    WsscC14nOut *out;
    WsscBudget *budget; /* the verifier's, as these three */
    const WsscSecurityOptions *options;
    WsscSecurity *result;
    GPtrArray *stages; /* WsscStage, oldest first; the last is the current tree */
    /* These three: NULL until something goes in (wssc_work_keep, wssc_work_kept). */
    GHashTable *opened_keys; /* xmlNode of an EncryptedKey -> GPtrArray of WsscCandidate; empty: closed */
    GHashTable *key_results; /* xmlNode of an EncryptedKey -> its WsscDecryption */
    GHashTable *refused;   /* xmlNode of an EncryptedData of the current tree that did not open -> its WsscDecryption */
    gboolean has_closed;   /* something stayed encrypted */
    GHashTable *digests;   /* WsscAsked -> its digest; NULL until there is one that is worth keeping */
    GHashTable *holds;     /* WsscAsked -> whether it is there; NULL until it is asked for */
    GArray *matches;       /* WsscMatch */
    GArray *checked;       /* WsscChecked, one for each signature of the result, in order */
    GPtrArray *garbage;    /* xmlNode taken out of trees, freed at the end */
    guint depth;           /* of key resolution */
    gsize part_octets;     /* of MIME parts that were digested so far, each time anew */
    WsscXml *opened_parts; /* holds the MIME parts that were opened; or NULL */
} WsscWork;

/* result is borrowed: it outlives the work. */
void wssc_work_init(WsscWork *work, const WsscXml *xml, WsscVerifier *verifier, const WsscSecurityOptions *options,
                    WsscSecurity *result);
void wssc_work_clear(WsscWork *work);

static inline WsscStage *wssc_work_current(const WsscWork *work)
{
    return work->stages->pdata[work->stages->len - 1];
}

/* As the session's limits say. */
static inline guint wssc_work_most(const WsscWork *work, WsscLimitId id)
{
    return work->budget->limits->value[id];
}

/* For tables by node, which most messages have no use for. */
static inline gpointer wssc_work_kept(GHashTable *table, const xmlNode *node)
{
    return table != NULL ? g_hash_table_lookup(table, node) : NULL;
}

/* free_value: of the whole table; may be NULL. */
static inline void wssc_work_keep(GHashTable **table, const xmlNode *node, gpointer value, GDestroyNotify free_value)
{
    if (*table == NULL)
        *table = g_hash_table_new_full(NULL, NULL, NULL, free_value);
    g_hash_table_insert(*table, (gpointer)node, value);
}

/* The match behind a reference's digest, counted from 0 to the number of matches of that result. */
static inline const WsscMatch *wssc_work_match(const WsscWork *work, const WsscChecked *checked, guint which)
{
    return &g_array_index(work->matches, WsscMatch, checked->first_match + which);
}

/* What is behind a signature of the result. */
static inline WsscChecked *wssc_work_checked(const WsscWork *work, const WsscSignature *signature)
{
    return &g_array_index(work->checked, WsscChecked, signature->position - 1);
}

/* The element of an older stage that this one of the current tree is a copy of; NULL when it came out of
 * decryption since. */
xmlNode *wssc_work_older(const WsscWork *work, xmlNode *node, guint stage);
/* Where it stood in an older stage: the element itself, or what it was hidden in. */
xmlNode *wssc_work_trace(const WsscWork *work, xmlNode *node, guint stage);
/* The element of the current tree that stands for one of any tree of the work's; NULL when there is none any more. */
const xmlNode *wssc_work_newest(const WsscWork *work, const xmlNode *node);
/* The first element that came out of an EncryptedData of that stage, in the tree where it did (ret_stage); NULL while
 * it is closed. */
xmlNode *wssc_work_opened(const WsscWork *work, const xmlNode *data, guint stage, guint *ret_stage);
/* The element with that id in the newest tree that has one. NULL when there is none or, with a count over 1,
 * when it is open which is meant. */
xmlNode *wssc_work_find_id(const WsscWork *work, const char *id, guint *ret_count);
/* The xenc:DataReference that names the id in that tree, the first of them; NULL without one. */
const xmlNode *wssc_work_listed(WsscStage *stage, const char *id);
/* An element of that name is root or stands below it. Asked again, it costs nothing; FALSE when the budget is used up.
 */
gboolean wssc_work_holds(WsscWork *work, xmlNode *root, WsscNsFamily family, const char *name);
/* The node is that one or stands below it. */
gboolean wssc_work_is_within(const xmlNode *node, const xmlNode *ancestor);
/* The part is what had one of the digests, or stands or stood inside it. */
gboolean wssc_work_covers(const WsscWork *work, const WsscSignature *signature, xmlNode *part);

#endif
