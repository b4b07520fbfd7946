/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/connections.h"

#include <string.h>

#include "watch/memory.h"

/* One place of a table with open addressing. */
typedef struct {
    guint32 hash;
    guint32 index; /* of the connection; 0: free */
} Slot;

struct WsscConnections {
    Slot *slots;
    guint32 room;           /* slots; a power of two */
    guint64 seed;           /* of the hash: nobody can make connections that meet in one place */
    WsscWatched *latest;    /* looked for; or NULL */
    WsscWatched **followed; /* by index less one; owned; NULL: it is put away */
    WsscGist *gists;        /* likewise, of those that are put away */
    guint len, expected;    /* of both: how many there are, and for how many there is room */
    guint most, count;      /* that may be, and are, followed */
    guint first;            /* none before is followed; an index less one */
    GArray *tls;            /* WsscTlsSeen */
    GStringChunk *names;
    gboolean is_tls_away, are_tied;
};

WsscConnections *wssc_connections_new(guint most, gsize expected)
{
    enum { ROOM = 1024 };
    WsscConnections *connections = g_new0(WsscConnections, 1);
    connections->slots = g_new0(Slot, ROOM);
    connections->room = ROOM;
    connections->seed = (guint64)g_random_int() << 32 | g_random_int();
    connections->expected = (guint)CLAMP(expected, ROOM, WSSC_CONNECTIONS_MOST);
    connections->followed = g_new(WsscWatched *, connections->expected);
    connections->gists = g_new(WsscGist, connections->expected);
    connections->tls = g_array_new(FALSE, FALSE, sizeof(WsscTlsSeen));
    connections->names = g_string_chunk_new(1024);
    connections->most = most;
    return connections;
}

void wssc_connections_free(WsscConnections *connections)
{
    if (connections == NULL)
        return;
    for (guint i = connections->first; i < connections->len; i++)
        wssc_watched_free(connections->followed[i]);
    g_free(connections->slots);
    g_free(connections->followed);
    g_free(connections->gists);
    g_array_unref(connections->tls);
    g_string_chunk_free(connections->names);
    g_free(connections);
}

/* ---- by their ends ------------------------------------------------------------------------------------------------
 */

/* The upper half is the check, by which one that was put away is known. */
static guint64 hash_of(const WsscConnections *connections, const WsscEnds *ends)
{
    G_STATIC_ASSERT(sizeof *ends % sizeof(guint64) == 0);
    guint64 hash = connections->seed, word;
    for (gsize at = 0; at < sizeof *ends; at += sizeof word) {
        memcpy(&word, (const guint8 *)ends + at, sizeof word);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    return hash;
}

static void put(WsscConnections *connections, Slot own)
{
    guint32 at = own.hash & (connections->room - 1);
    while (connections->slots[at].index != 0)
        at = (at + 1) & (connections->room - 1);
    connections->slots[at] = own;
}

static void make_room(WsscConnections *connections)
{
    enum { MANY = 1 << 19 };
    g_autofree Slot *before = connections->slots;
    guint32 count = connections->room;
    connections->room *= 2;
    connections->slots = g_new0(Slot, connections->room);
    for (guint32 i = 0; i < count; i++)
        if (before[i].index != 0)
            put(connections, before[i]);
    g_clear_pointer(&before, g_free);
    if (count >= MANY)
        wssc_memory_give_back();
}

/* Word by word, without a call. */
static gboolean is_of(const WsscWatched *watched, const WsscEnds *ends)
{
    guint64 differing = 0, one, other;
    for (gsize at = 0; at < sizeof *ends; at += sizeof one) {
        memcpy(&one, (const guint8 *)&watched->ends + at, sizeof one);
        memcpy(&other, (const guint8 *)ends + at, sizeof other);
        differing |= one ^ other;
    }
    return differing == 0;
}

static WsscGist *gist_of(const WsscConnections *connections, guint32 index)
{
    return &connections->gists[index - 1];
}

/* 0: none. */
static guint32 find(const WsscConnections *connections, const WsscEnds *ends, guint64 hash)
{
    guint32 at = (guint32)hash & (connections->room - 1);
    for (; connections->slots[at].index != 0; at = (at + 1) & (connections->room - 1)) {
        guint32 index = connections->slots[at].index;
        const WsscWatched *there = connections->followed[index - 1];
        if (connections->slots[at].hash == (guint32)hash &&
            (there != NULL ? is_of(there, ends) : gist_of(connections, index)->check == (guint32)(hash >> 32)))
            return index;
    }
    return 0;
}

/* ---- putting away -------------------------------------------------------------------------------------------------
 */

static void note_tls(WsscConnections *connections, const WsscWatched *watched)
{
    const WsscTalk *talk = &watched->talk;
    const char *name = wssc_tls_talk_server_name(talk->as.tls);
    const WsscTlsSeen own = {.ends = watched->ends,
                             .index = watched->index,
                             .first_spoken = talk->first_spoken,
                             .last_spoken = talk->last_spoken,
                             .server_name = name != NULL ? g_string_chunk_insert_const(connections->names, name) : NULL,
                             .client = talk->client};
    g_array_append_val(connections->tls, own);
}

static void put_away(WsscConnections *connections, guint at)
{
    WsscWatched *watched = connections->followed[at];
    WsscGist gist = wssc_gist_of(watched);
    gist.check = (guint32)(hash_of(connections, &watched->ends) >> 32);
    if (gist.kind == WSSC_TALK_TLS)
        note_tls(connections, watched);
    connections->gists[at] = gist;
    connections->followed[at] = NULL;
    connections->count--;
    connections->latest = NULL;
    wssc_watched_free(watched);
}

/* Both ends have said all they have to say, or one of them says nothing. */
static gboolean is_over(const WsscWatched *watched)
{
    return watched->has_ended == WSSC_BOTH_ENDS || watched->has_begun != WSSC_BOTH_ENDS;
}

/* Those of which nothing came for so many frames. */
static void put_away_old(WsscConnections *connections, guint32 frame, guint age, gboolean is_for_resting)
{
    guint first = connections->len;
    for (guint i = connections->first; i < connections->len; i++) {
        const WsscWatched *watched = connections->followed[i];
        if (watched == NULL)
            continue;
        if (watched->early == NULL && frame - watched->latest > age && (is_for_resting || is_over(watched))) {
            connections->is_tls_away |= wssc_beginning_may_be_tls(&watched->beginning);
            put_away(connections, i);
        } else {
            first = MIN(first, i);
        }
    }
    connections->first = first;
}

/* Those that are over first, and whoever goes on is lost sight of least where it rested for long. Only segments that
 * wait for others keep a connection: they are few (early.c). */
static void make_place(WsscConnections *connections, guint32 frame)
{
    enum { PART = 8 }; /* that is worth looking at all */
    const guint most = connections->most, part = most / PART;
    const guint ages[] = {most, part, 0};
    guint before = connections->count;
    if (connections->count < most)
        return;
    put_away_old(connections, frame, part, FALSE);
    for (guint i = 0; i < G_N_ELEMENTS(ages) && before - connections->count <= part; i++)
        put_away_old(connections, frame, ages[i], TRUE);
}

/* ---- one by one ---------------------------------------------------------------------------------------------------
 */

static void expect_more(WsscConnections *connections)
{
    connections->expected *= 2;
    connections->followed = g_renew(WsscWatched *, connections->followed, connections->expected);
    connections->gists = g_renew(WsscGist, connections->gists, connections->expected);
}

static WsscWatched *add(WsscConnections *connections, const WsscEnds *ends, guint64 hash)
{
    WsscWatched *watched = g_new0(WsscWatched, 1);
    watched->ends = *ends;
    if (connections->len == connections->expected)
        expect_more(connections);
    connections->followed[connections->len++] = watched;
    watched->index = connections->len;
    connections->count++;
    if (connections->len > connections->room / 4 * 3)
        make_room(connections);
    put(connections, (Slot){(guint32)hash, watched->index});
    return watched;
}

static WsscWatched *resume(WsscConnections *connections, const WsscEnds *ends, guint32 index)
{
    WsscWatched *watched = wssc_gist_resume(gist_of(connections, index), ends, index);
    connections->followed[index - 1] = watched;
    connections->first = MIN(connections->first, index - 1);
    connections->count++;
    return watched;
}

static WsscWatched *look_up(WsscConnections *connections, const WsscEnds *ends, guint32 frame)
{
    guint64 hash = hash_of(connections, ends);
    guint32 index = find(connections, ends, hash);
    WsscWatched *watched = index != 0 ? connections->followed[index - 1] : NULL;
    if (watched != NULL)
        return watched;
    if (index == 0 && connections->len >= WSSC_CONNECTIONS_MOST)
        return NULL;
    make_place(connections, frame);
    return index != 0 ? resume(connections, ends, index) : add(connections, ends, hash);
}

WsscWatched *wssc_connections_of(WsscConnections *connections, const WsscEnds *ends, guint32 frame)
{
    WsscWatched *watched = connections->latest;
    if (watched == NULL || !is_of(watched, ends))
        watched = connections->latest = look_up(connections, ends, frame);
    if (watched != NULL)
        watched->latest = frame;
    return watched;
}

guint wssc_connections_count(const WsscConnections *connections)
{
    return connections->len;
}

/* ---- the end ------------------------------------------------------------------------------------------------------
 */

/* Tickets of sessions for which there are secrets. */
typedef struct {
    GHashTable *known; /* set of guint64, as wssc_ticket_hash has them; borrowed from the connections */
    gboolean are_vague;
} Tickets;

static void note_ticket(Tickets *tickets, const guint64 *hash)
{
    if (*hash != 0)
        g_hash_table_add(tickets->known, (gpointer)hash);
}

/* Of a connection that may be opened. What its server gives is known as long as it is followed. */
static void note_tickets(Tickets *tickets, const WsscWatched *watched)
{
    const WsscTickets *issued =
        watched->talk.kind == WSSC_TALK_TLS ? wssc_tls_talk_tickets(watched->talk.as.tls) : NULL;
    tickets->are_vague |= issued == NULL || wssc_tickets_are_vague(issued);
    note_ticket(tickets, &watched->beginning.ticket);
    if (issued != NULL)
        note_ticket(tickets, &issued->issued);
}

/* The one that may be TLS, followed; NULL: it is none. */
static WsscWatched *tls_at(const WsscConnections *connections, guint i)
{
    WsscWatched *watched = connections->followed[i];
    return watched != NULL && wssc_beginning_may_be_tls(&watched->beginning) ? watched : NULL;
}

/* Which go on with the session of another by its identifier, and the tickets of all that may be opened so far. */
static void tie_by_sessions(const WsscConnections *connections, const WsscKeyLog *log, Tickets *tickets)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < connections->len; i++) {
        WsscWatched *watched = tls_at(connections, i);
        if (watched == NULL)
            continue;
        WsscBeginning *beginning = &watched->beginning;
        wssc_beginning_ask(beginning, log);
        beginning->is_tied |= wssc_beginning_is_resumed(beginning, known) ? 1 : 0;
        if (wssc_beginning_may_have_secrets(beginning) || wssc_beginning_is_tied(beginning))
            note_tickets(tickets, watched);
    }
}

static gboolean may_go_on(const Tickets *tickets, const WsscBeginning *beginning)
{
    return wssc_beginning_has_ticket(beginning) &&
           (tickets->are_vague || g_hash_table_contains(tickets->known, &beginning->ticket));
}

/* Who goes on by a ticket is given another, by which the next one goes on. TRUE: there are such. */
static gboolean tie_by_tickets(const WsscConnections *connections, Tickets *tickets)
{
    gboolean is_any = FALSE;
    for (guint i = 0; i < connections->len; i++) {
        WsscWatched *watched = tls_at(connections, i);
        if (watched == NULL || watched->beginning.is_tied != 0 || !may_go_on(tickets, &watched->beginning))
            continue;
        watched->beginning.is_tied = 1;
        note_tickets(tickets, watched);
        is_any = TRUE;
    }
    return is_any;
}

/* Whether any needs another one's secrets. Which have none of their own, and none of another's, is noted. */
static gboolean has_ties(const WsscConnections *connections, const WsscKeyLog *log)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_int64_hash, g_int64_equal);
    Tickets tickets = {.known = known, .are_vague = log == NULL};
    gboolean is_any = connections->is_tls_away; /* their sessions are not known any more */
    tie_by_sessions(connections, log, &tickets);
    while (tie_by_tickets(connections, &tickets))
        ;
    for (guint i = 0; i < connections->len; i++) {
        WsscWatched *watched = tls_at(connections, i);
        if (watched == NULL)
            continue;
        gboolean is_tied = wssc_beginning_is_tied(&watched->beginning);
        watched->is_unkeyed = !connections->is_tls_away && !is_tied && watched->beginning.key == WSSC_KEY_NONE &&
                              !wssc_beginning_is_nettcp(&watched->beginning);
        is_any |= is_tied;
    }
    return is_any;
}

static gint by_index(gconstpointer a, gconstpointer b)
{
    guint32 one = ((const WsscTlsSeen *)a)->index, other = ((const WsscTlsSeen *)b)->index;
    return one < other ? -1 : one > other;
}

void wssc_connections_close(WsscConnections *connections, gboolean has_keys, const WsscKeyLog *log)
{
    connections->are_tied = has_keys && has_ties(connections, log);
    for (guint i = 0; i < connections->len; i++)
        if (connections->followed[i] != NULL)
            put_away(connections, i);
    g_array_sort(connections->tls, by_index);
}

WsscGist *wssc_connections_get(const WsscConnections *connections, guint index)
{
    return gist_of(connections, index);
}

gboolean wssc_connections_are_tied(const WsscConnections *connections)
{
    return connections->are_tied;
}

const GArray *wssc_connections_tls(const WsscConnections *connections)
{
    return connections->tls;
}
