/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Messages in the order of the capture, whatever order they become settled in: one that is waits for those before it.
 *
 *     WsscInOrder *order = wssc_in_order_new(wssc_session_model(session), put, user);
 *     wssc_session_tell_settled(session, wssc_in_order_take, order);     (while the capture is read)
 *     wssc_session_finish(...);
 *     wssc_in_order_finish(order);                                       (what is left)
 */
#ifndef WSSC_REPORT_IN_ORDER_H
#define WSSC_REPORT_IN_ORDER_H

#include "model/model.h"

typedef struct WsscInOrder WsscInOrder;
typedef void (*WsscPutMessage)(gpointer user, const WsscMessage *message);

/* model is borrowed. put is called once for each of its messages. */
WsscInOrder *wssc_in_order_new(const WsscModel *model, WsscPutMessage put, gpointer user);
void wssc_in_order_free(WsscInOrder *order);
/* order: a WsscInOrder. */
void wssc_in_order_take(gpointer order, const WsscMessage *message);
void wssc_in_order_finish(WsscInOrder *order);

#endif
