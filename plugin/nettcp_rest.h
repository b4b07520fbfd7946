/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of connections of net.tcp, over libwireshark's being made to forget them while they rest (internal to
 * plugin/; wssc_dissect_keep, wssc_dissect_take_up).
 */
#ifndef WSSC_PLUGIN_NETTCP_REST_H
#define WSSC_PLUGIN_NETTCP_REST_H

#include "nettcp_link.h"

/* From here on the link is what is known of the frame's connection. First pass only. */
void wssc_nettcp_rest_note(WsscLink *link, const packet_info *pinfo);

void wssc_nettcp_rest_register(void);

#endif
