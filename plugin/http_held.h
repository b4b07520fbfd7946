/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Octets of one direction of a connection that wait for those behind them (internal to plugin/). Desegmentation cannot
 * do that: where a length was announced TCP's dissector has cut the segment already, and the rest of it would be lost.
 */
#ifndef WSSC_PLUGIN_HTTP_HELD_H
#define WSSC_PLUGIN_HTTP_HELD_H

#include "compat.h"

void wssc_http_held_register(void);
typedef struct {
    const GByteArray *octets;
    gsize len;   /* of them, so many */
    guint times; /* that more came and were not enough */
} WsscHttpHeld;

/* What is held in front of the octets that are dissected now: the same on every visit. Once for each time that the
 * direction's octets are dissected in a frame. NULL: nothing; else it lives as long as the file. */
const WsscHttpHeld *wssc_http_held(packet_info *pinfo);
/* From here on these are; len may be 0. First pass only, else nothing is done. */
void wssc_http_hold(packet_info *pinfo, const guint8 *octets, gsize len);
/* These, too. */
void wssc_http_hold_more(packet_info *pinfo, const guint8 *octets, gsize len);

#endif
