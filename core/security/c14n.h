/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Canonical octets of an element or a document, by libxml2 (Canonical XML 1.0, 1.1, Exclusive
 * 1.0). The tree is changed for the time of a call and is as before when it returns; so one
 * thread at a time.
 */
#ifndef WSSC_SECURITY_C14N_H
#define WSSC_SECURITY_C14N_H

#include <openssl/evp.h>

#include "security/algorithms.h"
#include "xml/xml.h"

/* How much may be written, all calls together: references may cover the same octets again and again. */
typedef struct {
    gsize left;
    guint per_element; /* octets that each element is charged beside its own: many small ones take libxml2 longer */
} WsscC14nBudget;

/* libxml2's output buffer, kept from one call to the next: making one takes as long as a small element. */
typedef struct WsscC14nOut WsscC14nOut;
WsscC14nOut *wssc_c14n_out_new(void);
void wssc_c14n_out_free(WsscC14nOut *out);

typedef struct {
    guint flags;     /* WSSC_C14N_* */
    char **prefixes; /* InclusiveNamespaces/@PrefixList, NULL-terminated; or NULL */
    guint prefix_count;
    WsscC14nBudget *budget; /* borrowed; NULL: no bound */
    WsscC14nOut *out;       /* borrowed; NULL: one for the call */
} WsscC14n;

void wssc_c14n_clear(WsscC14n *c14n);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WsscC14n, wssc_c14n_clear)

/* The method that a ds:CanonicalizationMethod or ds:Transform of kind C14N asks for. */
WsscC14n wssc_c14n_read(const WsscAlgorithm *algorithm, const xmlNode *method);

/* Writes the octets of apex and all below it (NULL: of the whole document), without the subtree
 * "hidden" (may be NULL), to a running digest and to a buffer; either may be NULL. FALSE where
 * libxml2 refuses, as it does for relative namespace URIs, where the prefixes are too many, and when
 * the budget is used up. */
gboolean wssc_c14n_write(const WsscC14n *c14n, xmlDoc *doc, xmlNode *apex, xmlNode *hidden, EVP_MD_CTX *digest,
                         GByteArray *buffer);

/* The same by walking the whole document with a visibility callback: slow, the measure for tests. */
gboolean wssc_c14n_write_plain(const WsscC14n *c14n, xmlDoc *doc, xmlNode *apex, xmlNode *hidden, GByteArray *buffer);

#endif
