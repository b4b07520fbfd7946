/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/flatten.h"

#include <string.h>

/* A file's name may be of any octets; JSON is UTF-8 (RFC 8259 section 8.1). */
static void put_line(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_string_append(out, valid);
    g_string_append_c(out, '\n');
}

void wssc_flatten_json(JsonNode *array, GString *out)
{
    g_autofree char *text = json_to_string(array, TRUE);
    put_line(out, text);
}

void wssc_flatten_line(JsonNode *object, GString *out)
{
    g_autofree char *text = json_to_string(object, FALSE);
    put_line(out, text);
}

static void put_cell(GString *out, const char *octets)
{
    g_autofree char *valid = g_utf8_make_valid(octets, -1);
    const char *text = valid;
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

/* Names of all members; borrowed from the objects. */
static GPtrArray *all_members(JsonArray *items)
{
    GPtrArray *names = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < json_array_get_length(items); i++) {
        g_autoptr(GList) members = json_object_get_members(json_array_get_object_element(items, i));
        for (GList *m = members; m != NULL; m = m->next)
            if (g_hash_table_add(seen, m->data))
                g_ptr_array_add(names, m->data);
    }
    return names;
}

static void put_row(GString *out, JsonObject *item, const GPtrArray *names)
{
    for (guint n = 0; n < names->len; n++) {
        const char *name = names->pdata[n];
        if (n > 0)
            g_string_append_c(out, ',');
        if (item == NULL)
            put_cell(out, name);
        else if (json_object_has_member(item, name))
            put_value(out, json_object_get_member(item, name));
    }
    g_string_append(out, "\r\n");
}

void wssc_flatten_csv(JsonNode *array, const char *const *members, GString *out)
{
    JsonArray *items = json_node_get_array(array);
    g_autoptr(GPtrArray) names = members == NULL ? all_members(items) : g_ptr_array_new();
    for (guint i = 0; members != NULL && members[i] != NULL; i++)
        g_ptr_array_add(names, (gpointer)members[i]);
    if (names->len == 0)
        return;
    put_row(out, NULL, names);
    for (guint i = 0; i < json_array_get_length(items); i++)
        put_row(out, json_array_get_object_element(items, i), names);
}
