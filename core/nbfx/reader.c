/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "nbfx/reader_private.h"

#include <string.h>

#include "base/limits.h"

WsscNbfxReader *wssc_nbfx_reader_new(WsscBytes octets, gsize from, const WsscNbfxOptions *options)
{
    WsscNbfxReader *reader = g_new0(WsscNbfxReader, 1);

    reader->cursor = wssc_cursor(octets);
    reader->cursor.pos = MIN(from, octets.len);
    reader->options = *options;
    reader->most =
        MIN(WSSC_MAX_BINARY_TEXT_OCTETS, WSSC_MAX_BINARY_FREE_OCTETS + (guint64)octets.len * WSSC_MAX_BINARY_GROWTH);
    reader->prefix = g_string_new(NULL);
    reader->name = g_string_new(NULL);
    reader->value = g_string_new(NULL);
    reader->notes.unknown_ids = g_array_new(FALSE, FALSE, sizeof(guint32));
    return reader;
}

void wssc_nbfx_reader_free(WsscNbfxReader *reader)
{
    if (reader == NULL)
        return;
    g_string_free(reader->prefix, TRUE);
    g_string_free(reader->name, TRUE);
    g_string_free(reader->value, TRUE);
    g_array_unref(reader->notes.unknown_ids);
    g_clear_error(&reader->error);
    g_free(reader);
}

gsize wssc_nbfx_reader_pos(const WsscNbfxReader *reader)
{
    return reader->cursor.pos;
}

const WsscNbfxNotes *wssc_nbfx_reader_notes(const WsscNbfxReader *reader)
{
    return &reader->notes;
}

gboolean wssc_nbfx_reader_is_short(const WsscNbfxReader *reader)
{
    return reader->is_short;
}

gboolean wssc_nbfx_fail(WsscNbfxReader *reader, WsscXmlError code, const char *reason)
{
    /* All reasons of that kind begin so. */
    reader->is_short =
        g_str_has_prefix(reason, "end of data") || g_str_has_prefix(reason, "a length runs past the end");
    g_clear_error(&reader->error);
    g_set_error(&reader->error, WSSC_XML_ERROR, code, "%s (at octet %" G_GSIZE_FORMAT ")", reason, reader->cursor.pos);
    return FALSE;
}

static gboolean malformed(WsscNbfxReader *reader, const char *reason)
{
    return wssc_nbfx_fail(reader, WSSC_XML_ERROR_MALFORMED, reason);
}

static gboolean too_much(WsscNbfxReader *reader, const char *reason)
{
    return wssc_nbfx_fail(reader, WSSC_XML_ERROR_LIMIT, reason);
}

/* ---- strings and names ------------------------------------------------------------------- */

/* A String ([MC-NBFX] 2.1.3), appended as valid UTF-8. */
static gboolean read_string(WsscNbfxReader *reader, GString *out)
{
    guint64 len;
    WsscBytes raw;

    switch (wssc_cursor_varint(&reader->cursor, G_MAXINT32, &len)) {
    case WSSC_CURSOR_SHORT:
        return malformed(reader, "end of data in a length");
    case WSSC_CURSOR_BAD:
        return malformed(reader, "a length is no number");
    default:
        break;
    }
    if (!wssc_cursor_take(&reader->cursor, (gsize)len, &raw))
        return malformed(reader, "a length runs past the end");
    reader->notes.replaced_chars += wssc_value_utf8(out, raw);
    return TRUE;
}

static gboolean is_name(const char *name)
{
    const char *p = name;

    if (!g_ascii_isalpha(*p) && *p != '_')
        return xmlValidateNCName((const xmlChar *)name, 0) == 0;
    while (g_ascii_isalnum(*p) || *p == '_' || *p == '-' || *p == '.')
        p++;
    return *p == '\0' || xmlValidateNCName((const xmlChar *)name, 0) == 0;
}

static gboolean read_prefix(WsscNbfxReader *reader, const WsscNbfxNamed *row, guint8 record)
{
    g_string_truncate(reader->prefix, 0);
    if (row->prefix == WSSC_NBFX_PREFIX_LETTER)
        g_string_append_c(reader->prefix, (char)('a' + record - row->first));
    if (row->prefix != WSSC_NBFX_PREFIX_STRING)
        return TRUE;
    if (!read_string(reader, reader->prefix))
        return FALSE;
    return is_name(reader->prefix->str) || malformed(reader, "a prefix is no XML name");
}

/* Prefix and local name of an element or attribute record. */
static gboolean read_name(WsscNbfxReader *reader, const WsscNbfxNamed *row, WsscNbfxEvent *event)
{
    g_string_truncate(reader->name, 0);
    if (!read_prefix(reader, row, event->record))
        return FALSE;
    if (row->dictionary) {
        if (!wssc_nbfx_read_dictionary(reader, reader->name, "", &event->name_id, &event->name_unknown))
            return FALSE;
    } else if (!read_string(reader, reader->name)) {
        return FALSE;
    }
    return is_name(reader->name->str) || malformed(reader, "a name is no XML name");
}

/* ---- records ----------------------------------------------------------------------------- */

static void begin(WsscNbfxReader *reader, WsscNbfxEvent *event, WsscNbfxEventType type)
{
    *event = (WsscNbfxEvent){
        .type = type,
        .depth = reader->depth,
        .start = reader->cursor.pos,
        .value_start = reader->cursor.pos,
        .name_id = -1,
        .value_id = -1,
        .prefix = "",
        .name = "",
        .value = "",
        .in_array = reader->array.active,
    };
}

/* Closes the event over what has been read and counts its text against the bound. */
static gboolean finish(WsscNbfxReader *reader, WsscNbfxEvent *event, gboolean named, gboolean valued)
{
    event->end = reader->cursor.pos;
    if (named) {
        event->prefix = reader->prefix->str;
        event->name = reader->name->str;
        reader->expanded += reader->prefix->len + reader->name->len;
    }
    if (valued) {
        event->value = reader->value->str;
        event->value_len = reader->value->len;
        reader->expanded += reader->value->len;
    }
    return reader->expanded <= reader->most || too_much(reader, "the text grows over the limit");
}

static gboolean read_element(WsscNbfxReader *reader, guint8 record, WsscNbfxEvent *event)
{
    if (reader->depth == WSSC_MAX_XML_DEPTH)
        return too_much(reader, "elements nested too deep");
    if (++reader->elements > WSSC_MAX_XML_ELEMENTS)
        return too_much(reader, "too many elements");
    event->record = record;
    if (!read_name(reader, wssc_nbfx_named(record), event))
        return FALSE;
    reader->depth++;
    reader->root_seen = TRUE;
    reader->in_start_tag = TRUE;
    reader->attributes = 0;
    return finish(reader, event, TRUE, FALSE);
}

static gboolean read_namespace(WsscNbfxReader *reader, const WsscNbfxNamed *row, WsscNbfxEvent *event)
{
    event->type = WSSC_NBFX_XMLNS;
    g_string_truncate(reader->name, 0);
    g_string_truncate(reader->value, 0);
    if (!read_prefix(reader, row, event->record))
        return FALSE;
    event->value_start = reader->cursor.pos;
    /* Canonical XML refuses namespaces that are no absolute URI, hence the scheme. */
    if (row->dictionary
            ? !wssc_nbfx_read_dictionary(reader, reader->value, "urn:", &event->value_id, &event->value_unknown)
            : !read_string(reader, reader->value))
        return FALSE;
    return finish(reader, event, TRUE, TRUE);
}

static gboolean read_attribute(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    guint8 value_record;

    begin(reader, event, WSSC_NBFX_ATTRIBUTE);
    event->depth--;
    wssc_cursor_u8(&reader->cursor, &event->record);
    const WsscNbfxNamed *row = wssc_nbfx_named(event->record);
    if (++reader->attributes > WSSC_MAX_XML_ATTRIBUTES)
        return too_much(reader, "too many attributes on one element");
    if (row->xmlns)
        return read_namespace(reader, row, event);
    if (!read_name(reader, row, event))
        return FALSE;
    event->value_start = reader->cursor.pos;
    if (!wssc_cursor_u8(&reader->cursor, &value_record))
        return malformed(reader, "end of data before an attribute's value");
    if (value_record % 2 == 1 || wssc_nbfx_text(value_record) == NULL)
        return malformed(reader, "an attribute's value is no plain text record");
    return wssc_nbfx_read_text(reader, value_record, event) && finish(reader, event, TRUE, TRUE);
}

static gboolean is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static gboolean read_content_text(WsscNbfxReader *reader, guint8 record, WsscNbfxEvent *event)
{
    gboolean ends = record % 2 == 1;

    if (ends && reader->depth == 0)
        return malformed(reader, reader->root_seen ? "octets after the end of the document"
                                                   : "a text ends an element, but none is open");
    event->type = WSSC_NBFX_TEXT;
    event->record = record;
    if (!wssc_nbfx_read_text(reader, record, event))
        return FALSE;
    if (reader->depth == 0 && !is_blank(reader->value->str))
        return malformed(reader,
                         reader->root_seen ? "octets after the end of the document" : "text outside of an element");
    reader->pending_end = ends;
    reader->pending_record = record;
    return finish(reader, event, FALSE, TRUE);
}

static gboolean read_comment(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    event->type = WSSC_NBFX_COMMENT;
    event->record = WSSC_NBFX_COMMENT_RECORD;
    event->value_start = reader->cursor.pos;
    g_string_truncate(reader->value, 0);
    if (!read_string(reader, reader->value))
        return FALSE;
    if (strstr(reader->value->str, "--") != NULL || g_str_has_suffix(reader->value->str, "-"))
        return malformed(reader, "a comment holds \"--\" or ends in \"-\"");
    return finish(reader, event, FALSE, TRUE);
}

static gboolean close_element(WsscNbfxReader *reader, guint8 record, WsscNbfxEvent *event)
{
    reader->depth--;
    event->type = WSSC_NBFX_END;
    event->record = record;
    event->depth = reader->depth;
    event->end = reader->cursor.pos;
    return TRUE;
}

/* ---- arrays ------------------------------------------------------------------------------ */

static gboolean begin_array(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    guint8 record;
    gsize tag_pos = reader->cursor.pos;

    if (!wssc_cursor_u8(&reader->cursor, &record))
        return malformed(reader, "end of data in an array");
    if (record < WSSC_NBFX_FIRST_ELEMENT || record > WSSC_NBFX_LAST_ELEMENT)
        return malformed(reader, "an array begins with something else than an element");
    reader->array = (WsscNbfxArray){.active = TRUE, .tag_pos = tag_pos};
    event->start = tag_pos;
    event->in_array = TRUE;
    return read_element(reader, record, event);
}

/* What stands between the repeated start tag and the first item. */
static gboolean read_array_fields(WsscNbfxReader *reader)
{
    WsscNbfxArray *array = &reader->array;
    guint8 end;

    if (!wssc_cursor_u8(&reader->cursor, &end) || !wssc_cursor_u8(&reader->cursor, &array->value_record))
        return malformed(reader, "end of data in an array");
    if (end != WSSC_NBFX_END_ELEMENT)
        return malformed(reader, "an array's element holds content of its own");
    const WsscNbfxText *text = wssc_nbfx_text(array->value_record);
    if (text == NULL || !text->in_array || array->value_record % 2 == 0)
        return malformed(reader, "an array of values that arrays cannot hold");
    if (wssc_cursor_varint(&reader->cursor, G_MAXINT32, &array->items_left) != WSSC_CURSOR_OK)
        return malformed(reader, "an array's count is no number");
    if (array->items_left == 0)
        return malformed(reader, "an array without items");
    if (array->items_left > wssc_cursor_left(&reader->cursor) / text->width)
        return malformed(reader, "an array's count runs past the end");
    array->data_pos = reader->cursor.pos;
    return TRUE;
}

/* After the start tag of an item: its value. */
static gboolean read_array_value(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    WsscNbfxArray *array = &reader->array;

    if (array->data_pos == 0 && !read_array_fields(reader))
        return FALSE;
    reader->cursor.pos = array->data_pos;
    begin(reader, event, WSSC_NBFX_TEXT);
    event->record = array->value_record;
    if (!wssc_nbfx_read_text(reader, array->value_record, event))
        return FALSE;
    array->data_pos = reader->cursor.pos;
    array->items_left--;
    reader->pending_end = TRUE;
    reader->pending_record = array->value_record;
    return finish(reader, event, FALSE, TRUE);
}

/* The start tag of the next item, read once more. */
static gboolean repeat_array_tag(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    guint8 record = 0;

    reader->cursor.pos = reader->array.tag_pos;
    begin(reader, event, WSSC_NBFX_START);
    wssc_cursor_u8(&reader->cursor, &record);
    return read_element(reader, record, event);
}

/* ---- the walk ---------------------------------------------------------------------------- */

static gboolean read_pending_end(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    begin(reader, event, WSSC_NBFX_END);
    reader->pending_end = FALSE;
    close_element(reader, reader->pending_record, event);
    if (reader->array.active && reader->array.items_left == 0)
        reader->array.active = FALSE;
    return TRUE;
}

static gboolean read_record(WsscNbfxReader *reader, WsscNbfxEvent *event)
{
    guint8 record = 0;

    begin(reader, event, WSSC_NBFX_START);
    wssc_cursor_u8(&reader->cursor, &record);
    if (record == WSSC_NBFX_COMMENT_RECORD)
        return read_comment(reader, event);
    if (reader->depth == 0 && reader->root_seen && wssc_nbfx_text(record) == NULL) {
        reader->cursor.pos--;
        return malformed(reader, "octets after the end of the document");
    }
    if (record == WSSC_NBFX_END_ELEMENT)
        return reader->depth > 0 ? close_element(reader, record, event)
                                 : malformed(reader, "an EndElement, but no element is open");
    if (record == WSSC_NBFX_ARRAY)
        return begin_array(reader, event);
    if (record >= WSSC_NBFX_FIRST_ELEMENT && record <= WSSC_NBFX_LAST_ELEMENT)
        return read_element(reader, record, event);
    if (wssc_nbfx_text(record) != NULL)
        return read_content_text(reader, record, event);
    reader->cursor.pos--;
    return malformed(reader, wssc_nbfx_named(record) != NULL ? "an attribute outside of a start tag"
                                                             : "a reserved record octet");
}

gboolean wssc_nbfx_next(WsscNbfxReader *reader, WsscNbfxEvent *ret_event, GError **error)
{
    gboolean more;
    int octet = wssc_cursor_peek(&reader->cursor);

    if (reader->error != NULL) {
        more = FALSE;
    } else if (reader->pending_end) {
        more = read_pending_end(reader, ret_event);
    } else if (reader->in_start_tag && octet >= WSSC_NBFX_FIRST_ATTRIBUTE && octet <= WSSC_NBFX_LAST_ATTRIBUTE) {
        more = read_attribute(reader, ret_event);
    } else if (reader->in_start_tag && reader->array.active) {
        reader->in_start_tag = FALSE;
        more = read_array_value(reader, ret_event);
    } else if (reader->array.active) {
        more = repeat_array_tag(reader, ret_event);
    } else if (octet >= 0) {
        reader->in_start_tag = FALSE;
        more = read_record(reader, ret_event);
    } else {
        more = FALSE;
        if (reader->depth > 0)
            malformed(reader, "end of data with open elements");
    }
    if (!more && reader->error != NULL && error != NULL)
        g_propagate_error(error, g_error_copy(reader->error));
    return more;
}
