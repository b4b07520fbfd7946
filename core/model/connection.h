/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A connection of the capture, as far as its carrier alone tells of it: how it ended, what was answered without a SOAP
 * message, what TLS and the framing complained of. No context hangs on a connection; this is for telling which layer
 * a message was lost at.
 */
#ifndef WSSC_MODEL_CONNECTION_H
#define WSSC_MODEL_CONNECTION_H

#include <glib.h>

#include "model/types.h"

typedef enum {
    WSSC_SIGN_REFUSED,       /* a SYN was answered with a reset: nobody listens there */
    WSSC_SIGN_FIN,           /* one end says no more */
    WSSC_SIGN_RESET,         /* one end drops the connection */
    WSSC_SIGN_TLS_ALERT,     /* value: AlertDescription (RFC 8446 section 6) */
    WSSC_SIGN_STATUS,        /* a response of HTTP without a SOAP message; value: its status (RFC 9110 section 15) */
    WSSC_SIGN_FRAMING_END,   /* net.tcp: one end has nothing more to send ([MC-NMF] 2.2.3.9) */
    WSSC_SIGN_FRAMING_FAULT, /* net.tcp: text: the fault's URI ([MC-NMF] 2.2.3.7) */
    WSSC_SIGN_MAX
} WsscSignKind;
/* "refused", "fin", "reset", "tls-alert", "status", "framing-end", "framing-fault". */
const char *wssc_sign_kind_name(WsscSignKind kind);

/* How far a TLS handshake had come. */
typedef enum {
    WSSC_TLS_NONE,     /* no TLS on this connection, or its beginning is not in the capture */
    WSSC_TLS_HELLO,    /* the client asked */
    WSSC_TLS_ANSWERED, /* the server answered */
    WSSC_TLS_DONE,     /* application data was sent by both */
} WsscTlsPhase;
/* "none", "hello", "answered", "done". */
const char *wssc_tls_phase_name(WsscTlsPhase phase);

typedef struct {
    WsscSignKind kind;
    WSSC_MODEL WsscConnection *connection;
    guint32 frame;
    gint64 time;
    gboolean is_from_server;
    gboolean is_answer_due; /* the last that was said on the connection was said by the client */
    WsscTlsPhase phase;
    guint value;
    guint64 pair;      /* of a status: as its request's, see WsscUnit; else 0 */
    const char *text;  /* of a status: the Server header; of a framing fault: its URI; or NULL */
    const char *media; /* of a status: the media type of its body; NULL without a body */
    const char *via;   /* of a status: the Via header; or NULL */
    gint64 date;       /* of a status: the Date header, microseconds; 0 when not said */
} WsscSign;

struct WsscConnection {
    guint file;
    guint64 stream;               /* as in WsscUnit */
    const char *client, *server;  /* "address:port" */
    const char *server_name;      /* that the client asked TLS for (RFC 6066 section 3); or NULL */
    WsscTruth client_certificate; /* the client showed one to TLS; unknown where its handshake does not tell */
    guint32 certificate_frame;    /* where it did, or went on without; 0 while that is unknown */
    gboolean is_server_heard;     /* something of the server's is in the capture, be it that of TCP alone */
    guint messages;               /* SOAP messages on it */
    guint32 last_frame;           /* of a message or a sign */
    WSSC_MODEL GPtrArray *signs;  /* WsscSign, in order */
    guint signs_seen;             /* of which those are kept */
};

/* The first sign of that kind from that end; NULL when there is none. */
const WsscSign *wssc_connection_sign(const WsscConnection *connection, WsscSignKind kind, gboolean is_from_server);

/* "handshake_failure", and what the end that sends it says by that; NULL for an AlertDescription that is not defined.
 */
const char *wssc_tls_alert_name(guint description);
const char *wssc_tls_alert_meaning(guint description);

#endif
