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
    const struct WsscCall *again_of; /* the same message was sent before, and this is not the same way; or NULL */
    gboolean is_retried;             /* the same message was sent once more later */
    const WsscContext *context;      /* that it is about; or NULL */
    const char *client, *server;     /* at the ends of the whole way, "address:port" */
} WsscCall;

/* One moment at which a server ended a connection that had nothing under way. */
typedef struct {
    const WsscSign *sign;
    gint64 idle;   /* since the last message on it; microseconds */
    guint answers; /* that it had carried */
} WsscClosing;

/* Of one server address. */
typedef struct {
    const char *address;
    GPtrArray *calls;      /* WsscCall that ended there, in order */
    GPtrArray *closings;   /* WsscClosing, in order */
    GArray *clock;         /* WsscClockSample, in order */
    gint64 first_use_idle; /* the longest time from issue to the first use that was accepted; -1: none */
    gint64 later_use_idle; /* ... between uses */
    gint64 slowest;        /* the longest time to an answer; microseconds */
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
    GHashTable *of_context;    /* WsscContext -> GPtrArray of WsscCall, in order */
    GHashTable *of_message_on; /* WsscConnection -> GPtrArray of WsscMessage, in order */
    GHashTable *servers;       /* address -> WsscServer */
    GHashTable *lossy;         /* "src>dst" -> gint64 *: when octets were last missing on that way */
    GHashTable *signers;       /* what wssc_signer_key and wssc_signer_kind say -> WsscSigner */
    gboolean is_one_sided;     /* no server says anything in the whole capture */
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

/* Never NULL lists, for none an empty one. */
const GPtrArray *wssc_scene_calls_of(const WsscScene *scene, const WsscContext *context);
const GPtrArray *wssc_scene_messages_on(const WsscScene *scene, const WsscConnection *connection);
/* NULL for an address that nobody asked. */
WsscServer *wssc_scene_server(const WsscScene *scene, const char *address);

#endif
