/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Verdicts, counted for the contexts whose keys they are by.
 */
#include "session/private.h"

/* The context whose key made it, whatever identifier the message names beside. */
static WsscContext *context_counted(const WsscSession *session, const WsscMessage *message,
                                    const WsscSignature *signature)
{
    WsscContext *own = signature->context != NULL ? wssc_model_context(&session->model, signature->context) : NULL;
    return own != NULL ? own : message->context;
}

void wssc_verdicts_count(WsscSession *session, WsscMessage *message, GArray *ret_counted)
{
    for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++) {
        const WsscSignature *signature = message->security->signatures->pdata[s];
        const WsscCounted counted = {context_counted(session, message, signature), signature->verdict};
        if (counted.context == NULL)
            continue;
        counted.context->verdicts[counted.verdict]++;
        if (ret_counted != NULL)
            g_array_append_val(ret_counted, counted);
    }
}
