/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The members of an event of a message: all that exchanges and lifecycles follow from (internal to report/).
 */
#ifndef WSSC_REPORT_EVENT_MESSAGE_H
#define WSSC_REPORT_EVENT_MESSAGE_H

#include "model/model.h"
#include "report/writer.h"

/* pair: a number that request and response share on their connection; 0 for none. */
void wssc_event_put_message(WsscWriter *w, const WsscMessage *message, guint pair);
void wssc_event_put_decryption(WsscWriter *w, const WsscDecryption *decryption);
/* key_source, key_file, key_frame, key_line: of a key that decided something. */
void wssc_event_put_origin(WsscWriter *w, const WsscModel *model, gboolean has_key, const WsscKeyOrigin *origin);

#endif
