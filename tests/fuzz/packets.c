/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packets.h"

#include <string.h>

enum { HEADS = 14 + 20 + 20, MOST_TURNS = 256, SEGMENT = 16384 };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

static const guint ports[] = {80, 808, 8080, 443};

typedef struct {
    gboolean is_open;
    guint32 next[2]; /* sequence numbers: client, server */
} Talk;

typedef struct {
    GByteArray *out, *held; /* held: a frame that the next one passes */
    Talk talks[G_N_ELEMENTS(ports)];
    guint32 frames;
} Capture;

static void put_16(GByteArray *to, guint value) /* as networks do */
{
    const guint8 octets[] = {(guint8)(value >> 8), (guint8)value};
    g_byte_array_append(to, octets, sizeof octets);
}

static void put_32(GByteArray *to, guint32 value)
{
    put_16(to, value >> 16);
    put_16(to, value & 0xffff);
}

static void put_heads(GByteArray *to, guint number, guint side, const Talk *talk, guint flags, guint len)
{
    static const guint8 ethernet[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
    static const guint8 after_length[] = {0, 1, 0x40, 0, 64, 6, 0, 0};
    g_byte_array_append(to, ethernet, sizeof ethernet);
    put_16(to, 0x4500);
    put_16(to, HEADS - 14 + len);
    g_byte_array_append(to, after_length, sizeof after_length);
    put_32(to, side == 0 ? 0xc0000201 : 0xc0000202);
    put_32(to, side == 0 ? 0xc0000202 : 0xc0000201);
    put_16(to, side == 0 ? 40000 + number : ports[number]);
    put_16(to, side == 0 ? ports[number] : 40000 + number);
    put_32(to, talk->next[side]);
    put_32(to, (flags & ACK) != 0 ? talk->next[1 - side] : 0);
    put_16(to, 0x5000 | flags);
    put_16(to, 0xffff);
    put_32(to, 0);
}

static GByteArray *frame_of(Capture *capture, guint number, guint side, guint flags, WsscBytes octets, gboolean is_cut)
{
    GByteArray *packet = g_byte_array_new(), *frame = g_byte_array_new();
    Talk *talk = &capture->talks[number];
    put_heads(packet, number, side, talk, flags, (guint)octets.len);
    if (octets.len > 0)
        g_byte_array_append(packet, octets.data, (guint)octets.len);
    guint captured = is_cut ? packet->len / 2 : packet->len;
    put_32(frame, 1700000000);
    put_32(frame, capture->frames++ * 1000 % 1000000);
    put_32(frame, captured);
    put_32(frame, packet->len);
    g_byte_array_append(frame, packet->data, captured);
    g_byte_array_unref(packet);
    talk->next[side] += (guint32)octets.len + ((flags & (SYN | FIN)) != 0 ? 1 : 0);
    return frame;
}

static void let_go(Capture *capture, const GByteArray *frame)
{
    g_byte_array_append(capture->out, frame->data, frame->len);
    if (capture->held == NULL)
        return;
    g_byte_array_append(capture->out, capture->held->data, capture->held->len);
    g_clear_pointer(&capture->held, g_byte_array_unref);
}

static void say(Capture *capture, guint number, guint side, guint flags)
{
    g_autoptr(GByteArray) frame = frame_of(capture, number, side, flags, wssc_bytes(NULL, 0), FALSE);
    let_go(capture, frame);
}

static void open_talk(Capture *capture, guint number)
{
    Talk *talk = &capture->talks[number];
    if (talk->is_open)
        return;
    talk->is_open = TRUE;
    talk->next[0] = 1000;
    talk->next[1] = 0xfffffff0; /* it will wrap */
    say(capture, number, 0, SYN);
    say(capture, number, 1, SYN | ACK);
    say(capture, number, 0, ACK);
}

static void take_turn(Capture *capture, guint8 fate, WsscBytes octets)
{
    guint number = (fate >> 3) & 3, side = fate & 1, way = (fate >> 1) & 3;
    open_talk(capture, number);
    g_autoptr(GByteArray) frame =
        frame_of(capture, number, side, ACK | ((fate & 32) != 0 ? FIN : 0), octets, (fate & 128) != 0);
    if (way == 3 && capture->held == NULL)
        capture->held = g_byte_array_ref(frame);
    else if (way != 1)
        let_go(capture, frame);
    if (way == 2)
        let_go(capture, frame);
    if ((fate & 64) != 0) {
        say(capture, number, side, RST | ACK);
        capture->talks[number].is_open = FALSE;
    }
}

GByteArray *packets_of(WsscBytes turns)
{
    Capture capture = {.out = g_byte_array_new()};
    put_32(capture.out, 0xa1b2c3d4);
    put_32(capture.out, 0x00020004);
    put_32(capture.out, 0);
    put_32(capture.out, 0);
    put_32(capture.out, 0x40000);
    put_32(capture.out, 1);
    const guint8 *at = turns.data, *end = at + turns.len;
    for (guint n = 0; n < MOST_TURNS && end - at >= 3; n++) {
        gsize len = MIN((gsize)(at[1] | at[2] << 8), (gsize)(end - at - 3));
        len = MIN(len, SEGMENT);
        take_turn(&capture, at[0], wssc_bytes(at + 3, len));
        at += 3 + len;
    }
    if (capture.held != NULL)
        g_byte_array_append(capture.out, capture.held->data, capture.held->len);
    g_clear_pointer(&capture.held, g_byte_array_unref);
    return capture.out;
}
