/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of net.tcp that are larger than the limit: passed over by their length (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_NETTCP_SKIP_H
#define WSSC_PLUGIN_NETTCP_SKIP_H

#include "compat.h"

#include "carrier/nettcp.h"
#include "nettcp_link.h"

/* The octets at the beginning that belong to such a record; at most all. To be called first for each run of octets of
 * one direction, the same on every visit. */
gsize wssc_nettcp_skip(packet_info *pinfo, WsscBytes octets);
/* The record that begins here is such a one: how many of the octets are passed over; the rest of it will be. */
gsize wssc_nettcp_skip_begin(packet_info *pinfo, WsscBytes octets, const WsscNettcpRecord *record);

#endif
