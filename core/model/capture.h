/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What was read of one capture file, and what was not.
 */
#ifndef WSSC_MODEL_CAPTURE_H
#define WSSC_MODEL_CAPTURE_H

#include <glib.h>

/* A TLS session from which nothing could be decrypted. */
typedef struct {
    char *client, *server; /* "address:port" */
    char *server_name;     /* that the client asked for (RFC 6066 section 3); or NULL */
    guint32 first_frame, last_frame;
    gboolean is_cut; /* some of its frames were captured only in part */
} WsscClosedTls;

/* Octets of SOAP's carriers that nothing could be made of. */
typedef struct {
    char *src, *dst; /* "address:port" */
    guint32 first_frame, last_frame;
    gint64 time; /* of the first frame */
    guint64 octets;
    const char *why; /* a literal: "no dissector could read" goes behind "octets that" */
} WsscUnreadOctets;

typedef struct {
    char *file;
    guint32 frames;
    gint64 first_time, last_time; /* microseconds; WSSC_TIME_NONE without a frame */
    GPtrArray *closed_tls;        /* WsscClosedTls */
    GPtrArray *unread;            /* WsscUnreadOctets */
    guint tls_sessions;           /* all of them, closed or not */
    guint32 cut_tls_frames;       /* that were captured only in part: what they carry cannot be decrypted */
    char *damage;                 /* why reading stopped early; NULL when whole */
} WsscCapture;

#endif
