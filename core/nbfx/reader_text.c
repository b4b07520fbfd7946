/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "nbfx/reader_private.h"

#include "base/limits.h"

#define MAX_PREFIX_LETTER 25

static void note_unknown(WsscNbfxReader *reader, guint32 id)
{
    GArray *ids = reader->notes.unknown_ids;

    reader->notes.unknown_uses++;
    if (ids->len == WSSC_NBFX_MAX_UNKNOWN_IDS)
        return;
    for (guint i = 0; i < ids->len; i++) {
        if (g_array_index(ids, guint32, i) == id)
            return;
    }
    g_array_append_val(ids, id);
}

static const char *lookup(const WsscNbfxOptions *options, guint32 id)
{
    const char *string = NULL;

    if (id % 2 == 1)
        return options->session != NULL ? wssc_string_table_nth(options->session, id / 2) : NULL;
    if (options->even_strings != NULL)
        string = wssc_string_table_nth(options->even_strings, id / 2);
    if (string == NULL && options->static_dictionary)
        string = wssc_nbfs_string(id);
    return string;
}

gboolean wssc_nbfx_read_dictionary(WsscNbfxReader *reader, GString *out, const char *scheme, gint64 *ret_id,
                                   gboolean *ret_unknown)
{
    guint64 id;
    WsscCursorStatus status = wssc_cursor_varint(&reader->cursor, G_MAXINT32, &id);

    if (status != WSSC_CURSOR_OK)
        return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED,
                              status == WSSC_CURSOR_SHORT ? "end of data in a dictionary id"
                                                          : "a dictionary id is no number");
    const char *string = lookup(&reader->options, (guint32)id);
    *ret_id = (gint64)id;
    *ret_unknown = string == NULL;
    if (string == NULL) {
        note_unknown(reader, (guint32)id);
        g_string_append_printf(out, "%sunknown-id-%u", scheme, (guint32)id);
    } else if (out->len + reader->expanded > reader->most) {
        /* Two octets can stand for a long string: this is where a small message could explode. */
        return wssc_nbfx_fail(reader, WSSC_XML_ERROR_LIMIT, "the text grows over the limit");
    } else {
        g_string_append(out, string);
    }
    return TRUE;
}

static guint64 little_endian(WsscBytes raw)
{
    guint64 value = 0;
    for (gsize i = MIN(raw.len, 8); i > 0; i--)
        value = value << 8 | raw.data[i - 1];
    return value;
}

static gint64 sign_extend(guint64 value, guint width)
{
    guint unused = 64 - 8 * width;
    return (gint64)(value << unused) >> unused;
}

static gboolean append_datetime(WsscNbfxReader *reader, WsscNbfxEvent *event, guint64 bits)
{
    gboolean local = FALSE;

    if (!wssc_value_datetime(reader->value, bits, reader->options.zone_minutes, &local))
        return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "a DateTime out of range");
    if (local)
        event->flags |= WSSC_SPAN_LOCAL_TIME;
    return TRUE;
}

static gboolean append_unicode(WsscNbfxReader *reader, WsscBytes raw)
{
    if (raw.len % 2 != 0)
        return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "UTF-16 text of an odd number of octets");
    reader->notes.replaced_chars += wssc_value_utf16(reader->value, raw);
    return TRUE;
}

/* Renders a value whose octets are all in raw. */
static gboolean append_value(WsscNbfxReader *reader, WsscNbfxTextKind kind, WsscBytes raw, WsscNbfxEvent *event)
{
    GString *out = reader->value;
    guint64 bits = little_endian(raw);

    switch (kind) {
    case WSSC_NBFX_KIND_INT:
        wssc_value_int(out, sign_extend(bits, (guint)raw.len));
        return TRUE;
    case WSSC_NBFX_KIND_UINT:
        wssc_value_uint(out, bits);
        return TRUE;
    case WSSC_NBFX_KIND_BOOL:
        g_string_append(out, bits != 0 ? "true" : "false");
        return TRUE;
    case WSSC_NBFX_KIND_FLOAT:
        wssc_value_float(out, (guint32)bits, reader->options.floats);
        event->flags |= WSSC_SPAN_FLOAT;
        return TRUE;
    case WSSC_NBFX_KIND_DOUBLE:
        wssc_value_double(out, bits, reader->options.floats);
        event->flags |= WSSC_SPAN_FLOAT;
        return TRUE;
    case WSSC_NBFX_KIND_DECIMAL:
        return wssc_value_decimal(out, raw.data) ||
               wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "a Decimal with a scale above 28");
    case WSSC_NBFX_KIND_DATETIME:
        return append_datetime(reader, event, bits);
    case WSSC_NBFX_KIND_TIMESPAN:
        wssc_value_timespan(out, (gint64)bits);
        return TRUE;
    case WSSC_NBFX_KIND_UNIQUE_ID:
        g_string_append(out, "urn:uuid:");
        wssc_value_uuid(out, raw.data);
        return TRUE;
    case WSSC_NBFX_KIND_UUID:
        wssc_value_uuid(out, raw.data);
        return TRUE;
    case WSSC_NBFX_KIND_CHARS:
        reader->notes.replaced_chars += wssc_value_utf8(out, raw);
        return TRUE;
    case WSSC_NBFX_KIND_BYTES:
        wssc_value_base64(out, raw);
        return TRUE;
    case WSSC_NBFX_KIND_UNICODE:
        return append_unicode(reader, raw);
    default:
        g_return_val_if_reached(FALSE);
    }
}

static gboolean read_qname(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    guint8 letter;

    if (!wssc_cursor_u8(&reader->cursor, &letter))
        return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "end of data in a QName");
    if (letter > MAX_PREFIX_LETTER)
        return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "a QName's prefix is no letter");
    g_string_append_c(reader->value, (char)('a' + letter));
    g_string_append_c(reader->value, ':');
    return wssc_nbfx_read_dictionary(reader, reader->value, "", &event->value_id, &event->value_unknown);
}

static gboolean has_length_field(WsscNbfxTextKind kind)
{
    return kind == WSSC_NBFX_KIND_CHARS || kind == WSSC_NBFX_KIND_BYTES || kind == WSSC_NBFX_KIND_UNICODE;
}

/* The octets of the value: as many as the record says, or as its length field says. */
static gboolean take_value(WsscNbfxReader *reader, const WsscNbfxText *text, WsscBytes *ret_raw)
{
    guint64 len = text->width;

    if (has_length_field(text->kind)) {
        if (!wssc_cursor_uint(&reader->cursor, text->width, &len))
            return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "end of data in a length");
        if (len > G_MAXINT32)
            return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "a negative length");
    }
    if (!wssc_cursor_take(&reader->cursor, (gsize)len, ret_raw))
        return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED,
                              has_length_field(text->kind) ? "a length runs past the end" : "end of data in a value");
    return TRUE;
}

/* One text record, no list. */
static gboolean read_item(WsscNbfxReader *reader, const WsscNbfxText *text, WsscNbfxEvent *event)
{
    static const char *const constants[] = {
        [WSSC_NBFX_KIND_ZERO] = "0",
        [WSSC_NBFX_KIND_ONE] = "1",
        [WSSC_NBFX_KIND_FALSE] = "false",
        [WSSC_NBFX_KIND_TRUE] = "true",
    };
    WsscBytes raw;

    if (text->kind <= WSSC_NBFX_KIND_TRUE) {
        g_string_append(reader->value, constants[text->kind]);
        return TRUE;
    }
    if (text->kind == WSSC_NBFX_KIND_EMPTY)
        return TRUE;
    if (text->kind == WSSC_NBFX_KIND_DICTIONARY)
        return wssc_nbfx_read_dictionary(reader, reader->value, "", &event->value_id, &event->value_unknown);
    if (text->kind == WSSC_NBFX_KIND_QNAME)
        return read_qname(reader, event);
    return take_value(reader, text, &raw) && append_value(reader, text->kind, raw, event);
}

static gboolean read_list(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    gboolean first = TRUE;

    for (;;) {
        guint8 record;
        if (!wssc_cursor_u8(&reader->cursor, &record))
            return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "end of data in a list");
        const WsscNbfxText *text = wssc_nbfx_text(record);
        if (text == NULL || record % 2 == 1 || text->kind == WSSC_NBFX_KIND_START_LIST)
            return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED,
                                  "a list holds something else than plain text records");
        if (text->kind == WSSC_NBFX_KIND_END_LIST)
            break;
        if (!first)
            g_string_append_c(reader->value, ' ');
        first = FALSE;
        if (!read_item(reader, text, event))
            return FALSE;
    }
    event->value_id = -1; /* the text is made of several values */
    return TRUE;
}

gboolean wssc_nbfx_read_text(WsscNbfxReader *reader, guint8 record, WsscNbfxEvent *event)
{
    const WsscNbfxText *text = wssc_nbfx_text(record);

    g_string_truncate(reader->value, 0);
    event->value_record = record;
    if (text == NULL || text->kind == WSSC_NBFX_KIND_END_LIST)
        return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, "no text record");
    return text->kind == WSSC_NBFX_KIND_START_LIST ? read_list(reader, event) : read_item(reader, text, event);
}
