/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/sharing.h"

#include <string.h>

#include <epan/packet.h>

#define MAX_SHARES 60000u
#define LONG_LIFE 2u                  /* generations */
#define CLEAR_ROUNDS 16u              /* times that a process may be made to forget before its generation is over */
#define KEYED_ROUNDS 4u               /* where there are keys for TLS */
#define MIN_OCTETS (8u * 1024 * 1024) /* to dissect: less is done before a process has begun */
#define FRAME_OCTETS 256u             /* a frame costs as much as so many octets */
#define MIN_PART 4u                   /* of the work, one in so many is to be in shares beside the heaviest */
#define KINDS 3u                      /* of shares in a group */
#define LONG_STRETCH 2u               /* times what is to be remembered: so long something may be under way */

/* What counts as resting: as is seen, or as it may be where TLS is opened (quiet.h). */
typedef enum { AS_SEEN, ONCE_OPENED, RESTS } Rest;

/* Of one connection. */
typedef struct {
    guint32 first, last;         /* frames; 0: none */
    guint32 first_nth, last_nth; /* counted among those that are dissected */
    guint32 since[RESTS];        /* by Rest: ... it is under way; 0: it rests */
    guint32 stretch[RESTS];      /* ... the longest for which it was */
    guint64 work;
} Extent;

typedef struct {
    const WsscConnections *connections;
    const WsscSharing *wanted;
    Extent *extents; /* by index of the connection; of all that have none: the first */
    guint64 work;
    guint64 restless_work; /* of all that is in the first share, or in shares of those that keep all else from going */
    gboolean has_restless;
    guint64 closed_work;  /* of those that may do so, which is known once TLS is opened */
    guint64 telling_work; /* of the first share, where what others tell there may open any of its connections */
    WsscShares *shares;
    GArray *loads; /* guint64: by share */
} Deal;

/* Of connections that begin together, or that last: the first of as many shares as there are jobs. */
typedef struct {
    guint resting, closed, restless;
} Group;

/* ---- who arranges for others --------------------------------------------------------------------------------------
 */

/* FTP says on one connection where another one will be, whose octets are a file then, whatever they look like. Others
 * that arrange for connections (portmappers, SIP, RTSP, H.323) do it for protocols that begin in ways of their own. */
static gboolean is_arranger(guint16 port)
{
    enum { FTP = 21 };
    dissector_handle_t handle = dissector_get_uint_handle(find_dissector_table("tcp.port"), port);
    int protocol = handle != NULL ? dissector_handle_get_protocol_index(handle) : -1;
    return port == FTP || (protocol >= 0 && strcmp(proto_get_protocol_filter_name(protocol), "ftp") == 0);
}

static gboolean has_arranger(const Deal *deal)
{
    for (guint i = 1; i <= wssc_connections_count(deal->connections); i++) {
        const WsscGist *gist = wssc_connections_get(deal->connections, i);
        if (deal->extents[i].first != 0 && (gist->bits & WSSC_GIST_STRANGE) != 0 &&
            (is_arranger(gist->client) || is_arranger(gist->server)))
            return TRUE;
    }
    return FALSE;
}

/* ---- alone --------------------------------------------------------------------------------------------------------
 */

static gboolean is_alone(const WsscConnections *connections, guint index, gboolean has_keys)
{
    guint bits = wssc_connections_get(connections, index)->bits;
    gboolean is_tied = has_keys && wssc_connections_are_tied(connections) && (bits & WSSC_GIST_MAY_BE_TLS) != 0;
    return (bits & (has_keys ? WSSC_GIST_ALONE_KEYED : WSSC_GIST_ALONE)) != 0 && !is_tied;
}

gboolean wssc_shares_none_tells(const WsscConnections *connections)
{
    for (guint i = 1; i <= wssc_connections_count(connections); i++)
        if (wssc_connections_get(connections, i)->mark == 0 && !is_alone(connections, i, TRUE))
            return FALSE;
    return TRUE;
}

/* ---- dealing out --------------------------------------------------------------------------------------------------
 */

/* nth: of the frame. */
static void follow_rest(Extent *extent, Rest rest, gboolean is_resting, guint32 nth)
{
    if (extent->since[rest] == 0)
        extent->since[rest] = nth;
    extent->stretch[rest] = MAX(extent->stretch[rest], nth - extent->since[rest]);
    if (is_resting)
        extent->since[rest] = 0;
}

static void follow(Extent *extent, WsscQuietState behind, guint32 nth)
{
    if (behind == WSSC_QUIET_LOOSE)
        return;
    follow_rest(extent, AS_SEEN, behind == WSSC_QUIET_AT_REST, nth);
    follow_rest(extent, ONCE_OPENED, behind != WSSC_QUIET_UNDER_WAY, nth);
}

static void measure(Deal *deal, WsscNextShared next, gpointer user)
{
    WsscSharedFrame frame = {.frame = 0};
    guint32 nth = 0;
    while (next(user, &frame)) {
        Extent *extent = &deal->extents[frame.connection];
        nth++;
        if (extent->first == 0) {
            extent->first = frame.frame;
            extent->first_nth = nth;
        }
        extent->last = frame.frame;
        extent->last_nth = nth;
        follow(extent, frame.behind, nth);
        extent->work += frame.octets + FRAME_OCTETS;
        deal->work += frame.octets + FRAME_OCTETS;
    }
}

static guint add_share(Deal *deal, gboolean is_lasting)
{
    const WsscShareSpan span = {.is_lasting = is_lasting};
    const guint64 none = 0;
    g_array_append_val(deal->shares->spans, span);
    g_array_append_val(deal->loads, none);
    return deal->loads->len - 1;
}

static guint64 load_of(const Deal *deal, guint share)
{
    return g_array_index(deal->loads, guint64, share);
}

static void put(Deal *deal, guint32 index, guint share)
{
    const Extent *extent = &deal->extents[index];
    WsscShareSpan *span = &g_array_index(deal->shares->spans, WsscShareSpan, share);
    g_array_index(deal->shares->of_connection, guint16, index) = (guint16)share;
    if (extent->first == 0)
        return;
    span->first = span->first == 0 ? extent->first : MIN(span->first, extent->first);
    span->last = MAX(span->last, extent->last);
    g_array_index(deal->loads, guint64, share) += extent->work;
}

/* The one of so many, from the first on, that has least to do. */
static guint lightest(const Deal *deal, guint first)
{
    guint best = first;
    for (guint share = first + 1; share < first + deal->wanted->jobs; share++)
        if (load_of(deal, share) < load_of(deal, best))
            best = share;
    return best;
}

static Group add_group(Deal *deal, gboolean is_lasting)
{
    const guint first = deal->loads->len, jobs = deal->wanted->jobs;
    for (guint i = 0; i < KINDS * jobs; i++)
        add_share(deal, is_lasting);
    return (Group){first, first + jobs, first + 2 * jobs};
}

static gboolean has_room(const Deal *deal)
{
    return deal->loads->len + KINDS * deal->wanted->jobs < MAX_SHARES;
}

/* A process takes its time to begin and to end. With TLS that is opened it seldom comes to be made to forget. */
static guint32 generation_of(const WsscSharing *wanted)
{
    guint64 frames =
        (guint64)MAX(wanted->remembered, 1) * wanted->jobs * (wanted->has_keys ? KEYED_ROUNDS : CLEAR_ROUNDS);
    return (guint32)MIN(frames, G_MAXINT32);
}

/* It keeps libwireshark from forgetting for long. */
static gboolean is_restless(const Deal *deal, guint32 index, Rest rest)
{
    return deal->extents[index].stretch[rest] > (guint64)MAX(deal->wanted->remembered, 1) * LONG_STRETCH;
}

static void note_restless(Deal *deal, guint32 index)
{
    deal->restless_work += deal->extents[index].work;
    deal->has_restless = deal->has_restless || is_restless(deal, index, AS_SEEN);
}

/* It is in the first share. */
static void note_not_alone(Deal *deal, guint32 index)
{
    note_restless(deal, index);
    if (deal->wanted->has_keys && deal->extents[index].first != 0)
        deal->telling_work += deal->extents[index].work;
}

static guint of_group(const Deal *deal, const Group *group, guint32 index)
{
    return is_restless(deal, index, ONCE_OPENED) ? group->restless
           : is_restless(deal, index, AS_SEEN)   ? group->closed
                                                 : group->resting;
}

/* Connections are in the order in which they were met. */
static void deal_out(Deal *deal)
{
    const guint32 generation = generation_of(deal->wanted);
    guint32 until = 0;
    put(deal, 0, add_share(deal, TRUE));
    note_restless(deal, 0);
    Group lasting = add_group(deal, TRUE), own = {0};
    for (guint32 i = 1; i <= wssc_connections_count(deal->connections); i++) {
        const Extent *extent = &deal->extents[i];
        gboolean is_long = extent->last_nth - extent->first_nth > (guint64)generation * LONG_LIFE;
        if (extent->first == 0 || !is_alone(deal->connections, i, deal->wanted->has_keys)) {
            put(deal, i, 0);
            note_not_alone(deal, i);
            continue;
        }
        if (own.resting == 0 || extent->first_nth >= until) {
            own = has_room(deal) ? add_group(deal, FALSE) : lasting;
            until = extent->first_nth + generation;
        }
        const Group *group = is_long ? &lasting : &own;
        put(deal, i, lightest(deal, of_group(deal, group, i)));
        if (is_restless(deal, i, ONCE_OPENED))
            note_restless(deal, i);
        else if (is_restless(deal, i, AS_SEEN))
            deal->closed_work += extent->work;
    }
}

static gboolean is_faster(const Deal *deal)
{
    guint64 heaviest = 0;
    for (guint i = 0; i < deal->loads->len; i++)
        heaviest = MAX(heaviest, load_of(deal, i));
    return deal->work >= MIN_OCTETS && deal->work - heaviest >= deal->work / MIN_PART;
}

/* What need not be kept is much, and would be: beside what is under way for long, or where keys are told of (quiet.h).
 */
static gboolean is_smaller(const Deal *deal)
{
    guint64 work = deal->work - deal->restless_work;
    gboolean is_beside_restless = deal->has_restless && work >= MIN_OCTETS;
    gboolean is_beside_closed = deal->closed_work > 0 && work - deal->closed_work >= MIN_OCTETS;
    gboolean is_beside_telling = deal->telling_work > 0 && deal->work - deal->telling_work >= MIN_OCTETS;
    return deal->wanted->can_forget && (is_beside_restless || is_beside_closed || is_beside_telling);
}

static gboolean is_worth_it(const Deal *deal)
{
    gboolean is_wanted = deal->wanted->jobs > 1 && (deal->wanted->is_asked_for || is_faster(deal));
    return deal->loads->len > 0 && (is_wanted || is_smaller(deal));
}

WsscShares *wssc_shares_new(const WsscConnections *connections, const WsscSharing *wanted, WsscNextShared next,
                            gpointer user)
{
    Deal deal = {.connections = connections, .wanted = wanted};
    guint count = wssc_connections_count(connections) + 1;
    if (wanted->jobs == 0)
        return NULL;
    deal.extents = g_new0(Extent, count);
    deal.shares = g_new0(WsscShares, 1);
    deal.shares->of_connection = g_array_sized_new(FALSE, TRUE, sizeof(guint16), count);
    g_array_set_size(deal.shares->of_connection, count);
    deal.shares->spans = g_array_new(FALSE, TRUE, sizeof(WsscShareSpan));
    deal.loads = g_array_new(FALSE, TRUE, sizeof(guint64));
    measure(&deal, next, user);
    if (!wanted->has_vague_ends && !has_arranger(&deal))
        deal_out(&deal);
    if (!is_worth_it(&deal))
        g_clear_pointer(&deal.shares, wssc_shares_free);
    g_free(deal.extents);
    g_array_unref(deal.loads);
    return deal.shares;
}

void wssc_shares_free(WsscShares *shares)
{
    if (shares == NULL)
        return;
    g_array_unref(shares->of_connection);
    g_array_unref(shares->spans);
    g_free(shares);
}
