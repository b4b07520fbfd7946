/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Memory of one document each, that is let go all at once: a third of what reading a message cost was getting and
 * giving back some hundred small pieces of memory.
 *
 *     wssc_xml_use_arenas();                        once, in a process of our own
 *     WsscArena *arena = wssc_arena_begin();        NULL: as without
 *     xml->doc = xmlCtxtReadDoc(...);
 *     wssc_xml_end_arena(xml, arena);
 *     ...
 *     wssc_xml_unref(xml);                          frees both
 *
 * libxml2 asks functions for memory that are the whole process's (xmlMemSetup), so this is for a process of which
 * nobody else has set them, the analyzer. In Wireshark they stay as they are, and wssc_arena_begin gives NULL.
 */
#ifndef WSSC_XML_ARENA_H
#define WSSC_XML_ARENA_H

#include "xml/xml.h"

typedef struct WsscArena WsscArena;

/* From here on documents have arenas. Before any other thread uses libxml2; again: nothing. */
void wssc_xml_use_arenas(void);

/* What libxml2 allocates in this thread from here to wssc_arena_end is of the arena and must not outlive it, but for
 * what wssc_arena_holds_all tells of. What was allocated before stays outside, however it grows. One at a time in a
 * thread. Caller frees; NULL without wssc_xml_use_arenas. */
WsscArena *wssc_arena_begin(void);
void wssc_arena_end(WsscArena *arena); /* NULL: nothing */

/* The same for all that the document consists of, which owns the arena from here on. */
void wssc_xml_end_arena(WsscXml *xml, WsscArena *arena);

/* All that was allocated lies in the arena: nothing of it has to be freed piece by piece. FALSE for NULL, and where a
 * piece was too large, or all arenas together were: the rest is as without, and is freed as without. */
gboolean wssc_arena_holds_all(const WsscArena *arena);
/* at lies in some arena. */
gboolean wssc_arena_has(const void *at);

/* Any thread. NULL: nothing. */
void wssc_arena_free(WsscArena *arena);

#endif
