/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a connection begins, as far as it matters for what others it has to do with: a connection of HTTP or net.tcp is
 * dissected by its own octets alone; TLS with keys may go on with another one's session; of what is not known here
 * anything may be.
 */
#ifndef WSSC_WATCH_BEGINNING_H
#define WSSC_WATCH_BEGINNING_H

#include "carrier/client_hello.h"
#include "watch/key_log.h"

typedef enum {
    WSSC_BEGINS_NOT, /* nothing was said */
    WSSC_BEGINS_HTTP,
    WSSC_BEGINS_CONNECT, /* HTTP's way to anything */
    WSSC_BEGINS_NETTCP,  /* which may go on as TLS: looked for where segments begin */
    WSSC_BEGINS_TLS,
    WSSC_BEGINS_MIDWAY_TLS, /* with a record behind its hello: nothing opens it, unless a ClientHello comes yet */
    WSSC_BEGINS_TIED_TLS,   /* what it begins with is not all there */
    WSSC_BEGINS_OTHERWISE
} WsscBeginningKind;

/* What a key log (key_log.h) has. */
typedef enum {
    WSSC_KEY_UNKNOWN, /* all there may be */
    WSSC_KEY_NONE,    /* nothing for this connection by its own name */
    WSSC_KEY_OWN,     /* its secrets: it needs no other connection's */
} WsscBeginningKey;

/* Of both ends. Begins zeroed. */
typedef struct {
    guint8 kind[2];     /* WsscBeginningKind */
    guint8 has_hello;   /* bits: the ends; of TLS: its ClientHello is the first that this end says, or stands behind how
                           it takes up net.tcp */
    guint8 is_tied;     /* TLS behind net.tcp: as WSSC_BEGINS_TIED_TLS; or who else has secrets for it may be known */
    guint8 is_tls13;    /* its server chose TLS 1.3 */
    guint8 key;         /* WsscBeginningKey, of TLS */
    guint8 tail_len[2]; /* of TLS that was joined midway, the last octets of an end, which may begin a ClientHello */
    guint8 tail[2][WSSC_CLIENT_HELLO_HEAD - 1];
    guint64 session[2];    /* a hash of TLS's session by ClientHello or ServerHello; 0: none */
    guint64 ticket;        /* ... of the ticket in its ClientHello (tickets.h); 0: none */
    guint64 random;        /* ... of the random in the first ClientHello; 0: none is whole yet */
    WsscHelloPieces hello; /* a ClientHello that is not whole yet: of whichever end says hello */
} WsscBeginning;

/* The first octets of an end, as they arrive. is_in_place: all of a segment, which follows what came before. */
void wssc_beginning_take(WsscBeginning *beginning, guint side, WsscBytes payload, gboolean is_in_place);
/* Sets "key", once its hello is known. log may be NULL. */
void wssc_beginning_ask(WsscBeginning *beginning, const WsscKeyLog *log);
void wssc_beginning_clear(WsscBeginning *beginning);
/* It is dissected by its own octets alone, unless its session of TLS is another one's, too. has_keys: for TLS. */
gboolean wssc_beginning_is_alone(const WsscBeginning *beginning, gboolean has_keys);
/* One end may begin in a way that is not known. */
gboolean wssc_beginning_is_strange(const WsscBeginning *beginning);
/* TLS in it is seen only where no segment is missing. */
gboolean wssc_beginning_is_nettcp(const WsscBeginning *beginning);
/* TLS, or what may turn into it. */
gboolean wssc_beginning_may_be_tls(const WsscBeginning *beginning);
/* TLS that goes on with a session that began elsewhere, and needs that one's secrets, as far as one connection tells.
 */
gboolean wssc_beginning_is_tied(const WsscBeginning *beginning);
/* Likewise, with one that was issued by a server on another connection, or asked for on two. known: set of guint64, the
 * sessions of those before, to which its own are added; borrowed from them. */
gboolean wssc_beginning_is_resumed(const WsscBeginning *beginning, GHashTable *known);
/* It goes on by a ticket, up to TLS 1.2, and has no secrets of its own. */
gboolean wssc_beginning_has_ticket(const WsscBeginning *beginning);
/* Up to TLS 1.2 it may have secrets of its own, or what goes on inside of it may: others may go on with them. */
gboolean wssc_beginning_may_have_secrets(const WsscBeginning *beginning);

#endif
