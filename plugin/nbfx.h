/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .NET binary XML as a tree of its records (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_NBFX_H
#define WSSC_PLUGIN_NBFX_H

#include "compat.h"

#include "nbfx/dictionary.h"

void wssc_nbfx_register(void);

/* Draws octets (those of tvb): a string table before "document", if any, then the document, then its
 * equivalent XML text as a data source of its own. session is the direction's table with the strings of this message
 * already in it; NULL without a session. Nobody looks: nothing is done. */
void wssc_nbfx_draw(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, GBytes *octets, gsize document,
                    const WsscStringTable *session);

#endif
