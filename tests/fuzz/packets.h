/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames for what is said on connections. An input is a row of turns; each is
 *
 *     fate (1 octet), length (2 octets, the low one first), octets
 *
 * fate: bit 0 who speaks (1: the server); bits 1 and 2 what becomes of the segment (0 it comes, 1 it is lost, 2 it is
 * sent twice, 3 it changes places with the next frame); bits 3 and 4 the connection (ports 80, 808, 8080, 443); bit 5 a
 * FIN with it; bit 6 a RST behind it; bit 7 half of it was captured.
 */
#ifndef WSSC_FUZZ_PACKETS_H
#define WSSC_FUZZ_PACKETS_H

#include "base/bytes.h"

/* A pcap file. Each connection begins with its handshake. Caller frees. */
GByteArray *packets_of(WsscBytes turns);

#endif
