/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where the next record begins in a stream whose beginning is not known. Records carry no mark, so only those are
 * taken whose content has one: an envelope that begins as a SOAP envelope does, a fault, a preamble.
 */
#include <string.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "nbfx/dictionary.h"
#include "carrier/nettcp.h"
#include "nbfx/records.h"

#define MAX_TABLE 2048  /* of strings before an envelope: .NET's own bound of a session ([MC-NBFSE] 2.1) */
#define NBFS_ENVELOPE 2 /* the static id of "Envelope" */
#define ENVELOPE "Envelope"
#define LONGEST_TAG 64 /* of a text envelope, prefix included */

typedef enum {
    NO,
    PERHAPS, /* as far as the octets go */
    YES,
} Answer;

static Answer begins_with(WsscCursor cursor, const char *what, gsize len)
{
    gsize seen = MIN(wssc_cursor_left(&cursor), len);
    if (seen > 0 && memcmp(cursor.bytes.data + cursor.pos, what, seen) != 0)
        return NO;
    return seen == len ? YES : PERHAPS;
}

/* "<", a prefix or none, "Envelope". */
static Answer begins_tag(WsscCursor cursor)
{
    guint8 octet;
    Answer answer = begins_with(cursor, "<", 1);
    if (answer != YES)
        return answer;
    for (gsize start = ++cursor.pos; cursor.pos - start < LONGEST_TAG; cursor.pos++) {
        answer = begins_with(cursor, ENVELOPE, strlen(ENVELOPE));
        if (answer != NO)
            return answer;
        octet = cursor.bytes.data[cursor.pos];
        if (!g_ascii_isalnum(octet) && octet < 0x80 && strchr("_-.:", octet) == NULL)
            return NO;
    }
    return NO;
}

static Answer begins_text(WsscCursor cursor)
{
    static const struct {
        const char *octets;
        gsize len;
    } beginnings[] = {{"<?xml", 5},  {"\xEF\xBB\xBF<", 4}, {"\xFF\xFE<\0", 4},   {"\xFE\xFF\0<", 4},
                      {"<\0s\0", 4}, {"\0<\0s", 4},        {"MIME-Version:", 13}};
    Answer best = begins_tag(cursor);
    for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++)
        best = MAX(best, begins_with(cursor, beginnings[i].octets, beginnings[i].len));
    return best;
}

/* The element Envelope with any prefix, and a namespace declaration behind it: no stack's goes without. */
static Answer begins_binary(WsscCursor cursor)
{
    guint8 record, id, next;
    if (!wssc_cursor_u8(&cursor, &record))
        return PERHAPS;
    const WsscNbfxNamed *row = wssc_nbfx_named(record);
    if (row == NULL || record < WSSC_NBFX_FIRST_ELEMENT || row->prefix == WSSC_NBFX_PREFIX_STRING)
        return NO;
    if (!row->dictionary) {
        Answer answer = begins_with(cursor, "\x08" ENVELOPE, 9);
        if (answer != YES)
            return answer;
        cursor.pos += 9;
    } else if (!wssc_cursor_u8(&cursor, &id)) {
        return PERHAPS;
    } else if (id != NBFS_ENVELOPE) {
        return NO;
    }
    if (!wssc_cursor_u8(&cursor, &next))
        return PERHAPS;
    row = wssc_nbfx_named(next);
    return row != NULL && row->xmlns ? YES : NO;
}

/* Strings as names and addresses are: not empty, without controls. */
static gboolean could_be_strings(WsscCursor cursor)
{
    guint64 len;
    while (wssc_cursor_left(&cursor) > 0) {
        WsscCursorStatus status = wssc_cursor_varint(&cursor, MAX_TABLE, &len);
        if (status != WSSC_CURSOR_OK)
            return status == WSSC_CURSOR_SHORT;
        if (len == 0)
            return FALSE;
        for (gsize end = MIN(cursor.pos + (gsize)len, cursor.bytes.len); cursor.pos < end; cursor.pos++)
            if (cursor.bytes.data[cursor.pos] < 0x20)
                return FALSE;
    }
    return TRUE;
}

static Answer begins_table(WsscCursor cursor)
{
    guint64 size;
    const char *reason;
    WsscCursor behind = cursor;
    WsscCursorStatus status = wssc_cursor_varint(&cursor, MAX_TABLE, &size);
    if (status != WSSC_CURSOR_OK)
        return status == WSSC_CURSOR_SHORT ? PERHAPS : NO;
    if (wssc_cursor_left(&cursor) < size)
        return could_be_strings(cursor) ? PERHAPS : NO;
    if (!wssc_string_table_read(NULL, &behind, &reason))
        return NO;
    return MAX(begins_binary(behind), begins_text(behind));
}

static Answer begins_envelope(WsscCursor cursor)
{
    return MAX(MAX(begins_binary(cursor), begins_text(cursor)), begins_table(cursor));
}

/* A record with a size: what is in it begins as it should, and behind it another record may begin. */
static Answer begins_sized(WsscCursor cursor, guint8 type)
{
    guint64 size;
    WsscCursorStatus status = wssc_cursor_varint(&cursor, WSSC_MAX_MESSAGE_OCTETS, &size);
    if (status != WSSC_CURSOR_OK)
        return status == WSSC_CURSOR_SHORT ? PERHAPS : NO;
    gsize seen = MIN((gsize)size, wssc_cursor_left(&cursor));
    gsize end = cursor.pos + seen;
    if (size == 0 || (seen == size && type != WSSC_NETTCP_UNSIZED_ENVELOPE && end < cursor.bytes.len &&
                      cursor.bytes.data[end] >= WSSC_NETTCP_MAX))
        return NO;
    cursor.bytes.len = end;
    Answer answer = type == WSSC_NETTCP_FAULT ? begins_with(cursor, WSSC_NETTCP_FAULTS, strlen(WSSC_NETTCP_FAULTS))
                                              : begins_envelope(cursor);
    /* The first chunk of an unsized envelope may be as short as its writer likes; other records are whole. */
    return answer == PERHAPS && seen == size && type != WSSC_NETTCP_UNSIZED_ENVELOPE ? NO : answer;
}

static Answer begins_preamble(WsscCursor cursor)
{
    static const char fixed[] = {0, 1, 0, 1};
    Answer answer = begins_with(cursor, fixed, sizeof fixed);
    gsize left = wssc_cursor_left(&cursor);
    const guint8 *octets = cursor.bytes.data + cursor.pos;
    if (answer != YES)
        return answer;
    if (left > 4 && wssc_nettcp_mode_name(octets[4]) == NULL)
        return NO;
    return left < 6 ? PERHAPS : octets[5] == WSSC_NETTCP_VIA ? YES : NO;
}

static Answer begins_record(WsscCursor cursor)
{
    guint8 type = cursor.bytes.data[cursor.pos];
    switch (type) {
    case WSSC_NETTCP_VERSION:
        return begins_preamble(cursor);
    case WSSC_NETTCP_SIZED_ENVELOPE:
    case WSSC_NETTCP_UNSIZED_ENVELOPE:
    case WSSC_NETTCP_FAULT:
        cursor.pos++;
        return begins_sized(cursor, type);
    default:
        return NO;
    }
}

WsscFraming wssc_nettcp_find(WsscBytes octets, gsize *ret_at)
{
    WsscCursor cursor = wssc_cursor(octets);
    gsize perhaps = octets.len;

    for (; cursor.pos < octets.len; cursor.pos++) {
        Answer answer = begins_record(cursor);
        if (answer == YES) {
            *ret_at = cursor.pos;
            return WSSC_FRAMING_DONE;
        }
        if (answer == PERHAPS)
            perhaps = MIN(perhaps, cursor.pos);
    }
    *ret_at = perhaps;
    return perhaps < octets.len ? WSSC_FRAMING_MORE : WSSC_FRAMING_BAD;
}
