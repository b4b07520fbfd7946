/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a reader found, passed over or could not read.
 */
#include <string.h>

#include "base/limits.h"
#include "exports/reader.h"

static void free_found(gpointer data)
{
    WsscFound *found = data;
    g_free(found->place);
    g_clear_pointer(&found->octets, g_bytes_unref);
    g_free(found->content_type);
    g_free(found->charset);
    g_free(found->soap_action);
    g_free(found->agent);
    wssc_xml_unref(found->xml);
    if (found->text != NULL)
        g_string_free(found->text, TRUE);
    g_free(found->damage);
    g_free(found->src);
    g_free(found->dst);
    g_free(found);
}

static void free_skipped(gpointer data)
{
    WsscSkipped *skipped = data;
    g_free(skipped->what);
    g_free(skipped->place);
    g_free(skipped);
}

WsscExport *wssc_export_new(void)
{
    WsscExport *export = g_new0(WsscExport, 1);
    export->messages = g_ptr_array_new_with_free_func(free_found);
    export->skipped = g_ptr_array_new_with_free_func(free_skipped);
    return export;
}

void wssc_export_free(WsscExport *export)
{
    if (export == NULL)
        return;
    g_ptr_array_unref(export->messages);
    g_ptr_array_unref(export->skipped);
    g_free(export->hint);
    g_free(export->damage);
    g_free(export);
}

gboolean wssc_reading_is_full(const WsscReading *reading)
{
    return reading->export->messages->len >= reading->limits->value[WSSC_LIMIT_FOUND];
}

WsscFound *wssc_reading_add(WsscReading *reading, guint entry, char *place)
{
    if (wssc_reading_is_full(reading)) {
        wssc_reading_skip(reading, place, "a message beyond the limit found (%u)",
                          reading->limits->value[WSSC_LIMIT_FOUND]);
        g_free(place);
        return NULL;
    }
    WsscFound *found = g_new0(WsscFound, 1);
    found->entry = entry;
    found->place = place;
    found->time = WSSC_TIME_NONE;
    found->transport = WSSC_TRANSPORT_FILE;
    GPtrArray *messages = reading->export->messages;
    for (guint i = messages->len; i > 0 && ((WsscFound *)messages->pdata[i - 1])->entry == entry; i--)
        found->ordinal++;
    g_ptr_array_add(messages, found);
    return found;
}

void wssc_reading_skip(WsscReading *reading, const char *place, const char *format, ...)
{
    GPtrArray *list = reading->export->skipped;
    va_list args;
    va_start(args, format);
    g_autofree char *raw = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *what = g_utf8_make_valid(raw, -1);
    for (guint i = 0; i < list->len; i++) {
        WsscSkipped *known = list->pdata[i];
        if (strcmp(known->what, what) == 0) {
            known->count++;
            return;
        }
    }
    if (list->len >= WSSC_MAX_SKIP_REASONS)
        return;
    WsscSkipped *skipped = g_new0(WsscSkipped, 1);
    skipped->what = g_steal_pointer(&what);
    skipped->place = g_strdup(place);
    skipped->count = 1;
    g_ptr_array_add(list, skipped);
}

void wssc_reading_drop(WsscReading *reading, GHashTable *set, const char *reason)
{
    GPtrArray *all = reading->export->messages;
    GPtrArray *kept = g_ptr_array_new_with_free_func(free_found);
    for (guint i = 0; i < all->len; i++) {
        WsscFound *found = all->pdata[i];
        if (!g_hash_table_contains(set, found)) {
            g_ptr_array_add(kept, found);
            continue;
        }
        wssc_reading_skip(reading, found->place, "%s", reason);
        free_found(found);
    }
    g_ptr_array_set_free_func(all, NULL);
    g_ptr_array_unref(all);
    reading->export->messages = kept;
}

void wssc_reading_damage(WsscReading *reading, const char *format, ...)
{
    va_list args;
    if (reading->export->damage != NULL)
        return;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    reading->export->damage =
        reading->inside != NULL ? g_strdup_printf("%s: %s", reading->inside, text) : g_steal_pointer(&text);
}
