/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Which stack a service runs on, by what its answers say of it (internal to why/).
 */
#ifndef WSSC_WHY_PLATFORM_H
#define WSSC_WHY_PLATFORM_H

#include "why/scene.h"

/* The mark in its answers that says most; fault: of the refusal itself, or NULL. */
WsscPlatform wssc_platform_of(const WsscServer *server, const WsscFault *fault);

#endif
