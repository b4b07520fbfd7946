/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/envelope.h"

#include <string.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "carrier/inflate.h"
#include "carrier/mime.h"
#include "nbfx/nbfx.h"

gboolean wssc_envelope_is_text(WsscBytes octets)
{
    /* "<", white space, byte order marks, or UTF-16's zero octet: none begins a binary element. */
    return octets.len == 0 || memchr("<\xEF\xFE\xFF\0 \t\r\n", octets.data[0], 9) != NULL;
}

static gboolean begins_element(int octet)
{
    return octet >= 0x40 && octet <= 0x77;
}

/* "<", alone or behind white space or a byte order mark. White space alone may be the size of a table. */
static gboolean begins_text(WsscBytes octets)
{
    gsize at = 0;
    while (at < octets.len && memchr(" \t\r\n", octets.data[at], 4) != NULL)
        at++;
    return at == octets.len || (at == 0 ? wssc_envelope_is_text(octets) : octets.data[at] == '<');
}

/* A table whose strings fill its size to the octet, and what may begin a document right behind it. */
static gboolean fits_table(WsscBytes octets)
{
    WsscCursor cursor = wssc_cursor(octets);
    const char *reason = NULL;
    if (!wssc_string_table_read(NULL, &cursor, &reason))
        return FALSE;
    int next = wssc_cursor_peek(&cursor);
    return begins_element(next) || next == '<' || next == 0xEF;
}

/* In a session a string table comes first; some stacks put it before text as well, and some leave it
 * away. Neither text nor a binary element has the form of a table but by chance, and what has no such form and
 * could be a document or a damaged table is what the content type says. */
static gboolean begins_with_table(WsscBytes octets, const char *content_type)
{
    guint8 first = octets.len > 0 ? octets.data[0] : 0;
    if (first == 0)
        return octets.len > 1 && !(octets.len > 2 && octets.data[1] == '<' && octets.data[2] == 0);
    if (fits_table(octets))
        return TRUE;
    if (begins_text(octets))
        return FALSE;
    gboolean is_sessionless = content_type != NULL && strstr(content_type, "msbin1") != NULL;
    return !is_sessionless || !begins_element(first);
}

gboolean wssc_envelope_has_table(WsscBytes octets)
{
    return begins_with_table(octets, "msbin1");
}

static gboolean skip_table(WsscEnvelope *envelope, WsscStringTable *session, GError **error)
{
    WsscCursor cursor = wssc_cursor(wssc_bytes_of(envelope->octets));
    const char *reason = NULL;
    if (!wssc_string_table_read(session, &cursor, &reason)) {
        wssc_string_table_mark_unknown(session, "a message's string table was damaged");
        g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "string table: %s", reason);
        return FALSE;
    }
    envelope->document = cursor.pos;
    return TRUE;
}

static gboolean read_binary(WsscEnvelope *envelope, WsscStringTable *session, GError **error)
{
    WsscNbfxOptions options = {.static_dictionary = TRUE, .session = session};
    GError *problem = NULL;

    envelope->encoding = envelope->document > 0 ? WSSC_ENCODING_BINARY_SESSION : WSSC_ENCODING_BINARY;
    envelope->xml = wssc_nbfx_to_xml(envelope->octets, envelope->document, &options, NULL, &problem);
    if (problem == NULL)
        return envelope->xml != NULL;
    g_propagate_error(error, problem);
    return FALSE;
}

/* The text behind a table, as octets of its own. */
static gboolean read_text(WsscEnvelope *envelope, const char *charset, GError **error)
{
    if (envelope->document > 0) {
        GBytes *text = g_bytes_new_from_bytes(envelope->octets, envelope->document,
                                              g_bytes_get_size(envelope->octets) - envelope->document);
        g_bytes_unref(envelope->octets);
        envelope->octets = text;
        envelope->document = 0;
    }
    envelope->xml = wssc_xml_parse(envelope->octets, charset, error);
    return envelope->xml != NULL;
}

gboolean wssc_envelope_is_multipart(const char *content_type)
{
    return content_type != NULL && g_ascii_strncasecmp(content_type, "multipart/", 10) == 0;
}

/* Where the envelope says that parts are signed or encrypted (SOAP Messages with Attachments profile) they stay with
 * it. */
static void keep_parts(WsscXml *xml, const WsscMime *mime, const WsscMimePart *root)
{
    gsize len;
    const char *text = g_bytes_get_data(root->octets, &len);
    if (text == NULL || g_strstr_len(text, (gssize)len, "oasis-wss-SwAProfile-1.1") == NULL)
        return;
    for (guint i = 0; i < mime->parts->len; i++) {
        const WsscMimePart *part = mime->parts->pdata[i];
        if (part != root)
            wssc_xml_add_part(xml, part->id, part->headers, part->octets);
    }
}

/* MTOM: the root part is the envelope; what its xop:Include elements stand for is put in their place, as the
 * sender signed it. */
static gboolean read_multipart(WsscEnvelope *envelope, const char *content_type, GError **error)
{
    g_autoptr(WsscMime) mime = wssc_mime_split(envelope->octets, content_type, error);
    if (mime == NULL)
        return FALSE;
    const WsscMimePart *root = wssc_mime_root(mime);
    g_autofree char *charset = root->content_type != NULL ? wssc_mime_parameter(root->content_type, "charset") : NULL;
    WsscXopResult result = {0};
    g_bytes_unref(envelope->octets);
    envelope->octets = g_bytes_ref(root->octets);
    envelope->encoding = WSSC_ENCODING_MTOM;
    envelope->xml = wssc_xml_parse(envelope->octets, charset, error);
    if (envelope->xml == NULL)
        return FALSE;
    wssc_xop_resolve(envelope->xml, mime, &result);
    keep_parts(envelope->xml, mime, root);
    if (result.missing > 0) {
        g_free(envelope->xml->encoding_note);
        envelope->xml->encoding_note = g_strdup_printf("%u xop:Include without a part, or with two, the first is %s",
                                                       result.missing, result.first_missing);
    }
    if (result.is_too_large && envelope->xml->encoding_note == NULL)
        envelope->xml->encoding_note =
            g_strdup_printf("parts of more than %d octets together: some are not put in", WSSC_MAX_BINARY_TEXT_OCTETS);
    g_free(result.first_missing);
    return TRUE;
}

static void note_type(WsscEnvelope *envelope, const char *content_type)
{
    gboolean is_binary_type = content_type != NULL && strstr(content_type, "msbin") != NULL;
    gboolean is_binary = envelope->xml->form == WSSC_XML_BINARY;
    if (content_type == NULL || is_binary_type == is_binary || envelope->xml->encoding_note != NULL)
        return;
    g_autofree char *shown = g_utf8_make_valid(content_type, -1);
    envelope->xml->encoding_note =
        g_strdup_printf("the carrier says %s, the octets are %s", shown, is_binary ? ".NET binary XML" : "text");
}

gboolean wssc_envelope_read(GBytes *octets, const char *content_type, const char *charset, WsscStringTable *session,
                            WsscEnvelope *ret_envelope, GError **error)
{
    WsscInflate kind = wssc_inflate_kind(content_type);
    WsscEnvelope envelope = {.encoding = WSSC_ENCODING_TEXT};
    const char *reason = NULL;
    gboolean is_ok;

    envelope.octets =
        kind != WSSC_INFLATE_NONE ? wssc_inflate(kind, wssc_bytes_of(octets), &reason) : g_bytes_ref(octets);
    if (envelope.octets == NULL) {
        envelope.octets = g_bytes_ref(octets);
        *ret_envelope = envelope;
        g_set_error_literal(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, reason);
        return FALSE;
    }
    if (wssc_envelope_is_multipart(content_type)) {
        is_ok = read_multipart(&envelope, content_type, error);
        *ret_envelope = envelope;
        return is_ok;
    }
    if (session != NULL && begins_with_table(wssc_bytes_of(envelope.octets), content_type) &&
        !skip_table(&envelope, session, error)) {
        *ret_envelope = envelope;
        return FALSE;
    }
    WsscBytes document = wssc_bytes_of(envelope.octets);
    document = wssc_bytes(document.data + envelope.document, document.len - envelope.document);
    is_ok =
        wssc_envelope_is_text(document) ? read_text(&envelope, charset, error) : read_binary(&envelope, session, error);
    if (is_ok)
        note_type(&envelope, content_type);
    *ret_envelope = envelope;
    return is_ok;
}
