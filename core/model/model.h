/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * All that a session knows. Lists are in order of appearance and never NULL; what stands in them belongs to the model,
 * as do they. Renewals, rollovers, services, peers, replays and tokens are complete when the session is finished.
 */
#ifndef WSSC_MODEL_MODEL_H
#define WSSC_MODEL_MODEL_H

#include "findings/finding.h"
#include "model/connection.h"
#include "model/context.h"
#include "model/description.h"
#include "model/event.h"
#include "model/exchange.h"
#include "model/message.h"
#include "model/renewal.h"
#include "model/replay.h"
#include "model/service.h"
#include "model/token.h"

struct WsscModel {
    WSSC_MODEL GPtrArray *files;        /* char *: names of the capture files, by the index that messages carry */
    WSSC_MODEL GPtrArray *messages;     /* WsscMessage */
    WSSC_MODEL GPtrArray *contexts;     /* WsscContext */
    WSSC_MODEL GPtrArray *exchanges;    /* WsscExchange */
    WSSC_MODEL GPtrArray *findings;     /* WsscFinding */
    WSSC_MODEL GPtrArray *events;       /* WsscEvent of all contexts */
    WSSC_MODEL GPtrArray *renewals;     /* WsscRenewal of all contexts */
    WSSC_MODEL GPtrArray *rollovers;    /* WsscRollover of all contexts */
    WSSC_MODEL GPtrArray *services;     /* WsscService */
    WSSC_MODEL GPtrArray *peers;        /* WsscPeer */
    WSSC_MODEL GPtrArray *replays;      /* WsscReplay */
    WSSC_MODEL GPtrArray *tokens;       /* WsscToken */
    WSSC_MODEL GPtrArray *connections;  /* WsscConnection; in the end those that may have to do with a message */
    WSSC_MODEL GPtrArray *descriptions; /* WsscDescription */
    gint64 end;                         /* of the capture, microseconds; of the latest message while it goes on */
    guint connections_seen;             /* of which a carrier told anything; complete when the session is finished */
    /*< private >*/
    WSSC_MODEL GHashTable *by_identifier; /* -> WsscContext */
};

/* NULL for an index that is none. */
const char *wssc_model_file(const WsscModel *model, guint file);
/* NULL when there is none of that identifier. */
WSSC_MODEL WsscContext *wssc_model_context(const WsscModel *model, const char *identifier);

#endif
