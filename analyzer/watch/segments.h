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
 * Moved: a segment that stands before what it answers (early.h).
 *
 * Left out (triage): what has been proven to hold nothing that the analyzer would read or tell (talk.h, triage.h).
 *
 * Quiet: whatever was dissected before this frame belongs to connections that are over, or rest between messages of
 * HTTP or records of net.tcp in clear (resume.h), so that nothing libwireshark remembers of it counts any more. Told
 * only with triage, and with keys for TLS only where no connection tells of them what may open another one
 * (sharing.h), and they can be read again.
 */
#ifndef WSSC_WATCH_SEGMENTS_H
#define WSSC_WATCH_SEGMENTS_H

#include "watch/marks.h"
#include "watch/sharing.h"
#include "watch/strays.h"
#include "watch/triage.h"

typedef struct WsscSegments WsscSegments;

/* Opens the capture and looks it over on a thread of its own, which touches nothing but this file. After wtap_init(). A
 * file that cannot be read has no marks: the real pass over it tells why. triage: nothing is left out without it. most:
 * connections that are followed at a time. */
WsscSegments *wssc_segments_begin(const char *path, gboolean has_triage, const char *key_log, guint most);
/* After libwireshark's start: what its tables make of ports counts. sharing: what is wanted of that; what the look over
 * the file tells is filled in. */
void wssc_segments_wait(WsscSegments *segments, const WsscSharing *sharing);
/* Some of the above, or 0, of a frame (from 1). After wssc_segments_wait. What packet.h cannot read gives 0. */
guint8 wssc_segments_mark(const WsscSegments *segments, guint32 frame);
/* Whether it is known which frames are quiet. After wssc_segments_wait. */
gboolean wssc_segments_tells_quiet(const WsscSegments *segments);
/* WsscMove by "behind": of frames that are marked as moved, where to; or NULL. After wssc_segments_wait; borrowed. */
const GArray *wssc_segments_moves(const WsscSegments *segments);
/* Frames with damaged heads. After wssc_segments_wait; borrowed. */
const WsscStrays *wssc_segments_strays(const WsscSegments *segments);
/* What is left out. After wssc_segments_wait; borrowed. */
const WsscTriage *wssc_segments_triage(const WsscSegments *segments);

/* The capture as the look over it left it. */
typedef struct {
    struct wtap *wth; /* frames that are dissected can be read from it where they lie: the capture, or gathered.h's */
    guint32 frames;
    gint64 first_time, last_time; /* of its packets: the first one's, the latest; WSSC_TIME_NONE: there are none */
    int err;                      /* Wiretap's, that ended the look; 0: the file did */
    char *info;                   /* of err; or NULL */
} WsscLookedOver;

/* Where so few frames are to be dissected that it is better to read them where they lie than all a second time; else
 * NULL: the file is compressed, keys lie in it, to be handed over on the way, or frames lie in no order. After
 * wssc_segments_wait; borrowed. */
const WsscLookedOver *wssc_segments_looked_over(const WsscSegments *segments);
/* The same of few frames or many. */
const WsscLookedOver *wssc_segments_places(const WsscSegments *segments);
gboolean wssc_segments_has_few(const WsscSegments *segments);

/* From one frame to the next. Begins zeroed. */
typedef struct {
    guint32 frame; /* from 1 */
    gint64 place;
} WsscFramePlace;
/* FALSE: there is none. Only with wssc_segments_places. */
gboolean wssc_segments_step(const WsscSegments *segments, WsscFramePlace *place);
/* The same to the next that is dissected. */
gboolean wssc_segments_next(const WsscSegments *segments, WsscFramePlace *place);
/* How the frames are shared out; NULL: they are not. Then places are known. Borrowed. */
const WsscShares *wssc_segments_shares(const WsscSegments *segments);
/* In which share a frame is that is dissected. */
guint wssc_segments_share(const WsscSegments *segments, guint32 frame);
/* A frame is dissected, in that share. */
gboolean wssc_segments_is_shared(const WsscSegments *segments, guint32 frame, guint share);
void wssc_segments_free(WsscSegments *segments);

#endif
