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
} WsscTlsSigns;

typedef struct {
    guint level, description; /* RFC 8446 section 6; level 2: fatal */
} WsscTlsAlert;

/* The record at the beginning of the octets, as far as it is there; they are what is behind it then. FALSE: none. */
gboolean wssc_tls_next_record(WsscBytes *octets, guint8 *ret_type, WsscBytes *ret_body);

/* Whether no record begins there but such with data of applications. */
gboolean wssc_tls_is_data_alone(WsscBytes payload);

/* Where a walk through a frame's decrypted records stands; begins with 0s. */
typedef struct {
    guint32 layer; /* whose records come next */
    const struct _SslRecordInfo *record;
} WsscTlsDecrypted;

/* FALSE: the frame has none. To look for them takes longer than all else that is done for a frame. */
gboolean wssc_tls_may_be_decrypted(const packet_info *pinfo, const conversation_t *conversation);
/* The next one; FALSE: no more. */
gboolean wssc_tls_next_decrypted(packet_info *pinfo, WsscTlsDecrypted *at, guint8 *ret_type, WsscBytes *ret_body);

/* Looks at the TCP payload of a frame. */
void wssc_tls_signs_look(WsscTlsSigns *signs, WsscBytes payload, gboolean is_from_server);
static inline WsscTlsPhase wssc_tls_signs_phase(const WsscTlsSigns *signs)
{
    return signs->has_data[0] && signs->has_data[1] ? WSSC_TLS_DONE
           : signs->has_answer                      ? WSSC_TLS_ANSWERED
           : signs->has_hello                       ? WSSC_TLS_HELLO
                                                    : WSSC_TLS_NONE;
}
/* The alert in a frame that is no close_notify; FALSE when there is none, or none that can be read. is_decrypted:
 * decrypted records are looked at, too. */
gboolean wssc_tls_signs_alert(packet_info *pinfo, WsscBytes payload, gboolean is_decrypted, WsscTlsAlert *ret_alert);

void wssc_tls_signs_handoff(void);

#endif
