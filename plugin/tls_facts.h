/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the TLS handshakes of a connection tell of its ends: the server's name and the client's certificate (internal to
 * plugin/).
 */
#ifndef WSSC_PLUGIN_TLS_FACTS_H
#define WSSC_PLUGIN_TLS_FACTS_H

#include "compat.h"

#include <epan/conversation.h>

#include "carrier/client_hello.h"
#include "model/connection.h"

/* Of one connection; lives as long as the file. */
typedef struct {
    const char *server_name;      /* the first that the client asks for (RFC 6066 section 3); or NULL */
    WsscTruth client_certificate; /* see WsscConnection */
    guint32 certificate_frame;
    gboolean has_server[2];  /* certificate, in the clear and encrypted: no session of before goes on */
    gboolean is_ciphered[2]; /* client, server: handshake records are encrypted from here on */
    WsscHelloPieces hello;   /* a ClientHello whose record is still to come in part */
} WsscTlsFacts;

/* Looks at the TCP payload of a frame, and, where it has any (wssc_tls_may_be_decrypted), at its decrypted records. */
const WsscTlsFacts *wssc_tls_facts_look(const conversation_t *conversation, packet_info *pinfo, WsscBytes payload,
                                        gboolean is_from_server, gboolean is_decrypted);
/* Never NULL. */
const WsscTlsFacts *wssc_tls_facts(const conversation_t *conversation);

/* The connection's handshake was shown again: what that says is told of the frame where it was said first. */
void wssc_tls_facts_go_on(const conversation_t *conversation, WsscTruth client_certificate, guint32 certificate_frame);

void wssc_tls_facts_register(void);

#endif
