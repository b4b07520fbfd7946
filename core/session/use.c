/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A message uses a context: which of its keys, and what that changes.
 */
#include "base/limits.h"
#include "session/private.h"

/* Of several keys with one name the one that a valid signature was made with. */
static WsscInstance *proven_instance(const WsscContext *context, const WsscMessage *message, WsscInstance *latest)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint s = 0; signatures != NULL && latest->older != NULL && s < signatures->len; s++) {
        const WsscSignature *signature = signatures->pdata[s];
        if (signature->verdict == WSSC_VERDICT_VALID && g_strcmp0(signature->context, context->identifier) == 0 &&
            g_strcmp0(signature->instance, latest->name) == 0)
            return wssc_context_instance_of(context, signature);
    }
    return latest;
}

static WsscInstance *instance_of(WsscSession *session, WsscContext *context, WsscMessage *message,
                                 const WsscNamed *named)
{
    WsscInstance *instance = wssc_context_instance(context, named->instance);
    /* A first key with a name of its own may be used without it and the reverse: a context with a
     * single key has no doubt. */
    if (instance == NULL && context->instances->len == 1 && named->instance == NULL)
        instance = context->instances->pdata[0];
    if (instance != NULL)
        return proven_instance(context, message, instance);
    if (named->instance != NULL && !wssc_context_is_observed(context) && context->instances->len > 0)
        wssc_rules_check_unknown_instance(&session->rules, context, message, named->instance);
    if (context->instances->len >= session->rules.limits.value[WSSC_LIMIT_INSTANCES])
        wssc_context_tell_limit(session, context, message, WSSC_LIMIT_INSTANCES);
    instance = wssc_context_add_instance(context, named->instance, session->rules.limits.value[WSSC_LIMIT_INSTANCES]);
    g_autofree char *missing = g_strdup_printf(
        "its establishment is not in the capture or not readable (first used in frame %u)", message->frame);
    instance->key_missing = wssc_session_keep(session, missing);
    wssc_establish_from_keyring(session, context, instance);
    return instance;
}

static void link_use(WsscContext *context, WsscMessage *message)
{
    message->prev_use = wssc_context_open(context)->last_use;
    if (wssc_context_open(context)->last_use != NULL)
        wssc_context_open(context)->last_use->next_use = message;
    wssc_context_open(context)->last_use = message;
}

static void note_rollover(WsscSession *session, WsscContext *context, WsscMessage *message,
                          const WsscInstance *instance)
{
    const WsscInstance *last = context->instances->pdata[context->instances->len - 1];
    if (instance != last)
        return;
    if (wssc_context_life(context) == WSSC_STATE_RENEWING && wssc_context_open(context)->is_renewed)
        wssc_context_set_state(session, context, message, WSSC_STATE_ROLLOVER, "first message under the new instance");
    else if (wssc_context_life(context) == WSSC_STATE_ROLLOVER)
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "the new instance is in use");
}

void wssc_use_apply(WsscSession *session, WsscContext *context, WsscMessage *message, const WsscNamed *named)
{
    WsscInstance *instance = instance_of(session, context, message, named);

    message->is_use = TRUE;
    message->instance = instance;
    if (!session->options.only_rows)
        link_use(context, message);
    if (instance->first_use == NULL)
        instance->first_use = message;
    instance->last_use = message;
    if (wssc_context_life(context) == WSSC_STATE_ISSUED)
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "first use");
    note_rollover(session, context, message, instance);
    if (!session->options.only_rows)
        wssc_rules_check_use(&session->rules, context, message, instance);
}

void wssc_use_settle(WsscMessage *message)
{
    if (message->is_use && message->instance != NULL)
        message->instance = proven_instance(message->context, message,
                                            wssc_context_instance(message->context, message->instance->name));
}
