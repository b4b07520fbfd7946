/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workers/inflow.h"

#include <errno.h>
#include <unistd.h>

#include "workers/finds.h"

#define CHUNK (256u * 1024)

WsscInflow *wssc_inflow_new(guint share, const WsscShareSpan *span, int from)
{
    WsscInflow *inflow = g_new0(WsscInflow, 1);
    inflow->share = share;
    inflow->span = span;
    inflow->from = from;
    inflow->octets = g_byte_array_new();
    inflow->passed = wssc_record_key(span->first - 1, TRUE);
    inflow->tables = wssc_strings_got_new();
    for (guint i = 0; i < 2; i++)
        inflow->numbers[i] = g_array_new(FALSE, FALSE, sizeof(guint64));
    return inflow;
}

void wssc_inflow_free(gpointer data)
{
    WsscInflow *inflow = data;
    if (inflow->from >= 0)
        close(inflow->from);
    g_byte_array_unref(inflow->octets);
    g_hash_table_unref(inflow->tables);
    for (guint i = 0; i < 2; i++)
        g_array_unref(inflow->numbers[i]);
    g_free(inflow);
}

void wssc_inflow_stop(WsscInflow *inflow)
{
    if (inflow->from >= 0)
        close(inflow->from);
    inflow->from = -1;
}

/* What was taken gives way when it is more than what waits: each octet moves but a few times. */
static void make_room(WsscInflow *inflow)
{
    if (inflow->at == 0 || inflow->at < inflow->octets->len - inflow->at)
        return;
    g_byte_array_remove_range(inflow->octets, 0, (guint)inflow->at);
    inflow->at = 0;
}

void wssc_inflow_read(WsscInflow *inflow)
{
    gssize got;
    inflow->idle = (WsscIdle){.seconds = 0};
    make_room(inflow);
    guint len = inflow->octets->len;
    g_byte_array_set_size(inflow->octets, len + CHUNK);
    do
        got = read(inflow->from, inflow->octets->data + len, CHUNK);
    while (got < 0 && errno == EINTR);
    g_byte_array_set_size(inflow->octets, len + (guint)MAX(got, 0));
    if (got <= 0)
        wssc_inflow_stop(inflow);
}

gboolean wssc_inflow_is_full(const WsscInflow *inflow)
{
    return inflow->octets->len - inflow->at >= WSSC_INFLOW_OCTETS;
}

void wssc_inflow_give_up(WsscInflow *inflow)
{
    wssc_inflow_stop(inflow);
    g_byte_array_set_size(inflow->octets, 0);
    inflow->at = 0;
}

void wssc_inflow_drop(WsscInflow *inflow, const WsscRecord *record)
{
    inflow->at += WSSC_RECORD_HEAD + record->len;
}

gboolean wssc_inflow_peek(WsscInflow *inflow, WsscRecord *ret_record)
{
    WsscRecordState state;
    while ((state = wssc_record_read(inflow->octets->data + inflow->at, inflow->octets->len - inflow->at,
                                     ret_record)) == WSSC_RECORD_WHOLE &&
           ret_record->kind == WSSC_RECORD_MARK) {
        inflow->passed = MAX(inflow->passed, ret_record->key);
        wssc_inflow_drop(inflow, ret_record);
    }
    if (state == WSSC_RECORD_BAD)
        wssc_inflow_give_up(inflow);
    return state == WSSC_RECORD_WHOLE;
}

gboolean wssc_inflow_is_over(WsscInflow *inflow)
{
    WsscRecord record;
    return !wssc_inflow_peek(inflow, &record) && inflow->from < 0;
}
