/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/segments.h"

#include <wiretap/wtap.h>

#include "packet.h"
#include "watch/flow.h"

/* One direction of a connection. */
typedef struct {
    WsscFlow flow;
    gboolean is_reordered;
    gboolean is_untidy; /* it begins without a SYN, or some segment does not follow the one before it */
    gboolean is_cut;    /* of some segment the capture does not hold all: one sent again may hold more */
} Side;

typedef struct {
    Side sides[2];
    guint index;
} Connection;

typedef struct {
    GHashTable *connections; /* WsscEnds -> Connection */
    GPtrArray *by_index;     /* Connection, owned by the table */
    GArray *of_frame;        /* guint: index + 1 of each frame's connection, 0: none; above FLAGS bits */
} Scan;

enum {
    IS_IDLE = 1,   /* a bare acknowledgement in its place */
    IS_REPEAT = 2, /* nothing that did not come before */
    FLAGS = 2,
};

static Connection *connection_of(Scan *scan, const WsscEnds *ends)
{
    Connection *connection = g_hash_table_lookup(scan->connections, ends);
    if (connection == NULL) {
        connection = g_new0(Connection, 1);
        g_hash_table_insert(scan->connections, g_memdup2(ends, sizeof *ends), connection);
        g_ptr_array_add(scan->by_index, connection);
        connection->index = scan->by_index->len;
    }
    return connection;
}

static guint scan_frame(Scan *scan, const guint8 *data, gsize len, int encapsulation)
{
    WsscPacket packet;
    if (!wssc_packet_read(data, len, encapsulation, &packet))
        return 0;
    Connection *connection = connection_of(scan, &packet.ends);
    Side *side = &connection->sides[packet.side];
    gboolean was_started = side->flow.is_started;
    WsscArrival arrival = wssc_flow_take(&side->flow, &packet.segment);
    side->is_reordered |= arrival.is_filling;
    /* A SYN on ports that were used before is a beginning, but not that of the connection. */
    side->is_untidy |= arrival.kind != WSSC_ARRIVAL_NEXT && (arrival.kind != WSSC_ARRIVAL_SYN || was_started);
    side->is_cut |= packet.is_cut;
    gboolean is_idle = packet.is_bare && arrival.kind == WSSC_ARRIVAL_NEXT;
    gboolean is_repeat = arrival.is_repeat && !side->is_cut && !packet.is_reset;
    return connection->index << FLAGS | (is_idle ? IS_IDLE : 0) | (is_repeat ? IS_REPEAT : 0);
}

static guint8 mark_of(const Connection *connection, guint flags)
{
    gboolean is_idle = (flags & IS_IDLE) != 0;
    if (flags & IS_REPEAT)
        return WSSC_SEGMENTS_REPEATED;
    const Side *sides = connection->sides;
    if (sides[0].is_reordered || sides[1].is_reordered)
        return WSSC_SEGMENTS_REORDERED;
    return is_idle && !sides[0].is_untidy && !sides[1].is_untidy ? WSSC_SEGMENTS_IDLE : 0;
}

static GByteArray *mark(const Scan *scan)
{
    GByteArray *marks = g_byte_array_sized_new(scan->of_frame->len + 1);
    g_byte_array_append(marks, (const guint8 *)"", 1);
    for (guint i = 0; i < scan->of_frame->len; i++) {
        guint frame = g_array_index(scan->of_frame, guint, i);
        guint8 mark = frame != 0 ? mark_of(scan->by_index->pdata[(frame >> FLAGS) - 1], frame) : 0;
        g_byte_array_append(marks, &mark, 1);
    }
    return marks;
}

static void scan_all(Scan *scan, wtap *wth)
{
    int err = 0;
    char *info = NULL;
    gint64 offset;
    wtap_rec rec;
    Buffer buffer;

    wssc_record_init(&rec);
    ws_buffer_init(&buffer, 1514);
    while (wssc_wtap_read(wth, &rec, &buffer, &err, &info, &offset)) {
        guint index = 0;
        if (rec.rec_type == REC_TYPE_PACKET)
            index = scan_frame(scan, wssc_record_data(&rec, &buffer), rec.rec_header.packet_header.caplen,
                               rec.rec_header.packet_header.pkt_encap);
        g_array_append_val(scan->of_frame, index);
        wtap_rec_reset(&rec);
    }
    wtap_rec_cleanup(&rec);
    ws_buffer_free(&buffer);
    g_free(info); /* the real pass over the file tells what is wrong with it */
}

/* ---- on a thread of its own ------------------------------------------------------------------------------- */

struct WsscSegments {
    GThread *thread; /* NULL: the file could not be opened, or has been looked over */
    wtap *wth;       /* the thread's */
    GByteArray *marks;
};

static gpointer run_scan(gpointer user)
{
    WsscSegments *segments = user;
    Scan scan = {
        .connections = g_hash_table_new_full(wssc_ends_hash, wssc_ends_equal, g_free, g_free),
        .by_index = g_ptr_array_new(),
        .of_frame = g_array_new(FALSE, FALSE, sizeof(guint)),
    };
    scan_all(&scan, segments->wth);
    segments->marks = mark(&scan);
    g_hash_table_unref(scan.connections);
    g_ptr_array_unref(scan.by_index);
    g_array_unref(scan.of_frame);
    return NULL;
}

WsscSegments *wssc_segments_begin(const char *path)
{
    WsscSegments *segments = g_new0(WsscSegments, 1);
    int err = 0;
    char *info = NULL;
    segments->wth = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, FALSE);
    if (segments->wth != NULL)
        segments->thread = g_thread_new("wssc-segments", run_scan, segments);
    g_free(info);
    return segments;
}

void wssc_segments_wait(WsscSegments *segments)
{
    if (segments->thread != NULL)
        g_thread_join(g_steal_pointer(&segments->thread));
    g_clear_pointer(&segments->wth, wtap_close);
}

guint8 wssc_segments_mark(const WsscSegments *segments, guint32 frame)
{
    return segments->marks != NULL && frame < segments->marks->len ? segments->marks->data[frame] : 0;
}

void wssc_segments_free(WsscSegments *segments)
{
    if (segments == NULL)
        return;
    wssc_segments_wait(segments);
    g_clear_pointer(&segments->marks, g_byte_array_unref);
    g_free(segments);
}
