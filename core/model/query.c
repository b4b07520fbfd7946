/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "base/limits.h"
#include "model/model.h"

gboolean wssc_message_is_after(const WsscMessage *a, const WsscMessage *b)
{
    return a->file == b->file ? a->index > b->index : a->time > b->time;
}

gboolean wssc_message_is_secured(const WsscMessage *message)
{
    const WsscSecurity *security = message->security;
    return security != NULL && (security->signatures->len > 0 || security->decryptions->len > 0);
}

/* What a sign of the carrier is told by. */
static WsscLayer layer_of_sign(const WsscSign *sign)
{
    static const WsscLayer layers[WSSC_SIGN_MAX] = {
        [WSSC_SIGN_REFUSED] = WSSC_LAYER_TCP,
        [WSSC_SIGN_FIN] = WSSC_LAYER_TCP,
        [WSSC_SIGN_RESET] = WSSC_LAYER_TCP,
        [WSSC_SIGN_TLS_ALERT] = WSSC_LAYER_TLS,
        [WSSC_SIGN_STATUS] = WSSC_LAYER_HTTP,
        [WSSC_SIGN_FRAMING_END] = WSSC_LAYER_FRAMING,
        [WSSC_SIGN_FRAMING_FAULT] = WSSC_LAYER_FRAMING,
    };
    return layers[sign->kind];
}

WsscLayer wssc_exchange_refused_by(const WsscExchange *exchange)
{
    const WsscMessage *response = exchange->response;
    if (response != NULL)
        return response->soap->fault != NULL ? response->soap->fault->layer : WSSC_LAYER_NONE;
    if (exchange->status_frame != 0)
        return exchange->http_status >= 400 ? WSSC_LAYER_HTTP : WSSC_LAYER_NONE;
    if (exchange->reset_frame != 0)
        return WSSC_LAYER_TCP;
    return exchange->ended_by != NULL ? layer_of_sign(exchange->ended_by) : WSSC_LAYER_NONE;
}

const char *wssc_message_instance_name(const WsscMessage *message)
{
    return message->instance != NULL ? message->instance->name : NULL;
}

guint wssc_message_instance_number(const WsscMessage *message)
{
    const GPtrArray *instances = message->context != NULL ? message->context->instances : NULL;
    for (guint i = 0; instances != NULL && message->instance != NULL && i < instances->len; i++)
        if (instances->pdata[i] == message->instance)
            return i + 1;
    return 0;
}

WsscInstance *wssc_context_instance(const WsscContext *context, const char *name)
{
    if (context->by_name != NULL)
        return g_hash_table_lookup(context->by_name, name != NULL ? name : "");
    for (guint i = context->instances->len; i > 0; i--) {
        WsscInstance *instance = context->instances->pdata[i - 1];
        if (strcmp(instance->name != NULL ? instance->name : "", name != NULL ? name : "") == 0)
            return instance;
    }
    return NULL;
}

static gboolean is_same_origin(const WsscKeyOrigin *a, const WsscKeyOrigin *b)
{
    return a->source == b->source && a->file == b->file && a->frame == b->frame && a->line == b->line;
}

WsscInstance *wssc_context_instance_of(const WsscContext *context, const WsscSignature *signature)
{
    WsscInstance *latest = wssc_context_instance(context, signature->instance);
    guint looked_at = 0;

    if (!signature->has_key)
        return latest;
    for (WsscInstance *i = latest; i != NULL && looked_at < WSSC_MAX_SAME_NAME; i = i->older, looked_at++)
        if (i->key != NULL && is_same_origin(&i->verified_as, &signature->key_origin))
            return i;
    return latest;
}

const char *wssc_model_file(const WsscModel *model, guint file)
{
    return file < model->files->len ? model->files->pdata[file] : NULL;
}

WsscContext *wssc_model_context(const WsscModel *model, const char *identifier)
{
    return g_hash_table_lookup(model->by_identifier, identifier);
}

WsscMessage *wssc_context_size_refusal(const WsscContext *context)
{
    const WsscMessage *asked = context->client_size.message;
    WsscMessage *answer = asked != NULL && asked->exchange != NULL ? asked->exchange->response : NULL;
    return answer != NULL && answer->soap->fault != NULL && wssc_fault_is_security(answer->soap->fault) ? answer : NULL;
}
