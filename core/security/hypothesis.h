/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What would make an invalid signature fit: looked for, never believed.
 */
#ifndef WSSC_SECURITY_HYPOTHESIS_H
#define WSSC_SECURITY_HYPOTHESIS_H

#include "security/look.h"

/* about: the keys are found here. In plain words; NULL when nothing was found. Caller frees. */
char *wssc_hypothesis_find(const WsscLook *about);

#endif
