/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What was done to a signed message on its way, tried on all parts that do not fit and on SignedInfo together.
 */
#ifndef WSSC_SECURITY_CHANGED_H
#define WSSC_SECURITY_CHANGED_H

#include "security/look.h"

/* In plain words, for what parts and whether the whole signature fits then; NULL when nothing was found. Caller frees.
 */
char *wssc_changed_on_the_way(const WsscLook *look);

#endif
