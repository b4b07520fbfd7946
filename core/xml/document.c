/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A document's life: its references, its spans, its copies.
 */
#include "xml/arena.h"
#include "xml/xml.h"

#define SPANS_PER_BLOCK 48 /* a block of less than 1 KiB: cheap to get and to give back */

typedef struct WsscSpanBlock {
    struct WsscSpanBlock *next;
    WsscSpan spans[SPANS_PER_BLOCK];
} WsscSpanBlock;

WsscXml *wssc_xml_new(GBytes *octets, WsscXmlForm form)
{
    WsscXml *xml = g_new0(WsscXml, 1);
    xml->octets = octets != NULL ? g_bytes_ref(octets) : g_bytes_new_static("", 0);
    xml->form = form;
    xml->refs = 1;
    return xml;
}

void wssc_xml_replace_include(WsscXml *xml, xmlNode *include, xmlNode *text)
{
    if (xml->includes == NULL)
        xml->includes = g_ptr_array_new();
    xmlReplaceNode(include, text);
    wssc_xml_note_change(xml);
    g_ptr_array_add(xml->includes, include);
    g_ptr_array_add(xml->includes, text);
}

void wssc_xml_show_includes(const WsscXml *xml, gboolean as_sent)
{
    for (guint i = 0; xml->includes != NULL && i + 1 < xml->includes->len; i += 2) {
        xmlNode *include = xml->includes->pdata[i], *text = xml->includes->pdata[i + 1];
        xmlReplaceNode(as_sent ? text : include, as_sent ? include : text);
    }
}

static void free_part(gpointer data)
{
    WsscXmlPart *part = data;
    g_free(part->id);
    g_free(part->headers);
    g_bytes_unref(part->octets);
    g_free(part);
}

void wssc_xml_add_part(WsscXml *xml, const char *id, const char *headers, GBytes *octets)
{
    WsscXmlPart *part = g_new0(WsscXmlPart, 1);
    part->id = g_strdup(id);
    part->headers = g_strdup(headers != NULL ? headers : "");
    part->octets = g_bytes_ref(octets);
    if (xml->parts == NULL)
        xml->parts = g_ptr_array_new_with_free_func(free_part);
    g_ptr_array_add(xml->parts, part);
}

static const WsscXmlPart *next_part(const WsscXml *xml, const char *uri, guint *at)
{
    g_autofree char *id = g_str_has_prefix(uri, "cid:") ? g_uri_unescape_string(uri + strlen("cid:"), NULL) : NULL;
    while (xml->parts != NULL && *at < xml->parts->len) {
        const WsscXmlPart *part = xml->parts->pdata[(*at)++];
        if (part->id != NULL && (g_strcmp0(part->id, id) == 0 || strcmp(part->id, uri + strlen("cid:")) == 0))
            return part;
    }
    return NULL;
}

const WsscXmlPart *wssc_xml_find_part(const WsscXml *xml, const char *uri)
{
    guint at = 0;
    return next_part(xml, uri, &at);
}

gboolean wssc_xml_has_two_parts(const WsscXml *xml, const char *uri)
{
    guint at = 0;
    return next_part(xml, uri, &at) != NULL && next_part(xml, uri, &at) != NULL;
}

WsscSpan *wssc_xml_new_span(WsscXml *xml)
{
    if (xml->span_blocks == NULL || xml->span_used == SPANS_PER_BLOCK) {
        WsscSpanBlock *block = g_new0(WsscSpanBlock, 1);
        block->next = xml->span_blocks;
        xml->span_blocks = block;
        xml->span_used = 0;
    }
    return &xml->span_blocks->spans[xml->span_used++];
}

WsscXml *wssc_xml_copy(const WsscXml *xml)
{
    WsscXml *copy = wssc_xml_new(NULL, xml->form);
    copy->doc = xmlCopyDoc(xml->doc, 1);
    wssc_xml_set_odd_names(copy->doc, wssc_xml_has_odd_names(xml->doc));
    copy->has_float = xml->has_float;
    copy->has_local_time = xml->has_local_time;
    copy->unknown_ids = xml->unknown_ids != NULL ? g_array_ref(xml->unknown_ids) : NULL;
    return copy;
}

WsscXml *wssc_xml_ref(WsscXml *xml)
{
    g_atomic_int_inc(&xml->refs);
    return xml;
}

void wssc_xml_note_change(WsscXml *xml)
{
    xml->is_text_read = FALSE;
    xml->is_changed = TRUE;
}

void wssc_xml_end_arena(WsscXml *xml, WsscArena *arena)
{
    wssc_arena_end(arena);
    xml->arena = arena;
    xml->names = xmlDictSize(xml->doc->dict);
}

/* Not of the arena is what came later: nodes, names that fragments read in the document's place put into its
 * dictionary, and what libxml2 keeps once it was asked for the namespace of "xml". */
static gboolean is_in_arena(const WsscXml *xml)
{
    if (!wssc_arena_holds_all(xml->arena) || xml->is_changed || xmlDictSize(xml->doc->dict) != xml->names)
        return FALSE;
    return xml->doc->oldNs == NULL || wssc_arena_has(xml->doc->oldNs);
}

static void free_document(WsscXml *xml)
{
    if (!is_in_arena(xml))
        xmlFreeDoc(xml->doc);
    wssc_arena_free(xml->arena);
}

void wssc_xml_unref(WsscXml *xml)
{
    if (xml == NULL || !g_atomic_int_dec_and_test(&xml->refs))
        return;
    for (guint i = 0; xml->includes != NULL && i < xml->includes->len; i += 2)
        xmlFreeNode(xml->includes->pdata[i]);
    free_document(xml);
    g_clear_pointer(&xml->includes, g_ptr_array_unref);
    g_bytes_unref(xml->octets);
    for (WsscSpanBlock *block = xml->span_blocks, *next; block != NULL; block = next) {
        next = block->next;
        g_free(block);
    }
    g_free(xml->encoding);
    g_free(xml->encoding_note);
    g_free(xml->undeclared);
    g_free(xml->charset);
    g_clear_pointer(&xml->unknown_ids, g_array_unref);
    g_clear_pointer(&xml->parts, g_ptr_array_unref);
    g_free(xml);
}
