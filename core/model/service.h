/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The services of a capture and the load of contexts that each had, the servers that stood behind one context, and the
 * clocks of all peers. Complete when the session is finished.
 */
#ifndef WSSC_MODEL_SERVICE_H
#define WSSC_MODEL_SERVICE_H

#include "model/types.h"

/* How many there were at most at one moment, and the moment. */
typedef struct {
    guint count;
    gint64 time;                     /* of the message that made it so many; WSSC_TIME_NONE for none */
    WSSC_MODEL WsscMessage *reached; /* that message; or NULL */
} WsscPeak;

/* An address that contexts were asked of. */
struct WsscService {
    char *address;                  /* "address:port" */
    WSSC_MODEL GPtrArray *contexts; /* WsscContext asked of it, in order */
    guint issued, refused, unanswered;
    guint never_used; /* issued, and in no message of the capture */
    guint replaced;   /* used, and not any more since another one was issued to the same requestor, while they lived */
    WsscPeak pending; /* issued and not used yet */
    WsscPeak active;  /* begun and not ended */
    guint lost_together; /* contexts that it had served and refused to know within the bound "together", at most */
    WSSC_MODEL WsscMessage *first_lost; /* the first of those faults; or NULL */
};

/* One server's part in one context: a balancer sends its messages to several. */
struct WsscServed {
    char *address;
    gboolean is_issuer;
    guint accepted, refused;                                /* messages under the context, by the answer */
    WSSC_MODEL WsscMessage *first_accepted, *first_refused; /* requests; or NULL */
    WSSC_MODEL WsscMessage *refused_between; /* a fault that does not know the context, between uses that were served:
                                                several servers share the address; or NULL */
};

/* A machine's clock, told by the times that it writes: Timestamps, lifetimes, Date of HTTP. */
struct WsscPeer {
    char *address; /* of a requestor without port, of a server with it */
    gboolean is_server;
    guint samples;
    gint64 ahead_min, ahead_max; /* by how much it is ahead of the capture's, microseconds: at least, at most;
                                    WSSC_TIME_NONE where nothing bounds it on that side */
    WSSC_MODEL WsscMessage *min_from, *max_from; /* what says so; or NULL */
    gboolean is_steady; /* FALSE: no one offset fits all samples, the clock was set or several machines share it */
};

#endif
