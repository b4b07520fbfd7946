/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/resume.h"

#include <string.h>

#include "carrier/client_hello.h"
#include "watch/ahead.h"
#include "watch/http_talk.h"

#define MAX_ENTRIES (512u * 1024)          /* connections; of the rest none is taken up again */
#define MAX_HANDSHAKES (64u * 1024 * 1024) /* octets; likewise */
#define AT_SEQ 4 /* in TCP's header, of its sequence number and of the one that it acknowledges */
#define AT_ACK 8
enum { AT_OFFSET = 12, AT_FLAGS = 13, ACK = 0x10, WORD = 4 };
enum { IP4 = 20, IP6 = 40, TCP = 20 }; /* octets of heads without options */

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
    gboolean has_spoken;
    guint8 address;   /* octets of an address */
    WsscInner *inner; /* of TLS; or NULL */
    WsscAhead *ahead; /* ... what it was not told yet, since octets before it are missing; or NULL */
    gboolean is_busy; /* ... which is under way */
    WsscTlsPlace place;
} Entry;

#define NOBODY 2

struct WsscResume {
    GHashTable *entries; /* WsscEnds -> Entry */
    guint32 round;
    guint busy;        /* entries that are */
    gboolean is_stuck; /* one of TLS is not followed */
    gsize octets;      /* of handshakes */
    gsize kept;        /* ... as ahead.h counts */
    GArray *handshake; /* WsscHello, owned: of the latest that was due */
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
    wssc_inner_free(entry->inner);
    wssc_ahead_clear(&entry->ahead);
    g_free(entry);
}

static void clear_hello(gpointer hello)
{
    g_byte_array_unref(((WsscHello *)hello)->octets);
}

WsscResume *wssc_resume_new(void)
{
    WsscResume *resume = g_new0(WsscResume, 1);
    resume->entries = g_hash_table_new_full(wssc_ends_hash, wssc_ends_equal, g_free, free_entry);
    resume->handshake = g_array_new(FALSE, FALSE, sizeof(WsscHello));
    g_array_set_clear_func(resume->handshake, clear_hello);
    return resume;
}

void wssc_resume_free(WsscResume *resume)
{
    if (resume == NULL)
        return;
    g_hash_table_unref(resume->entries);
    g_array_unref(resume->handshake);
    g_free(resume);
}

/* ---- frames of our own ---------------------------------------------------------------------------------------------
 */

static void put32(GByteArray *octets, gsize at, guint32 number)
{
    const guint32 big = GUINT32_TO_BE(number);
    memcpy(octets->data + at, &big, sizeof big);
}

static guint get16(const guint8 *at)
{
    return (guint)at[0] << 8 | at[1];
}

static void put16(guint8 *at, gsize number)
{
    at[0] = (guint8)(number >> 8);
    at[1] = (guint8)number;
}

/* RFC 1071. */
static void sum_up(guint8 *header, gsize len, guint at)
{
    guint32 sum = 0;
    put16(header + at, 0);
    for (gsize i = 0; i < len; i += 2)
        sum += get16(header + i);
    while (sum >> 16 != 0)
        sum = (sum & G_MAXUINT16) + (sum >> 16);
    put16(header + at, (guint16)~sum);
}

/* A length of PPPoE's in front of IP counts the protocol of PPP, too, which stands between them (RFC 2516 section 4).
 */
static void cut_pppoe(guint8 *octets, gsize ip, gsize before, gsize after)
{
    enum { PPP_IP4 = 0x21, PPP_IP6 = 0x57 };
    if (ip < 4)
        return;
    guint protocol = get16(octets + ip - 2);
    if ((protocol == PPP_IP4 || protocol == PPP_IP6) && get16(octets + ip - 4) == before + 2)
        put16(octets + ip - 4, after + 2);
}

/* What heads say of lengths goes by what there is: so many octets of TCP. A plain packet's IP has no options (RFC 791
 * section 3.1, RFC 8200 section 3). address: octets of one. */
static void cut_ip(guint8 *octets, gsize ip, gsize tcp, guint address)
{
    enum { AT_TOTAL = 2, AT_SUM = 10, AT_PAYLOAD = 4 };
    gboolean is_ip4 = address == sizeof(guint32);
    guint8 *at = octets + ip + (is_ip4 ? AT_TOTAL : AT_PAYLOAD);
    gsize more = is_ip4 ? 0 : IP6, before = get16(at) + more, after = is_ip4 ? IP4 + tcp : IP6 + tcp;
    put16(at, after - more);
    if (is_ip4)
        sum_up(octets + ip, IP4, AT_SUM);
    cut_pppoe(octets, ip, before, after);
}

/* ---- taking up again ----------------------------------------------------------------------------------------------
 */

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

static guint which_of(const Entry *entry, gboolean is_from_server)
{
    return entry->side[0] == entry->client ? (is_from_server ? 1 : 0) : (is_from_server ? 0 : 1);
}

/* Behind the head of that end's SYN, without TCP's options. */
static void add_turn(WsscResume *resume, const Entry *entry, WsscInnerTurn turn, guint32 seq, guint32 ack)
{
    guint which = which_of(entry, turn.is_from_server);
    const WsscHello *syn = &entry->hellos[which];
    gsize tcp = entry->tcp[which], ip = tcp - (entry->address == sizeof(guint32) ? IP4 : IP6);
    const WsscHello hello = {.octets = g_byte_array_sized_new((guint)(tcp + TCP) + turn.octets->len),
                             .on_wire = (guint32)(tcp + TCP) + turn.octets->len,
                             .encapsulation = syn->encapsulation};
    g_byte_array_append(hello.octets, syn->octets->data, (guint)(tcp + TCP));
    g_byte_array_append(hello.octets, turn.octets->data, turn.octets->len);
    put32(hello.octets, tcp + AT_SEQ, seq);
    put32(hello.octets, tcp + AT_ACK, ack);
    hello.octets->data[tcp + AT_OFFSET] = TCP / WORD << 4;
    hello.octets->data[tcp + AT_FLAGS] = ACK;
    cut_ip(hello.octets->data, ip, TCP + turn.octets->len, entry->address);
    g_array_append_val(resume->handshake, hello);
}

static void turn(WsscResume *resume, Entry *entry)
{
    guint client = which_of(entry, FALSE);
    guint32 next[2] = {entry->next[entry->side[client]], entry->next[entry->side[!client]]}; /* client, server */
    guint turns = entry->inner != NULL ? wssc_inner_turns(entry->inner) : 0;
    for (guint i = 0; i < turns; i++) {
        const WsscInnerTurn said = wssc_inner_turn(entry->inner, i);
        next[said.is_from_server ? 1 : 0] -= said.octets->len;
    }
    put32(entry->hellos[client].octets, entry->tcp[client] + AT_SEQ, next[0] - 1);
    put32(entry->hellos[!client].octets, entry->tcp[!client] + AT_SEQ, next[1] - 1);
    put32(entry->hellos[!client].octets, entry->tcp[!client] + AT_ACK, next[0]);
    for (guint i = 0; i < turns; i++) {
        const WsscInnerTurn said = wssc_inner_turn(entry->inner, i);
        guint which = said.is_from_server ? 1 : 0;
        add_turn(resume, entry, said, next[which], next[!which]);
        next[which] += said.octets->len;
    }
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
    g_array_set_size(resume->handshake, 0);
    entry->place.is_http = entry->is_http;
    if (entry->is_joined)
        turn_joined(entry);
    else
        turn(resume, entry);
    *ret_resumed = (WsscResumed){.stream = entry->stream,
                                 .is_http = entry->is_http && entry->inner == NULL,
                                 .is_answer_due = entry->is_answer_due,
                                 .handshake = resume->handshake->len > 0 ? resume->handshake : NULL,
                                 .place = &entry->place};
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

/* The first frame of an end of one that was joined in its middle, as an acknowledgement without payload. */
static void keep_bare(const WsscResume *resume, Entry *entry)
{
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
    cut_ip(octets, packet->at - ip, tcp, length);
}

static Entry *entry_of(WsscResume *resume, guint64 stream)
{
    const WsscPacket *packet = &resume->packet;
    Entry *entry = g_hash_table_lookup(resume->entries, &packet->ends);
    gboolean is_first = !(packet->segment.is_syn && packet->has_ack) && stream != 0;
    gboolean has_room = g_hash_table_size(resume->entries) < MAX_ENTRIES;
    resume->is_stuck |= entry == NULL && !has_room && wssc_client_hello_is(packet->payload);
    if (entry != NULL || !is_first || !has_room)
        return entry;
    entry = g_new0(Entry, 1);
    entry->round = resume->round;
    entry->stream = stream;
    entry->is_joined = !packet->segment.is_syn;
    entry->client = packet->segment.is_syn ? (guint8)packet->side : NOBODY;
    entry->address = (guint8)packet->ends.length[0];
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

static void drop_inner(WsscResume *resume, Entry *entry)
{
    if (entry->inner != NULL)
        resume->octets -= wssc_inner_octets(entry->inner);
    g_clear_pointer(&entry->inner, wssc_inner_free);
    wssc_ahead_clear(&entry->ahead);
}

static void set_busy(WsscResume *resume, Entry *entry, gboolean is_busy)
{
    resume->busy = resume->busy - (entry->is_busy ? 1 : 0) + (is_busy ? 1 : 0);
    entry->is_busy = is_busy;
}

static void drop(WsscResume *resume, const WsscEnds *ends)
{
    Entry *entry = g_hash_table_lookup(resume->entries, ends);
    if (entry != NULL) {
        set_busy(resume, entry, FALSE);
        drop_inner(resume, entry);
    }
    g_hash_table_remove(resume->entries, ends);
}

static void join(gpointer octets, const WsscPacket *packet)
{
    g_byte_array_append(octets, packet->payload.data, (guint)packet->payload.len);
}

/* In the order of their numbers, as libwireshark decrypts them. FALSE: that is not known. */
static gboolean take_in_order(WsscResume *resume, Entry *entry, const WsscTook *took, guint32 expected)
{
    const WsscPacket *packet = &resume->packet;
    gboolean is_from_server = packet->side != entry->client;
    if (entry->ahead == NULL && packet->segment.seq == expected) {
        wssc_inner_take(entry->inner, is_from_server, packet->payload, took->opened, took->place);
        return TRUE;
    }
    g_autoptr(GByteArray) octets = g_byte_array_new();
    if (!wssc_ahead_take(&entry->ahead, &resume->kept, packet, expected, join, octets))
        return FALSE;
    wssc_inner_take(entry->inner, is_from_server, wssc_bytes(octets->data, octets->len), took->opened, took->place);
    return TRUE;
}

/* Octets of it. expected: the number that was to come of its end. */
static void follow_tls(WsscResume *resume, Entry *entry, const WsscTook *took, guint32 expected)
{
    const WsscPacket *packet = &resume->packet;
    gboolean is_from_server = packet->side != entry->client;
    if (entry->inner == NULL && !entry->has_spoken && !entry->is_joined && !is_from_server &&
        wssc_client_hello_is(packet->payload))
        entry->inner = wssc_inner_new();
    if (entry->inner == NULL)
        return;
    resume->octets -= wssc_inner_octets(entry->inner);
    gboolean is_in_order = take_in_order(resume, entry, took, expected);
    resume->octets += wssc_inner_octets(entry->inner);
    gboolean is_given_up = !is_in_order || wssc_inner_is_lost(entry->inner) || resume->octets > MAX_HANDSHAKES;
    gboolean has_hellos = entry->hellos[0].octets != NULL && entry->hellos[1].octets != NULL;
    set_busy(resume, entry,
             is_given_up || !has_hellos || !packet->is_plain || entry->ahead != NULL ||
                 !wssc_inner_is_between(entry->inner, &entry->place));
    if (is_given_up)
        drop_inner(resume, entry);
}

static void take_octets(WsscResume *resume, Entry *entry, const WsscTook *took, guint32 expected)
{
    const WsscPacket *packet = &resume->packet;
    if (entry->client == NOBODY)
        entry->client = client_of(packet);
    follow_tls(resume, entry, took, expected);
    entry->is_answer_due = packet->side == entry->client; /* TLS rests only behind what its server says (tls_talk.h) */
    entry->has_spoken = TRUE;
}

gboolean wssc_resume_follows_tls(const WsscResume *resume)
{
    const Entry *entry = resume->has_packet ? g_hash_table_lookup(resume->entries, &resume->packet.ends) : NULL;
    return entry != NULL && entry->inner != NULL && !wssc_inner_is_lost(entry->inner);
}

gboolean wssc_resume_is_busy(const WsscResume *resume)
{
    return resume->busy > 0 || resume->is_stuck;
}

void wssc_resume_took(WsscResume *resume, const WsscTook *took)
{
    const WsscPacket *packet = &resume->packet;
    const WsscSegment *segment = &packet->segment;
    Entry *entry = resume->has_packet && !took->is_last ? entry_of(resume, took->stream) : NULL;
    if (resume->has_packet && took->is_last)
        drop(resume, &packet->ends);
    resume->has_packet = FALSE;
    if (entry == NULL)
        return;
    if (segment->is_syn)
        keep_hello(resume, entry);
    guint32 end = segment->seq + segment->len + (segment->is_syn || segment->is_fin ? 1 : 0);
    guint32 expected = entry->next[packet->side];
    guint8 bit = (guint8)(1u << packet->side);
    if (entry->is_joined && (entry->has_begun & bit) == 0)
        keep_bare(resume, entry);
    if (segment->is_syn || (entry->has_begun & bit) == 0 || (gint32)(end - entry->next[packet->side]) > 0)
        entry->next[packet->side] = end;
    entry->has_begun |= bit;
    entry->is_http |= took->is_http;
    if (segment->len > 0)
        take_octets(resume, entry, took, expected);
}

void wssc_resume_forget(WsscResume *resume)
{
    resume->round++;
}

gboolean wssc_resume_knows(const WsscResume *resume, const WsscEnds *ends)
{
    return g_hash_table_contains(resume->entries, ends);
}
