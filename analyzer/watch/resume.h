/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections that libwireshark is made to forget while they rest between messages (segments.h, quiet), so that what it
 * remembers of a long one does not grow with it. Before the next frame of such a connection it is shown its two SYNs
 * once more, with sequence numbers that lead to where the connection is now: it then dissects what follows as it would
 * have, had the connection begun there. One that was joined in its middle is shown acknowledgements instead, one of TLS
 * that is decrypted its handshake as well.
 */
#ifndef WSSC_WATCH_RESUME_H
#define WSSC_WATCH_RESUME_H

#include "packet.h"
#include "watch/inner.h"

typedef struct WsscResume WsscResume;

WsscResume *wssc_resume_new(void);
void wssc_resume_free(WsscResume *resume);

/* A frame to show. */
typedef struct {
    GByteArray *octets; /* borrowed */
    guint32 on_wire;
    int encapsulation; /* Wiretap's */
} WsscHello;

/* Of a connection that was forgotten. */
typedef struct {
    WsscHello hellos[2]; /* the client's, the server's; octets NULL: none */
    guint64 stream;      /* its number, as wssc_resume_took was told */
    gboolean is_http;
    gboolean is_answer_due; /* its client spoke last */
    guint16 server;         /* its port, where no SYN tells; else 0 */
    /* Of TLS: what comes behind the hellos (WsscHello), and where the session is then; NULL: nothing. Until the next
     * one is due. */
    const GArray *handshake;
    const WsscTlsPlace *place;
} WsscResumed;

/* Before a frame is dissected, of that length on the wire and that link type: TRUE when its connection is to be taken
 * up again first, which counts as done. */
gboolean wssc_resume_is_due(WsscResume *resume, WsscBytes frame, gsize on_wire, int encapsulation,
                            WsscResumed *ret_resumed);
typedef struct {
    guint64 stream;            /* number of the connection that began with the frame; 0: none */
    gboolean is_http;          /* HTTP was found in it, on TCP */
    gboolean is_last;          /* none of its connection follows */
    const GArray *opened;      /* as wssc_inner_take has them, of a connection whose TLS is followed; or NULL */
    const WsscTlsPlace *place; /* or NULL */
} WsscTook;
/* Before the same frame was dissected, or after: it is of a connection whose TLS is followed. */
gboolean wssc_resume_follows_tls(const WsscResume *resume);
/* It was dissected. */
void wssc_resume_took(WsscResume *resume, const WsscTook *took);
/* A connection of TLS is under way, or could not be taken up again, as only what was decrypted tells. */
gboolean wssc_resume_is_busy(const WsscResume *resume);
/* Everything dissected so far is forgotten. */
void wssc_resume_forget(WsscResume *resume);
/* More frames of that connection will follow, as far as is known. */
gboolean wssc_resume_knows(const WsscResume *resume, const WsscEnds *ends);

#endif
