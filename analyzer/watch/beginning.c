/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/beginning.h"

#include <string.h>

#include "carrier/client_hello.h"
#include "watch/tickets.h"

#define MAX_LINE 16384 /* octets of a request's first line */

static gboolean begins_with(WsscBytes octets, const char *text)
{
    gsize len = strlen(text);
    return octets.len >= len && memcmp(octets.data, text, len) == 0;
}

/* A method, and the version at the end of the line where that is there: others have methods, too. */
static gboolean is_request(WsscBytes octets)
{
    gsize method = 0;
    while (method < octets.len && g_ascii_isupper((char)octets.data[method]))
        method++;
    if (method < 3 || method == octets.len || octets.data[method] != ' ')
        return FALSE;
    const guint8 *end = memchr(octets.data, '\r', MIN(octets.len, MAX_LINE));
    gsize line = end != NULL ? (gsize)(end - octets.data) : 0;
    return line > method + 9 && memcmp(end - 8, "HTTP/", 5) == 0;
}

/* SETTINGS, by which a server of HTTP/2 begins (RFC 9113 sections 3.4, 6.5). */
static gboolean is_settings(WsscBytes octets)
{
    static const guint8 rest[] = {4, 0, 0, 0, 0, 0};
    return octets.len >= 9 && octets.data[0] == 0 && memcmp(octets.data + 3, rest, sizeof rest) == 0;
}

/* Version 1.0 and a mode ([MC-NMF] 2.2.3.1 and 2.2.3.2), or how its server answers (2.2.3.5, 2.2.3.7 and 2.2.3.8). */
static gboolean is_nettcp(WsscBytes octets)
{
    enum { UPGRADE_RESPONSE = 10, FAULT = 8, PREAMBLE_ACK = 11 };
    static const guint8 preamble[] = {0, 1, 0, 1};
    if (octets.len >= sizeof preamble && memcmp(octets.data, preamble, sizeof preamble) == 0)
        return TRUE;
    return (octets.len == 1 && (octets.data[0] == UPGRADE_RESPONSE || octets.data[0] == PREAMBLE_ACK)) ||
           (octets.len > 1 && octets.data[0] == FAULT && octets.data[1] == octets.len - 2);
}

static gboolean is_record(WsscBytes octets)
{
    enum { FIRST = 20, LAST = 23, MAX_MINOR = 4 };
    return octets.len > 5 && octets.data[0] >= FIRST && octets.data[0] <= LAST && octets.data[1] == 3 &&
           octets.data[2] <= MAX_MINOR;
}

/* ---- TLS that was joined midway ---------------------------------------------------------------------------------- */

/* Of a hello's record, anywhere. */
static gboolean holds_hello(WsscBytes octets)
{
    enum { HANDSHAKE = 22 };
    while (octets.len >= WSSC_CLIENT_HELLO_HEAD) {
        const guint8 *at = memchr(octets.data, HANDSHAKE, octets.len);
        if (at == NULL)
            return FALSE;
        octets = wssc_bytes(at, octets.len - (gsize)(at - octets.data));
        if (wssc_client_hello_is(octets))
            return TRUE;
        octets = wssc_bytes(octets.data + 1, octets.len - 1);
    }
    return FALSE;
}

static void keep_tail(WsscBeginning *beginning, guint side, WsscBytes octets)
{
    gsize len = MIN(octets.len, sizeof beginning->tail[side]);
    if (len > 0)
        memcpy(beginning->tail[side], octets.data + octets.len - len, len);
    beginning->tail_len[side] = (guint8)len;
}

/* What came before may end with the first octets of a hello. */
static gboolean goes_on_as_hello(WsscBeginning *beginning, guint side, WsscBytes octets)
{
    enum { REST = WSSC_CLIENT_HELLO_HEAD - 1 };
    guint8 joined[2 * REST];
    gsize before = beginning->tail_len[side], rest = MIN(octets.len, REST);
    if (before == 0)
        return FALSE;
    memcpy(joined, beginning->tail[side], before);
    memcpy(joined + before, octets.data, rest);
    WsscBytes both = wssc_bytes(joined, before + rest);
    gboolean is_hello = holds_hello(both);
    keep_tail(beginning, side, octets.len >= REST ? octets : both);
    return is_hello;
}

/* A session may begin anew. */
static WsscBeginningKind take_midway(WsscBeginning *beginning, guint side, WsscBytes octets, gboolean is_in_place)
{
    gboolean is_hello = holds_hello(octets);
    if (!is_in_place)
        beginning->tail_len[side] = 0;
    else if (beginning->tail_len[side] > 0)
        is_hello |= goes_on_as_hello(beginning, side, octets);
    else
        keep_tail(beginning, side, octets);
    return is_hello ? WSSC_BEGINS_TIED_TLS : WSSC_BEGINS_MIDWAY_TLS;
}

/* ---- kinds --------------------------------------------------------------------------------------------------------
 */

/* One that is not whole says nothing yet; of both ends only one can be waited for. */
static WsscBeginningKind take_hello(WsscBeginning *beginning, guint side, WsscBytes octets, gboolean is_in_place)
{
    WsscHelloTies ties;
    WsscBytes hello;
    gboolean is_others = beginning->hello.octets != NULL && (beginning->has_hello & 1u << side) == 0;
    beginning->has_hello |= (guint8)(1u << side);
    if (is_others || !is_in_place)
        return WSSC_BEGINS_TIED_TLS;
    if (!wssc_hello_pieces_take(&beginning->hello, octets, &hello))
        return WSSC_BEGINS_NOT;
    gboolean is_tied = !wssc_client_hello_ties(hello, &ties);
    if (beginning->random == 0 && ties.random.len > 0)
        beginning->random = wssc_bytes_hash(ties.random);
    if (!is_tied) {
        beginning->session[side] = wssc_ticket_hash(ties.session);
        beginning->ticket = wssc_ticket_hash(ties.ticket);
    }
    wssc_hello_pieces_clear(&beginning->hello);
    return is_tied ? WSSC_BEGINS_TIED_TLS : WSSC_BEGINS_TLS;
}

/* FALSE: octets do not begin with a ServerHello as far as the two are known. */
static gboolean take_server_hello(WsscBeginning *beginning, guint side, WsscBytes octets)
{
    WsscBytes session;
    guint16 suite;
    if (!wssc_server_hello_read(octets, &session, &suite))
        return FALSE;
    beginning->session[side] = wssc_ticket_hash(session);
    beginning->is_tls13 = wssc_suite_is_tls13(suite) ? 1 : 0;
    return TRUE;
}

/* A hello of whichever end, or what may be one. */
static gboolean may_be_hello(WsscBytes octets)
{
    enum { HANDSHAKE = 22, SERVER_HELLO = 2 };
    return octets.data[0] == HANDSHAKE &&
           (octets.len < WSSC_CLIENT_HELLO_HEAD || octets.data[WSSC_CLIENT_HELLO_HEAD - 1] <= SERVER_HELLO);
}

static WsscBeginningKind take_record(WsscBeginning *beginning, guint side, WsscBytes octets, gboolean is_in_place)
{
    enum { ALERT = 21 };
    if (wssc_client_hello_is(octets))
        return take_hello(beginning, side, octets, is_in_place);
    if (take_server_hello(beginning, side, octets) || octets.data[0] == ALERT)
        return WSSC_BEGINS_TLS;
    return may_be_hello(octets) ? WSSC_BEGINS_TIED_TLS : take_midway(beginning, side, octets, TRUE);
}

/* Octets that this end says behind the first piece of its hello. */
static gboolean is_in_hello(const WsscBeginning *beginning, guint side)
{
    return beginning->hello.octets != NULL && (beginning->has_hello & 1u << side) != 0;
}

/* [MC-NMF] 2.2.3.5: the client goes on with TLS when its server has agreed, and both begin with a segment. */
static void take_upgraded(WsscBeginning *beginning, guint side, WsscBytes octets, gboolean is_in_place)
{
    if (is_in_hello(beginning, side) || wssc_client_hello_is(octets))
        beginning->is_tied |= take_hello(beginning, side, octets, is_in_place) == WSSC_BEGINS_TIED_TLS;
    else
        take_server_hello(beginning, side, octets);
    beginning->is_tied |= beginning->ticket != 0 ? 1 : 0; /* what its server gives is not followed */
}

void wssc_beginning_ask(WsscBeginning *beginning, const WsscKeyLog *log)
{
    if (log != NULL && beginning->random != 0 && beginning->key == WSSC_KEY_UNKNOWN)
        beginning->key = wssc_key_log_has(log, beginning->random) ? WSSC_KEY_OWN : WSSC_KEY_NONE;
}

void wssc_beginning_clear(WsscBeginning *beginning)
{
    wssc_hello_pieces_clear(&beginning->hello);
}

void wssc_beginning_take(WsscBeginning *beginning, guint side, WsscBytes octets, gboolean is_in_place)
{
    WsscBeginningKind kind = WSSC_BEGINS_OTHERWISE;
    if (beginning->kind[side] == WSSC_BEGINS_NETTCP)
        take_upgraded(beginning, side, octets, is_in_place);
    if (beginning->kind[side] == WSSC_BEGINS_MIDWAY_TLS)
        beginning->kind[side] = (guint8)take_midway(beginning, side, octets, is_in_place);
    if (beginning->kind[side] != WSSC_BEGINS_NOT)
        return;
    if (is_in_hello(beginning, side))
        kind = take_hello(beginning, side, octets, is_in_place);
    else if (begins_with(octets, "CONNECT "))
        kind = WSSC_BEGINS_CONNECT;
    else if (begins_with(octets, "HTTP/1.") || begins_with(octets, "PRI * HTTP/2.0\r\n") || is_request(octets) ||
             is_settings(octets))
        kind = WSSC_BEGINS_HTTP;
    else if (is_nettcp(octets))
        kind = WSSC_BEGINS_NETTCP;
    else if (is_record(octets))
        kind = take_record(beginning, side, octets, is_in_place);
    beginning->kind[side] = (guint8)kind;
}

static gboolean is_any(const WsscBeginning *beginning, WsscBeginningKind kind)
{
    return beginning->kind[0] == kind || beginning->kind[1] == kind;
}

gboolean wssc_beginning_is_strange(const WsscBeginning *beginning)
{
    return is_any(beginning, WSSC_BEGINS_OTHERWISE);
}

/* Of a hello without an answer to it in its place, what was agreed on is not known. */
static gboolean goes_on(const WsscBeginning *beginning)
{
    return is_any(beginning, WSSC_BEGINS_TIED_TLS) || beginning->is_tied != 0 || beginning->hello.octets != NULL ||
           (is_any(beginning, WSSC_BEGINS_MIDWAY_TLS) && beginning->has_hello != 0);
}

gboolean wssc_beginning_is_tied(const WsscBeginning *beginning)
{
    return goes_on(beginning) && beginning->key != WSSC_KEY_OWN;
}

gboolean wssc_beginning_has_ticket(const WsscBeginning *beginning)
{
    return beginning->ticket != 0 && beginning->is_tls13 == 0 && beginning->key != WSSC_KEY_OWN;
}

/* A hello that was not read may be one of the key log's. */
gboolean wssc_beginning_may_have_secrets(const WsscBeginning *beginning)
{
    gboolean is_open = beginning->key == WSSC_KEY_OWN || (beginning->key == WSSC_KEY_UNKNOWN && goes_on(beginning));
    return (is_open && beginning->is_tls13 == 0) || is_any(beginning, WSSC_BEGINS_CONNECT);
}

gboolean wssc_beginning_is_nettcp(const WsscBeginning *beginning)
{
    return is_any(beginning, WSSC_BEGINS_NETTCP);
}

gboolean wssc_beginning_may_be_tls(const WsscBeginning *beginning)
{
    return is_any(beginning, WSSC_BEGINS_TLS) || goes_on(beginning) || wssc_beginning_is_nettcp(beginning) ||
           is_any(beginning, WSSC_BEGINS_CONNECT);
}

gboolean wssc_beginning_is_alone(const WsscBeginning *beginning, gboolean has_keys)
{
    if (wssc_beginning_is_strange(beginning) || is_any(beginning, WSSC_BEGINS_CONNECT))
        return FALSE;
    return !has_keys || !wssc_beginning_is_tied(beginning);
}

gboolean wssc_beginning_is_resumed(const WsscBeginning *beginning, GHashTable *known)
{
    gboolean is_it = FALSE;
    for (guint side = 0; side < 2; side++) {
        const guint64 *own = &beginning->session[side];
        gboolean is_clients = (beginning->has_hello & 1u << side) != 0;
        if (*own == 0 || (!is_clients && *own == beginning->session[!side]))
            continue; /* a server echoes what it was asked for */
        is_it |= is_clients && g_hash_table_contains(known, own);
        g_hash_table_add(known, (gpointer)own);
    }
    return is_it && beginning->key != WSSC_KEY_OWN;
}
