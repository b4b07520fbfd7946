/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The things a session knows, by name. Only session/ writes them; everybody else reads them const.
 */
#ifndef WSSC_MODEL_TYPES_H
#define WSSC_MODEL_TYPES_H

typedef struct WsscMessage WsscMessage;
typedef struct WsscContext WsscContext;
typedef struct WsscExchange WsscExchange;
typedef struct WsscInstance WsscInstance;

#endif
