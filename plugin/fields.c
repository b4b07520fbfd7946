/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "fields.h"

#include <string.h>

int wssc_hf[WSSC_HF_MAX];
expert_field wssc_ei[WSSC_FINDING_MAX];
expert_field wssc_ei_cause = EI_INIT;

static const struct {
    WsscFieldKind kind;
    const char *filter, *name;
} fields[WSSC_HF_MAX] = {
#define WSSC_FIELD(id, kind_, filter_, name_) [WSSC_HF_##id] = {WSSC_KIND_##kind_, filter_, name_},
#include "fields.def"
};

static const struct {
    WsscNsFamily family;
    const char *parent, *element;
    WsscField field;
} elements[] = {
#define WSSC_ELEMENT(family, parent, element, id) {WSSC_NS_FAMILY_##family, parent, element, WSSC_HF_##id},
#include "fields.def"
};

static const struct {
    WsscNsFamily family;
    const char *element;
    WsscNsFamily attribute_family;
    const char *attribute;
    WsscField field;
} attributes[] = {
#define WSSC_ATTRIBUTE(family, element, attr_family, attribute, id)                                                    \
    {WSSC_NS_FAMILY_##family, element, WSSC_NS_FAMILY_##attr_family, attribute, WSSC_HF_##id},
#include "fields.def"
};

/* How each kind of field looks to Wireshark. */
static const struct {
    enum ftenum type;
    int display;
    const void *strings;
} looks[] = {
    [WSSC_KIND_NONE] = {FT_NONE, BASE_NONE, NULL},
    [WSSC_KIND_STRING] = {FT_STRING, BASE_NONE, NULL},
    [WSSC_KIND_UINT] = {FT_UINT32, BASE_DEC, NULL},
    [WSSC_KIND_TIME] = {FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL},
    [WSSC_KIND_BYTES] = {FT_BYTES, BASE_NONE, NULL},
    [WSSC_KIND_BOOL] = {FT_BOOLEAN, BASE_NONE, NULL},
    [WSSC_KIND_FRAME] = {FT_FRAMENUM, BASE_NONE, NULL},
    [WSSC_KIND_REQUEST] = {FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST)},
    [WSSC_KIND_RESPONSE] = {FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE)},
    [WSSC_KIND_DURATION] = {FT_RELATIVE_TIME, BASE_NONE, NULL},
    [WSSC_KIND_SECONDS] = {FT_DOUBLE, BASE_NONE, NULL},
};

WsscFieldKind wssc_field_kind(WsscField field)
{
    return fields[field].kind;
}

/* ---- rows by name ------------------------------------------------------------------------------------------- */

/* Rows of a table above, from 1; 0: none. Those of one name follow each other in the table's order. */
typedef struct {
    GHashTable *first; /* name -> row; as long as the process */
    guint *next;
} Rows;

static Rows by_element, by_attribute;

static guint first_row(const Rows *rows, const xmlChar *name)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(rows->first, name));
}

static void begin_rows(Rows *rows, guint count)
{
    rows->first = g_hash_table_new(g_str_hash, g_str_equal);
    rows->next = g_new0(guint, count);
}

static void add_row(Rows *rows, guint row, const char *name)
{
    rows->next[row - 1] = GPOINTER_TO_UINT(g_hash_table_lookup(rows->first, name));
    g_hash_table_insert(rows->first, (gpointer)name, GUINT_TO_POINTER(row));
}

static void make_rows(void)
{
    begin_rows(&by_element, G_N_ELEMENTS(elements));
    for (guint row = G_N_ELEMENTS(elements); row > 0; row--)
        add_row(&by_element, row, elements[row - 1].element);
    begin_rows(&by_attribute, G_N_ELEMENTS(attributes));
    for (guint row = G_N_ELEMENTS(attributes); row > 0; row--)
        add_row(&by_attribute, row, attributes[row - 1].attribute);
}

WsscField wssc_field_of_element(const xmlNode *element)
{
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(element));
    const char *parent =
        element->parent != NULL && element->parent->type == XML_ELEMENT_NODE ? (const char *)element->parent->name : "";
    if (family == WSSC_NS_FAMILY_NONE && element->ns != NULL)
        return WSSC_HF_ELEMENT; /* some namespace that means nothing to us */
    for (guint row = first_row(&by_element, element->name); row > 0; row = by_element.next[row - 1]) {
        guint i = row - 1;
        if (elements[i].family == family && (elements[i].parent == NULL || strcmp(elements[i].parent, parent) == 0))
            return elements[i].field;
    }
    return WSSC_HF_ELEMENT;
}

WsscField wssc_field_of_attribute(const xmlNode *element, const xmlAttr *attribute)
{
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(element));
    WsscNsFamily own =
        attribute->ns != NULL ? wssc_ns_family(wssc_xml_ns((const xmlNode *)attribute)) : WSSC_NS_FAMILY_NONE;
    if (own == WSSC_NS_FAMILY_NONE && attribute->ns != NULL)
        return WSSC_HF_ATTRIBUTE;
    for (guint row = first_row(&by_attribute, attribute->name); row > 0; row = by_attribute.next[row - 1]) {
        guint i = row - 1;
        if (attributes[i].attribute_family == own &&
            (attributes[i].element == NULL ||
             (attributes[i].family == family && strcmp(attributes[i].element, (const char *)element->name) == 0)))
            return attributes[i].field;
    }
    return WSSC_HF_ATTRIBUTE;
}

/* ---- registration ---------------------------------------------------------------------------------------- */

static void register_experts(int proto)
{
    static const int severities[] = {PI_CHAT, PI_NOTE, PI_WARN, PI_ERROR};
    static ei_register_info infos[WSSC_FINDING_MAX];
    static ei_register_info cause[] = {
        {&wssc_ei_cause, {"wssc.cause.expert", PI_PROTOCOL, PI_WARN, "Why it was refused", EXPFILL}}};
    for (int i = 0; i < WSSC_FINDING_MAX; i++) {
        const WsscFindingInfo *finding = wssc_finding_info((WsscFindingId)i);
        ei_register_info info = {&wssc_ei[i],
                                 {g_strdup_printf("wssc.finding.%s", finding->name), PI_PROTOCOL,
                                  severities[finding->severity], finding->title, EXPFILL}};
        wssc_ei[i] = (expert_field)EI_INIT;
        infos[i] = info;
    }
    expert_module_t *module = expert_register_protocol(proto);
    expert_register_field_array(module, infos, WSSC_FINDING_MAX);
    expert_register_field_array(module, cause, array_length(cause));
}

void wssc_fields_register(int proto)
{
    static hf_register_info infos[WSSC_HF_MAX];
    make_rows();
    for (int i = 0; i < WSSC_HF_MAX; i++) {
        hf_register_info info = {&wssc_hf[i],
                                 {fields[i].name, fields[i].filter, looks[fields[i].kind].type,
                                  looks[fields[i].kind].display, looks[fields[i].kind].strings, 0, NULL, HFILL}};
        wssc_hf[i] = -1;
        infos[i] = info;
    }
    proto_register_field_array(proto, infos, WSSC_HF_MAX);
    register_experts(proto);
}
