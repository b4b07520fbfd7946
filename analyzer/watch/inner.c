/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/inner.h"

#include <string.h>

#include "watch/http_talk.h"

enum { RECORD_CIPHER = 20, RECORD_HANDSHAKE = 22, RECORD_DATA = 23 };
enum { RECORD_HEAD = 5, MAX_RECORD = 16384 + 2048, NEW_SESSION_TICKET = 4, TLS_1_1 = 2 };
#define MAX_TURN 48000u       /* octets: one frame of IP is to hold them */
#define MAX_HANDSHAKE 128000u /* of all turns */
#define MAX_TURNS 64u         /* each is a frame more to show */

/* One direction. */
typedef struct {
    guint8 head[RECORD_HEAD], got; /* octets of a record's head */
    guint left;                    /* of the record under way, behind its head */
    GByteArray *record;            /* it, with its head, until there was data; then NULL */
    gboolean is_ciphered, has_data;
} Way;

struct WsscInner {
    Way ways[2];   /* client's, server's */
    GArray *turns; /* WsscInnerTurn, whose octets are its own */
    gsize octets;  /* of all of them */
    WsscHttpTalk *http;
    WsscTlsPlace place;
    gboolean has_place, is_lost;
    guint8 minor; /* of the version that records name */
    guint64 keys; /* as the first place had them */
    gboolean has_keys;
};

static void clear_turn(gpointer turn)
{
    g_byte_array_unref(((WsscInnerTurn *)turn)->octets);
}

WsscInner *wssc_inner_new(void)
{
    WsscInner *inner = g_new0(WsscInner, 1);
    for (guint i = 0; i < 2; i++)
        inner->ways[i].record = g_byte_array_new();
    inner->turns = g_array_new(FALSE, FALSE, sizeof(WsscInnerTurn));
    g_array_set_clear_func(inner->turns, clear_turn);
    inner->http = wssc_http_talk_new();
    return inner;
}

void wssc_inner_free(WsscInner *inner)
{
    if (inner == NULL)
        return;
    for (guint i = 0; i < 2; i++)
        g_clear_pointer(&inner->ways[i].record, g_byte_array_unref);
    g_array_unref(inner->turns);
    wssc_http_talk_free(inner->http);
    g_free(inner);
}

/* ---- records ------------------------------------------------------------------------------------------------------
 */

/* FALSE: more than would be worth it. */
static gboolean keep_in_turn(WsscInner *inner, gboolean is_from_server, const GByteArray *record)
{
    guint count = inner->turns->len;
    WsscInnerTurn *last = count > 0 ? &g_array_index(inner->turns, WsscInnerTurn, count - 1) : NULL;
    if (last == NULL || last->is_from_server != is_from_server) {
        const WsscInnerTurn turn = {is_from_server, g_byte_array_new()};
        g_array_append_val(inner->turns, turn);
        last = &g_array_index(inner->turns, WsscInnerTurn, count);
    }
    inner->octets += record->len;
    g_byte_array_append(last->octets, record->data, record->len);
    return last->octets->len <= MAX_TURN && inner->octets <= MAX_HANDSHAKE && inner->turns->len <= MAX_TURNS;
}

/* A record that hides what is in it. */
static gboolean take_opened(WsscInner *inner, gboolean is_from_server, const WsscTlsOpened *opened)
{
    Way *way = &inner->ways[is_from_server ? 1 : 0];
    if (opened->type == RECORD_DATA) {
        way->has_data = TRUE;
        g_clear_pointer(&way->record, g_byte_array_unref);
        return wssc_http_talk_take(inner->http, is_from_server, opened->octets);
    }
    if (opened->type != RECORD_HANDSHAKE)
        return FALSE;
    if (!way->has_data)
        return keep_in_turn(inner, is_from_server, way->record);
    /* With TLS 1.3 a server may give tickets at any time; all else begins anew. */
    return way->head[0] == RECORD_DATA && is_from_server && opened->octets.len > 0 &&
           opened->octets.data[0] == NEW_SESSION_TICKET;
}

/* FALSE: it cannot be followed. */
static gboolean end_record(WsscInner *inner, gboolean is_from_server, const GArray *opened, guint *at)
{
    Way *way = &inner->ways[is_from_server ? 1 : 0];
    guint8 type = way->head[0];
    gboolean is_hidden = type == RECORD_DATA || (type == RECORD_HANDSHAKE && way->is_ciphered);
    if (is_hidden)
        return opened != NULL && *at < opened->len &&
               take_opened(inner, is_from_server, &g_array_index(opened, WsscTlsOpened, (*at)++));
    if (way->has_data || (type != RECORD_HANDSHAKE && type != RECORD_CIPHER))
        return FALSE;
    way->is_ciphered |= type == RECORD_CIPHER;
    return keep_in_turn(inner, is_from_server, way->record);
}

static gboolean begin_record(Way *way)
{
    const guint8 *head = way->head;
    way->left = (guint)head[3] << 8 | head[4];
    return head[0] >= RECORD_CIPHER && head[0] <= RECORD_DATA && head[1] == 3 && way->left > 0 &&
           way->left <= MAX_RECORD;
}

/* Octets of the record under way; how many they are. */
static gsize take_part(Way *way, WsscBytes octets)
{
    gsize wanted = way->got < RECORD_HEAD ? (gsize)RECORD_HEAD - way->got : way->left;
    gsize taken = MIN(wanted, octets.len);
    if (way->got < RECORD_HEAD) {
        memcpy(way->head + way->got, octets.data, taken);
        way->got += (guint8)taken;
    } else {
        way->left -= (guint)taken;
    }
    if (way->record != NULL)
        g_byte_array_append(way->record, octets.data, (guint)taken);
    return taken;
}

static gboolean take(WsscInner *inner, gboolean is_from_server, WsscBytes octets, const GArray *opened)
{
    Way *way = &inner->ways[is_from_server ? 1 : 0];
    guint at = 0;
    while (octets.len > 0) {
        gboolean is_in_head = way->got < RECORD_HEAD;
        gsize taken = take_part(way, octets);
        octets = wssc_bytes(octets.data + taken, octets.len - taken);
        if (is_in_head && way->got == RECORD_HEAD && !begin_record(way))
            return FALSE;
        if (way->got < RECORD_HEAD || way->left > 0)
            continue;
        inner->minor = way->head[2];
        if (!end_record(inner, is_from_server, opened, &at))
            return FALSE;
        way->got = 0;
        if (way->record != NULL)
            g_byte_array_set_size(way->record, 0);
    }
    return opened == NULL || at == opened->len;
}

/* ---- both ---------------------------------------------------------------------------------------------------------
 */

static void take_place(WsscInner *inner, const WsscTlsPlace *place)
{
    inner->has_place = place != NULL && (!place->is_chained || inner->minor >= TLS_1_1);
    if (!inner->has_place)
        return;
    inner->place = *place;
    if (!inner->has_keys)
        inner->keys = place->keys;
    inner->has_keys = TRUE;
    inner->is_lost |= inner->keys != place->keys; /* those that the handshake led to are used no more */
}

void wssc_inner_take(WsscInner *inner, gboolean is_from_server, WsscBytes octets, const GArray *opened,
                     const WsscTlsPlace *place)
{
    if (inner->is_lost || octets.len == 0)
        return;
    inner->is_lost = !take(inner, is_from_server, octets, opened);
    if (inner->ways[0].has_data && inner->ways[1].has_data)
        take_place(inner, place);
}

gboolean wssc_inner_is_between(const WsscInner *inner, WsscTlsPlace *ret_place)
{
    for (guint i = 0; i < 2; i++)
        if (!inner->ways[i].has_data || inner->ways[i].got > 0)
            return FALSE;
    if (inner->is_lost || !inner->has_place || !wssc_http_talk_is_between(inner->http))
        return FALSE;
    if (ret_place != NULL)
        *ret_place = inner->place;
    return TRUE;
}

gboolean wssc_inner_is_lost(const WsscInner *inner)
{
    return inner->is_lost;
}

gsize wssc_inner_octets(const WsscInner *inner)
{
    return inner->octets;
}

guint wssc_inner_turns(const WsscInner *inner)
{
    return inner->turns->len;
}

WsscInnerTurn wssc_inner_turn(const WsscInner *inner, guint i)
{
    return g_array_index(inner->turns, WsscInnerTurn, i);
}
