/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A quick look over a capture, before dissection: which frames belong to TCP connections whose segments
 * arrive out of order.
 *
 * Wireshark can put segments in order (tcp.reassemble_out_of_order), but on a connection where a segment is
 * missing for good it then waits for it for ever and gives nothing more. So that is switched on only
 * for the connections that need it.
 */
#ifndef WSSC_ANALYZER_SEGMENTS_H
#define WSSC_ANALYZER_SEGMENTS_H

#include <glib.h>

/* One octet a frame, by frame number (index 0 is unused): 1 where segments have to be put in order. NULL
 * when no frame needs it or the file cannot be read. Link types other than Ethernet, Linux cooked, BSD
 * loopback and raw IP count as in order. */
GByteArray *wssc_segments_scan(const char *path);

#endif
