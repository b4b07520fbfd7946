/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "segments.h"

#include <string.h>

#include <wiretap/wtap.h>

#include "ends.h"

#define FLAG_FIN 0x01
#define FLAG_SYN 0x02
#define FLAG_ACK 0x10
#define MAX_GAPS 16
#define MAX_LATE 65536 /* octets within which a SYN is one that comes late */

typedef struct {
    guint32 start, end; /* sequence numbers [start, end) not yet seen */
} Gap;

/* One direction of a connection. */
typedef struct {
    gboolean is_started;
    guint32 next;
    Gap gaps[MAX_GAPS];
    guint gap_count;
    gboolean is_reordered;
    gboolean is_untidy; /* it begins without a SYN, or some segment does not follow the one before it */
} Flow;

typedef struct {
    Flow flows[2];
    guint index;
} Connection;

typedef struct {
    GHashTable *connections; /* WsscEnds -> Connection */
    GPtrArray *by_index;     /* Connection, owned by the table */
    GArray *of_frame;        /* guint: index + 1 of each frame's connection, 0: none; doubled, plus IS_IDLE */
} Scan;

#define IS_IDLE 1 /* a bare acknowledgement in its place */

typedef struct {
    const guint8 *data;
    gsize len;
} View;

static gboolean skip(View *view, gsize count)
{
    if (view->len < count)
        return FALSE;
    view->data += count;
    view->len -= count;
    return TRUE;
}

static guint16 be16(const guint8 *p)
{
    return (guint16)(p[0] << 8 | p[1]);
}

static guint32 be32(const guint8 *p)
{
    return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

static gboolean to_ip(View *view, int encapsulation)
{
    guint16 type;
    switch (encapsulation) {
    case WTAP_ENCAP_ETHERNET:
        if (!skip(view, 12))
            return FALSE;
        break;
    case WTAP_ENCAP_SLL:
        if (!skip(view, 14))
            return FALSE;
        break;
    case WTAP_ENCAP_NULL:
    case WTAP_ENCAP_LOOP:
        return skip(view, 4);
    case WTAP_ENCAP_RAW_IP:
    case WTAP_ENCAP_RAW_IP4:
    case WTAP_ENCAP_RAW_IP6:
        return TRUE;
    default:
        return FALSE;
    }
    do {
        if (view->len < 4)
            return FALSE;
        type = be16(view->data);
        skip(view, type == 0x8100 || type == 0x88A8 ? 4 : 2);
    } while (type == 0x8100 || type == 0x88A8);
    return type == 0x0800 || type == 0x86DD;
}

/* The TCP header, the length of its segment's payload, and the addresses as one run of octets. */
static gboolean to_tcp(View *view, View *ret_addresses, guint32 *ret_total)
{
    if (view->len < 20)
        return FALSE;
    if (view->data[0] >> 4 == 4) {
        gsize header = (gsize)(view->data[0] & 15) * 4;
        if (header < 20 || view->data[9] != 6 || (be16(view->data + 6) & 0x1FFF) != 0)
            return FALSE;
        *ret_addresses = (View){view->data + 12, 8};
        *ret_total = be16(view->data + 2) > header ? be16(view->data + 2) - (guint32)header : 0;
        return skip(view, header);
    }
    if (view->data[0] >> 4 != 6 || view->len < 40 || view->data[6] != 6)
        return FALSE;
    *ret_addresses = (View){view->data + 8, 32};
    *ret_total = be16(view->data + 4);
    return skip(view, 40);
}

static void fill_gap(Flow *flow, guint32 start, guint32 end)
{
    for (guint i = 0; i < flow->gap_count; i++) {
        Gap *gap = &flow->gaps[i];
        if ((gint32)(start - gap->end) >= 0 || (gint32)(end - gap->start) <= 0)
            continue;
        flow->is_reordered = TRUE;
        if ((gint32)(start - gap->start) <= 0)
            gap->start = end;
        else
            gap->end = start;
        if ((gint32)(gap->end - gap->start) <= 0)
            *gap = flow->gaps[--flow->gap_count];
        return;
    }
}

static void note_segment(Flow *flow, guint32 seq, guint32 len)
{
    guint32 end = seq + len;
    if (!flow->is_started) {
        flow->is_started = flow->is_untidy = TRUE;
        flow->next = end;
        return;
    }
    gint32 ahead = (gint32)(seq - flow->next);
    flow->is_untidy |= ahead != 0;
    if (ahead > 0 && flow->gap_count < MAX_GAPS)
        flow->gaps[flow->gap_count++] = (Gap){flow->next, seq};
    if (ahead < 0)
        fill_gap(flow, seq, end);
    if ((gint32)(end - flow->next) > 0)
        flow->next = end;
}

static Connection *connection_of(Scan *scan, View addresses, const guint8 *ports, guint *ret_direction)
{
    WsscEnds ends = {0};
    gsize half = addresses.len / 2;
    int order = memcmp(addresses.data, addresses.data + half, half);
    guint direction = order > 0 || (order == 0 && memcmp(ports, ports + 2, 2) > 0);
    wssc_ends_put(&ends, direction, addresses.data, half, be16(ports));
    wssc_ends_put(&ends, !direction, addresses.data + half, half, be16(ports + 2));
    *ret_direction = direction;
    Connection *connection = g_hash_table_lookup(scan->connections, &ends);
    if (connection == NULL) {
        connection = g_new0(Connection, 1);
        g_hash_table_insert(scan->connections, g_memdup2(&ends, sizeof ends), connection);
        g_ptr_array_add(scan->by_index, connection);
        connection->index = scan->by_index->len;
    }
    return connection;
}

static void note_syn(Flow *flow, guint32 seq)
{
    if (flow->is_started && flow->next - (seq + 1) < MAX_LATE) {
        flow->is_untidy = TRUE;
        return;
    }
    flow->is_untidy |= flow->is_started; /* ports may be used again */
    flow->is_started = TRUE;
    flow->next = seq + 1;
    flow->gap_count = 0;
}

static guint scan_frame(Scan *scan, const guint8 *data, gsize len, int encapsulation)
{
    View view = {data, len}, addresses;
    guint32 total;
    guint direction;

    if (!to_ip(&view, encapsulation) || !to_tcp(&view, &addresses, &total) || view.len < 20)
        return 0;
    guint32 header = (guint32)(view.data[12] >> 4) * 4;
    guint8 flags = view.data[13];
    Connection *connection = connection_of(scan, addresses, view.data, &direction);
    Flow *flow = &connection->flows[direction];
    guint32 payload = total > header ? total - header : 0;
    guint32 seq = be32(view.data + 4);
    gboolean is_idle = flags == FLAG_ACK && total == header && flow->is_started && seq == flow->next;
    if (flags & FLAG_SYN)
        note_syn(flow, seq);
    else if (payload > 1 || seq != flow->next - 1)
        note_segment(flow, seq, payload);
    else
        flow->is_untidy = TRUE; /* a keep-alive */
    if (flags & FLAG_FIN && !(flags & FLAG_SYN))
        flow->next++;
    return connection->index << 1 | (is_idle ? IS_IDLE : 0);
}

static guint8 mark_of(const Connection *connection, gboolean is_idle)
{
    const Flow *flows = connection->flows;
    if (flows[0].is_reordered || flows[1].is_reordered)
        return WSSC_SEGMENTS_REORDERED;
    return is_idle && !flows[0].is_untidy && !flows[1].is_untidy ? WSSC_SEGMENTS_IDLE : 0;
}

static GByteArray *mark(const Scan *scan)
{
    GByteArray *marks = g_byte_array_sized_new(scan->of_frame->len + 1);
    g_byte_array_append(marks, (const guint8 *)"", 1);
    for (guint i = 0; i < scan->of_frame->len; i++) {
        guint frame = g_array_index(scan->of_frame, guint, i);
        guint8 mark = frame > 1 ? mark_of(scan->by_index->pdata[(frame >> 1) - 1], frame & IS_IDLE) : 0;
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
