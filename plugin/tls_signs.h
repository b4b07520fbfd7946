/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What TLS on a connection shows: how far its handshake came, alerts in the clear and decrypted ones (internal to
 * plugin/).
 */
#ifndef WSSC_PLUGIN_TLS_SIGNS_H
#define WSSC_PLUGIN_TLS_SIGNS_H

#include "compat.h"

#include <epan/conversation.h>

#include "base/bytes.h"
#include "model/connection.h"

typedef struct {
    gboolean has_hello, has_answer, has_data[2]; /* application data of client, server */
    guint8 *hello;                               /* a ClientHello whose record is still to come in part; else NULL */
    guint hello_len, hello_size;                 /* octets that are there, and of the whole record */
} WsscTlsSigns;

typedef struct {
    guint level, description; /* RFC 8446 section 6; level 2: fatal */
} WsscTlsAlert;

/* Looks at the TCP payload of a frame. */
void wssc_tls_signs_look(WsscTlsSigns *signs, WsscBytes payload, gboolean is_from_server);
WsscTlsPhase wssc_tls_signs_phase(const WsscTlsSigns *signs);
/* The alert in a frame that is no close_notify; FALSE when there is none, or none that can be read. */
gboolean wssc_tls_signs_alert(packet_info *pinfo, WsscBytes payload, WsscTlsAlert *ret_alert);

/* Looks for the server name that the client asks for, in the same payload. */
void wssc_tls_name_look(conversation_t *conversation, WsscTlsSigns *signs, WsscBytes payload, gboolean is_from_server);
/* The first of the connection (RFC 6066 section 3); NULL where there is none. Lives as long as the file. */
const char *wssc_tls_server_name(const conversation_t *conversation);

void wssc_tls_signs_register(void);
void wssc_tls_signs_handoff(void);

#endif
