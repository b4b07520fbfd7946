/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * STR-Transform: what is digested is the token behind a reference (WSS 1.1 section 8.3).
 */
#ifndef WSSC_SECURITY_STR_TRANSFORM_H
#define WSSC_SECURITY_STR_TRANSFORM_H

#include "security/algorithms.h"
#include "security/c14n.h"
#include "security/work.h"

/* TRUE when the token, in one of the forms that stacks give it, has the digest. */
gboolean wssc_str_digest_fits(WsscWork *work, const WsscStage *stage, const xmlNode *str, const WsscC14n *c14n,
                              const WsscAlgorithm *digest, WsscBytes expected);
/* The token is in the message, or its certificate is known. */
gboolean wssc_str_has_token(WsscWork *work, const WsscStage *stage, const xmlNode *str);

#endif
