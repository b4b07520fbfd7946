/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session behind the dissectors and what one dissected frame needs of it (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_LIVE_H
#define WSSC_PLUGIN_LIVE_H

#include "compat.h"

#include <epan/conversation.h>

#include "base/wire.h"
#include "dissect.h"

extern int proto_wssc;
extern int wssc_tap; /* WSSC_TAP */
/* Preference wssc.strict: no habits of stacks. */
extern WsscBool wssc_pref_strict;

/* What lasts as long as one frame's dissection: proto data of proto_wssc in the packet's pool. */
enum {
    WSSC_DATA_ORDINAL,
    WSSC_DATA_BUDGET,
    WSSC_DATA_WEBSOCKET,
    WSSC_DATA_CONVERSATION,
    WSSC_DATA_HTTP,
    WSSC_DATA_HELD,
    WSSC_DATA_TAKEN
};

/* init and cleanup routines of a capture. */
void wssc_live_init(void);
void wssc_live_cleanup(void);
/* The first pass is over, no further message comes: what only the end tells is worked out, once. Does nothing to a
 * session of the analyzer. */
void wssc_live_finish(void);
gboolean wssc_live_is_finished(void);
/* TRUE for a session of the analyzer. */
gboolean wssc_live_is_lent(void);

/* What a carrier's dissector knows of a message. */
typedef struct {
    WsscTransport transport;
    WsscEncoding encoding;
    const char *content_type, *charset, *damage;
    const char *agent, *forwarded, *host, *target, *relays; /* see WsscUnit */
    gint64 http_date;
    WsscDirection direction;
    guint64 pair;
    guint http_status;
    gsize announced;       /* see WsscUnit */
    gboolean is_opaque;    /* damaged in a way that leaves nothing to read */
    WsscXml *xml;          /* what the octets were read as; NULL: they are text, and the session reads them, */
    const char *xml_error; /* unless this says why they are no XML */
} WsscCarried;

/* Feeds the octets on the first pass, looks the message up on later ones. Returns NULL when they are no
 * SOAP message. Takes references to octets and xml. Never throws. */
const WsscMessage *wssc_live_message(packet_info *pinfo, GBytes *octets, const WsscCarried *carried);
/* The message of that frame with that ordinal; NULL: there is none. */
const WsscMessage *wssc_live_find(guint32 frame, guint ordinal);
/* Whether there is an outlet: then nothing is drawn. */
gboolean wssc_live_hands_over(void);
/* The session and its keyring may be used until the next message is fed. */
void wssc_live_settle_feeder(void);
/* The same by the outlet, when there is one: FALSE when there is none. strings: what a binary message was read with.
 * is_soap: FALSE when the octets are no SOAP message, as far as can be said at once. */
gboolean wssc_live_hand_over(packet_info *pinfo, GBytes *octets, const WsscCarried *carried,
                             const WsscStringsThen *strings, gboolean *ret_is_soap);

/* What is looked at for each frame: for the functions that follow it alone. */
extern struct WsscLiveEach {
    gboolean is_lent; /* the session is the analyzer's */
    gboolean is_feeding;
    nstime_t end_time; /* of the last frame of the first pass, with a message or not */
} wssc_live_each;

/* TRUE when this visit is one on which wssc_live_message feeds. */
static inline gboolean wssc_live_is_feeding(const packet_info *pinfo)
{
    return wssc_live_each.is_feeding && !pinfo->fd->visited;
}

/* Of a session of the analyzer: connections of TCP that are new in the frame get their numbers, if they have none yet.
 */
void wssc_live_number_streams(const packet_info *pinfo);

/* Each frame at its end, with a message or not: a context's lifetime may end after its last message. Returns
 * wssc_live_is_feeding. */
static inline gboolean wssc_live_note_frame(const packet_info *pinfo)
{
    const nstime_t *here = &pinfo->abs_ts;
    nstime_t *end = &wssc_live_each.end_time;
    if (wssc_live_each.is_lent)
        wssc_live_number_streams(pinfo);
    if (!wssc_live_is_feeding(pinfo))
        return FALSE;
    if (here->secs > end->secs || (here->secs == end->secs && here->nsecs > end->nsecs))
        *end = *here;
    return TRUE;
}

/* What the carrier alone tells; file, frame, time and stream are filled in here. First pass only. */
void wssc_live_note(packet_info *pinfo, WsscCarrierNote *note);

/* A body that may carry SOAP came whole (see wssc_dissect_bodies). */
void wssc_live_count_body(void);
/* A message goes on in octets that are still to come. */
void wssc_live_count_unfinished(void);
/* Octets are no part of what they should be. */
void wssc_live_count_passed_over(void);

/* TLS or SSPI around the current layer. */
gboolean wssc_live_is_protected(const packet_info *pinfo);
/* That of the current layer; NULL when there is none. */
conversation_t *wssc_live_conversation(packet_info *pinfo);
/* Of the frame's connection the direction, as a key of a map: two for each conversation, from 2 on; NULL: no
 * connection. */
gpointer wssc_live_direction(packet_info *pinfo);
/* The connection that is new to libwireshark now (wssc_dissect_go_on); zeroed when it is new to everybody. Borrowed. */
const WsscGoingOn *wssc_live_going_on(void);
/* Number of the TCP connection, or of the UDP one. */
guint64 wssc_live_stream(packet_info *pinfo);

/* Things freed when the frame's dissection is over, thrown or not. */
GBytes *wssc_live_octets(packet_info *pinfo, tvbuff_t *tvb, int offset, int length);
WsscXml *wssc_live_keep_xml(packet_info *pinfo, WsscXml *xml);

#endif
