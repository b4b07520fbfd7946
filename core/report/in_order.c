/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/in_order.h"

struct WsscInOrder {
    const WsscModel *model;
    WsscPutMessage put;
    gpointer user;
    GHashTable *settled; /* set of WsscMessage that were not put yet */
    guint next;          /* of the model's messages: the first that was not */
};

WsscInOrder *wssc_in_order_new(const WsscModel *model, WsscPutMessage put, gpointer user)
{
    WsscInOrder *order = g_new0(WsscInOrder, 1);
    order->model = model;
    order->put = put;
    order->user = user;
    order->settled = g_hash_table_new(NULL, NULL);
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
    const GPtrArray *messages = order->model->messages;
    g_hash_table_add(order->settled, (gpointer)message);
    while (order->next < messages->len && g_hash_table_remove(order->settled, messages->pdata[order->next]))
        order->put(order->user, messages->pdata[order->next++]);
}

void wssc_in_order_finish(WsscInOrder *order)
{
    const GPtrArray *messages = order->model->messages;
    while (order->next < messages->len)
        order->put(order->user, messages->pdata[order->next++]);
}
