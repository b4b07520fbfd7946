/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The same message again.
 */
#include "why/case.h"

gboolean wssc_holds_sent_again(const WsscCase *own, WsscArgument *argument)
{
    const WsscCall *first = own->call != NULL ? own->call->again_of : NULL;
    while (first != NULL && first->result != WSSC_CALL_SERVED)
        first = first->again_of;
    if (first == NULL)
        return FALSE;
    g_autofree char *span = wssc_span_text(own->request->time - first->request->time);
    wssc_argue(argument, "the same octets had come %s before, and were answered then", span);
    wssc_cite_message(argument, WSSC_EVIDENCE_COPY, first->request, "the same message, the first time");
    wssc_cite_message(argument, WSSC_EVIDENCE_RESPONSE, first->answer, "it is answered");
    return TRUE;
}
