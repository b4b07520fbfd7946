/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What went wrong in a capture, and why: each refusal, failure and loss once, with the cause held most likely, the
 * evidence for it, and what speaks against the others.
 *
 *     WsscWhy *why = wssc_why_ask(wssc_session_model(session));     (after wssc_session_finish)
 *     for each WsscTrouble in why->troubles ...
 *     wssc_why_free(why);
 *
 * Nothing is said where nothing was refused, lost or late. Confidence is earned: "certain" only where the capture
 * itself proves the cause, "likely" where it rests on how services of that kind are known to act, "possible" where
 * others would explain it as well. Causes are rows of causes.def, what fits which refusal is in fits.def, what speaks
 * for and against them in predicates.def.
 */
#ifndef WSSC_WHY_WHY_H
#define WSSC_WHY_WHY_H

#include "findings/evidence.h"
#include "model/model.h"

typedef enum {
#define WSSC_CAUSE(ID, name, layer, title, tell, advice) WSSC_CAUSE_##ID,
#include "why/causes.def"
#undef WSSC_CAUSE
    WSSC_CAUSE_MAX
} WsscCauseId;

typedef enum {
    WSSC_PLATFORM_UNKNOWN,
    WSSC_PLATFORM_WCF, /* .NET Framework and CoreWCF alike, where nothing tells which */
    WSSC_PLATFORM_COREWCF,
    WSSC_PLATFORM_CXF,
    WSSC_PLATFORM_METRO,
    WSSC_PLATFORM_RAMPART,
    WSSC_PLATFORM_GSOAP,
    WSSC_PLATFORM_WWSAPI,
    WSSC_PLATFORM_MAX
} WsscPlatform;
/* "wcf", "corewcf", "cxf", "metro", "rampart", "gsoap", "wwsapi"; NULL for unknown. */
const char *wssc_platform_name(WsscPlatform stack);

typedef struct {
    const char *name;   /* stable id, "too-many-pending" */
    const char *layer;  /* that refuses: "tcp", "tls", "framing", "http", "soap", "wss", "wst", "wsc", "application" */
    const char *title;  /* a phrase without full stop */
    const char *tell;   /* what would tell it apart from others: a capture, a key, a log */
    const char *advice; /* what to change, and on which side */
} WsscCauseInfo;
const WsscCauseInfo *wssc_cause_info(WsscCauseId id);
/* FALSE for an id that is not in the table. */
gboolean wssc_cause_from_name(const char *name, WsscCauseId *ret_id);
/* What else to do where the service runs on that stack; NULL where nothing differs. */
const char *wssc_cause_advice(WsscCauseId id, WsscPlatform stack);

typedef enum { WSSC_POSSIBLE, WSSC_LIKELY, WSSC_CERTAIN } WsscConfidence;
/* "possible", "likely", "certain". */
const char *wssc_confidence_name(WsscConfidence confidence);

/* Another cause, and what is to be said of it. */
typedef struct {
    WsscCauseId cause;
    char *text;
} WsscCauseNote;

/* A frame in which it showed. */
typedef struct {
    guint file;
    guint32 frame;              /* the fault, the reset, the answer; the request where nothing came */
    guint32 request;            /* 0: there is none */
    const WsscContext *context; /* or NULL */
} WsscOccurrence;

typedef struct {
    WsscCauseId cause;
    WsscConfidence confidence;
    /* Of the occurrence that tells most: */
    const WsscContext *context; /* or NULL */
    const char *instance;       /* of the request; NULL: the first key, or none */
    guint file;
    guint32 frame;
    gint64 time;                  /* of that frame */
    const char *client, *service; /* "address:port"; or NULL */
    const char *front;            /* the address that the client itself asked; or NULL */
    guint detail;                 /* a status of HTTP or an alert of TLS without a message: what tells troubles apart */
    WsscPlatform stack;           /* of the service, as far as its answers tell */
    const char *layer;            /* where it showed: as in WsscCauseInfo */
    const WsscFault *fault;       /* or NULL */
    guint http_status;            /* 0: none */
    char *text;                   /* what happened, and why */
    char *advice;
    GPtrArray *evidence;    /* WsscEvidence, in the order of the capture */
    GPtrArray *ruled_out;   /* WsscCauseNote: what speaks against it */
    GPtrArray *open;        /* WsscCauseNote: what the capture can't tell, and what would */
    GPtrArray *occurrences; /* WsscOccurrence, of the same peers, in order */
    guint clients;          /* that it befell, by address: more than one where so many share it that each would be a
                               trouble of its own to no end */
} WsscTrouble;

typedef struct {
    GPtrArray *troubles; /* WsscTrouble, the most telling first */
    /* What was looked at: */
    guint messages, exchanges, contexts, connections;
    guint unreadable;      /* messages that could not be read: nothing is said of them */
    gboolean is_one_sided; /* nothing of any server is in the capture: what became of the requests is not known */
} WsscWhy;

/* Of a finished session. Everything borrowed lives as long as the model. Never NULL. */
WsscWhy *wssc_why_ask(const WsscModel *model);
void wssc_why_free(WsscWhy *why);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscWhy, wssc_why_free)

/* The trouble that shows in that frame, as its request or its answer; NULL: nothing was refused there. */
const WsscTrouble *wssc_why_of_frame(const WsscWhy *why, guint file, guint32 frame);
/* Whether it befell that context. */
gboolean wssc_trouble_is_of(const WsscTrouble *trouble, const WsscContext *context);

#endif
