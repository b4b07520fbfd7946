/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "binxml/envelope.h"

#include <string.h>

#include "base/cursor.h"
#include "binxml/inflate.h"
#include "binxml/nbfx.h"

gboolean wssc_envelope_is_text(WsscBytes octets)
{
    /* "<", white space, byte order marks, or UTF-16's zero octet: none begins a binary element. */
    return octets.len == 0 || memchr("<\xEF\xFE\xFF\0 \t\r\n", octets.data[0], 9) != NULL;
}

static gboolean is_session_type(const char *content_type)
{
    return content_type != NULL && strstr(content_type, "msbinsession1") != NULL;
}

static gboolean read_binary(WsscEnvelope *envelope, WsscStringTable *session, gboolean has_table, GError **error)
{
    WsscNbfxOptions options = {.static_dictionary = TRUE, .session = session};
    g_auto(WsscNbfxNotes) notes = {0};
    g_autoptr(GError) problem = NULL;

    envelope->encoding = has_table ? "binary-session" : "binary";
    if (has_table) {
        WsscCursor cursor = wssc_cursor(wssc_bytes_of(envelope->octets));
        const char *reason = NULL;
        if (!wssc_string_table_read(session, &cursor, &reason)) {
            if (session != NULL)
                wssc_string_table_mark_unknown(session, "a message's string table was damaged");
            g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "string table: %s", reason);
            return FALSE;
        }
        envelope->document = cursor.pos;
    }
    envelope->xml = wssc_nbfx_to_xml(envelope->octets, envelope->document, &options, &notes, &problem);
    envelope->unknown_ids = notes.unknown_uses;
    if (problem != NULL)
        g_propagate_error(error, g_steal_pointer(&problem));
    return envelope->xml != NULL && (error == NULL || *error == NULL);
}

gboolean wssc_envelope_read(GBytes *octets, const char *content_type, const char *charset,
                            WsscStringTable *session, WsscEnvelope *ret_envelope, GError **error)
{
    WsscInflate kind = wssc_inflate_kind(content_type);
    WsscEnvelope envelope = {.encoding = "text"};
    const char *reason = NULL;
    gboolean is_ok;

    envelope.octets = kind != WSSC_INFLATE_NONE ? wssc_inflate(kind, wssc_bytes_of(octets), &reason)
                                                : g_bytes_ref(octets);
    if (envelope.octets == NULL) {
        envelope.octets = g_bytes_ref(octets);
        *ret_envelope = envelope;
        g_set_error_literal(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, reason);
        return FALSE;
    }
    gboolean has_table = session != NULL && is_session_type(content_type);
    if (!has_table && wssc_envelope_is_text(wssc_bytes_of(envelope.octets))) {
        envelope.xml = wssc_xml_parse(envelope.octets, charset, error);
        is_ok = envelope.xml != NULL;
    } else {
        is_ok = read_binary(&envelope, session, has_table, error);
        if (is_ok && !has_table && content_type != NULL && strstr(content_type, "msbin") == NULL)
            envelope.xml->encoding_note =
                g_strdup_printf("the carrier says %s, the octets are .NET binary XML", content_type);
    }
    *ret_envelope = envelope;
    return is_ok;
}
