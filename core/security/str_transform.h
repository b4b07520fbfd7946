/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * STR-Transform: what is digested is the token behind a reference (WSS 1.1 section 8.3).
 */
#ifndef WSSC_SECURITY_STR_TRANSFORM_H
#define WSSC_SECURITY_STR_TRANSFORM_H

#include "security/algorithms.h"
#include "security/c14n.h"
#include "security/work.h"

/* A token, and the stage of the message that it stands in. */
typedef struct {
    xmlNode *element;
    guint stage;
} WsscStrToken;

/* TRUE when the token that str designates in that stage has the digest, in one of the forms that stacks give it. A
 * reference to an EncryptedData may mean that, the saml:EncryptedAssertion around it, or what is inside. ret_token:
 * which it was; its element is NULL when it is not in the message. */
gboolean wssc_str_digest_fits(WsscWork *work, guint stage, const xmlNode *str, const WsscC14n *c14n,
                              const WsscAlgorithm *digest, WsscBytes expected, WsscStrToken *ret_token);

typedef enum {
    WSSC_STR_TOKEN_UNKNOWN, /* neither in the message nor known */
    WSSC_STR_TOKEN_CLOSED,  /* in the message, and still encrypted */
    WSSC_STR_TOKEN_KNOWN,   /* in the message, or its certificate is known */
} WsscStrTokenState;
WsscStrTokenState wssc_str_token_state(WsscWork *work, guint stage, const xmlNode *str);

#endif
