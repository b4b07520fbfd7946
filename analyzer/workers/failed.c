/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "workers/failed.h"

#include <wiretap/wtap.h>

#include "base/text.h"
#include "dissect.h"
#include "model/capture.h"
#include "packet.h"

#define WHY "were lost with a process that ended early"
#define WHY_STUCK WHY ": it did nothing for longer than worker-seconds"

typedef struct {
    WsscEnds ends;
    guint side;
} Direction;

typedef struct {
    GHashTable *by_direction; /* Direction -> WsscUnreadOctets, borrowed */
    GPtrArray *failed;
    const char *why;
} Count;

static guint direction_hash(gconstpointer data)
{
    const Direction *direction = data;
    return wssc_ends_hash(&direction->ends) * 2 + direction->side;
}

static gboolean direction_equal(gconstpointer a, gconstpointer b)
{
    const Direction *one = a, *other = b;
    return one->side == other->side && wssc_ends_equal(&one->ends, &other->ends);
}

/* kind: frames that belong to no connection of TCP are one direction. */
static WsscUnreadOctets *octets_of(Count *count, WsscPacketKind kind, const WsscPacket *packet, guint32 frame,
                                   const wtap_rec *rec)
{
    const Direction own = kind == WSSC_PACKET_TCP ? (Direction){packet->ends, packet->side} : (Direction){.side = 0};
    WsscUnreadOctets *octets = g_hash_table_lookup(count->by_direction, &own);
    if (octets != NULL)
        return octets;
    octets = g_new0(WsscUnreadOctets, 1);
    octets->src = kind == WSSC_PACKET_TCP ? wssc_dissect_end(&own.ends, own.side) : g_strdup("other");
    octets->dst = kind == WSSC_PACKET_TCP ? wssc_dissect_end(&own.ends, !own.side) : g_strdup("other");
    octets->first_frame = frame;
    octets->time = wssc_time_of_clock(rec->ts.secs, rec->ts.nsecs / 1000);
    octets->why = count->why;
    g_hash_table_insert(count->by_direction, g_memdup2(&own, sizeof own), octets);
    g_ptr_array_add(count->failed, octets);
    return octets;
}

static void count_frame(Count *count, guint32 frame, const wtap_rec *rec, const guint8 *data)
{
    const wtap_packet_header *header = &rec->rec_header.packet_header;
    WsscPacket packet;
    WsscPacketKind kind = wssc_packet_read(wssc_bytes(data, header->caplen), header->len, header->pkt_encap, &packet);
    if (kind == WSSC_PACKET_TCP && packet.segment.len == 0)
        return;
    WsscUnreadOctets *octets = octets_of(count, kind, &packet, frame, rec);
    octets->last_frame = frame;
    octets->octets += kind == WSSC_PACKET_TCP ? packet.segment.len : header->len;
}

static void count_from(Count *count, const WsscSegments *segments, guint share, guint32 first)
{
    WsscFramePlace at = {.frame = 0};
    wtap_rec rec;
    Buffer buffer;
    int err = 0;
    char *info = NULL;
    wssc_record_init(&rec);
    ws_buffer_init(&buffer, 1514);
    while (err == 0 && wssc_segments_next(segments, &at)) {
        if (at.frame < first || wssc_segments_share(segments, at.frame) != share)
            continue;
        if (wssc_wtap_read_at(wssc_segments_places(segments)->wth, at.place, &rec, &buffer, &err, &info))
            count_frame(count, at.frame, &rec, wssc_record_data(&rec, &buffer));
        wtap_rec_reset(&rec);
    }
    g_free(info);
    wtap_rec_cleanup(&rec);
    ws_buffer_free(&buffer);
}

/* One that had told of all its frames did not tell what it knew of their connections at the end: then all of them are
 * counted. */
void wssc_failed_note(const WsscSegments *segments, const WsscInflow *inflow, GPtrArray *failed)
{
    guint32 told = (guint32)(inflow->passed >> 1);
    Count count = {.by_direction = g_hash_table_new_full(direction_hash, direction_equal, g_free, NULL),
                   .failed = failed,
                   .why = inflow->is_stuck ? WHY_STUCK : WHY};
    count_from(&count, segments, inflow->share, told >= inflow->span->last ? inflow->span->first : told + 1);
    g_hash_table_unref(count.by_direction);
}
