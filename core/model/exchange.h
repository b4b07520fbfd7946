/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A request and its response.
 */
#ifndef WSSC_MODEL_EXCHANGE_H
#define WSSC_MODEL_EXCHANGE_H

#include "model/types.h"
#include "soap/message.h"

/* wst exchange, or a plain request and its response under a context. */
struct WsscExchange {
    guint index;
    WsscOperation operation;         /* NONE: an ordinary call */
    WsscMessage *request, *response; /* either may be NULL; of a negotiation the first and the last */
    GPtrArray *legs;                 /* WsscMessage: of a negotiation, every message in order; else NULL */
    const char *outcome;             /* "pending", "done", "fault", "no-response", "reset", "incomplete" */
    WsscExchange *copy_of;           /* the first exchange whose request is the same message; or NULL */
    WsscContext *context;
    gint64 response_time; /* microseconds; -1 without response */
};

#endif
