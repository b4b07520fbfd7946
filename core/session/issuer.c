/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Who gave a context its key, as far as it tells whose key it is; for others to ask when the message is gone.
 */
#include <string.h>

#include "session/private.h"

const char *wssc_issuer_server(const WsscMessage *message)
{
    return message->is_response ? message->src : message->dst;
}

const char *wssc_issuer_to(const WsscMessage *request)
{
    return request->is_brief && request->exchange != NULL ? ((const WsscOpenExchange *)request->exchange)->to
                                                          : request->soap->to;
}

gboolean wssc_issuer_is_protected(const WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    gboolean is = message->is_protected;
    if (message->is_brief && message->exchange != NULL)
        return ((const WsscOpenExchange *)message->exchange)->is_proven;
    for (guint i = 0; signatures != NULL && i < signatures->len && !is; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        is = signature->verdict == WSSC_VERDICT_VALID && signature->protects == WSSC_PROTECTS_MESSAGE &&
             signature->key_doubt == NULL;
    }
    return is;
}

static void describe(const WsscMessage *message, WsscIssuer *ret_issuer)
{
    const WsscExchange *exchange = message->exchange;
    const WsscExchange *first = exchange != NULL && exchange->copy_of != NULL ? exchange->copy_of : exchange;
    const WsscMessage *request = exchange != NULL ? exchange->request : NULL;
    *ret_issuer = (WsscIssuer){
        .exchange = first,
        .server = wssc_issuer_server(message),
        .asked = request != NULL ? request->dst : NULL,
        .to = request != NULL ? wssc_issuer_to(request) : NULL,
        .frame = message->frame,
        .file = message->file,
        .is_protected = wssc_issuer_is_protected(message),
    };
}

void wssc_issuer_leave(WsscInstance *instance)
{
    WsscIssuer issuer;
    describe(instance->issued_by, &issuer);
    const WsscMessage *request = issuer.exchange->request;
    const char *id = ((const WsscOpenExchange *)issuer.exchange)->put_away;
    gsize size = id != NULL ? strlen(id) + 1 : 0;
    if (request != NULL) {
        issuer.request_hash = request->hash;
        issuer.request_frame = request->frame;
        issuer.request_file = request->file;
    }
    issuer.exchange = NULL;
    instance->issuer = g_malloc(sizeof issuer + size);
    if (id != NULL)
        issuer.message_id = memcpy(instance->issuer + 1, id, size);
    *instance->issuer = issuer;
}

gboolean wssc_issuer_find(const WsscContext *context, const WsscKeyOrigin *origin, WsscIssuer *ret_issuer)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        const WsscIssuer *gone = instance->issuer;
        if (gone != NULL && gone->frame == origin->frame && gone->file == origin->file) {
            *ret_issuer = *gone;
            return TRUE;
        }
        if (gone == NULL && instance->issued_by != NULL && instance->issued_by->frame == origin->frame &&
            instance->issued_by->file == origin->file) {
            describe(instance->issued_by, ret_issuer);
            return TRUE;
        }
    }
    return FALSE;
}
