/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One envelope of any carrier and encoding: read, fed, drawn (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_CARRY_H
#define WSSC_PLUGIN_CARRY_H

#include "live.h"

#include "nbfx/dictionary.h"

/* octets are those of tvb. Fills in carried->encoding. session: the direction's string table as it was before
 * this message, and added to; NULL where the carrier has none. FALSE when they are no SOAP envelope: nothing was
 * drawn then. */
gboolean wssc_carry_envelope(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, GBytes *octets, WsscCarried *carried,
                             WsscStringTable *session);

/* The content type of an envelope whose carrier did not say it in the capture, by its octets. Static. */
const char *wssc_carry_guess_type(WsscBytes octets);

#endif
