/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the ends of a session of TLS have come that libwireshark decrypts: a session whose handshake it is shown once
 * more, after it was made to forget, goes on there. Nothing else of a cipher's state lasts from one record to the next
 * where each has a nonce by its number (AEAD; RFC 5246 section 6.2.3.3, RFC 8446 section 5.3) or brings its own vector
 * (CBC, from TLS 1.1 on; RFC 4346 section 6.2.3.2).
 */
#ifndef WSSC_PLUGIN_TLS_PLACE_H
#define WSSC_PLUGIN_TLS_PLACE_H

#include "base/bytes.h"
#include "model/types.h"

typedef struct {
    guint64 next[2];           /* numbers of the records that the client, the server send next */
    guint64 keys;              /* a hash over TLS 1.3's traffic secrets, which may be updated; else 0 */
    gboolean is_chained;       /* CBC: before TLS 1.1 a record's vector is what the one before ended with */
    guint32 certificate_frame; /* as WsscTlsFacts has it */
    WsscTruth client_certificate;
    gboolean is_http; /* that was found inside; FALSE where place is told */
} WsscTlsPlace;

/* Fewer octets of TLS are an alert, the end of a handshake or that of a framing session: nothing that somebody waits
 * for the answer of. */
#define WSSC_MIN_TLS_WORD 64u

/* A record that was decrypted. */
typedef struct {
    guint8 type; /* of its content: 22 a handshake, 23 data (RFC 8446 section 5.1) */
    WsscBytes octets;
} WsscTlsOpened;

#endif
