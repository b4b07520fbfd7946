/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What is weak rather than wrong: algorithms and keys that receivers of today refuse or warn of, and what a signature
 * leaves open though it is valid.
 */
#ifndef WSSC_SECURITY_WEAK_H
#define WSSC_SECURITY_WEAK_H

#include "security/work.h"

/* Notes each kind once, behind the verdicts. */
void wssc_weak_note(WsscWork *work);

#endif
