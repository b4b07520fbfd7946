/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "model/context.h"
#include "model/message.h"

gint64 wssc_context_clock_offset(const WsscContext *context)
{
    /* Created is written just before the response is sent. A minute off is another clock. */
    return ABS(context->clock_offset) > 60 * G_USEC_PER_SEC ? context->clock_offset : 0;
}

gboolean wssc_message_is_after(const WsscMessage *a, const WsscMessage *b)
{
    return a->file == b->file ? a->index > b->index : a->time > b->time;
}
