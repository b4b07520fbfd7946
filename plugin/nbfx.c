/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "nbfx.h"

#include <string.h>

#include <epan/expert.h>

#include "base/limits.h"
#include "nbfx/nbfx.h"
#include "budget.h"
#include "report/mask.h"

static int proto_nbfx = -1;
static int hf_table = -1, hf_table_string = -1, hf_element = -1, hf_attribute = -1, hf_xmlns = -1, hf_text = -1,
           hf_comment = -1, hf_record = -1, hf_value_record = -1, hf_id = -1, hf_unknown_id = -1, hf_damage = -1,
           hf_omitted = -1, hf_xml = -1;
static int ett_nbfx = -1, ett_table = -1, ett_element = -1, ett_leaf = -1;
static expert_field ei_unknown_id = EI_INIT, ei_damage = EI_INIT;

typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    const WsscStringTable *session;
    guint *budget;
    struct {
        proto_tree *tree;
        proto_item *item;
        gsize start;
        gboolean is_secret;
    } open[WSSC_MAX_XML_DEPTH + 1]; /* open[0] is the document; an element of depth d is open[d + 1] */
} Drawing;

/* ---- strings ------------------------------------------------------------------------------------------------ */

/* The table in front of a message: its strings get the ids after those that came before. */
static void draw_table(const Drawing *d, proto_tree *tree, WsscBytes octets)
{
    WsscCursor cursor = wssc_cursor(octets);
    guint64 size, length;
    guint count = 0, last = d->session != NULL ? wssc_string_table_count(d->session) : 0;
    WsscBytes string;

    if (wssc_cursor_varint(&cursor, G_MAXINT32, &size) != WSSC_CURSOR_OK)
        return;
    WsscCursor counting = cursor;
    while (wssc_cursor_varint(&counting, G_MAXINT32, &length) == WSSC_CURSOR_OK &&
           wssc_cursor_take(&counting, (gsize)length, &string))
        count++;
    proto_item *item = proto_tree_add_none_format(tree, hf_table, d->tvb, 0, (int)octets.len,
                                                  "String table: %u new string%s", count, count == 1 ? "" : "s");
    proto_tree *subtree = proto_item_add_subtree(item, ett_table);
    gboolean has_ids = d->session != NULL && wssc_string_table_unknown_reason(d->session) == NULL && last >= count;
    for (guint i = 0; i < count && wssc_budget_take(d->budget, 1); i++) {
        gsize start = cursor.pos;
        wssc_cursor_varint(&cursor, G_MAXINT32, &length);
        wssc_cursor_take(&cursor, (gsize)length, &string);
        char *text = wmem_strndup(d->pinfo->pool, (const char *)string.data, string.len);
        item = proto_tree_add_string(subtree, hf_table_string, d->tvb, (int)start, (int)(cursor.pos - start), text);
        if (has_ids)
            proto_item_prepend_text(item, "%u ", 2 * (last - count + i) + 1);
    }
}

static void draw_id(const Drawing *d, proto_tree *tree, gint64 id, gboolean is_unknown, gsize start, gsize end)
{
    guint32 number = (guint32)id;
    if (id < 0)
        return;
    if (is_unknown) {
        const char *why = d->session != NULL ? wssc_string_table_unknown_reason(d->session) : NULL;
        proto_item *item = proto_tree_add_uint(tree, hf_unknown_id, d->tvb, (int)start, (int)(end - start), number);
        expert_add_info_format(d->pinfo, item, &ei_unknown_id, "No string is known for dictionary id %u%s%s", number,
                               why != NULL ? ": " : "", why != NULL ? why : "");
        return;
    }
    const char *string = number % 2 == 0      ? wssc_nbfs_string(number)
                         : d->session != NULL ? wssc_string_table_nth(d->session, number / 2)
                                              : NULL;
    proto_tree_add_uint_format_value(tree, hf_id, d->tvb, (int)start, (int)(end - start), number, "%u = \"%s\" (%s)",
                                     number, string != NULL ? string : "",
                                     number % 2 == 0 ? "static dictionary" : "string of this session");
}

static void draw_record(const Drawing *d, proto_tree *tree, int field, guint8 record, gsize at)
{
    const char *name = wssc_nbfx_record_name(record);
    if (record != 0)
        proto_tree_add_uint_format_value(tree, field, d->tvb, (int)at, 1, record, "%s (0x%02x)",
                                         name != NULL ? name : "reserved", record);
}

/* ---- events --------------------------------------------------------------------------------------------------- */

static const char *qualified(const Drawing *d, const WsscNbfxEvent *event)
{
    return *event->prefix == '\0' ? event->name
                                  : wmem_strdup_printf(d->pinfo->pool, "%s:%s", event->prefix, event->name);
}

static void start_element(Drawing *d, const WsscNbfxEvent *event)
{
    const char *name = qualified(d, event);
    int length = (int)(event->end - event->start);
    proto_item *item = proto_tree_add_string_format(d->open[event->depth].tree, hf_element, d->tvb, (int)event->start,
                                                    length, name, "%s", name);
    proto_tree *tree = proto_item_add_subtree(item, ett_element);
    draw_record(d, tree, hf_record, event->record, event->start);
    draw_id(d, tree, event->name_id, event->name_unknown, event->start, event->end);
    d->open[event->depth + 1].tree = tree;
    d->open[event->depth + 1].item = item;
    d->open[event->depth + 1].start = event->start;
    d->open[event->depth + 1].is_secret = d->open[event->depth].is_secret || wssc_mask_is_secret(event->name);
}

static void end_element(Drawing *d, const WsscNbfxEvent *event)
{
    gsize start = d->open[event->depth + 1].start;
    if (event->end > start)
        proto_item_set_len(d->open[event->depth + 1].item, (int)(event->end - start));
}

/* Attributes and declarations; those have no name to look up, only a value. */
static void draw_attribute(const Drawing *d, const WsscNbfxEvent *event)
{
    gboolean is_xmlns = event->type == WSSC_NBFX_XMLNS;
    const char *name = !is_xmlns                ? qualified(d, event)
                       : *event->prefix == '\0' ? "xmlns"
                                                : wmem_strdup_printf(d->pinfo->pool, "xmlns:%s", event->prefix);
    gsize value = CLAMP(event->value_start, event->start, event->end);
    proto_item *item = proto_tree_add_string_format(d->open[event->depth + 1].tree, is_xmlns ? hf_xmlns : hf_attribute,
                                                    d->tvb, (int)event->start, (int)(event->end - event->start),
                                                    event->value, "%s = \"%s\"", name, event->value);
    proto_tree *tree = proto_item_add_subtree(item, ett_leaf);
    draw_record(d, tree, hf_record, event->record, event->start);
    if (!is_xmlns)
        draw_id(d, tree, event->name_id, event->name_unknown, event->start, value);
    if (event->value_record != 0)
        draw_record(d, tree, hf_value_record, event->value_record, value);
    draw_id(d, tree, event->value_id, event->value_unknown, value, event->end);
}

static void draw_text(const Drawing *d, const WsscNbfxEvent *event)
{
    const char *value = d->open[event->depth].is_secret ? "[not shown]" : event->value;
    proto_item *item =
        proto_tree_add_string(d->open[event->depth].tree, event->type == WSSC_NBFX_COMMENT ? hf_comment : hf_text,
                              d->tvb, (int)event->start, (int)(event->end - event->start), value);
    proto_tree *tree = proto_item_add_subtree(item, ett_leaf);
    draw_record(d, tree, hf_record, event->record, event->start);
    draw_id(d, tree, event->value_id, event->value_unknown, event->start, event->end);
}

static void draw_event(Drawing *d, const WsscNbfxEvent *event)
{
    switch (event->type) {
    case WSSC_NBFX_START:
        start_element(d, event);
        break;
    case WSSC_NBFX_END:
        end_element(d, event);
        break;
    case WSSC_NBFX_ATTRIBUTE:
    case WSSC_NBFX_XMLNS:
        draw_attribute(d, event);
        break;
    case WSSC_NBFX_TEXT:
    case WSSC_NBFX_COMMENT:
        draw_text(d, event);
        break;
    }
}

/* ---- the document ----------------------------------------------------------------------------------------------- */

static WsscBool free_reader(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *reader)
{
    wssc_nbfx_reader_free(reader);
    return FALSE;
}

static void draw_document(Drawing *d, WsscBytes octets, gsize document, const WsscNbfxOptions *options)
{
    enum { ITEMS_OF_A_RECORD = 6 };
    WsscNbfxReader *reader = wssc_nbfx_reader_new(octets, document, options);
    WsscNbfxEvent event;
    GError *error = NULL;

    wmem_register_callback(d->pinfo->pool, free_reader, reader); /* drawing may throw */
    while (wssc_nbfx_next(reader, &event, &error)) {
        if (event.type != WSSC_NBFX_END && !wssc_budget_take(d->budget, ITEMS_OF_A_RECORD)) {
            proto_tree_add_string(d->open[0].tree, hf_omitted, d->tvb, (int)event.start, 0,
                                  "further records: there are too many to show");
            return;
        }
        draw_event(d, &event);
    }
    if (error == NULL)
        return;
    char *reason = wmem_strdup(d->pinfo->pool, error->message);
    g_error_free(error);
    gsize at = MIN(wssc_nbfx_reader_pos(reader), octets.len);
    expert_add_info_format(
        d->pinfo, proto_tree_add_string(d->open[0].tree, hf_damage, d->tvb, (int)at, (int)(octets.len - at), reason),
        &ei_damage, "Binary XML not readable: %s", reason);
}

static void draw_xml(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, WsscBytes octets, gsize document,
                     const WsscNbfxOptions *options)
{
    GString *out = g_string_new(NULL);
    wssc_nbfx_to_text(octets, document, options, out, NULL, NULL);
    wssc_mask_over(out->str, out->len);
    int length = (int)MIN(out->len, (gsize)G_MAXINT);
    guint8 *copy = length > 0 ? wmem_memdup(pinfo->pool, out->str, (size_t)length) : NULL;
    g_string_free(out, TRUE);
    if (copy == NULL)
        return;
    tvbuff_t *text = tvb_new_child_real_data(tvb, copy, (guint)length, length);
    add_new_data_source(pinfo, text, "Equivalent XML");
    proto_item_set_generated(
        proto_tree_add_none_format(tree, hf_xml, text, 0, length, "Equivalent XML text (%d octets)", length));
}

void wssc_nbfx_draw(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, GBytes *octets, gsize document,
                    const WsscStringTable *session)
{
    WsscNbfxOptions options = {.static_dictionary = TRUE, .session = session};
    WsscBytes all = wssc_bytes_of(octets);

    if (!proto_field_is_referenced(tree, proto_nbfx))
        return;
    proto_item *item = proto_tree_add_item(tree, proto_nbfx, tvb, 0, -1, ENC_NA);
    Drawing *d = wmem_new0(pinfo->pool, Drawing);
    d->tvb = tvb;
    d->pinfo = pinfo;
    d->session = session;
    d->budget = wssc_budget(pinfo);
    d->open[0].tree = proto_item_add_subtree(item, ett_nbfx);
    if (document > 0)
        draw_table(d, d->open[0].tree, wssc_bytes(all.data, MIN(document, all.len)));
    draw_document(d, all, document, &options);
    draw_xml(tvb, pinfo, d->open[0].tree, all, document, &options);
}

void wssc_nbfx_register(void)
{
    static hf_register_info fields[] = {
        {&hf_table, {"String table", "nbfx.table", FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_table_string, {"String", "nbfx.table.string", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_element, {"Element", "nbfx.element", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_attribute, {"Attribute", "nbfx.attribute", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_xmlns, {"Namespace", "nbfx.xmlns", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_text, {"Text", "nbfx.text", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_comment, {"Comment", "nbfx.comment", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_record, {"Record", "nbfx.record", FT_UINT8, BASE_HEX, NULL, 0, NULL, HFILL}},
        {&hf_value_record, {"Record of the value", "nbfx.value_record", FT_UINT8, BASE_HEX, NULL, 0, NULL, HFILL}},
        {&hf_id, {"Dictionary id", "nbfx.id", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
        {&hf_unknown_id, {"Unknown dictionary id", "nbfx.unknown_id", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
        {&hf_damage, {"Not readable", "nbfx.damage", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_omitted, {"Not shown", "nbfx.omitted", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_xml, {"Equivalent XML text", "nbfx.xml", FT_NONE, BASE_NONE, NULL, 0, NULL, HFILL}},
    };
    static ei_register_info experts[] = {
        {&ei_unknown_id,
         {"nbfx.unknown_id.note", PI_UNDECODED, PI_NOTE, "No string is known for a dictionary id", EXPFILL}},
        /* Octets may be lost as well as wrong: whose fault it is, the finding on the message says. */
        {&ei_damage, {"nbfx.damage.warning", PI_UNDECODED, PI_WARN, "Binary XML not readable", EXPFILL}},
    };
    static int *subtrees[] = {&ett_nbfx, &ett_table, &ett_element, &ett_leaf};
    proto_nbfx = proto_register_protocol(".NET binary XML", "NBFX", "nbfx");
    proto_register_field_array(proto_nbfx, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
    expert_register_field_array(expert_register_protocol(proto_nbfx), experts, G_N_ELEMENTS(experts));
}
