/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The transforms of a ds:Reference (XML Signature section 4.4.3.4): from the element that is referred to, to the octets
 * that are digested.
 */
#ifndef WSSC_SECURITY_TRANSFORMS_H
#define WSSC_SECURITY_TRANSFORMS_H

#include "security/check.h"

typedef struct {
    WsscC14n c14n;
    gboolean has_c14n, is_enveloped, is_str, is_base64, keeps_comments;
    const char *attachment; /* "content" or "complete" where octets of a MIME part are digested; or NULL */
    gboolean is_implied;    /* one names no algorithm: a canonical form is meant, and which is open */
    char *unsupported;      /* why they cannot be run; or NULL */
} WsscTransforms;

/* uris: char *, each as written is added. */
WsscTransforms wssc_transforms_read(const xmlNode *reference, GPtrArray *uris);
void wssc_transforms_clear(WsscTransforms *transforms);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WsscTransforms, wssc_transforms_clear)

/* Octets of a target (NULL: the whole document) in the tree of that stage to a running digest, or to a buffer. FALSE
 * when there are none. */
gboolean wssc_transforms_apply(const WsscCheck *check, guint stage, xmlNode *target, const WsscTransforms *transforms,
                               EVP_MD_CTX *digest, GByteArray *octets);
/* The ds:Signature that the enveloped transform leaves out, in the tree of that stage; NULL when the target does
 * not hold it. */
xmlNode *wssc_transforms_hidden(const WsscCheck *check, guint stage, xmlNode *target, const WsscTransforms *transforms);
/* What parts of a MIME message brought in makes the tree larger than the octets that the budget was made for: TRUE when
 * there is more of it now. */
gboolean wssc_transforms_extend_budget(WsscWork *work);

#endif
