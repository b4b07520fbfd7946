/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "draw_tree.h"

#include <string.h>

#include <wsutil/str_util.h>

#include "base/text.h"
#include "budget.h"
#include "fields.h"
#include "report/mask.h"

/* Values come from the core with g_malloc. They are moved into the packet's pool before any call
 * that may throw. */
static char *pooled(packet_info *pinfo, char *text)
{
    char *copy = wmem_strdup(pinfo->pool, text);
    g_free(text);
    return copy;
}

typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    gboolean has_spans;
    guint *budget;
} Drawing;

typedef struct {
    int start, length;
} Place;

static Place place_of(const Drawing *drawing, guint32 start, guint32 end)
{
    guint32 size = tvb_captured_length(drawing->tvb);
    start = MIN(start, size);
    end = MIN(end, size);
    return (Place){(int)start, (int)(end > start ? end - start : 0)};
}

static Place whole(const Drawing *drawing, const void *node)
{
    const WsscSpan *span = drawing->has_spans ? wssc_xml_span(node) : NULL;
    return span != NULL ? place_of(drawing, span->start, span->end) : (Place){0, 0};
}

static Place content(const Drawing *drawing, const void *node)
{
    const WsscSpan *span = drawing->has_spans ? wssc_xml_span(node) : NULL;
    return span != NULL ? place_of(drawing, span->content_start, span->content_end) : (Place){0, 0};
}

static proto_item *add_time(const Drawing *d, proto_tree *tree, int hf, Place at, const char *text)
{
    gint64 time = wssc_time_parse(text);
    nstime_t stamp;
    if (time == WSSC_TIME_NONE)
        return NULL;
    gint64 seconds = time / G_USEC_PER_SEC, micro = time % G_USEC_PER_SEC;
    stamp.secs = (time_t)(micro < 0 ? seconds - 1 : seconds);
    stamp.nsecs = (int)((micro < 0 ? micro + G_USEC_PER_SEC : micro) * 1000);
    return proto_tree_add_time(tree, hf, d->tvb, at.start, at.length, &stamp);
}

static proto_item *add_bytes(const Drawing *d, proto_tree *tree, int hf, Place at, const char *text)
{
    GBytes *octets = wssc_base64_decode(text, strlen(text));
    if (octets == NULL)
        return NULL;
    WsscBytes bytes = wssc_bytes_of(octets);
    guint8 *copy =
        wmem_memdup(d->pinfo->pool, bytes.len > 0 ? bytes.data : (const guint8 *)"", bytes.len > 0 ? bytes.len : 1);
    int length = (int)bytes.len;
    g_bytes_unref(octets);
    return proto_tree_add_bytes_with_length(tree, hf, d->tvb, at.start, at.length, copy, length);
}

static proto_item *add_uint(const Drawing *d, proto_tree *tree, int hf, Place at, const char *text)
{
    guint64 value;
    g_autofree char *stripped = wssc_strip(text);
    if (!g_ascii_string_to_unsigned(stripped, 10, 0, G_MAXUINT32, &value, NULL))
        return NULL;
    g_clear_pointer(&stripped, g_free);
    return proto_tree_add_uint(tree, hf, d->tvb, at.start, at.length, (guint32)value);
}

/* A value that does not fit its field's type is shown as it stands. */
static proto_item *add_value(const Drawing *d, proto_tree *tree, WsscField field, Place at, const char *name,
                             const char *text)
{
    proto_item *item = NULL;
    int hf = wssc_hf[field];
    switch (wssc_field_kind(field)) {
    case WSSC_KIND_TIME:
        item = add_time(d, tree, hf, at, text);
        break;
    case WSSC_KIND_BYTES:
        item = add_bytes(d, tree, hf, at, text);
        break;
    case WSSC_KIND_UINT:
        item = add_uint(d, tree, hf, at, text);
        break;
    case WSSC_KIND_STRING:
        if (field == WSSC_HF_ELEMENT || field == WSSC_HF_ATTRIBUTE)
            item = proto_tree_add_string_format(tree, hf, d->tvb, at.start, at.length, name, "%s: %s", name, text);
        else
            item = proto_tree_add_string(tree, hf, d->tvb, at.start, at.length, text);
        break;
    default:
        break;
    }
    if (item == NULL)
        item = proto_tree_add_string_format(tree, wssc_hf[WSSC_HF_ELEMENT], d->tvb, at.start, at.length, name, "%s: %s",
                                            name, text);
    return item;
}

static const char *qualified_name(const Drawing *d, const xmlNode *node)
{
    if (node->ns != NULL && node->ns->prefix != NULL)
        return wmem_strconcat(d->pinfo->pool, (const char *)node->ns->prefix, ":", (const char *)node->name, NULL);
    return (const char *)node->name;
}

static char *attribute_value(const Drawing *d, const xmlAttr *attribute)
{
    xmlChar *value = xmlNodeListGetString(attribute->doc, attribute->children, 1);
    char *copy = wmem_strdup(d->pinfo->pool, value != NULL ? (const char *)value : "");
    xmlFree(value);
    return copy;
}

static void draw_attributes(const Drawing *d, proto_tree *tree, const xmlNode *element)
{
    for (const xmlAttr *a = element->properties; a != NULL && wssc_budget_take(d->budget, 1); a = a->next) {
        WsscField field = wssc_field_of_attribute(element, a);
        add_value(d, tree, field, whole(d, a), qualified_name(d, (const xmlNode *)a), attribute_value(d, a));
    }
}

static gboolean has_elements(const xmlNode *element)
{
    return wssc_xml_first(element) != NULL;
}

/* An element within one that holds a secret is part of it. */
static char *shown_text(const Drawing *d, const xmlNode *element, gboolean is_secret)
{
    return pooled(d->pinfo, is_secret ? wssc_mask_text(element) : wssc_xml_text(element));
}

static void draw(const Drawing *d, proto_tree *tree, const xmlNode *element, gboolean is_secret)
{
    WsscField field = wssc_field_of_element(element);
    const char *name = qualified_name(d, element);
    gboolean is_container = has_elements(element) || wssc_field_kind(field) == WSSC_KIND_NONE;
    proto_item *item;

    is_secret |= wssc_mask_is_secret((const char *)element->name);
    if (is_container) {
        Place at = whole(d, element);
        item = wssc_field_kind(field) == WSSC_KIND_NONE
                   ? proto_tree_add_item(tree, wssc_hf[field], d->tvb, at.start, at.length, ENC_NA)
                   : proto_tree_add_string_format(tree, wssc_hf[WSSC_HF_ELEMENT], d->tvb, at.start, at.length, name,
                                                  "%s", name);
    } else {
        char *text = shown_text(d, element, is_secret);
        Place at = *text != '\0' ? content(d, element) : whole(d, element);
        item = add_value(d, tree, field, at, name, text);
    }
    if (!is_container && element->properties == NULL)
        return;
    proto_tree *subtree = proto_item_add_subtree(item, wssc_ett[is_container ? WSSC_ETT_CONTAINER : WSSC_ETT_LEAF]);
    draw_attributes(d, subtree, element);
    /* The tree's depth is bounded by WSSC_MAX_XML_DEPTH; Wireshark's own bound is higher. */
    for (const xmlNode *child = wssc_xml_first(element); child != NULL; child = wssc_xml_next(child)) {
        if (!wssc_budget_take(d->budget, 1)) {
            proto_tree_add_string(subtree, wssc_hf[WSSC_HF_OMITTED], d->tvb, 0, 0,
                                  "further elements: there are too many to show");
            return;
        }
        draw(d, subtree, child, is_secret);
    }
}

void wssc_draw_element(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const xmlNode *element, gboolean has_spans)
{
    Drawing drawing = {tvb, pinfo, has_spans, wssc_budget(pinfo)};
    draw(&drawing, tree, element, FALSE);
}
