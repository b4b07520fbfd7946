/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The things a session knows, by name. Only session/ writes them; everybody else reads them const: what the model
 * hands out is const, and what it points to from there is so for those that only read. A build that treats warnings as
 * errors compiles all other folders that way (WSSC_READS_MODEL), tests/layering looks for casts.
 */
#ifndef WSSC_MODEL_TYPES_H
#define WSSC_MODEL_TYPES_H

#include <glib.h>

#ifdef WSSC_READS_MODEL
#define WSSC_MODEL const
#else
#define WSSC_MODEL
#endif

typedef struct WsscMessage WsscMessage;
typedef struct WsscContext WsscContext;
typedef struct WsscExchange WsscExchange;
typedef struct WsscInstance WsscInstance;
typedef struct WsscConnection WsscConnection;
typedef struct WsscRenewal WsscRenewal;
typedef struct WsscRollover WsscRollover;
typedef struct WsscService WsscService;
typedef struct WsscServed WsscServed;
typedef struct WsscPeer WsscPeer;
typedef struct WsscReplay WsscReplay;
typedef struct WsscToken WsscToken;
typedef struct WsscModel WsscModel;

/* What a capture can leave open. */
typedef enum { WSSC_TRUTH_UNKNOWN, WSSC_TRUTH_NO, WSSC_TRUTH_YES } WsscTruth;

#endif
