/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One try of a rewrite (security/rewrite.h), and all of them: what the ways to undo one share.
 */
#ifndef WSSC_SECURITY_REWRITING_H
#define WSSC_SECURITY_REWRITING_H

#include "security/work.h"

/* What is tried for one signature: shared by its parts, for what was done to one was done to others. */
typedef struct {
    gsize left;           /* octets that may still be tried, from rewrite-octets (base/limits.def) */
    GHashTable *prefixes; /* namespace -> the prefix that it had where one part fitted; char * both */
} WsscRewriting;

/* A part that does not fit: what is digested for a reference, or SignedInfo. All borrowed. */
typedef struct {
    WsscWork *work;
    WsscRewriting *rewriting;
    const WsscC14n *c14n;     /* its form */
    const GByteArray *octets; /* canonical, as it arrived */
    xmlNode *element;         /* of the current tree; NULL: the whole document */
    xmlNode *hidden;          /* inside it and not among its octets; or NULL */
    guint cost;               /* how many times the octets one try takes: once for each key */
    gboolean (*fits)(gpointer user, const GByteArray *octets);
    gpointer user;
} WsscRewritten;

/* Asks whether they fit. FALSE too when what is left does not suffice: then nothing is left. */
gboolean wssc_rewrite_try(const WsscRewritten *part, const GByteArray *octets);
/* The same for another form of the part's octets, tried where it is another. Takes it over; NULL: FALSE. */
gboolean wssc_rewrite_try_form(const WsscRewritten *part, GByteArray *form);
/* Nothing is left: not worth making another form. */
gboolean wssc_rewrite_is_spent(const WsscRewritten *part);

/* ---- the ways: TRUE when undoing it gives octets that fit; ret_detail as wssc_rewrite_undo has it ------------- */

/* rewrite_space.c */
gboolean wssc_rewrite_space_between(const WsscRewritten *part, char **ret_detail);
gboolean wssc_rewrite_space_in_text(const WsscRewritten *part, char **ret_detail);
gboolean wssc_rewrite_line_ends(const WsscRewritten *part, char **ret_detail);
/* rewrite_space.c too: under a form with comments, those that the part holds. */
gboolean wssc_rewrite_comments(const WsscRewritten *part, char **ret_detail);
/* rewrite_text.c: characters that were read in another coding, or replaced. */
gboolean wssc_rewrite_coding(const WsscRewritten *part, char **ret_detail);
gboolean wssc_rewrite_replaced(const WsscRewritten *part, char **ret_detail);
/* rewrite_prefix.c: other prefixes for the part's namespaces. */
gboolean wssc_rewrite_prefixes(const WsscRewritten *part, char **ret_detail);
/* rewrite_scope.c: namespace declarations around the part, where its form has them. */
gboolean wssc_rewrite_declarations(const WsscRewritten *part, char **ret_detail);
/* rewrite_raw.c: the octets as they stand in the message. */
gboolean wssc_rewrite_raw(const WsscRewritten *part, char **ret_detail);

#endif
