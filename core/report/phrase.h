/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A message in one sentence: Wireshark's Info column and the analyzer's timeline.
 */
#ifndef WSSC_REPORT_PHRASE_H
#define WSSC_REPORT_PHRASE_H

#include "session/session.h"

/* Caller frees. It tells what is known now: the context's number and the verdicts are final once the session is
 * finished (model/message.h says when what is), and the phrase with them. */
char *wssc_phrase_message(const WsscMessage *message);

#endif
