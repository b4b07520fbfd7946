/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The elements of a document by their ids, built once and kept up to date while parts are
 * decrypted. The ids are those in the tree: its nodes live as long as this. wsu:Id, xml:id, Id and SAML's
 * AssertionID/ID count before unqualified ID and id, which applications use for their own things (WSS 1.1 section 4.2).
 */
#ifndef WSSC_SECURITY_IDS_H
#define WSSC_SECURITY_IDS_H

#include "xml/xml.h"

typedef struct WsscIds WsscIds;

WsscIds *wssc_ids_new(const xmlDoc *doc);
void wssc_ids_free(WsscIds *ids);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscIds, wssc_ids_free)

/* FALSE: no id was ever claimed by two elements. */
gboolean wssc_ids_has_doubles(const WsscIds *ids);
/* What there ever was among what was taken in; looked for on the same walk. */
typedef enum {
    WSSC_SEEN_ENCRYPTED = 1 << 0, /* an xenc:EncryptedData */
    WSSC_SEEN_INCLUDE = 1 << 1,   /* an xop:Include */
    WSSC_SEEN_COMMENT = 1 << 2,
    WSSC_SEEN_QNAME = 1 << 3, /* what may hold a QName: a type of another namespace's, the code of a fault */
} WsscSeen;
gboolean wssc_ids_has_seen(const WsscIds *ids, WsscSeen what);
/* The element, or NULL. ret_count (may be NULL): how many elements claim that id. */
xmlNode *wssc_ids_find(const WsscIds *ids, const char *id, guint *ret_count);
/* Takes in a node, or lets go of an element, and all below it. */
void wssc_ids_add(WsscIds *ids, xmlNode *root);
void wssc_ids_remove(WsscIds *ids, const xmlNode *root);

/* The id in a same-document URI: "" is the whole document; NULL for anything else. Caller frees. */
char *wssc_ids_from_uri(const char *uri, gboolean *ret_keeps_comments);

/* Document order over elements: the next one, staying below root; NULL at the end. */
xmlNode *wssc_ids_walk(const xmlNode *root, xmlNode *node);

#endif
