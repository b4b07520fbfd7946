/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that never became whole: a segment is missing, the capture ends, or frames were cut. epan says
 * nothing of them, since it never gets to dissect them; here the TCP sequence numbers and the beginnings
 * of HTTP messages are watched, and what did not come to its end is reported as damaged.
 */
#ifndef WSSC_WATCH_LOSS_H
#define WSSC_WATCH_LOSS_H

#include <epan/packet.h>

#include "watch/lost.h"
#include "watch/resume.h"

typedef struct WsscLoss WsscLoss;

/* Registers its tap: once a process, after epan_init. NULL, or what is wrong (caller frees). */
char *wssc_loss_register(void);
/* Watches one file, until finish. is_damaged: heads of its frames are (strays.h). */
WsscLoss *wssc_loss_new(gboolean is_damaged);
/* The TCP payload of the frame just dissected, as far as it was captured; before wssc_loss_frame. */
WsscBytes wssc_loss_payload(const WsscLoss *loss, packet_info *pinfo);
/* After each dissected frame. */
void wssc_loss_frame(WsscLoss *loss, packet_info *pinfo);
/* What was just dissected is no frame of the file. */
void wssc_loss_pass_over(WsscLoss *loss);
/* All connections so far are over, or known there: of those that are over and of which there is nothing to tell, what
 * is kept is let go. */
void wssc_loss_forget_over(WsscLoss *loss, const WsscResume *resume);
/* Adds what there is to tell of its connections to the log, and frees the watch. */
void wssc_loss_finish(WsscLoss *loss, WsscLostLog *log);

#endif
