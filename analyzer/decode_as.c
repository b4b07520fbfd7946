/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "decode_as.h"

#include <string.h>

#include "engine.h"

static gboolean fail(GError **error, const char *rule, const char *why)
{
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "-d \"%s\": %s", rule, why);
    return FALSE;
}

typedef struct {
    const char *name;
    dissector_handle_t found;
} Search;

static void match_handle(const char *table _U_, gpointer handle, gpointer data)
{
    Search *search = data;
    int proto = dissector_handle_get_protocol_index(handle);
    const char *filter = proto >= 0 ? proto_get_protocol_filter_name(proto) : NULL;
    if (search->found == NULL && filter != NULL && g_ascii_strcasecmp(filter, search->name) == 0)
        search->found = handle;
}

/* Among those that the table offers, else any dissector of that name. */
static dissector_handle_t find_handle(const char *table, const char *name)
{
    Search search = {.name = name};
    dissector_table_foreach_handle(table, match_handle, &search);
    return search.found != NULL ? search.found : find_dissector(name);
}

static gboolean apply_range(const char *table, const char *value, dissector_handle_t handle)
{
    guint64 first, last;
    g_auto(GStrv) ends = g_strsplit(value, "-", 2);
    if (!g_ascii_string_to_unsigned(ends[0], 10, 0, G_MAXUINT32, &first, NULL))
        return FALSE;
    last = first;
    if (ends[1] != NULL && (!g_ascii_string_to_unsigned(ends[1], 10, first, first + 65535, &last, NULL)))
        return FALSE;
    for (guint64 number = first; number <= last; number++)
        dissector_change_uint(table, (guint32)number, handle);
    return TRUE;
}

gboolean wssc_decode_as(const char *rule, GError **error)
{
    const char *equals = strstr(rule, "==");
    const char *comma = equals != NULL ? strchr(equals, ',') : NULL;
    if (comma == NULL)
        return fail(error, rule, "not of the form table==value,protocol");
    g_autofree char *table = g_strndup(rule, (gsize)(equals - rule));
    g_autofree char *value = g_strndup(equals + 2, (gsize)(comma - equals - 2));
    if (find_dissector_table(table) == NULL)
        return fail(error, rule, "there is no such table");
    dissector_handle_t handle = find_handle(table, comma + 1);
    if (handle == NULL)
        return fail(error, rule, "there is no such protocol");
    if (get_dissector_table_selector_type(table) == FT_STRING) {
        dissector_change_string(table, value, handle);
        return TRUE;
    }
    return apply_range(table, value, handle) ? TRUE : fail(error, rule, "the value is no number or range");
}
