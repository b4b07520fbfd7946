/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP messages that came whole, when nothing is drawn (internal to plugin/).
 *
 * HTTP's dissector in Wireshark 4.0 makes a string of every body, octet by octet, for a field of the tree, whether
 * there is a tree or not: a third to a half of what dissecting SOAP takes. So, once a connection is known for HTTP, the
 * head of a message goes to that dissector, which reads it and pairs requests with responses as ever, and the body at
 * once to ours. It gets the whole of whatever is not plainly one whole message with a body of ours: segments, chunks,
 * encodings, pipelining, upgrades, tunnels. Later versions (4.4, 4.6) make no such string, and there this does nothing.
 */
#ifndef WSSC_PLUGIN_WHOLE_HTTP_H
#define WSSC_PLUGIN_WHOLE_HTTP_H

#include "compat.h"

#include <epan/conversation.h>

/* After HTTP was registered. body: the dissector of bodies, with a WsscMediaInfo as its data. */
void wssc_whole_http_handoff(dissector_handle_t body);

/* To be called for each dissected frame of a connection that carries HTTP: once a frame shows HTTP directly on TCP, its
 * messages are looked at first. Nothing is done for HTTP inside of something else. */
void wssc_whole_http_follow(const packet_info *pinfo, conversation_t *conversation);

#endif
