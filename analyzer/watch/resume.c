/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/resume.h"

#include <string.h>

#define MAX_ENTRIES (512u * 1024) /* connections; of the rest none is taken up again */
#define AT_SEQ 4                  /* in TCP's header, of its sequence number and of the one that it acknowledges */
#define AT_ACK 8

typedef struct {
    WsscHello hellos[2]; /* owned; as the file has them */
    gsize tcp[2];        /* where their TCP headers begin */
    guint8 side[2];      /* of the ends, who sent them */
    guint32 next[2];     /* of each end: the sequence number behind all that it sent */
    guint32 round;       /* that dissected it last */
    guint64 stream;
    gboolean is_http;
    gboolean is_answer_due; /* the client spoke last */
} Entry;

struct WsscResume {
    GHashTable *entries; /* WsscEnds -> Entry */
    guint32 round;
    /* of the frame under way */
    gboolean has_packet;
    WsscPacket packet;
    WsscBytes frame;
    gsize on_wire;
    int encapsulation;
};

static void free_entry(gpointer data)
{
    Entry *entry = data;
    for (guint i = 0; i < 2; i++)
        g_clear_pointer(&entry->hellos[i].octets, g_byte_array_unref);
    g_free(entry);
}

WsscResume *wssc_resume_new(void)
{
    WsscResume *resume = g_new0(WsscResume, 1);
    resume->entries = g_hash_table_new_full(wssc_ends_hash, wssc_ends_equal, g_free, free_entry);
    return resume;
}

void wssc_resume_free(WsscResume *resume)
{
    if (resume == NULL)
        return;
    g_hash_table_unref(resume->entries);
    g_free(resume);
}

/* ---- taking up again ----------------------------------------------------------------------------------------------
 */

static void put32(GByteArray *octets, gsize at, guint32 number)
{
    const guint32 big = GUINT32_TO_BE(number);
    memcpy(octets->data + at, &big, sizeof big);
}

static void turn(Entry *entry)
{
    guint32 clients = entry->next[entry->side[0]], servers = entry->next[entry->side[1]];
    put32(entry->hellos[0].octets, entry->tcp[0] + AT_SEQ, clients - 1);
    put32(entry->hellos[1].octets, entry->tcp[1] + AT_SEQ, servers - 1);
    put32(entry->hellos[1].octets, entry->tcp[1] + AT_ACK, clients);
}

gboolean wssc_resume_is_due(WsscResume *resume, WsscBytes frame, gsize on_wire, int encapsulation,
                            WsscResumed *ret_resumed)
{
    resume->has_packet = wssc_packet_read(frame, on_wire, encapsulation, &resume->packet) == WSSC_PACKET_TCP;
    resume->frame = frame;
    resume->on_wire = on_wire;
    resume->encapsulation = encapsulation;
    Entry *entry = resume->has_packet ? g_hash_table_lookup(resume->entries, &resume->packet.ends) : NULL;
    gboolean is_due = entry != NULL && entry->round != resume->round && !resume->packet.segment.is_syn &&
                      entry->hellos[0].octets != NULL && entry->hellos[1].octets != NULL;
    if (entry != NULL)
        entry->round = resume->round;
    if (!is_due)
        return FALSE;
    turn(entry);
    *ret_resumed =
        (WsscResumed){.stream = entry->stream, .is_http = entry->is_http, .is_answer_due = entry->is_answer_due};
    memcpy(ret_resumed->hellos, entry->hellos, sizeof entry->hellos);
    return TRUE;
}

/* ---- following ----------------------------------------------------------------------------------------------------
 */

static void keep_hello(WsscResume *resume, Entry *entry)
{
    const WsscPacket *packet = &resume->packet;
    guint which = packet->has_ack ? 1 : 0;
    WsscHello *hello = &entry->hellos[which];
    if (hello->octets != NULL || packet->segment.len > 0 || !packet->is_plain)
        return;
    hello->octets = g_byte_array_sized_new((guint)resume->frame.len);
    g_byte_array_append(hello->octets, resume->frame.data, (guint)resume->frame.len);
    hello->on_wire = (guint32)resume->on_wire;
    hello->encapsulation = resume->encapsulation;
    entry->tcp[which] = packet->at;
    entry->side[which] = (guint8)packet->side;
}

static Entry *entry_of(WsscResume *resume, guint64 stream)
{
    const WsscPacket *packet = &resume->packet;
    Entry *entry = g_hash_table_lookup(resume->entries, &packet->ends);
    gboolean is_first = packet->segment.is_syn && !packet->has_ack && stream != 0;
    if (entry != NULL || !is_first || g_hash_table_size(resume->entries) >= MAX_ENTRIES)
        return entry;
    entry = g_new0(Entry, 1);
    entry->round = resume->round;
    entry->stream = stream;
    g_hash_table_insert(resume->entries, g_memdup2(&packet->ends, sizeof packet->ends), entry);
    return entry;
}

void wssc_resume_took(WsscResume *resume, guint64 stream, gboolean is_http, gboolean is_last)
{
    const WsscPacket *packet = &resume->packet;
    const WsscSegment *segment = &packet->segment;
    Entry *entry = resume->has_packet && !is_last ? entry_of(resume, stream) : NULL;
    if (resume->has_packet && is_last)
        g_hash_table_remove(resume->entries, &packet->ends);
    resume->has_packet = FALSE;
    if (entry == NULL)
        return;
    if (segment->is_syn)
        keep_hello(resume, entry);
    guint32 end = segment->seq + segment->len + (segment->is_syn || segment->is_fin ? 1 : 0);
    if (segment->is_syn || (gint32)(end - entry->next[packet->side]) > 0)
        entry->next[packet->side] = end;
    entry->is_http |= is_http;
    if (segment->len > 0)
        entry->is_answer_due = packet->side == entry->side[0];
}

void wssc_resume_forget(WsscResume *resume)
{
    resume->round++;
}

gboolean wssc_resume_knows(const WsscResume *resume, const WsscEnds *ends)
{
    return g_hash_table_contains(resume->entries, ends);
}
