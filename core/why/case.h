/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One refusal, and what is argued about it (internal to why/).
 */
#ifndef WSSC_WHY_CASE_H
#define WSSC_WHY_CASE_H

#include "why/scene.h"

typedef enum {
#define WSSC_REFUSAL(ID, layer, words) WSSC_REFUSAL_##ID,
#include "why/refusals.def"
#undef WSSC_REFUSAL
    WSSC_REFUSAL_MAX
} WsscRefusal;
const char *wssc_refusal_layer(WsscRefusal refusal);
const char *wssc_refusal_words(WsscRefusal refusal);
/* By code, and where that says nothing by its text. */
WsscRefusal wssc_refusal_of_fault(const WsscFault *fault);

/* What is known of the clocks when the request came to the service. */
typedef struct {
    gboolean has_timestamp;
    gboolean has_service;     /* the service's clock is known; else the capture's is taken for it */
    WsscClockSample service;  /* what says so */
    gint64 ahead;             /* of the request's Created to the service's clock, microseconds */
    gint64 over;              /* by how much its Expires had passed at the service; negative: not yet; G_MININT64: it
                                 has none */
    gboolean is_client_right; /* other messages of this client are within a minute */
    const WsscMessage *right; /* one of those */
    gboolean is_before_key;   /* Created is long before the key was issued that the message is under */
} WsscClocks;

typedef struct {
    const WsscScene *scene;
    const WsscCall *call;             /* or NULL */
    const WsscConnection *connection; /* or NULL */
    const WsscSign *sign;             /* or NULL */
    WsscRefusal refusal;
    guint file;
    guint32 frame; /* where it shows */
    gint64 time;
    const WsscMessage *request;   /* as the requestor sent it; or NULL */
    const WsscFault *fault;       /* or NULL */
    const WsscContext *context;   /* or NULL */
    const WsscInstance *instance; /* of the request; or NULL */
    WsscOperation operation;
    const WsscServer *server;     /* that refused; or NULL */
    const char *client, *service; /* addresses */
    WsscPlatform stack;
    WsscClocks clocks;
    const WsscCall *last_good; /* the last call under the context, its issue too, that was served before; or NULL */
    const WsscCall *next_good; /* the first one that was served after it; or NULL */
    GPtrArray *others;         /* of connections or contexts that share it: WsscOccurrence, owned; or NULL */
} WsscCase;

/* Fills in what follows from call, sign and context. */
void wssc_case_complete(WsscCase *own);

/* ---- arguments ------------------------------------------------------------------------------------------------- */

/* What a predicate says when it holds. */
typedef struct {
    GString *text;       /* a clause without full stop; empty: nothing */
    GPtrArray *evidence; /* WsscEvidence */
} WsscArgument;

void wssc_argue(WsscArgument *argument, const char *format, ...) G_GNUC_PRINTF(2, 3);
void wssc_cite(WsscArgument *argument, WsscEvidenceRole role, guint file, guint32 frame, const char *format, ...)
    G_GNUC_PRINTF(5, 6);
void wssc_cite_message(WsscArgument *argument, WsscEvidenceRole role, const WsscMessage *message, const char *format,
                       ...) G_GNUC_PRINTF(4, 5);

/* "1200 s", "3 min", "0.2 s": a length of time in words. Caller frees. */
char *wssc_span_text(gint64 microseconds);

typedef gboolean (*WsscPredicate)(const WsscCase *own, WsscArgument *argument);

#define WSSC_PREDICATE(cause, level, function)                                                                         \
    gboolean wssc_holds_##function(const WsscCase *own, WsscArgument *argument);
#include "why/predicates.def"
#undef WSSC_PREDICATE

/* ---- what predicates share --------------------------------------------------------------------------------------- */

/* The signatures of the request, counted by what came of them. */
typedef struct {
    guint count, valid, invalid, unknown;
    const WsscSignature *bad;     /* the first invalid one; or NULL */
    const WsscDecryption *failed; /* the first decryption that failed with a known key; or NULL */
} WsscProofs;
WsscProofs wssc_proofs_of(const WsscMessage *message);
/* .NET's own namespaces, texts or servers. */
gboolean wssc_is_dotnet(WsscPlatform stack);
gboolean wssc_has_token(const WsscMessage *request, WsscTokenKind kind);

#endif
