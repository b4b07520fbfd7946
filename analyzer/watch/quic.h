/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datagrams of QUIC on its server's port, 443: all but how a connection begins is encrypted, and without keys
 * libwireshark finds nothing of ours in it. A flow counts that begins, in the capture, with a client's Initial packet
 * (RFC 9000 section 17.2.2): by that libwireshark takes all of the flow for QUIC.
 */
#ifndef WSSC_WATCH_QUIC_H
#define WSSC_WATCH_QUIC_H

#include "packet.h"

#define WSSC_QUIC_PORT 443

/* Of the rest nothing is known: it is dissected. */
#define WSSC_MAX_QUIC_FLOWS (128u * 1024)

typedef struct WsscQuic WsscQuic;

WsscQuic *wssc_quic_new(void);
void wssc_quic_free(WsscQuic *quic);
/* A datagram: the number of its flow, from 1; 0: it is of none that counts. One that does may still cease to. */
guint32 wssc_quic_take(WsscQuic *quic, const WsscPacket *packet);
guint32 wssc_quic_count(const WsscQuic *quic);
/* FALSE: its flow holds what is none of QUIC. ret_client_port: of the other one. */
gboolean wssc_quic_is_followed(const WsscQuic *quic, guint32 number, guint16 *ret_client_port);

#endif
