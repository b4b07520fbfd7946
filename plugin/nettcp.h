/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .NET message framing over TCP, clear or inside TLS (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_NETTCP_H
#define WSSC_PLUGIN_NETTCP_H

#include "compat.h"

void wssc_nettcp_register(void);
void wssc_nettcp_handoff(void);

#endif
