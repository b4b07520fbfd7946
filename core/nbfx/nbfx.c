/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "nbfx/nbfx.h"

#include <libxml/dict.h>
#include <string.h>

#include "base/limits.h"
#include "nbfx/scope.h"
#include "xml/arena.h"

/* The value of an attribute of the start tag being read. */
typedef struct {
    gsize value_at; /* in Builder.values */
    WsscSpan span;
} Pending;

typedef struct {
    WsscXml *xml;
    WsscScope *scope;
    xmlNode *node; /* innermost open element whose start tag is complete */
    gboolean in_start_tag;
    char *name;      /* of the element being read, from the document's dictionary */
    WsscSpan *span;  /* its span */
    GArray *pending; /* Pending, in step with the scope's attributes */
    GString *values;
    GString *text; /* of the text records since the last markup */
    WsscSpan text_span;
    gboolean has_text;
    const char *complaint;
} Builder;

static const xmlChar *dict_name(Builder *builder, const char *name)
{
    return xmlDictLookup(builder->xml->doc->dict, (const xmlChar *)name, -1);
}

static void complain(Builder *builder, const char *complaint)
{
    if (builder->complaint == NULL)
        builder->complaint = complaint;
}

static void add_child(Builder *builder, xmlNode *child)
{
    xmlAddChild(builder->node != NULL ? builder->node : (xmlNode *)builder->xml->doc, child);
}

static void mark(Builder *builder, void *node, const WsscSpan *span)
{
    WsscSpan *kept = wssc_xml_new_span(builder->xml);

    *kept = *span;
    ((xmlNode *)node)->_private = kept;
    builder->xml->has_float |= (span->flags & WSSC_SPAN_FLOAT) != 0;
    builder->xml->has_local_time |= (span->flags & WSSC_SPAN_LOCAL_TIME) != 0;
}

/* Neighbouring text records are one text in XML. */
static void flush_text(Builder *builder)
{
    if (!builder->has_text)
        return;
    builder->has_text = FALSE;
    if (builder->text->len == 0 || builder->node == NULL)
        return;
    xmlNode *text = xmlNewDocTextLen(builder->xml->doc, (const xmlChar *)builder->text->str, (int)builder->text->len);
    mark(builder, text, &builder->text_span);
    add_child(builder, text);
}

/* libxml2's own functions for the next two walk their list to its end for each new member, which a
 * message of many attributes turns into a burden; the lists are linked here instead. */
static void add_declarations(Builder *builder, xmlNode *element)
{
    xmlNs **tail = &element->nsDef;
    WsscBinding *binding;

    for (guint i = 0; (binding = wssc_scope_nth_declaration(builder->scope, i)) != NULL; i++) {
        binding->ns = xmlNewNs(NULL, (const xmlChar *)binding->uri,
                               *binding->prefix != '\0' ? (const xmlChar *)binding->prefix : NULL);
        *tail = binding->ns;
        tail = &binding->ns->next;
    }
}

static xmlNs *ns_of(Builder *builder, const WsscBinding *binding)
{
    if (binding == NULL)
        return NULL;
    if (binding->ns == NULL) /* only the prefix xml is bound without a declaration */
        return xmlSearchNsByHref(builder->xml->doc, builder->node, XML_XML_NAMESPACE);
    return binding->ns;
}

static void add_attributes(Builder *builder, xmlNode *element)
{
    const WsscScopeAttribute *attribute;
    xmlAttr *last = NULL;

    for (guint i = 0; (attribute = wssc_scope_nth_attribute(builder->scope, i)) != NULL; i++) {
        Pending *pending = &g_array_index(builder->pending, Pending, i);
        xmlAttr *attr = xmlNewDocProp(builder->xml->doc, (const xmlChar *)attribute->name, NULL);
        xmlNode *value = xmlNewDocText(builder->xml->doc, (const xmlChar *)builder->values->str + pending->value_at);
        value->parent = (xmlNode *)attr;
        attr->children = attr->last = value;
        attr->parent = element;
        attr->ns = ns_of(builder, attribute->binding);
        attr->prev = last;
        if (last != NULL)
            last->next = attr;
        else
            element->properties = attr;
        last = attr;
        mark(builder, attr, &pending->span);
    }
}

/* The start tag is whole: make the element and step into it. */
static void finish_start_tag(Builder *builder)
{
    if (!builder->in_start_tag)
        return;
    builder->in_start_tag = FALSE;
    complain(builder, wssc_scope_complete(builder->scope));
    if (builder->complaint != NULL) {
        wssc_scope_close(builder->scope);
        return;
    }
    xmlNode *element = xmlNewDocNodeEatName(builder->xml->doc, NULL, (xmlChar *)builder->name, NULL);
    element->_private = builder->span;
    add_child(builder, element);
    builder->node = element;
    add_declarations(builder, element);
    element->ns = ns_of(builder, wssc_scope_element_binding(builder->scope));
    add_attributes(builder, element);
}

static void on_start(Builder *builder, const WsscNbfxEvent *event)
{
    builder->name = (char *)dict_name(builder, event->name);
    builder->span = wssc_xml_new_span(builder->xml);
    *builder->span =
        (WsscSpan){(guint32)event->start, (guint32)event->end, (guint32)event->end, (guint32)event->end, 0};
    builder->in_start_tag = TRUE;
    g_array_set_size(builder->pending, 0);
    g_string_truncate(builder->values, 0);
    wssc_scope_open(builder->scope, event->prefix);
}

static void on_attribute(Builder *builder, const WsscNbfxEvent *event)
{
    builder->span->content_start = (guint32)event->end;
    builder->span->content_end = builder->span->end = (guint32)event->end;
    if (event->type == WSSC_NBFX_XMLNS) {
        complain(builder, wssc_scope_declare(builder->scope, event->prefix, event->value));
        return;
    }
    Pending pending = {
        .value_at = builder->values->len,
        .span = {(guint32)event->start, (guint32)event->value_start, (guint32)event->end, (guint32)event->end,
                 event->flags},
    };
    g_array_append_val(builder->pending, pending);
    g_string_append_len(builder->values, event->value, (gssize)event->value_len + 1);
    wssc_scope_add_attribute(builder->scope, event->prefix, event->name);
}

static void on_text(Builder *builder, const WsscNbfxEvent *event)
{
    if (!builder->has_text) {
        builder->has_text = TRUE;
        g_string_truncate(builder->text, 0);
        builder->text_span = (WsscSpan){(guint32)event->start, (guint32)event->start, 0, 0, 0};
    }
    g_string_append_len(builder->text, event->value, (gssize)event->value_len);
    builder->text_span.content_end = builder->text_span.end = (guint32)event->end;
    builder->text_span.flags |= event->flags;
}

static void on_comment(Builder *builder, const WsscNbfxEvent *event)
{
    WsscSpan span = {(guint32)event->start, (guint32)event->value_start, (guint32)event->end, (guint32)event->end, 0};
    xmlNode *comment = xmlNewDocComment(builder->xml->doc, (const xmlChar *)event->value);

    mark(builder, comment, &span);
    add_child(builder, comment);
}

static void on_end(Builder *builder, gsize start, gsize end)
{
    WsscSpan *span = builder->node->_private;

    span->content_end = (guint32)start;
    span->end = (guint32)end;
    builder->node = builder->node->parent->type == XML_ELEMENT_NODE ? builder->node->parent : NULL;
    wssc_scope_close(builder->scope);
}

static void on_event(Builder *builder, const WsscNbfxEvent *event)
{
    if (event->type == WSSC_NBFX_ATTRIBUTE || event->type == WSSC_NBFX_XMLNS) {
        on_attribute(builder, event);
        return;
    }
    finish_start_tag(builder);
    if (builder->complaint != NULL)
        return;
    if (event->type == WSSC_NBFX_TEXT) {
        on_text(builder, event);
        return;
    }
    flush_text(builder);
    if (event->type == WSSC_NBFX_START)
        on_start(builder, event);
    else if (event->type == WSSC_NBFX_COMMENT)
        on_comment(builder, event);
    else
        on_end(builder, event->start, event->end);
}

/* Whatever is open when reading ends is closed where reading ended. */
static void close_all(Builder *builder, gsize pos)
{
    finish_start_tag(builder);
    flush_text(builder);
    while (builder->node != NULL)
        on_end(builder, pos, pos);
}

/* An array at the top makes several roots: no document. */
static const char *root_complaint(const WsscXml *xml)
{
    const xmlNode *root = xmlDocGetRootElement(xml->doc);

    if (root == NULL)
        return "no element";
    for (const xmlNode *node = root->next; node != NULL; node = node->next) {
        if (node->type == XML_ELEMENT_NODE)
            return "more than one element at the top";
    }
    return NULL;
}

static void set_complaint(GError **error, const char *complaint, gsize pos)
{
    g_clear_error(error);
    g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "%s (at octet %" G_GSIZE_FORMAT ")", complaint, pos);
}

static gboolean is_small_enough(GBytes *octets, GError **error)
{
    if (g_bytes_get_size(octets) <= WSSC_MAX_MESSAGE_OCTETS)
        return TRUE;
    g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_LIMIT,
                "message of %" G_GSIZE_FORMAT " octets is over the limit of %u", g_bytes_get_size(octets),
                WSSC_MAX_MESSAGE_OCTETS);
    return FALSE;
}

static void set_notes(WsscXml *xml, const WsscNbfxNotes *notes)
{
    xml->encoding = g_strdup(".NET binary XML");
    if (notes->replaced_chars > 0)
        xml->encoding_note = g_strdup_printf("%u characters are broken or not allowed in XML", notes->replaced_chars);
    if (notes->unknown_ids->len > 0)
        xml->unknown_ids = g_array_ref(notes->unknown_ids);
}

WsscXml *wssc_nbfx_to_xml(GBytes *octets, gsize from, const WsscNbfxOptions *options, WsscNbfxNotes *ret_notes,
                          GError **error)
{
    if (ret_notes != NULL)
        *ret_notes = (WsscNbfxNotes){0};
    if (!is_small_enough(octets, error))
        return NULL;
    g_autoptr(WsscNbfxReader) reader = wssc_nbfx_reader_new(wssc_bytes_of(octets), from, options);
    g_autoptr(WsscXml) xml = wssc_xml_new(octets, WSSC_XML_BINARY);
    g_autoptr(WsscScope) scope = wssc_scope_new();
    g_autoptr(GError) failure = NULL;
    Builder builder = {.xml = xml, .scope = scope};
    WsscNbfxEvent event;

    WsscArena *arena = wssc_arena_begin();
    xml->doc = xmlNewDoc((const xmlChar *)"1.0");
    xml->doc->dict = xmlDictCreate();
    builder.pending = g_array_new(FALSE, FALSE, sizeof(Pending));
    builder.values = g_string_new(NULL);
    builder.text = g_string_new(NULL);
    while (builder.complaint == NULL && wssc_nbfx_next(reader, &event, &failure))
        on_event(&builder, &event);
    gsize pos = wssc_nbfx_reader_pos(reader);
    const char *complaint = builder.complaint; /* closing may add one that is only a consequence */
    close_all(&builder, pos);
    wssc_xml_end_arena(xml, arena);
    g_array_unref(builder.pending);
    g_string_free(builder.values, TRUE);
    g_string_free(builder.text, TRUE);
    if (failure == NULL && complaint == NULL)
        complaint = root_complaint(xml);
    if (complaint != NULL)
        set_complaint(&failure, complaint, pos);
    set_notes(xml, wssc_nbfx_reader_notes(reader));
    if (ret_notes != NULL) {
        *ret_notes = *wssc_nbfx_reader_notes(reader);
        g_array_ref(ret_notes->unknown_ids);
    }
    gboolean has_root = xmlDocGetRootElement(xml->doc) != NULL;
    if (failure != NULL)
        g_propagate_error(error, g_steal_pointer(&failure));
    return has_root ? g_steal_pointer(&xml) : NULL;
}
