/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/resume.h"

#include <string.h>

#include "watch/http_talk.h"

#define MAX_ENTRIES (512u * 1024) /* connections; of the rest none is taken up again */
#define AT_SEQ 4                  /* in TCP's header, of its sequence number and of the one that it acknowledges */
#define AT_ACK 8

typedef struct {
    WsscHello hellos[2]; /* owned; as the file has them. Joined in its middle: without payload */
    gsize tcp[2];        /* where their TCP headers begin */
    guint8 side[2];      /* of the ends, who sent them */
    guint8 has_begun;    /* bits: the ends */
    guint8 client;       /* which end; NOBODY: not known */
    gboolean is_joined;
    guint32 next[2]; /* of each end: the sequence number behind all that it sent */
    guint32 round;   /* that dissected it last */
    guint64 stream;
    gboolean is_http;
    gboolean is_answer_due; /* the client spoke last */
} Entry;

#define NOBODY 2

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

/* Of who did not say anything nothing is known. */
static void turn_joined(Entry *entry)
{
    for (guint i = 0; i < G_N_ELEMENTS(entry->hellos) && entry->hellos[i].octets != NULL; i++) {
        guint side = entry->side[i];
        put32(entry->hellos[i].octets, entry->tcp[i] + AT_SEQ, entry->next[side]);
        if (entry->hellos[1].octets != NULL)
            put32(entry->hellos[i].octets, entry->tcp[i] + AT_ACK, entry->next[!side]);
    }
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
                      entry->hellos[0].octets != NULL && (entry->is_joined || entry->hellos[1].octets != NULL);
    if (entry != NULL)
        entry->round = resume->round;
    if (!is_due)
        return FALSE;
    if (entry->is_joined)
        turn_joined(entry);
    else
        turn(entry);
    *ret_resumed =
        (WsscResumed){.stream = entry->stream, .is_http = entry->is_http, .is_answer_due = entry->is_answer_due};
    if (entry->is_joined && entry->client != NOBODY)
        ret_resumed->server = resume->packet.ends.port[!entry->client];
    memcpy(ret_resumed->hellos, entry->hellos, sizeof entry->hellos);
    return TRUE;
}

/* ---- following ----------------------------------------------------------------------------------------------------
 */

static void put_hello(const WsscResume *resume, Entry *entry, guint which, gsize len)
{
    WsscHello *hello = &entry->hellos[which];
    hello->octets = g_byte_array_sized_new((guint)len);
    g_byte_array_append(hello->octets, resume->frame.data, (guint)len);
    hello->on_wire = (guint32)(resume->on_wire - (resume->frame.len - len));
    hello->encapsulation = resume->encapsulation;
    entry->tcp[which] = resume->packet.at;
    entry->side[which] = (guint8)resume->packet.side;
}

static void keep_hello(const WsscResume *resume, Entry *entry)
{
    const WsscPacket *packet = &resume->packet;
    guint which = packet->has_ack ? 1 : 0;
    if (entry->hellos[which].octets == NULL && packet->segment.len == 0 && packet->is_plain && !entry->is_joined)
        put_hello(resume, entry, which, resume->frame.len);
}

/* What IP's header says of its length goes by what is left: a plain packet's has no options (RFC 791 section 3.1, RFC
 * 8200 section 3). */
static void cut_ip(guint8 *ip, gsize tcp, guint length)
{
    enum { IP4 = 20, AT_TOTAL = 2, AT_SUM = 10, AT_PAYLOAD = 4, OCTET = 8 };
    gboolean is_ip4 = length == sizeof(guint32);
    gsize size = is_ip4 ? IP4 + tcp : tcp;
    guint8 *at = ip + (is_ip4 ? AT_TOTAL : AT_PAYLOAD);
    at[0] = (guint8)(size >> OCTET);
    at[1] = (guint8)size;
    if (!is_ip4)
        return;
    guint32 sum = 0;
    ip[AT_SUM] = ip[AT_SUM + 1] = 0;
    for (guint i = 0; i < IP4; i += 2)
        sum += (guint32)ip[i] << OCTET | ip[i + 1];
    while (sum >> 16 != 0)
        sum = (sum & G_MAXUINT16) + (sum >> 16);
    ip[AT_SUM] = (guint8)(~sum >> OCTET);
    ip[AT_SUM + 1] = (guint8)~sum;
}

/* The first frame of an end of one that was joined in its middle, as an acknowledgement without payload. */
static void keep_bare(const WsscResume *resume, Entry *entry)
{
    enum { AT_OFFSET = 12, AT_FLAGS = 13, ACK = 0x10, IP4 = 20, IP6 = 40, WORD = 4 };
    const WsscPacket *packet = &resume->packet;
    guint length = packet->ends.length[packet->side];
    gsize ip = length == sizeof(guint32) ? IP4 : IP6;
    if (!packet->is_plain || packet->at < ip)
        return;
    gsize tcp = (gsize)(resume->frame.data[packet->at + AT_OFFSET] >> 4) * WORD;
    guint which = entry->hellos[0].octets != NULL ? 1 : 0;
    put_hello(resume, entry, which, packet->at + tcp);
    guint8 *octets = entry->hellos[which].octets->data;
    octets[packet->at + AT_FLAGS] = ACK;
    cut_ip(octets + packet->at - ip, tcp, length);
}

static Entry *entry_of(WsscResume *resume, guint64 stream)
{
    const WsscPacket *packet = &resume->packet;
    Entry *entry = g_hash_table_lookup(resume->entries, &packet->ends);
    gboolean is_first = !(packet->segment.is_syn && packet->has_ack) && stream != 0;
    if (entry != NULL || !is_first || g_hash_table_size(resume->entries) >= MAX_ENTRIES)
        return entry;
    entry = g_new0(Entry, 1);
    entry->round = resume->round;
    entry->stream = stream;
    entry->is_joined = !packet->segment.is_syn;
    entry->client = packet->segment.is_syn ? (guint8)packet->side : NOBODY;
    g_hash_table_insert(resume->entries, g_memdup2(&packet->ends, sizeof packet->ends), entry);
    return entry;
}

/* As talk.c has it. */
static guint8 client_of(const WsscPacket *packet)
{
    gboolean is_request = wssc_http_talk_begins(packet->payload);
    return is_request                                  ? (guint8)packet->side
           : wssc_http_talk_is_answer(packet->payload) ? (guint8)!packet->side
                                                       : NOBODY;
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
    guint8 bit = (guint8)(1u << packet->side);
    if (entry->is_joined && (entry->has_begun & bit) == 0)
        keep_bare(resume, entry);
    if (segment->is_syn || (entry->has_begun & bit) == 0 || (gint32)(end - entry->next[packet->side]) > 0)
        entry->next[packet->side] = end;
    entry->has_begun |= bit;
    entry->is_http |= is_http;
    if (segment->len > 0 && entry->client == NOBODY)
        entry->client = client_of(packet);
    if (segment->len > 0)
        entry->is_answer_due = packet->side == entry->client;
}

void wssc_resume_forget(WsscResume *resume)
{
    resume->round++;
}

gboolean wssc_resume_knows(const WsscResume *resume, const WsscEnds *ends)
{
    return g_hash_table_contains(resume->entries, ends);
}
