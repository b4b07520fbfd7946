/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages as documents: File > Export Objects, Analyze > Follow, and the flow graph (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_DOCUMENTS_H
#define WSSC_PLUGIN_DOCUMENTS_H

#include "compat.h"

#include "settled.h"

/* Name of the tap that carries WsscTapped. */
#define WSSC_TAP_DOCUMENTS "wssc_documents"

void wssc_objects_register(int proto);
void wssc_follow_register(int proto);

/* Whether somebody listens: then text has to be read where it is not drawn. */
gboolean wssc_documents_are_wanted(void);
/* Hands the message and its tree to who listens. */
void wssc_documents_tap(packet_info *pinfo, const WsscMessage *message, WsscXml *xml);

#endif
