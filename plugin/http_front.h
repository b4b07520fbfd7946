/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in front of HTTP's dissector, on TCP and inside TLS (internal to plugin/): messages that it would not
 * read as they should be read. Of those it gets the head, reads it and pairs requests with responses as ever, and the
 * body goes at once to ours. It gets the whole of everything else.
 *
 * - An envelope that runs past its Content-Length: HTTP's dissector would end the body there, and what follows would
 * spoil the next message.
 * - A compressed one: HTTP's dissector would inflate it without any bound, and knows fewer codings.
 * - One that came whole, when nothing is drawn, with Wireshark 4.0: that version's dissector makes a string of every
 * body, octet by octet, for a field of the tree, whether there is a tree or not: a third to a half of what dissecting
 * SOAP takes. Later versions (4.4, 4.6) make no such string.
 */
#ifndef WSSC_PLUGIN_HTTP_FRONT_H
#define WSSC_PLUGIN_HTTP_FRONT_H

#include "compat.h"

#include "connection.h"

void wssc_http_front_register(void);
/* After HTTP was registered: takes its ports and its place among heuristics. body: the dissector of bodies, with a
 * WsscMediaInfo as its data. */
void wssc_http_front_handoff(dissector_handle_t body);

/* What a dissected frame shows above TCP. */
typedef struct {
    gboolean has_tls, has_http;
    gboolean is_on_tcp, is_in_tls; /* HTTP directly on it, and in HTTP nothing but a body of ours */
} WsscAbove;

WsscAbove wssc_http_front_shown(const packet_info *pinfo);

/* To be called after each dissected frame of the first pass with something above TCP: a connection that turned out to
 * be HTTP's, by Decode As or by another's heuristics, is taken from there on. */
void wssc_http_front_follow(packet_info *pinfo, WsscTcpConnection *connection, WsscAbove shown);
/* ... and with nothing above it, while the connection is not asked: one whose ports lead to HTTP is taken. */
void wssc_http_front_follow_ports(packet_info *pinfo, WsscTcpConnection *connection);
/* HTTP was found before inside of TLS on the frame's connection: what TLS brings next is its. */
void wssc_http_front_go_on_in_tls(packet_info *pinfo);

#endif
