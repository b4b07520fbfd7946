/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A line of a context's story.
 */
#ifndef WSSC_MODEL_EVENT_H
#define WSSC_MODEL_EVENT_H

#include "findings/evidence.h"
#include "model/context.h"

typedef enum {
#define WSSC_EVENT(ID, name) WSSC_EVENT_##ID,
#include "model/event_kinds.def"
#undef WSSC_EVENT
    WSSC_EVENT_MAX
} WsscEventKind;
/* "request", "issue", ...: the stable word of the outputs. */
const char *wssc_event_kind_name(WsscEventKind kind);

/* A line of a context's story. */
typedef struct {
    WSSC_MODEL WsscContext *context;
    WSSC_MODEL WsscMessage *message; /* NULL for what no message says (expiry, end of capture) */
    guint32 frame;                   /* of the message, or of what the carrier said instead; 0 without either */
    WsscEvidenceRole carrier;        /* when frame is the carrier's: the part it plays */
    gint64 time;
    WsscEventKind kind;
    char *text;                     /* reads like a sentence, with places for frames (WSSC_AT) */
    WSSC_MODEL GPtrArray *evidence; /* WsscEvidence: what it rests on besides its own frame; or NULL */
    gboolean is_transition;
    WsscState from, to; /* of a transition */
} WsscEvent;

/* All that it rests on, its own frame first. Never NULL; caller frees the list. */
GPtrArray *wssc_event_evidence(const WsscEvent *event);

#endif
