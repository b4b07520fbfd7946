/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/nettcp_talk.h"

#include <string.h>

#include "base/limits.h"
#include "carrier/nettcp.h"

enum { CLIENT, SERVER };
enum { SINGLETON_UNSIZED = 1, DUPLEX = 2 };
#define MAX_SIZE_OCTETS 5

typedef enum {
    AT_RECORD,
    IN_VALUES, /* a version, a mode, an encoding */
    IN_SIZE,
    IN_OCTETS,
} Step;

/* One direction. */
typedef struct {
    Step step;
    WsscNettcpType type; /* of the record under way */
    guint8 values;       /* of it that came */
    guint64 size;        /* of what follows, as far as it came */
    guint size_octets;
    guint64 left;  /* octets of what follows */
    guint64 whole; /* octets of an unsized envelope so far */
    gboolean has_ended;
} Way;

typedef enum { IN_PREAMBLE, IS_ASKED, IS_OPEN } Phase;

struct WsscNettcpTalk {
    Way ways[2]; /* client's, server's */
    Phase phase;
    guint part; /* of the preamble, that is due */
};

WsscNettcpTalk *wssc_nettcp_talk_new(void)
{
    return g_new0(WsscNettcpTalk, 1);
}

void wssc_nettcp_talk_free(WsscNettcpTalk *talk)
{
    g_free(talk);
}

/* ---- which record may follow --------------------------------------------------------------------------------------
 */

static gboolean take_part(WsscNettcpTalk *talk, WsscNettcpType type)
{
    static const WsscNettcpType parts[] = {WSSC_NETTCP_VERSION, WSSC_NETTCP_MODE, WSSC_NETTCP_VIA,
                                           WSSC_NETTCP_KNOWN_ENCODING, WSSC_NETTCP_PREAMBLE_END};
    if (type != parts[talk->part])
        return FALSE;
    talk->part++;
    if (talk->part == G_N_ELEMENTS(parts)) {
        talk->part = 0;
        talk->phase = IS_ASKED;
    }
    return TRUE;
}

/* Once both ends have ended a session, the client may begin another one. */
static gboolean begins_session(WsscNettcpTalk *talk, guint side, WsscNettcpType type)
{
    if (side != CLIENT || type != WSSC_NETTCP_VERSION || !talk->ways[CLIENT].has_ended || !talk->ways[SERVER].has_ended)
        return FALSE;
    talk->ways[CLIENT].has_ended = talk->ways[SERVER].has_ended = FALSE;
    talk->phase = IN_PREAMBLE;
    return take_part(talk, type);
}

static gboolean may_follow(WsscNettcpTalk *talk, guint side, WsscNettcpType type)
{
    Way *way = &talk->ways[side];
    if (talk->phase == IN_PREAMBLE)
        return side == CLIENT && take_part(talk, type);
    if (talk->phase == IS_ASKED) {
        talk->phase = IS_OPEN;
        return side == SERVER && type == WSSC_NETTCP_PREAMBLE_ACK;
    }
    if (way->has_ended)
        return begins_session(talk, side, type);
    way->has_ended = type == WSSC_NETTCP_END;
    return type == WSSC_NETTCP_SIZED_ENVELOPE || type == WSSC_NETTCP_UNSIZED_ENVELOPE || type == WSSC_NETTCP_END;
}

/* ---- octets -------------------------------------------------------------------------------------------------------
 */

static gboolean begin_record(WsscNettcpTalk *talk, guint side, guint8 type)
{
    Way *way = &talk->ways[side];
    if (!may_follow(talk, side, (WsscNettcpType)type))
        return FALSE;
    *way = (Way){.type = (WsscNettcpType)type, .has_ended = way->has_ended};
    switch (type) {
    case WSSC_NETTCP_VERSION:
    case WSSC_NETTCP_MODE:
    case WSSC_NETTCP_KNOWN_ENCODING:
        way->step = IN_VALUES;
        break;
    case WSSC_NETTCP_VIA:
    case WSSC_NETTCP_SIZED_ENVELOPE:
    case WSSC_NETTCP_UNSIZED_ENVELOPE:
        way->step = IN_SIZE;
        break;
    default:
        break;
    }
    return TRUE;
}

static gboolean take_value(Way *way, guint8 value)
{
    guint number = way->values++;
    way->step = way->type == WSSC_NETTCP_VERSION && number == 0 ? IN_VALUES : AT_RECORD;
    if (way->type == WSSC_NETTCP_VERSION)
        return value == (number == 0 ? 1 : 0);
    if (way->type == WSSC_NETTCP_MODE)
        return value == SINGLETON_UNSIZED || value == DUPLEX;
    return wssc_nettcp_encoding_type(value) != NULL;
}

/* The last chunk of an unsized envelope is empty. */
static void end_octets(Way *way, gboolean is_last)
{
    way->step = way->type == WSSC_NETTCP_UNSIZED_ENVELOPE && !is_last ? IN_SIZE : AT_RECORD;
}

static gboolean take_size(Way *way, guint8 octet)
{
    way->size |= (guint64)(octet & 0x7F) << (7 * way->size_octets);
    way->size_octets++;
    way->whole++;
    if ((octet & 0x80) != 0)
        return way->size_octets < MAX_SIZE_OCTETS;
    way->left = way->size;
    way->whole += way->size;
    way->size = 0;
    way->size_octets = 0;
    way->step = IN_OCTETS;
    if (way->left == 0)
        end_octets(way, TRUE);
    return way->whole < (way->type == WSSC_NETTCP_VIA ? WSSC_NETTCP_MAX_TEXT : WSSC_MAX_MESSAGE_OCTETS);
}

static gboolean take_octet(WsscNettcpTalk *talk, guint side, guint8 octet)
{
    Way *way = &talk->ways[side];
    return way->step == AT_RECORD   ? begin_record(talk, side, octet)
           : way->step == IN_VALUES ? take_value(way, octet)
                                    : take_size(way, octet);
}

static gsize pass_over(Way *way, gsize len)
{
    gsize taken = (gsize)MIN(way->left, len);
    way->left -= taken;
    if (way->left == 0)
        end_octets(way, FALSE);
    return taken;
}

gboolean wssc_nettcp_talk_take(WsscNettcpTalk *talk, gboolean is_from_server, WsscBytes octets)
{
    guint side = is_from_server ? SERVER : CLIENT;
    Way *way = &talk->ways[side];
    while (octets.len > 0) {
        gsize taken = 1;
        if (way->step == IN_OCTETS)
            taken = pass_over(way, octets.len);
        else if (!take_octet(talk, side, octets.data[0]))
            return FALSE;
        octets = wssc_bytes(octets.data + taken, octets.len - taken);
    }
    return TRUE;
}

gboolean wssc_nettcp_talk_is_between(const WsscNettcpTalk *talk)
{
    return talk->phase == IS_OPEN && talk->ways[CLIENT].step == AT_RECORD && talk->ways[SERVER].step == AT_RECORD;
}
