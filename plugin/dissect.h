/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dissectors, as the plugin's module and the analyzer see them.
 */
#ifndef WSSC_PLUGIN_DISSECT_H
#define WSSC_PLUGIN_DISSECT_H

#include "compat.h"

#include "ends.h"
#include "frame_number.h"
#include "outlet.h"
#include "tls_place.h"

/* Registers protocols, fields, preferences and taps: the callbacks of a proto_plugin. */
void wssc_dissect_register(void);
void wssc_dissect_handoff(void);

/* What tells, before anything needs libcrypto, whether it is there; without one it is linked. */
typedef gboolean (*WsscCryptoOpen)(void);
void wssc_dissect_use_crypto(WsscCryptoOpen open);

/* The session that messages are fed to. Without another word the dissectors make a new one for each
 * capture that Wireshark opens. */
WsscSession *wssc_dissect_session(void);
/* Feed into this session instead, as capture file "file" (from wssc_session_add_file). The caller keeps
 * ownership; NULL goes back to sessions of our own. Call it before epan_new for the file. */
void wssc_dissect_use_session(WsscSession *session, guint file);
/* Feed by this way, which leads to that session; NULL: at once again. Then nothing is known of a message when it is
 * dissected: no tree is drawn, and a text body counts as SOAP. Only while one pass goes over the file. Copied. */
void wssc_dissect_use_outlet(const WsscOutlet *outlet);
/* While FALSE, messages are not fed (a display filter of the analyzer did not match). */
void wssc_dissect_set_feeding(gboolean is_feeding);

/* Where connections of TCP begin that are not dissected (guint32, numbers of frames in order), so that the others are
 * numbered as if they were; NULL: none. Borrowed while a pass goes over the file. */
void wssc_dissect_use_left_out(const GArray *first_frames);
/* How many of them begin before the frame. */
guint wssc_dissect_count_left_out(guint32 frame);
/* Before libwireshark is made to forget what it knows of the frames so far: connections that follow are counted on. */
void wssc_dissect_count_on(void);
/* Octets of some connection wait for those behind them, which cannot be done over that. */
gboolean wssc_dissect_holds_any(void);
/* The frame that was dissected is the last one of its connection: what waits there waits in vain. */
void wssc_dissect_end_connection(packet_info *pinfo);
/* Whether more of a connection follows. */
typedef gboolean (*WsscGoesOn)(gconstpointer user, const WsscEnds *ends);
/* Likewise: what is known of connections of net.tcp is kept of those that go on. */
void wssc_dissect_keep(WsscGoesOn goes_on, gconstpointer user);
/* A connection of TCP that libwireshark was made to forget. */
typedef struct {
    guint64 number;
    gboolean is_http;       /* that was found on it */
    gboolean is_answer_due; /* its client spoke last */
    guint16 server;         /* its port, where the first frame that is dissected does not tell; else 0 */
} WsscGoingOn;
/* It is the one that libwireshark meets next; NULL: that is a new one again. */
void wssc_dissect_go_on(const WsscGoingOn *going_on);
/* What it goes on with, a SYN or an acknowledgement, was dissected: what was kept of it is known again. */
void wssc_dissect_take_up(packet_info *pinfo);
/* Of a connection of TLS, behind the frame: how far it has come. FALSE: it has no keys, or a cipher of another kind, or
 * the keys are about to change. */
gboolean wssc_dissect_tls_place(packet_info *pinfo, WsscTlsPlace *ret_place);
/* The frame ends its handshake, which was shown again: it goes on there. FALSE: it did not lead to keys. */
gboolean wssc_dissect_tls_go_on(packet_info *pinfo, const WsscTlsPlace *place);
/* Adds the records that end in the frame and were decrypted, in order (WsscTlsOpened); their octets lie in
 * libwireshark's memory. */
void wssc_dissect_tls_opened(packet_info *pinfo, GArray *opened);
/* Number of the connection of TCP that began with the frame; 0: none did. */
guint64 wssc_dissect_begun(void);

/* What the dissectors and the analyzer ask of a frame: its time in microseconds (see wssc_time_of_clock), and whether a
 * protocol is among its layers so far. */
gint64 wssc_dissect_time(const nstime_t *time);
gboolean wssc_dissect_has_layer(const packet_info *pinfo, int proto);
/* The protocol that was dissected last; -1: none. */
int wssc_dissect_last_layer(const packet_info *pinfo);
/* "address:port", an IPv6 address in brackets. scope NULL: free it with g_free. */
char *wssc_dissect_endpoint(wmem_allocator_t *scope, const address *addr, guint32 port);
/* The frame's ends. Returns which of them it comes from. */
guint wssc_dissect_ends(const packet_info *pinfo, WsscEnds *ret_ends);
/* "address:port" of one of two ends of IP. Caller frees. */
char *wssc_dissect_end(const WsscEnds *ends, guint side);

/* The bounds of the rules as the preferences set them. */
void wssc_dissect_bounds(WsscBounds *ret_bounds);
/* The limits (base/limits.def), so set. */
void wssc_dissect_limits(WsscLimits *ret_limits);

/* How many whole bodies of the media types that may carry SOAP were dissected so far, SOAP or not. */
guint wssc_dissect_bodies(void);
/* How often a message was begun and asked for octets that the frame has not. */
guint wssc_dissect_unfinished(void);
/* Octets of net.tcp that were no record, so often. */
guint wssc_dissect_passed_over(void);

/* Name of the tap that gets each message once dissected: data is a const WsscMessage *,
 * settled only on visits after the first pass (model/message.h). */
#define WSSC_TAP "wssc"

#endif
