/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A token that one service issued for use at another (WS-Trust 1.4, WS-Federation): its way to the bootstrap of a
 * context. Complete when the session is finished.
 */
#ifndef WSSC_MODEL_TOKEN_H
#define WSSC_MODEL_TOKEN_H

#include "model/types.h"
#include "soap/message.h"

struct WsscToken {
    guint index;                                  /* from 1, in order of appearance */
    WsscTokenKind kind;                           /* "saml11", "saml20", ..., as among a context's bootstrap */
    char *id;                                     /* AssertionID or ID */
    char *issuer, *subject;                       /* as it says; or NULL */
    gint64 created, expires;                      /* its conditions; WSSC_TIME_NONE */
    WSSC_MODEL WsscExchange *issued_by;           /* or NULL: its issue is not in the capture, or not readable */
    WSSC_MODEL WsscMessage *first_use, *last_use; /* messages whose security header carries it; or NULL */
    guint uses;
    WSSC_MODEL GPtrArray *contexts; /* WsscContext that were asked for with it */
};

#endif
