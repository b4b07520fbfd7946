/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A quick look over a capture, before dissection, at its packets.
 *
 * Out of order: Wireshark can put segments in order (tcp.reassemble_out_of_order), but on a connection where a segment
 * is missing for good it then waits for it for ever and gives nothing more. So that is switched on only for the
 * connections that need it.
 *
 * Idle: on a connection that was seen from its SYNs on and whose every segment follows the one before it, an
 * acknowledgement without payload changes nothing of what the segments carry: it need not be dissected.
 *
 * Repeated: a segment that brings nothing that did not come before. Who receives it drops it (RFC 9293
 * section 3.10.7.4). Wireshark 4.4 and later lose the end of a message on it, or give a message twice, where the
 * message's length is not known beforehand (chunks).
 *
 * Left out (triage): what has been proven to hold nothing that the analyzer would read or tell (talk.h, triage.h).
 */
#ifndef WSSC_WATCH_SEGMENTS_H
#define WSSC_WATCH_SEGMENTS_H

#include "watch/triage.h"

enum {
    WSSC_SEGMENTS_REORDERED = 1,
    WSSC_SEGMENTS_IDLE = 2,
    WSSC_SEGMENTS_REPEATED = 4,
    WSSC_SEGMENTS_LEFT_OUT = 8,
};

typedef struct WsscSegments WsscSegments;

/* Opens the capture and looks it over on a thread of its own, which touches nothing but this file. After wtap_init(). A
 * file that cannot be read has no marks: the real pass over it tells why. triage: nothing is left out without it. */
WsscSegments *wssc_segments_begin(const char *path, gboolean has_triage, gboolean has_keys);
/* After libwireshark's start: what its tables make of ports counts. */
void wssc_segments_wait(WsscSegments *segments);
/* Some of the above, or 0, of a frame (from 1). After wssc_segments_wait. What packet.h cannot read gives 0. */
guint8 wssc_segments_mark(const WsscSegments *segments, guint32 frame);
/* What is left out. After wssc_segments_wait; borrowed. */
const WsscTriage *wssc_segments_triage(const WsscSegments *segments);
void wssc_segments_free(WsscSegments *segments);

#endif
