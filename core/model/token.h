/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A token that one service issued for use at another (WS-Trust 1.4, WS-Federation): its way to the bootstrap of a
 * context. An assertion, or a security context token that is shown like one: to ask for another context, as a bearer
 * token without a key (WS-Trust 1.4 section 9.2), or where its request names another service than the one that it was
 * sent to (WS-SC 1.4 section 3). Complete when the session is finished.
 */
#ifndef WSSC_MODEL_TOKEN_H
#define WSSC_MODEL_TOKEN_H

#include "model/types.h"
#include "soap/message.h"

struct WsscToken {
    guint index;                                  /* from 1, in order of appearance */
    WsscTokenKind kind;                           /* "saml11", "saml20", "sct", as among a context's bootstrap */
    char *id;                                     /* AssertionID or ID; a security context token's Identifier */
    char *issuer, *subject;                       /* as it says; or NULL */
    gint64 created, expires;                      /* its conditions, or its Lifetime; WSSC_TIME_NONE */
    WSSC_MODEL WsscExchange *issued_by;           /* or NULL: its issue is not in the capture, or not readable */
    WSSC_MODEL WsscMessage *first_use, *last_use; /* messages whose security header carries it; or NULL */
    guint uses;
    WSSC_MODEL GPtrArray *contexts; /* WsscContext that were asked for with it */
    WSSC_MODEL GPtrArray *events;   /* WsscEvent, owned, in order: its issue, its first and last use and those that ask
                                       for a context, the end of its time. Their context: that is asked for; or NULL */
};

/* "assertion a1 of sts for alice", "context token urn:1". Caller frees. */
char *wssc_token_words(const WsscToken *token);

#endif
