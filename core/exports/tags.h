/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The tags of a trace file in XML, one after the other, without a tree: such files are larger than any message, are
 * often cut or stand one behind the other without a root, and what is of interest in them is flat (internal to
 * core/exports).
 *
 *     WsscTags tags = {.text = bytes};
 *     WsscTag tag;
 *     while (wssc_tags_next(&tags, &tag)) ...
 *
 * Comments, processing instructions and DOCTYPE are passed over. Never fails: what is no tag is text.
 */
#ifndef WSSC_EXPORTS_TAGS_H
#define WSSC_EXPORTS_TAGS_H

#include "base/bytes.h"

typedef enum { WSSC_TAG_START, WSSC_TAG_EMPTY, WSSC_TAG_END, WSSC_TAG_TEXT, WSSC_TAG_CDATA } WsscTagKind;

typedef struct {
    WsscTagKind kind;
    WsscBytes name;  /* of an element, without its prefix */
    WsscBytes qname; /* with it */
    WsscBytes rest;  /* of a start tag: its attributes; of text and CDATA: the characters as they stand */
    gsize start, end;
} WsscTag;

typedef struct {
    WsscBytes text;
    gsize at;
} WsscTags;

gboolean wssc_tags_next(WsscTags *tags, WsscTag *ret_tag);
gboolean wssc_tag_is(const WsscTag *tag, const char *name);
/* The next attribute of those in rest, which is stepped over it. FALSE when there is none. The value stands as written.
 */
gboolean wssc_tag_next_attribute(WsscBytes *rest, WsscBytes *ret_name, WsscBytes *ret_value);
/* An attribute's value, references resolved; by its name without prefix. NULL when absent. Caller frees. */
char *wssc_tag_attribute(const WsscTag *tag, const char *name);
/* The text between a start tag, which was the last one, and the next tag that is neither text nor CDATA; references
 * resolved, white space around it dropped. Caller frees; NULL when there is none. */
char *wssc_tags_text(WsscTags *tags);
/* Predefined entities and character references become characters; everything else stays. */
GString *wssc_entities_resolve(WsscBytes text);

#endif
