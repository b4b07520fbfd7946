/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* What is signed stands beside another one of its kind that is not: which of them is read is open. */
#ifndef WSSC_SECURITY_WRAPPING_TWINS_H
#define WSSC_SECURITY_WRAPPING_TWINS_H

#include "security/judged.h"

void wssc_wrapping_twins(WsscJudged *judged);
/* The same of headers that may be many, for all signatures of the message at once: the verdicts stand. */
void wssc_wrapping_note_twins(const WsscWork *work, const WsscShape *shape);

#endif
