/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the files of core/session share. One coordinator (session.c) calls, in this order for each message: reading.c
 * (what it says), exchange.c (which request it answers; under_way.c keeps those that wait for an answer), request.c or
 * response.c (what it does to its context: naming.c says which one, use.c what a use changes, establish.c makes keys,
 * context.c writes it down), rules/ (findings); waiting.c reads again what waited for a key, ending.c says how each
 * context ended. connection.c takes what carriers alone tell, store.c keeps the lists.
 */
#ifndef WSSC_SESSION_PRIVATE_H
#define WSSC_SESSION_PRIVATE_H

#include "model/event.h"
#include "rules/rules.h"
#include "session/session.h"

/* A message whose verdict a later key may settle: enough to read it again. */
typedef struct WsscWaiting {
    WsscMessage *message;
    WsscXml *folded;            /* NULL once it is settled */
    guint64 serial;             /* of the keyring when it was last tried */
    WsscKeyQuestions questions; /* that trying it asked of the keyring */
    guint tries;
    gboolean is_settled;
    GArray *counted; /* WsscCounted, of its verdicts, where they were let go before they are settled; or NULL */
} WsscWaiting;

/* A verdict among those of a context. */
typedef struct {
    WsscContext *context;
    WsscVerdict verdict;
} WsscCounted;

/* What an exchange keeps until its response comes. */
typedef struct WsscOpenExchange {
    WsscExchange exchange;            /* first: a WsscExchange * is one of these */
    struct WsscOpenExchange *same_id; /* an older one whose request has the same MessageID */
    WsscSecret *request_entropy;
    char *request_entropy_missing; /* why the entropy in the request could not be read */
    WsscState state_before;        /* of the context, when a renewal was asked for */
    guint64 answer_hash;           /* of the first response to any copy of the request */
    /* A response that came before its request (files in another order): what its key still lacks. */
    WsscInstance *half_made;
    WsscSecret *response_entropy;
    gint64 response_key_size;
    const char *to;       /* that the request is addressed to, once that was let go (wants_verdicts); or NULL */
    gboolean is_proven;   /* of an answer that was let go: the transport or a valid signature protects it */
    const char *put_away; /* past.c: its MessageID, while it becomes a record; or NULL */
    char *closed;         /* why its answer did not open, once that was let go; or NULL */
    gboolean is_held;     /* past.c: it stays, for somebody points to it */
    gboolean is_given_up; /* brief.c: nobody waits for its answer any more */
} WsscOpenExchange;

/* What the message that issued a key says of whose it is. Of one that is gone all but "exchange" stays. */
typedef struct WsscIssuer {
    const WsscExchange *exchange; /* of it, the first of its copies; NULL: gone */
    const char *server;           /* that gave the key */
    const char *asked;            /* the server that its request was sent to; or NULL */
    const char *to;               /* that it is addressed to; or NULL */
    const char *message_id;       /* of the request, only where exchange is gone; or NULL */
    guint64 request_hash;         /* of the first of the request's copies */
    guint32 frame, request_frame; /* the latter: of that one, as is the next */
    guint file, request_file;
    gboolean is_protected;
} WsscIssuer;

typedef struct WsscTurn WsscTurn;
typedef struct WsscPast WsscPast;

/* What a context keeps until the capture ends. */
typedef struct {
    WsscContext context;  /* first: a WsscContext * is one of these */
    WsscState life;       /* the state as if the establishment had been seen: what "observed" hides */
    gboolean is_observed; /* its establishment is not in the capture or not readable */
    WsscMessage *last_use;
    GPtrArray *turns;                /* WsscTurn, owned; made when the capture is over; or NULL */
    gboolean is_renewed;             /* in state "renewing": the response was seen, the new key's first use was not */
    guint64 first_place, last_place; /* as events are put in order, of those that first and last are of; 0: of none */
    WsscSpot established_at;         /* where only rows are kept: the answer that gave its first key, */
    const char *established_by;      /* and who sent it, once the message is gone; or NULL */
} WsscOpenContext;

static inline WsscOpenContext *wssc_context_open(WsscContext *context)
{
    return (WsscOpenContext *)context;
}

static inline gboolean wssc_context_is_observed(const WsscContext *context)
{
    return ((const WsscOpenContext *)context)->is_observed;
}

static inline WsscState wssc_context_life(const WsscContext *context)
{
    return ((const WsscOpenContext *)context)->life;
}

struct WsscSession {
    WsscModel model; /* its exchanges are WsscOpenExchange */
    WsscSessionOptions options;
    WsscLimitSet limits_told;
    gsize kept_octets; /* of messages whose documents are kept */
    gsize kept_mark;   /* as many are looked through again */
    guint kept_from;   /* the first message that was not asked whether its document may go */
    WsscKeyring *keyring;
    WsscVerifier *verifier;
    WsscKeyQuestions questions; /* of the message being read */
    WsscRules rules;            /* whose findings come here */
    GStringChunk *strings;      /* what carriers say over and over */
    WsscStrings *texts;         /* of messages, where only lists are wanted; or NULL */
    WsscOnSettled on_settled;   /* or NULL */
    gpointer on_settled_user;
    GHashTable *unsettled; /* set of the WsscMessage that it was not called for yet */
    GPtrArray *nothing;    /* an empty list that all share where only rows are kept */
    WsscSoap *no_soap;     /* that messages share whose own was let go; or NULL */
    WsscEvent told;        /* where only rows are kept: the latest event; without a context there is none */
    WsscPast *past;        /* exchanges that are over; NULL where all is kept */
    guint messages_fed, exchanges_made;
    GPtrArray *aside;             /* GPtrArray: the lists of everything, where only some is shown; else NULL */
    GPtrArray *waiting;           /* WsscWaiting, owned */
    GHashTable *strange;          /* issue and server -> 1 or 2: the server is another than the issuer */
    guint waiting_from;           /* those before are settled */
    guint waiting_settled;        /* so many are */
    gsize waiting_octets;         /* of the messages that wait */
    GHashTable *waiting_of;       /* WsscContext -> GPtrArray of its WsscWaiting, borrowed */
    GHashTable *by_connection;    /* (file, stream) -> WsscConnection */
    GHashTable *by_place;         /* (file, frame, ordinal) -> WsscMessage */
    GHashTable *by_message_id;    /* -> WsscOpenExchange: the latest request with that id */
    GHashTable *by_relates_to;    /* -> WsscOpenExchange: a response whose request was not seen */
    GHashTable *by_pair;          /* (file, stream, pair) -> WsscOpenExchange */
    GHashTable *by_stream;        /* (file, stream) -> set of WsscOpenExchange under way */
    GHashTable *by_trust_context; /* RST/@Context -> WsscOpenExchange of a negotiation */
    gboolean is_finished;
};

/* under_way.c */
void wssc_exchange_tables_init(WsscSession *session); /* by_pair, by_stream */
/* The exchange, as the request of the message's pair knows it. */
void wssc_exchange_join_pair(WsscSession *session, WsscOpenExchange *open, const WsscMessage *message);
WsscOpenExchange *wssc_exchange_of_pair(WsscSession *session, guint file, guint64 stream, guint64 pair);
/* Whether an answer is waited for on the message's connection. */
void wssc_exchange_set_under_way(WsscSession *session, WsscOpenExchange *open, const WsscMessage *message,
                                 gboolean is_under_way);
/* The one request without an answer on the message's connection; NULL when there are none or several. */
WsscOpenExchange *wssc_exchange_only_one_under_way(WsscSession *session, const WsscMessage *message);
/* The exchanges (WsscOpenExchange) that wait for a response on a connection. Caller frees the list. */
GPtrArray *wssc_exchange_list_under_way(const WsscSession *session, guint file, guint64 stream);
/* The same of one that is over: they are forgotten there. */
GPtrArray *wssc_exchange_under_way(WsscSession *session, guint file, guint64 stream);

/* exchange.c */
/* Decides what the message answers, or opens an exchange; sets is_response, is_copy and exchange. */
void wssc_exchange_match(WsscSession *session, WsscMessage *message);
/* At the end of the capture: what is open still has an outcome then. */
void wssc_exchange_end(WsscSession *session);

/* connection.c */
void wssc_connections_init(WsscSession *session);
void wssc_connections_clear(WsscSession *session);
void wssc_connection_free(gpointer connection);
/* The message's place among the connections. */
void wssc_connection_take(WsscSession *session, WsscMessage *message, const WsscUnit *unit);

/* uneventful.c */
/* When no message comes any more. */
void wssc_connections_let_go(WsscSession *session);

/* context.c */
WsscContext *wssc_context_new(WsscSession *session, WsscMessage *message, WsscState state);
void wssc_context_free(gpointer context);
/* Gives it its identifier. */
void wssc_context_name(WsscSession *session, WsscContext *context, const char *identifier);
/* A new instance; the last one once there are so many (limit instances). */
/* Something of the context was left away there: told once, at that message. */
void wssc_context_tell_limit(WsscSession *session, WsscContext *context, const WsscMessage *message, WsscLimitId id);
WsscInstance *wssc_context_add_instance(WsscContext *context, const char *name, guint most);
/* Makes the message one of the context's, and the context that of its exchange. */
void wssc_context_attach(WsscContext *context, WsscMessage *message);
WsscEvent *wssc_context_event(WsscSession *session, WsscContext *context, WsscMessage *message, WsscEventKind kind,
                              const char *format, ...) G_GNUC_PRINTF(5, 6);
void wssc_context_event_free(gpointer event);
/* Where only rows are wanted: of the latest event no more than its place. */
void wssc_context_take_event(WsscSession *session);
/* The event of that change, borrowed; NULL when nothing is told. */
WsscEvent *wssc_context_set_state(WsscSession *session, WsscContext *context, WsscMessage *message, WsscState state,
                                  const char *why);
/* Its establishment became known after its use: it is no longer observed. */
void wssc_context_reveal(WsscSession *session, WsscContext *context, WsscMessage *message);
/* Ended for good: cancelled. What a later message asks for changes nothing. */
gboolean wssc_context_is_over(const WsscContext *context);

/* naming.c */
typedef struct {
    const char *identifier;
    const char *instance;
    WsscNs version;
} WsscNamed;
/* The context whose token or reference the message carries: an SCT in its header, else a reference by identifier, else
 * whose key a signature was proven to be made with; with several that of "preferred", which may be NULL. */
gboolean wssc_naming_find(WsscSession *session, const WsscMessage *message, const char *preferred,
                          WsscNamed *ret_named);
/* What contexts are called by in the message: other messages may say no more. */
void wssc_naming_learn(WsscSession *session, const WsscMessage *message);
/* The context that a request to renew, cancel or validate is about. */
gboolean wssc_naming_find_target(WsscSession *session, const WsscSoap *soap, WsscNamed *ret_named);
/* Made when it is not known yet. */
WsscContext *wssc_naming_context(WsscSession *session, WsscMessage *message, const WsscNamed *named);
const WsscTrust *wssc_naming_first_trust(const WsscSoap *soap, gboolean is_response);

/* use.c */
void wssc_use_apply(WsscSession *session, WsscContext *context, WsscMessage *message, const WsscNamed *named);
/* Its verdicts were settled later: they may prove another key of the same name. */
void wssc_use_settle(WsscMessage *message);

/* request.c */
void wssc_request_apply(WsscSession *session, WsscMessage *message);
/* The model of a message became readable later: only what it establishes is applied. */
void wssc_request_apply_late(WsscSession *session, WsscMessage *message);

/* response.c */
void wssc_response_apply(WsscSession *session, WsscMessage *message);
void wssc_response_apply_late(WsscSession *session, WsscMessage *message);

/* description.c */
/* A copy of it, when it describes a service. */
void wssc_session_keep_description(WsscSession *session, const WsscUnit *unit, const WsscXml *xml);
void wssc_session_free_description(gpointer description);

/* establish.c: the key of that size, under the habit that signatures have proved, is the instance's. */
void wssc_establish_adopt(WsscSession *session, const WsscContext *context, WsscInstance *instance, guint bits);

/* sizes.c: at the end, before the rules that are about them. */
void wssc_sizes_settle(WsscSession *session);

/* missing.c: at the end, which messages in the capture should have told a key that is not known. */
void wssc_missing_explain(WsscSession *session);
/* Why the first part of a message stayed closed; NULL when that is not said. */
const char *wssc_missing_reason(const WsscMessage *message);

/* ending.c */
/* The end of the latest lifetime by the capture's clock; WSSC_TIME_NONE when none is known. */
gint64 wssc_context_end_of_life(const WsscContext *context);
void wssc_ending_apply(WsscSession *session, gint64 end_time);

/* waiting.c */
/* Keeps what is needed to read the message again, and takes over the session's questions. serial: of the keyring before
 * the message was read. */
void wssc_waiting_keep(WsscSession *session, WsscMessage *message, WsscXml *xml, guint64 serial);
/* Messages under one context that came before its key: the usual case of keys learned late. */
void wssc_waiting_settle_context(WsscSession *session, const WsscContext *context);
/* Tries everything again that a newly learned key may settle. */
void wssc_waiting_settle(WsscSession *session);
void wssc_waiting_free(gpointer waiting);

/* brief.c: where only rows are wanted. */
/* Lets go of what the message says, and the request that it answers, if that can change no row any more. */
void wssc_brief_let_go(WsscSession *session, WsscMessage *message);
/* The same of calls that nobody waits for the answers of any more, and of messages that were shown since: before
 * wssc_past_let_go. */
void wssc_brief_let_go_more(WsscSession *session);
/* Findings that nobody will ask for. */
void wssc_brief_forget_findings(WsscSession *session);

/* past.c: where only rows are wanted. */
/* Now and then it is: exchanges that are over become a few octets, their messages are freed. Message pointers that are
 * not the model's are not valid after it. */
gboolean wssc_past_is_due(const WsscSession *session);
void wssc_past_let_go(WsscSession *session);
/* The latest exchange whose request has that MessageID, made anew if it is past; NULL when there is none. */
WsscOpenExchange *wssc_past_recall(WsscSession *session, const char *message_id);
/* Whether a request with that MessageID, or a copy of it, was sent to that server. frame and hash: of the first. */
gboolean wssc_past_was_asked(const WsscSession *session, const char *message_id, guint file, guint32 frame,
                             guint64 hash, const char *server);
/* The exchange that established it, as far as rows tell of it; NULL when none did. */
WsscExchange *wssc_past_establishment(WsscSession *session, const WsscContext *context);
void wssc_past_free(WsscPast *past);

/* sizes.c: what the message's signatures show of the sizes of keys. */
void wssc_sizes_note(WsscSession *session, WsscMessage *message);

/* What was let go is about to be read anew: nothing of it is counted. */
void wssc_brief_undo(WsscMessage *message);

/* verdicts.c: counts the message's verdicts for the contexts whose keys they are by; ret_counted: WsscCounted, or NULL.
 */
void wssc_verdicts_count(WsscSession *session, WsscMessage *message, GArray *ret_counted);

/* documents.c: keeps what a message was read from, where the session's options ask for it. */
void wssc_documents_keep(WsscSession *session, WsscMessage *message, WsscXml *xml);

/* settled.c */
/* Nothing that comes later can change it. */
gboolean wssc_message_is_settled(const WsscMessage *message);
/* Tells of the message, once, if nothing that comes later can change it. */
void wssc_settled_tell(WsscSession *session, WsscMessage *message);
/* The end: of all that are left. */
void wssc_settled_tell_all(WsscSession *session);

/* session.c */
/* Makes the message known by its file, frame and place there. */
void wssc_session_place(WsscSession *session, WsscMessage *message);
void wssc_session_free_message(gpointer message);
void wssc_session_free_exchange(gpointer exchange);

/* store.c */
void wssc_store_init(WsscSession *session);
void wssc_store_clear(WsscSession *session);
/* What carriers say over and over: each string once, as long as the session. NULL for NULL. */
const char *wssc_session_keep(WsscSession *session, const char *text);
/* One of the model's, open. */
WsscOpenExchange *wssc_session_add_exchange(WsscSession *session, WsscOperation operation);
/* What messages say whose own was let go: nothing. */
WsscSoap *wssc_session_no_soap(WsscSession *session);
/* Takes back what a later message proved wrong. */
void wssc_session_retract(WsscSession *session, WsscFindingId id, WsscMessage *message);

/* issuer.c */
/* The end that gives keys, or is asked. */
const char *wssc_issuer_server(const WsscMessage *message);
/* Both also of messages that were let go (wants_verdicts). The transport, or a valid signature for whom the message is
 * for, protects it. */
gboolean wssc_issuer_is_protected(const WsscMessage *message);
/* Who the request is addressed to, as it says; or NULL. */
const char *wssc_issuer_to(const WsscMessage *request);
/* Of the context's key of that origin. FALSE when that is not known. */
gboolean wssc_issuer_find(const WsscContext *context, const WsscKeyOrigin *origin, WsscIssuer *ret_issuer);
/* Keeps of the message that issued the instance, which is about to be freed with its exchange, what the above says
 * (wants_verdicts). */
void wssc_issuer_leave(WsscInstance *instance);

/* whose.c */
/* Notes of the message's valid signatures by keys of contexts why such a key may be somebody else's. */
void wssc_whose_keys(WsscSession *session, WsscMessage *message);

/* reading.c */
/* One of the model's, with what the carrier says of it. */
WsscMessage *wssc_reading_new(WsscSession *session, const WsscUnit *unit);
/* Whether octets that are no well-formed XML were meant to be a SOAP message. */
gboolean wssc_reading_looks_like_soap(const WsscUnit *unit);
WsscMessage *wssc_reading_unreadable(WsscSession *session, const WsscUnit *unit, const char *damage,
                                     gboolean is_malformed);
/* The model of what the message says once opened; its verdicts. */
void wssc_reading_take(WsscSession *session, WsscMessage *message, const WsscXml *xml);
/* spare.c: signatures that only what is not there makes invalid. */
void wssc_spare(WsscSecurity *security, const WsscMessage *message, const WsscXml *xml);
/* Of its tree: nobody looks at that any more. */
void wssc_reading_forget_nodes(const WsscSession *session, WsscMessage *message);
/* Raises the findings on its verdicts, once; unless a key may still change them. */
void wssc_reading_judge(WsscSession *session, WsscMessage *message);
void wssc_reading_judge_if_settled(WsscSession *session, WsscMessage *message);

/* establish.c */
/* Remembers what the request gives to the key; makes the key when the response was there before. */
void wssc_establish_request(WsscSession *session, WsscOpenExchange *open, const WsscTrust *rst);
/* Makes the instance that the response gives, with its key when it can be known; owned by the context.
 * ret_is_new: FALSE when it was there before (the response is a copy, or renews the lifetime only). */
WsscInstance *wssc_establish_instance(WsscSession *session, WsscContext *context, WsscOpenExchange *open,
                                      WsscMessage *message, const WsscTrust *rstr, gboolean *ret_is_new);
/* The key of an instance that nobody issued in the capture, from the key file. */
void wssc_establish_from_keyring(WsscSession *session, const WsscContext *context, WsscInstance *instance);

#endif
