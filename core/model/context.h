/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A security context, its keys and its state.
 */
#ifndef WSSC_MODEL_CONTEXT_H
#define WSSC_MODEL_CONTEXT_H

#include "base/wire.h"
#include "keys/keyring.h"
#include "model/types.h"
#include "security/security.h"
#include "soap/message.h"

typedef enum {
    WSSC_STATE_REQUESTED,
    WSSC_STATE_ISSUED,
    WSSC_STATE_ACTIVE,
    WSSC_STATE_RENEWING,
    WSSC_STATE_ROLLOVER,
    WSSC_STATE_CANCELLED,
    WSSC_STATE_EXPIRED,
    WSSC_STATE_REFUSED,
    WSSC_STATE_ABANDONED,
    WSSC_STATE_OBSERVED,
    WSSC_STATE_MAX
} WsscState;
const char *wssc_state_name(WsscState state);

typedef enum { WSSC_ENTROPY_UNKNOWN, WSSC_ENTROPY_CLIENT, WSSC_ENTROPY_SERVER, WSSC_ENTROPY_COMBINED } WsscEntropyMode;
const char *wssc_entropy_mode_name(WsscEntropyMode mode); /* NULL for unknown */

/* One key of a context. */
struct WsscInstance {
    char *name;                        /* wsc:Instance; NULL for the first key of most stacks */
    WSSC_MODEL WsscMessage *issued_by; /* RSTR; NULL when not in the capture */
    gint64 created, expires;           /* WSSC_TIME_NONE when not said */
    WSSC_MODEL WsscMessage *first_use, *last_use;
    WsscSecret *key; /* NULL when unknown; never print it unasked */
    WsscKeyOrigin key_origin;
    WsscKeyOrigin verified_as; /* as verdicts name this key: another one where a key file has it, too */
    char *key_fingerprint;     /* NULL when unknown */
    WsscEntropyMode entropy_mode;
    gint64 key_size;          /* bits; -1 when not known */
    gboolean is_size_assumed; /* nobody states key_size, and no signature proves it */
    char *key_derivation;     /* what the capture's key was made of, in words, without secrets, with places for frames
                                 (WSSC_AT); or NULL */
    WSSC_MODEL GPtrArray *key_evidence; /* WsscEvidence of that; or NULL */
    const char *key_missing;            /* why the key is unknown, in plain words; NULL when known */
    /*< private >*/
    WSSC_MODEL WsscInstance *older; /* one of the same name that was issued before */
    struct WsscIssuer *issuer;      /* the session's own: what stays of issued_by, once that is gone; or NULL */
};

/* How a context ended. What is not known of its beginning changes nothing about that. */
typedef enum {
    WSSC_END_NONE,              /* it was never issued, or the capture goes on */
    WSSC_END_CANCELLED,         /* by request and answer (WS-SC 1.4 section 6) */
    WSSC_END_CANCEL_UNANSWERED, /* asked to be cancelled, without an answer in the capture */
    WSSC_END_EXPIRED,           /* its lifetime was over, or the service said so */
    WSSC_END_REFUSED,           /* by a fault: BadContextToken and its like */
    WSSC_END_ABORTED,           /* by the service of its own will: SecuritySessionAborted */
    WSSC_END_CLOSED,            /* the connection that it came by was closed, and nothing cancelled it */
    WSSC_END_CAPTURE,           /* the capture ends first */
    WSSC_END_MAX
} WsscEnd;
/* "none", "cancelled", "cancel-unanswered", "expired", "refused", "aborted", "closed", "capture". */
const char *wssc_end_name(WsscEnd end);

/* The size of the context's key that one end's valid signatures show. */
typedef struct {
    guint bits;                      /* 0: none was seen */
    guint index;                     /* of the first message that shows it */
    WSSC_MODEL WsscMessage *message; /* it; or NULL */
} WsscSizeSeen;

/* A message's place. */
typedef struct {
    guint file;
    guint32 frame; /* 0: none */
    guint ordinal;
} WsscSpot;

struct WsscContext {
    guint index;      /* from 1, in order of appearance */
    char *identifier; /* NULL while only requested, or refused */
    WsscNs version;   /* WSSC_NS_WSC_*; WSSC_NS_NONE when not known */
    WsscState state;
    const char *requestor, *issuer; /* "address:port" */
    const char *issuing_server; /* the server behind issuer that gave it, where legs of the way show which; else issuer.
                                   NULL until the session is finished */
    WsscTransport transport;
    gboolean is_protected;
    WsscTokenKinds bootstrap;        /* of the RST */
    WSSC_MODEL GPtrArray *instances; /* WsscInstance, in the order of issue */
    WsscLimitSet limits_met;         /* what of it was left away */
    guint renewals;
    guint messages;
    guint verdicts[5];                       /* counts by WsscVerdict */
    WSSC_MODEL WsscExchange *requested_by;   /* what asked for it; or NULL */
    WSSC_MODEL WsscExchange *established_by; /* or NULL */
    WSSC_MODEL WsscMessage *ended_by;        /* or NULL */
    WSSC_MODEL GPtrArray *events;            /* WsscEvent, in order */
    WsscSpot first, last; /* where only rows are kept (WsscSessionOptions.only_rows), of those that messages tell */
    WSSC_MODEL GPtrArray *findings;            /* WsscFinding, borrowed */
    WSSC_MODEL WsscMessage *first_unprotected; /* the first message of it without transport protection; or NULL */
    WsscEnd end;                               /* known when the session is finished, as are the lists below */
    gint64 end_time;                           /* WSSC_TIME_NONE for none */
    guint uses_after_end;                      /* requests under it after that */
    WSSC_MODEL WsscMessage *first_after_end;   /* or NULL */
    WSSC_MODEL GPtrArray *renewal_list;        /* WsscRenewal, borrowed */
    WSSC_MODEL GPtrArray *rollovers;           /* WsscRollover, borrowed */
    WSSC_MODEL GPtrArray *servers;             /* WsscServed, owned: in the order in which they came */
    WSSC_MODEL GPtrArray *tokens;              /* WsscToken of its bootstrap, borrowed */
    WsscSizeSeen client_size, service_size;    /* likewise */
    gint64 clock_offset; /* by how much the issuer's clock is ahead of the capture's, microseconds; 0 within the bound
                            "issuer-clock" */
    /*< private >*/
    WSSC_MODEL GHashTable *by_name; /* name, "" for none -> the latest WsscInstance of that name; NULL while they are
                                       few */
};

/* The latest instance of that name; NULL name: the one without a name. NULL when there is none. */
WSSC_MODEL WsscInstance *wssc_context_instance(const WsscContext *context, const char *name);
/* The instance whose key decided the signature, known by where that key came from; when no key did, the latest of the
 * name that the signature refers to. NULL when the context has none. */
WSSC_MODEL WsscInstance *wssc_context_instance_of(const WsscContext *context, const WsscSignature *signature);

/* The fault by which the service refuses the security of the first request whose signature shows the client's size of
 * the key; NULL when there is none. */
WSSC_MODEL WsscMessage *wssc_context_size_refusal(const WsscContext *context);

#endif
