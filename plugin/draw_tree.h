/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The XML of a message as a tree of fields (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_DRAW_TREE_H
#define WSSC_PLUGIN_DRAW_TREE_H

#include "compat.h"

#include "xml/xml.h"

/* Which subtrees share "expanded or not". */
enum {
    WSSC_ETT_LEAF,
    WSSC_ETT_CONTAINER,
    WSSC_ETT_MESSAGE,
    WSSC_ETT_VERDICT,
    WSSC_ETT_BINDING,
    WSSC_ETT_CAUSE,
    WSSC_ETT_MAX
};
extern int wssc_ett[WSSC_ETT_MAX];

/* Draws the element and all below it. tvb holds the octets that the spans point into; with has_spans FALSE
 * (decrypted content) items carry no octets. */
void wssc_draw_element(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xmlNode *element, gboolean has_spans);

#endif
