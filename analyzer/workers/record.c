/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workers/record.h"

#include <string.h>

#define NO_TEXT G_MAXUINT32

typedef struct {
    guint32 len, kind;
    guint64 key;
} Head;

G_STATIC_ASSERT(sizeof(Head) == WSSC_RECORD_HEAD);

void wssc_record_begin(WsscRecordWriter *writer, WsscRecordKind kind, guint64 key)
{
    const Head head = {.kind = (guint32)kind, .key = key};
    writer->head = writer->out->len;
    g_byte_array_append(writer->out, (const guint8 *)&head, sizeof head);
}

void wssc_record_put(WsscRecordWriter *writer, guint64 number)
{
    g_byte_array_append(writer->out, (const guint8 *)&number, sizeof number);
}

static void put_counted(WsscRecordWriter *writer, const void *data, gsize len)
{
    guint32 count = data != NULL ? (guint32)len : NO_TEXT;
    g_byte_array_append(writer->out, (const guint8 *)&count, sizeof count);
    if (data != NULL && len > 0)
        g_byte_array_append(writer->out, data, (guint)len);
}

void wssc_record_put_text(WsscRecordWriter *writer, const char *text)
{
    put_counted(writer, text, text != NULL ? strlen(text) + 1 : 0);
}

void wssc_record_put_octets(WsscRecordWriter *writer, GBytes *octets)
{
    gsize len = 0;
    const void *data = octets != NULL ? g_bytes_get_data(octets, &len) : NULL;
    put_counted(writer, octets != NULL && data == NULL ? "" : data, len);
}

void wssc_record_end(WsscRecordWriter *writer)
{
    guint32 len = (guint32)(writer->out->len - writer->head - sizeof(Head));
    memcpy(writer->out->data + writer->head + G_STRUCT_OFFSET(Head, len), &len, sizeof len);
}

WsscRecordState wssc_record_read(const guint8 *octets, gsize len, WsscRecord *ret_record)
{
    Head head;
    if (len < sizeof head)
        return WSSC_RECORD_CUT;
    memcpy(&head, octets, sizeof head);
    if (head.len > WSSC_RECORD_MAX || head.kind < WSSC_RECORD_MESSAGE || head.kind >= WSSC_RECORD_MAX_KIND)
        return WSSC_RECORD_BAD;
    *ret_record =
        (WsscRecord){.kind = (WsscRecordKind)head.kind, .key = head.key, .data = octets + sizeof head, .len = head.len};
    return len - sizeof head >= head.len ? WSSC_RECORD_WHOLE : WSSC_RECORD_CUT;
}

static const guint8 *take(WsscRecord *record, gsize len)
{
    if (record->is_bad || record->len - record->at < len) {
        record->is_bad = TRUE;
        return NULL;
    }
    record->at += len;
    return record->data + record->at - len;
}

guint64 wssc_record_get(WsscRecord *record)
{
    guint64 number = 0;
    const guint8 *data = take(record, sizeof number);
    if (data != NULL)
        memcpy(&number, data, sizeof number);
    return number;
}

static const guint8 *take_counted(WsscRecord *record, gsize *ret_len)
{
    guint32 count = NO_TEXT;
    const guint8 *data = take(record, sizeof count);
    *ret_len = 0;
    if (data == NULL)
        return NULL;
    memcpy(&count, data, sizeof count);
    if (count == NO_TEXT)
        return NULL;
    *ret_len = count;
    return take(record, count);
}

const char *wssc_record_get_text(WsscRecord *record)
{
    gsize len;
    const guint8 *data = take_counted(record, &len);
    if (data == NULL)
        return NULL;
    if (len == 0 || data[len - 1] != '\0') {
        record->is_bad = TRUE;
        return NULL;
    }
    return (const char *)data;
}

GBytes *wssc_record_get_octets(WsscRecord *record)
{
    gsize len;
    const guint8 *data = take_counted(record, &len);
    return data != NULL ? g_bytes_new(data, len) : NULL;
}
