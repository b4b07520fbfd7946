/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/flatten.h"

#include <string.h>

void wssc_flatten_json(JsonNode *array, GString *out)
{
    g_autofree char *text = json_to_string(array, TRUE);
    g_string_append(out, text);
    g_string_append_c(out, '\n');
}

void wssc_flatten_ndjson(JsonNode *array, GString *out)
{
    JsonArray *items = json_node_get_array(array);
    for (guint i = 0; i < json_array_get_length(items); i++) {
        g_autofree char *text = json_to_string(json_array_get_element(items, i), FALSE);
        g_string_append(out, text);
        g_string_append_c(out, '\n');
    }
}

static void put_cell(GString *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

static void put_value(GString *out, JsonNode *value)
{
    if (JSON_NODE_HOLDS_NULL(value))
        return;
    if (JSON_NODE_HOLDS_VALUE(value) && json_node_get_value_type(value) == G_TYPE_STRING) {
        put_cell(out, json_node_get_string(value));
        return;
    }
    g_autofree char *text = json_to_string(value, FALSE);
    put_cell(out, text);
}

void wssc_flatten_csv(JsonNode *array, GString *out)
{
    JsonArray *items = json_node_get_array(array);
    if (json_array_get_length(items) == 0)
        return;
    g_autoptr(GList) members = json_object_get_members(json_array_get_object_element(items, 0));
    for (GList *m = members; m != NULL; m = m->next) {
        put_cell(out, m->data);
        g_string_append(out, m->next != NULL ? "," : "\r\n");
    }
    for (guint i = 0; i < json_array_get_length(items); i++) {
        JsonObject *item = json_array_get_object_element(items, i);
        for (GList *m = members; m != NULL; m = m->next) {
            if (json_object_has_member(item, m->data))
                put_value(out, json_object_get_member(item, m->data));
            g_string_append(out, m->next != NULL ? "," : "\r\n");
        }
    }
}
