/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The number of a frame in its file: the analyzer may take frames in another order than they lie in (watch/early.h),
 * and libwireshark goes by the order in which it gets them.
 */
#ifndef WSSC_PLUGIN_FRAME_NUMBER_H
#define WSSC_PLUGIN_FRAME_NUMBER_H

#include <epan/packet.h>

/* That of the frame that is dissected next; 0: libwireshark has the right one. */
void wssc_dissect_use_frame(guint32 number);
guint32 wssc_dissect_frame(const packet_info *pinfo);

#endif
