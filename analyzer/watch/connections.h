/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TCP connections of a capture file, as the quick look over it meets them, known by their ends. A bounded number is
 * followed; where there are more, those that ended or rest are put away (gist.h), which takes some 40 octets each.
 */
#ifndef WSSC_WATCH_CONNECTIONS_H
#define WSSC_WATCH_CONNECTIONS_H

#include "watch/gist.h"

#define WSSC_CONNECTIONS_MOST 100000000u /* in all; of the rest nothing is known: it is dissected */

typedef struct WsscConnections WsscConnections;

/* A connection of TLS alone, without its keys. */
typedef struct {
    WsscEnds ends;
    guint32 index;
    guint32 first_spoken, last_spoken; /* frames */
    const char *server_name;           /* that the client asks for; or NULL */
    guint8 client;                     /* which of the ends */
} WsscTlsSeen;

/* most: how many are followed at a time; above 0. expected: how many there may be; more cost some copying. */
WsscConnections *wssc_connections_new(guint most, gsize expected);
void wssc_connections_free(WsscConnections *connections);
/* Whose frame it is. NULL when there are too many in all. */
WsscWatched *wssc_connections_of(WsscConnections *connections, const WsscEnds *ends, guint32 frame);
guint wssc_connections_count(const WsscConnections *connections);

/* After the last frame: none is followed any more. has_keys: for TLS; without, none is asked whether they are tied.
 * log: all of them; NULL: that is not known. */
void wssc_connections_close(WsscConnections *connections, gboolean has_keys, const WsscKeyLog *log);
/* index: from 1. For this and the following all are closed. */
WsscGist *wssc_connections_get(const WsscConnections *connections, guint index);
/* Of those with TLS some may go on with the session of another one: all belong together, since whose secrets are whose
 * is libwireshark's to say. */
gboolean wssc_connections_are_tied(const WsscConnections *connections);
/* WsscTlsSeen, in the order of their indices. */
const GArray *wssc_connections_tls(const WsscConnections *connections);

#endif
