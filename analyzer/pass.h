/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass of libwireshark over a capture file: its frames are dissected in the order in which they are to be taken,
 * those that watch/segments.h chose.
 */
#ifndef WSSC_ANALYZER_PASS_H
#define WSSC_ANALYZER_PASS_H

#include "engine.h"
#include "filter.h"
#include "watch/loss.h"
#include "watch/segments.h"
#include "watch/tls_watch.h"

/* Who takes only some of the frames. Zeroed: all are taken, and nobody asks when. */
typedef struct {
    gboolean (*is_own)(gpointer user, guint32 frame);
    /* A frame is taken next; turn: the frame in whose turn that is, is_late: behind that one. */
    void (*begin_turn)(gpointer user, guint32 turn, gboolean is_late);
    void (*on_taken)(gpointer user);
    gpointer user;
} WsscShare;

/* All is borrowed. */
typedef struct {
    WsscEngineReport *report; /* gets frames, times and damage */
    WsscSegments *segments;   /* waited for */
    GByteArray *matches;      /* a truth value for each frame, from 1: which of them feed; NULL: all */
    WsscFilter *filter;       /* fills matches, and nothing is fed; NULL: there is none */
    WsscTlsWatch *tls;        /* told of each frame, as is the next one; NULL with a filter */
    WsscLoss *loss;
    gboolean shows_progress;
    guint remembered_frames; /* the limit */
    goffset key_octets;      /* of the key log for TLS; 0: there is none */
} WsscPass;

/* FALSE when the file cannot be opened. */
gboolean wssc_pass_run(const WsscPass *pass, const char *path, GError **error);
/* The same over a share of the frames, which are read where they lie: wssc_segments_places
 * is not NULL. Of the report only "frames" is used, for itself. FALSE when a frame cannot be read. */
gboolean wssc_pass_run_share(const WsscPass *pass, const WsscShare *share);
/* What libwireshark keeps of the file that was read last is kept until the next one, for giving it up takes time. */
void wssc_pass_leave_file(void);

#endif
