/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an upgrade of net.tcp other than TLS protects ([MC-NMF] 2.2.3.5): NegotiateStream ([MS-NNS]), whose records the
 * stock dissector draws once they are cut out for it, and upgrades that are only named.
 */
#ifndef WSSC_NETTCP_PROTECTED_H
#define WSSC_NETTCP_PROTECTED_H

#include <epan/packet.h>

/* Dissects [MC-NMF] records in clear; returns the octets used. */
typedef int WsscRecordsDissector(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/*
 * Draws the NegotiateStream records of one segment and keeps the phase of the connection; asks for more octets as
 * dissectors do. Where the handshake ended without protection, the rest goes to dissect_records. Returns the octets
 * used.
 */
int wssc_protected_dissect_negotiate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                     WsscRecordsDissector *dissect_records);

/* Draws the whole of tvb as octets that cannot be read, with text as the reason. */
void wssc_protected_draw(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *text);

void wssc_protected_register(void); /* after the protocol NETTCP is registered */
void wssc_protected_handoff(void);

#endif
