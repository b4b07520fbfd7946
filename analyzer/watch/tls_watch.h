/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which TLS sessions stayed closed to us.
 */
#ifndef WSSC_WATCH_TLS_WATCH_H
#define WSSC_WATCH_TLS_WATCH_H

#include <epan/packet.h>

#include "base/bytes.h"
#include "model/capture.h"
#include "watch/resume.h"

typedef struct WsscTlsWatch WsscTlsWatch;

/* A WsscClosedTls. */
void wssc_closed_tls_free(gpointer closed);
gpointer wssc_closed_tls_copy(gconstpointer closed, gpointer user);

/* Octets that TLS decrypted, one record's; not what was put together of several. */
gboolean wssc_tls_is_decrypted(const struct data_source *source);

WsscTlsWatch *wssc_tls_watch_new(void);
/* After each dissected frame; payload: of its TCP segment. */
void wssc_tls_watch_frame(WsscTlsWatch *watch, packet_info *pinfo, WsscBytes payload);
/* Connections of libwireshark's are numbered from the beginning again; those so far are over, or known to resume. */
void wssc_tls_watch_count_anew(WsscTlsWatch *watch, const WsscResume *resume);
/* Appends a WsscClosedTls for each session that gave no decrypted data, and frees the watch. Frames
 * captured only in part are counted. How many sessions there were. */
guint wssc_tls_watch_finish(WsscTlsWatch *watch, GPtrArray *closed, guint32 *ret_cut_frames);

#endif
