/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/records.h"

#include <string.h>

#define ENOUGH 4 /* heads that are none by chance */
#define ALERT 21
#define HANDSHAKE 22
#define MAX_RECORD (16384 + 2048) /* RFC 5246 section 6.2.3 */

static guint32 size_of(const guint8 *head)
{
    return WSSC_RECORDS_HEAD + ((guint32)head[3] << 8 | head[4]);
}

static gboolean is_head(const guint8 *octets)
{
    return octets[0] >= 20 && octets[0] <= WSSC_RECORDS_APPLICATION_DATA && octets[1] == 3 &&
           size_of(octets) <= WSSC_RECORDS_HEAD + MAX_RECORD;
}

/* Of a client or a server, at the beginning of a segment: whatever came before was no TLS. */
static gboolean is_hello(WsscBytes payload)
{
    return payload.len > WSSC_RECORDS_HEAD && payload.data[0] == HANDSHAKE && is_head(payload.data) &&
           (payload.data[WSSC_RECORDS_HEAD] == 1 || payload.data[WSSC_RECORDS_HEAD] == 2);
}

static void end_record(const WsscRecords *records, WsscRecordsSeen *seen)
{
    if (records->left == 0 && records->size > WSSC_RECORDS_SMALL)
        seen->ended++;
}

/* Octets of a head, which may be cut by the end of a segment; FALSE until they are all there. */
static gboolean take_head(WsscRecords *records, WsscBytes payload, gsize *at)
{
    gsize count = MIN(WSSC_RECORDS_HEAD - records->count, payload.len - *at);
    memcpy(records->head + records->count, payload.data + *at, count);
    records->count += (guint)count;
    *at += count;
    return records->count == WSSC_RECORDS_HEAD;
}

static void begin_record(WsscRecords *records, gsize here, WsscRecordsSeen *seen)
{
    gboolean is_data = records->head[0] == WSSC_RECORDS_APPLICATION_DATA;
    guint32 size = size_of(records->head);
    records->count = 0;
    records->size = is_data ? size : 0;
    records->left = size - WSSC_RECORDS_HEAD;
    records->left -= (guint32)MIN(records->left, here);
    seen->is_begun |= is_data && records->left > 0;
    records->good = records->head[0] != ALERT ? records->good + 1 : 0; /* that may be the end of TLS */
    records->is_sure = records->good >= ENOUGH || (records->is_sure && records->good > 0);
    end_record(records, seen);
}

WsscRecordsSeen wssc_records_follow(WsscRecords *records, WsscBytes payload)
{
    WsscRecordsSeen seen = {.ended = 0};
    if (!records->is_sure && is_hello(payload))
        *records = (WsscRecords){.is_sure = TRUE};
    gsize at = MIN(records->left, payload.len);
    records->left -= (guint32)at;
    if (at > 0)
        end_record(records, &seen);
    while (at < payload.len && take_head(records, payload, &at)) {
        if (!is_head(records->head)) {
            records->count = 0;
            records->good = 0;
            seen.is_astray = records->is_sure;
            break;
        }
        gsize before = at;
        begin_record(records, payload.len - before, &seen);
        at += MIN(size_of(records->head) - WSSC_RECORDS_HEAD, payload.len - before);
    }
    return seen;
}

gboolean wssc_records_is_application_data(WsscBytes payload)
{
    if (payload.len < WSSC_RECORDS_HEAD || payload.data[0] != WSSC_RECORDS_APPLICATION_DATA || payload.data[1] != 3 ||
        payload.data[2] > 4)
        return FALSE;
    guint32 size = size_of(payload.data);
    return size > WSSC_RECORDS_HEAD && size <= WSSC_RECORDS_HEAD + MAX_RECORD &&
           (size >= payload.len || (payload.data[size] >= 20 && payload.data[size] <= WSSC_RECORDS_APPLICATION_DATA));
}
