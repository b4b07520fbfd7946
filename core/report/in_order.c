/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/in_order.h"

struct WsscInOrder {
    const WsscModel *model;
    WsscPutMessage put;
    gpointer user;
    GHashTable *settled; /* index to WsscMessage: those that were not put yet */
    guint next;          /* index of the first message that was not */
};

WsscInOrder *wssc_in_order_new(const WsscModel *model, WsscPutMessage put, gpointer user)
{
    WsscInOrder *order = g_new0(WsscInOrder, 1);
    order->model = model;
    order->put = put;
    order->user = user;
    order->settled = g_hash_table_new(NULL, NULL);
    order->next = 1;
    return order;
}

void wssc_in_order_free(WsscInOrder *order)
{
    if (order == NULL)
        return;
    g_hash_table_unref(order->settled);
    g_free(order);
}

void wssc_in_order_take(gpointer data, const WsscMessage *message)
{
    WsscInOrder *order = data;
    gpointer due = NULL;
    g_hash_table_insert(order->settled, GUINT_TO_POINTER(message->index), (gpointer)message);
    while (g_hash_table_steal_extended(order->settled, GUINT_TO_POINTER(order->next), NULL, &due)) {
        order->next++;
        order->put(order->user, due);
    }
}

void wssc_in_order_finish(WsscInOrder *order)
{
    const GPtrArray *messages = order->model->messages;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        if (message->index < order->next)
            continue;
        order->next = message->index + 1;
        order->put(order->user, message);
    }
}
