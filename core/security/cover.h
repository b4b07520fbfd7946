/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What valid signatures cover, and what they should.
 */
#ifndef WSSC_SECURITY_COVER_H
#define WSSC_SECURITY_COVER_H

#include "security/work.h"

/* Adds the coverage of a message with a valid signature to the result, and notes what it leaves open. */
void wssc_cover_parts(WsscWork *work);

#endif
