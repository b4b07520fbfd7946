/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where an element that begins in the middle of a text ends.
 */
#include <string.h>

#include "base/limits.h"
#include "exports/element.h"

static gboolean is_same(WsscBytes a, WsscBytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* The prefix of a name; empty when it has none. */
static WsscBytes prefix_of(WsscBytes name)
{
    const guint8 *colon = memchr(name.data, ':', name.len);
    return wssc_bytes(name.data, colon != NULL ? (gsize)(colon - name.data) : 0);
}

static void add_name(GArray *names, WsscBytes name)
{
    if (name.len == 0 || names->len >= WSSC_MAX_PREFIXES)
        return;
    for (guint i = 0; i < names->len; i++)
        if (is_same(g_array_index(names, WsscBytes, i), name))
            return;
    g_array_append_val(names, name);
}

static void note_prefixes(WsscElement *element, const WsscTag *tag)
{
    WsscBytes rest = tag->rest, name, value;
    add_name(element->used, prefix_of(tag->qname));
    while (wssc_tag_next_attribute(&rest, &name, &value)) {
        WsscBytes prefix = prefix_of(name);
        if (prefix.len == 5 && memcmp(prefix.data, "xmlns", 5) == 0)
            add_name(element->declared, wssc_bytes(name.data + 6, name.len - 6));
        else if (!(prefix.len == 3 && memcmp(prefix.data, "xml", 3) == 0))
            add_name(element->used, prefix);
    }
}

/* FALSE when the tag does not belong here. */
static gboolean take_tag(WsscElement *element, GArray *open, const WsscTag *tag)
{
    if (tag->kind == WSSC_TAG_START || tag->kind == WSSC_TAG_EMPTY) {
        note_prefixes(element, tag);
        if (tag->kind == WSSC_TAG_EMPTY)
            return TRUE;
        if (open->len > WSSC_MAX_XML_DEPTH + 1) /* it will be told by who parses it */
            return FALSE;
        g_array_append_val(open, tag->qname);
    } else if (tag->kind == WSSC_TAG_END) {
        if (!is_same(g_array_index(open, WsscBytes, open->len - 1), tag->qname))
            return FALSE;
        g_array_set_size(open, open->len - 1);
    }
    return tag->kind != WSSC_TAG_TEXT || tag->rest.data[0] != '<';
}

gboolean wssc_element_scan(WsscBytes text, gsize start, gboolean may_nest, WsscElement *ret_element)
{
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(WsscBytes));
    WsscTags tags = {.text = text, .at = start};
    WsscTag tag;

    ret_element->used = g_array_new(FALSE, FALSE, sizeof(WsscBytes));
    ret_element->declared = g_array_new(FALSE, FALSE, sizeof(WsscBytes));
    ret_element->end = start;
    ret_element->again = 0;
    while (wssc_tags_next(&tags, &tag)) {
        gboolean is_first = tag.start == start;
        if (!is_first && tag.kind == WSSC_TAG_START && ret_element->again == 0 &&
            is_same(tag.qname, g_array_index(open, WsscBytes, 0)))
            ret_element->again = tag.start;
        if ((ret_element->again != 0 && !may_nest) || !take_tag(ret_element, open, &tag))
            return FALSE;
        ret_element->end = tag.end;
        if (open->len == 0)
            return TRUE;
    }
    return FALSE;
}

void wssc_element_clear(WsscElement *element)
{
    g_clear_pointer(&element->used, g_array_unref);
    g_clear_pointer(&element->declared, g_array_unref);
}
