/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/client_hello.h"

#include "base/cursor.h"

#define RECORD_HANDSHAKE 22
#define CLIENT_HELLO 1
#define SERVER_HELLO 2
#define SERVER_NAME 0
#define SESSION_TICKET 35
#define BEFORE_RANDOM (5 + 4 + 2) /* record and handshake headers, version */
#define BEFORE_SESSION (BEFORE_RANDOM + WSSC_CLIENT_RANDOM)

gboolean wssc_client_hello_is(WsscBytes payload)
{
    return payload.len >= WSSC_CLIENT_HELLO_HEAD && payload.data[0] == RECORD_HANDSHAKE && payload.data[1] == 3 &&
           payload.data[WSSC_CLIENT_HELLO_HEAD - 1] == CLIENT_HELLO;
}

gsize wssc_client_hello_size(WsscBytes payload)
{
    return wssc_client_hello_is(payload) ? 5 + ((gsize)payload.data[3] << 8 | payload.data[4]) : 0;
}

/* TLS counts with the high octet first. */
static gboolean read_number(WsscCursor *cursor, guint width, gsize *ret_value)
{
    *ret_value = 0;
    for (guint i = 0; i < width; i++) {
        guint8 octet;
        if (!wssc_cursor_u8(cursor, &octet))
            return FALSE;
        *ret_value = *ret_value << 8 | octet;
    }
    return TRUE;
}

/* A length of that many octets, and what it counts. */
static gboolean skip_vector(WsscCursor *cursor, guint width)
{
    WsscBytes skipped;
    gsize len;
    return read_number(cursor, width, &len) && wssc_cursor_take(cursor, len, &skipped);
}

static char *read_name(WsscBytes extension)
{
    WsscCursor cursor = wssc_cursor(extension);
    WsscBytes name;
    gsize list, type, len;
    if (!read_number(&cursor, 2, &list) || !read_number(&cursor, 1, &type) || type != 0 ||
        !read_number(&cursor, 2, &len) || !wssc_cursor_take(&cursor, len, &name))
        return NULL;
    return g_utf8_make_valid((const char *)name.data, (gssize)name.len);
}

char *wssc_client_hello_server_name(WsscBytes payload)
{
    WsscCursor cursor = wssc_cursor(payload);
    WsscBytes skipped, extension;
    gsize type, len;
    /* behind them: session id, cipher suites, compression methods */
    if (!wssc_client_hello_is(payload) || !wssc_cursor_take(&cursor, BEFORE_SESSION, &skipped) ||
        !skip_vector(&cursor, 1) || !skip_vector(&cursor, 2) || !skip_vector(&cursor, 1) ||
        !read_number(&cursor, 2, &len))
        return NULL;
    while (read_number(&cursor, 2, &type) && read_number(&cursor, 2, &len) &&
           wssc_cursor_take(&cursor, len, &extension))
        if (type == SERVER_NAME)
            return read_name(extension);
    return NULL;
}

static gboolean read_vector(WsscCursor *cursor, guint width, WsscBytes *ret_content)
{
    gsize len;
    return read_number(cursor, width, &len) && wssc_cursor_take(cursor, len, ret_content);
}

/* Room is made for what came: anybody can announce more. */
gboolean wssc_hello_pieces_take(WsscHelloPieces *pieces, WsscBytes payload, WsscBytes *ret_hello)
{
    gsize size = wssc_client_hello_size(payload);
    *ret_hello = payload;
    if (pieces->octets == NULL && payload.len >= size)
        return size > 0;
    if (pieces->octets == NULL)
        pieces->octets = g_byte_array_new();
    else
        size = wssc_client_hello_size(wssc_bytes(pieces->octets->data, pieces->octets->len));
    g_byte_array_append(pieces->octets, payload.data, (guint)MIN(payload.len, size - MIN(size, pieces->octets->len)));
    *ret_hello = wssc_bytes(pieces->octets->data, pieces->octets->len);
    return ret_hello->len == size;
}

void wssc_hello_pieces_clear(WsscHelloPieces *pieces)
{
    g_clear_pointer(&pieces->octets, g_byte_array_unref);
}

gboolean wssc_client_hello_ties(WsscBytes payload, WsscHelloTies *ret_ties)
{
    WsscCursor cursor = wssc_cursor(payload);
    WsscBytes skipped, extensions, extension;
    gsize type;
    *ret_ties = (WsscHelloTies){.ticket = {NULL, 0}};
    if (!wssc_client_hello_is(payload) || !wssc_cursor_take(&cursor, BEFORE_RANDOM, &skipped) ||
        !wssc_cursor_take(&cursor, WSSC_CLIENT_RANDOM, &ret_ties->random) ||
        !read_vector(&cursor, 1, &ret_ties->session) || !skip_vector(&cursor, 2) || !skip_vector(&cursor, 1))
        return FALSE;
    if (cursor.pos == wssc_client_hello_size(payload))
        return TRUE; /* extensions may be left away */
    if (!read_vector(&cursor, 2, &extensions))
        return FALSE;
    WsscCursor inside = wssc_cursor(extensions);
    while (wssc_cursor_left(&inside) > 0) {
        if (!read_number(&inside, 2, &type) || !read_vector(&inside, 2, &extension))
            return FALSE;
        if (type == SESSION_TICKET && extension.len > 0)
            ret_ties->ticket = extension;
    }
    return TRUE;
}

gboolean wssc_server_hello_read(WsscBytes payload, WsscBytes *ret_session, guint16 *ret_suite)
{
    WsscCursor cursor = wssc_cursor(payload);
    WsscBytes skipped;
    gsize suite;
    if (payload.len <= 5 || payload.data[0] != RECORD_HANDSHAKE || payload.data[1] != 3 ||
        payload.data[5] != SERVER_HELLO || !wssc_cursor_take(&cursor, BEFORE_SESSION, &skipped) ||
        !read_vector(&cursor, 1, ret_session) || !read_number(&cursor, 2, &suite))
        return FALSE;
    *ret_suite = (guint16)suite;
    return TRUE;
}

gboolean wssc_suite_is_tls13(guint16 suite)
{
    return suite >> 8 == 0x13;
}
