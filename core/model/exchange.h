/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A request and its response.
 */
#ifndef WSSC_MODEL_EXCHANGE_H
#define WSSC_MODEL_EXCHANGE_H

#include "model/connection.h"
#include "model/types.h"
#include "soap/message.h"

/* What the request asks for, as far as it could be read. */
typedef struct {
    gint64 key_size; /* bits; -1 when not said, -2 when no number */
    char *token_type, *context, *key_type;
    char *instance; /* that a renewal names; NULL: the one without a name */
    gboolean has_entropy;
} WsscAsked;

typedef enum {
    WSSC_OUTCOME_PENDING, /* only while the capture goes on */
    WSSC_OUTCOME_DONE,
    WSSC_OUTCOME_FAULT,       /* a SOAP fault, or a status of HTTP that is an error */
    WSSC_OUTCOME_NO_RESPONSE, /* in the capture */
    WSSC_OUTCOME_RESET,       /* the connection was */
    WSSC_OUTCOME_INCOMPLETE,  /* the response could not be read whole, or the negotiation stops */
    WSSC_OUTCOME_MAX
} WsscOutcome;
/* "pending", "done", "fault", "no-response", "reset", "incomplete". */
const char *wssc_outcome_name(WsscOutcome outcome);

/* wst exchange, or a plain request and its response under a context. */
struct WsscExchange {
    guint index;
    WsscOperation operation;                    /* NONE: an ordinary call */
    WSSC_MODEL WsscMessage *request, *response; /* either may be NULL; of a negotiation the first and the last */
    WSSC_MODEL GPtrArray *legs;                 /* WsscMessage: of a negotiation, every message in order; else NULL */
    WsscOutcome outcome;
    WSSC_MODEL WsscExchange *copy_of; /* the first exchange whose request is the same message; or NULL */
    WSSC_MODEL WsscContext *context;
    gint64 response_time; /* microseconds; -1 without response */
    WsscAsked asked;
    gint64 given_created, given_expires; /* the lifetime that the response gives; WSSC_TIME_NONE */
    guint32 reset_frame;                 /* of a connection that was reset before any answer; 0: none */
    guint32 status_frame;          /* of an answer of HTTP without a message; 0: none. Both in the request's file */
    guint http_status;             /* of that answer */
    gboolean is_ended_by_carrier;  /* that answer is all there is */
    gboolean is_unreadable;        /* answered, but the answer's body is encrypted for us */
    gboolean is_answered;          /* here, or a copy of the request elsewhere */
    WSSC_MODEL WsscSign *ended_by; /* what the carrier ended it with, when no response came; or NULL */
};

/* The layer that refused or dropped the request; NONE when it was served, or nothing is known of its end. */
WsscLayer wssc_exchange_refused_by(const WsscExchange *exchange);

/* The frames it is made of, in order: request, further legs, response, or what the carrier said instead. Never NULL;
 * caller frees the list. */
GPtrArray *wssc_exchange_evidence(const WsscExchange *exchange);

#endif
