/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/tls_talk.h"

#include "carrier/client_hello.h"
#include "report/layout.h"
#include "tls_place.h"

enum { RECORD_FIRST = 20, RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_DATA = 23 };
enum { RECORD_HEAD = 5, MAX_RECORD = 16384 + 2048, ALERT_IN_CLEAR = 2 };
enum { SERVER_HELLO = 2 };

/* One direction. */
typedef struct {
    guint8 head[RECORD_HEAD], got; /* octets of a record's head */
    guint left;                    /* of the record under way, behind its head */
    gboolean has_data;             /* as plugin/tls_signs.c sees it */
} Way;

struct WsscTlsTalk {
    Way ways[2];         /* client's, server's */
    WsscTickets tickets; /* of the server */
    gboolean has_hello, is_chosen, has_ended, is_answer_due;
    gboolean is_doubtful;  /* a segment begins as a record does, where none can begin */
    WsscHelloPieces hello; /* as long as no name was found in what came of it */
    char *server_name;
};

gboolean wssc_tls_talk_begins(WsscBytes octets)
{
    return octets.len > RECORD_HEAD && wssc_client_hello_is(octets);
}

WsscTlsTalk *wssc_tls_talk_new(void)
{
    return g_new0(WsscTlsTalk, 1);
}

void wssc_tls_talk_free(WsscTlsTalk *talk)
{
    if (talk == NULL)
        return;
    wssc_hello_pieces_clear(&talk->hello);
    g_free(talk->server_name);
    g_free(talk);
}

/* Octets of the client. */
static void look_for_name(WsscTlsTalk *talk, WsscBytes octets)
{
    WsscBytes hello;
    if (talk->server_name != NULL || (talk->has_hello && talk->hello.octets == NULL))
        return;
    gboolean is_whole = wssc_hello_pieces_take(&talk->hello, octets, &hello);
    g_autofree char *name = wssc_client_hello_server_name(hello);
    talk->server_name = name != NULL ? wssc_shown(name) : NULL;
    if (is_whole || name != NULL)
        wssc_hello_pieces_clear(&talk->hello);
}

/* ---- suites -------------------------------------------------------------------------------------------------------
 */

/* Those that hide nothing (IANA's registry: _NULL_ suites, and RFC 9150's). */
static gboolean hides_nothing(guint suite)
{
    static const guint16 suites[] = {0x0000, 0x0001, 0x0002, 0x002C, 0x002D, 0x002E, 0x003B, 0x00B0,
                                     0x00B1, 0x00B4, 0x00B5, 0x00B8, 0x00B9, 0xC001, 0xC006, 0xC00B,
                                     0xC010, 0xC015, 0xC039, 0xC03A, 0xC03B, 0xC0B4, 0xC0B5};
    for (guint i = 0; i < G_N_ELEMENTS(suites); i++)
        if (suites[i] == suite)
            return TRUE;
    return FALSE;
}

/* The server's first segment, from its beginning: record and handshake heads, version and random, session id. */
static gboolean reads_choice(WsscBytes octets)
{
    enum { BEFORE_ID = RECORD_HEAD + 4 + 2 + 32 };
    gsize id = octets.len > BEFORE_ID ? octets.data[BEFORE_ID] : 0, at = BEFORE_ID + 1 + id;
    return octets.len >= at + 2 && octets.data[0] == RECORD_HANDSHAKE && octets.data[RECORD_HEAD] == SERVER_HELLO &&
           id <= 32 && !hides_nothing((guint)octets.data[at] << 8 | octets.data[at + 1]);
}

/* ---- records ------------------------------------------------------------------------------------------------------
 */

static gboolean is_head(const guint8 *head)
{
    return head[0] >= RECORD_FIRST && head[0] <= RECORD_DATA && head[1] == 3 && head[2] <= 4;
}

static gboolean begin_record(Way *way, gboolean is_seen_whole)
{
    guint size = (guint)way->head[3] << 8 | way->head[4];
    if (!is_head(way->head) || size == 0 || size > MAX_RECORD ||
        (way->head[0] == RECORD_ALERT && size == ALERT_IN_CLEAR))
        return FALSE;
    way->has_data |= is_seen_whole && way->head[0] == RECORD_DATA;
    way->left = size;
    return TRUE;
}

/* Octets that stand where records begin and where they do not are seen differently by who looks at one segment only.
 * tickets: of the server's direction; else NULL. */
static gboolean take_records(Way *way, WsscBytes octets, WsscTickets *tickets)
{
    gboolean is_at_record = way->left == 0 && way->got == 0;
    while (octets.len > 0) {
        gsize taken = MIN(way->left, octets.len);
        if (taken > 0) {
            way->left -= (guint)taken;
            if (tickets != NULL && way->head[0] != RECORD_DATA)
                wssc_tickets_take(tickets, way->head[0], wssc_bytes(octets.data, taken));
        } else {
            way->head[way->got++] = octets.data[0];
            taken = 1;
            if (way->got == RECORD_HEAD) {
                /* A head at the very end of a segment is taken for none there. */
                if (!begin_record(way, is_at_record && octets.len > 1))
                    return FALSE;
                way->got = 0;
                if (tickets != NULL && way->head[0] != RECORD_DATA)
                    wssc_tickets_begin_record(tickets, way->head[0]);
            }
        }
        octets = wssc_bytes(octets.data + taken, octets.len - taken);
    }
    return TRUE;
}

static gboolean looks_like_record(WsscBytes octets)
{
    return octets.len >= 3 && is_head(octets.data);
}

gboolean wssc_tls_talk_take(WsscTlsTalk *talk, gboolean is_from_server, WsscBytes octets)
{
    Way *way = &talk->ways[is_from_server ? 1 : 0];
    gboolean is_at_record = way->left == 0 && way->got == 0;

    talk->is_doubtful |= !is_at_record && looks_like_record(octets);
    if (is_from_server && !talk->is_chosen && !(talk->is_chosen = reads_choice(octets)))
        return FALSE;
    if (talk->has_hello && wssc_client_hello_is(octets))
        return FALSE; /* the server wants another hello, or another session begins */
    if (!is_from_server)
        look_for_name(talk, octets);
    talk->has_hello = TRUE;
    if (!take_records(way, octets, is_from_server ? &talk->tickets : NULL))
        return FALSE;
    if (octets.len >= WSSC_MIN_TLS_WORD)
        talk->is_answer_due = !is_from_server;
    return TRUE;
}

gboolean wssc_tls_talk_end(WsscTlsTalk *talk, gboolean is_from_server)
{
    gboolean is_done = talk->ways[0].has_data && talk->ways[1].has_data;
    if (talk->has_ended)
        return TRUE;
    talk->has_ended = TRUE;
    return is_done && !(is_from_server && talk->is_answer_due);
}

static gboolean is_between_records(const WsscTlsTalk *talk)
{
    for (guint i = 0; i < 2; i++)
        if (talk->ways[i].left > 0 || talk->ways[i].got > 0)
            return FALSE;
    return talk->is_chosen;
}

gboolean wssc_tls_talk_is_even(const WsscTlsTalk *talk)
{
    return is_between_records(talk) && !talk->is_doubtful;
}

gboolean wssc_tls_talk_is_between(const WsscTlsTalk *talk)
{
    return is_between_records(talk) && talk->ways[0].has_data && talk->ways[1].has_data && !talk->is_answer_due;
}

const WsscTickets *wssc_tls_talk_tickets(const WsscTlsTalk *talk)
{
    return &talk->tickets;
}

const char *wssc_tls_talk_server_name(const WsscTlsTalk *talk)
{
    return talk->server_name;
}
