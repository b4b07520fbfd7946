/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bodies go past HTTP's dissector, that gets their heads only: with Wireshark 4.0 it makes a string of every
 * body, octet by octet, for a field of the tree, whether there is a tree or not (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_HTTP_PASS_H
#define WSSC_PLUGIN_HTTP_PASS_H

#include "compat.h"

#include "base/bytes.h"
#include "carrier/http_head.h"

/* Of ours: the octets are one message and nothing but, nothing is drawn, and the connection is a plain one. */
gboolean wssc_http_may_pass(packet_info *pinfo, const proto_tree *tree, const WsscHttpMessage *head, WsscBytes octets);

/* Likewise, of a type that leads to nothing of ours, and without a word that would have to be told of: nobody wants it.
 */
gboolean wssc_http_may_leave_body(packet_info *pinfo, const proto_tree *tree, const WsscHttpMessage *head,
                                  WsscBytes octets);

void wssc_http_pass_handoff(void);

#endif
