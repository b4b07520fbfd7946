/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Octets of a frame that was dissected.
 */
#ifndef WSSC_WATCH_FRAME_OCTETS_H
#define WSSC_WATCH_FRAME_OCTETS_H

#include <epan/packet.h>

#include "base/bytes.h"
#include "carrier/http_head.h"

/* The TCP payload: the frame's last len octets on the wire, as far as they were captured. */
WsscBytes wssc_frame_payload(const packet_info *pinfo, guint32 len);
/* How many of the frame were not captured, and that in words. */
guint wssc_frame_cut_octets(const packet_info *pinfo);
char *wssc_frame_cut_text(const packet_info *pinfo);
/* Records that TLS decrypted in it. */
guint wssc_frame_count_decrypted(const packet_info *pinfo);
/* The source is made of octets of several frames. */
gboolean wssc_frame_is_put_together(const struct data_source *source);
/* A client asks for a WebSocket of the subprotocol "soap" ([MS-SWSB]). */
gboolean wssc_frame_offers_soap(const packet_info *pinfo, WsscBytes payload, gboolean is_tls);
/* What HTTP/1 begins in it. */
WsscHttpHead wssc_frame_http_head(const packet_info *pinfo, WsscBytes payload, gboolean is_tls,
                                  gboolean *ret_is_response);

#endif
