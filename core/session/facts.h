/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the finished model says of whole lifecycles: each file fills in one kind of fact, from what the session has
 * written until then. Called once, at the end, in the order of this header.
 */
#ifndef WSSC_SESSION_FACTS_H
#define WSSC_SESSION_FACTS_H

#include "session/private.h"

typedef enum {
    WSSC_TURN_OPEN,    /* no answer in the capture, or none that can be read */
    WSSC_TURN_SERVED,  /* or refused by what it asks for, and not by its security */
    WSSC_TURN_REFUSED, /* its security was */
    WSSC_TURN_LOST,    /* the connection was dropped instead of an answer */
} WsscTurnEnd;

/* A request and what came of it; copies of one request are one turn. */
struct WsscTurn {
    WsscExchange *exchange; /* the first one of the copies */
    WsscMessage *request;
    WsscMessage *answer; /* to any of them; or NULL */
    const char *server;  /* who answers, as far as the capture shows: of the leg that is answered first */
    WsscTurnEnd end;
    gint64 end_time; /* of the answer, or of what the carrier said instead; WSSC_TIME_NONE */
};

/* turns.c: fills in the turns of each context (wssc_turns), in the order of the requests. */
void wssc_turns_collect(WsscSession *session);
/* WsscTurn of the requests that use the context or are about it. */
const GPtrArray *wssc_turns(const WsscContext *context);

/* ends.c: how each context ended, and what came after. */
void wssc_facts_ends(WsscSession *session);
/* renewals.c: needs ends. */
void wssc_facts_renewals(WsscSession *session);
/* rollovers.c: needs renewals. */
void wssc_facts_rollovers(WsscSession *session);
/* services.c: needs ends. */
void wssc_facts_services(WsscSession *session);
/* clocks.c */
void wssc_facts_clocks(WsscSession *session);
/* replays.c */
void wssc_facts_replays(WsscSession *session);
/* tokens.c */
void wssc_facts_tokens(WsscSession *session);
/* The message carries a token of which that tells, or passes one on. */
gboolean wssc_facts_is_about_token(WsscSession *session, const WsscMessage *message);

#endif
