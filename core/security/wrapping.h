/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Signatures whose digests fit though what they sign is not what is read.
 */
#ifndef WSSC_SECURITY_WRAPPING_H
#define WSSC_SECURITY_WRAPPING_H

#include "security/work.h"

/* Makes those invalid that sign what is not read, and says so in notes. */
void wssc_wrapping_refuse(WsscWork *work);

#endif
