/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What findings, events and keys say, as sentences that name frames: those of another file with its name.
 */
#ifndef WSSC_REPORT_SENTENCE_H
#define WSSC_REPORT_SENTENCE_H

#include "model/model.h"

/* All: caller frees. */
char *wssc_finding_sentence(const WsscModel *model, const WsscFinding *finding);
char *wssc_event_sentence(const WsscModel *model, const WsscEvent *event);
/* How the key of an instance was made; NULL when it was not made of what the capture holds. */
char *wssc_derivation_sentence(const WsscModel *model, const WsscInstance *instance);

#endif
