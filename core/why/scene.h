/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The capture as the search for causes sees it (internal to why/): calls, each with all legs of its way, what became of
 * them, and by context, connection and server what happened before and after.
 */
#ifndef WSSC_WHY_SCENE_H
#define WSSC_WHY_SCENE_H

#include "why/why.h"

typedef enum {
    WSSC_CALL_SERVED,  /* answered, and not with a fault */
    WSSC_CALL_FAULT,   /* answered with a fault */
    WSSC_CALL_STATUS,  /* answered by HTTP without a SOAP message where one was due */
    WSSC_CALL_RESET,   /* the connection was reset before an answer */
    WSSC_CALL_CLOSED,  /* the server closed the connection before an answer */
    WSSC_CALL_SILENT,  /* nothing came */
    WSSC_CALL_UNKNOWN, /* what came is not in the capture, or none was due */
} WsscCallResult;

/* One message on its way to a service and back: what a relay passes on is one call. */
typedef struct WsscCall {
    guint index;               /* in the scene's list */
    const WsscExchange *outer; /* as the requestor sent it */
    const WsscExchange *inner; /* as the last server on the way got it, in as far as the capture shows the way */
    GPtrArray *legs;           /* WsscExchange, in order; NULL for one leg */
    const WsscMessage *request;
    const WsscMessage *answer; /* the response that decides; or NULL */
    const WsscSign *sign;      /* what the carrier said instead; or NULL */
    WsscCallResult result;
    const struct WsscCall *again_of;      /* the same message was sent before, and this is not the same way; or NULL */
    struct WsscCall *next_try;            /* the same message, sent once more later; or NULL */
    guint pending;                        /* contexts that the server had issued by then and nobody had used, ... */
    const struct WsscCall *first_pending; /* ... and the issue of the oldest of them; or NULL */
    const WsscContext *context;           /* that it is about; or NULL */
    const struct WsscCall *last_good, *next_good; /* served under the context before it, its issue too; the first use
                                                     that is after it; or NULL */
    const char *client, *server;                  /* at the ends of the whole way, "address:port" */
} WsscCall;

/* One moment at which a server ended a connection that had nothing under way. */
typedef struct {
    const WsscSign *sign;
    gint64 idle;       /* since the last message on it; microseconds */
    guint answers;     /* that it had carried */
    gboolean is_habit; /* right after the only answer on it: the server keeps no connections */
    guint around;      /* of those that are no habit: how many within a second before and after, itself too */
} WsscClosing;

/* Of one server address. */
typedef struct {
    const char *address;
    GPtrArray *calls;       /* WsscCall that ended there, by time */
    GPtrArray *closings;    /* WsscClosing, in order */
    GArray *clock;          /* WsscClockSample, in order */
    gint64 first_use_idle;  /* the longest time from issue to the first use that was accepted; -1: none */
    gint64 later_use_idle;  /* ... between uses */
    gint64 slowest;         /* the longest time to an answer; microseconds */
    GHashTable *algorithms; /* "signature digest" of uses that it took -> the first WsscCall with them */
} WsscServer;

/* By how much a server's clock is ahead of the capture's, and what says so. */
typedef struct {
    gint64 ahead; /* microseconds */
    guint file;
    guint32 frame;
    gint64 time;
    gboolean is_date; /* HTTP's Date, to the second; else a Timestamp or a Lifetime */
} WsscClockSample;

/* What a requestor's signatures come to: with one key, or with all keys of one kind. Digests that do not fit count for
 * neither side. */
typedef struct {
    guint valid, mismatched; /* values under a known key */
    guint mismatched_since;  /* of those that do not fit: after the last one that does */
    const WsscMessage *first_valid, *last_valid;
} WsscSigner;

typedef struct {
    const WsscModel *model;
    GPtrArray *calls;          /* WsscCall, in order */
    GHashTable *of_exchange;   /* WsscExchange -> WsscCall */
    GHashTable *of_context;    /* WsscContext -> GPtrArray of WsscCall, by time */
    GHashTable *held;          /* "context|server" for each server that served a call under the context */
    GHashTable *of_message_on; /* WsscConnection -> GPtrArray of WsscMessage, in order */
    GHashTable *servers;       /* address -> WsscServer */
    GHashTable *unasked;       /* WsscConnection -> gint64 *: when the last answer came whose request is not known */
    GHashTable *lossy;         /* "src>dst" -> gint64 *: when octets were last missing on that way */
    GHashTable *signers;       /* what wssc_signer_key and wssc_signer_kind say -> WsscSigner */
    gboolean is_one_sided;     /* nothing of any server is in the whole capture */
} WsscScene;

WsscScene *wssc_scene_new(const WsscModel *model);
void wssc_scene_free(WsscScene *scene);

/* call.c */
void wssc_calls_read(WsscScene *scene);
void wssc_call_free(gpointer call);
/* The address without its port. Caller frees. */
char *wssc_host_of(const char *address);
/* Whether an answer is due at all. */
gboolean wssc_call_expects_answer(const WsscExchange *exchange);

/* signer.c */
void wssc_signers_read(WsscScene *scene);
/* Of one sender with the key of that signature; with any key of its kind. NULL: no value of theirs was checked. */
const WsscSigner *wssc_scene_signer(const WsscScene *scene, const WsscMessage *message, const WsscSignature *signature);
const WsscSigner *wssc_scene_signer_of_kind(const WsscScene *scene, const WsscMessage *message,
                                            const WsscSignature *signature);
/* The first part of a signature that does not fit its digest; NULL when all do or none was checked. */
const WsscSignedReference *wssc_mismatch_of(const WsscSignature *signature);

/* server.c */
WsscServer *wssc_server_of(WsscScene *scene, const char *address);
void wssc_server_free(gpointer server);
void wssc_server_take(WsscScene *scene, const WsscCall *call);
/* How long the calls' context was left alone and taken all the same. Calls of one context, by time. */
void wssc_server_read_idle(WsscScene *scene, const GPtrArray *calls);
/* When all calls are taken. */
void wssc_server_settle(WsscServer *server);
/* By the time of their requests. */
void wssc_calls_sort(GPtrArray *calls);

/* closings.c */
void wssc_closings_read(WsscScene *scene);
void wssc_closings_settle(const WsscServer *server);

/* index.c */
void wssc_index_read_messages(WsscScene *scene);
void wssc_index_read_calls(WsscScene *scene);

/* The first of a list of calls at or after that time; their number when there is none. */
guint wssc_calls_from(const GPtrArray *calls, gint64 time);
gboolean wssc_scene_held(const WsscScene *scene, const WsscContext *context, const char *server);

/* Never NULL lists, for none an empty one. */
const GPtrArray *wssc_scene_calls_of(const WsscScene *scene, const WsscContext *context);
const GPtrArray *wssc_scene_messages_on(const WsscScene *scene, const WsscConnection *connection);
/* Hostile captures have as many refusals as they like on one connection or under one context: nobody looks further. */
#define WSSC_FAR 1000

/* When the last answer to an unknown request came on the connection; G_MININT64: none did. */
gint64 wssc_scene_unasked_on(const WsscScene *scene, const WsscConnection *connection);
/* The server's clock, by what it said nearest to that time; NULL when it said nothing. */
const WsscClockSample *wssc_server_clock(const WsscServer *server, gint64 time);
/* The first of its closings at or after that time; their number when there is none. */
guint wssc_server_closings_from(const WsscServer *server, gint64 time);
/* "signature digest" of a message's first signature; NULL without one. Caller frees. */
char *wssc_algorithms_of(const WsscMessage *message);
/* NULL for an address that nobody asked. */
WsscServer *wssc_scene_server(const WsscScene *scene, const char *address);

#endif
