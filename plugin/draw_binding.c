/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "draw_binding.h"

#include "binding/binding.h"
#include "draw_tree.h"
#include "fields.h"
#include "live_bindings.h"

/* What a property's values are called as fields; of those that have no bounds min and max are WSSC_HF_MAX. */
static const struct {
    WsscField value, min, max;
} fields_of[WSSC_PROPERTY_MAX] = {
    [WSSC_PROPERTY_KEY_SIZE] = {WSSC_HF_BINDING_KEY_SIZE, WSSC_HF_BINDING_KEY_SIZE_MIN, WSSC_HF_BINDING_KEY_SIZE_MAX},
    [WSSC_PROPERTY_ENTROPY_MODE] = {WSSC_HF_BINDING_ENTROPY_MODE, WSSC_HF_MAX, WSSC_HF_MAX},
    [WSSC_PROPERTY_MESSAGE_PROPERTIES] = {WSSC_HF_BINDING_MESSAGE_PROPERTIES, WSSC_HF_MAX, WSSC_HF_MAX},
    [WSSC_PROPERTY_MAX_PENDING] = {WSSC_HF_BINDING_MAX_PENDING, WSSC_HF_BINDING_MAX_PENDING_MIN,
                                   WSSC_HF_BINDING_MAX_PENDING_MAX},
    [WSSC_PROPERTY_MAX_ACTIVE] = {WSSC_HF_BINDING_MAX_ACTIVE, WSSC_HF_BINDING_MAX_ACTIVE_MIN,
                                  WSSC_HF_BINDING_MAX_ACTIVE_MAX},
    [WSSC_PROPERTY_VERSION] = {WSSC_HF_BINDING_VERSION, WSSC_HF_MAX, WSSC_HF_MAX},
    [WSSC_PROPERTY_SUPPORT_RENEW] = {WSSC_HF_BINDING_SUPPORT_RENEW, WSSC_HF_MAX, WSSC_HF_MAX},
    [WSSC_PROPERTY_RENEWAL_CLIENT] = {WSSC_HF_BINDING_RENEWAL_CLIENT, WSSC_HF_BINDING_RENEWAL_CLIENT_MIN,
                                      WSSC_HF_BINDING_RENEWAL_CLIENT_MAX},
    [WSSC_PROPERTY_RENEWAL_SERVICE] = {WSSC_HF_BINDING_RENEWAL_SERVICE, WSSC_HF_BINDING_RENEWAL_SERVICE_MIN,
                                       WSSC_HF_BINDING_RENEWAL_SERVICE_MAX},
    [WSSC_PROPERTY_ROLLOVER] = {WSSC_HF_BINDING_ROLLOVER, WSSC_HF_BINDING_ROLLOVER_MIN, WSSC_HF_BINDING_ROLLOVER_MAX},
};

typedef struct {
    proto_tree *tree;
    tvbuff_t *tvb;
    packet_info *pinfo;
} Page;

/* Strings that were allocated with g_malloc are moved to the packet's pool first: what follows may throw. */
static const char *pooled(const Page *page, char *text)
{
    const char *copy = wmem_strdup(page->pinfo->pool, text != NULL ? text : "");
    g_free(text);
    return copy;
}

static void add_text(const Page *page, proto_tree *tree, WsscField field, const char *text)
{
    if (text != NULL)
        proto_item_set_generated(proto_tree_add_string(tree, wssc_hf[field], page->tvb, 0, 0, text));
}

static void add_truth(const Page *page, proto_tree *tree, WsscField field, WsscTruth truth)
{
    if (truth != WSSC_TRUTH_UNKNOWN)
        proto_item_set_generated(
            proto_tree_add_boolean(tree, wssc_hf[field], page->tvb, 0, 0, (guint32)(truth == WSSC_TRUTH_YES)));
}

/* ---- properties ------------------------------------------------------------------------------------------------- */

static void add_value(const Page *page, proto_tree *tree, WsscPropertyId id, WsscField field, gint64 value)
{
    proto_item *item;
    if (value == WSSC_NO_VALUE || field == WSSC_HF_MAX)
        return;
    switch (wssc_property_info(id)->kind) {
    case WSSC_PROPERTY_KIND_TIME:
        item = proto_tree_add_double(tree, wssc_hf[field], page->tvb, 0, 0, (double)value / G_USEC_PER_SEC);
        break;
    case WSSC_PROPERTY_KIND_BITS:
    case WSSC_PROPERTY_KIND_COUNT:
        item = proto_tree_add_uint(tree, wssc_hf[field], page->tvb, 0, 0, (guint32)value);
        break;
    case WSSC_PROPERTY_KIND_FLAG:
        item = proto_tree_add_boolean(tree, wssc_hf[field], page->tvb, 0, 0, (guint32)value);
        break;
    default:
        item = proto_tree_add_string(tree, wssc_hf[field], page->tvb, 0, 0,
                                     pooled(page, wssc_property_value_text(id, value)));
    }
    proto_item_set_generated(item);
}

/* The intervals of both ends have one name, too: whoever asks for short ones asks for either. */
static void add_either(const Page *page, proto_tree *tree, WsscPropertyId id, const WsscProperty *property)
{
    if (id != WSSC_PROPERTY_RENEWAL_CLIENT && id != WSSC_PROPERTY_RENEWAL_SERVICE)
        return;
    add_value(page, tree, id, WSSC_HF_BINDING_RENEWAL, property->value);
    add_value(page, tree, id, WSSC_HF_BINDING_RENEWAL_MIN, property->min);
    add_value(page, tree, id, WSSC_HF_BINDING_RENEWAL_MAX, property->max);
}

static void draw_property(const Page *page, WsscPropertyId id, const WsscProperty *property, guint file)
{
    const WsscPropertyInfo *info = wssc_property_info(id);
    const char *shown = pooled(page, wssc_property_shown(id, property));
    proto_item *item = proto_tree_add_string_format(page->tree, wssc_hf[WSSC_HF_BINDING_PROPERTY], page->tvb, 0, 0,
                                                    info->name, "%s: %s", info->title, shown);
    proto_item_set_generated(item);
    proto_tree *tree = proto_item_add_subtree(item, wssc_ett[WSSC_ETT_BINDING]);
    if (property->word != NULL)
        add_text(page, tree, fields_of[id].value, property->word);
    else
        add_value(page, tree, id, fields_of[id].value, property->value);
    add_value(page, tree, id, fields_of[id].min, property->min);
    add_value(page, tree, id, fields_of[id].max, property->max);
    add_either(page, tree, id, property);
    add_text(page, tree, WSSC_HF_BINDING_KNOWLEDGE, wssc_knowledge_name(property->knowledge));
    add_truth(page, tree, WSSC_HF_BINDING_DEFAULT, property->is_default);
    add_text(page, tree, WSSC_HF_BINDING_TEXT, property->text);
    for (guint i = 0; i < property->evidence->len; i++) {
        const WsscEvidence *evidence = property->evidence->pdata[i];
        if (evidence->frame != 0 && evidence->file == file)
            proto_item_set_generated(proto_tree_add_uint_format_value(tree, wssc_hf[WSSC_HF_BINDING_EVIDENCE],
                                                                      page->tvb, 0, 0, evidence->frame, "%u, %s",
                                                                      evidence->frame, evidence->text));
    }
}

/* ---- the rest --------------------------------------------------------------------------------------------------- */

static void draw_likeness(const Page *page, WsscField field, const WsscLikeness *likeness)
{
    add_text(page, page->tree, field, likeness->is_like ? wssc_stack_name(likeness->like) : NULL);
}

static void draw_head(const Page *page, const WsscBinding *binding)
{
    add_text(page, page->tree, WSSC_HF_BINDING_ENDPOINT, binding->endpoint);
    draw_likeness(page, WSSC_HF_BINDING_CLIENT, &binding->likeness[WSSC_PART_CLIENT]);
    draw_likeness(page, WSSC_HF_BINDING_SERVICE, &binding->likeness[WSSC_PART_SERVICE]);
    add_text(page, page->tree, WSSC_HF_BINDING_USAGE, wssc_usage_name(binding->usage));
    add_text(page, page->tree, WSSC_HF_BINDING_TRANSPORT, wssc_transport_name(binding->transport));
    for (guint i = 0; i < binding->bootstrap.count; i++)
        add_text(page, page->tree, WSSC_HF_BINDING_BOOTSTRAP, wssc_token_kind_name(binding->bootstrap.list[i]));
    add_text(page, page->tree, WSSC_HF_BINDING_SUITE, binding->suite);
    add_truth(page, page->tree, WSSC_HF_BINDING_DERIVED_KEYS, binding->shown.derived_keys);
    add_text(page, page->tree, WSSC_HF_BINDING_TEMPLATE, binding->template_name);
    for (guint i = 0; i < binding->breaches->len; i++)
        add_text(page, page->tree, WSSC_HF_BINDING_NOT_WWSAPI, ((const WsscBreach *)binding->breaches->pdata[i])->text);
    for (guint i = 0; i < binding->statements->len; i++) {
        const WsscStatement *statement = binding->statements->pdata[i];
        if (statement->holds == WSSC_TRUTH_NO)
            add_text(page, page->tree, WSSC_HF_BINDING_BROKEN, wssc_statement_name(statement->id));
    }
}

/* Whether anybody sees it: it costs an inference. */
static gboolean is_wanted(proto_tree *tree)
{
    static const WsscField first = WSSC_HF_BINDING, last = WSSC_HF_BINDING_SUPPORT_RENEW;
    gboolean is_wanted = PTREE_DATA(tree)->visible;
    for (int field = first; field <= (int)last && !is_wanted; field++)
        is_wanted = proto_field_is_referenced(tree, wssc_hf[field]);
    return is_wanted;
}

void wssc_draw_binding(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const WsscMessage *message)
{
    const WsscBindings *bindings = is_wanted(tree) ? wssc_live_bindings(message->context) : NULL;
    const WsscBinding *binding = bindings != NULL ? wssc_bindings_of(bindings, message->context) : NULL;
    if (binding == NULL)
        return;
    Page page = {tree, tvb, pinfo};
    const char *line = pooled(&page, wssc_binding_line(binding));
    proto_item *item = proto_tree_add_none_format(tree, wssc_hf[WSSC_HF_BINDING], tvb, 0, 0, "Binding: %s", line);
    proto_item_set_generated(item);
    page.tree = proto_item_add_subtree(item, wssc_ett[WSSC_ETT_BINDING]);
    draw_head(&page, binding);
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++)
        draw_property(&page, (WsscPropertyId)id, &binding->properties[id], message->file);
}
