/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* The signature of an assertion: what it signs, and where that stands. */
#ifndef WSSC_SECURITY_WRAPPING_TOKEN_H
#define WSSC_SECURITY_WRAPPING_TOKEN_H

#include "security/judged.h"

void wssc_wrapping_token(WsscJudged *judged);

#endif
