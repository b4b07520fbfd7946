/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the ends of one TCP connection say to each other, followed without dissection to learn whether the analyzer
 * could find anything in it. Only a connection that is seen from its first SYN on, whose every segment follows the one
 * before it and was captured whole, and whose protocol is followed to the end, is known to hold nothing. One that was
 * joined later, and goes on with HTTP, is followed as well, to know where it rests.
 */
#ifndef WSSC_WATCH_TALK_H
#define WSSC_WATCH_TALK_H

#include "packet.h"
#include "watch/flow.h"
#include "watch/http_talk.h"
#include "watch/nettcp_talk.h"
#include "watch/signs.h"
#include "watch/tls_talk.h"

typedef enum {
    WSSC_TALK_NONE,   /* nothing was said */
    WSSC_TALK_HTTP,   /* ours, too, as long as it goes on */
    WSSC_TALK_NETTCP, /* as long as it goes on */
    WSSC_TALK_TLS,
    WSSC_TALK_SSH,
    WSSC_TALK_BINARY,  /* of no protocol known here, no text and no TLS */
    WSSC_TALK_STRANGE, /* may be anything */
} WsscTalkKind;

/* Begins zeroed. */
typedef struct {
    guint32 first_frame;  /* a SYN, or the connection is strange */
    guint32 first_spoken; /* frames with octets; 0: none */
    guint32 last_spoken;
    guint8 kind;                         /* WsscTalkKind */
    guint8 client;                       /* which of the ends */
    guint8 has_syn, has_spoken, has_fin; /* bits: the ends */
    guint8 is_joined;                    /* in its middle: it may hold anything */
    guint8 is_midway;                    /* ... and not before a request */
    guint8 is_late;                      /* some segment came behind others of its end that say what comes after it */
    guint8 is_reset, is_refused;
    guint8 is_nettcp, is_tls;     /* so it began, strange or not */
    guint8 is_unasked;            /* what stands behind an answer is no request: libwireshark takes what the server says
                                     for another answer to the one before */
    guint8 is_asked, is_answered; /* strange or not: by the client's SYN; by the server's, or by octets */
    union {
        WsscHttpTalk *http;
        WsscNettcpTalk *nettcp;
        WsscTlsTalk *tls;
        WsscSignTail *tails; /* of both ends */
    } as;
} WsscTalk;

/* The next segment that brings anything new. arrival: where it stands. */
void wssc_talk_take(WsscTalk *talk, const WsscPacket *packet, WsscArrivalKind arrival, guint32 frame);
/* It rests: nothing was said so far; or HTTP, ours or not, whose every request was answered, and no message is under
 * way; or net.tcp whose session is taken up, and no record is; or TLS, as far as can be seen without its keys. */
gboolean wssc_talk_is_between(const WsscTalk *talk);
/* It may be anything after all. */
void wssc_talk_give_up(WsscTalk *talk);
/* After the last segment, for each connection: what is under way then may be anything. */
void wssc_talk_finish(WsscTalk *talk);
/* The carrier tells something of it: how it ended, or a status of HTTP (see wssc_session_note). */
gboolean wssc_talk_is_told(const WsscTalk *talk);
void wssc_talk_clear(WsscTalk *talk);

#endif
