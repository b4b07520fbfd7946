/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A message by itself: a document of text XML, MIME parts. A document around messages is searched as any text.
 */
#include <string.h>

#include "exports/element.h"
#include "exports/reader.h"

/* ---- MIME ----------------------------------------------------------------------------------------------------- */

gboolean wssc_export_is_mime(WsscBytes octets)
{
    static const char *const starts[] = {"--", "\r\n--", "MIME-Version:", "Content-Type:", "Content-ID:"};
    if (octets.len > 5 && memcmp(octets.data, "-----", 5) == 0 &&
        memcmp(octets.data, "------=", MIN(7, octets.len)) != 0)
        return FALSE; /* PEM, and rules that logs draw */
    for (guint i = 0; i < G_N_ELEMENTS(starts); i++)
        if (octets.len > strlen(starts[i]) &&
            g_ascii_strncasecmp((const char *)octets.data, starts[i], strlen(starts[i])) == 0)
            return TRUE;
    return FALSE;
}

/* A body without its HTTP header: the first delimiter tells the boundary. */
static char *type_of_parts(WsscBytes octets)
{
    const char *text = (const char *)octets.data;
    gsize at = 0, end;
    while (at < octets.len && (text[at] == '\r' || text[at] == '\n'))
        at++;
    if (octets.len - at < 3 || strncmp(text + at, "--", 2) != 0)
        return g_strdup("multipart/related");
    for (end = at; end < octets.len && text[end] != '\r' && text[end] != '\n';)
        end++;
    g_autofree char *line = g_strndup(text + at + 2, end - at - 2);
    g_strchomp(line);
    return g_strdup_printf("multipart/related; boundary=\"%s\"", line);
}

void wssc_export_read_mime(WsscReading *reading, GBytes *octets)
{
    WsscFound *found = wssc_reading_add(reading, ++reading->export->entries, g_strdup("octet 0"));
    if (found == NULL)
        return;
    found->octets = g_bytes_ref(octets);
    found->content_type = type_of_parts(wssc_bytes_of(octets));
}

/* ---- XML ------------------------------------------------------------------------------------------------------- */

static WsscBytes without_mark(WsscBytes octets)
{
    gsize at = octets.len > 3 && memcmp(octets.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < octets.len && wssc_is_xml_space((char)octets.data[at]))
        at++;
    return wssc_bytes(octets.data + at, octets.len - at);
}

gboolean wssc_export_is_xml(WsscBytes octets)
{
    WsscBytes text = without_mark(octets);
    return text.len > 1 && text.data[0] == '<' &&
           (g_ascii_isalpha(text.data[1]) || strchr("?!_", text.data[1]) != NULL);
}

static gboolean is_looked_at(const WsscTag *tag)
{
    static const char *const names[] = {"Envelope",
                                        "RequestSecurityToken",
                                        "RequestSecurityTokenResponse",
                                        "Assertion",
                                        "Security",
                                        "RequestSecurityTokenResponseCollection",
                                        "Signature",
                                        "EncryptedData",
                                        "EncryptedAssertion",
                                        "EncryptedKey",
                                        "SecurityContextToken"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (wssc_tag_is(tag, names[i]))
            return TRUE;
    return FALSE;
}

/* Whether the file is one document, be it malformed, with a root that is looked at by itself. */
static gboolean is_one_message(WsscBytes text)
{
    WsscTags tags = {.text = text};
    WsscElement element;
    WsscTag tag;
    while (wssc_tags_next(&tags, &tag) && tag.kind != WSSC_TAG_START)
        if (tag.kind == WSSC_TAG_EMPTY)
            return TRUE;
    if (tags.at >= text.len || !is_looked_at(&tag))
        return FALSE;
    gboolean is_whole = wssc_element_scan(text, tag.start, TRUE, &element);
    gsize end = element.end, again = element.again;
    wssc_element_clear(&element);
    if (!is_whole)
        return again == 0;
    for (tags.at = end; wssc_tags_next(&tags, &tag);) {
        WsscBytes rest = tag.kind == WSSC_TAG_TEXT ? tag.rest : wssc_bytes("x", 1);
        for (gsize i = 0; i < rest.len; i++)
            if (!wssc_is_xml_space((char)rest.data[i]))
                return FALSE;
    }
    return TRUE;
}

void wssc_export_read_xml(WsscReading *reading, GBytes *octets)
{
    g_autoptr(GBytes) utf8 = wssc_text_from_utf16(octets);
    GBytes *text = utf8 != NULL ? utf8 : octets;
    guint before = reading->export->messages->len;

    if (!is_one_message(without_mark(wssc_bytes_of(text)))) {
        wssc_export_read_text(reading, text);
        if (reading->export->messages->len > before)
            return;
    }
    WsscFound *found = wssc_reading_add(reading, ++reading->export->entries, g_strdup("octet 0"));
    if (found != NULL)
        found->octets = g_bytes_ref(octets);
}
