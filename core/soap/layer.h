/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The layers of a message's way, as what refuses it.
 */
#ifndef WSSC_SOAP_LAYER_H
#define WSSC_SOAP_LAYER_H

typedef enum {
    WSSC_LAYER_NONE,
#define WSSC_LAYER(ID, name, title) WSSC_LAYER_##ID,
#include "soap/layers.def"
#undef WSSC_LAYER
    WSSC_LAYER_MAX
} WsscLayer;
/* "tcp", "tls", "framing", "http", "soap", "wss", "wst", "wsc", "dotnet", "application"; NULL for NONE. */
const char *wssc_layer_name(WsscLayer layer);
/* "WS-Trust", "the application", ...; NULL for NONE. */
const char *wssc_layer_title(WsscLayer layer);

#endif
