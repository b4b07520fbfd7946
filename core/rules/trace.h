/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One context's way through the capture: its exchanges and messages in order, what was seen twice only once.
 *
 *     g_autoptr(GPtrArray) traces = wssc_traces_new(model);     (a WsscTrace for each context, in their order)
 *
 * All that a trace points to belongs to the model and is settled when the session is finished.
 */
#ifndef WSSC_RULES_TRACE_H
#define WSSC_RULES_TRACE_H

#include "model/model.h"

/* How a request for a key ended. */
typedef enum {
    WSSC_GRANT_ISSUED,
    WSSC_GRANT_REFUSED,    /* by a fault, an answer of HTTP, or a reset */
    WSSC_GRANT_UNREADABLE, /* answered, in words that are encrypted for us */
    WSSC_GRANT_UNANSWERED, /* not in the capture */
} WsscGrantOutcome;

/* One request for a new context or for a renewal, and its answer. */
typedef struct {
    const WsscExchange *exchange;
    WsscOperation operation;      /* ISSUE or RENEW */
    const WsscMessage *request;   /* or NULL: not in the capture */
    const WsscMessage *response;  /* or NULL */
    const WsscTrust *rst, *rstr;  /* NULL where not read */
    const WsscInstance *instance; /* that came of it; or NULL */
    const WsscFault *fault;       /* or NULL */
    WsscGrantOutcome outcome;
    gint64 asked, answered; /* by the capture's clock; WSSC_TIME_NONE */
} WsscGrant;

typedef struct {
    const WsscContext *context;
    GPtrArray *messages;        /* const WsscMessage: all that are about the context, by time */
    GPtrArray *grants;          /* WsscGrant, by time */
    const WsscExchange *cancel; /* the first request to cancel it; or NULL */
    /* An earlier request of the same client to the same service, for a context whose name could not be read; set where
     * no grant was seen, else NULL. */
    const WsscExchange *before;
    const WsscMessage *secured; /* a copy of one of its messages that was seen on another, protected link; or NULL */
} WsscTrace;

GPtrArray *wssc_traces_new(const WsscModel *model);

/* The first issue, else the first grant; NULL when none was seen. */
const WsscGrant *wssc_trace_first(const WsscTrace *trace);
/* A call of the application under the context, by the client. */
gboolean wssc_trace_is_call(const WsscMessage *message);
/* Whether the service did what the request asks, as far as its answer tells: neither fault nor reset nor HTTP error. */
gboolean wssc_trace_is_served(const WsscMessage *request);
gboolean wssc_trace_is_refused(const WsscMessage *request);

#endif
