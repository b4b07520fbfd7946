/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/segments.h"

#include <wiretap/wtap.h>

#include "base/text.h"
#include "watch/memory.h"
#include "watch/early.h"
#include "watch/frames.h"
#include "watch/gathered.h"
#include "watch/noted.h"
#include "watch/own_keys.h"
#include "watch/numbers.h"
#include "watch/quiet.h"

typedef struct {
    WsscConnections *connections;
    WsscQuic *quic;
    GArray *inside;       /* WsscInside, by frame; or NULL */
    WsscNumbers of_frame; /* the above */
    WsscNumbers apart;    /* of each frame, the octets from where the one before it lies */
    gboolean has_apart;   /* it is noted */
    gboolean is_plain;    /* all frames could be read without Wiretap */
    gint64 end;           /* ... and the last one ends there */
    gint64 place;         /* of the latest frame */
    gint64 time;          /* of the frame under way */
    guint32 frame;        /* its number */
    gboolean has_triage;
    gboolean has_vague_ends; /* as in WsscSharing */
    WsscEarly early;
    gsize kept; /* octets, as ahead.h counts */
    WsscStrays strays;
    WsscLookedOver seen;
} Scan;

/* Something goes on between those ends that is not followed. */
static void note_inside(Scan *scan, const WsscEnds *ends)
{
    WsscWatched *watched = wssc_connections_of(scan->connections, ends, scan->frame);
    if (watched == NULL)
        return;
    wssc_talk_give_up(&watched->talk);
    watched->talk.is_asked = 1; /* the SYN may stand there */
    watched->is_elsewhere = 1;
    const WsscInside own = {scan->frame, watched->index};
    if (scan->inside == NULL)
        scan->inside = g_array_new(FALSE, FALSE, sizeof(WsscInside));
    g_array_append_val(scan->inside, own);
}

/* What a tunnel or an ICMP error holds of a connection is seen by libwireshark only. */
static void take_inside(const WsscPacket *packet, gpointer user)
{
    note_inside(user, &packet->ends);
}

/* A datagram that may have to do with others of its ends: these are none of TCP's. */
static void take_tied(Scan *scan, const WsscPacket *packet)
{
    enum { OF_UDP = 0x100 }; /* no address is so long */
    WsscEnds ends = packet->ends;
    ends.length[0] |= OF_UDP;
    note_inside(scan, &ends);
}

/* A damaged head does no harm where its ends are those of a connection that is known: its numbers tell the rest. */
static guint32 note_segment(Scan *scan, const WsscPacket *packet, const WsscHead *head)
{
    WsscWatched *watched = wssc_connections_of(scan->connections, &packet->ends, scan->frame);
    wssc_strays_take(&scan->strays, head, watched != NULL && watched->has_begun != 0, scan->frame, scan->time);
    if (watched == NULL)
        return WSSC_NOTED_DISSECTED;
    WsscPlace place = wssc_watched_take(watched, packet);
    scan->has_vague_ends |= packet->has_options;
    wssc_early_take(&scan->early, watched, packet, place, scan->frame);
    if (scan->has_triage && !place.is_repeat)
        wssc_watched_say(watched, packet, place, scan->frame, &scan->kept);
    if (scan->has_triage && packet->segment.len > 0)
        wssc_beginning_take(&watched->beginning, packet->side, packet->payload,
                            place.kind == WSSC_ARRIVAL_NEXT && !packet->is_cut);
    gboolean is_idle = packet->is_bare && place.kind == WSSC_ARRIVAL_NEXT;
    gboolean is_at_rest = scan->has_triage && wssc_watched_is_between(watched);
    return WSSC_NOTED_CONNECTIONS + (watched->index << WSSC_NOTED_FLAGS) + (is_idle ? WSSC_NOTED_IDLE : 0) +
           (place.is_repeat ? WSSC_NOTED_REPEAT : 0) + (is_at_rest ? WSSC_NOTED_AT_REST : 0);
}

static guint32 scan_frame(Scan *scan, WsscBytes frame, gsize on_wire, int encapsulation)
{
    WsscPacket packet;
    WsscHead head;
    WsscPacketKind kind = wssc_packet_look(frame, on_wire, encapsulation, &packet, &head);
    scan->frame++;
    if (kind == WSSC_PACKET_TCP)
        return note_segment(scan, &packet, &head);
    wssc_strays_take(&scan->strays, &head, FALSE, scan->frame, scan->time);
    guint number = kind == WSSC_PACKET_UDP ? wssc_triage_udp_class(&packet) : 0;
    gboolean has_none = kind == WSSC_PACKET_NOTHING || number != 0;
    if (!has_none) /* with triage or without the same connections are known */
        wssc_packet_foreach_inside(frame, take_inside, scan);
    if (!has_none && kind == WSSC_PACKET_UDP && wssc_triage_udp_is_tied(&packet))
        take_tied(scan, &packet);
    if (!scan->has_triage)
        return WSSC_NOTED_DISSECTED;
    if (has_none)
        return number != 0 ? WSSC_NOTED_UDP + number - 1 : WSSC_NOTED_NOTHING;
    guint32 flow = kind == WSSC_PACKET_UDP ? wssc_quic_take(scan->quic, &packet) : 0;
    if (flow != 0)
        return WSSC_NOTED_QUIC | flow;
    return kind == WSSC_PACKET_UDP || kind == WSSC_PACKET_QUOTES ? WSSC_NOTED_LOOSE : WSSC_NOTED_DISSECTED;
}

/* ---- marks --------------------------------------------------------------------------------------------------------
 */

static guint8 mark_of(const WsscGist *gist, guint flags)
{
    gboolean is_idle = (flags & WSSC_NOTED_IDLE) != 0;
    if (gist->mark != 0)
        return gist->mark;
    if (flags & WSSC_NOTED_REPEAT)
        return WSSC_SEGMENTS_REPEATED;
    if ((gist->bits & WSSC_GIST_REORDERED) != 0)
        return WSSC_SEGMENTS_REORDERED;
    return is_idle && (gist->bits & WSSC_GIST_UNTIDY) == 0 ? WSSC_SEGMENTS_IDLE : 0;
}

static guint8 mark_of_frame(const Scan *scan, guint32 noted, const guint8 *of_udp, const guint8 *of_quic)
{
    if ((noted & WSSC_NOTED_QUIC) != 0)
        return of_quic[noted & ~WSSC_NOTED_QUIC];
    if (noted >= WSSC_NOTED_CONNECTIONS)
        return mark_of(wssc_connections_get(scan->connections, (noted - WSSC_NOTED_CONNECTIONS) >> WSSC_NOTED_FLAGS),
                       noted);
    if (noted >= WSSC_NOTED_UDP && noted < WSSC_NOTED_LOOSE)
        return of_udp[noted - WSSC_NOTED_UDP];
    return noted == WSSC_NOTED_NOTHING ? WSSC_SEGMENTS_LEFT_OUT : 0;
}

/* 0: of none, or libwireshark may take others for it. */
static guint32 connection_of_frame(const Scan *scan, guint32 frame)
{
    guint32 index = wssc_noted_index(scan->of_frame.at[frame - 1]);
    return index != 0 && (wssc_connections_get(scan->connections, index)->bits & WSSC_GIST_ELSEWHERE) != 0 ? 0 : index;
}

static GByteArray *mark(const Scan *scan, gboolean has_keys)
{
    GByteArray *marks = g_byte_array_new();
    g_autofree guint8 *of_quic = wssc_triage_mark_quic(scan->quic, has_keys, WSSC_SEGMENTS_LEFT_OUT);
    guint8 of_udp[WSSC_TRIAGE_UDP_CLASSES];
    for (guint i = 0; i < WSSC_TRIAGE_UDP_CLASSES; i++)
        of_udp[i] = scan->has_triage && wssc_triage_udp_is_nothing(i + 1) ? WSSC_SEGMENTS_LEFT_OUT : 0;
    g_byte_array_set_size(marks, scan->of_frame.len + 1);
    marks->data[0] = 0;
    for (guint i = 0; i < scan->of_frame.len; i++)
        marks->data[i + 1] = mark_of_frame(scan, scan->of_frame.at[i], of_udp, of_quic);
    for (guint i = 0; scan->early.moves != NULL && i < scan->early.moves->len; i++) {
        guint8 *own = &marks->data[g_array_index(scan->early.moves, WsscMove, i).frame];
        *own |= (*own & WSSC_SEGMENTS_PASSED_OVER) == 0 ? WSSC_SEGMENTS_MOVED : 0;
    }
    return marks;
}

static WsscQuietView quiet_view(const Scan *scan, gboolean has_keys)
{
    return (WsscQuietView){
        .connections = scan->connections, .noted = &scan->of_frame, .inside = scan->inside, .has_keys = has_keys};
}

static void note_place(Scan *scan, gint64 place)
{
    gint64 apart = place - scan->place;
    scan->place = place;
    if (apart < 0 || apart > G_MAXUINT32)
        scan->has_apart = FALSE;
    if (scan->has_apart)
        wssc_numbers_add(&scan->apart, (guint32)apart);
}

static guint32 scan_record(Scan *scan, const WsscSeenFrame *frame)
{
    if (!frame->is_packet) {
        scan->frame++;
        return scan->has_triage ? WSSC_NOTED_NOTHING : WSSC_NOTED_DISSECTED;
    }
    scan->time = frame->time;
    scan->seen.last_time = MAX(scan->seen.last_time, scan->time);
    if (scan->seen.first_time == WSSC_TIME_NONE)
        scan->seen.first_time = scan->time;
    return scan_frame(scan, frame->octets, frame->on_wire, frame->encapsulation);
}

static void scan_all(Scan *scan, const char *path, wtap *wth)
{
    WsscFrames *frames = wssc_frames_new(path, wth);
    WsscSeenFrame frame;
    scan->seen = (WsscLookedOver){.wth = wth, .first_time = WSSC_TIME_NONE, .last_time = WSSC_TIME_NONE};
    while (wssc_frames_next(frames, &frame, &scan->seen.err, &scan->seen.info)) {
        wssc_numbers_add(&scan->of_frame, scan_record(scan, &frame));
        note_place(scan, frame.place);
    }
    scan->seen.frames = scan->frame;
    scan->is_plain = wssc_frames_were_plain(frames, &scan->end);
    wssc_frames_free(frames);
}

/* ---- on a thread of its own ------------------------------------------------------------------------------- */

struct WsscSegments {
    char *path, *key_log;         /* the latter or NULL */
    GThread *thread;              /* NULL: the file could not be opened, or has been looked over */
    wtap *wth;                    /* the thread's, until it ends */
    Scan scan;                    /* likewise */
    gboolean has_keys;            /* a key log is given */
    WsscOwnKeys own_keys;         /* the file's; its log: with the lines of that one */
    gboolean has_places, has_few; /* as wssc_segments_looked_over says */
    gboolean tells_quiet;
    GByteArray *marks;
    WsscTriage *triage;
    WsscShares *shares;
    GArray *share_of_frame; /* guint16, from frame 1 on; with shares */
};

static gpointer run_scan(gpointer user)
{
    WsscSegments *segments = user;
    WsscOwnKeys *own = &segments->own_keys;
    own->log = wssc_key_log_new();
    if (segments->key_log != NULL && !wssc_key_log_add_file(own->log, segments->key_log))
        g_clear_pointer(&own->log, wssc_key_log_free);
    wssc_own_keys_listen(own, segments->wth);
    scan_all(&segments->scan, segments->path, segments->wth);
    return NULL;
}

/* Room is reckoned by the smallest frames and connections: what is not used of it is no memory yet. */
static void begin(Scan *scan, wtap *wth, guint most)
{
    enum { A_FRAME = 64, A_CONNECTION = 128 };
    int err = 0;
    gsize octets = (gsize)MAX(wtap_file_size(wth, &err), 0);
    scan->connections = wssc_connections_new(most, octets / A_CONNECTION);
    scan->quic = wssc_quic_new();
    wssc_numbers_expect(&scan->of_frame, octets / A_FRAME);
    wssc_numbers_expect(&scan->apart, scan->of_frame.room);
}

WsscSegments *wssc_segments_begin(const char *path, gboolean has_triage, const char *key_log, guint most)
{
    WsscSegments *segments = g_new0(WsscSegments, 1);
    int err = 0;
    char *info = NULL;
    segments->path = g_strdup(path);
    segments->triage = wssc_triage_new();
    segments->key_log = g_strdup(key_log);
    segments->has_keys = key_log != NULL;
    segments->scan.has_triage = has_triage;
    segments->wth = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, TRUE);
    if (segments->wth != NULL) {
        begin(&segments->scan, segments->wth, most);
        segments->scan.has_apart = has_triage && wtap_get_compression_type(segments->wth) == WTAP_UNCOMPRESSED;
        segments->thread = g_thread_new("wssc-segments", run_scan, segments);
    }
    g_free(info);
    return segments;
}

static void forget_scan(Scan *scan)
{
    enum { MANY = 65536 };
    gboolean has_many = scan->connections != NULL && wssc_connections_count(scan->connections) > MANY;
    g_clear_pointer(&scan->connections, wssc_connections_free);
    g_clear_pointer(&scan->quic, wssc_quic_free);
    wssc_numbers_clear(&scan->of_frame);
    g_clear_pointer(&scan->inside, g_array_unref);
    if (has_many)
        wssc_memory_give_back();
}

static gboolean has_few(const GByteArray *marks)
{
    guint count = 0;
    for (guint i = 1; i < marks->len; i++)
        count += (marks->data[i] & WSSC_SEGMENTS_PASSED_OVER) == 0 ? 1 : 0;
    return count < marks->len / 2;
}

/* ---- shares -------------------------------------------------------------------------------------------------------
 */

typedef struct {
    const WsscSegments *segments;
    const WsscQuietView *view;
    guint inside; /* as wssc_quiet_has_inside counts */
} Sharing;

/* How many octets lie between a frame and the next one is how many it has, nearly. */
static gboolean next_shared(gpointer user, WsscSharedFrame *frame)
{
    Sharing *sharing = user;
    const WsscSegments *segments = sharing->segments;
    const Scan *scan = &segments->scan;
    while (++frame->frame < segments->marks->len) {
        if ((segments->marks->data[frame->frame] & WSSC_SEGMENTS_PASSED_OVER) != 0)
            continue;
        frame->connection = connection_of_frame(scan, frame->frame);
        gboolean has_inside = wssc_quiet_has_inside(sharing->view, frame->frame, &sharing->inside);
        frame->behind = has_inside ? WSSC_QUIET_UNDER_WAY : wssc_quiet_behind(sharing->view, frame->frame);
        frame->octets = frame->frame < scan->apart.len ? scan->apart.at[frame->frame] : 0;
        return TRUE;
    }
    return FALSE;
}

static void share_out(WsscSegments *segments, const WsscSharing *wanted, const WsscQuietView *view)
{
    const Scan *scan = &segments->scan;
    WsscSharing own = *wanted;
    Sharing sharing = {segments, view, 0};
    own.has_keys = segments->has_keys;
    own.has_vague_ends = scan->has_vague_ends;
    own.can_forget = scan->has_triage && !wanted->has_key_pipe;
    segments->shares = wssc_shares_new(scan->connections, &own, next_shared, &sharing);
    if (segments->shares == NULL)
        return;
    segments->share_of_frame = g_array_sized_new(FALSE, FALSE, sizeof(guint16), scan->of_frame.len);
    for (guint32 frame = 1; frame <= scan->of_frame.len; frame++)
        g_array_append_val(segments->share_of_frame,
                           g_array_index(segments->shares->of_connection, guint16, connection_of_frame(scan, frame)));
}

const WsscShares *wssc_segments_shares(const WsscSegments *segments)
{
    return segments->shares;
}

guint wssc_segments_share(const WsscSegments *segments, guint32 frame)
{
    return g_array_index(segments->share_of_frame, guint16, frame - 1);
}

gboolean wssc_segments_is_shared(const WsscSegments *segments, guint32 frame, guint share)
{
    return frame <= segments->share_of_frame->len && wssc_segments_share(segments, frame) == share &&
           (segments->marks->data[frame] & WSSC_SEGMENTS_PASSED_OVER) == 0;
}

/* ---- few frames ---------------------------------------------------------------------------------------------------
 */

static void gather(WsscSegments *segments)
{
    Scan *scan = &segments->scan;
    wtap *wth = wssc_gather(segments->path, segments->wth, &scan->apart, scan->end, segments->marks->data + 1,
                            WSSC_SEGMENTS_PASSED_OVER);
    if (wth == NULL)
        return;
    wtap_close(segments->wth);
    segments->wth = scan->seen.wth = wth;
}

/* ---- marks and places ---------------------------------------------------------------------------------------------
 */

/* With keys, what a connection that is not alone tells may open any of its share. */
static void mark_quiet(WsscSegments *segments, const WsscSharing *sharing, const WsscQuietView *view)
{
    const Scan *scan = &segments->scan;
    const WsscShares *shares = segments->shares;
    gboolean is_told = view->has_keys && !wssc_shares_none_tells(scan->connections);
    const WsscQuietShares own = {.of_connection = shares != NULL ? shares->of_connection : NULL,
                                 .count = shares != NULL ? shares->spans->len : 1,
                                 .is_first_open = is_told};
    segments->tells_quiet = scan->has_triage && !sharing->has_key_pipe && (shares != NULL || !is_told);
    if (segments->tells_quiet)
        wssc_quiet_mark(view, &own, segments->marks);
}

void wssc_segments_wait(WsscSegments *segments, const WsscSharing *sharing)
{
    Scan *scan = &segments->scan;
    if (segments->thread == NULL)
        return;
    g_thread_join(g_steal_pointer(&segments->thread));
    gboolean has_keys = segments->has_keys || segments->own_keys.may_open;
    wssc_connections_close(scan->connections, has_keys, segments->own_keys.log);
    if (scan->has_triage)
        wssc_triage_decide(segments->triage, scan->connections, has_keys, WSSC_SEGMENTS_LEFT_OUT);
    segments->marks = mark(scan, has_keys);
    segments->has_places = scan->has_apart && !segments->own_keys.has_any;
    segments->has_few = has_few(segments->marks);
    WsscQuietView view = quiet_view(scan, has_keys);
    wssc_quiet_begin(&view);
    if (segments->has_places)
        share_out(segments, sharing, &view);
    else
        g_clear_pointer(&segments->wth, wtap_close);
    mark_quiet(segments, sharing, &view);
    wssc_quiet_end(&view);
    if (segments->has_places && segments->has_few && segments->shares == NULL && scan->is_plain)
        gather(segments);
    forget_scan(scan);
}

const WsscLookedOver *wssc_segments_places(const WsscSegments *segments)
{
    return segments->has_places ? &segments->scan.seen : NULL;
}

gboolean wssc_segments_has_few(const WsscSegments *segments)
{
    return segments->has_few;
}

const WsscLookedOver *wssc_segments_looked_over(const WsscSegments *segments)
{
    return segments->has_few ? wssc_segments_places(segments) : NULL;
}

gboolean wssc_segments_step(const WsscSegments *segments, WsscFramePlace *place)
{
    const WsscNumbers *apart = &segments->scan.apart;
    if (place->frame >= apart->len)
        return FALSE;
    place->place += apart->at[place->frame];
    place->frame++;
    return TRUE;
}

gboolean wssc_segments_next(const WsscSegments *segments, WsscFramePlace *place)
{
    while (wssc_segments_step(segments, place))
        if ((segments->marks->data[place->frame] & WSSC_SEGMENTS_PASSED_OVER) == 0)
            return TRUE;
    return FALSE;
}

guint8 wssc_segments_mark(const WsscSegments *segments, guint32 frame)
{
    return segments->marks != NULL && frame < segments->marks->len ? segments->marks->data[frame] : 0;
}

gboolean wssc_segments_tells_quiet(const WsscSegments *segments)
{
    return segments->tells_quiet;
}

const GArray *wssc_segments_moves(const WsscSegments *segments)
{
    return segments->scan.early.moves;
}

const WsscStrays *wssc_segments_strays(const WsscSegments *segments)
{
    return &segments->scan.strays;
}

const WsscTriage *wssc_segments_triage(const WsscSegments *segments)
{
    return segments->triage;
}

/* One that was not waited for has nothing to mark: libwireshark may not have started. */
void wssc_segments_free(WsscSegments *segments)
{
    if (segments == NULL)
        return;
    if (segments->thread != NULL)
        g_thread_join(segments->thread);
    g_clear_pointer(&segments->wth, wtap_close);
    forget_scan(&segments->scan);
    wssc_numbers_clear(&segments->scan.apart);
    wssc_early_clear(&segments->scan.early);
    wssc_strays_clear(&segments->scan.strays);
    g_free(segments->scan.seen.info);
    g_clear_pointer(&segments->marks, g_byte_array_unref);
    g_clear_pointer(&segments->share_of_frame, g_array_unref);
    wssc_shares_free(segments->shares);
    wssc_triage_free(segments->triage);
    g_free(segments->path);
    g_free(segments->key_log);
    wssc_key_log_free(segments->own_keys.log);
    g_free(segments);
}
