/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The size of a context's key as valid signatures show it: where nobody states it, and where the ends disagree.
 */
#include "session/private.h"

static void note_signature(WsscSession *session, WsscMessage *message, const WsscSignature *signature)
{
    WsscContext *context = signature->verdict == WSSC_VERDICT_VALID && signature->context_bits > 0
                               ? wssc_model_context(&session->model, signature->context)
                               : NULL;
    if (context == NULL)
        return;
    WsscSizeSeen *seen = message->is_response ? &context->service_size : &context->client_size;
    if (seen->bits == 0 || seen->index > message->index)
        *seen = (WsscSizeSeen){signature->context_bits, message->index, message};
}

/* What was assumed and is shown by one end, and not contradicted by the other, is known. */
static void settle_assumed(WsscSession *session, const WsscContext *context)
{
    guint client = context->client_size.bits, service = context->service_size.bits;
    guint bits = client > 0 ? client : service;
    if (bits == 0 || (service > 0 ? service != bits : wssc_context_size_refusal(context) != NULL))
        return;
    for (guint i = 0; i < context->instances->len; i++) {
        WsscInstance *instance = context->instances->pdata[i];
        if (!instance->is_size_assumed)
            continue;
        instance->is_size_assumed = FALSE;
        if (instance->key_size != bits)
            wssc_establish_adopt(session, context, instance, bits);
    }
}

void wssc_sizes_note(WsscSession *session, WsscMessage *message)
{
    for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++)
        note_signature(session, message, message->security->signatures->pdata[s]);
}

void wssc_sizes_settle(WsscSession *session)
{
    for (guint i = 0; i < session->model.messages->len; i++)
        wssc_sizes_note(session, session->model.messages->pdata[i]);
    for (guint i = 0; i < session->model.contexts->len; i++)
        settle_assumed(session, session->model.contexts->pdata[i]);
}
