/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a connection comes down to: as much of it as is decided by when the capture is over. A connection that ended, or
 * rests, is kept as that alone where there are too many to follow. Should it go on all the same, it is followed as one
 * of which nothing is known.
 */
#ifndef WSSC_WATCH_GIST_H
#define WSSC_WATCH_GIST_H

#include "watch/watched.h"

/* Bits. */
enum {
    WSSC_GIST_UNTIDY = 1, /* as in WsscWatched, of whichever end */
    WSSC_GIST_REORDERED = 2,
    WSSC_GIST_ELSEWHERE = 4,
    WSSC_GIST_IS_NETTCP = 8,  /* so it began */
    WSSC_GIST_RESUMABLE = 16, /* it could be taken up where it rests (resume.h), as far as itself tells */
    WSSC_GIST_TOLD = 32,      /* wssc_talk_is_told */
    WSSC_GIST_REFUSED = 64,   /* as in WsscTalk */
    WSSC_GIST_ASKED = 128,
    WSSC_GIST_ANSWERED = 256,
    WSSC_GIST_ALONE = 512,        /* it is dissected by its own octets alone, without keys for TLS */
    WSSC_GIST_ALONE_KEYED = 1024, /* ... with keys, unless its session of TLS is another one's, too */
    WSSC_GIST_MAY_BE_TLS = 2048,
    WSSC_GIST_STRANGE = 4096,  /* one end begins in a way that is not known */
    WSSC_GIST_RESUMED = 8192,  /* as in WsscWatched */
    WSSC_GIST_MIDWAY = 16384,  /* as in WsscTalk: only where its ports lead to HTTP is it known what was made of it */
    WSSC_GIST_IS_TLS = 32768,  /* so it began */
    WSSC_GIST_UNKEYED = 65536, /* and nothing of the key log opens it */
};

typedef struct {
    guint32 check;          /* by which its ends are known again: connections.h */
    guint32 first_frame;    /* the client's SYN; 0: not seen, or not in its place */
    guint16 client, server; /* ports; which is which is known where there is a SYN */
    guint32 bits;
    guint8 kind; /* WsscTalkKind */
    guint8 mark; /* of its frames: see segments.h */
} WsscGist;

/* Of one that is not followed any more: its talk is finished. check is 0. */
WsscGist wssc_gist_of(WsscWatched *watched);
/* It goes on: a new one, with those ends and that number, of which nothing else is known. */
WsscWatched *wssc_gist_resume(const WsscGist *gist, const WsscEnds *ends, guint32 index);

#endif
