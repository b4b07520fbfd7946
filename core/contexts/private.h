/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the files of core/contexts share. One coordinator (session.c) calls, in this order for each
 * message: exchange.c (which request it answers), lifecycle.c (what it does to its context, with
 * establish.c for keys), rules.c (findings).
 */
#ifndef WSSC_CONTEXTS_PRIVATE_H
#define WSSC_CONTEXTS_PRIVATE_H

#include "contexts/session.h"

/* A message whose verdict a later key may settle: enough to read it again. */
typedef struct {
    WsscMessage *message;
    GBytes *octets; /* text form; NULL when xml is kept */
    char *charset;
    WsscXml *xml;   /* binary form or resolved XOP: the tree itself */
    guint64 serial; /* of the keyring when it was last tried */
} WsscWaiting;

/* What an exchange keeps until its response comes. */
typedef struct {
    WsscExchange exchange; /* first: a WsscExchange * is one of these */
    WsscSecret *request_entropy;
    char *request_entropy_missing; /* why the entropy in the request could not be read */
    gint64 request_key_size;
    char *request_token_type, *request_context;
    gboolean has_request_entropy;
    gboolean is_ended_by_carrier;
    guint32 reset_frame; /* the connection was reset there before any answer; 0: it was not */
    gboolean is_unreadable; /* answered, but the answer's body is encrypted for us */
} WsscOpenExchange;

struct WsscSession {
    WsscSessionOptions options;
    WsscKeyring *keyring;
    GPtrArray *files;      /* char * */
    GPtrArray *messages;   /* WsscMessage, owned */
    GPtrArray *contexts;   /* WsscContext, owned */
    GPtrArray *exchanges;  /* WsscOpenExchange, owned */
    GPtrArray *findings;   /* WsscFinding, owned */
    GPtrArray *events;     /* WsscEvent, owned */
    GPtrArray *waiting;    /* WsscWaiting, owned */
    GHashTable *by_place;      /* (file, frame, ordinal) -> WsscMessage */
    GHashTable *by_message_id; /* -> WsscOpenExchange: the latest request with that id */
    GHashTable *by_pair;       /* (file, stream, pair) -> WsscOpenExchange */
    GHashTable *by_stream;     /* (file, stream) -> GPtrArray of WsscOpenExchange, requests in order */
    GHashTable *by_trust_context; /* RST/@Context -> WsscOpenExchange of a negotiation */
    GHashTable *by_identifier; /* -> WsscContext */
    gint64 last_time;
    gboolean is_finished;
};

/* exchange.c */
void wssc_exchange_match(WsscSession *session, WsscMessage *message);
void wssc_exchange_free(gpointer exchange);
WsscOpenExchange *wssc_exchange_of_pair(WsscSession *session, guint file, guint64 stream,
                                        guint64 pair);
/* Requests on a connection, in order: WsscOpenExchange, borrowed; NULL when there are none. */
const GPtrArray *wssc_exchange_on_stream(WsscSession *session, guint file, guint64 stream);
gboolean wssc_exchange_is_response(const WsscMessage *message);

/* lifecycle.c */
void wssc_lifecycle_apply(WsscSession *session, WsscMessage *message);
/* The model of a message became readable later: only what it establishes is applied. */
void wssc_lifecycle_apply_late(WsscSession *session, WsscMessage *message);
void wssc_lifecycle_finish(WsscSession *session, gint64 end_time);
void wssc_context_free(gpointer context);
WsscEvent *wssc_context_event(WsscSession *session, WsscContext *context, WsscMessage *message,
                              const char *kind, const char *format, ...) G_GNUC_PRINTF(5, 6);
/* The event of that change, borrowed; NULL when nothing changes. */
WsscEvent *wssc_context_set_state(WsscSession *session, WsscContext *context, WsscMessage *message,
                                  WsscState state, const char *why);
/* The instance of that name; the latest when several have it. NULL name: the first without one. */
WsscInstance *wssc_context_instance(const WsscContext *context, const char *name);
/* By how much the issuer's clock is ahead of the capture's, in microseconds. */
gint64 wssc_context_clock_offset(const WsscContext *context);

/* establish.c */
/* Remembers what the request gives to the key. */
void wssc_establish_request(WsscSession *session, WsscOpenExchange *open, const WsscTrust *rst);
/* Makes the instance that the response gives, with its key when it can be known; owned by the context.
 * Also raises the findings on the material. */
WsscInstance *wssc_establish_instance(WsscSession *session, WsscContext *context,
                                      WsscOpenExchange *open, WsscMessage *message,
                                      const WsscTrust *rstr);

/* rules.c */
WsscFinding *wssc_rules_raise(WsscSession *session, WsscFindingId id, WsscMessage *message,
                              WsscContext *context, const char *format, ...) G_GNUC_PRINTF(5, 6);
void wssc_rules_check_message(WsscSession *session, WsscMessage *message);
void wssc_rules_check_security(WsscSession *session, WsscMessage *message);
void wssc_rules_check_exchange(WsscSession *session, WsscOpenExchange *open, WsscMessage *response);
void wssc_rules_check_use(WsscSession *session, WsscContext *context, WsscMessage *message);
void wssc_rules_finish(WsscSession *session);

#endif
