/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * .NET binary XML by itself, without a carrier.
 */
#include "exports/reader.h"
#include "nbfx/nbfx.h"

static void add_binary(WsscReading *reading, GBytes *octets, gsize from, gboolean has_dictionary)
{
    WsscNbfxOptions nbfx = {.static_dictionary = has_dictionary, .session = reading->options->strings};
    WsscFound *found = wssc_reading_add(reading, ++reading->export->entries, g_strdup("octet 0"));
    g_autoptr(GError) error = NULL;

    if (found == NULL)
        return;
    found->octets = g_bytes_ref(octets);
    found->encoding = from > 0 ? WSSC_ENCODING_BINARY_SESSION : WSSC_ENCODING_BINARY;
    if (reading->options->text_only) {
        found->text = g_string_new(NULL);
        wssc_nbfx_to_text(wssc_bytes_of(octets), from, &nbfx, found->text, NULL, &error);
    } else {
        found->xml = wssc_nbfx_to_xml(octets, from, &nbfx, NULL, &error);
    }
    if (error != NULL)
        wssc_reading_damage(reading, "%s", error->message);
}

void wssc_export_read_nbfx(WsscReading *reading, GBytes *octets)
{
    add_binary(reading, octets, 0, FALSE);
}

void wssc_export_read_nbfs(WsscReading *reading, GBytes *octets)
{
    add_binary(reading, octets, 0, TRUE);
}

void wssc_export_read_nbfse(WsscReading *reading, GBytes *octets)
{
    g_autoptr(WsscStringTable) own = reading->options->strings == NULL ? wssc_string_table_new() : NULL;
    WsscStringTable *strings = own != NULL ? own : reading->options->strings;
    WsscExportOptions options = *reading->options;
    WsscReading inner = *reading;
    WsscCursor cursor = wssc_cursor(wssc_bytes_of(octets));
    const char *reason = NULL;

    if (!wssc_string_table_read(strings, &cursor, &reason)) {
        wssc_reading_damage(reading, "string table at octet %" G_GSIZE_FORMAT ": %s", cursor.pos, reason);
        return;
    }
    options.strings = strings;
    inner.options = &options;
    add_binary(&inner, octets, cursor.pos, TRUE);
}

/* Element records of [MC-NBFX] 2.2.1 and 2.2.2.3. */
gboolean wssc_export_is_nbfs(WsscBytes octets)
{
    return octets.data[0] >= 0x40 && octets.data[0] <= 0x77 && !wssc_octets_are_text(octets);
}

/* A table whose strings fill its size to the octet, and an element behind it. */
gboolean wssc_export_is_nbfse(WsscBytes octets)
{
    WsscCursor cursor = wssc_cursor(octets);
    const char *reason = NULL;
    if (wssc_octets_are_text(octets) || !wssc_string_table_read(NULL, &cursor, &reason))
        return FALSE;
    int next = wssc_cursor_peek(&cursor);
    return next >= 0x40 && next <= 0x77;
}
