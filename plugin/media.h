/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The media types whose bodies may be SOAP, and who had them before us.
 */
#ifndef WSSC_PLUGIN_MEDIA_H
#define WSSC_PLUGIN_MEDIA_H

#include "compat.h"

/* From now on their bodies are given to that dissector. */
void wssc_media_handoff(dissector_handle_t body);

/* The media type as the table of dissectors has it, when its bodies are ours; NULL. type: in any case. */
const char *wssc_media_of(const char *type, gsize len);

/* Who had it before us; NULL: nobody, or it is none of them. media: in any case, or NULL. */
dissector_handle_t wssc_media_stock(const char *media);

#endif
