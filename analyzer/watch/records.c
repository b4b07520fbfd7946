/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/records.h"

#define HEAD 5
#define MAX_RECORD (16384 + 2048) /* RFC 5246 section 6.2.3 */

static guint32 size_of(const guint8 *head)
{
    return HEAD + ((guint32)head[3] << 8 | head[4]);
}

WsscRecordsSeen wssc_records_follow(WsscRecords *records, WsscBytes payload)
{
    WsscRecordsSeen seen = {.ended = 0};
    gsize at = MIN(records->left, payload.len);
    records->left -= (guint32)at;
    if (at > 0 && records->left == 0 && records->size > WSSC_RECORDS_SMALL)
        seen.ended++;
    while (at + HEAD <= payload.len) {
        const guint8 *head = payload.data + at;
        if (head[0] < 20 || head[0] > WSSC_RECORDS_APPLICATION_DATA || head[1] != 3)
            break; /* lost the thread */
        guint32 size = size_of(head);
        gsize here = MIN(size, payload.len - at);
        gboolean is_data = head[0] == WSSC_RECORDS_APPLICATION_DATA;
        records->left = size - (guint32)here;
        records->size = is_data ? size : 0;
        at += here;
        seen.is_begun |= is_data && records->left > 0;
        seen.ended += is_data && records->left == 0 && size > WSSC_RECORDS_SMALL ? 1 : 0;
    }
    return seen;
}

gboolean wssc_records_is_application_data(WsscBytes payload)
{
    if (payload.len < HEAD || payload.data[0] != WSSC_RECORDS_APPLICATION_DATA || payload.data[1] != 3 ||
        payload.data[2] > 4)
        return FALSE;
    guint32 size = size_of(payload.data);
    return size > HEAD && size <= HEAD + MAX_RECORD &&
           (size >= payload.len || (payload.data[size] >= 20 && payload.data[size] <= WSSC_RECORDS_APPLICATION_DATA));
}
