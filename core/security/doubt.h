/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Keys that prove less than they seem to.
 */
#ifndef WSSC_SECURITY_DOUBT_H
#define WSSC_SECURITY_DOUBT_H

#include "security/work.h"

/* Says of each valid signature why its key may be somebody else's. After all signatures have their verdicts. */
void wssc_doubt_keys(WsscWork *work);

#endif
