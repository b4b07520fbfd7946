/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/plain.h"

#include <string.h>

#include <wiretap/wtap.h>

#include "watch/window.h"

#define MAX_FRAME 262144        /* octets: Wiretap takes more for damage (WTAP_MAX_PACKET_SIZE_STANDARD) */
#define MAX_INTERFACES 1024     /* more of them are strange */
#define MAX_UNITS 1000000000u   /* of time in a second */
#define NANOSECONDS 1000000000u /* in a second */

typedef struct {
    int encapsulation;
    guint64 units; /* of time in a second */
} Interface;

struct WsscPlain {
    WsscWindow window;
    WsscPlainResult (*next)(WsscPlain *plain, WsscPlainFrame *ret_frame);
    gboolean is_big_endian;
    GArray *interfaces; /* Interface; of pcap one */
    guint passed;       /* of the interfaces, those whose blocks were passed */
};

static guint16 read16(const WsscPlain *plain, const guint8 *at)
{
    guint16 value;
    memcpy(&value, at, sizeof value);
    return (guint16)(plain->is_big_endian ? GUINT16_FROM_BE(value) : GUINT16_FROM_LE(value));
}

static guint32 read32(const WsscPlain *plain, const guint8 *at)
{
    guint32 value;
    memcpy(&value, at, sizeof value);
    return plain->is_big_endian ? GUINT32_FROM_BE(value) : GUINT32_FROM_LE(value);
}

/* Octets that are there at the window's begin; NULL: so many are not. */
static const guint8 *want(WsscPlain *plain, gsize count)
{
    return wssc_window_want(&plain->window, count) >= count ? wssc_window_octets(&plain->window) : NULL;
}

static gboolean is_at_end(WsscPlain *plain)
{
    return wssc_window_want(&plain->window, 1) == 0 && !plain->window.has_failed;
}

/* Wiretap reads headers of its own in front of many others. */
static gboolean is_plain_link(int encapsulation)
{
    static const int links[] = {WTAP_ENCAP_ETHERNET, WTAP_ENCAP_RAW_IP, WTAP_ENCAP_RAW_IP4, WTAP_ENCAP_RAW_IP6,
                                WTAP_ENCAP_NULL,     WTAP_ENCAP_LOOP,   WTAP_ENCAP_SLL,     WTAP_ENCAP_SLL2};
    for (guint i = 0; i < G_N_ELEMENTS(links); i++)
        if (links[i] == encapsulation)
            return TRUE;
    return FALSE;
}

/* ---- pcap (draft-ietf-opsawg-pcap section 5) ---------------------------------------------------------------------
 */

static WsscPlainResult next_of_pcap(WsscPlain *plain, WsscPlainFrame *ret_frame)
{
    enum { HEAD = 16 };
    const Interface *only = &g_array_index(plain->interfaces, Interface, 0);
    const guint8 *at = want(plain, HEAD);
    if (at == NULL)
        return is_at_end(plain) ? WSSC_PLAIN_END : WSSC_PLAIN_STRANGE;
    guint32 units = read32(plain, at + 4), captured = read32(plain, at + 8), on_wire = read32(plain, at + 12);
    guint32 seconds = read32(plain, at);
    if (units >= only->units || captured > MAX_FRAME || captured > on_wire)
        return WSSC_PLAIN_STRANGE;
    at = want(plain, HEAD + captured);
    if (at == NULL)
        return WSSC_PLAIN_STRANGE;
    *ret_frame = (WsscPlainFrame){.place = plain->window.place,
                                  .seconds = seconds,
                                  .nanoseconds = units * (guint32)(NANOSECONDS / only->units),
                                  .on_wire = on_wire,
                                  .encapsulation = only->encapsulation,
                                  .octets = wssc_bytes(at + HEAD, captured)};
    wssc_window_pass(&plain->window, HEAD + captured);
    return WSSC_PLAIN_FRAME;
}

/* Wiretap has found out which of the many files of that magic it is. */
static gboolean begin_pcap(WsscPlain *plain, wtap *wth)
{
    enum { HEAD = 24, MAJOR = 2, MINOR = 4 };
    static const guint8 big[][4] = {{0xa1, 0xb2, 0xc3, 0xd4}, {0xa1, 0xb2, 0x3c, 0x4d}};
    const Interface only = {wtap_file_encap(wth),
                            wtap_file_type_subtype(wth) == wtap_pcap_file_type_subtype() ? 1000000 : NANOSECONDS};
    const guint8 *at = want(plain, HEAD);
    if (at == NULL || !is_plain_link(only.encapsulation))
        return FALSE;
    plain->is_big_endian = memcmp(at, big[0], sizeof big[0]) == 0 || memcmp(at, big[1], sizeof big[1]) == 0;
    gboolean is_swapped = plain->is_big_endian == (G_BYTE_ORDER == G_LITTLE_ENDIAN);
    if (read16(plain, at + 4) != MAJOR || read16(plain, at + 6) != MINOR)
        return FALSE;
    if (is_swapped && only.encapsulation == WTAP_ENCAP_SLL)
        return FALSE; /* Wiretap turns octets of some protocols in it */
    g_array_append_val(plain->interfaces, only);
    plain->next = next_of_pcap;
    wssc_window_pass(&plain->window, HEAD);
    return TRUE;
}

/* ---- pcapng (draft-ietf-opsawg-pcapng section 3 and 4) ------------------------------------------------------------
 */

enum { SECTION = 0x0A0D0D0A, INTERFACE = 1, STATISTICS = 5, PACKET = 6 };
enum { BLOCK_HEAD = 8, BLOCK_FRAME = 12 }; /* type and length; these and the length again */

/* A block that is there as a whole. */
typedef struct {
    guint32 type;
    const guint8 *body;
    gsize len; /* of it */
} Block;

/* How long the option of that number is; 0: any length but that, -1: unknown. */
typedef int (*LengthOf)(guint16 code);

static int length_in_packet(guint16 code)
{
    static const int lengths[] = {[1] = 0, [2] = 4, [3] = -1, [4] = 8, [5] = 8, [6] = 4};
    return code > 0 && code < G_N_ELEMENTS(lengths) ? lengths[code] : -1;
}

static int length_in_statistics(guint16 code)
{
    return code == 1 ? 0 : code >= 2 && code <= 8 ? 8 : -1;
}

/* What moves the times (if_tsoffset) is not among them. */
static int length_in_interface(guint16 code)
{
    enum { OFFSET = 14, LAST = 15 };
    static const int lengths[] = {[4] = 8, [5] = 17, [6] = 6, [7] = 8, [8] = 8, [9] = 1, [10] = 4, [13] = 1};
    if (code == 0 || code == OFFSET || code > LAST)
        return -1;
    return code < G_N_ELEMENTS(lengths) ? lengths[code] : 0;
}

/* Options that Wiretap passes over, or takes, without a word: their lengths are right. */
static gboolean are_plain_options(const WsscPlain *plain, const guint8 *at, gsize len, LengthOf length_of)
{
    while (len > 0) {
        if (len < 4)
            return FALSE;
        guint16 code = read16(plain, at), size = read16(plain, at + 2);
        gsize padded = 4 + ((gsize)size + 3) / 4 * 4;
        if (code == 0)
            return size == 0 && len == 4;
        int expected = length_of(code);
        if (padded > len || expected < 0 || (expected == 0 ? size == 0 : size != expected))
            return FALSE;
        at += padded;
        len -= padded;
    }
    return TRUE;
}

static gboolean want_block(WsscPlain *plain, Block *ret_block)
{
    const guint8 *at = want(plain, BLOCK_HEAD);
    gsize total = at != NULL ? read32(plain, at + 4) : 0;
    if (total < BLOCK_FRAME || total % 4 != 0 || total > WSSC_WINDOW_MOST)
        return FALSE;
    at = want(plain, total);
    if (at == NULL || read32(plain, at + total - 4) != total)
        return FALSE;
    *ret_block = (Block){read32(plain, at), at + BLOCK_HEAD, total - BLOCK_FRAME};
    return TRUE;
}

/* By its own unit of time, from two halves. */
static void set_time(WsscPlainFrame *frame, guint64 high, guint32 low, guint64 units)
{
    guint64 time = high << 32 | low;
    frame->seconds = (gint64)(time / units);
    frame->nanoseconds = (guint32)(time % units * NANOSECONDS / units);
}

static gboolean read_packet(const WsscPlain *plain, const Block *block, WsscPlainFrame *ret_frame)
{
    enum { HEAD = 20 };
    const guint8 *at = block->body;
    if (block->len < HEAD || read32(plain, at) >= plain->passed)
        return FALSE;
    const Interface *from = &g_array_index(plain->interfaces, Interface, read32(plain, at));
    guint32 captured = read32(plain, at + 12), on_wire = read32(plain, at + 16);
    gsize padded = ((gsize)captured + 3) / 4 * 4;
    if (captured > MAX_FRAME || captured > on_wire || padded > block->len - HEAD || !is_plain_link(from->encapsulation))
        return FALSE;
    if (!are_plain_options(plain, at + HEAD + padded, block->len - HEAD - padded, length_in_packet))
        return FALSE;
    *ret_frame = (WsscPlainFrame){.place = plain->window.place,
                                  .on_wire = on_wire,
                                  .encapsulation = from->encapsulation,
                                  .octets = wssc_bytes(at + HEAD, captured)};
    set_time(ret_frame, read32(plain, at + 4), read32(plain, at + 8), from->units);
    return TRUE;
}

/* An interface that Wiretap knew when it opened the file, or numbers of one. */
static gboolean pass_other(WsscPlain *plain, const Block *block)
{
    enum { INTERFACE_HEAD = 8, STATISTICS_HEAD = 12 };
    const guint8 *at = block->body;
    switch (block->type) {
    case INTERFACE:
        return plain->passed++ < plain->interfaces->len && block->len >= INTERFACE_HEAD &&
               are_plain_options(plain, at + INTERFACE_HEAD, block->len - INTERFACE_HEAD, length_in_interface);
    case STATISTICS:
        return block->len >= STATISTICS_HEAD && read32(plain, at) < plain->passed &&
               are_plain_options(plain, at + STATISTICS_HEAD, block->len - STATISTICS_HEAD, length_in_statistics);
    default:
        return FALSE;
    }
}

static WsscPlainResult next_of_pcapng(WsscPlain *plain, WsscPlainFrame *ret_frame)
{
    Block block;
    while (!is_at_end(plain)) {
        if (!want_block(plain, &block))
            return WSSC_PLAIN_STRANGE;
        gboolean is_packet = block.type == PACKET;
        if (!(is_packet ? read_packet(plain, &block, ret_frame) : pass_other(plain, &block)))
            return WSSC_PLAIN_STRANGE;
        wssc_window_pass(&plain->window, block.len + BLOCK_FRAME);
        if (is_packet)
            return WSSC_PLAIN_FRAME;
    }
    return WSSC_PLAIN_END;
}

/* Those that stand in front of the first frame. FALSE: times of some cannot be told here. */
static gboolean take_interfaces(WsscPlain *plain, wtap *wth)
{
    wtapng_iface_descriptions_t *known = wtap_file_get_idb_info(wth);
    const GArray *blocks = known->interface_data;
    gboolean is_good = blocks->len <= MAX_INTERFACES;
    for (guint i = 0; i < blocks->len && is_good; i++) {
        const wtapng_if_descr_mandatory_t *own = wtap_block_get_mandatory_data(g_array_index(blocks, wtap_block_t, i));
        const Interface one = {own->wtap_encap, own->time_units_per_second};
        is_good = one.units > 0 && one.units <= MAX_UNITS;
        g_array_append_val(plain->interfaces, one);
    }
    g_free(known); /* the array is Wiretap's */
    return is_good;
}

static gboolean begin_pcapng(WsscPlain *plain, wtap *wth)
{
    enum { MAGIC = 8, MAJOR = 12, MINOR = 14, HEAD = 16 };
    static const guint8 big[] = {0x1a, 0x2b, 0x3c, 0x4d};
    Block block;
    const guint8 *at = want(plain, HEAD);
    if (at == NULL)
        return FALSE;
    plain->is_big_endian = memcmp(at + MAGIC, big, sizeof big) == 0;
    if (read16(plain, at + MAJOR) != 1 || read16(plain, at + MINOR) != 0)
        return FALSE;
    if (!take_interfaces(plain, wth) || !want_block(plain, &block) || block.type != SECTION)
        return FALSE;
    plain->next = next_of_pcapng;
    wssc_window_pass(&plain->window, block.len + BLOCK_FRAME);
    return TRUE;
}

/* ---- both ------------------------------------------------------------------------------------------------------- */

static gboolean begin(WsscPlain *plain, wtap *wth)
{
    int type = wtap_file_type_subtype(wth);
    if (type == wtap_pcapng_file_type_subtype())
        return begin_pcapng(plain, wth);
    return (type == wtap_pcap_file_type_subtype() || type == wtap_pcap_nsec_file_type_subtype()) &&
           begin_pcap(plain, wth);
}

WsscPlain *wssc_plain_open(const char *path, wtap *wth)
{
    WsscPlain *plain = g_new0(WsscPlain, 1);
    plain->interfaces = g_array_new(FALSE, FALSE, sizeof(Interface));
    plain->window.file = -1;
    if (wtap_get_compression_type(wth) == WTAP_UNCOMPRESSED && wssc_window_open(&plain->window, path) &&
        begin(plain, wth))
        return plain;
    wssc_plain_free(plain);
    return NULL;
}

WsscPlainResult wssc_plain_next(WsscPlain *plain, WsscPlainFrame *ret_frame)
{
    return plain->next(plain, ret_frame);
}

gint64 wssc_plain_place(const WsscPlain *plain)
{
    return plain->window.place;
}

void wssc_plain_free(WsscPlain *plain)
{
    if (plain == NULL)
        return;
    wssc_window_close(&plain->window);
    g_array_unref(plain->interfaces);
    g_free(plain);
}
