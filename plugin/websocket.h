/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SOAP over WebSocket ([MS-SWSB]): subprotocol "soap", one envelope a message (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_WEBSOCKET_H
#define WSSC_PLUGIN_WEBSOCKET_H

#include "compat.h"

void wssc_websocket_register(void);
void wssc_websocket_handoff(void);

#endif
