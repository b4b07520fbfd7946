/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -z wssc,srt: how long answers took, by action.
 */
#include "compat.h"

#include <epan/srt_table.h>
#include <epan/tap.h>

#include "dissect.h"
#include "report/layout.h"
#include "settled.h"
#include "stats.h"

/* Who sends a new action with each message gets no row for each. */
#define MAX_ROWS 500

/* What an exchange is called: the request's action, else what it asks for. */
static const char *name_of(const WsscExchange *exchange)
{
    const WsscMessage *request = exchange->request;
    if (request != NULL && request->soap->action != NULL)
        return request->soap->action;
    return exchange->operation == WSSC_OPERATION_NONE ? "(no action)" : wssc_operation_name(exchange->operation);
}

static int row_of(srt_stat_table *table, const char *name)
{
    int rows = table->num_procs;
    for (int i = 0; i < rows; i++)
        if (g_str_equal(table->procedures[i].procedure, name))
            return i;
    if (rows > MAX_ROWS)
        return MAX_ROWS;
    init_srt_table_row(table, rows, rows == MAX_ROWS ? "(others)" : name);
    return rows;
}

/* Answered once: neither a copy of it elsewhere nor what a later packet says of it counts again. */
static void count(void *listener, packet_info *pinfo, const WsscTapped *tapped)
{
    const WsscMessage *message = tapped->message;
    const WsscExchange *exchange = message->exchange;
    const srt_data_t *data = listener;
    if (exchange == NULL || exchange->response != message || exchange->request == NULL || exchange->response_time < 0)
        return;
    srt_stat_table *table = g_array_index(data->srt_array, srt_stat_table *, 0);
    gint64 asked = exchange->request->time;
    const nstime_t time = {.secs = (time_t)(asked / G_USEC_PER_SEC), .nsecs = (int)(asked % G_USEC_PER_SEC) * 1000};
    g_autofree char *name = wssc_shown(name_of(exchange));
    add_srt_table_data(table, row_of(table, name), &time, pinfo);
}

static tap_packet_status on_message(void *listener, packet_info *pinfo, epan_dissect_t *edt _U_, const void *message,
                                    tap_flags_t flags _U_)
{
    const WsscTapped tapped = {.message = message};
    wssc_settled_count(listener, pinfo, &tapped, count);
    return TAP_PACKET_REDRAW;
}

static void begin(struct register_srt *srt _U_, GArray *tables)
{
    init_srt_table("WS-Security and WS-Trust response times", "WSSC", tables, 0, "Action", NULL, NULL);
}

void wssc_stats_times_register(int proto)
{
    register_srt_table(proto, WSSC_TAP, 1, on_message, begin, NULL);
}
