/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The renewals of a context, those that came too late or not at all among them, and the rollovers that follow
 * (WS-SC 1.4 section 5). Complete when the session is finished.
 */
#ifndef WSSC_MODEL_RENEWAL_H
#define WSSC_MODEL_RENEWAL_H

#include "model/types.h"

typedef enum {
    WSSC_RENEWAL_DONE,       /* a new key */
    WSSC_RENEWAL_SAME_KEY,   /* only the lifetime is new */
    WSSC_RENEWAL_REISSUED,   /* another context was issued in its place */
    WSSC_RENEWAL_REFUSED,    /* by a fault, or by an answer of HTTP */
    WSSC_RENEWAL_UNANSWERED, /* no answer in the capture */
    WSSC_RENEWAL_UNREADABLE, /* the answer's content is encrypted for us */
    WSSC_RENEWAL_MISSING,    /* the key ended, or the service asked for renewal, and nobody did */
    WSSC_RENEWAL_MAX
} WsscRenewalOutcome;
/* "done", "same-key", "reissued", "refused", "unanswered", "unreadable", "missing". */
const char *wssc_renewal_outcome_name(WsscRenewalOutcome outcome);

typedef enum {
    WSSC_TIMING_UNKNOWN, /* the key's lifetime is not known */
    WSSC_TIMING_EARLY,   /* less of it is over than the bound "early-renewal" says */
    WSSC_TIMING_ON_TIME,
    WSSC_TIMING_LATE, /* after its end by the issuer's clock, or after the service said that renewal is needed */
    WSSC_TIMING_MAX
} WsscRenewalTiming;
/* "unknown", "early", "on-time", "late". */
const char *wssc_renewal_timing_name(WsscRenewalTiming timing);

struct WsscRenewal {
    WSSC_MODEL WsscContext *context;
    WSSC_MODEL WsscExchange *exchange;       /* that asked for it, or for the context in its place; NULL: MISSING */
    WSSC_MODEL WsscInstance *before, *after; /* the key that was renewed, the one that came; or NULL */
    WSSC_MODEL WsscContext *replaced_by;     /* of REISSUED; else NULL */
    WSSC_MODEL WsscMessage *needed_by;       /* the fault that asked for renewal before; or NULL */
    WSSC_MODEL WsscRenewal *beside;          /* another one that was under way when this one was asked for; or NULL */
    WsscRenewalOutcome outcome;
    WsscRenewalTiming timing;
    gint64 asked;                /* when, by the capture's clock; WSSC_TIME_NONE: never */
    gint64 lifetime;             /* of the key before, microseconds; WSSC_TIME_NONE */
    gint64 left;                 /* of that lifetime when it was asked for, by the issuer's clock; negative: it was
                                    over; WSSC_TIME_NONE */
    WsscTruth signed_by_current; /* the request carries a valid signature of the key that it renews */
    WsscTruth same_identity;     /* the same user or certificate as the context was asked for with */
    WsscTruth is_used;           /* the new key was; NO only where later messages used another one */
};

/* The span in which the old key is accepted beside the new one: as far as the uses of the old one bound it. */
struct WsscRollover {
    WSSC_MODEL WsscContext *context;
    WSSC_MODEL WsscInstance *before, *after;
    WSSC_MODEL WsscMessage *begin;         /* the first message under the new key */
    WSSC_MODEL WsscMessage *last_accepted; /* the last request under the old one that was served after it; or NULL */
    WSSC_MODEL WsscMessage *first_refused; /* the first one that was refused after all of those; or NULL */
    WSSC_MODEL WsscMessage *old_answer; /* the first response under the old key to a request under the new; or NULL */
    gint64 at_least, at_most;           /* microseconds from begin to the two; 0 and WSSC_TIME_NONE without */
    guint returns;                      /* how often the requestor went back from the new key to the old one */
};

#endif
