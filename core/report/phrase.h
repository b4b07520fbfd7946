/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A message in one sentence: Wireshark's Info column and the analyzer's timeline.
 */
#ifndef WSSC_REPORT_PHRASE_H
#define WSSC_REPORT_PHRASE_H

#include "session/session.h"

/* Caller frees. Reads only what was known when the message was fed, so that it is the same on every
 * visit. */
char *wssc_phrase_message(const WsscMessage *message);

#endif
