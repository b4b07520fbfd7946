/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .NET binary XML as a tree and as text. The line in front chooses: "s" the static dictionary, "t" a session's
 * table of strings in front of the document, "c" .NET Core's floats.
 */
#include "fuzz.h"

#include "nbfx/nbfx.h"

static gboolean has_text_that_grows(const WsscXml *xml)
{
    return xml->form == WSSC_XML_BINARY && g_bytes_get_size(xml->octets) > 4096;
}

/* What is whole as a tree is well-formed text as well, and says the same. */
static void check_same(const WsscXml *xml, const GString *text)
{
    g_autoptr(GBytes) octets = g_bytes_new(text->str, text->len);
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) parsed = wssc_xml_parse(octets, NULL, &error);
    if (parsed == NULL && error->code == WSSC_XML_ERROR_LIMIT)
        return;
    if (parsed == NULL)
        g_printerr("%s\n", error->message);
    FUZZ_ASSERT(parsed != NULL);
    g_autofree char *left = wssc_xml_text(wssc_xml_root(xml));
    g_autofree char *right = wssc_xml_text(wssc_xml_root(parsed));
    FUZZ_ASSERT(strcmp(left, right) == 0);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscBytes input = wssc_bytes(data, size);
    g_autofree char *parameter = fuzz_parameter(&input);
    const char *choice = parameter != NULL ? parameter : "s";
    g_autoptr(GBytes) octets = fuzz_octets(input);
    g_autoptr(WsscStringTable) table = wssc_string_table_new();
    WsscCursor cursor = wssc_cursor(wssc_bytes_of(octets));
    const char *reason = NULL;
    WsscNbfxOptions options = {
        .static_dictionary = strchr(choice, 's') != NULL,
        .session = table,
        .floats = strchr(choice, 'c') != NULL ? WSSC_FLOATS_CORE : WSSC_FLOATS_FRAMEWORK,
        .zone_minutes = strchr(choice, 'z') != NULL ? -570 : 0,
    };
    g_auto(WsscNbfxNotes) notes = {0};
    g_auto(WsscNbfxNotes) text_notes = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) text_error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    if (strchr(choice, 't') != NULL)
        wssc_string_table_read(table, &cursor, &reason);
    g_autoptr(WsscXml) xml = wssc_nbfx_to_xml(octets, cursor.pos, &options, &notes, &error);
    gboolean is_text = wssc_nbfx_to_text(wssc_bytes_of(octets), cursor.pos, &options, text, &text_notes, &text_error);
    FUZZ_ASSERT(is_text == (text_error == NULL));
    FUZZ_ASSERT(xml != NULL || error != NULL);
    FUZZ_ASSERT(error != NULL || is_text);
    FUZZ_ASSERT(g_utf8_validate(text->str, (gssize)text->len, NULL));
    if (xml != NULL)
        fuzz_check_spans(xml);
    if (xml != NULL && error == NULL && !has_text_that_grows(xml))
        check_same(xml, text);
    return 0;
}
